//! Exports of real archives into real folders: what the tests share. Each area has a file of its own.

mod faults;
mod groups;
mod orders;
mod pictures;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sidekeep_archive::{
    Archive, Counts, ItemKey, NewFile, NewItem, NewRun, Outcome, Purpose, Verdict, Writer,
};
use sidekeep_model::{
    Collection, Fingerprint, Identity, Kind, Marks, Media, PhoneId, Reading, SourceName, Time,
};
use sidekeep_pictures::{JpegOptions, facts, file_taken};
use tempfile::TempDir;

use crate::{ExportError, Order, Report, export};

const HEIC: &[u8] = include_bytes!("../../../pictures/tests/fixtures/heif-enc-64x48.heic");

const ADA: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:ada\r\nN:Lovelace;Ada;;;\r\nFN:Ada Lovelace\r\n\
    item1.TEL;TYPE=CELL:+44 1\r\nitem1.X-ABLabel:boat\r\nEMAIL;TYPE=HOME:ada@example.org\r\n\
    CATEGORIES:Friends,A\\,B\r\nX-THING:kept\r\nNOTE:line one\\nline two\r\nEND:VCARD\r\n";
const BOB: &str = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Stra=C3=9Fe;Bob\r\n\
    TEL;HOME:2\r\nEND:VCARD\r\n";
const MEETING: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nBEGIN:VEVENT\r\nUID:m1\r\n\
    DTSTAMP:20240101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20240503T140000\r\n\
    DTEND;TZID=Europe/Berlin:20240503T150000\r\nRRULE:FREQ=WEEKLY;COUNT=5\r\n\
    EXDATE;TZID=Europe/Berlin:20240510T140000\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const SHOPPING: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//T//EN\r\nBEGIN:VTODO\r\nUID:t1\r\n\
    DTSTAMP:20240101T000000Z\r\nDUE;VALUE=DATE:20240601\r\nSUMMARY:Buy milk\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";

/// An archive of one phone, and a folder to export into.
struct Place {
    dir: TempDir,
}

impl Place {
    fn root(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    fn to(&self, name: &str) -> PathBuf {
        self.dir.path().join("out").join(name)
    }

    fn archive(&self) -> Archive {
        Archive::open(&self.root()).unwrap()
    }

    fn export(&self, order: &Order) -> Result<Report, ExportError> {
        export(&self.archive(), order, &mut |_| ControlFlow::Continue(()))
    }
}

fn collection(id: &str, derived: bool) -> Collection {
    Collection {
        id: id.into(),
        name: id.to_owned(),
        account: None,
        colour: Some("#336699".to_owned()),
        read_only: false,
        derived,
    }
}

/// Contacts in two collections, one of them a copy, a calendar and three photos.
fn filled() -> Place {
    let mut heic = tempfile::tempfile().unwrap();
    io::Write::write_all(&mut heic, HEIC).unwrap();
    let jpeg = sidekeep_pictures::to_jpeg(&mut heic, &JpegOptions::default(), None)
        .unwrap()
        .bytes;
    let payloads = [
        (Kind::Contact, "Home", Media::VCARD, "1", ADA),
        (Kind::Contact, "Home", Media::VCARD, "2", BOB),
        (Kind::Contact, "Messenger", Media::VCARD, "3", BOB),
        (Kind::Event, "Work", Media::ICALENDAR, "4", MEETING),
        (Kind::Task, "Work", Media::ICALENDAR, "5", SHOPPING),
    ];
    // The second HEIC is the first under another name; the JPEG has the HEIC's stem.
    let photos = [("IMG_1.HEIC", HEIC), ("COPY.HEIC", HEIC), ("IMG_1.JPG", &jpeg)];
    holding(&payloads, &photos)
}

/// An archive of these payloads (kind, collection, media type, remote id, bytes) and photos (name, bytes).
fn holding(payloads: &[(Kind, &str, &str, &str, &str)], photos: &[(&str, &[u8])]) -> Place {
    let place = Place {
        dir: tempfile::tempdir().unwrap(),
    };
    let at: Time = "2024-06-01T00:00:00Z".parse().unwrap();
    let mut writer = Writer::open(&place.root()).unwrap();
    let mut run = writer
        .begin(NewRun {
            purpose: Purpose::Mirror,
            phone: Identity {
                id: PhoneId::from("test:1"),
                name: "Phone".to_owned(),
                model: None,
                system: None,
            },
            source: SourceName::from("test"),
            kinds: vec![Kind::Contact, Kind::Event, Kind::Task, Kind::Photo],
            at,
        })
        .unwrap();
    for &(kind, name, media, remote, raw) in payloads {
        run.collection(kind, &collection(name, name == "Messenger"))
            .unwrap();
        run.payload(
            NewItem {
                kind,
                collection: name.into(),
                remote: remote.into(),
                fingerprint: Fingerprint::from("1"),
                marks: Marks::default(),
                media: Media::from(media),
                at,
            },
            raw.as_bytes(),
        )
        .unwrap();
    }
    run.collection(Kind::Photo, &collection("DCIM", false)).unwrap();
    for &(remote, bytes) in photos {
        let key = ItemKey {
            kind: Kind::Photo,
            collection: "DCIM".into(),
            remote: remote.into(),
        };
        let fingerprint = Fingerprint::from("1");
        let mut incoming = run.receive(&key, &fingerprint, Some(bytes.len() as u64)).unwrap();
        incoming.write(bytes).unwrap();
        let facts = facts(&mut incoming.reader().unwrap(), remote).unwrap();
        let marks = Marks::default();
        let taken = file_taken(&facts, &marks, remote);
        let file = NewFile {
            kind: key.kind,
            collection: key.collection,
            remote: key.remote,
            fingerprint,
            marks,
            facts,
            taken,
            at,
        };
        run.keep(incoming, file).unwrap();
    }
    for kind in [Kind::Contact, Kind::Event, Kind::Task, Kind::Photo] {
        run.verdict(Verdict {
            kind,
            collection: None,
            reading: Reading::Complete,
            accepted: true,
            suspicions: Vec::new(),
            counts: Counts::default(),
            cursor: None,
        })
        .unwrap();
    }
    run.finish(Outcome::Complete, at).unwrap();
    place
}

/// Every file below a folder, by its path in it.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(top: &Path, dir: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = fs::read_dir(dir) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, found);
            } else {
                let name = path.strip_prefix(top).unwrap().display().to_string();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(dir, dir, &mut found);
    found
}

fn names(dir: &Path) -> Vec<String> {
    files(dir).into_keys().collect()
}

/// Nothing to object to.
fn clean(report: &Report) {
    assert_eq!(report.complaints, [], "the self-check");
    assert_eq!(report.skipped, [], "left out");
}
