//! Long work: started, watched, cancelled; and what is dropped on the window.

use std::path::PathBuf;

use sidekeep_engine::screen::{Ended, Job, Safety, Stage as At, TroubleKind};
use sidekeep_engine::{Outcome, Purpose, Source, Work};
use sidekeep_model::{Kind, Reason};

use crate::stage::{Stage, card, event, people};

fn work(stage: &Stage) -> Work {
    Work::new(tokio::runtime::Handle::current(), stage.clock())
}

async fn end(work: &Work) -> Ended {
    work.ended().await;
    let last = work.watch().borrow().clone().unwrap();
    assert_eq!(last.stage, At::Done);
    last.ended.unwrap()
}

fn folder(stage: &Stage) -> PathBuf {
    stage.file("card/a.vcf", card("Ada", ""));
    stage.file("card/b.vcf", card("Bo", ""));
    stage.file("card/c.ics", event("u", "Tea"));
    stage.file("card/d.jpg", b"\xff\xd8\xff\xe0 d");
    stage.folder.path().join("card")
}

fn present(stage: &Stage) -> Vec<String> {
    let items = stage.archive().list(&Default::default()).unwrap();
    items.into_iter().map(|item| item.title).collect()
}

#[tokio::test]
async fn a_run_is_followed_to_its_end() {
    let stage = Stage::new();
    let work = work(&stage);
    let source = Source::Folder(folder(&stage));
    stage
        .engine
        .remember(&source.to_string(), Some("card"), stage.folder.path())
        .unwrap();
    for (rescue, job, purpose) in [
        (false, Job::Mirror, Purpose::Mirror),
        (true, Job::Rescue, Purpose::Rescue),
    ] {
        let mut watch = work.watch();
        work.mirror(&stage.engine, source.clone(), rescue).unwrap();
        let refused = work.mirror(&stage.engine, source.clone(), rescue).unwrap_err();
        assert_eq!(refused.kind, TroubleKind::Running);
        let begun = watch.borrow_and_update().clone().unwrap();
        assert_eq!((begun.job, begun.stage, begun.ended), (job, At::Connecting, None));
        let ended = end(&work).await;
        assert_eq!((ended.outcome, ended.trouble), (Outcome::Complete, None));
        let run = stage.archive().run(&ended.run.unwrap()).unwrap().unwrap();
        assert_eq!(run.purpose, purpose);
        let last = work.watch().borrow().clone().unwrap();
        assert_eq!(last.phone_name.as_deref(), Some("card"));
        let kinds: Vec<Kind> = last.kinds.iter().map(|kind| kind.kind).collect();
        assert_eq!(
            kinds,
            [Kind::Contact, Kind::Event, Kind::Task, Kind::Photo, Kind::Film]
        );
    }
    assert_eq!(present(&stage), ["Ada", "Bo", "Tea", "d.jpg"]);
}

#[tokio::test]
async fn what_cannot_be_reached_is_told_and_what_hangs_is_given_up() {
    let stage = Stage::new();
    let work = work(&stage);
    let nowhere = Source::Folder(stage.folder.path().join("nowhere"));
    work.mirror(&stage.engine, nowhere, false).unwrap();
    let ended = end(&work).await;
    assert_eq!(ended.outcome, Outcome::Failed);
    assert_eq!(
        ended.trouble.map(|trouble| trouble.kind),
        Some(TroubleKind::Missing)
    );

    // It takes the connection and never says a word.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let source = Source::Adb {
        host: "127.0.0.1".into(),
        port: silent.local_addr().unwrap().port(),
        root: "/sdcard".into(),
    };
    work.mirror(&stage.engine, source, false).unwrap();
    work.cancel();
    let ended = end(&work).await;
    assert_eq!(ended.outcome, Outcome::Cancelled);
    assert!(!stage.engine.root().exists(), "no archive is made for nobody");
}

#[tokio::test]
async fn a_check_tells_what_it_found() {
    let stage = Stage::new();
    let work = work(&stage);
    work.verify(&stage.engine).unwrap();
    let absent = end(&work).await.trouble.map(|trouble| trouble.kind);
    assert_eq!(absent, Some(TroubleKind::NoArchive));
    assert!(!stage.engine.root().exists());

    stage
        .mirror(&mut people(3).photo("DCIM/a.jpg", b"\xff\xd8\xff\xe0 a"))
        .await;
    work.verify(&stage.engine).unwrap();
    let ended = end(&work).await;
    assert_eq!((ended.outcome, ended.trouble), (Outcome::Complete, None));

    let path = stage.archive().originals().unwrap().remove(0).0.path;
    std::fs::remove_file(stage.engine.root().join(&path)).unwrap();
    work.verify(&stage.engine).unwrap();
    let trouble = end(&work).await.trouble.unwrap();
    assert_eq!(
        (trouble.kind, trouble.subject),
        (TroubleKind::Damaged, Some(path))
    );
}

#[tokio::test]
async fn dropped_files_are_kept_and_nothing_else_of_their_folder_is_gone() {
    let stage = Stage::new();
    let work = work(&stage);
    let folder = folder(&stage);
    for (dropped, expected) in [
        (&["a.vcf", "c.ics"][..], &["Ada", "Tea"][..]),
        (&["b.vcf"], &["Ada", "Bo", "Tea"]),
        (&["b.vcf", "d.jpg"], &["Ada", "Bo", "Tea", "d.jpg"]),
    ] {
        let paths: Vec<PathBuf> = dropped.iter().map(|name| folder.join(name)).collect();
        work.bring_in(&stage.engine, &paths).unwrap();
        let ended = end(&work).await;
        assert_eq!(
            (ended.outcome, ended.trouble),
            (Outcome::Complete, None),
            "{dropped:?}"
        );
        assert_eq!(present(&stage), expected, "{dropped:?}");
    }
    let home = stage.engine.home(stage.later(1)).unwrap();
    assert!(home.holds.is_empty());
    let card = home.phones.iter().find(|card| card.name == "card").unwrap();
    let Safety::Incomplete { reading, .. } = &card.safety else {
        panic!("{:?}", card.safety);
    };
    let reasons: Vec<Reason> = reading.reasons().iter().map(|why| why.reason).collect();
    assert_eq!(
        reasons,
        [Reason::Picked],
        "what was picked says nothing of the rest"
    );

    // The folder itself is the same source, and then it is known whole.
    work.bring_in(&stage.engine, std::slice::from_ref(&folder))
        .unwrap();
    assert_eq!(end(&work).await.outcome, Outcome::Complete);
    assert_eq!(present(&stage), ["Ada", "Bo", "Tea", "d.jpg"]);
    let card = stage.engine.home(stage.later(1)).unwrap().phones.remove(0);
    assert_eq!(card.safety, Safety::Complete);
    let text = stage.file("notes.txt", "x");
    work.bring_in(&stage.engine, std::slice::from_ref(&text)).unwrap();
    let trouble = end(&work).await.trouble.unwrap();
    assert_eq!(
        (trouble.kind, trouble.subject),
        (TroubleKind::NothingToKeep, Some(text.display().to_string())),
        "nothing of a kind that is kept"
    );
    let nothing = work.bring_in(&stage.engine, &[]).unwrap_err();
    assert_eq!(nothing.kind, TroubleKind::BadOrder);
}
