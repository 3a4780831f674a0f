//! Where an archive can be made.

use std::fs;
use std::path::Path;

use sidekeep_archive::{Archive, ArchiveErrorKind, Writer};

use crate::support::*;

/// A folder with these names in it (folders where they end in a slash), and why no archive can be made there.
fn check(names: &[&str], expected: Option<ArchiveErrorKind>) {
    let dir = scratch();
    for name in names {
        let path = dir.path().join(name);
        fs::create_dir_all(if name.ends_with('/') {
            &path
        } else {
            path.parent().unwrap()
        })
        .unwrap();
        if !name.ends_with('/') {
            fs::write(&path, "mine").unwrap();
        }
    }
    let before = everything(dir.path());
    let opened = Writer::open(dir.path());
    assert_eq!(
        opened.as_ref().err().map(|error| error.kind()),
        expected,
        "{names:?}"
    );
    if expected.is_some() {
        assert_eq!(everything(dir.path()), before, "{names:?}: nothing is touched");
        let absent = Archive::open(dir.path()).err().map(|error| error.kind());
        assert_eq!(absent, Some(ArchiveErrorKind::Absent), "{names:?}");
    }
}

fn everything(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.display().to_string());
        if path.is_dir() {
            names.extend(everything(&path));
        }
    }
    names.sort();
    names
}

#[test]
fn an_archive_is_made_in_a_folder_of_its_own() {
    let occupied = Some(ArchiveErrorKind::Occupied);
    check(&[], None);
    check(&[".sidekeep/"], None);
    check(&[".sidekeep/sources.toml", ".sidekeep/journal/"], None);
    check(&["READ ME.html"], occupied);
    check(&["Photos/"], occupied);
    check(&[".hidden"], occupied);
    check(&[".sidekeep/sources.toml", "Contacts/mine.vcf"], occupied);
}

#[test]
fn the_root_of_a_new_disk_is_an_empty_folder() {
    check(&["lost+found/"], None);
    check(
        &["System Volume Information/IndexerVolumeGuid", "$Recycle.Bin/"],
        None,
    );
    check(&[".Trashes/", ".fseventsd/uuid", "._.Trashes", ".DS_Store"], None);
    check(&[".Trash-1000/files/"], None);
    check(&["lost+found/", "mine.txt"], Some(ArchiveErrorKind::Occupied));
}

#[test]
fn an_archive_with_other_files_beside_it_still_opens() {
    let dir = scratch();
    drop(Writer::open(dir.path()).unwrap());
    fs::write(dir.path().join("my notes.txt"), "mine").unwrap();
    assert!(Writer::open(dir.path()).is_ok() && Archive::open(dir.path()).is_ok());
    // Nor does it matter that the folder is not there yet.
    assert!(Writer::open(&dir.path().join("new/deep")).is_ok());
}
