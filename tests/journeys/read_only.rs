//! An archive on a disk that may only be read: everything that reads works, a check too, everything that writes says why
//! not, and no byte changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sidekeep_tests::{Phone, Sidekeep, SmallDisk, same};

/// Every file and folder with its bytes and its time.
fn everything(root: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(path) = open.pop() {
        let facts = fs::symlink_metadata(&path).unwrap();
        let mut bytes = Vec::new();
        if facts.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            bytes = fs::read(&path).unwrap();
        }
        found.insert(path, (bytes, facts.modified().unwrap()));
    }
    found
}

#[test]
fn reading_works_writing_says_why_not_and_nothing_changes() {
    let phone = Phone::demo();
    let source = phone.source();
    let disk = SmallDisk::new(64 << 20);
    let sidekeep = Sidekeep::on(&disk);
    sidekeep.expect(0, &["mirror", &source]);
    let dump = sidekeep.expect(0, &["dump"]);
    let photos = sidekeep.json(&["list", "photos"]);
    let ada = sidekeep.json(&["search", "okonk"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    disk.make_read_only();
    let before = everything(&disk.from_outside());
    same(&sidekeep.expect(0, &["dump"]), &dump);
    assert_eq!(sidekeep.json(&["list", "photos"]), photos);
    for command in [
        &["status"][..],
        &["phones"],
        &["list", "contacts"],
        &["list", "events", "--as-of", "2024-01-01"],
        &["show", &ada, "--history"],
        &["show", &ada, "--raw"],
        &["history"],
        &["hold"],
    ] {
        let ended = sidekeep.run(command);
        assert_eq!(ended.code, 0, "{command:?}: {}", ended.err);
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let to = elsewhere.path().join("photos");
    sidekeep.expect(0, &["export", "photos", "--to", to.to_str().unwrap()]);
    for kind in ["contacts", "events"] {
        let to = elsewhere.path().join(kind);
        sidekeep.expect(0, &["export", kind, "--to", to.to_str().unwrap()]);
    }

    let checked = sidekeep.json(&["verify", "--drill"]).remove(0);
    assert_eq!(checked["check"]["damage"], serde_json::json!([]));
    assert_eq!(checked["noted"], false);
    assert!(checked["check"]["files"].as_u64() > Some(10), "{checked}");
    let told = sidekeep.expect(0, &["verify"]);
    assert!(told.contains("does not know of this check"), "{told}");

    for command in [&["mirror", &source][..], &["rebuild"], &["add", &source]] {
        let ended = sidekeep.run(command);
        assert_eq!(ended.code, 1, "{command:?}: {}", ended.err);
        assert!(
            ended.err.to_lowercase().contains("read-only file system"),
            "{command:?}: {}",
            ended.err
        );
    }
    assert!(everything(&disk.from_outside()) == before, "something changed");
}

/// A copy is checked by its journal, whatever became of its index; that it cannot be healed is no damage of its own.
#[test]
fn a_copy_that_cannot_be_written_is_checked_whatever_its_index_is() {
    let source = tempfile::tempdir().unwrap();
    fs::write(source.path().join("a.jpg"), b"\xff\xd8\xff\xd9").unwrap();
    let source = format!("folder:{}", source.path().display());
    let no_index = |root: &Path| fs::remove_file(root.join(".sidekeep/index.db")).unwrap();
    let spoilt = |root: &Path| fs::write(photo(root), "altered").unwrap();
    // What a run that was cut off leaves: no seal, and a line that ends in the middle.
    let cut_off = |root: &Path| {
        let path = journal(root);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, &text[..text.rfind("\n{\"end\"").unwrap() + 4]).unwrap();
    };
    type Change<'a> = &'a dyn Fn(&Path);
    let cases: [(&[Change<'_>], &[&str]); 6] = [
        (&[], &[]),
        (&[&no_index], &[]),
        (&[&no_index, &cut_off], &[]),
        (&[&spoilt], &["altered"]),
        (&[&no_index, &spoilt], &["altered"]),
        // The index knows that the run had ended: what its journal lacks is lost.
        (&[&cut_off], &["altered"]),
    ];
    for (nth, (changes, expected)) in cases.into_iter().enumerate() {
        let disk = SmallDisk::new(16 << 20);
        let sidekeep = Sidekeep::on(&disk);
        sidekeep.expect(0, &["mirror", &source]);
        let dump = sidekeep.expect(0, &["dump"]);
        for change in changes {
            change(&disk.from_outside().join("archive"));
        }
        disk.make_read_only();
        let before = everything(&disk.from_outside());
        let ended = sidekeep.run(&["--json", "verify"]);
        let told: serde_json::Value = serde_json::from_slice(&ended.out).unwrap();
        assert_eq!(ended.code, i32::from(!expected.is_empty()), "{nth}: {told}");
        let faults: Vec<&str> = told["check"]["damage"]
            .as_array()
            .unwrap()
            .iter()
            .map(|damage| damage["fault"].as_str().unwrap())
            .collect();
        assert_eq!((&faults[..], &told["noted"]), (expected, &false.into()), "{nth}");
        // Nor does reading it need an index.
        same(&sidekeep.expect(0, &["dump"]), &dump);
        assert!(
            everything(&disk.from_outside()) == before,
            "{nth}: something changed"
        );
    }
}

/// The only file with this ending below a folder of the archive.
fn only(root: &Path, folder: &str, ending: &str) -> PathBuf {
    let found = everything(&root.join(folder)).into_keys();
    let mut found: Vec<PathBuf> = found
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn photo(root: &Path) -> PathBuf {
    only(root, "Photos", "jpg")
}

fn journal(root: &Path) -> PathBuf {
    only(root, ".sidekeep/journal", "jsonl")
}
