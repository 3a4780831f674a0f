//! Home's verdict on phones, after real runs.

use sidekeep_engine::screen::{CheckRow, LinkKind, PhoneLink, Safety, TroubleKind, home, runs};
use sidekeep_engine::{ErrorKind, Grouping, Reachable, State};
use sidekeep_links::Offer;
use sidekeep_model::{Kind, Reading, Reason, Why};
use sidekeep_testphones::FakePhone;

use crate::stage::{Stage, card, people};

const WEEK: i64 = 7 * 24 * 60;

async fn check(phones: Vec<FakePhone>, minutes: i64, expected: Safety) {
    let stage = Stage::new();
    for mut phone in phones {
        stage.mirror(&mut phone).await;
    }
    let found = home(&stage.archive(), &Grouping::default(), &[], stage.later(minutes)).unwrap();
    let card = &found.phones[0];
    assert_eq!(card.safety, expected);
    assert_eq!(
        card.parts[0].kinds.iter().map(|row| row.kind).collect::<Vec<_>>(),
        Kind::ALL,
        "no kind is hidden"
    );
    let late = matches!(
        expected,
        Safety::Overdue | Safety::Never | Safety::Incomplete { .. }
    );
    assert_eq!(card.overdue, late, "what was never read whole is overdue, too");
    assert_eq!(found.holds.is_empty(), !matches!(expected, Safety::Held { .. }));
}

#[tokio::test]
async fn one_honest_verdict() {
    let ada = || people(30);
    let unsupported = || Offer::Not(Why::new(Reason::Unsupported));
    let refused = Reading::unavailable(Why::new(Reason::Refused));
    check(vec![ada()], 5, Safety::Complete).await;
    check(vec![ada()], WEEK + 1, Safety::Overdue).await;
    check(
        vec![
            ada()
                .offer(Kind::Message, unsupported())
                .offer(Kind::Call, unsupported()),
        ],
        5,
        Safety::Complete,
    )
    .await;
    check(
        vec![ada().reading(Kind::Event, refused.clone())],
        5,
        Safety::Incomplete {
            kind: Kind::Event,
            reading: refused,
        },
    )
    .await;
    check(
        vec![ada(), ada().remove_all(Kind::Contact)],
        5,
        Safety::Held { kind: Kind::Contact },
    )
    .await;
    let nothing = Kind::ALL.into_iter().fold(FakePhone::new("ada"), |phone, kind| {
        phone.offer(kind, unsupported())
    });
    check(vec![nothing], 5, Safety::Never).await;
}

#[tokio::test]
async fn damage_comes_before_what_is_missing() {
    let stage = Stage::new();
    let mut phone = people(1)
        .photo("DCIM/Camera/a.jpg", b"\xff\xd8\xff\xe0 a")
        .photo("DCIM/Camera/b.jpg", b"\xff\xd8\xff\xe0 b");
    stage.mirror(&mut phone).await;
    let before = stage.engine.home(stage.later(1)).unwrap();
    assert_eq!(before.phones[0].safety, Safety::Complete);
    let (original, _) = stage.archive().originals().unwrap().remove(0);
    std::fs::write(stage.engine.root().join(&original.path), b"other").unwrap();
    let options = sidekeep_engine::VerifyOptions {
        at: stage.later(1),
        sample: None,
        jobs: 1,
    };
    stage
        .engine
        .writer()
        .unwrap()
        .verify(&options, &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
    let found = stage.engine.home(stage.later(1)).unwrap();
    assert_eq!(
        found.phones[0].safety,
        Safety::Damaged {
            kind: Kind::Photo,
            items: 1
        }
    );
    assert_eq!((found.damaged, found.verified_at.is_some()), (1, true));
    assert_eq!(found.damaged_files, [original.path]);
    assert!(found.bytes > 0);
    let checks: Vec<Option<CheckRow>> = runs(&stage.archive())
        .unwrap()
        .into_iter()
        .map(|run| run.check)
        .collect();
    let found = CheckRow {
        sample: false,
        damaged: 1,
    };
    assert_eq!(checks, [Some(found), None], "the check and the run before it");
}

#[tokio::test]
async fn what_left_the_phone_is_not_counted_as_verified_on_it() {
    let stage = Stage::new();
    let everything = || people(3).photo("DCIM/Camera/a.jpg", b"\xff\xd8\xff\xe0 a");
    stage.mirror(&mut everything()).await;
    stage.mirror(&mut everything().remove(Kind::Contact, "1")).await;
    let options = sidekeep_engine::VerifyOptions {
        at: stage.later(1),
        sample: None,
        jobs: 1,
    };
    let mut verify = stage.engine.writer().unwrap();
    verify
        .verify(&options, &mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
    let home = stage.engine.home(stage.later(1)).unwrap();
    let rows = &home.phones[0].parts[0].kinds;
    let contacts = rows.iter().find(|row| row.kind == Kind::Contact).unwrap();
    assert_eq!((contacts.kept, contacts.gone, contacts.verified), (2, 1, 2));
}

#[tokio::test]
async fn a_phone_has_the_links_that_lead_to_it() {
    let stage = Stage::new();
    stage.mirror(&mut people(1)).await;
    let archive = stage.archive();
    let now = stage.later(1);
    let ways = |links: &[PhoneLink]| -> Vec<(String, LinkKind, Option<bool>)> {
        let card = home(&archive, &Grouping::default(), links, now)
            .unwrap()
            .phones
            .remove(0);
        let ways = card.links.into_iter();
        ways.map(|link| (link.source.to_string(), link.link, link.ready))
            .collect()
    };
    let last = ("adb://127.0.0.1:5601".to_owned(), LinkKind::Network, None);
    assert_eq!(ways(&[]), std::slice::from_ref(&last));
    let reachable = |source: &str, phone: &str, state| {
        PhoneLink::from(Reachable {
            called: None,
            left_out: Vec::new(),
            name: None,
            source: source.into(),
            phone: Some(phone.into()),
            identity: None,
            state,
        })
    };
    let locked = reachable("adb-usb:R58M", "fake:ada", State::Not(ErrorKind::Locked));
    assert_eq!(
        (locked.ready, locked.needs),
        (Some(false), Some(TroubleKind::Locked))
    );
    let links = [
        locked,
        reachable("adb://10.0.0.2:5555", "fake:ada", State::Ready),
        reachable("folder:/card", "folder:/card", State::Ready),
    ];
    assert_eq!(
        ways(&links),
        [
            ("adb://10.0.0.2:5555".to_owned(), LinkKind::Network, Some(true)),
            ("adb-usb:R58M".to_owned(), LinkKind::Usb, Some(false)),
        ],
        "what answers comes first; other phones' links do not"
    );
}

#[tokio::test]
async fn what_nobody_asked_for_is_told_and_makes_nothing_worse() {
    let stage = Stage::new();
    let mut phone = FakePhone::new("ada").contact("1", &card("Ada", ""));
    stage.mirror_only(&mut phone, &[Kind::Contact]).await;
    let card = stage.engine.home(stage.later(1)).unwrap().phones.remove(0);
    assert_eq!(card.safety, Safety::Complete);
    let tried: Vec<Kind> = card.parts[0]
        .kinds
        .iter()
        .filter(|row| row.tried)
        .map(|row| row.kind)
        .collect();
    assert_eq!(tried, [Kind::Contact]);
}
