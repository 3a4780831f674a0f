//! Where a walk went, and what it may say of collections that it did not meet: that they are gone, or nothing. Pure.
//!
//! A folder of a storage that was walked is as it was found. Of a storage that is not there, or shows no file, nothing is
//! known; what its owner did not ask for is no gap, and nothing is called gone for it.

use std::collections::HashSet;

use sidekeep_model::{Collection, CollectionId, Kind, Reading, Reason, Why};

use super::object::Storage;
use super::tree::{Scope, is_records, is_within};
use crate::{Collected, Extent, Listing};

/// Slots are numbered in the upper half of a storage's id, from 1 (MTP 1.1 §5.2.1).
const FIRST_SLOT: u32 = 1;

/// Where a walk went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    scope: Scope,
    storages: Vec<Walked>,
}

/// A storage that was walked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Walked {
    /// What its paths begin with.
    pub(super) prefix: String,
    /// It is the one that had this prefix before: it is built in, or its volume has an id of its own. Memory cards are
    /// changed for others that are called the same.
    pub(super) same: bool,
    /// There is a file in the folders that were looked at.
    pub(super) filled: bool,
    /// Folders in it that ask to be left alone.
    pub(super) left_alone: Vec<String>,
}

/// What may be said of a collection by where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    /// It is as it was found; what was not found is gone.
    Told,
    /// Not all of it was looked at, by its owner's choice, or it may lie on another card: nothing is gone.
    Open,
    /// Its storage shows nothing.
    Hidden(Why),
}

impl Ground {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            storages: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, storage: Walked) {
        self.storages.push(storage);
    }

    /// A listing of what was found, with what it may say of the collections found `before`. Where nobody told which those
    /// are, it does not claim to know them all.
    pub(super) fn settle(&self, kind: Kind, mut listing: Listing, before: Option<&[Collection]>) -> Listing {
        if matches!(listing.reading, Reading::Unavailable { .. }) {
            return listing;
        }
        let nothing_gone = || Extent::Delta { gone: Vec::new() };
        for collected in &mut listing.collections {
            if self.standing(kind, &collected.collection.id) == Standing::Open {
                collected.extent = nothing_gone();
            }
        }
        let Some(before) = before else {
            listing.reading = listing
                .reading
                .and(Reading::partial(vec![Why::new(Reason::Picked)]));
            return listing;
        };
        let listed = listing.collections.iter().map(|one| one.collection.id.clone());
        let listed: HashSet<CollectionId> = listed.collect();
        for collection in before.iter().filter(|known| !listed.contains(&known.id)) {
            let (reading, extent) = match self.standing(kind, &collection.id) {
                Standing::Told => continue,
                Standing::Open => (Reading::Complete, nothing_gone()),
                Standing::Hidden(why) => (Reading::partial(vec![why]), Extent::Full),
            };
            listing.collections.push(Collected {
                collection: collection.clone(),
                reading,
                entries: Vec::new(),
                extent,
            });
        }
        listing
    }

    fn standing(&self, kind: Kind, id: &CollectionId) -> Standing {
        let (prefix, folder) = place(kind, id);
        if !self.scope.holds(&folder) {
            return Standing::Open;
        }
        let storage = self.storages.iter().find(|storage| storage.prefix == prefix);
        let Some(storage) = storage else {
            let why = Why::new(Reason::StorageAway).detail(&prefix);
            return Standing::Hidden(why);
        };
        if !storage.filled {
            let why = Why::new(Reason::Locked).detail("a storage shows no file");
            return Standing::Hidden(why);
        }
        let left_alone = |alone: &String| is_within(&folder, alone) || is_within(alone, &folder);
        if storage.same && !storage.left_alone.iter().any(left_alone) {
            Standing::Told
        } else {
            Standing::Open
        }
    }
}

/// Whether nothing of a collection lies in these folders, or in those below them.
pub fn lies_outside(folders: &[String], kind: Kind, id: &CollectionId) -> bool {
    let (_, folder) = place(kind, id);
    !Scope::Folders(folders.to_vec()).leads(&folder)
}

/// What each storage's paths begin with: nothing for the phone's own, a name like adb's for cards. `storages` in the
/// order of their ids.
pub(super) fn prefixes(storages: &[Storage]) -> Vec<String> {
    let own = storages
        .iter()
        .position(|storage| storage.fixed)
        .or_else(|| storages.iter().position(|storage| storage.id >> 16 == FIRST_SLOT));
    let mut taken = HashSet::new();
    let mut prefix = |(at, storage): (usize, &Storage)| {
        if Some(at) == own {
            return String::new();
        }
        let name = [&storage.volume, &storage.description]
            .into_iter()
            .map(|name| name.replace(['/', '\0'], "_"))
            .find(|name| !matches!(name.as_str(), "" | "." | ".."))
            .unwrap_or_else(|| format!("{:08x}", storage.id));
        let mut prefix = format!("/storage/{name}");
        if !taken.insert(prefix.clone()) {
            prefix = format!("{prefix} {:08x}", storage.id);
        }
        prefix
    };
    storages.iter().enumerate().map(&mut prefix).collect()
}

/// The path below a folder of ours of a file on the phone. A storage is one folder there, so that what lies on two cards is
/// never one collection.
pub(super) fn staged(path: &str) -> String {
    match path.strip_prefix("/storage/") {
        Some(card) => format!("{STAGED}{card}"),
        None => path.to_owned(),
    }
}

/// How the folder of a card begins there.
const STAGED: &str = "storage ";

/// The prefix of the storage that a collection lies on, and its folder below that.
fn place(kind: Kind, id: &CollectionId) -> (String, String) {
    let id = id.as_str();
    let card = id.strip_prefix(if kind.is_file() { "/storage/" } else { STAGED });
    let (prefix, below) = match card.map(|card| card.split_once('/').unwrap_or((card, ""))) {
        Some((name, below)) => (format!("/storage/{name}"), below),
        None => (String::new(), id),
    };
    // A calendar's file with a name of its own is a collection; the others are counted under their topmost folder.
    let folder = match below.rsplit_once('/') {
        _ if kind.is_file() || !is_records(below) => below,
        Some((folder, _)) => folder,
        None => "",
    };
    let folder = if folder == "." { "" } else { folder };
    (prefix, folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storage(id: u32, fixed: bool, volume: &str, description: &str) -> Storage {
        Storage {
            id,
            fixed,
            description: description.to_owned(),
            volume: volume.to_owned(),
        }
    }

    #[test]
    fn the_phones_own_storage_has_no_prefix() {
        let check = |storages: &[Storage], expected: &[&str]| assert_eq!(prefixes(storages), expected);
        let own = || storage(0x0001_0001, true, "", "Internal shared storage");
        let card = |id| storage(id, false, "", "SD card");
        check(&[own()], &[""]);
        check(&[own(), card(0x0002_0001)], &["", "/storage/SD card"]);
        check(&[card(0x0002_0001), own()], &["/storage/SD card", ""]);
        check(
            &[own(), card(2 << 16), card(3 << 16)],
            &["", "/storage/SD card", "/storage/SD card 00030000"],
        );
        check(
            &[own(), storage(5, false, "9C33-6BBD", "x")],
            &["", "/storage/9C33-6BBD"],
        );
        // A camera's slots keep their names whichever of them are filled.
        check(
            &[card(0x0001_0001), storage(0x0002_0001, false, "", "CF/2")],
            &["", "/storage/CF_2"],
        );
        check(&[storage(0x0002_0001, false, "", "")], &["/storage/00020001"]);
    }

    fn ground(scope: &[&str]) -> Ground {
        let walked = |prefix: &str, same, filled| Walked {
            prefix: prefix.to_owned(),
            same,
            filled,
            left_alone: vec!["Pictures/app/cache".to_owned(), "Movies".to_owned()],
        };
        let folders = scope.iter().map(|folder| (*folder).to_owned());
        let mut ground = Ground::new(Scope::Folders(folders.collect()));
        ground.add(walked("", true, true));
        ground.add(walked("/storage/SD card", false, true));
        ground.add(walked("/storage/9C33-6BBD", true, true));
        ground.add(walked("/storage/EMPTY", true, false));
        ground
    }

    #[test]
    fn a_collection_is_told_only_where_all_of_it_was_looked_at() {
        let ground = ground(&[
            "DCIM",
            "Pictures",
            "Movies",
            "Download/cards",
            "Android/media/chat/Images",
        ]);
        let check = |kind: Kind, id: &str, expected: Result<bool, Reason>| {
            let found = match ground.standing(kind, &id.into()) {
                Standing::Told => Ok(true),
                Standing::Open => Ok(false),
                Standing::Hidden(why) => Err(why.reason),
            };
            assert_eq!(found, expected, "{kind} {id}");
        };
        let (told, open) = (Ok(true), Ok(false));
        check(Kind::Photo, "DCIM/Camera", told);
        check(Kind::Film, "dcim", told);
        check(Kind::Photo, "Music/covers", open);
        check(Kind::Photo, ".", open);
        check(Kind::Photo, "Android/media/chat", open);
        check(Kind::Photo, "Pictures/app", open);
        check(Kind::Photo, "Pictures/other", told);
        check(Kind::Photo, "Movies/2024", open);
        check(Kind::Photo, "/storage/SD card/DCIM/Camera", open);
        check(Kind::Photo, "/storage/9C33-6BBD/DCIM/Camera", told);
        check(Kind::Photo, "/storage/9C33-6BBD/.", open);
        check(Kind::Photo, "/storage/EMPTY/DCIM/Camera", Err(Reason::Locked));
        check(
            Kind::Photo,
            "/storage/OTHER/DCIM/Camera",
            Err(Reason::StorageAway),
        );
        check(Kind::Contact, "Pictures", open);
        check(Kind::Contact, "DCIM", told);
        check(Kind::Contact, "Download", open);
        check(Kind::Event, "Download/cards/a.ics", told);
        check(Kind::Event, "Download/a.ics", open);
        check(Kind::Event, "storage 9C33-6BBD/DCIM/a.ics", told);
        check(Kind::Contact, "storage 9C33-6BBD", open);
        check(Kind::Contact, "storage OTHER", open);
        check(Kind::Event, "storage OTHER/DCIM/a.ics", Err(Reason::StorageAway));
    }

    #[test]
    fn a_staged_path_says_where_its_collection_lies() {
        let check = |path: &str, expected: &str| assert_eq!(staged(path), expected);
        check("Download/a.vcf", "Download/a.vcf");
        check(
            "/storage/SD card/Download/a.vcf",
            "storage SD card/Download/a.vcf",
        );
    }

    #[test]
    fn a_listing_speaks_of_what_was_found_before() {
        let collection = |id: &str| crate::adb::collection(&format!("{id}/x"));
        let found = ["DCIM/A", "Android/media/chat"].map(|id| Collected {
            collection: collection(id),
            reading: Reading::Complete,
            entries: Vec::new(),
            extent: Extent::Full,
        });
        let listing = Listing {
            reading: Reading::Complete,
            collections: found.to_vec(),
            cursor: None,
        };
        let before = ["DCIM/A", "DCIM/B", "Music/x", "/storage/OTHER/DCIM"].map(collection);
        let ground = ground(&["DCIM", "Android/media/chat/Images"]);
        let settled = ground.settle(Kind::Photo, listing.clone(), Some(&before));
        let said: Vec<(&str, bool, bool)> = settled
            .collections
            .iter()
            .map(|one| {
                let full = one.extent == Extent::Full;
                (one.collection.id.as_str(), one.reading.is_complete(), full)
            })
            .collect();
        assert_eq!(
            said,
            [
                ("DCIM/A", true, true),
                ("Android/media/chat", true, false),
                ("Music/x", true, false),
                ("/storage/OTHER/DCIM", false, true),
            ]
        );
        assert_eq!(settled.reading, Reading::Complete);
        // Nobody told what was there before.
        let settled = ground.settle(Kind::Photo, listing.clone(), None);
        assert!(!settled.reading.lists_everything());
        assert_eq!(settled.collections.len(), 2);
        let locked = Listing::unavailable(Why::new(Reason::Locked));
        assert_eq!(ground.settle(Kind::Photo, locked.clone(), Some(&before)), locked);
        assert!(lies_outside(&["DCIM".to_owned()], Kind::Photo, &"Music/x".into()));
        let deeper = ["Music/x/y".to_owned()];
        assert!(!lies_outside(&deeper, Kind::Photo, &"Music/x".into()));
    }
}
