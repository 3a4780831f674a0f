//! What the folder link makes of files as people have them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::fs;
use std::path::Path;

use sidekeep_links::conformance;
use sidekeep_links::folder::FolderPhone;
use sidekeep_links::{ErrorKind, Listing, Phone};
use sidekeep_model::{Kind, Reason};

async fn list(root: &Path, kind: Kind) -> Listing {
    FolderPhone::open(root).unwrap().list(kind, None).await.unwrap()
}

fn shown(listing: &Listing) -> Vec<(&str, &str, Vec<&str>)> {
    let collections = listing.collections.iter();
    collections
        .map(|one| {
            let entries = one.entries.iter().map(|entry| entry.remote.as_str());
            (
                one.collection.id.as_str(),
                one.collection.name.as_str(),
                entries.collect(),
            )
        })
        .collect()
}

#[tokio::test]
async fn collections_are_topmost_folders_files_and_named_calendars() {
    let folder = phones::folder();
    let contacts = list(folder.path(), Kind::Contact).await;
    assert_eq!(
        shown(&contacts),
        [
            (
                "Contacts",
                "Contacts",
                vec!["Contacts/one.vcf#Cleo", "Contacts/two.vcf#Dan"]
            ),
            (
                "all.vcf",
                "all.vcf",
                vec!["all.vcf#Ada", "all.vcf#Bob", "all.vcf#Ada#2"]
            ),
        ]
    );
    let events = list(folder.path(), Kind::Event).await;
    assert_eq!(
        shown(&events),
        [
            ("Calendars", "Calendars", vec!["Calendars/vdir/c.ics#c"]),
            (
                "Calendars/work.ics",
                "Work",
                vec!["Calendars/work.ics#a", "Calendars/work.ics#b"]
            ),
        ]
    );
    let photos = list(folder.path(), Kind::Photo).await;
    assert_eq!(
        shown(&photos),
        [
            (".", ".", vec!["loose.png"]),
            ("DCIM", "DCIM", vec!["DCIM/100/IMG_0.JPG", "DCIM/100/IMG_1.JPG"]),
        ]
    );
}

#[tokio::test]
async fn a_file_that_ends_too_early_hides_items() {
    let folder = phones::folder();
    let path = folder.path().join("all.vcf");
    let text = fs::read(&path).unwrap();
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    fs::write(folder.path().join("Calendars/work.ics"), b"").unwrap();
    for kind in [Kind::Contact, Kind::Event] {
        let listing = list(folder.path(), kind).await;
        assert!(!listing.reading.lists_everything(), "{listing:?}");
        let broken = listing
            .collections
            .iter()
            .find(|one| !one.reading.is_complete())
            .unwrap();
        assert_eq!(broken.reading.reasons()[0].reason, Reason::Garbled);
    }
    let photos = list(folder.path(), Kind::Photo).await;
    assert!(photos.reading.is_complete(), "other kinds are not touched");
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.jpg"), b"x").unwrap();
    let folder = phones::folder();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("DCIM/out")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("DCIM/loop")).unwrap();
    std::os::unix::fs::symlink(
        outside.path().join("secret.jpg"),
        folder.path().join("DCIM/a.jpg"),
    )
    .unwrap();
    let photos = list(folder.path(), Kind::Photo).await;
    assert_eq!(
        photos
            .collections
            .iter()
            .map(|one| one.entries.len())
            .sum::<usize>(),
        3
    );
    conformance::check(async || FolderPhone::open(folder.path()).unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_folder_that_went_away_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("card");
    fs::create_dir(&root).unwrap();
    let mut phone = FolderPhone::open(&root).unwrap();
    fs::remove_dir(&root).unwrap();
    for kind in [Kind::Contact, Kind::Photo] {
        let listing = phone.list(kind, None).await.unwrap();
        assert_eq!(listing.reading.reasons()[0].reason, Reason::Missing);
        assert!(!listing.reading.lists_everything());
    }
    assert_eq!(FolderPhone::open(&root).unwrap_err().kind(), &ErrorKind::Missing);
}
