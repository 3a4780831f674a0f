//! Cards and calendar items in files: `.vcf`, `.ics`, and `.vcs` (vCalendar 1.0).
//!
//! A record's id is its file's path, `#`, and its UID; a card without one goes by its name. The same id again in one
//! file gets a number. The state of a record is its bytes. Where a file ends too early, a record without its END was cut
//! off: it cannot be read, and is not taken for what became of a whole one.

use std::collections::{HashMap, VecDeque};
use std::fs::Metadata;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use sidekeep_formats::{ical, line, unstamped, vcard};
use sidekeep_model::{Collection, Digest, EntryKind, Fingerprint, Kind, Marks, Reason, RemoteId, Why};

use super::files::{self, File, Scope, Shelves, named, place};
use crate::filetype::untrashed;
use crate::{Entry, ErrorKind, LinkError, Listing};

/// A file with more bytes is not read: people's address books and calendars have a few megabytes.
const MAX_BYTES: u64 = 128 << 20;

/// Bytes of records that are held at most; the file that was read last is held whatever its size.
const HELD_BYTES: usize = 32 << 20;

/// What a record needs beside its text and id.
const BESIDE: usize = 256;

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// In the order of the file.
    items: Vec<Record>,
    /// Where each is in `items`.
    places: HashMap<(Kind, RemoteId), usize>,
    /// Of all of `items`, roughly, with what they need beside their text.
    bytes: usize,
    /// The calendar's own name and colour.
    name: Option<String>,
    colour: Option<String>,
    /// The file ends too early or is not what its name says: there may be more.
    doubtful: bool,
    /// The kind of each record that the file's end cuts off.
    torn: Vec<Kind>,
}

/// A card or calendar item.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) kind: Kind,
    pub(super) remote: RemoteId,
    pub(super) raw: Bytes,
    pub(super) fingerprint: Fingerprint,
}

impl Records {
    fn add(&mut self, kind: Kind, remote: RemoteId, raw: &[u8]) {
        self.bytes += raw.len() + 2 * remote.as_str().len() + BESIDE;
        self.places.insert((kind, remote.clone()), self.items.len());
        self.items.push(Record {
            kind,
            remote,
            raw: Bytes::copy_from_slice(raw),
            // A program that exports anew each day changes the stamps of every item and nothing else.
            fingerprint: Fingerprint(Digest::of(&unstamped(raw)).to_hex()[..32].to_owned()),
        });
    }

    /// With something for the file itself, so that very many empty ones are not free.
    fn bytes(&self) -> usize {
        self.bytes + BESIDE
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.items.iter().filter(move |record| record.kind == kind)
    }

    /// The record of a kind by its id.
    pub(super) fn find(&self, kind: Kind, remote: &RemoteId) -> Option<&Record> {
        let at = self.places.get(&(kind, remote.clone()))?;
        self.items.get(*at)
    }
}

/// Files as they were read last: a calendar is parsed once for its events, its tasks and their bytes, as long as the
/// file stays as it is. The oldest give way.
#[derive(Debug)]
pub(super) struct Shelf {
    files: HashMap<String, Held>,
    /// Every file of `files`, the oldest first.
    order: VecDeque<String>,
    /// Of all of `files`.
    bytes: usize,
    /// The most that `bytes` may be with more than one file.
    limit: usize,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            files: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            limit: HELD_BYTES,
        }
    }
}

#[derive(Debug)]
struct Held {
    state: State,
    records: Arc<Records>,
}

/// A file's size and when it was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    size: u64,
    modified: SystemTime,
}

impl State {
    fn of(metadata: &Metadata) -> io::Result<Self> {
        Ok(Self {
            size: metadata.len(),
            modified: metadata.modified()?,
        })
    }
}

impl Shelf {
    /// A file's records, held or read.
    ///
    /// # Errors
    /// Those of the file system; `Garbled` when the file is too big.
    pub(super) fn read(&mut self, path: &Path, relative: &str) -> Result<Arc<Records>, LinkError> {
        let failed = |error: io::Error| LinkError::caused(files::kind_of(&error), relative, error);
        // A link or a pipe may have taken the file's place since it was listed.
        let metadata = path.symlink_metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(LinkError::new(ErrorKind::Missing, relative));
        }
        let state = State::of(&metadata).map_err(failed)?;
        match self.files.get(relative) {
            Some(held) if held.state == state => return Ok(Arc::clone(&held.records)),
            Some(_) => {
                self.order.retain(|held| held != relative);
                self.drop(relative);
            }
            None => {}
        }
        let records = Arc::new(read(path, relative)?);
        self.bytes += records.bytes();
        self.order.push_back(relative.to_owned());
        let held = Held {
            state,
            records: Arc::clone(&records),
        };
        self.files.insert(relative.to_owned(), held);
        while self.bytes > self.limit && self.order.len() > 1 {
            if let Some(oldest) = self.order.pop_front() {
                self.drop(&oldest);
            }
        }
        Ok(records)
    }

    fn drop(&mut self, relative: &str) {
        if let Some(held) = self.files.remove(relative) {
            self.bytes -= held.records.bytes();
        }
    }
}

/// Lists contacts, events or tasks; and which file each is in.
pub(super) fn list(
    scope: &Scope,
    kind: Kind,
    shelf: &mut Shelf,
) -> Result<(Listing, HashMap<RemoteId, String>), LinkError> {
    let mut shelves = Shelves::default();
    let mut places = HashMap::new();
    let wanted = |name: &str| is_wanted(name, kind);
    for file in files::walk(scope, &mut shelves, wanted, false)? {
        let records = match shelf.read(&file.path, &file.relative) {
            Ok(records) => records,
            Err(error) => {
                let mut why = error.why();
                why.count = 1;
                shelves.doubt(place(&file.relative), why);
                continue;
            }
        };
        let collection = collection(&file, &records);
        // A file of the root is there also when it holds nothing of this kind; a folder counts by what is in it.
        if records.of(kind).next().is_some() || collection.id.as_str() == file.relative {
            shelves.shelf(collection.clone());
        }
        if records.doubtful {
            let why = Why::new(Reason::Garbled).count(1).detail(&file.relative);
            shelves.doubt(collection.clone(), why);
        }
        let torn = records.torn.iter().filter(|torn| **torn == kind).count() as u64;
        if torn > 0 {
            let why = Why::new(Reason::ItemsUnreadable).count(torn);
            shelves.doubt(collection.clone(), why.detail(&file.relative));
        }
        for record in records.of(kind) {
            places.insert(record.remote.clone(), file.relative.clone());
            let entry = Entry {
                fingerprint: record.fingerprint.clone(),
                unchanged: false,
                size: Some(record.raw.len() as u64),
                marks: Marks::default(),
                remote: record.remote.clone(),
            };
            shelves.add(collection.clone(), entry);
        }
    }
    Ok((shelves.listing(scope), places))
}

/// A file of this name is read for this kind. An address book or calendar in the bin is none.
fn is_wanted(name: &str, kind: Kind) -> bool {
    if untrashed(name).is_some() {
        return false;
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(
        (kind, ending.as_deref()),
        (Kind::Contact, Some("vcf")) | (Kind::Event | Kind::Task, Some("ics" | "vcs"))
    )
}

fn collection(file: &File, records: &Records) -> Collection {
    match &records.name {
        Some(name) => Collection {
            colour: records.colour.as_deref().and_then(rgb),
            ..named(&file.relative, name)
        },
        None => place(&file.relative),
    }
}

/// `#RRGGBB` of `#RRGGBB` or `#RRGGBBAA`.
fn rgb(colour: &str) -> Option<String> {
    let digits = colour.strip_prefix('#')?;
    let right = matches!(digits.len(), 6 | 8) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    right.then(|| format!("#{}", digits[..6].to_ascii_uppercase()))
}

fn read(path: &Path, relative: &str) -> Result<Records, LinkError> {
    let failed = |error: io::Error| LinkError::caused(files::kind_of(&error), relative, error);
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
    Ok(if is_wanted(relative, Kind::Contact) {
        cards(&text, relative)
    } else {
        items(&text, relative)
    })
}

fn cards(text: &[u8], relative: &str) -> Records {
    let mut ids = Ids::new(relative);
    let mut records = Records {
        // An empty file is an empty address book.
        doubtful: !text.trim_ascii().is_empty() && !ends_with(text, b"END:VCARD"),
        ..Records::default()
    };
    for raw in vcard::split(text) {
        if records.doubtful && !ends_with(raw, b"END:VCARD") {
            records.torn.push(Kind::Contact);
            continue;
        }
        let contact = vcard::read(raw).value;
        let key = contact.uid.filter(|uid| !uid.is_empty()).unwrap_or(contact.name);
        records.add(Kind::Contact, ids.next(&key), raw);
    }
    records
}

fn items(text: &[u8], relative: &str) -> Records {
    let calendar = ical::split(text).value;
    let mut records = Records {
        name: calendar.name,
        colour: calendar.colour,
        doubtful: !ends_with(text, b"END:VCALENDAR"),
        ..Records::default()
    };
    let (mut events, mut tasks) = (Ids::new(relative), Ids::new(relative));
    for item in calendar.items {
        let (kind, ids) = match item.kind {
            EntryKind::Event => (Kind::Event, &mut events),
            EntryKind::Task => (Kind::Task, &mut tasks),
        };
        if records.doubtful && !item.closed {
            records.torn.push(kind);
            continue;
        }
        records.add(kind, ids.next(&item.uid), &item.raw);
    }
    records
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
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(records: &Records, kind: Kind, ids: &[&str], doubtful: bool) {
        let found: Vec<&str> = records.of(kind).map(|item| item.remote.as_str()).collect();
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
            Kind::Contact,
            &[
                "a.vcf#u1",
                "a.vcf#Ada",
                "a.vcf#Ada#2",
                "a.vcf#Ada#2#2",
                "a.vcf#Ada#3",
            ],
            false,
        );
        check(&cards(b"", "a.vcf"), Kind::Contact, &[], false);
        check(
            &cards(b"<html>not found</html>", "a.vcf"),
            Kind::Contact,
            &[],
            true,
        );
        check(
            &cards(&text.as_bytes()[..text.len() - 5], "b.vcf"),
            Kind::Contact,
            &["b.vcf#u1", "b.vcf#Ada", "b.vcf#Ada#2", "b.vcf#Ada#2#2"],
            true,
        );
    }

    #[test]
    fn a_record_that_is_cut_off_is_torn() {
        #[track_caller]
        fn check(records: &Records, whole: usize, torn: &[Kind]) {
            assert_eq!((records.items.len(), records.torn.as_slice()), (whole, torn));
        }
        let two = [card("UID:a\r\nFN:Ada\r\n"), card("UID:b\r\nFN:Bob\r\n")].concat();
        let second = two.rfind("BEGIN").unwrap();
        check(&cards(two.trim_end().as_bytes(), "a.vcf"), 2, &[]);
        // Wherever Bob is cut, Ada is whole and Bob is not.
        for end in second + "BEGIN:VCARD".len()..two.trim_end().len() {
            check(&cards(&two.as_bytes()[..end], "a.vcf"), 1, &[Kind::Contact]);
        }
        check(&cards(&two.as_bytes()[..second], "a.vcf"), 1, &[]);

        let component =
            |name: &str, uid: &str| format!("BEGIN:{name}\r\nUID:{uid}\r\nSUMMARY:{uid}\r\nEND:{name}\r\n");
        let head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n";
        let text = [head, &component("VEVENT", "e"), &component("VTODO", "t")].concat();
        check(&items(text.as_bytes(), "a.ics"), 2, &[]);
        let task = text.rfind("BEGIN").unwrap();
        for end in task + "BEGIN:VTODO".len()..text.trim_end().len() {
            check(&items(&text.as_bytes()[..end], "a.ics"), 1, &[Kind::Task]);
        }
        // A file whose calendar is whole is read as leniently as ever.
        let lenient = text.replace("END:VEVENT\r\n", "") + "END:VCALENDAR\r\n";
        check(&items(lenient.as_bytes(), "a.ics"), 2, &[]);
    }

    #[test]
    fn an_export_with_new_stamps_alone_is_in_the_same_state() {
        let export = |stamp: &str, summary: &str| {
            let text = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//{stamp}//EN\r\nBEGIN:VEVENT\r\nUID:e\r\n\
                 DTSTAMP:{stamp}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            );
            let records = items(text.as_bytes(), "w.ics");
            let found: Vec<_> = records.of(Kind::Event).collect();
            found[0].fingerprint.clone()
        };
        assert_eq!(
            export("20260101T000000Z", "Tea"),
            export("20260102T000000Z", "Tea")
        );
        assert_ne!(
            export("20260101T000000Z", "Tea"),
            export("20260101T000000Z", "Cake")
        );
    }

    #[test]
    fn events_and_tasks_of_one_file() {
        let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Work\r\nX-APPLE-CALENDAR-COLOR:#ff2968ff\r\n\
                    BEGIN:VEVENT\r\nUID:e\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n\
                    BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        let events = items(text.as_bytes(), "w.ics");
        check(&events, Kind::Event, &["w.ics#e"], false);
        check(&events, Kind::Task, &["w.ics#t"], false);
        assert_eq!(events.name.as_deref(), Some("Work"));
        assert_eq!(events.colour.as_deref().and_then(rgb).as_deref(), Some("#FF2968"));
        check(&items(b"", "w.ics"), Kind::Event, &[], true);
    }

    #[test]
    fn a_file_is_parsed_once_while_it_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.vcf");
        std::fs::write(&path, card("FN:Ada\r\n")).unwrap();
        let mut shelf = Shelf::default();
        let first = shelf.read(&path, "a.vcf").unwrap();
        assert!(Arc::ptr_eq(&first, &shelf.read(&path, "a.vcf").unwrap()));
        std::fs::write(&path, card("FN:Ada Lovelace\r\n")).unwrap();
        let second = shelf.read(&path, "a.vcf").unwrap();
        check(&second, Kind::Contact, &["a.vcf#Ada Lovelace"], false);
        assert_eq!((shelf.order.len(), shelf.bytes), (1, second.bytes()));
    }

    #[test]
    fn the_oldest_files_give_way() {
        let folder = tempfile::tempdir().unwrap();
        let mut shelf = Shelf {
            limit: 30_000,
            ..Shelf::default()
        };
        let note = format!("NOTE:{}\r\n", "x".repeat(shelf.limit / 3));
        for name in ["a", "b", "c", "d"] {
            let path = folder.path().join(name);
            std::fs::write(&path, card(&note)).unwrap();
            shelf.read(&path, &format!("{name}.vcf")).unwrap();
        }
        assert_eq!(shelf.order, ["c.vcf", "d.vcf"]);
        assert!(shelf.bytes <= shelf.limit);
        let huge = folder.path().join("e");
        std::fs::write(&huge, card(&note).repeat(4)).unwrap();
        shelf.read(&huge, "e.vcf").unwrap();
        assert_eq!(shelf.order, ["e.vcf"]);
    }
}
