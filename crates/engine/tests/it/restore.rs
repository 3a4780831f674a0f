//! A restore through the facade.

use sidekeep_engine::{
    ArchiveErrorKind, EngineError, Note, Options, Outcome, Policy, Purpose, Query, RestoreFate,
    RestoreOptions, Watch,
};
use sidekeep_model::{Kind, PhoneId};
use sidekeep_testphones::Pen;

use crate::stage::{Stage, people};

fn wish(stage: &Stage, as_of: Option<sidekeep_model::Time>) -> (RestoreOptions, Options) {
    let restore = RestoreOptions {
        query: Query {
            kinds: vec![Kind::Contact],
            as_of,
            ..Query::default()
        },
        policy: Policy::Merge,
        into: None,
        preview: false,
    };
    let options = Options {
        clock: stage.clock(),
        ..Options::new("adb://127.0.0.1:5601".into())
    };
    (restore, options)
}

#[tokio::test]
async fn what_is_gone_comes_back_and_stands_in_the_history() {
    let stage = Stage::new();
    let phone = people(5);
    stage.mirror(&mut phone.clone()).await;
    let then = stage.later(1);
    stage.later(1);
    let mut phone = phone.remove(Kind::Contact, "2").writable(Pen::Plain);
    let (restore, options) = wish(&stage, Some(then));
    let report = stage
        .engine
        .restore_phone(&mut phone, Kind::Contact, &restore, &options, &Watch::new())
        .await
        .unwrap();
    assert_eq!(report.outcome, Outcome::Complete);
    let fates: Vec<bool> = report
        .items
        .iter()
        .map(|item| item.fate == RestoreFate::Added)
        .collect();
    assert_eq!(fates, [false, true, false, false, false]);
    let archive = stage.archive();
    let runs = archive.runs().unwrap();
    let purposes: Vec<Purpose> = runs.iter().map(|run| run.purpose).collect();
    assert_eq!(purposes, [Purpose::Restore, Purpose::Mirror, Purpose::Mirror]);
    let note = archive.note(&runs[0]).unwrap();
    assert!(matches!(note, Some(Note::Restore(asked, Some(done))) if asked.add == 1 && done.confirmed == 1));
    let changes = archive.changes(&runs[0].id, 0, 10).unwrap();
    assert_eq!(changes.len(), 1, "the history of the run is what it brought back");
    assert_eq!(changes[0].title, "Person 2");

    // A rebuilt index tells the same.
    drop(archive);
    std::fs::remove_file(stage.engine.root().join(".sidekeep/index.db")).unwrap();
    let again = stage.archive().runs().unwrap();
    assert_eq!(again, runs);
}

#[tokio::test]
async fn without_an_archive_there_is_nothing_to_restore() {
    let stage = Stage::new();
    let (restore, options) = wish(&stage, None);
    let mut phone = people(1).writable(Pen::Plain);
    let refused = stage
        .engine
        .restore_phone(&mut phone, Kind::Contact, &restore, &options, &Watch::new())
        .await;
    let Err(EngineError::Archive(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.kind(), ArchiveErrorKind::Absent);
    assert!(!stage.engine.root().exists(), "and none is made");
}

#[tokio::test]
async fn collections_by_name() {
    let stage = Stage::new();
    stage.mirror(&mut people(1)).await;
    let own = stage.archive().phones().unwrap().remove(0).id;
    let check = |phone: &PhoneId, kind, name: &str, expected: Option<&str>| {
        let found = stage.engine.place(phone, kind, name);
        match (found, expected) {
            (Ok(id), Some(expected)) => assert_eq!(id.as_str(), expected),
            (Err(EngineError::UnknownPlace { .. }), None) => {}
            (found, _) => panic!("{phone} {kind:?} {name}: {found:?}"),
        }
    };
    check(&own, Kind::Contact, "phone", Some("phone"));
    check(&own, Kind::Contact, "nowhere", None);
    check(&own, Kind::Event, "phone", None);
    check(&"dav:another".into(), Kind::Contact, "phone", None);
}
