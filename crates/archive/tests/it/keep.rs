//! What is kept of payloads, and how it is told.

use std::ops::ControlFlow;

use sidekeep_archive::{
    Archive, ArchiveErrorKind, Change, NewItem, Outcome, Query, Standing, StateRef, VerifyOptions, Writer,
};
use sidekeep_model::{Kind, Marks, Media};

use crate::support::*;

/// One step with one contact: the bytes' name, the fingerprint and whether it is a favourite, or None when it is gone;
/// and what that is as a change.
type Step = (Option<(&'static str, &'static str, bool)>, Option<Change>);

fn check(steps: &[Step]) {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    for (number, (state, expected)) in (0i64..).zip(steps) {
        let mut run = writer.begin(new_run(number * 10)).unwrap();
        run.collection(Kind::Contact, &collection("book")).unwrap();
        match state {
            Some((name, fingerprint, favourite)) => {
                let mut item = contact_item("1", fingerprint, number * 10);
                item.marks = Marks {
                    favourite: *favourite,
                    ..Marks::default()
                };
                assert_eq!(
                    run.payload(item, &card(name, "1")).unwrap(),
                    *expected,
                    "step {number}"
                );
            }
            None => run
                .gone(&key(Kind::Contact, "book", "1"), at(number * 10))
                .unwrap(),
        }
        run.verdict(verdict(Kind::Contact, "book")).unwrap();
        run.finish(Outcome::Complete, at(number * 10 + 1)).unwrap();
    }
    rebuilds_the_same(&mut writer);
}

#[test]
fn changes_are_told_apart() {
    use Change::*;
    check(&[
        (Some(("Ada", "1", false)), Some(Seen)),
        (Some(("Ada", "1", false)), None),
        (Some(("Ada", "2", false)), Some(Marked)),
        (Some(("Ada", "2", true)), Some(Marked)),
        (Some(("Ada L.", "3", true)), Some(Changed)),
        (None, None),
        (None, None),
        (Some(("Ada L.", "3", true)), Some(Back)),
        (Some(("Ada", "4", true)), Some(Changed)),
        (Some(("Ada", "4", true)), None),
    ]);
}

#[test]
fn every_version_stays_and_the_past_can_be_listed() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Contact, "book", "1", card("Ada", "1"));
    mirror(&mut writer, &phone, 0).unwrap();
    mirror(
        &mut writer,
        &phone.clone().with(Kind::Contact, "book", "1", card("Bea", "1")),
        100,
    )
    .unwrap();
    mirror(&mut writer, &phone.without(Kind::Contact, "book", "1"), 200).unwrap();

    let titles = |query: Query| -> Vec<(Vec<u8>, bool)> {
        let items = writer.list(&query).unwrap();
        items
            .iter()
            .map(|item| {
                let raw = writer.raw(&item.state).unwrap();
                assert!(String::from_utf8_lossy(&raw).contains(&format!("FN:{}\r", item.title)));
                (raw, item.present)
            })
            .collect()
    };
    let then = |seconds| Query {
        as_of: Some(at(seconds)),
        ..Query::default()
    };
    assert_eq!(titles(Query::default()), []);
    assert_eq!(
        titles(Query {
            gone: true,
            ..Query::default()
        }),
        [(card("Bea", "1"), false)]
    );
    assert_eq!(titles(then(-1)), []);
    assert_eq!(titles(then(50)), [(card("Ada", "1"), true)]);
    assert_eq!(titles(then(150)), [(card("Bea", "1"), true)]);
    assert_eq!(titles(then(250)), []);

    let versions = writer.versions(id(Kind::Contact, "book", "1")).unwrap();
    let changes: Vec<_> = versions.iter().map(|version| version.change).collect();
    assert_eq!(changes, [Change::Seen, Change::Changed, Change::Gone]);
    assert!(
        versions
            .iter()
            .all(|version| version.standing == Standing::Counted)
    );
    assert_eq!(
        writer.raw(versions[0].state.as_ref().unwrap()).unwrap(),
        card("Ada", "1")
    );
    let runs = writer.runs().unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!(writer.changes(&runs[0].id, 0, 9).unwrap().len(), 1);
    rebuilds_the_same(&mut writer);
}

/// Titles, order and times are those of then, also when the item was moved, renamed, or is gone by now.
#[test]
fn the_past_is_listed_by_what_it_said_then() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = |name: &str, day: &str| {
        Phone::default()
            .with(Kind::Contact, "book", "1", card(name, "1"))
            .with(Kind::Contact, "book", "2", card("Mia", "2"))
            .with(
                Kind::Event,
                "work",
                "1",
                event("1", name, &format!("2024{day}T100000")),
            )
            .with(Kind::Event, "work", "2", event("2", "Lunch", "20240601T100000"))
    };
    mirror(&mut writer, &phone("Ada", "0701"), 0).unwrap();
    mirror(&mut writer, &phone("Zoe", "0501"), 100).unwrap();
    let list = |query: Query| -> Vec<String> {
        let items = writer.list(&query).unwrap();
        items.into_iter().map(|item| item.title).collect()
    };
    let then = Query {
        as_of: Some(at(50)),
        ..Query::default()
    };
    assert_eq!(list(Query::default()), ["Mia", "Zoe", "Zoe", "Lunch"]);
    assert_eq!(list(then.clone()), ["Ada", "Mia", "Lunch", "Ada"]);
    let july = Query {
        since: Some("2024-06-15T00:00:00".parse().unwrap()),
        kinds: vec![Kind::Event],
        ..then
    };
    assert_eq!(list(july), ["Ada"]);
    rebuilds_the_same(&mut writer);
}

#[test]
fn bytes_stay_exact_whatever_they_are() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let payloads: Vec<Vec<u8>> = vec![
        card("Ada \u{2028}\u{0} \"quoted\" \\ \u{1f600}", "1"),
        b"BEGIN:VCARD\r\nFN:caf\xe9\r\nEND:VCARD".to_vec(),
        vec![b'x'; 16 << 10],
        vec![b'x'; (16 << 10) + 1],
        vec![0xff; 300_000],
        Vec::new(),
    ];
    let mut phone = Phone::default();
    for (number, bytes) in payloads.iter().enumerate() {
        phone = phone.with(Kind::Contact, "book", &number.to_string(), bytes.clone());
    }
    mirror(&mut writer, &phone, 0).unwrap();
    for archive in [&*writer, &Archive::open(dir.path()).unwrap()] {
        for (number, bytes) in payloads.iter().enumerate() {
            let item = archive
                .item(id(Kind::Contact, "book", &number.to_string()))
                .unwrap()
                .unwrap();
            assert_eq!(&archive.raw(&item.state).unwrap(), bytes);
            assert_eq!(item.damage, None);
        }
    }
    let unknown = StateRef {
        digest: sidekeep_model::Digest::of(b"unknown"),
        media: Media::VCARD.into(),
    };
    assert_eq!(
        writer.raw(&unknown).unwrap_err().kind(),
        ArchiveErrorKind::NotFound
    );
    rebuilds_the_same(&mut writer);
}

/// An exporter that stamps every item anew each day changes none of them.
#[test]
fn new_stamps_alone_are_no_new_version() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let stamped = |stamp: &str, summary: &str| {
        let event = String::from_utf8(event("e", summary, "20240503T140000")).unwrap();
        event.replace("20240101T000000Z", stamp).into_bytes()
    };
    let mut keep = |seconds, fingerprint: &str, raw: &[u8]| {
        let item = NewItem {
            kind: Kind::Event,
            media: Media::ICALENDAR.into(),
            ..contact_item("e", fingerprint, seconds)
        };
        let mut run = writer.begin(new_run(seconds)).unwrap();
        let change = run.payload(item, raw).unwrap();
        run.verdict(verdict(Kind::Event, "book")).unwrap();
        run.finish(Outcome::Complete, at(seconds + 1)).unwrap();
        change
    };
    let first = stamped("20240101T000000Z", "Tea");
    assert_eq!(keep(0, "1", &first), Some(Change::Seen));
    assert_eq!(keep(10, "1", &stamped("20240102T000000Z", "Tea")), None);
    // The phone's mark is news, the bytes are not.
    assert_eq!(
        keep(20, "2", &stamped("20240103T000000Z", "Tea")),
        Some(Change::Marked)
    );
    let edited = stamped("20240104T000000Z", "Tea at five");
    assert_eq!(keep(30, "3", &edited), Some(Change::Changed));
    let id = id(Kind::Event, "book", "e");
    let states: Vec<_> = writer
        .versions(id)
        .unwrap()
        .into_iter()
        .map(|version| writer.raw(&version.state.unwrap()).unwrap())
        .collect();
    assert_eq!(states, [first.clone(), first, edited]);
    rebuilds_the_same(&mut writer);
}

#[test]
fn search_finds_by_words_their_beginnings_and_numbers() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default()
        .with(
            Kind::Contact,
            "book",
            "1",
            card("Zoë Lovelace", "+1 202-555-0123"),
        )
        .with(
            Kind::Contact,
            "book",
            "2",
            card("Charles Babbage", "+1 202-555-0199"),
        )
        .with(
            Kind::Event,
            "work",
            "e",
            event("u1", "Dinner with Zoe", "20240503T190000"),
        )
        .with(Kind::Photo, "DCIM", "DCIM/Camera/IMG_1234.jpg", "pixels");
    mirror(&mut writer, &phone, 0).unwrap();
    let reader = Archive::open(dir.path()).unwrap();
    let check = |words: &str, expected: &[&str]| {
        let mut found: Vec<String> = reader
            .search(words, 10)
            .unwrap()
            .into_iter()
            .map(|item| item.title)
            .collect();
        found.sort();
        assert_eq!(found, expected, "{words:?}");
    };
    check("zoe", &["Dinner with Zoe", "Zoë Lovelace"]);
    check("love zo", &["Zoë Lovelace"]);
    check("2025550199", &["Charles Babbage"]);
    check("(202) 555-0123", &["Zoë Lovelace"]);
    check("0202 5550123", &["Zoë Lovelace"]);
    check("img 1234", &["IMG_1234.jpg"]);
    check("zoe babbage", &[]);
    check("\" OR *", &[]);
    check("", &[]);
}

#[test]
fn lists_are_sorted_and_filtered() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default()
        .with(Kind::Contact, "book", "1", card("bea", "1"))
        .with(Kind::Contact, "book", "2", card("Ada", "1"))
        .with(Kind::Event, "work", "1", event("1", "later", "20250101T100000"))
        .with(Kind::Event, "work", "2", event("2", "sooner", "20240101T100000"));
    mirror(&mut writer, &phone, 0).unwrap();
    let check = |query: Query, expected: &[&str]| {
        let found: Vec<String> = writer
            .list(&query)
            .unwrap()
            .into_iter()
            .map(|item| item.title)
            .collect();
        assert_eq!(found, expected, "{query:?}");
    };
    check(Query::default(), &["Ada", "bea", "sooner", "later"]);
    let events = Query {
        kinds: vec![Kind::Event],
        ..Query::default()
    };
    let wall = |text: &str| Some(text.parse().unwrap());
    check(
        Query {
            since: wall("2024-06-01T00:00:00"),
            ..events.clone()
        },
        &["later"],
    );
    check(
        Query {
            until: wall("2024-06-01T00:00:00"),
            ..events.clone()
        },
        &["sooner"],
    );
    check(
        Query {
            limit: Some(1),
            ..events.clone()
        },
        &["sooner"],
    );
    check(
        Query {
            phones: vec!["other".into()],
            ..events.clone()
        },
        &[],
    );
    check(
        Query {
            collection: Some("book".into()),
            ..Query::default()
        },
        &["Ada", "bea"],
    );
}

#[test]
fn a_dump_tells_states_and_no_times() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Contact, "book", "1", "a").with(
        Kind::Photo,
        "DCIM",
        "DCIM/1.jpg",
        "pixels",
    );
    mirror(&mut writer, &phone, 0).unwrap();
    mirror(&mut writer, &phone.with(Kind::Contact, "book", "1", "b"), 10).unwrap();
    insta::assert_snapshot!(dump(&writer), @r#"
    {"phone":{"id":"android:TEST","name":"Ada's phone","model":"Test 1"}}
    {"collection":{"phone":"android:TEST","kind":"contact","id":"book","name":"The book"}}
    {"collection":{"phone":"android:TEST","kind":"photo","id":"DCIM","name":"The DCIM"}}
    {"item":{"phone":"android:TEST","kind":"contact","collection":"book","remote":"1","present":true,"fingerprint":"1:10e5cf3d3c8a4f9f3468c8cc58eea84892a22fdadbc1acb22410190044c1d553","marks":{},"versions":[{"digest":"17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f","media":"text/vcard","size":1},{"digest":"10e5cf3d3c8a4f9f3468c8cc58eea84892a22fdadbc1acb22410190044c1d553","media":"text/vcard","size":1}]}}
    {"item":{"phone":"android:TEST","kind":"photo","collection":"DCIM","remote":"DCIM/1.jpg","present":true,"fingerprint":"6:de6a7900b92aebb51befe7d1916188247b895cab1ad5597a042579ea7e4f8add","marks":{},"versions":[{"digest":"de6a7900b92aebb51befe7d1916188247b895cab1ad5597a042579ea7e4f8add","media":"image/jpeg","size":6,"path":"Photos/2024/2024-05-03/1.jpg","sha256":"6ec9c2b0eb14010746c8bce8939303b382344b296206612eb8a907a37b2b2f37","taken":{"wall":"2024-05-03T14:00:00","offset":"+01:00","source":"exif"}}]}}
    "#);
}

#[test]
fn one_writer_and_readers_that_never_wait() {
    let dir = scratch();
    assert_eq!(
        Archive::open(dir.path()).err().unwrap().kind(),
        ArchiveErrorKind::Absent
    );
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    assert_eq!(
        Writer::open(dir.path()).err().unwrap().kind(),
        ArchiveErrorKind::Busy
    );
    run.collection(Kind::Contact, &collection("book")).unwrap();
    run.payload(contact_item("1", "1", 0), &card("Ada", "1")).unwrap();
    let reader = Archive::open(dir.path()).unwrap();
    assert_eq!(
        reader.list(&Query::default()).unwrap().len(),
        0,
        "not durable yet"
    );
    run.sync().unwrap();
    assert_eq!(
        reader.list(&Query::default()).unwrap().len(),
        1,
        "durable, so shown"
    );
    run.finish(Outcome::Complete, at(1)).unwrap();
    drop(writer);
    assert!(Writer::open(dir.path()).is_ok());
}

#[test]
fn a_newer_format_is_refused_and_left_alone() {
    let dir = scratch();
    drop(Writer::open(dir.path()).unwrap());
    let format = dir.path().join(".sidekeep/format");
    std::fs::write(&format, "sidekeep-archive 2\n").unwrap();
    let listing = || {
        let mut names: Vec<_> = walkdir::WalkDir::new(dir.path())
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                let facts = entry.metadata().unwrap();
                (entry.path().to_owned(), facts.modified().unwrap(), facts.len())
            })
            .collect();
        names.sort();
        names
    };
    let before = listing();
    let newer = ArchiveErrorKind::NewerFormat { found: 2, known: 1 };
    assert_eq!(Writer::open(dir.path()).err().unwrap().kind(), newer);
    assert_eq!(Archive::open(dir.path()).err().unwrap().kind(), newer);
    assert_eq!(listing(), before);
    std::fs::write(&format, "something else").unwrap();
    assert_eq!(
        Archive::open(dir.path()).err().unwrap().kind(),
        ArchiveErrorKind::Damaged
    );
}

#[test]
fn a_lost_or_broken_index_comes_back() {
    let dir = scratch();
    let phone = Phone::default()
        .with(Kind::Contact, "book", "1", card("Ada", "1"))
        .with(Kind::Photo, "DCIM", "DCIM/1.jpg", "pixels");
    let mut writer = Writer::open(dir.path()).unwrap();
    mirror(&mut writer, &phone, 0).unwrap();
    mirror(
        &mut writer,
        &phone.clone().with(Kind::Contact, "book", "1", card("Bea", "2")),
        10,
    )
    .unwrap();
    let whole = dump(&writer);
    drop(writer);
    let index = dir.path().join(".sidekeep/index.db");
    let spoil: [&dyn Fn(); 3] = [
        &|| std::fs::remove_file(&index).unwrap(),
        &|| {
            std::fs::write(
                &index,
                b"no database at all, but long enough to look like a file of one",
            )
            .unwrap()
        },
        &|| {
            let other = rusqlite::Connection::open(&index).unwrap();
            other.pragma_update(None, "user_version", 999).unwrap();
        },
    ];
    for (number, spoil) in spoil.iter().enumerate() {
        spoil();
        assert_eq!(dump(&Archive::open(dir.path()).unwrap()), whole, "way {number}");
    }
    // All who ask while it is made anew get the whole of it.
    for _ in 0..10 {
        std::fs::remove_file(&index).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(dump(&Archive::open(dir.path()).unwrap()), whole));
            }
        });
    }
    // While another process writes, a reader cannot make it anew.
    let _writer = Writer::open(dir.path()).unwrap();
    std::fs::remove_file(&index).unwrap();
    assert_eq!(
        Archive::open(dir.path()).err().unwrap().kind(),
        ArchiveErrorKind::Busy
    );
}

#[test]
fn what_was_counted_is_kept_until_it_changes() {
    let dir = scratch();
    let phone = Phone::default()
        .with(Kind::Contact, "book", "1", card("Ada", "1"))
        .with(Kind::Photo, "DCIM", "DCIM/1.jpg", "pixels");
    let kept = || {
        let index = rusqlite::Connection::open(dir.path().join(".sidekeep/index.db")).unwrap();
        let rows = index.query_row("SELECT count(*) FROM sums", [], |row| row.get(0));
        rows.map(|rows: u32| rows).unwrap()
    };
    let mut writer = Writer::open(dir.path()).unwrap();
    mirror(&mut writer, &phone, 0).unwrap();
    assert_eq!(kept(), 2, "after a run");
    let mut run = writer.begin(new_run(10)).unwrap();
    run.collection(Kind::Contact, &collection("book")).unwrap();
    run.payload(contact_item("2", "1", 10), &card("Bea", "2"))
        .unwrap();
    run.sync().unwrap();
    assert_eq!(kept(), 0, "an item that nobody has counted");
    drop(run);
    drop(writer);
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(kept(), 2, "after the run was ended");
    writer.rebuild(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(kept(), 2, "after a rebuild");
    let options = VerifyOptions {
        at: at(20),
        sample: None,
        jobs: 1,
    };
    writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(kept(), 2, "after a check");
}

#[test]
fn runs_of_one_second_and_of_a_clock_that_runs_backwards_stay_in_order() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    for (seconds, name) in [(100, "a"), (100, "b"), (0, "c"), (200, "d")] {
        let phone = Phone::default().with(Kind::Contact, "book", "1", name);
        mirror(&mut writer, &phone, seconds).unwrap();
    }
    let names: Vec<_> = writer
        .versions(id(Kind::Contact, "book", "1"))
        .unwrap()
        .iter()
        .map(|version| writer.raw(version.state.as_ref().unwrap()).unwrap())
        .collect();
    assert_eq!(names, [b"a", b"b", b"c", b"d"]);
    rebuilds_the_same(&mut writer);
}
