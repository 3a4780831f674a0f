//! An export's preview and the export agree.

use sidekeep_engine::screen::{ExportOrder, ExportWhat, Lost, preview};
use sidekeep_engine::{Clock, Dialect, Reduced, Skipped, Work};

use sidekeep_testphones::bulk::black_png;

use crate::stage::{Stage, card, event, people};

fn order(what: ExportWhat) -> ExportOrder {
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
        let told = preview(&stage.archive(), &order).unwrap();
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
