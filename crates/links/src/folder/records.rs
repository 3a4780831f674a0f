//! Cards and calendar items in files: `.vcf` and `.ics`.
//!
//! A record's id is its file's path, `#`, and its UID; a card without one goes by its name. The same id again in one
//! file gets a number. The state of a record is its bytes.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use sidekeep_formats::{ical, line, vcard};
use sidekeep_model::{Collection, Digest, EntryKind, Fingerprint, Kind, Marks, Reason, RemoteId, Why};

use super::files::{self, File, Shelves, named, topmost};
use crate::{Entry, ErrorKind, LinkError, Listing};

/// A file with more bytes is not read: people's address books and calendars have a few megabytes.
const MAX_BYTES: u64 = 128 << 20;

/// What a file holds of one kind.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// In the order of the file.
    pub(super) items: Vec<Record>,
    /// The calendar's own name and colour.
    name: Option<String>,
    colour: Option<String>,
    /// The file ends too early or is not what its name says: there may be more.
    doubtful: bool,
}

/// A card or calendar item.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) remote: RemoteId,
    pub(super) raw: Vec<u8>,
}

impl Record {
    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Digest::of(&self.raw).to_hex()[..32].to_owned())
    }
}

/// Lists contacts, events or tasks; and which file each is in.
pub(super) fn list(root: &Path, kind: Kind) -> Result<(Listing, HashMap<RemoteId, String>), LinkError> {
    let ending = if kind == Kind::Contact { ".vcf" } else { ".ics" };
    let mut shelves = Shelves::default();
    let mut places = HashMap::new();
    let wanted = |name: &str| name.to_ascii_lowercase().ends_with(ending);
    for file in files::walk(root, &mut shelves, wanted)? {
        let records = match read(&file.path, &file.relative, kind) {
            Ok(records) => records,
            Err(error) => {
                let mut why = error.why();
                why.count = 1;
                shelves.doubt(topmost(&file.relative, &file.relative), why);
                continue;
            }
        };
        let collection = collection(&file, &records);
        // A file of the root is there also when it holds nothing of this kind; a folder counts by what is in it.
        if !records.items.is_empty() || collection.id.as_str() == file.relative {
            shelves.shelf(collection.clone());
        }
        if records.doubtful {
            let why = Why::new(Reason::Garbled).count(1).detail(&file.relative);
            shelves.doubt(collection.clone(), why);
        }
        for record in records.items {
            places.insert(record.remote.clone(), file.relative.clone());
            let entry = Entry {
                fingerprint: record.fingerprint(),
                unchanged: false,
                size: Some(record.raw.len() as u64),
                marks: Marks::default(),
                remote: record.remote,
            };
            shelves.add(collection.clone(), entry);
        }
    }
    Ok((shelves.listing(), places))
}

fn collection(file: &File, records: &Records) -> Collection {
    match &records.name {
        Some(name) => Collection {
            colour: records.colour.as_deref().and_then(rgb),
            ..named(&file.relative, name)
        },
        None => topmost(&file.relative, &file.relative),
    }
}

/// `#RRGGBB` of `#RRGGBB` or `#RRGGBBAA`.
fn rgb(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    let right = matches!(digits.len(), 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    right.then(|| format!("#{}", digits[..6].to_ascii_uppercase()))
}

/// Reads a file's records of a kind.
///
/// # Errors
/// Those of the file system; `Garbled` when the file is too big.
pub(super) fn read(path: &Path, relative: &str, kind: Kind) -> Result<Records, LinkError> {
    let failed = |error: std::io::Error| LinkError::caused(files::kind_of(&error), relative, error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(LinkError::new(
            ErrorKind::Garbled,
            format!("{relative} is too big"),
        ));
    }
    let text = line::utf8(&bytes);
    Ok(match kind {
        Kind::Contact => cards(&text, relative),
        _ => items(&text, relative, kind),
    })
}

fn cards(text: &[u8], relative: &str) -> Records {
    let mut ids = Ids::new(relative);
    let items = vcard::split(text)
        .into_iter()
        .map(|raw| {
            let contact = vcard::read(raw).value;
            let key = contact.uid.filter(|uid| !uid.is_empty()).unwrap_or(contact.name);
            Record {
                remote: ids.next(&key),
                raw: raw.to_vec(),
            }
        })
        .collect();
    Records {
        items,
        // An empty file is an empty address book.
        doubtful: !text.trim_ascii().is_empty() && !ends_with(text, b"END:VCARD"),
        ..Records::default()
    }
}

fn items(text: &[u8], relative: &str, kind: Kind) -> Records {
    let component = match kind {
        Kind::Task => EntryKind::Task,
        _ => EntryKind::Event,
    };
    let calendar = ical::split(text).value;
    let mut ids = Ids::new(relative);
    let items = calendar
        .items
        .into_iter()
        .filter(|item| item.kind == component)
        .map(|item| Record {
            remote: ids.next(&item.uid),
            raw: item.raw,
        })
        .collect();
    Records {
        items,
        name: calendar.name,
        colour: calendar.colour,
        doubtful: !ends_with(text, b"END:VCALENDAR"),
    }
}

fn ends_with(text: &[u8], last: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let tail = &text[text.len().saturating_sub(last.len())..];
    tail.eq_ignore_ascii_case(last)
}

/// The ids of one file's records.
struct Ids<'a> {
    relative: &'a str,
    seen: HashMap<String, usize>,
}

impl<'a> Ids<'a> {
    fn new(relative: &'a str) -> Self {
        Self {
            relative,
            seen: HashMap::new(),
        }
    }

    fn next(&mut self, key: &str) -> RemoteId {
        let mut id = format!("{}#{key}", self.relative);
        loop {
            let times = self.seen.entry(id.clone()).or_insert(0);
            *times += 1;
            if *times == 1 {
                return RemoteId(id);
            }
            // The number is part of an id like any other, and so may be taken.
            id = format!("{id}#{times}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(records: &Records, ids: &[&str], doubtful: bool) {
        let found: Vec<&str> = records.items.iter().map(|item| item.remote.as_str()).collect();
        assert_eq!((found.as_slice(), records.doubtful), (ids, doubtful));
    }

    fn card(lines: &str) -> String {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}END:VCARD\r\n")
    }

    #[test]
    fn cards_go_by_uid_then_name_then_number() {
        let uid = card("UID:u1\r\nFN:Ada\r\n");
        let name = card("FN:Ada\r\n");
        let odd = card("FN:Ada#2\r\n");
        let text = [uid, name.clone(), name.clone(), odd, name].concat();
        check(
            &cards(text.as_bytes(), "a.vcf"),
            &[
                "a.vcf#u1",
                "a.vcf#Ada",
                "a.vcf#Ada#2",
                "a.vcf#Ada#2#2",
                "a.vcf#Ada#3",
            ],
            false,
        );
        check(&cards(b"", "a.vcf"), &[], false);
        check(&cards(b"<html>not found</html>", "a.vcf"), &[], true);
        check(
            &cards(&text.as_bytes()[..text.len() - 5], "b.vcf"),
            &[
                "b.vcf#u1",
                "b.vcf#Ada",
                "b.vcf#Ada#2",
                "b.vcf#Ada#2#2",
                "b.vcf#Ada#3",
            ],
            true,
        );
    }

    #[test]
    fn events_and_tasks_of_one_file() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Work\r\nX-APPLE-CALENDAR-COLOR:#ff2968ff\r\n\
                    BEGIN:VEVENT\r\nUID:e\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n\
                    BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        let events = items(text.as_bytes(), "w.ics", Kind::Event);
        check(&events, &["w.ics#e"], false);
        check(&items(text.as_bytes(), "w.ics", Kind::Task), &["w.ics#t"], false);
        assert_eq!(events.name.as_deref(), Some("Work"));
        assert_eq!(events.colour.as_deref().and_then(rgb).as_deref(), Some("#FF2968"));
        check(&items(b"", "w.ics", Kind::Event), &[], true);
    }
}
