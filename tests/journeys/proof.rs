//! `verify` proves or says what is wrong; nothing is deleted; a newer archive is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sidekeep_tests::{Phone, Sidekeep, same};

fn mirrored() -> (Phone, tempfile::TempDir, Sidekeep) {
    let phone = Phone::demo();
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    sidekeep.expect(0, &["mirror", &phone.source()]);
    (phone, dir, sidekeep)
}

fn journals(sidekeep: &Sidekeep) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for year in fs::read_dir(sidekeep.archive().join(".sidekeep/journal")).unwrap() {
        files.extend(
            fs::read_dir(year.unwrap().path())
                .unwrap()
                .map(|file| file.unwrap().path()),
        );
    }
    files.sort();
    files
}

fn damage(sidekeep: &Sidekeep) -> Vec<Value> {
    let ended = sidekeep.run(&["--json", "verify"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    let report: Value = serde_json::from_slice(&ended.out).unwrap();
    report["check"]["damage"].as_array().unwrap().clone()
}

#[test]
fn a_file_of_the_owner_s_among_the_photos_is_told_and_the_archive_is_sound() {
    let (_phone, _dir, sidekeep) = mirrored();
    let stranger = sidekeep.archive().join("Photos/holiday plans.txt");
    fs::write(&stranger, "mine").unwrap();
    let report = &sidekeep.json(&["verify"])[0]["check"];
    assert_eq!(report["damage"], serde_json::json!([]));
    assert_eq!(report["unknown"], serde_json::json!(["Photos/holiday plans.txt"]));
    assert_eq!(fs::read(&stranger).unwrap(), b"mine");
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_flipped_bit_in_a_photo_is_found_and_fetched_again() {
    let (phone, _dir, sidekeep) = mirrored();
    let path = sidekeep.json(&["list", "photos"])[0]["path"]
        .as_str()
        .unwrap()
        .to_owned();
    flip(&sidekeep.archive().join(&path), 5000);
    let found = damage(&sidekeep);
    assert_eq!(
        (found.len(), found[0]["path"].as_str().unwrap()),
        (1, path.as_str())
    );
    assert_eq!(found[0]["fault"], "altered");
    assert!(sidekeep.archive().join(&path).exists(), "nothing is deleted");

    let run = &sidekeep.json(&["mirror", &phone.source()])[0];
    assert!(
        run["counts"]["bytes"].as_u64().unwrap() > 0,
        "fetched again: {run}"
    );
    let photos = sidekeep.json(&["list", "photos"]);
    assert!(
        photos.iter().all(|photo| photo["damaged"].is_null()),
        "{photos:?}"
    );
}

#[test]
fn a_missing_photo_is_found() {
    let (_phone, _dir, sidekeep) = mirrored();
    let path = sidekeep.json(&["list", "photos"])[0]["path"]
        .as_str()
        .unwrap()
        .to_owned();
    fs::remove_file(sidekeep.archive().join(&path)).unwrap();
    assert_eq!(damage(&sidekeep)[0]["fault"], "missing");
}

#[test]
fn a_changed_journal_is_found() {
    let (_phone, _dir, sidekeep) = mirrored();
    let journal = journals(&sidekeep).remove(0);
    let text = fs::read_to_string(&journal).unwrap();
    let at = text.find("Okonkwo").unwrap();
    flip(&journal, at);
    assert!(!damage(&sidekeep).is_empty());
}

#[test]
fn a_missing_run_breaks_the_chain() {
    let (phone, _dir, sidekeep) = mirrored();
    sidekeep.expect(0, &["mirror", &phone.source()]);
    sidekeep.expect(0, &["mirror", &phone.source()]);
    fs::remove_file(&journals(&sidekeep)[1]).unwrap();
    let found = damage(&sidekeep);
    assert!(
        found
            .iter()
            .any(|found| found["fault"] == "broken-chain" || found["fault"] == "missing"),
        "{found:?}"
    );
}

#[test]
fn a_torn_tail_is_cut_at_the_last_whole_record() {
    let (phone, _dir, sidekeep) = mirrored();
    let whole = sidekeep.expect(0, &["dump"]);
    let journal = journals(&sidekeep).remove(0);
    let bytes = fs::read(&journal).unwrap();
    // The power failed while the 20th record was on its way to the disk: no photo had come yet.
    fs::remove_dir_all(sidekeep.archive().join("Photos")).unwrap();
    let end = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .nth(20)
        .unwrap()
        .0;
    fs::write(&journal, &bytes[..end - 7]).unwrap();
    fs::remove_file(sidekeep.archive().join(".sidekeep/index.db")).unwrap();

    sidekeep.expect(0, &["mirror", &phone.source()]);
    same(&sidekeep.expect(0, &["dump"]), &whole);
    sidekeep.expect(0, &["verify"]);
}

#[test]
fn the_drill_reads_back_every_field() {
    let (_phone, _dir, sidekeep) = mirrored();
    let report = &sidekeep.json(&["verify", "--drill"])[0];
    let drills = report["drill"].as_array().unwrap();
    assert_eq!(drills.len(), 4);
    for drill in drills {
        assert_eq!(drill["differences"], 0, "{drill}");
    }
    assert!(drills[0]["items"].as_u64().unwrap() > 30, "{drills:?}");
}

#[test]
fn a_newer_archive_is_left_alone() {
    let (phone, _dir, sidekeep) = mirrored();
    fs::write(
        sidekeep.archive().join(".sidekeep/format"),
        "sidekeep-archive 99\n",
    )
    .unwrap();
    let files = || {
        let mut seen: Vec<_> = journals(&sidekeep)
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        seen.sort();
        seen
    };
    let before = files();
    for command in [
        &["list", "contacts"][..],
        &["mirror", &phone.source()],
        &["verify"],
        &["rebuild"],
    ] {
        let ended = sidekeep.run(command);
        assert_eq!(ended.code, 1, "{command:?}");
        assert!(ended.err.contains("newer"), "{}", ended.err);
    }
    assert_eq!(files(), before);
}
