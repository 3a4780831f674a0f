//! Calendar, gallery and pictures on an archive that a run made of a folder.

use std::fs;
use std::path::Path;

use sidekeep_engine::screen::{self, Agenda, PhotoFilter, Span};
use sidekeep_engine::{
    Engine, EngineError, Fault, Grouping, Options, PictureError, Pictured, Pictures, Shown, Source, Watch,
};
use sidekeep_model::ItemId;
use sidekeep_testphones::bulk;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n\
BEGIN:VEVENT\r\nUID:gym\r\nDTSTART;TZID=Europe/Berlin:20240101T180000\r\nDURATION:PT1H\r\nSUMMARY:Gym\r\n\
RRULE:FREQ=WEEKLY\r\nLOCATION:Hall\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:gym\r\nRECURRENCE-ID;TZID=Europe/Berlin:20240513T180000\r\n\
DTSTART;TZID=Europe/Berlin:20240514T180000\r\nDURATION:PT1H\r\nSUMMARY:Gym\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:trip\r\nDTSTART;VALUE=DATE:20240509\r\nDTEND;VALUE=DATE:20240511\r\nSUMMARY:Trip\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:odd\r\nDTSTART:20240502T100000Z\r\nRRULE:FREQ=SOMETIMES\r\nSUMMARY:Odd\r\nEND:VEVENT\r\n\
BEGIN:VTODO\r\nUID:milk\r\nDUE;VALUE=DATE:20240503\r\nSUMMARY:Milk\r\nDESCRIPTION:two\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\n\
BEGIN:VTODO\r\nUID:tax\r\nDUE:20240601T100000Z\r\nSUMMARY:Tax\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";

const CARD: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nEND:VCARD\r\n\
BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\r\nEND:VCARD\r\n";

fn picture(path: &Path, width: u32, height: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 99]))
        .save(path)
        .unwrap();
}

/// A folder with a bit of everything, mirrored.
async fn archive(folder: &Path) -> Engine {
    let phone = folder.join("phone");
    picture(&phone.join("DCIM/IMG_20240503_140000.jpg"), 900, 600);
    picture(&phone.join("DCIM/IMG_20240503_150000.tiff"), 300, 600);
    picture(
        &phone.join("Screenshots/Screenshot_20240402-140000.png"),
        500,
        500,
    );
    fs::write(
        phone.join("DCIM/IMG_20240401_140000.jpg"),
        b"\xff\xd8\xff\xe0 and no more",
    )
    .unwrap();
    fs::write(phone.join("home.ics"), CALENDAR).unwrap();
    fs::write(phone.join("people.vcf"), CARD).unwrap();
    let engine = Engine::at(folder.join("archive"));
    let source = engine
        .source(&format!("folder:{}", phone.display()), folder)
        .unwrap();
    engine
        .mirror(&source, &Options::new(source.name()), &Watch::default())
        .await
        .unwrap();
    engine
}

fn span(from: &str, to: &str) -> Span {
    Span {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        zone: "America/New_York".to_owned(),
        as_of: None,
    }
}

#[tokio::test]
async fn a_month_and_its_events() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let archive = engine.archive().unwrap();
    let mut agenda = Agenda::default();
    let mut shown = |span: &Span| -> Vec<String> {
        let found = screen::occurrences(&mut agenda, &archive, &Grouping::default(), span).unwrap();
        let marks = |one: &screen::Occurrence| -> String {
            [
                (one.all_day, 'd'),
                (one.recurs, 'r'),
                (one.changed, 'c'),
                (one.cancelled, 'x'),
                (one.broken, '!'),
            ]
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, mark)| mark)
            .collect()
        };
        found
            .iter()
            .map(|one| {
                format!(
                    "{} {} {} {}",
                    one.start.format("%dT%H"),
                    one.end.format("%dT%H"),
                    one.title,
                    marks(one)
                )
            })
            .collect()
    };
    let may = [
        "02T06 02T06 Odd r!",
        "06T12 06T13 Gym r",
        "09T00 11T00 Trip d",
        "14T12 14T13 Gym rcx",
        "20T12 20T13 Gym r",
        "27T12 27T13 Gym r",
    ];
    assert_eq!(shown(&span("2024-05-01", "2024-06-01")), may);
    assert_eq!(
        shown(&span("2024-05-01", "2024-06-01")),
        may,
        "from what was parsed"
    );
    assert_eq!(shown(&span("2024-05-10", "2024-05-11")), ["09T00 11T00 Trip d"]);
    assert_eq!(shown(&span("2024-06-01", "2024-05-01")), [""; 0]);
    // At most 400 days: the Mondays from 2025-01-06 to 2026-02-02.
    assert_eq!(shown(&span("2025-01-01", "2300-01-01")).len(), 57);
    let before = Span {
        as_of: sidekeep_model::Time::from_millis(0),
        ..span("2024-05-01", "2024-06-01")
    };
    assert_eq!(shown(&before), [""; 0]);

    let calendars = screen::calendars(&archive).unwrap();
    let kinds: Vec<_> = calendars.iter().map(|row| (row.kind.name(), row.items)).collect();
    assert_eq!(kinds, [("event", 3), ("task", 2)]);
    let tasks = screen::tasks(&mut Agenda::default(), &archive, &Grouping::default(), None).unwrap();
    let tasks: Vec<_> = tasks
        .iter()
        .map(|task| {
            (
                task.title.as_str(),
                task.due.as_deref(),
                task.done,
                task.list,
                task.notes.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        tasks,
        [
            ("Milk", Some("2024-05-03"), true, 1, Some("two")),
            ("Tax", Some("2024-06-01T10:00:00Z"), false, 1, None)
        ]
    );

    let found = screen::occurrences(
        &mut agenda,
        &archive,
        &Grouping::default(),
        &span("2024-05-06", "2024-05-07"),
    )
    .unwrap();
    let gym = screen::entry(&archive, found[0].id, None).unwrap();
    assert_eq!(
        (gym.kept.title.as_str(), gym.components.len(), gym.versions.len()),
        ("Gym", 2, 1)
    );
    assert!(gym.icalendar.contains("RRULE:FREQ=WEEKLY") && gym.components[1].recurrence_id.is_some());
    assert_eq!(gym.versions[0].components.as_ref().map(Vec::len), Some(2));
    assert!(matches!(
        screen::entry(&archive, ItemId(1), None),
        Err(EngineError::NoItem(_))
    ));
}

#[tokio::test]
async fn all_photos_and_one() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let archive = engine.archive().unwrap();
    let gallery = screen::gallery(&archive, &Grouping::default(), &PhotoFilter::default()).unwrap();
    assert_eq!(gallery.days, [19_846, 19_846, 19_815, 19_814]);
    assert_eq!(gallery.ratios, [500, 1500, 1000, 1000]);
    assert_eq!(gallery.marks, [0, 0, 32, 4]);
    assert_eq!(
        gallery.months,
        [("2024-05".to_owned(), 2), ("2024-04".to_owned(), 2)]
    );
    assert_eq!(gallery.seconds, [0u32; 0]);
    let only = PhotoFilter {
        screenshots: true,
        ..PhotoFilter::default()
    };
    assert_eq!(
        screen::gallery(&archive, &Grouping::default(), &only)
            .unwrap()
            .ids,
        [gallery.ids[2]]
    );
    for (nth, id) in gallery.ids.iter().enumerate() {
        let digest = screen::photo(&archive, *id, None).unwrap().kept.digest.to_hex();
        assert_eq!(gallery.tags[nth * 6..][..6], digest[..6], "the address of {id}");
    }
    assert_eq!(gallery.tags.len(), gallery.ids.len() * 6);

    let photo = screen::photo(&archive, gallery.ids[1], None).unwrap();
    assert!(photo.native && Path::new(&photo.file).is_file());
    assert_eq!((photo.picture.width, photo.versions.len()), (Some(900), 1));
    assert!(!screen::photo(&archive, gallery.ids[0], None).unwrap().native);
    assert!(matches!(
        screen::photo(&archive, ItemId(1), None),
        Err(EngineError::NoItem(_))
    ));
}

#[tokio::test]
async fn a_kept_file_that_another_program_changed_is_told_before_any_check() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let archive = engine.archive().unwrap();
    let id = screen::gallery(&archive, &Grouping::default(), &PhotoFilter::default())
        .unwrap()
        .ids[1];
    let look = || screen::photo(&archive, id, None).unwrap();
    let file = look().file;
    assert_eq!(look().kept.damage, None);
    fs::write(&file, b"other").unwrap();
    assert_eq!(look().kept.damage, Some(Fault::Altered));
    fs::remove_file(&file).unwrap();
    assert_eq!(look().kept.damage, Some(Fault::Missing));
    fs::create_dir(&file).unwrap();
    assert_eq!(look().kept.damage, Some(Fault::Altered));
}

#[tokio::test]
async fn pictures_to_look_at() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let archive = engine.archive().unwrap();
    let ids = screen::gallery(&archive, &Grouping::default(), &PhotoFilter::default())
        .unwrap()
        .ids;
    let cache = engine.root().join(".sidekeep/thumbs.db");
    let long = |bytes: &[u8]| {
        let shown = image::load_from_memory(bytes).unwrap();
        (shown.width(), shown.height())
    };
    for round in 0..2 {
        let pictures = Pictures::new(engine.root());
        // All at once, each right.
        let asked: Vec<_> = (0..50).map(|index| pictures.thumb(ids[index % 3], 320)).collect();
        let mut answers = Vec::new();
        for asked in asked {
            answers.push(long(&asked.await.unwrap()));
        }
        for (index, answer) in answers.into_iter().enumerate() {
            assert_eq!(answer, [(160, 320), (320, 213), (320, 320)][index % 3], "{round}");
        }
        // A broken one is broken again, now without looking.
        for _ in 0..2 {
            let broken = pictures.thumb(ids[3], 320).await;
            assert!(
                matches!(broken, Err(EngineError::Picture(PictureError::Broken(_)))),
                "{broken:?}"
            );
        }
        assert!(matches!(
            pictures.thumb(ItemId(1), 320).await,
            Err(EngineError::Archive(error)) if error.kind() == sidekeep_engine::ArchiveErrorKind::NotFound
        ));
        match pictures.original(ids[1]).await.unwrap() {
            Shown::File { path, media } => assert!(path.is_file() && media.as_str() == "image/jpeg"),
            other => panic!("{other:?}"),
        }
        match pictures.original(ids[0]).await.unwrap() {
            Shown::Bytes { bytes, media } => {
                assert_eq!((long(&bytes), media.as_str()), ((300, 600), "image/jpeg"))
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(cache.is_file());

    // Kept pictures need no original; one that is lost is told, and not remembered as a bad picture.
    let pictures = Pictures::new(engine.root());
    for id in &ids[..2] {
        fs::remove_file(screen::photo(&archive, *id, None).unwrap().file).unwrap();
    }
    assert!(pictures.thumb(ids[1], 320).await.is_ok());
    for _ in 0..2 {
        assert!(matches!(
            pictures.thumb(ids[1], 1600).await,
            Err(EngineError::Archive(error)) if error.kind() == sidekeep_engine::ArchiveErrorKind::Damaged
        ));
    }
    // The folder disappears while somebody looks.
    fs::rename(engine.root(), folder.path().join("elsewhere")).unwrap();
    let gone = Pictures::new(engine.root());
    assert!(matches!(
        gone.thumb(ids[1], 320).await,
        Err(EngineError::Archive(_))
    ));
}

#[tokio::test]
async fn a_picture_of_an_earlier_time_is_the_one_of_then() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let photo = folder.path().join("phone/DCIM/IMG_20240503_140000.jpg");
    let tags = |engine: &Engine| {
        let gallery = screen::gallery(
            &engine.archive().unwrap(),
            &Grouping::default(),
            &PhotoFilter::default(),
        )
        .unwrap();
        let tag = |index: usize| gallery.tags[index * 6..][..6].to_owned();
        (gallery.ids[1], tag(1), tag(2))
    };
    let (id, before, other) = tags(&engine);
    picture(&photo, 600, 900);
    let source = engine
        .source(
            &format!("folder:{}", folder.path().join("phone").display()),
            folder.path(),
        )
        .unwrap();
    let again = Options::new(source.name());
    engine.mirror(&source, &again, &Watch::default()).await.unwrap();
    let (same, now, _) = tags(&engine);
    assert_eq!(id, same);
    assert_ne!(before, now);

    let pictures = Pictures::new(engine.root());
    for (tag, size) in [
        (Some(before), (320, 213)),
        (Some(now), (213, 320)),
        (Some(other), (213, 320)),
        (Some("000000".to_owned()), (213, 320)),
        (None, (213, 320)),
    ] {
        let which = Pictured { id, tag };
        let shown = image::load_from_memory(&pictures.thumb(which.clone(), 320).await.unwrap()).unwrap();
        assert_eq!((shown.width(), shown.height()), size, "{which:?}");
        let Shown::File { path, .. } = pictures.original(which.clone()).await.unwrap() else {
            panic!("a JPEG is shown as it is");
        };
        let whole = image::image_dimensions(path).unwrap();
        assert_eq!(whole.0 > whole.1, size.0 > size.1, "{which:?}");
    }
}

#[tokio::test]
async fn no_window_decodes_more_pixels_than_this_program_would() {
    let folder = tempfile::tempdir().unwrap();
    let phone = folder.path().join("phone");
    fs::create_dir(&phone).unwrap();
    bulk::black_png(&phone.join("a.png"), 8_000, 8_000).unwrap();
    bulk::black_png(&phone.join("b.png"), 8_001, 8_000).unwrap();
    let engine = Engine::at(folder.path().join("archive"));
    let source = Source::Folder(phone);
    let options = Options::new(source.name());
    engine.mirror(&source, &options, &Watch::new()).await.unwrap();

    let archive = engine.archive().unwrap();
    let pictures = Pictures::new(engine.root());
    let found = archive.list(&Default::default()).unwrap();
    let too_large: Vec<(String, bool)> = found
        .iter()
        .map(|item| {
            (
                item.title.clone(),
                screen::photo(&archive, item.id, None).unwrap().too_large,
            )
        })
        .collect();
    assert_eq!(too_large.len(), 2);
    for (item, (title, too_large)) in found.iter().zip(too_large) {
        assert_eq!(too_large, title == "b.png", "{title}");
        match pictures.original(item.id).await {
            Ok(Shown::File { .. }) => assert!(!too_large, "{title}"),
            Err(EngineError::Picture(PictureError::TooLarge { width, .. })) => assert_eq!(width, 8_001),
            other => panic!("{title}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn portraits() {
    let folder = tempfile::tempdir().unwrap();
    let engine = archive(folder.path()).await;
    let archive = engine.archive().unwrap();
    let id = |words: &str| archive.search(words, 1).unwrap()[0].id;
    let tags: Vec<Option<String>> = screen::People::default()
        .list(&archive, &Grouping::default(), None)
        .unwrap()
        .into_iter()
        .map(|person| person.portrait)
        .collect();
    let digest = screen::person(&archive, id("Ada"), None).unwrap().kept.digest;
    assert_eq!(tags, [Some(digest.to_hex()[..6].to_owned()), None]);
    let pictures = Pictures::new(engine.root());
    let portrait = pictures.portrait(id("Ada")).await.unwrap();
    assert_eq!(
        portrait,
        Shown::Bytes {
            bytes: vec![0xff, 0xd8, 0xff, 0xe0, 0, 0x10],
            media: "image/jpeg".into()
        }
    );
    for words in ["Bo", "Milk"] {
        assert!(matches!(
            pictures.portrait(id(words)).await,
            Err(EngineError::Picture(PictureError::Unsupported(_)))
        ));
    }
}
