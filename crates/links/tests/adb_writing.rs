//! Contacts that go back to an Android phone.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use bytes::Bytes;
use phones::{Fixture, NASTY, connect};
use sidekeep_formats::merge;
use sidekeep_links::adb::AdbPhone;
use sidekeep_links::conformance;
use sidekeep_links::{Condition, ErrorKind, Phone, Write, WriteError};
use sidekeep_model::{Kind, Media};
use sidekeep_testphones::android::Android;
use sidekeep_testphones::permission;

const GOOGLE: &str = "com.google:ada@example.org";
/// The first calendar of the phone.
const WORK: &str = "1";

fn card(name: &str, lines: &str) -> Bytes {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lovelace;{name};;;\r\nFN:{name} Lovelace\r\n{lines}END:VCARD\r\n"
    )
    .into()
}

fn new(collection: &str, bytes: &Bytes) -> Write {
    Write {
        kind: Kind::Contact,
        collection: collection.into(),
        media: Media::from(Media::VCARD),
        bytes: bytes.clone(),
        condition: Condition::New { before: None },
    }
}

async fn write(phone: &mut AdbPhone, write: &Write) -> Result<String, WriteError> {
    let written = phone.writing().unwrap().write(write).await?;
    Ok(written.remote.to_string())
}

/// In what a contact or event on the phone differs from what was written.
async fn differing(android: &Android, collection: &str, remote: &str, bytes: &Bytes) -> Vec<String> {
    let truth = conformance::check(async || connect(android).await).await.unwrap();
    let (kind, text, rows) = match bytes.starts_with(b"BEGIN:VCARD") {
        true => (Kind::Contact, Media::VCARD, Media::ANDROID_CONTACT),
        false => (Kind::Event, Media::ICALENDAR, Media::ANDROID_EVENT),
    };
    let (text, rows) = (Media::from(text), Media::from(rows));
    let raw = truth.bytes(kind, collection, remote).unwrap();
    let mut differing: Vec<String> = merge::differing(kind, (&text, bytes), (&rows, raw))
        .unwrap()
        .into_iter()
        .map(str::to_owned)
        .collect();
    differing.extend(merge::lost(kind, (&text, bytes), (&rows, raw)).unwrap());
    assert!(
        kind == Kind::Contact
            || merge::uid(kind, &rows, raw).unwrap() == merge::uid(kind, &text, bytes).unwrap()
    );
    differing
}

fn event(uid: &str, lines: &str) -> Bytes {
    let lines: String = lines.lines().map(|line| format!("{}\r\n", line.trim())).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         {lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    .into()
}

fn new_event(calendar: &str, bytes: &Bytes) -> Write {
    Write {
        kind: Kind::Event,
        media: Media::from(Media::ICALENDAR),
        ..new(calendar, bytes)
    }
}

#[tokio::test]
async fn an_event_arrives_as_it_is() {
    for api in ["29", "34"] {
        let fixture = Fixture::full(Some("/sdcard"));
        fixture.providers.set("ro.build.version.sdk", Some(api)).unwrap();
        let android = fixture.serve().await;
        let mut phone = connect(&android).await;
        for (nth, lines) in [
            "DTSTART;TZID=Europe/Berlin:20240503T120000\nDTEND;TZID=Europe/Berlin:20240503T130000\n\
             SUMMARY:Tea: --hot\\, it's\nDESCRIPTION:a\\nb\\\\c\nLOCATION:Quay\nSTATUS:CONFIRMED\nCLASS:PRIVATE",
            "DTSTART;VALUE=DATE:20240503\nDTEND;VALUE=DATE:20240505\nSUMMARY:Fair\nTRANSP:TRANSPARENT",
            "DTSTART:20240503T120000Z\nDURATION:PT45M\nSUMMARY:Call\nRRULE:FREQ=WEEKLY;COUNT=5\n\
             RDATE:20240504T120000Z\nEXDATE:20240510T120000Z,20240517T120000Z",
            "DTSTART;TZID=Europe/Berlin:20240503T120000\nDTEND;TZID=Europe/Berlin:20240503T130000\nSUMMARY:Choir\n\
             RRULE:FREQ=WEEKLY;UNTIL=20240701T100000Z\nEXDATE;TZID=Europe/Berlin:20240510T120000",
            "DTSTART:20240503T120000Z\nDTEND:20240503T130000Z\nSUMMARY:Meeting\nORGANIZER:mailto:ada@example.org\n\
             ATTENDEE;CN=Bea;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:bea@example.org\n\
             BEGIN:VALARM\nTRIGGER:-P1D\nDESCRIPTION:Meeting\nACTION:DISPLAY\nEND:VALARM\n\
             BEGIN:VALARM\nTRIGGER:-PT15M\nDESCRIPTION:Meeting\nACTION:DISPLAY\nEND:VALARM",
        ]
        .into_iter()
        .enumerate()
        {
            let bytes = event(&format!("it's-{nth}:x"), lines);
            let calendar = WORK;
            let remote = write(&mut phone, &new_event(calendar, &bytes)).await.unwrap();
            assert_eq!(differing(&android, calendar, &remote, &bytes).await, Vec::<String>::new(), "{lines}");
            // An answer that was lost: what is missing is added, nothing twice.
            for table in ["Reminders", "Attendees"] {
                let cut = format!("DELETE FROM {table} WHERE event_id = {remote}");
                fixture.providers.execute(&cut).unwrap();
                assert_eq!(write(&mut phone, &new_event(calendar, &bytes)).await.unwrap(), remote);
                assert_eq!(differing(&android, calendar, &remote, &bytes).await, Vec::<String>::new(), "{lines}");
            }
        }
        let changed = event(
            "series",
            "DTSTART:20240503T120000Z\nRRULE:FREQ=DAILY\nSUMMARY:Tea\nEND:VEVENT\nBEGIN:VEVENT\n\
             UID:series\nRECURRENCE-ID:20240504T120000Z\nDTSTART:20240504T150000Z\nSUMMARY:Late",
        );
        let answer = write(&mut phone, &new_event(WORK, &changed)).await;
        assert!(matches!(&answer, Err(WriteError::Refused(_))), "{answer:?}");
        fixture.providers.revoke(permission::WRITE_CALENDAR).unwrap();
        let answer = write(
            &mut phone,
            &new_event(WORK, &event("n", "DTSTART:20240503T120000Z")),
        )
        .await;
        assert!(
            matches!(&answer, Err(WriteError::Link(error)) if *error.kind() == ErrorKind::Refused),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_contact_arrives_as_it_is_whatever_it_holds() {
    for (api, collection) in [("29", GOOGLE), ("34", GOOGLE), ("34", "device")] {
        let fixture = Fixture::full(Some("/sdcard"));
        fixture.providers.set("ro.build.version.sdk", Some(api)).unwrap();
        let android = fixture.serve().await;
        let mut phone = connect(&android).await;
        let escaped = |text: &str| {
            let text = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "");
            text.replace(',', "\\,").replace(';', "\\;")
        };
        let mut cards: Vec<Bytes> = NASTY
            .iter()
            .chain(&[r"a:b\c", "a\\:b", "--uri", ":"])
            .map(|value| card("Ada", &format!("NOTE:{}\r\n", escaped(value))))
            .collect();
        cards.push(card(
            "Grace",
            "TEL;TYPE=cell,pref:+1 555\r\nitem1.EMAIL:g@example.org\r\nitem1.X-ABLabel:Boat\r\nBDAY:--0503\r\n\
             URL:https://example.org/?a=1\r\nORG:Navy;Ships\r\nX-ANDROID-STARRED:1\r\n",
        ));
        if collection == GOOGLE {
            cards.push(card("Bea", "CATEGORIES:Friends\\, data2=NULL\r\n"));
        }
        for card in &cards {
            let remote = write(&mut phone, &new(collection, card)).await.unwrap();
            let differing = differing(&android, collection, &remote, card).await;
            assert!(differing.is_empty(), "{api} {collection} {card:?}: {differing:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_writes_nothing_twice() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    let card = card("Ada", "TEL:+1\r\nTEL:+2\r\nNOTE:x\r\n");
    let before = conformance::check(async || connect(&android).await)
        .await
        .unwrap();
    let remote = write(&mut phone, &new(GOOGLE, &card)).await.unwrap();
    // It was cut off after so many rows.
    for left in [4, 3, 1, 0] {
        fixture
            .providers
            .execute(&format!(
                "DELETE FROM data WHERE raw_contact_id = {remote} AND _id NOT IN
                   (SELECT _id FROM data WHERE raw_contact_id = {remote} ORDER BY _id LIMIT {left})"
            ))
            .unwrap();
        assert_eq!(write(&mut phone, &new(GOOGLE, &card)).await.unwrap(), remote);
        assert!(
            differing(&android, GOOGLE, &remote, &card).await.is_empty(),
            "{left}"
        );
    }
    let after = conformance::check(async || connect(&android).await)
        .await
        .unwrap();
    let count = |truth: &conformance::Truth| -> usize {
        let listing = truth.listing(Kind::Contact).unwrap();
        listing.collections.iter().map(|one| one.entries.len()).sum()
    };
    assert_eq!(count(&after), count(&before) + 1);
    // Another of the same words in another account is another.
    let other = write(&mut phone, &new("device", &card)).await.unwrap();
    assert_ne!(other, remote);
}

#[tokio::test]
async fn what_cannot_be_written_is_said() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    let card = card("Ada", "");
    let refused = async |phone: &mut AdbPhone, write_: Write| {
        assert!(
            matches!(write(phone, &write_).await, Err(WriteError::Refused(_))),
            "{write_:?}"
        );
    };
    let changed = Condition::Unchanged {
        remote: "1".into(),
        fingerprint: "1".into(),
    };
    refused(
        &mut phone,
        Write {
            condition: changed,
            ..new(GOOGLE, &card)
        },
    )
    .await;
    refused(
        &mut phone,
        Write {
            kind: Kind::Task,
            ..new(GOOGLE, &card)
        },
    )
    .await;
    refused(&mut phone, new(GOOGLE, &Bytes::from_static(b"nothing"))).await;
    fixture.providers.revoke(permission::WRITE_CONTACTS).unwrap();
    let error = write(&mut phone, &new(GOOGLE, &card)).await.unwrap_err();
    assert!(
        matches!(&error, WriteError::Link(error) if *error.kind() == ErrorKind::Refused),
        "{error:?}"
    );
    fixture.providers.grant(permission::WRITE_CONTACTS).unwrap();
    write(&mut phone, &new(GOOGLE, &card)).await.unwrap();
}
