//! Collections that their owner left out: nothing is said of them, whatever was kept of them before.

use sidekeep_archive::Outcome;
use sidekeep_mirror::{Options, Watch, dry_run};
use sidekeep_model::Kind;
use sidekeep_testphones::FakePhone;

use crate::stage::{Stage, card, event, options};

fn phone() -> FakePhone {
    let phone = FakePhone::new("pixel").deltas();
    let phone = (0..20).fold(phone, |phone, nth| {
        phone.event_in("work", &format!("w{nth}"), &event(nth))
    });
    phone
        .event_in("home", "h1", &event(30))
        .contact_in("work", "1", &card(1))
}

fn without_work() -> Options {
    Options {
        leave_out: vec![(Kind::Event, "work".into())],
        ..options()
    }
}

#[tokio::test]
async fn what_is_left_out_from_the_start_comes_when_it_is_wanted() {
    let stage = Stage::new();
    let mut phone = phone();
    let report = stage
        .mirror_with(&mut phone, &without_work(), &Watch::new())
        .await
        .unwrap();
    assert_eq!(report.outcome, Outcome::Complete);
    assert_eq!((stage.present(Kind::Event), stage.present(Kind::Contact)), (1, 1));
    let judged = report
        .judged
        .iter()
        .filter_map(|judged| judged.collection.as_ref());
    let events: Vec<&str> = judged
        .map(|collection| collection.id.as_str())
        .filter(|id| *id == "home")
        .collect();
    assert_eq!(events, ["home"]);
    stage.mirror(&mut phone).await;
    assert_eq!(
        stage.present(Kind::Event),
        21,
        "the listing before ended no question"
    );
}

#[tokio::test]
async fn what_is_left_out_later_stays_as_it_was_kept() {
    let stage = Stage::new();
    stage.mirror(&mut phone()).await;
    let mut emptied = phone().remove_collection(Kind::Event, "work");
    let archive = stage.archive();
    let previews = dry_run(&mut emptied, Some(&archive), &without_work());
    drop(archive);
    assert!(previews.await.unwrap().iter().all(|preview| preview.gone == 0));
    let report = stage
        .mirror_with(&mut emptied, &without_work(), &Watch::new())
        .await
        .unwrap();
    assert_eq!(report.outcome, Outcome::Complete);
    assert_eq!(report.counts().gone, 0);
    assert_eq!(stage.present(Kind::Event), 21);
    assert!(stage.archive().holds().unwrap().is_empty());

    // Wanted again, what is gone is told.
    stage.mirror(&mut emptied).await;
    assert_eq!(stage.archive().holds().unwrap().len(), 1);
}
