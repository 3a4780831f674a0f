//! Lines that say when and by which program a text was written, and nothing of what it is about. Exporters write them
//! anew each time, so two texts that differ in them alone say the same.

use std::borrow::Cow;

use crate::line::lines;

/// When a text was written or last touched (RFC 5545 §3.8.7.2, §3.8.7.3; RFC 6350 §6.7.4), and what wrote it (RFC 5545
/// §3.7.3, RFC 6350 §6.7.3).
const STAMPS: [&[u8]; 4] = [b"DTSTAMP", b"LAST-MODIFIED", b"REV", b"PRODID"];

/// The bytes of a vCard or iCalendar object without its stamps: for telling whether two texts say the same, not for
/// reading. Borrowed where there is none, as in payloads of any other type.
pub fn unstamped(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Vec::new();
    let mut from = 0;
    for line in lines(raw) {
        if is_stamp(&line.bytes) {
            kept.extend_from_slice(&raw[from..line.span.start]);
            from = line.span.end;
        }
    }
    if from == 0 {
        return Cow::Borrowed(raw);
    }
    kept.extend_from_slice(&raw[from..]);
    Cow::Owned(kept)
}

fn is_stamp(line: &[u8]) -> bool {
    let mut name = line.split(|byte| b":;".contains(byte)).next().unwrap_or_default();
    // Files that were joined have their byte order marks within; one that a left-out line uncovers belongs to no name.
    while let Some(rest) = name.strip_prefix(b"\xEF\xBB\xBF") {
        name = rest;
    }
    STAMPS.iter().any(|stamp| name.eq_ignore_ascii_case(stamp))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stamps_are_left_out_and_nothing_else() {
        for (raw, left) in [
            ("DTSTAMP:20240101T000000Z\r\nUID:1\r\n", "UID:1\r\n"),
            (
                "UID:1\r\nLAST-MODIFIED;X=y:2024\r\n 0101\r\nA:b\r\n",
                "UID:1\r\nA:b\r\n",
            ),
            (
                "FN:Ada\r\nrev:2024\r\nPRODID:-//x\r\nEND:VCARD",
                "FN:Ada\r\nEND:VCARD",
            ),
            // What only looks like one: another name, a value, the rest of a folded or quoted-printable line.
            ("REVISION:1\r\nX:REV:1\r\n", "REVISION:1\r\nX:REV:1\r\n"),
            ("NOTE:a\r\n REV:1\r\n", "NOTE:a\r\n REV:1\r\n"),
            (
                "NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nREV:1\r\n",
                "NOTE;ENCODING=QUOTED-PRINTABLE:a=\r\nREV:1\r\n",
            ),
            (r#"{"event":{"title":"REV:1"}}"#, r#"{"event":{"title":"REV:1"}}"#),
            ("REV:\n\u{feff}REV:\nFN:Ada", "FN:Ada"),
            ("", ""),
        ] {
            assert_eq!(unstamped(raw.as_bytes()), left.as_bytes(), "{raw:?}");
        }
    }

    proptest! {
        #[test]
        fn a_second_look_finds_no_stamp(raw in "(?s)((REV|DTSTAMP|FN|NOTE)(:|;)|[\r\n ]|.){0,60}") {
            let once = unstamped(raw.as_bytes()).into_owned();
            prop_assert!(lines(&once).all(|line| !is_stamp(&line.bytes)));
        }
    }
}
