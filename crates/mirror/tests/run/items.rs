//! Single items that are odd: each is kept or told, and none stops the run.

use sidekeep_archive::{Content, Outcome, Query};
use sidekeep_links::{ErrorKind, Reason, Why};
use sidekeep_model::{Kind, Marks, Reading};
use sidekeep_testphones::FakePhone;

use crate::stage::{Stage, card, contacts, noise};

#[tokio::test]
async fn an_empty_photo_is_kept_as_it_is() {
    let stage = Stage::new();
    let mut phone = FakePhone::new("pixel").photo("DCIM/Camera/IMG_1.jpg", b"");
    assert_eq!(stage.mirror(&mut phone).await.outcome, Outcome::Complete);
    let item = stage.archive().list(&Query::default()).unwrap().remove(0);
    let Content::File(original) = item.content else {
        panic!("{item:?}");
    };
    assert_eq!(original.size, 0);
    assert!(original.facts.broken);
    assert_eq!(stage.originals().len(), 1);
}

#[tokio::test]
async fn a_photo_that_changes_while_it_is_read_is_asked_for_once_more() {
    let stage = Stage::new();
    let mut phone = FakePhone::new("pixel")
        .photo("DCIM/Camera/IMG_1.jpg", noise(1, 100))
        .changes_while_read(Kind::Photo, "DCIM/Camera/IMG_1.jpg", noise(2, 200));
    let report = stage.mirror(&mut phone).await;
    assert_eq!(report.outcome, Outcome::Complete);
    assert_eq!(stage.originals()[0].1, noise(2, 200));
    assert_eq!(stage.mirror(&mut phone).await.counts().changed, 0);
    assert_eq!(stage.originals().len(), 1, "the torn bytes were let go");
}

#[tokio::test]
async fn items_that_cannot_be_read_are_counted_and_the_rest_is_kept() {
    let stage = Stage::new();
    let mut phone = contacts(20)
        .unreadable(Kind::Contact, "3", ErrorKind::Garbled)
        .unreadable(Kind::Contact, "4", ErrorKind::Refused)
        .unreadable(Kind::Contact, "5", ErrorKind::Missing)
        .unreadable(Kind::Contact, "6", ErrorKind::Busy(None));
    let report = stage.mirror(&mut phone).await;
    assert_eq!(report.outcome, Outcome::Partial);
    assert_eq!((report.counts().seen, report.counts().unread), (16, 4));
    let reading = &report
        .judged
        .iter()
        .find(|judged| judged.collection.is_some())
        .unwrap()
        .verdict
        .reading;
    let reasons: Vec<(Reason, u64)> = reading
        .reasons()
        .iter()
        .map(|Why { reason, count, .. }| (*reason, *count))
        .collect();
    assert_eq!(
        reasons,
        [(Reason::ItemsUnreadable, 2), (Reason::ItemsChanging, 2)]
    );
    assert!(reading.lists_everything(), "what is listed is there, read or not");
}

/// Doubts of single collections are told by their verdicts; the kind's own verdict has only what is left.
#[tokio::test]
async fn a_doubt_is_told_once() {
    let doubt = |reason, count| Reading::partial(vec![Why::new(reason).count(count)]);
    let check = async |whole: Reading, expected: &[(Reason, u64)]| {
        let mut phone = FakePhone::new("pixel")
            .contact_in("a", "1", &card(1))
            .contact_in("b", "2", &card(2))
            .reading(Kind::Contact, whole.clone())
            .collection_reading(Kind::Contact, "a", doubt(Reason::Garbled, 1))
            .collection_reading(Kind::Contact, "b", doubt(Reason::Garbled, 2));
        let report = Stage::new().mirror(&mut phone).await;
        let told: Vec<(Reason, u64)> = report
            .judged
            .iter()
            .filter(|judged| judged.verdict.kind == Kind::Contact && judged.collection.is_none())
            .flat_map(|judged| judged.verdict.reading.reasons())
            .map(|why| (why.reason, why.count))
            .collect();
        assert_eq!(told, expected, "{whole:?}");
    };
    check(doubt(Reason::Garbled, 3), &[]).await;
    check(doubt(Reason::Garbled, 0), &[]).await;
    check(doubt(Reason::Garbled, 5), &[(Reason::Garbled, 2)]).await;
    let refused = doubt(Reason::Garbled, 3).and(doubt(Reason::Refused, 0));
    check(refused, &[(Reason::Refused, 0)]).await;
}

#[tokio::test]
async fn names_that_mean_harm_stay_inside_the_archive() {
    let stage = Stage::new();
    let long = format!("DCIM/{}.jpg", "x".repeat(300));
    let paths = [
        "../../../etc/passwd",
        "/etc/shadow",
        "DCIM/..",
        "DCIM/CON",
        "DCIM/con.jpg",
        "DCIM/NUL.",
        "DCIM/a\u{202e}gpj.exe",
        "DCIM/a\0b.jpg",
        "DCIM/a\\..\\b.jpg",
        "DCIM/IMG_1.JPG",
        "DCIM/img_1.jpg",
        "DCIM/caf\u{e9}.jpg",
        "DCIM/cafe\u{301}.jpg",
        "DCIM/",
        "",
        &long,
    ];
    let mut phone = paths
        .iter()
        .enumerate()
        .fold(FakePhone::new("pixel"), |phone, (nth, path)| {
            phone.photo(path, noise(nth, 10))
        });
    let report = stage.mirror(&mut phone).await;
    assert_eq!(report.outcome, Outcome::Complete);
    let originals = stage.originals();
    assert_eq!(originals.len(), paths.len(), "{originals:?}");
    let parent = stage.root().parent().unwrap().read_dir().unwrap().count();
    assert_eq!(parent, 1, "nothing beside the archive");
    let items = stage.archive().list(&Query::default()).unwrap();
    for path in paths {
        assert!(items.iter().any(|item| item.remote.as_str() == path), "{path:?}");
    }
}

#[tokio::test]
async fn marks_change_without_a_fetch_and_what_is_gone_comes_back() {
    let stage = Stage::new();
    let path = "DCIM/Camera/IMG_1.jpg";
    let mut phone = FakePhone::new("pixel")
        .photo(path, noise(1, 10))
        .photo("DCIM/Camera/IMG_2.jpg", noise(2, 10));
    stage.mirror(&mut phone).await;
    let starred = Marks {
        favourite: true,
        ..Marks::default()
    };
    let mut phone = phone.marks(Kind::Photo, path, starred.clone()).forget_asked();
    let counts = stage.mirror(&mut phone).await.counts();
    assert_eq!((counts.seen, counts.changed, counts.bytes), (0, 0, 0));
    let marks: Vec<Marks> = stage
        .archive()
        .list(&Query::default())
        .unwrap()
        .into_iter()
        .map(|item| item.marks)
        .collect();
    assert!(marks.contains(&starred), "{marks:?}");

    let without = phone.clone().remove(Kind::Photo, path);
    assert_eq!(stage.mirror(&mut without.clone()).await.counts().gone, 1);
    assert_eq!(stage.present(Kind::Photo), 1);
    let counts = stage.mirror(&mut phone).await.counts();
    assert_eq!((counts.back, counts.bytes), (1, 0), "the bytes are here already");
    assert_eq!(stage.present(Kind::Photo), 2);
}

#[tokio::test]
async fn an_incremental_phone_is_believed_about_what_is_gone() {
    let stage = Stage::new();
    let mut phone = contacts(20).deltas();
    stage.mirror(&mut phone).await;
    let mut phone = phone
        .contact("3", &card(33))
        .remove(Kind::Contact, "4")
        .contact("20", &card(20))
        .forget_asked();
    let report = stage.mirror(&mut phone).await;
    let counts = report.counts();
    assert_eq!(
        (counts.listed, counts.seen, counts.changed, counts.gone),
        (20, 1, 1, 1)
    );
    assert!(
        phone
            .asked()
            .contains(&sidekeep_testphones::Asked::List(Kind::Contact, true))
    );
    assert_eq!(stage.present(Kind::Contact), 20);
}
