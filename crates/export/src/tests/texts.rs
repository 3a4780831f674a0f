//! Contacts and calendars: what is in the files, and what is told.

use sidekeep_formats::vcard::Version;
use sidekeep_formats::{Dialect, Fate};
use sidekeep_model::{Kind, Media};

use super::{ADA, MEETING, clean, files, filled, holding, names};
use crate::Order;

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
        // The card's TEL has one in a parameter, where it hides no word.
        (Kind::Contact, &[("FN", 1), ("NOTE", 1), ("TEL", 1)]),
    ] {
        let order = Order::new(kind, place.to(kind.name()));
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!(report.items, 2, "{kind}");
        let told: Vec<_> = report
            .losses
            .iter()
            .map(|(loss, hits)| (loss.property.as_str(), loss.fate, hits.items))
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
fn a_picture_that_is_only_an_address_is_told() {
    let named = ADA.replace(
        "END:",
        "PHOTO;VALUE=uri:https://elsewhere.example/ada.jpg\r\nEND:",
    );
    let card = (Kind::Contact, "Home", Media::VCARD, "1", named.as_str());
    let place = holding(&[card, (Kind::Contact, "Home", Media::VCARD, "2", ADA)], &[]);
    for dialect in [Dialect::Plain, Dialect::Apple] {
        let order = Order {
            dialect,
            ..Order::new(Kind::Contact, place.to(&format!("{dialect:?}.vcf")))
        };
        let report = place.export(&order).unwrap();
        clean(&report);
        assert_eq!((report.items, report.addressed.items), (2, 1), "{dialect:?}");
        assert_eq!(report.addressed.first.len(), 1);
    }
}
