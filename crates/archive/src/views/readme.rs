//! `READ ME.html`: what this folder is, what is in it, when it was last checked, and how to read it by hand. Plain HTML
//! without scripts; every name in it is escaped.

use std::fmt::Write as _;

use sidekeep_model::{Kind, Reading, Reason, Time};

use crate::disk::Disk;
use crate::error::At;
use crate::{Archive, ArchiveError, Status, Verified, layout};

/// Replaces the page.
pub(crate) fn replace(archive: &Archive, disk: &Disk) -> Result<(), ArchiveError> {
    let path = layout::below(&archive.root, layout::READ_ME);
    let page = page(&archive.status()?, &archive.verified()?, archive.newest()?);
    disk.replace(&path, &mut |out| out.write_all(page.as_bytes()).at(&path))
}

/// The page.
fn page(status: &[Status], verified: &Verified, newest: Option<Time>) -> String {
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
            Some(Reading::Partial { why }) => {
                let why: Vec<&str> = why.iter().map(|why| reason(why.reason)).collect();
                format!("partly read: {}", why.join("; "))
            }
            Some(Reading::Unavailable { why }) => format!("could not be read: {}", reason(why.reason)),
            Some(Reading::Complete) | None if row.without_picture > 0 => {
                format!(
                    "without their picture, which is elsewhere: {}",
                    row.without_picture
                )
            }
            Some(Reading::Complete) | None => String::new(),
        };
        let verified = match row.verified_at {
            // Of nothing, nothing was verified.
            Some(at) if row.present + row.gone > 0 => format!("{}, {}", row.verified, moment(at)),
            _ => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td>{}</td><td>{on_phone}</td><td>{}</td><td>{}</td><td>{verified}</td><td>{complete}</td><td>{}</td></tr>",
            escape(&row.phone.name),
            noun(row.kind),
            row.present,
            row.gone,
            escape(&note),
        );
    }
    let check = check(verified);
    let written = newest.map_or_else(String::new, |at| {
        format!("<p>This page tells how things stood at {}.</p>\n", moment(at))
    });
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
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
{written}<h2>How to read it</h2>
<ul>
<li><a href="Photos/"><code>Photos</code></a>: photos and films, byte for byte as they were on the phone, in folders by the day they were taken.</li>
<li><a href="Contacts/"><code>Contacts</code></a>: address books as vCard files (<code>.vcf</code>); any contacts program opens them.</li>
<li><a href="Calendars/"><code>Calendars</code></a>: calendars with to-dos as iCalendar files (<code>.ics</code>); any calendar program opens them.</li>
<li><a href="SHA256SUMS"><code>SHA256SUMS</code></a>: checksums of the photos and films. In this folder, <code>sha256sum -c SHA256SUMS</code> tells
whether they are still what they were.</li>
<li><code>.sidekeep</code>: every state that Sidekeep ever saw. <code>journal</code> holds text files, one JSON object on
each line, with every contact and calendar entry as the phone gave it; <code>objects</code> holds what is too big for a
line, compressed with zstd. The first line of <code>.sidekeep/format</code> names the format;
<code>docs/archive-format.md</code> in Sidekeep's sources describes it, field by field.</li>
</ul>
</body>
</html>
"#
    )
}

/// What the checks found, as one sentence each. A sample is named as one.
fn check(verified: &Verified) -> String {
    let mut text = match &verified.full {
        None => "This archive has not been verified as a whole yet.".to_owned(),
        Some(full) => format!(
            "Last verified {}: {}.",
            moment(full.at),
            found(full.check.damage.len(), "everything was right")
        ),
    };
    if let Some(sample) = verified.sample() {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            " A sample was read {}: {}.",
            moment(sample.at),
            found(sample.check.damage.len(), "what was read was right")
        );
    }
    for noticed in verified.since.iter().filter(|noticed| noticed.check.files == 0) {
        let _ = write!(
            text,
            " Noticed {}: {}.",
            moment(noticed.at),
            found(noticed.check.damage.len(), "nothing wrong")
        );
    }
    text
}

fn found(damaged: usize, right: &str) -> String {
    match damaged {
        0 => right.to_owned(),
        1 => "1 file is damaged or missing".to_owned(),
        count => format!("{count} files are damaged or missing"),
    }
}

/// Words for this page alone; it is read without Sidekeep.
fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Refused => "a permission is missing",
        Reason::Missing => "the phone has no such data",
        Reason::Unsupported => "this way to the phone does not carry it",
        Reason::Garbled => "it could not be understood",
        Reason::Unplugged => "the connection was lost",
        Reason::Locked => "the phone was locked",
        Reason::NotTrusted => "the phone did not trust the computer yet",
        Reason::Busy => "the phone did not answer",
        Reason::ItemsUnreadable => "some could not be read",
        Reason::ItemsChanging => "some were changing while they were read",
        Reason::ItemsUnnameable => "some names could not be understood",
        Reason::PicturesUnreadable => "pictures of contacts could not be read",
        Reason::WalkedOnly => "favourites and the bin are unknown",
        Reason::Picked => "only some were picked",
        Reason::StorageAway => "a memory card is not in the phone",
        Reason::Cancelled => "it was stopped",
        Reason::Disk => "the computer's disk was full or failed",
    }
}

/// Words for this page alone.
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
            verified_gone: 0,
            verified_at: None,
            damaged: 0,
            without_picture: 0,
            reading: Some(Reading::Complete),
            held: 0,
            last_run: None,
            last_complete: None,
        };
        let page = page(&[status], &Verified::default(), None);
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
        assert!(page.contains("not been verified as a whole yet"));
    }

    #[test]
    fn a_sample_is_told_as_one() {
        let checked = |millis: i64, files: u64, damaged: usize, sample: bool| crate::Checked {
            at: Time::from_millis(millis).unwrap(),
            check: crate::Check {
                files,
                sample,
                damage: (0..damaged)
                    .map(|nth| crate::Damage {
                        path: format!("Photos/{nth}"),
                        fault: crate::Fault::Altered,
                    })
                    .collect(),
                ..crate::Check::default()
            },
        };
        let says = |full: Option<crate::Checked>, since: Vec<crate::Checked>, expected: &str| {
            assert_eq!(check(&Verified { full, since }), expected);
        };
        let never = "This archive has not been verified as a whole yet.";
        says(None, vec![], never);
        says(
            None,
            vec![checked(0, 9, 0, true)],
            &format!("{never} A sample was read 1970-01-01 00:00 UTC: what was read was right."),
        );
        says(
            Some(checked(0, 9, 1, false)),
            vec![checked(60_000, 2, 0, true)],
            "Last verified 1970-01-01 00:00 UTC: 1 file is damaged or missing. A sample was read 1970-01-01 00:01 \
             UTC: what was read was right.",
        );
        says(
            Some(checked(0, 9, 0, false)),
            vec![checked(60_000, 0, 2, true)],
            "Last verified 1970-01-01 00:00 UTC: everything was right. Noticed 1970-01-01 00:01 UTC: 2 files are \
             damaged or missing.",
        );
    }
}
