//! The narrow rows for a window that shows all photos, or some days.

use sidekeep_archive::{Outcome, Query, Role, Tile, Writer};
use sidekeep_model::{Kind, Marks};

use crate::support::*;

/// The tiles as the ends of their wall times with their marks.
fn shown(tiles: &[Tile]) -> String {
    let tiles = tiles.iter().map(|tile| {
        let marks = [
            (tile.favourite, '*'),
            (tile.trashed, 'x'),
            (tile.screenshot, 's'),
            (tile.broken, '!'),
            (!tile.present, '-'),
        ];
        let marks: String = marks
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, mark)| mark)
            .collect();
        format!("{}{marks}", tile.taken.format("%dT%H"))
    });
    tiles.collect::<Vec<_>>().join(" ")
}

#[test]
fn photos_newest_first_with_their_marks() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    run.collection(Kind::Photo, &collection("DCIM")).unwrap();
    for (remote, wall) in [
        ("DCIM/a.jpg", "2024-05-03T14:00:00"),
        ("DCIM/b.jpg", "2024-05-05T14:00:00"),
        ("DCIM/Screenshots/c.png", "2024-05-04T13:00:00"),
        ("DCIM/Screenshot_20240504.png", "2024-05-04T14:00:00"),
        ("DCIM/screen.png", "2024-05-01T14:00:00"),
    ] {
        photo(&mut run, remote, remote.as_bytes(), wall, 0).unwrap();
    }
    let marks = Marks {
        favourite: true,
        name: Some("true".to_owned()),
        ..Marks::default()
    };
    run.mark(
        &key(Kind::Photo, "DCIM", "DCIM/a.jpg"),
        &"2".into(),
        &marks,
        at(1),
    )
    .unwrap();
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(1)).unwrap();
    let all = "05T14 04T14s 04T13s 03T14* 01T14";
    assert_eq!(shown(&writer.gallery(&Query::default()).unwrap()), all);

    let mut run = writer.begin(new_run(100)).unwrap();
    run.gone(&key(Kind::Photo, "DCIM", "DCIM/b.jpg"), at(100))
        .unwrap();
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(101)).unwrap();
    let query = |gone, as_of| Query {
        gone,
        as_of,
        ..Query::default()
    };
    for (query, expected) in [
        (query(false, None), "04T14s 04T13s 03T14* 01T14"),
        (query(true, None), "05T14-"),
        (query(false, Some(at(50))), all),
        (query(true, Some(at(100))), "05T14-"),
        (query(false, Some(at(-1))), ""),
        (
            Query {
                kinds: vec![Kind::Film],
                ..Query::default()
            },
            "",
        ),
        (
            Query {
                kinds: vec![Kind::Contact, Kind::Photo],
                ..query(true, None)
            },
            "05T14-",
        ),
        (
            Query {
                phones: vec!["android:OTHER".into()],
                ..Query::default()
            },
            "",
        ),
    ] {
        assert_eq!(shown(&writer.gallery(&query).unwrap()), expected, "{query:?}");
    }
    // An original that is damaged, by the last check, is told.
    let (_, state, original) = writer.shown(id(Kind::Photo, "DCIM", "DCIM/a.jpg"), None).unwrap();
    let path = dir.path().join(original.unwrap().path);
    std::fs::write(path, "spoilt").unwrap();
    let options = sidekeep_archive::VerifyOptions {
        at: at(200),
        sample: None,
        jobs: 1,
    };
    writer
        .verify(&options, &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
    assert!(writer.original(&state).is_err());
    let tiles = writer.gallery(&Query::default()).unwrap();
    assert_eq!(shown(&tiles), "04T14s 04T13s 03T14*! 01T14");
}

#[test]
fn events_that_may_touch_some_days() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let series = |start: &str| {
        let text = String::from_utf8(event("s", "series", start)).unwrap();
        text.replace("SUMMARY", "RRULE:FREQ=DAILY\r\nSUMMARY")
            .into_bytes()
    };
    let early = Phone::default()
        .with(Kind::Event, "cal", "may", event("may", "x", "20240503T100000"))
        .with(Kind::Event, "cal", "june", event("june", "x", "20240603T100000Z"))
        .with(Kind::Event, "work", "series", series("20200101T100000"))
        .with(Kind::Event, "work", "late", series("20300101T100000"));
    mirror(&mut writer, &early, 0).unwrap();
    let moved = early
        .with(Kind::Event, "cal", "june", event("june", "x", "20240504T100000Z"))
        .without(Kind::Event, "cal", "may");
    mirror(&mut writer, &moved, 100).unwrap();
    for (days, as_of, expected) in [
        (("2024-05-01", "2024-05-31"), None, "june/0 late/1 series/1"),
        (("2024-06-01", "2024-06-30"), None, "late/1 series/1"),
        (
            ("2024-05-01", "2024-05-31"),
            Some(at(50)),
            "late/1 may/0 series/1",
        ),
        (
            ("2024-06-01", "2024-06-30"),
            Some(at(50)),
            "june/0 late/1 series/1",
        ),
        (("2024-06-01", "2024-06-30"), Some(at(-1)), ""),
    ] {
        let wall = |day: &str| format!("{day}T00:00:00").parse().unwrap();
        let rows = writer.agenda(wall(days.0), wall(days.1), as_of).unwrap();
        let mut found: Vec<String> = rows
            .iter()
            .map(|row| {
                let item = writer.item(row.id).unwrap().unwrap();
                assert!(writer.raw(&row.state).is_ok());
                format!("{}/{}", item.remote, row.calendar)
            })
            .collect();
        found.sort();
        assert_eq!(found.join(" "), expected, "{days:?} {as_of:?}");
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let dir = scratch();
    let writer = Writer::open(dir.path()).unwrap();
    let error = writer.shown(id(Kind::Photo, "DCIM", "none"), None).unwrap_err();
    assert_eq!(error.kind(), sidekeep_archive::ArchiveErrorKind::NotFound);
}

#[test]
fn a_raw_and_its_jpeg_are_one_thing_now_and_after_a_rebuild() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    run.collection(Kind::Photo, &collection("DCIM")).unwrap();
    for (remote, wall) in [
        ("DCIM/DSC_0001.NEF", "2024-05-03T14:00:00"),
        ("DCIM/DSC_0001.JPG", "2024-05-03T14:00:01"),
        ("DCIM/DSC_0002.NEF", "2024-05-03T14:00:00"),
        ("DCIM/DSC_0002.JPG", "2024-05-03T15:00:00"),
    ] {
        photo(&mut run, remote, remote.as_bytes(), wall, 0).unwrap();
    }
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(1)).unwrap();
    let id = |remote: &str| id(Kind::Photo, "DCIM", remote);
    let pair = [
        (id("DCIM/DSC_0001.JPG"), Role::Picture),
        (id("DCIM/DSC_0001.NEF"), Role::Raw),
    ];
    let check = |writer: &Writer| {
        let stacks = writer.stacks(&Query::default()).unwrap();
        let item = writer.item(pair[1].0).unwrap().unwrap();
        assert_eq!(writer.stacks(&Query::around(&item, None)).unwrap(), stacks);
        for (member, _) in pair {
            assert_eq!(stacks.of(member), Some(&pair[..]));
        }
        assert_eq!(stacks.of(id("DCIM/DSC_0002.NEF")), None);
    };
    check(&writer);
    rebuilds_the_same(&mut writer);
    check(&writer);
}

#[test]
fn photos_of_some_time() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    run.collection(Kind::Photo, &collection("DCIM")).unwrap();
    for wall in ["13:59:59", "14:00:00", "14:30:00", "15:00:00"] {
        photo(&mut run, wall, wall.as_bytes(), &format!("2024-05-03T{wall}"), 0).unwrap();
    }
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(1)).unwrap();
    for as_of in [None, Some(at(100))] {
        let query = Query {
            kinds: vec![Kind::Photo, Kind::Film],
            since: Some("2024-05-03T14:00:00".parse().unwrap()),
            until: Some("2024-05-03T15:00:00".parse().unwrap()),
            as_of,
            ..Query::default()
        };
        let found = writer.list(&query).unwrap();
        let found: Vec<&str> = found.iter().map(|item| item.title.as_str()).collect();
        assert_eq!(found, ["14:00:00", "14:30:00"], "{as_of:?}");
    }
}
