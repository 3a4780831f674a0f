//! Runs, their changes, and the owner's decisions.

use sidekeep_engine::screen::{changes, holds, runs};
use sidekeep_engine::{Change, Hold, Outcome, Standing};
use sidekeep_model::Kind;

use crate::stage::{Stage, people};

#[tokio::test]
async fn a_run_opens_to_its_changes_page_by_page() {
    let stage = Stage::new();
    let first = stage.mirror(&mut people(25)).await.run;
    stage.mirror(&mut people(26).remove(Kind::Contact, "3")).await;
    let archive = stage.archive();
    let all = runs(&archive).unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|run| (run.changes, run.outcome, run.phone_name.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (2, Some(Outcome::Complete), Some("ada")),
            (25, Some(Outcome::Complete), Some("ada"))
        ],
        "newest first"
    );
    let contacts = all[1]
        .verdicts
        .iter()
        .find(|verdict| verdict.kind == Kind::Contact)
        .unwrap();
    assert_eq!(
        (contacts.collection.as_deref(), contacts.counts.seen),
        (Some("phone"), 25)
    );
    for (from, limit, expected) in [(0, 10, 10), (20, 10, 5), (25, 10, 0), (0, usize::MAX, 25)] {
        let page = changes(&archive, &first, from, limit).unwrap();
        assert_eq!(page.len(), expected, "{from} {limit}");
        assert!(
            page.iter()
                .all(|row| row.change == Change::Seen && row.collection == "phone")
        );
    }
    let newest = changes(&archive, &all[0].id, 0, 9).unwrap();
    let mut what: Vec<_> = newest
        .iter()
        .map(|row| (row.title.as_str(), row.change))
        .collect();
    what.sort_by_key(|(title, _)| *title);
    assert_eq!(what, [("Person 26", Change::Seen), ("Person 3", Change::Gone)]);
}

#[tokio::test]
async fn the_owner_decides() {
    for accept in [true, false] {
        let stage = Stage::new();
        stage.mirror(&mut people(30)).await;
        let held = stage.mirror(&mut people(30).remove_all(Kind::Contact)).await.run;
        let questions = holds(&stage.archive()).unwrap();
        assert_eq!(questions.len(), 1);
        assert_eq!(
            (&questions[0].run, questions[0].phone_name.as_str()),
            (&held, "ada")
        );
        assert!(!questions[0].suspicions.is_empty());

        stage.engine.decide(&held, accept, stage.later(1)).unwrap();
        let archive = stage.archive();
        assert!(holds(&archive).unwrap().is_empty());
        let run = runs(&archive)
            .unwrap()
            .into_iter()
            .find(|run| run.id == held)
            .unwrap();
        let hold = run.verdicts.iter().find_map(|verdict| verdict.hold);
        assert_eq!(hold, Some(if accept { Hold::Accepted } else { Hold::Refused }));
        let standing = changes(&archive, &held, 0, 1).unwrap()[0].standing;
        assert_eq!(
            standing,
            if accept {
                Standing::Counted
            } else {
                Standing::Aside
            }
        );
        assert!(
            stage.engine.decide(&held, accept, stage.later(1)).is_err(),
            "once only"
        );
    }
}
