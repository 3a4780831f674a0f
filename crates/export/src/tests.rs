//! Exports of real archives into real folders, undisturbed and with every operation of the disk failing once.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sidekeep_archive::{
    Archive, Counts, ItemKey, NewFile, NewItem, NewRun, Outcome, Purpose, Verdict, Writer,
};
use sidekeep_formats::vcard::Version;
use sidekeep_formats::{Dialect, Fate};
use sidekeep_model::{
    Collection, Fingerprint, Identity, Kind, Marks, Media, PhoneId, Reading, SourceName, Time,
};
use sidekeep_pictures::{JpegOptions, Reduced, facts, file_taken};
use tempfile::TempDir;

use crate::disk::Disk;
use crate::{ExportError, Order, Report, Why, carry_out, export};

const HEIC: &[u8] = include_bytes!("../../pictures/tests/fixtures/heif-enc-64x48.heic");

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

#[test]
fn contacts_into_a_folder() {
    let place = filled();
    let order = Order::new(Kind::Contact, place.to("a"));
    let report = place.export(&order).unwrap();
    clean(&report);
    assert_eq!((report.items, report.derived, report.written.len()), (2, 1, 1));
    let text = String::from_utf8(files(&order.to)["Home.vcf"].clone()).unwrap();
    insta::assert_snapshot!(text.replace('\r', ""), @r"
    BEGIN:VCARD
    VERSION:3.0
    UID:ada
    N:Lovelace;Ada;;;
    FN:Ada Lovelace
    item1.TEL;TYPE=CELL:+44 1
    item1.X-ABLabel:boat
    EMAIL;TYPE=HOME:ada@example.org
    CATEGORIES:Friends,A\,B
    X-THING:kept
    NOTE:line one\nline two
    END:VCARD
    BEGIN:VCARD
    VERSION:3.0
    FN:Bob Straße
    N:Straße;Bob;;;
    TEL;TYPE=HOME:2
    END:VCARD
    ");

    let all = Order {
        derived: true,
        ..Order::new(Kind::Contact, place.to("b"))
    };
    assert_eq!(place.export(&all).unwrap().items, 3);
    assert_eq!(names(&all.to), ["Home.vcf", "Messenger.vcf"]);
}

#[test]
fn contacts_for_every_dialect_and_version_read_back() {
    let place = filled();
    for dialect in [
        Dialect::Apple,
        Dialect::Google,
        Dialect::Outlook,
        Dialect::Android,
        Dialect::Nextcloud,
        Dialect::Plain,
    ] {
        for version in [None, Some(Version::V3), Some(Version::V4)] {
            let order = Order {
                dialect,
                vcard: version,
                ..Order::new(Kind::Contact, place.to(&format!("{dialect:?}{version:?}")))
            };
            let report = place.export(&order).unwrap();
            assert_eq!(
                report.complaints,
                [],
                "{dialect:?} {version:?}: {:#?}",
                files(&order.to)
                    .values()
                    .map(|file| String::from_utf8_lossy(file).into_owned())
                    .collect::<Vec<_>>()
            );
            assert_eq!(report.items, 2, "{dialect:?} {version:?}");
            let expected = if dialect == Dialect::Outlook { 2 } else { 1 };
            assert_eq!(report.written.len(), expected, "{dialect:?}");
        }
    }
}

#[test]
fn one_file_or_one_per_contact() {
    let place = filled();
    place
        .export(&Order::new(Kind::Contact, place.to("all.vcf")))
        .unwrap();
    let order = Order {
        per_contact: true,
        ..Order::new(Kind::Contact, place.to("each"))
    };
    place.export(&order).unwrap();
    assert_eq!(
        names(&place.to("")),
        ["all.vcf", "each/Ada Lovelace.vcf", "each/Bob Straße.vcf"]
    );
}

#[test]
fn calendars_hold_events_and_tasks() {
    let place = filled();
    let mut order = Order::new(Kind::Event, place.to("a"));
    order.query.kinds.push(Kind::Task);
    let report = place.export(&order).unwrap();
    clean(&report);
    assert_eq!((report.items, names(&order.to)), (2, vec!["Work.ics".to_owned()]));
    let text = String::from_utf8(files(&order.to)["Work.ics"].clone()).unwrap();
    for line in [
        "X-WR-CALNAME:Work",
        "BEGIN:VTIMEZONE",
        "EXDATE;TZID=Europe/Berlin:20240510T140000",
        "BEGIN:VTODO",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let one = Order::new(Kind::Task, place.to("tasks.ics"));
    assert_eq!(place.export(&one).unwrap().items, 1);
    assert!(one.to.is_file());
}

#[test]
fn pictures_as_they_are() {
    let place = filled();
    let order = Order::new(Kind::Photo, place.to("a"));
    let report = place.export(&order).unwrap();
    clean(&report);
    assert_eq!((report.items, report.already), (3, 0));
    let found = files(&order.to);
    assert_eq!(
        Vec::from_iter(found.keys()),
        ["2024/2024-05-03/IMG_1.HEIC", "2024/2024-05-03/IMG_1.JPG"],
        "equal bytes are written once"
    );
    assert_eq!(found["2024/2024-05-03/IMG_1.HEIC"], HEIC);
    let modified = fs::metadata(order.to.join("2024/2024-05-03/IMG_1.HEIC"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(
        Time::from(chrono::DateTime::<chrono::Utc>::from(modified)).to_string(),
        "2024-05-03T12:03:22.120Z"
    );

    let again = place.export(&order).unwrap();
    assert_eq!((again.items, again.already, again.written.len()), (3, 3, 0));
}

#[test]
fn pictures_as_jpeg() {
    let place = filled();
    let order = Order {
        jpeg: Some(JpegOptions::default()),
        ..Order::new(Kind::Photo, place.to("a"))
    };
    let report = place.export(&order).unwrap();
    clean(&report);
    let found = files(&order.to);
    assert_eq!(
        Vec::from_iter(found.keys()),
        ["2024/2024-05-03/IMG_1 (2).jpg", "2024/2024-05-03/IMG_1.JPG"]
    );
    assert!(found.values().all(|bytes| bytes.starts_with(b"\xff\xd8\xff")));
    let mut file = fs::File::open(order.to.join("2024/2024-05-03/IMG_1 (2).jpg")).unwrap();
    assert_eq!(
        facts(&mut file, "").unwrap().taken.unwrap().offset.as_deref(),
        Some("+02:00")
    );

    assert_eq!(place.export(&order).unwrap().already, 3);
}

#[test]
fn what_is_no_picture_does_not_pass_for_a_jpeg() {
    let place = holding(&[], &[("DCIM/zero.jpg", b""), ("DCIM/text.jpg", b"hello")]);
    let order = Order {
        jpeg: Some(JpegOptions::default()),
        ..Order::new(Kind::Photo, place.to("a"))
    };
    let report = place.export(&order).unwrap();
    let mut why: Vec<Why> = report.skipped.iter().map(|(_, why)| *why).collect();
    why.sort();
    assert_eq!(
        (why, report.written.len()),
        (vec![Why::Empty, Why::NotConvertible], 0)
    );

    let originals = place.export(&Order::new(Kind::Photo, place.to("b"))).unwrap();
    assert_eq!(
        originals.written.len(),
        2,
        "as they are, they are kept and given back"
    );
}

#[test]
fn a_damaged_original_is_not_exported() {
    let place = filled();
    let original = place.root().join("Photos/2024/2024-05-03/IMG_1.HEIC");
    let mut bytes = fs::read(&original).unwrap();
    bytes[100] ^= 1;
    fs::write(&original, bytes).unwrap();
    for jpeg in [None, Some(JpegOptions::default())] {
        let order = Order {
            jpeg,
            ..Order::new(Kind::Photo, place.to(""))
        };
        let report = place.export(&order).unwrap();
        assert_eq!(
            report.skipped.iter().map(|(_, why)| *why).collect::<Vec<_>>(),
            [Why::Damaged; 2]
        );
        assert_eq!(names(&order.to), ["2024/2024-05-03/IMG_1.JPG"]);
    }
}

#[test]
fn a_day_without_a_sound_original_leaves_no_folder() {
    let place = holding(&[], &[("IMG_1.HEIC", HEIC)]);
    fs::write(place.root().join("Photos/2024/2024-05-03/IMG_1.HEIC"), {
        let mut bytes = HEIC.to_vec();
        bytes[100] ^= 1;
        bytes
    })
    .unwrap();
    let order = Order::new(Kind::Photo, place.to("a/b"));
    assert_eq!(place.export(&order).unwrap().skipped.len(), 1);
    assert!(!place.to("").exists());
    // What was there before stays.
    fs::create_dir_all(&order.to).unwrap();
    assert_eq!(place.export(&order).unwrap().skipped.len(), 1);
    assert_eq!(fs::read_dir(&order.to).unwrap().count(), 0);
}

/// A JPEG that was cut off before it came to the phone is exported, and told: as it is, with a date, and smaller.
#[test]
fn a_cut_off_jpeg_is_told() {
    let mut heic = tempfile::tempfile().unwrap();
    io::Write::write_all(&mut heic, HEIC).unwrap();
    let jpeg = sidekeep_pictures::to_jpeg(&mut heic, &JpegOptions::default(), None)
        .unwrap()
        .bytes;
    let cut = &jpeg[..jpeg.len() - 40];
    let place = holding(&[], &[("IMG_1.JPG", cut)]);
    for long_edge in [None, Some(32)] {
        let order = Order {
            jpeg: Some(JpegOptions {
                long_edge,
                ..JpegOptions::default()
            }),
            ..Order::new(Kind::Photo, place.to(&format!("{long_edge:?}")))
        };
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!(report.reduced.get(&Reduced::Broken), Some(&1), "{long_edge:?}");
        assert_eq!(names(&order.to), ["2024/2024-05-03/IMG_1.JPG"]);
    }
}

#[test]
fn nothing_is_overwritten_unless_told() {
    let place = filled();
    for (kind, name, then) in [
        (Kind::Contact, "Home.vcf", vec!["Home.vcf"]),
        (Kind::Event, "Work.ics", vec!["Work.ics"]),
        (
            Kind::Photo,
            "2024/2024-05-03/IMG_1.HEIC",
            vec!["2024/2024-05-03/IMG_1.HEIC", "2024/2024-05-03/IMG_1.JPG"],
        ),
    ] {
        let mut order = Order::new(kind, place.to(kind.name()));
        let old = order.to.join(name);
        fs::create_dir_all(old.parent().unwrap()).unwrap();
        fs::write(&old, "mine").unwrap();
        assert!(
            matches!(place.export(&order), Err(ExportError::Exists { path }) if path == old),
            "{kind}"
        );
        assert_eq!(
            files(&order.to),
            BTreeMap::from([(name.to_owned(), b"mine".to_vec())]),
            "{kind} untouched"
        );
        order.replace = true;
        place.export(&order).unwrap();
        assert_eq!(names(&order.to), then);
        assert_ne!(fs::read(&old).unwrap(), b"mine");
    }
}

#[test]
fn orders_that_make_no_sense_are_refused() {
    let place = filled();
    let within = Order::new(Kind::Contact, place.root().join("Contacts/new"));
    assert!(matches!(
        place.export(&within),
        Err(ExportError::InsideArchive { .. })
    ));
    let mut mixed = Order::new(Kind::Contact, place.to("x"));
    mixed.query.kinds.push(Kind::Photo);
    assert!(matches!(place.export(&mixed), Err(ExportError::Kinds(_))));
    assert!(matches!(
        place.export(&Order::new(Kind::Call, place.to("x"))),
        Err(ExportError::Kinds(_))
    ));
    assert!(!place.to("").exists());
}

#[test]
fn control_characters_are_a_loss_and_no_complaint() {
    let event = MEETING.replace("SUMMARY:Meeting", "SUMMARY:Meet\u{b}ing");
    let card = ADA
        .replace("NOTE:line", "NOTE:li\u{c}ne")
        .replace("CELL", "CE\u{1}LL");
    let event_row =
        r#"{"event":{"_id":"1","title":"a\u000bb","dtstart":"1714737600000","dtend":"1714741200000"}}"#;
    let contact_row = concat!(
        r#"{"raw_contact":{"_id":"1"},"data":[{"mimetype":"vnd.android.cursor.item/phone_v2","data1":"1\u000b2"},"#,
        r#"{"mimetype":"vnd.android.cursor.item/name","data1":"A\u0001da"}]}"#
    );
    let place = holding(
        &[
            (Kind::Event, "Work", Media::ICALENDAR, "1", &event),
            (Kind::Event, "Phone", Media::ANDROID_EVENT, "2", event_row),
            (Kind::Contact, "Home", Media::VCARD, "3", &card),
            (Kind::Contact, "Phone", Media::ANDROID_CONTACT, "4", contact_row),
        ],
        &[],
    );
    for (kind, properties) in [
        (Kind::Event, &[("SUMMARY", 2)][..]),
        (Kind::Contact, &[("FN", 1), ("NOTE", 1), ("TEL", 2)]),
    ] {
        let order = Order::new(kind, place.to(kind.name()));
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!(report.items, 2, "{kind}");
        let told: Vec<_> = report
            .losses
            .iter()
            .map(|(loss, items)| (loss.property.as_str(), loss.fate, *items))
            .collect();
        let expected: Vec<_> = properties
            .iter()
            .map(|&(property, items)| (property, Fate::Reduced, items))
            .collect();
        assert_eq!(told, expected, "{kind}");
        let written = files(&order.to).into_values().flatten().collect::<Vec<u8>>();
        assert!(
            written.iter().all(|byte| *byte >= b' ' || b"\r\n".contains(byte)),
            "{kind}"
        );
    }
}

#[test]
fn a_target_with_the_ending_of_another_kind_is_refused() {
    let place = filled();
    for (kind, name) in [
        (Kind::Contact, "a.ics"),
        (Kind::Event, "a.vcf"),
        (Kind::Task, "a.VCF"),
        (Kind::Photo, "a.vcf"),
        (Kind::Photo, "a.ics"),
    ] {
        let order = Order::new(kind, place.to(name));
        assert!(
            matches!(place.export(&order), Err(ExportError::WrongEnding { path }) if path == order.to),
            "{kind} {name}"
        );
        assert!(!place.to("").exists(), "{kind} {name}");
    }
    // A folder may be called anything.
    let folder = place.to("a.ics");
    fs::create_dir_all(&folder).unwrap();
    place.export(&Order::new(Kind::Contact, &folder)).unwrap();
    assert_eq!(names(&folder), ["Home.vcf"]);
}

#[test]
fn nothing_to_write_writes_nothing() {
    let place = filled();
    for (kind, name) in [
        (Kind::Contact, "a.vcf"),
        (Kind::Contact, "a"),
        (Kind::Event, "a.ics"),
        (Kind::Task, "a"),
        (Kind::Photo, "a"),
    ] {
        let mut order = Order::new(kind, place.to(name));
        order.query.phone = Some(PhoneId::from("another"));
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!((report.items, report.written.len()), (0, 0), "{kind} {name}");
        assert!(!place.to("").exists(), "{kind} {name}");
    }
}

fn orders(place: &Place, to: &str) -> Vec<Order> {
    vec![
        Order::new(Kind::Contact, place.to(to)),
        Order {
            per_contact: true,
            ..Order::new(Kind::Contact, place.to(to))
        },
        Order::new(Kind::Event, place.to(to)),
        Order::new(Kind::Photo, place.to(to)),
        Order {
            jpeg: Some(JpegOptions::default()),
            ..Order::new(Kind::Photo, place.to(to))
        },
    ]
}

#[test]
fn stopped_at_any_item_leaves_whole_files_only() {
    let place = filled();
    for (which, whole) in orders(&place, "whole").into_iter().enumerate() {
        let expected = match place.export(&Order {
            to: place.to(&format!("whole{which}")),
            ..whole.clone()
        }) {
            Ok(_) => files(&place.to(&format!("whole{which}"))),
            Err(error) => panic!("{error}"),
        };
        for stop in 1.. {
            let order = Order {
                to: place.to(&format!("stop{which}-{stop}")),
                ..whole.clone()
            };
            let done = export(&place.archive(), &order, &mut |progress| {
                if progress.items == stop {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            let found = files(&order.to);
            assert!(
                found
                    .iter()
                    .all(|(name, bytes)| expected.get(name) == Some(bytes)),
                "{which} {stop}"
            );
            match done {
                Err(ExportError::Stopped) => {}
                other => {
                    other.unwrap();
                    assert_eq!(found, expected);
                    break;
                }
            }
        }
    }
}

/// The Nth operation fails, for N = 1, 2, 3 … until nothing fails: what is there is whole, nothing else is there, and
/// the next export completes it.
#[test]
fn every_operation_may_fail() {
    let place = filled();
    for (which, order) in orders(&place, "").into_iter().enumerate() {
        let whole = Order {
            to: place.to(&format!("w{which}")),
            ..order.clone()
        };
        place.export(&whole).unwrap();
        let expected = files(&whole.to);
        for nth in 1.. {
            let order = Order {
                to: place.to(&format!("f{which}-{nth}")),
                ..order.clone()
            };
            let left = Cell::new(nth);
            let disk = Disk::gated(Box::new(move || {
                left.set(left.get() - 1);
                if left.get() == 0 {
                    Err(io::ErrorKind::StorageFull.into())
                } else {
                    Ok(())
                }
            }));
            let done = carry_out(
                &place.archive(),
                &order,
                &disk,
                &mut |_| ControlFlow::Continue(()),
            );
            let found = files(&order.to);
            assert!(
                found
                    .iter()
                    .all(|(name, bytes)| expected.get(name) == Some(bytes)),
                "{which} {nth} {found:?}"
            );
            if done.is_ok() {
                assert_eq!(found, expected);
                assert!(nth > 3, "the gate was asked");
                break;
            }
            assert!(
                matches!(&done, Err(ExportError::Write { source, .. }) if source.kind() == io::ErrorKind::StorageFull),
                "{which} {nth} {done:?}"
            );
            let again = Order {
                replace: order.query.kinds[0] != Kind::Photo,
                ..order
            };
            place.export(&again).unwrap();
            assert_eq!(files(&again.to), expected, "{which} {nth} completed");
        }
    }
}
