//! The room as a whole: files to items, items to entries and to files again.

mod convert;
mod join;
mod laws;
mod read;
mod series;
mod split;

/// What the lines of a test are indented by.
const INDENT: &str = "        ";

/// The lines in a calendar, with CRLF, the indent of a test left out.
fn calendar(lines: &str) -> String {
    let lines: String = lines
        .lines()
        .map(|line| format!("{}\r\n", line.strip_prefix(INDENT).unwrap_or(line)))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n{lines}END:VCALENDAR\r\n")
}

/// Text for a snapshot: without CR.
fn shown(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8(bytes.as_ref().to_vec())
        .unwrap()
        .replace("\r\n", "\n")
}

/// A zone that is in no database.
const CUSTOM_ZONE: &str = "BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0100
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
";
