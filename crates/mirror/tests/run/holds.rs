//! What not to believe: a phone that was emptied or robbed of its numbers leaves the archive's view as it was.

use sidekeep_archive::{Outcome, Query, StateRef, Suspicion};
use sidekeep_links::{Reading, Reason, Why};
use sidekeep_mirror::Report;
use sidekeep_model::{Contact, Kind, RemoteId, Time};
use sidekeep_testphones::{Asked, FakePhone};

use crate::stage::{Stage, card, card_without_number, contacts, noise};

fn suspicions(report: &Report) -> Vec<Suspicion> {
    report
        .held()
        .flat_map(|judged| judged.verdict.suspicions.clone())
        .collect()
}

fn kept(stage: &Stage, remote: &str) -> Contact {
    let archive = stage.archive();
    let query = Query {
        kinds: vec![Kind::Contact],
        ..Query::default()
    };
    let items = archive.list(&query).unwrap();
    let item = items.iter().find(|item| item.remote.as_str() == remote).unwrap();
    let raw = archive.raw(&item.state).unwrap();
    sidekeep_formats::contact(&item.media, &raw).unwrap().value
}

/// What is on the phone by what counts.
fn states(stage: &Stage, kind: Kind) -> Vec<(RemoteId, StateRef)> {
    let query = Query {
        kinds: vec![kind],
        ..Query::default()
    };
    let items = stage.archive().list(&query).unwrap();
    items.into_iter().map(|item| (item.remote, item.state)).collect()
}

fn decide(stage: &Stage, report: &Report, accept: bool) {
    let at = Time::from_millis(1_770_000_000_000).unwrap();
    stage.writer().decide(&report.run, accept, at).unwrap();
}

/// Only the first 64 of the contacts.
fn shrunk(phone: FakePhone) -> FakePhone {
    (64..300).fold(phone, |phone, nth| phone.remove(Kind::Contact, &nth.to_string()))
}

#[tokio::test]
async fn sixty_four_of_three_hundred_contacts() {
    let stage = Stage::new();
    let phone = contacts(300);
    let first = stage.mirror(&mut phone.clone()).await;
    assert_eq!((first.outcome, first.held().count()), (Outcome::Complete, 0));
    let before = stage.dump();

    let report = stage.mirror(&mut shrunk(phone.clone())).await;
    assert_eq!(
        suspicions(&report),
        [Suspicion::Lost {
            lost: 236,
            before: 300
        }]
    );
    assert_eq!(
        stage.present(Kind::Contact),
        300,
        "the last good view stays current"
    );
    assert_eq!(stage.archive().holds().unwrap().len(), 1);

    // The server came back: nothing is left to decide.
    let report = stage.mirror(&mut phone.clone()).await;
    assert_eq!((report.outcome, report.held().count()), (Outcome::Complete, 0));
    assert_eq!(stage.archive().holds().unwrap(), []);
    assert_eq!(stage.dump(), before);
}

#[tokio::test]
async fn the_owner_decides() {
    let check = async |accept: bool, expected: usize| {
        let stage = Stage::new();
        let mut phone = contacts(300);
        stage.mirror(&mut phone).await;
        let mut phone = shrunk(phone);
        stage.mirror(&mut phone).await;
        let report = stage.mirror(&mut phone).await;
        assert_eq!(
            report.held().count(),
            1,
            "it is held again until its owner decides"
        );
        assert_eq!(stage.archive().holds().unwrap().len(), 1, "and decided once");
        decide(&stage, &report, accept);
        assert_eq!(stage.present(Kind::Contact), expected);
        let after = stage.mirror(&mut phone).await;
        assert_eq!(after.held().count(), usize::from(!accept));
        assert_eq!(stage.present(Kind::Contact), expected);
    };
    check(true, 64).await;
    check(false, 300).await;
}

#[tokio::test]
async fn names_but_no_numbers() {
    let stage = Stage::new();
    let mut phone = contacts(300);
    stage.mirror(&mut phone).await;
    let mut phone = (0..300).fold(phone, |phone, nth| {
        phone.contact(&nth.to_string(), &card_without_number(nth))
    });
    let report = stage.mirror(&mut phone).await;
    let expected = [
        Suspicion::Changed {
            changed: 300,
            before: 300,
        },
        Suspicion::FieldLost {
            field: "phones".into(),
            lost: 300,
            before: 300,
        },
    ];
    assert_eq!(suspicions(&report), expected);
    assert_eq!(kept(&stage, "7").phones.len(), 1);

    // What was held back is kept: the next run asks for nothing, and says the same.
    let mut phone = phone.forget_asked();
    let again = stage.mirror(&mut phone).await;
    assert_eq!(suspicions(&again), expected);
    let fetched = phone
        .asked()
        .iter()
        .filter(|asked| matches!(asked, Asked::Fetch(..)))
        .count();
    assert_eq!(fetched, 0);
    assert_eq!(kept(&stage, "7").phones.len(), 1);

    decide(&stage, &again, true);
    assert_eq!(kept(&stage, "7").phones.len(), 0);
    assert_eq!(kept(&stage, "7").emails.len(), 1);
}

#[tokio::test]
async fn a_few_edits_are_believed_and_all_of_a_few_are_not() {
    let check = async |count: usize, robbed: usize, expected: &[Suspicion]| {
        let stage = Stage::new();
        let mut phone = contacts(count);
        stage.mirror(&mut phone).await;
        let mut phone = (0..robbed).fold(phone, |phone, nth| {
            phone.contact(&nth.to_string(), &card_without_number(nth))
        });
        let report = stage.mirror(&mut phone).await;
        assert_eq!(suspicions(&report), expected, "{robbed} of {count}");
        let numbers = kept(&stage, "0").phones.len();
        assert_eq!(numbers, usize::from(!expected.is_empty()));
    };
    check(40, 10, &[]).await;
    check(2, 2, &[]).await;
    let lost = |lost, before| Suspicion::FieldLost {
        field: "phones".into(),
        lost,
        before,
    };
    check(3, 3, &[lost(3, 3)]).await;
    check(
        40,
        11,
        &[
            Suspicion::Changed {
                changed: 11,
                before: 40,
            },
            lost(11, 40),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_provider_that_is_not_there_says_nothing() {
    let stage = Stage::new();
    let mut phone = contacts(300);
    stage.mirror(&mut phone).await;
    let before = stage.dump();
    for reading in [
        Reading::unavailable(Why::new(Reason::Missing)),
        Reading::unavailable(Why::new(Reason::Refused)),
        Reading::partial(vec![Why::new(Reason::Refused)]),
    ] {
        let mut phone = phone
            .clone()
            .remove_collection(Kind::Contact, "phone")
            .reading(Kind::Contact, reading.clone());
        let report = stage.mirror(&mut phone).await;
        assert_eq!(
            (report.outcome, report.held().count()),
            (Outcome::Partial, 0),
            "{reading:?}"
        );
        assert_eq!(report.counts().gone, 0);
        assert_eq!(stage.dump(), before, "{reading:?}");
    }
}

#[tokio::test]
async fn a_collection_that_vanished_or_was_emptied_is_held() {
    let stage = Stage::new();
    let mut phone = contacts(5);
    stage.mirror(&mut phone).await;
    let emptied = stage.mirror(&mut phone.clone().remove_all(Kind::Contact)).await;
    assert_eq!(suspicions(&emptied), [Suspicion::Emptied { before: 5 }]);
    let vanished = stage
        .mirror(&mut phone.clone().remove_collection(Kind::Contact, "phone"))
        .await;
    assert_eq!(suspicions(&vanished), [Suspicion::Vanished { before: 5 }]);
    assert_eq!(stage.present(Kind::Contact), 5);
    assert_eq!(stage.archive().holds().unwrap().len(), 1);

    decide(&stage, &vanished, true);
    assert_eq!(stage.present(Kind::Contact), 0);
    let later = stage
        .mirror(&mut phone.remove_collection(Kind::Contact, "phone"))
        .await;
    assert_eq!((later.outcome, later.held().count()), (Outcome::Complete, 0));
}

#[tokio::test]
async fn a_renamed_folder_is_no_loss() {
    let stage = Stage::new();
    let photos = |folder: &str| {
        (0..30).fold(FakePhone::new("pixel"), |phone, nth| {
            phone.photo(&format!("{folder}/IMG_{nth}.jpg"), noise(nth, 64))
        })
    };
    stage.mirror(&mut photos("DCIM/Camera")).await;
    let report = stage.mirror(&mut photos("DCIM/Summer")).await;
    assert_eq!((report.outcome, suspicions(&report)), (Outcome::Complete, vec![]));
    assert_eq!((report.counts().gone, report.counts().seen), (30, 30));
    assert_eq!(stage.present(Kind::Photo), 30);
    assert_eq!(stage.originals().len(), 30, "each picture is kept once");
}

/// Many small losses in many collections are one large one, and are decided together.
#[tokio::test]
async fn what_is_lost_in_small_parts_is_held_in_all_of_them() {
    let check =
        async |kind: Kind, before: FakePhone, after: FakePhone, held: usize, expected: &[Suspicion]| {
            let stage = Stage::new();
            stage.mirror(&mut before.clone()).await;
            let there = states(&stage, kind);
            let report = stage.mirror(&mut after.clone()).await;
            let wide: Vec<_> = expected.iter().map(|one| (kind, one.clone())).collect();
            assert_eq!(report.doubted, wide);
            let all: Vec<_> = (0..held).flat_map(|_| expected.to_vec()).collect();
            assert_eq!(suspicions(&report), all);
            assert_eq!(stage.archive().holds().unwrap().len(), held);
            assert!(states(&stage, kind) == there, "the last good view stays current");

            decide(&stage, &report, false);
            assert_eq!(stage.archive().holds().unwrap(), []);
            let back = stage.mirror(&mut before.clone()).await;
            assert_eq!((back.outcome, back.held().count()), (Outcome::Complete, 0));
            assert!(states(&stage, kind) == there, "the phone is as it was");

            let report = stage.mirror(&mut after.clone()).await;
            decide(&stage, &report, true);
            assert_eq!(stage.archive().holds().unwrap(), []);
            let later = stage.mirror(&mut after.clone()).await;
            assert_eq!((later.outcome, later.held().count()), (Outcome::Complete, 0));
            assert_eq!(stage.present(kind) as u64, later.counts().listed);
        };
    let folders = |photos: usize| {
        (0..20 * photos).fold(FakePhone::new("pixel"), |phone, nth| {
            phone.photo(&format!("DCIM/{}/IMG_{nth}.jpg", nth % 20), noise(nth, 64))
        })
    };
    let emptied = [Suspicion::Emptied { before: 200 }];
    check(Kind::Photo, folders(10), folders(0), 20, &emptied).await;

    let books = |contacts: usize| {
        (0..10 * contacts).fold(FakePhone::new("pixel"), |phone, nth| {
            phone.contact_in(&format!("book {}", nth % 10), &nth.to_string(), &card(nth))
        })
    };
    let lost = [Suspicion::Lost {
        lost: 90,
        before: 100,
    }];
    check(Kind::Contact, books(10), books(1), 10, &lost).await;

    let files = |card: fn(usize) -> String| {
        (0..300).fold(FakePhone::new("pixel"), |phone, nth| {
            phone.contact_in(&format!("{nth}.vcf"), "it", &card(nth))
        })
    };
    let robbed = [
        Suspicion::Changed {
            changed: 300,
            before: 300,
        },
        Suspicion::FieldLost {
            field: "phones".into(),
            lost: 300,
            before: 300,
        },
    ];
    check(
        Kind::Contact,
        files(card),
        files(card_without_number),
        300,
        &robbed,
    )
    .await;
}

#[tokio::test]
async fn pictures_sorted_into_other_folders_are_no_loss() {
    let stage = Stage::new();
    let sorted = |by: usize| {
        (0..120).fold(FakePhone::new("pixel"), |phone, nth| {
            phone.photo(
                &format!("DCIM/{} of {by}/IMG_{nth}.jpg", nth % by),
                noise(nth, 64),
            )
        })
    };
    stage.mirror(&mut sorted(20)).await;
    let report = stage.mirror(&mut sorted(30)).await;
    assert_eq!((report.outcome, suspicions(&report)), (Outcome::Complete, vec![]));
    assert_eq!((report.counts().gone, stage.present(Kind::Photo)), (120, 120));
}

#[tokio::test]
async fn a_rescue_says_nothing_of_absence() {
    let stage = Stage::new();
    let mut phone = contacts(5);
    stage.mirror(&mut phone).await;
    let options = sidekeep_mirror::Options {
        rescue: true,
        ..crate::stage::options()
    };
    let mut phone = phone.remove_all(Kind::Contact).contact("9", &card(9));
    let report = stage
        .mirror_with(&mut phone, &options, &sidekeep_mirror::Watch::new())
        .await
        .unwrap();
    assert_eq!((report.counts().gone, report.held().count()), (0, 0));
    assert_eq!(stage.present(Kind::Contact), 6);
}
