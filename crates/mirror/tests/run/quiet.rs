//! A second run with nothing new writes its frame and nothing else.

use sidekeep_archive::Outcome;
use sidekeep_mirror::dry_run;
use sidekeep_model::Kind;
use sidekeep_testphones::Asked;

use crate::stage::{Stage, card, options, small};

fn journal(stage: &Stage) -> Vec<String> {
    let mut files: Vec<_> = walk(&stage.root().join(".sidekeep/journal"));
    files.sort();
    std::fs::read_to_string(files.last().unwrap())
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}

#[tokio::test]
async fn nothing_new_is_nothing_written() {
    let stage = Stage::new();
    let mut phone = small();
    stage.mirror(&mut phone).await;
    let before = stage.dump();
    let mut phone = phone.forget_asked();
    let report = stage.mirror(&mut phone).await;
    assert_eq!(report.outcome, Outcome::Complete);
    assert!(phone.asked().iter().all(|asked| matches!(asked, Asked::List(..))));
    // The first line, a verdict for each of six collections and three kinds without any, the end, the seal.
    let journal = journal(&stage);
    assert_eq!(journal.len(), 1 + 6 + 3 + 1 + 1, "{journal:#?}");
    assert!(journal.iter().all(|line| !line.starts_with("{\"item\"")));
    assert_eq!(stage.dump(), before);
}

#[tokio::test]
async fn a_dry_run_writes_nothing_at_all() {
    let stage = Stage::new();
    let mut phone = small();
    let previews = dry_run(&mut phone, None, &options()).await.unwrap();
    assert_eq!(previews.iter().map(|preview| preview.new).sum::<u64>(), 9);
    assert!(!stage.root().exists());

    stage.mirror(&mut phone).await;
    let before = stage.dump();
    let mut phone = phone
        .contact("1", &card(11))
        .remove(Kind::Event, "1")
        .forget_asked();
    let archive = stage.archive();
    let previews = dry_run(&mut phone, Some(&archive), &options()).await.unwrap();
    let sum = |part: fn(&sidekeep_mirror::Preview) -> u64| previews.iter().map(part).sum::<u64>();
    assert_eq!(
        (
            sum(|p| p.new),
            sum(|p| p.changed),
            sum(|p| p.gone),
            sum(|p| p.unchanged)
        ),
        (0, 1, 1, 7)
    );
    assert_eq!(
        previews
            .iter()
            .map(|preview| preview.suspicions.len())
            .sum::<usize>(),
        1,
        "emptied"
    );
    assert!(
        phone
            .asked()
            .iter()
            .all(|asked| matches!(asked, Asked::List(_, false)))
    );
    assert_eq!(stage.dump(), before);
}
