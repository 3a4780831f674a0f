//! An export's preview and the export agree.

use std::path::Path;

use sidekeep_engine::screen::{ExportOrder, ExportWhat, Lost, as_file, preview};
use sidekeep_engine::{Clock, Dialect, EngineError, Reduced, Skipped, Work};
use sidekeep_model::ItemId;

use sidekeep_testphones::bulk::black_png;

use crate::stage::{Stage, card, event, people};

pub(crate) fn order(what: ExportWhat) -> ExportOrder {
    ExportOrder {
        what,
        ids: Vec::new(),
        phone: None,
        collection: None,
        since: None,
        until: None,
        as_of: None,
        dialect: Dialect::Plain,
        per_contact: false,
        jpeg_quality: None,
        long_edge: None,
        derived: false,
        replace: false,
        to: None,
    }
}

#[tokio::test]
async fn a_preview_says_what_the_export_then_does() {
    let stage = Stage::new();
    let png = stage.folder.path().join("black.png");
    black_png(&png, 64, 48).unwrap();
    let png = std::fs::read(png).unwrap();
    let mut phone = people(3)
        .contact("x", &card("Vera", "RELATED;VALUE=text:Bo\r\nX-ODD:1\r\n"))
        .event("e", &event("u", "Tea"))
        .photo("DCIM/a.png", &png)
        .photo("DCIM/b.jpg", b"")
        .film("DCIM/c.mp4", b"\0\0\0\x18ftypmp42");
    stage.mirror(&mut phone).await;
    let work = Work::new(tokio::runtime::Handle::current(), Clock::system());
    for (nth, order) in [
        order(ExportWhat::Contacts),
        ExportOrder {
            dialect: Dialect::Outlook,
            ..order(ExportWhat::Contacts)
        },
        order(ExportWhat::Calendars),
        order(ExportWhat::Photos),
        ExportOrder {
            jpeg_quality: Some(80),
            long_edge: Some(32),
            ..order(ExportWhat::Photos)
        },
    ]
    .into_iter()
    .enumerate()
    {
        let told = preview(&stage.engine, &order).unwrap();
        let to = stage.folder.path().join(format!("out{nth}"));
        let ordered = ExportOrder {
            to: Some(to.clone()),
            ..order.clone()
        };
        let done = work.export(&stage.engine, ordered.clone()).await.unwrap();
        assert_eq!(
            (told.items, told.file_count),
            (done.items, done.file_count),
            "{order:?}"
        );
        let mut written: Vec<String> = done
            .files
            .iter()
            .map(|file| {
                std::path::Path::new(file)
                    .strip_prefix(&to)
                    .unwrap()
                    .display()
                    .to_string()
            })
            .collect();
        let mut names = told.files.clone();
        written.sort();
        names.sort();
        assert_eq!(names, written);
        assert_eq!(told.left_out, done.left_out);
        assert!(done.unproven.is_empty());
        if order.jpeg_quality.is_none() {
            assert_eq!((told.bytes, &told.losses), (done.bytes, &done.losses));
        } else {
            assert!(
                told.losses.iter().all(|loss| done.losses.contains(loss)),
                "{told:?} {done:?}"
            );
            let size = Lost::Picture {
                reduced: Reduced::Size,
            };
            let shrunk = told.losses.iter().find(|loss| loss.lost == size).unwrap();
            assert_eq!(
                (shrunk.items, &shrunk.examples[..]),
                (1, &["a.png".to_owned()][..])
            );
            assert_eq!(done.left_out[0].why, Skipped::Empty);
        }
        assert!(work.running().is_none());
        // Pictures that are there already count; text in the way is refused.
        let again = work.export(&stage.engine, ordered).await;
        assert_eq!(again.is_ok(), order.what == ExportWhat::Photos, "{again:?}");
    }
}

#[tokio::test]
async fn what_is_dragged_out_are_files() {
    let stage = Stage::new();
    let mut phone = people(2)
        .contact("odd", &card("a/b: ?", ""))
        .contact(
            "none",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:\r\nTEL:1\r\nEND:VCARD\r\n",
        )
        .event("e", &event("u", "Tea"))
        .photo("DCIM/a.jpg", b"\xff\xd8\xff");
    stage.mirror(&mut phone).await;
    let archive = stage.archive();
    let id = |words: &str| archive.search(words, 1).unwrap()[0].id;
    let nameless = archive.list(&Default::default()).unwrap();
    let nameless = nameless
        .iter()
        .find(|item| item.remote.as_str() == "none")
        .unwrap()
        .id;
    let below = stage.folder.path().join("run");
    std::fs::create_dir(&below).unwrap();
    // Each is dragged twice: what an earlier drag gave may still be read.
    let check = |ids: &[ItemId], expected: &[(&str, usize)]| {
        for _ in 0..2 {
            let files = as_file(&archive, ids, &below).unwrap();
            let found: Vec<(String, usize)> = files
                .iter()
                .map(|file| {
                    assert!(file.starts_with(&below));
                    let text = std::fs::read_to_string(file).unwrap();
                    let name = file.file_name().unwrap().to_string_lossy().into_owned();
                    (
                        name,
                        text.matches("\nEND:V").count() - text.matches("END:VCALENDAR").count(),
                    )
                })
                .collect();
            let found: Vec<(&str, usize)> = found.iter().map(|(name, items)| (&name[..], *items)).collect();
            assert_eq!(found, expected);
        }
    };
    check(&[id("Person 1")], &[("Person 1.vcf", 1)]);
    check(&[id("Tea")], &[("Tea.ics", 1)]);
    check(&[id("a/b")], &[("a_b_ _.vcf", 1)]);
    check(&[nameless], &[("1.vcf", 1)]);
    check(
        &[id("Tea"), id("Person 1"), id("Person 2"), id("a.jpg")],
        &[("phone.vcf", 2), ("Tea.ics", 1)],
    );
    check(&[id("a.jpg")], &[]);
    check(&[ItemId(1)], &[]);
    check(&[], &[]);
    let nowhere = as_file(&archive, &[nameless], Path::new("/nonexistent"));
    assert!(matches!(nowhere, Err(EngineError::Temporary(_))), "{nowhere:?}");
}
