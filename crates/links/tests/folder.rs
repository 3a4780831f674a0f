//! What the folder link makes of files as people have them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::fs;
use std::path::Path;

use sidekeep_links::conformance;
use sidekeep_links::folder::FolderPhone;
use sidekeep_links::{ErrorKind, Extent, Listing, Phone};
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
                "all",
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

#[cfg(unix)]
#[tokio::test]
async fn a_link_out_of_the_folder_is_told_once_and_hides_nothing() {
    let outside = phones::folder();
    let folder = phones::folder();
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, folder.path().join(name)).unwrap();
    };
    let kinds = [Kind::Photo, Kind::Film, Kind::Contact, Kind::Event, Kind::Task];
    let mut before = Vec::new();
    for kind in kinds {
        before.push(list(folder.path(), kind).await);
    }
    // What these lead to is read where it is.
    link(&folder.path().join("loose.png"), "DCIM/linked.png");
    link(&folder.path().join("all.vcf"), "linked.vcf");
    link(&folder.path().join("Calendars"), "linked");
    link(folder.path(), "DCIM/loop");
    for (kind, before) in kinds.into_iter().zip(&before) {
        assert_eq!(&list(folder.path(), kind).await, before, "{kind:?}");
    }
    link(outside.path(), "DCIM/elsewhere");
    link(&outside.path().join("loose.png"), "DCIM/other.png");
    link(&outside.path().join("Calendars/work.ics"), "other.ics");
    link(&outside.path().join("notes.txt"), "other.txt");
    link(Path::new("nowhere"), "DCIM/broken.jpg");
    link(Path::new("around"), "around");
    for ((kind, before), told) in kinds.into_iter().zip(before).zip([3, 0, 0, 1, 1]) {
        let listing = list(folder.path(), kind).await;
        assert!(listing.reading.lists_everything());
        assert_eq!(listing.collections, before.collections, "{kind:?}");
        let why = listing.reading.reasons();
        assert_eq!(why.iter().map(|why| why.count).sum::<u64>(), told, "{kind:?}");
        for why in why {
            assert_eq!(why.reason, Reason::ItemsUnreadable);
            assert!(why.detail.starts_with("a symbolic link: "), "{why:?}");
        }
    }
}

#[tokio::test]
async fn picked_files_say_nothing_of_the_rest() {
    let folder = phones::folder();
    let at = |name: &str| folder.path().join(name);
    let picked = |names: &[&str]| {
        let files: Vec<_> = names.iter().map(|name| at(name)).collect();
        FolderPhone::picked(folder.path(), &files)
    };
    let mut phone = picked(&["all.vcf", "Calendars/work.ics"]).unwrap();
    assert_eq!(
        phone.identity(),
        FolderPhone::open(folder.path()).unwrap().identity()
    );
    for (kind, collections) in [
        (Kind::Contact, &["all.vcf"][..]),
        (Kind::Event, &["Calendars/work.ics"]),
        (Kind::Photo, &[]),
    ] {
        let listing = phone.list(kind, None).await.unwrap();
        assert!(!listing.reading.lists_everything(), "{kind}");
        assert_eq!(listing.reading.reasons()[0].reason, Reason::Picked);
        let whole = list(folder.path(), kind).await;
        let same: Vec<_> = shown(&whole)
            .into_iter()
            .filter(|(id, ..)| collections.contains(id))
            .collect();
        assert_eq!(shown(&listing), same, "the same ids as in the whole folder");
        let delta = Extent::Delta { gone: Vec::new() };
        assert!(listing.collections.iter().all(|one| one.extent == delta));
    }
    for bad in ["../all.vcf", "/etc/passwd"] {
        assert_eq!(picked(&[bad]).unwrap_err().kind(), &ErrorKind::Missing, "{bad}");
    }
    let absent = picked(&["absent.vcf"])
        .unwrap()
        .list(Kind::Contact, None)
        .await
        .unwrap();
    assert!(absent.collections.iter().all(|one| one.entries.is_empty()));
    assert!(
        absent
            .reading
            .reasons()
            .iter()
            .any(|why| why.reason == Reason::Missing)
    );
}

#[tokio::test]
async fn an_archive_is_no_phone() {
    let folder = phones::folder();
    let archive = folder.path().join("DCIM/mirror");
    for inner in [".sidekeep", "Photos", "Contacts"] {
        fs::create_dir_all(archive.join(inner)).unwrap();
    }
    fs::write(archive.join("Photos/again.jpg"), b"x").unwrap();
    fs::write(archive.join("Contacts/again.vcf"), phones::bytes("x", 10)).unwrap();
    let photos = async || {
        let listing = list(folder.path(), Kind::Photo).await;
        assert!(listing.reading.is_complete());
        listing
            .collections
            .iter()
            .map(|one| one.entries.len())
            .sum::<usize>()
    };
    assert_eq!(photos().await, 4, "not an archive yet");
    fs::write(archive.join(".sidekeep/format"), b"1\n").unwrap();
    assert_eq!(photos().await, 3);
    let contacts = list(folder.path(), Kind::Contact).await;
    assert!(contacts.reading.is_complete(), "{contacts:?}");
    for inside in ["", "Photos"] {
        let error = FolderPhone::open(&archive.join(inside)).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Unsupported);
        assert!(
            error.context().ends_with("mirror is an archive, not a phone"),
            "{error}"
        );
    }
    // It becomes one while it is read.
    let mut phone = FolderPhone::open(folder.path()).unwrap();
    fs::rename(archive.join(".sidekeep"), folder.path().join(".sidekeep")).unwrap();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    assert_eq!(listing.reading.reasons()[0].reason, Reason::Unsupported);
    assert!(listing.collections.is_empty());
}

#[tokio::test]
async fn the_bin_is_read_and_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "a.jpg",
        ".trashed-1735689600-b.jpg",
        ".hidden.jpg",
        ".trashed-1735689600-c.vcf",
    ] {
        fs::write(folder.path().join(name), phones::bytes(name, 9)).unwrap();
    }
    let photos = list(folder.path(), Kind::Photo).await;
    let marks = photos.collections[0].entries.iter().map(|entry| {
        let name = entry.marks.name.as_deref().unwrap();
        (entry.remote.as_str(), name, entry.marks.trashed)
    });
    assert_eq!(
        marks.collect::<Vec<_>>(),
        [
            (".trashed-1735689600-b.jpg", "b.jpg", true),
            ("a.jpg", "a.jpg", false)
        ]
    );
    assert!(list(folder.path(), Kind::Contact).await.collections.is_empty());
    conformance::check(async || FolderPhone::open(folder.path()).unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn old_calendars_and_wide_characters_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let old = "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nUID:o\r\nDTSTART:20040101T090000\r\n\
               SUMMARY:Old\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    fs::write(folder.path().join("Palm.VCS"), old).unwrap();
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë\r\nEND:VCARD\r\n";
    let wide = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    fs::write(folder.path().join("wide.vcf"), wide(&card.repeat(2))).unwrap();
    fs::write(folder.path().join("wide.ics"), wide(old)).unwrap();
    let contacts = list(folder.path(), Kind::Contact).await;
    let ids = vec!["wide.vcf#Zoë", "wide.vcf#Zoë#2"];
    assert_eq!(shown(&contacts), [("wide.vcf", "wide", ids)]);
    let events = list(folder.path(), Kind::Event).await;
    assert_eq!(
        shown(&events),
        [
            ("Palm.VCS", "Palm", vec!["Palm.VCS#o"]),
            ("wide.ics", "wide", vec!["wide.ics#o"])
        ]
    );
    assert!(contacts.reading.is_complete() && events.reading.is_complete());
    let truth = conformance::check(async || FolderPhone::open(folder.path()).unwrap())
        .await
        .unwrap();
    let raw = truth.bytes(Kind::Contact, "wide.vcf", "wide.vcf#Zoë").unwrap();
    assert_eq!(raw.as_ref(), card.as_bytes());
}

#[tokio::test]
async fn a_pile_of_begins_is_one_torn_item() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pile.vcf"), "BEGIN:VCARD\n".repeat(100_000)).unwrap();
    let listing = list(folder.path(), Kind::Contact).await;
    assert_eq!(shown(&listing), [("pile.vcf", "pile", vec![])]);
    let why = listing.collections[0].reading.reasons().iter();
    assert_eq!(
        why.map(|why| (why.reason, why.count)).collect::<Vec<_>>(),
        [(Reason::Garbled, 1), (Reason::ItemsUnreadable, 1)]
    );
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
