//! `READ ME.html`: what this folder is, what is in it, when it was last checked, and how to read it by hand. Plain HTML
//! without scripts; every name in it is escaped.

use std::fmt::Write as _;

use sidekeep_model::{Kind, Reading, Time};

use crate::disk::Disk;
use crate::error::At;
use crate::{Archive, ArchiveError, Status, layout};

/// Replaces the page.
pub(crate) fn replace(archive: &Archive, disk: &Disk) -> Result<(), ArchiveError> {
    let path = layout::below(&archive.root, layout::READ_ME);
    let last_check = archive.checks()?.into_iter().next();
    let page = page(
        &archive.status()?,
        last_check.map(|last| (last.at, last.check.damage.len())),
    );
    disk.replace(&path, &mut |out| out.write_all(page.as_bytes()).at(&path))
}

/// The page.
fn page(status: &[Status], last_check: Option<(Time, usize)>) -> String {
    let mut rows = String::new();
    for row in status {
        let on_phone = match row.on_phone {
            Some(count) => count.to_string(),
            None if row.is_tried() => "not readable".to_owned(),
            None => "not tried".to_owned(),
        };
        let complete = row.last_complete.map_or_else(|| "never".to_owned(), moment);
        let note = match &row.reading {
            _ if row.damaged > 0 => format!("{} damaged", row.damaged),
            _ if row.held > 0 => "held back: please decide".to_owned(),
            Some(Reading::Partial { .. }) => "partly read".to_owned(),
            Some(Reading::Unavailable { .. }) => "could not be read".to_owned(),
            Some(Reading::Complete) | None => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{on_phone}</td><td>{}</td><td>{}</td><td>{}</td><td>{complete}</td><td>{}</td></tr>",
            escape(&row.phone.name),
            noun(row.kind),
            row.present,
            row.gone,
            row.verified,
            escape(&note),
        );
    }
    let check = match last_check {
        None => "This archive has not been verified yet.".to_owned(),
        Some((at, 0)) => format!("Last verified {}: everything was right.", moment(at)),
        Some((at, damaged)) => format!("Last verified {}: {damaged} files are damaged.", moment(at)),
    };
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Sidekeep archive</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }}
table {{ border-collapse: collapse }} th, td {{ text-align: left; padding: .2rem .8rem; border-bottom: 1px solid #8886 }}
code {{ font-family: ui-monospace, monospace }}
</style>
</head>
<body>
<h1>What this folder is</h1>
<p>Sidekeep keeps here what it read from your phones. Everything is in ordinary files that open without Sidekeep.
Please do not change anything inside; copy it elsewhere as often as you like.</p>
<table>
<tr><th>Phone</th><th>What</th><th>On the phone</th><th>Kept, on the phone</th><th>Kept, no longer there</th><th>Verified</th><th>Last read completely</th><th></th></tr>
{rows}</table>
<p>{check}</p>
<h2>How to read it</h2>
<ul>
<li><code>Photos</code>: photos and films, byte for byte as they were on the phone, in folders by the day they were taken.</li>
<li><code>Contacts</code>: address books as vCard files (<code>.vcf</code>); any contacts program opens them.</li>
<li><code>Calendars</code>: calendars with to-dos as iCalendar files (<code>.ics</code>); any calendar program opens them.</li>
<li><code>SHA256SUMS</code>: checksums of the photos and films. In this folder, <code>sha256sum -c SHA256SUMS</code> tells
whether they are still what they were.</li>
<li><code>.sidekeep</code>: every state that Sidekeep ever saw. <code>journal</code> holds text files, one JSON object on
each line, with every contact and calendar entry as the phone gave it; <code>objects</code> holds what is too big for a
line, compressed with zstd.</li>
</ul>
</body>
</html>
"#
    )
}

/// Words for this page alone; it is read without Sidekeep.
fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => "Contacts",
        Kind::Group => "Contact groups",
        Kind::Event => "Calendar entries",
        Kind::Task => "To-dos",
        Kind::Message => "Messages",
        Kind::Call => "Calls",
        Kind::Photo => "Photos",
        Kind::Film => "Films",
    }
}

fn moment(time: Time) -> String {
    time.utc().format("%Y-%m-%d %H:%M UTC").to_string()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        let status = Status {
            phone: sidekeep_model::Identity {
                id: "android:1".into(),
                name: "<script>alert('x')</script>".to_owned(),
                model: None,
                system: None,
            },
            kind: Kind::Contact,
            on_phone: Some(3),
            present: 3,
            gone: 1,
            bytes: 100,
            verified: 3,
            verified_at: None,
            damaged: 0,
            reading: Some(Reading::Complete),
            held: 0,
            last_run: None,
            last_complete: None,
        };
        let page = page(&[status], None);
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(page.contains("not been verified yet"));
    }
}
