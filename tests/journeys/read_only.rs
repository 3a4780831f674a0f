//! An archive on a disk that may only be read: everything that reads works, everything that writes says why not, and no
//! byte changes.

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

    for command in [
        &["mirror", &source][..],
        &["verify"],
        &["rebuild"],
        &["add", &source],
    ] {
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
