//! What the adb link makes of an Android phone: exact values, honest answers, and what is incremental.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::collections::BTreeMap;
use std::fs;

use phones::{Fixture, NASTY, connect};
use sidekeep_formats::android::{ContactRows, EventRows, GroupRow, Row};
use sidekeep_links::adb::{self, Access};
use sidekeep_links::conformance::{self, Truth};
use sidekeep_links::{Collected, Entry, Listing, Phone};
use sidekeep_model::{Kind, Reading, Reason};
use sidekeep_testphones::{MediaRow, authority, permission};

async fn truth(fixture: &Fixture) -> Truth {
    let android = fixture.serve().await;
    conformance::check(async || connect(&android).await)
        .await
        .unwrap()
}

fn collection<'a>(listing: &'a Listing, id: &str) -> &'a Collected {
    listing
        .collections
        .iter()
        .find(|one| one.collection.id.as_str() == id)
        .unwrap()
}

fn entry<'a>(listing: &'a Listing, remote: &str) -> Option<&'a Entry> {
    let mut entries = listing.collections.iter().flat_map(|one| &one.entries);
    entries.find(|entry| entry.remote.as_str() == remote)
}

fn reason(reading: &Reading) -> Option<Reason> {
    reading.reasons().first().map(|why| why.reason)
}

fn columns<'a>(row: &'a Row, names: &[&str]) -> Vec<&'a str> {
    names
        .iter()
        .map(|name| row.get(*name).map_or("NULL!", String::as_str))
        .collect()
}

#[tokio::test]
async fn contacts_come_exactly_whatever_their_values_hold() {
    let truth = truth(&Fixture::full(Some("/sdcard"))).await;
    for (n, value) in NASTY.iter().enumerate() {
        let raw = truth
            .bytes(Kind::Contact, "com.google:ada@example.org", &(n + 1).to_string())
            .unwrap();
        let rows = ContactRows::from_bytes(raw).unwrap();
        let all: Vec<Vec<&str>> = rows
            .data
            .iter()
            .map(|row| columns(row, &["data1", "data2", "data3", "data4"]))
            .collect();
        let name = format!("Person {n}");
        assert_eq!(
            all,
            [
                vec![name.as_str(), value, "NULL!", "NULL!"],
                vec![value, "NULL!", "NULL!", "NULL!"],
                vec!["555-0100", "0", value, "NULL!"],
            ]
        );
        assert_eq!(rows.raw_contact["account_type"], "com.google");
        assert!(
            !rows.raw_contact.contains_key("version"),
            "it counts what is not kept, too"
        );
    }
}

#[tokio::test]
async fn groups_and_accounts() {
    let truth = truth(&Fixture::full(Some("/sdcard"))).await;
    let contacts = truth.listing(Kind::Contact).unwrap();
    let derived: Vec<(&str, bool, usize)> = contacts
        .collections
        .iter()
        .map(|one| {
            (
                one.collection.id.as_str(),
                one.collection.derived,
                one.entries.len(),
            )
        })
        .collect();
    assert_eq!(
        derived,
        [
            ("com.google:ada@example.org", false, NASTY.len() + 1),
            ("com.whatsapp:WhatsApp", true, 1),
            ("device", false, 2)
        ]
    );
    let ada = (NASTY.len() + 1).to_string();
    let raw = truth
        .bytes(Kind::Contact, "com.google:ada@example.org", &ada)
        .unwrap();
    let rows = ContactRows::from_bytes(raw).unwrap();
    let member = rows
        .data
        .iter()
        .find(|row| row["mimetype"].ends_with("group_membership"))
        .unwrap();
    assert_eq!(member["group_title"], "Friends, data2=NULL");
    let titles: Vec<String> = ["1", "2"]
        .iter()
        .map(|id| {
            truth
                .bytes(Kind::Group, "com.google:ada@example.org", id)
                .unwrap()
        })
        .map(|raw| GroupRow::from_bytes(raw).unwrap().group["title"].clone())
        .collect();
    assert_eq!(titles, ["Friends, data2=NULL", "NULL"]);
}

#[tokio::test]
async fn a_series_carries_its_exceptions_and_what_hangs_on_them() {
    let truth = truth(&Fixture::full(Some("/sdcard"))).await;
    let listing = truth.listing(Kind::Event).unwrap();
    let calendars: Vec<(&str, bool, bool, usize)> = listing
        .collections
        .iter()
        .map(|one| {
            (
                one.collection.name.as_str(),
                one.collection.read_only,
                one.collection.derived,
                one.entries.len(),
            )
        })
        .collect();
    assert_eq!(
        calendars,
        [
            ("Work, calendar_color=1", false, false, 2),
            ("Birthdays", true, true, 1),
            ("Empty", false, false, 0)
        ]
    );
    assert_eq!(
        listing.collections[0].collection.colour.as_deref(),
        Some("#2952A3")
    );
    let rows = EventRows::from_bytes(truth.bytes(Kind::Event, "1", "1").unwrap()).unwrap();
    assert_eq!(
        columns(&rows.event, &["title", "description", "eventLocation", "rrule"]),
        ["Stand-up\nRow: 1 _id=2", "", "NULL!", "FREQ=WEEKLY"]
    );
    let exceptions: Vec<&str> = rows.exceptions.iter().map(|row| row["_id"].as_str()).collect();
    assert_eq!(
        exceptions,
        ["2", "3"],
        "one by the master's row, one by its sync id"
    );
    assert_eq!(
        (rows.attendees.len(), rows.reminders.len(), rows.extended.len()),
        (2, 2, 1)
    );
    assert_eq!(rows.attendees[0]["attendeeName"], "Bob = b, c=");
    let orphan = EventRows::from_bytes(truth.bytes(Kind::Event, "1", "4").unwrap()).unwrap();
    assert_eq!(orphan.event["title"], "Orphan");
}

#[tokio::test]
async fn pictures_come_from_the_index_and_from_dcim() {
    let truth = truth(&Fixture::full(Some("/sdcard"))).await;
    let listing = truth.listing(Kind::Photo).unwrap();
    let found: BTreeMap<&str, Vec<&str>> = listing
        .collections
        .iter()
        .map(|one| {
            let remotes = one.entries.iter().map(|entry| entry.remote.as_str());
            (one.collection.id.as_str(), remotes.collect())
        })
        .collect();
    let camera = vec![
        "DCIM/Camera/IMG_1.jpg",
        "DCIM/Camera/IMG_2, _data=x.jpg",
        "DCIM/Camera/empty.jpg",
    ];
    let expected = [
        ("DCIM/Camera", camera),
        ("DCIM/secret", vec!["DCIM/secret/only-on-disk.jpg"]),
        (
            "Pictures/Screenshots",
            vec!["Pictures/Screenshots/two  spaces é.png"],
        ),
        ("WhatsApp/Media", vec!["WhatsApp/Media/in.jpg"]),
    ];
    assert_eq!(found, expected.into());
    let marks = &entry(listing, "DCIM/Camera/IMG_1.jpg").unwrap().marks;
    assert_eq!(marks.taken, Some(phones::MODIFIED * 1000));
    assert_eq!(marks.modified, Some(phones::MODIFIED * 1000));
    assert_eq!(marks.name.as_deref(), Some("IMG_1.jpg"));
    let bytes = truth
        .bytes(Kind::Photo, "DCIM/Camera", "DCIM/Camera/IMG_1.jpg")
        .unwrap();
    assert_eq!(bytes[..], phones::bytes("DCIM/Camera/IMG_1.jpg", 300_000));
}

#[tokio::test]
async fn a_refusal_or_a_lack_is_unavailable_and_never_empty() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    let cases = [
        (Kind::Contact, permission::CONTACTS, authority::CONTACTS),
        (Kind::Group, permission::CONTACTS, authority::CONTACTS),
        (Kind::Event, permission::CALENDAR, authority::CALENDAR),
    ];
    for (kind, permission, authority) in cases {
        fixture.providers.revoke(permission).unwrap();
        let refused = phone.list(kind, None).await.unwrap();
        assert!(
            matches!(refused.reading, Reading::Unavailable { .. }),
            "{refused:?}"
        );
        assert_eq!(reason(&refused.reading), Some(Reason::Refused));
        fixture.providers.grant(permission).unwrap();
        fixture.providers.remove_provider(authority).unwrap();
        let lacking = phone.list(kind, None).await.unwrap();
        assert!(
            matches!(lacking.reading, Reading::Unavailable { .. }),
            "{lacking:?}"
        );
        assert_eq!(reason(&lacking.reading), Some(Reason::Missing));
        fixture.providers.restore_provider(authority).unwrap();
        let back = phone.list(kind, None).await.unwrap();
        assert!(back.collections.iter().any(|one| !one.entries.is_empty()));
    }
}

#[tokio::test]
async fn without_the_index_folders_are_walked_and_nothing_elsewhere_counts_as_gone() {
    let fixture = Fixture::full(Some("/sdcard"));
    fixture.file("DCIM/Camera/.trashed-1714737802-IMG_9.jpg", 9);
    fixture.file("Download/saved.webp", 9);
    fixture.providers.revoke(permission::MEDIA).unwrap();
    let truth = truth(&fixture).await;
    let listing = truth.listing(Kind::Photo).unwrap();
    assert_eq!(reason(&listing.reading), Some(Reason::Refused));
    assert!(!listing.reading.lists_everything());
    let camera = collection(listing, "DCIM/Camera");
    assert_eq!(reason(&camera.reading), Some(Reason::WalkedOnly));
    assert!(camera.reading.lists_everything());
    assert!(entry(listing, "WhatsApp/Media/in.jpg").is_none());
    assert!(entry(listing, "Pictures/secret/left-alone.jpg").is_none());
    assert!(entry(listing, "Download/saved.webp").is_some());
    let trashed = entry(listing, "DCIM/Camera/IMG_9.jpg").unwrap();
    assert!(trashed.marks.trashed);
    assert!(
        truth
            .bytes(Kind::Photo, "DCIM/Camera", "DCIM/Camera/IMG_9.jpg")
            .is_some()
    );

    fs::remove_dir_all(fixture.storage()).unwrap();
    fs::create_dir(fixture.storage()).unwrap();
    let android = fixture.serve().await;
    let nothing = connect(&android).await.list(Kind::Photo, None).await.unwrap();
    assert!(
        matches!(nothing.reading, Reading::Unavailable { .. }),
        "{nothing:?}"
    );
}

#[tokio::test]
async fn a_photo_in_the_bin_keeps_its_id() {
    let fixture = Fixture::empty(Some("/sdcard"));
    let name = "DCIM/Camera/.trashed-1714737802-IMG_1.jpg";
    fixture.file(name, 100);
    let row = MediaRow {
        data: format!("/sdcard/{name}"),
        root: "/sdcard".to_owned(),
        mime: "image/jpeg".to_owned(),
        size: 100,
        modified: phones::MODIFIED,
        trashed: true,
        ..MediaRow::default()
    };
    fixture.providers.media(&row).unwrap();
    let truth = truth(&fixture).await;
    let listing = truth.listing(Kind::Photo).unwrap();
    let entry = entry(listing, "DCIM/Camera/IMG_1.jpg").unwrap();
    assert!(entry.marks.trashed);
    assert_eq!(entry.marks.name.as_deref(), Some("IMG_1.jpg"));
    assert!(
        truth
            .bytes(Kind::Photo, "DCIM/Camera", "DCIM/Camera/IMG_1.jpg")
            .is_some()
    );
}

#[tokio::test]
async fn a_row_without_its_file_is_not_there_and_the_files_own_state_counts() {
    let fixture = Fixture::full(Some("/sdcard"));
    fs::remove_file(fixture.path("DCIM/Camera/IMG_1.jpg")).unwrap();
    fs::write(fixture.path("DCIM/Camera/empty.jpg"), b"grown").unwrap();
    let android = fixture.serve().await;
    let listing = connect(&android).await.list(Kind::Photo, None).await.unwrap();
    assert!(entry(&listing, "DCIM/Camera/IMG_1.jpg").is_none());
    assert_eq!(entry(&listing, "DCIM/Camera/empty.jpg").unwrap().size, Some(5));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_once() {
    let fixture = Fixture::full(Some("/sdcard"));
    let big = "hex(zeroblob(1500000))";
    for change in [
        format!("UPDATE raw_contacts SET sourceid = {big} WHERE _id = 1"),
        format!("UPDATE groups SET notes = {big} WHERE _id = 1"),
        format!("UPDATE Events SET description = {big} WHERE _id = 1"),
    ] {
        assert_eq!(fixture.providers.execute(&change).unwrap(), 1);
    }
    let set = format!("_data = _data || {big}");
    let changed = fixture.providers.change_media(&set, "_data LIKE '%/IMG_1.jpg'");
    assert_eq!(changed.unwrap(), 1);
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    for kind in [Kind::Contact, Kind::Group, Kind::Event, Kind::Photo] {
        let listing = phone.list(kind, None).await.unwrap();
        let count = |reading: &Reading| {
            let mut reasons = reading.reasons().iter();
            reasons
                .find(|why| why.reason == Reason::Garbled)
                .map(|why| why.count)
        };
        assert_eq!(count(&listing.reading), Some(1), "{listing:?}");
        for one in &listing.collections {
            assert_eq!(count(&one.reading), Some(0), "{one:?}");
        }
    }
}

#[tokio::test]
async fn the_index_says_what_has_not_changed() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    let first = phone.list(Kind::Photo, None).await.unwrap();
    let unchanged = |listing: &Listing, remote: &str| entry(listing, remote).unwrap().unchanged;
    assert!(!unchanged(&first, "DCIM/Camera/IMG_1.jpg"));
    fixture
        .providers
        .change_media("is_favorite = 1", "_data LIKE '%/in.jpg'")
        .unwrap();
    let second = phone.list(Kind::Photo, first.cursor.as_ref()).await.unwrap();
    assert!(unchanged(&second, "DCIM/Camera/IMG_1.jpg"));
    assert!(
        !unchanged(&second, "DCIM/secret/only-on-disk.jpg"),
        "the index does not know it"
    );
    assert!(!unchanged(&second, "WhatsApp/Media/in.jpg"));
    assert!(entry(&second, "WhatsApp/Media/in.jpg").unwrap().marks.favourite);
    fixture.providers.set("media_version", Some("2:rebuilt")).unwrap();
    let third = phone.list(Kind::Photo, second.cursor.as_ref()).await.unwrap();
    assert!(!unchanged(&third, "DCIM/Camera/IMG_1.jpg"));
}

#[tokio::test]
async fn a_contact_shows_every_change_that_is_kept() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let mut phone = connect(&android).await;
    let ada = (NASTY.len() + 1).to_string();
    let mut state = async || {
        let listing = phone.list(Kind::Contact, None).await.unwrap();
        ["1", ada.as_str()].map(|remote| entry(&listing, remote).unwrap().fingerprint.clone())
    };
    let mut before = state().await;
    for (change, which) in [
        (
            "UPDATE raw_contacts SET version = version + 1 WHERE _id = 1",
            [true, false],
        ),
        ("UPDATE raw_contacts SET starred = 1 WHERE _id = 1", [true, false]),
        ("UPDATE groups SET title = 'Family' WHERE _id = 1", [false, true]),
        ("UPDATE raw_contacts SET dirty = 1", [false, false]),
    ] {
        assert!(fixture.providers.execute(change).unwrap() > 0);
        let after = state().await;
        assert_eq!([before[0] != after[0], before[1] != after[1]], which, "{change}");
        before = after;
    }
}

#[tokio::test]
async fn more_contacts_than_one_page() {
    let fixture = Fixture::empty(Some("/sdcard"));
    let account = fixture
        .providers
        .account(Some("com.google"), Some("ada@example.org"))
        .unwrap();
    let count = 2_300;
    fixture
        .providers
        .batch(|providers| {
            for n in 0..count {
                let name = serde_json::json!({ "mimetype": "name", "data1": format!("Person {n}, data2=") });
                let phone = serde_json::json!({ "mimetype": "phone_v2", "data1": format!("555-{n:04}"), "data2": "2" });
                providers.contact(account, &[name, phone])?;
            }
            Ok(())
        })
        .unwrap();
    let truth = truth(&fixture).await;
    assert_eq!(truth.count(Kind::Contact), count);
    let last = truth
        .bytes(Kind::Contact, "com.google:ada@example.org", &count.to_string())
        .unwrap();
    let rows = ContactRows::from_bytes(last).unwrap();
    assert_eq!(rows.data[0]["data1"], format!("Person {}, data2=", count - 1));
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_no_text_is_counted_and_hides_nothing_else() {
    use std::os::unix::ffi::OsStrExt;

    use sidekeep_testphones::adbd::Adbd;

    let fixture = Fixture::full(None);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.jpg");
    fs::write(fixture.path("DCIM/Camera").join(name), b"x").unwrap();
    let adbd = Adbd::start(&fixture.storage(), &fixture.database()).unwrap();
    let mut phone = adb::connect(
        "127.0.0.1",
        adbd.address().port(),
        &fixture.mount,
        &Access::default(),
    )
    .await
    .unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let camera = collection(&listing, "DCIM/Camera");
    assert_eq!(camera.entries.len(), 3);
    let Reading::Partial { why } = &camera.reading else {
        panic!("{camera:?}");
    };
    assert_eq!((why[0].reason, why[0].count), (Reason::ItemsUnnameable, 1));
}
