//! What a device has, as one walk through its folders found it: listings by kind, and where each item lies. Pure.
//!
//! Ids, collections and, where the instant of a change is known, states are those that adb tells of the same phone, so
//! that an item is one item whichever way it was reached. What a listing may say of collections that were not met is
//! [`Ground`]'s.

use std::collections::{BTreeMap, HashMap};

use sidekeep_model::{Collection, CollectionId, Fingerprint, Kind, Marks, Reading, Reason, RemoteId, Why};

use super::ground::{Ground, Walked};
use super::quirks::System;
use super::time::{changed, fingerprint};
use super::tree::{Doubt, File, Scope, is_records};
use crate::adb::collection;
use crate::filetype::{picture, untrashed};
use crate::{Collected, Entry, Extent, Listing};

/// Where an item lies, as long as the session lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: File,
    pub(super) size: u64,
    pub(super) fingerprint: Fingerprint,
    /// The state rests on the device's own number and not on its date.
    pub(super) by_uid: bool,
}

/// A file of cards or calendar entries, by its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Records {
    pub(super) path: String,
    pub(super) place: Place,
}

/// What one walk found.
#[derive(Debug)]
pub(super) struct Catalogue {
    ground: Ground,
    shelves: BTreeMap<(Kind, CollectionId), (Collection, Vec<Entry>)>,
    places: HashMap<RemoteId, Place>,
    records: Vec<Records>,
    doubts: Vec<Doubt>,
    system: System,
}

impl Catalogue {
    /// Nothing yet.
    pub(super) fn new(system: System, scope: &Scope) -> Self {
        Self {
            ground: Ground::new(scope.clone()),
            shelves: BTreeMap::new(),
            places: HashMap::new(),
            records: Vec::new(),
            doubts: Vec::new(),
            system,
        }
    }

    /// Something is not known, wherever it lies.
    pub(super) fn doubt(&mut self, why: Why) {
        self.doubts.push(Doubt {
            folder: None,
            kind: None,
            why,
        });
    }

    /// What was found in a storage.
    pub(super) fn add(&mut self, storage: Walked, mut files: Vec<File>, doubts: Vec<Doubt>) {
        let prefix = storage.prefix.clone();
        let prefix = prefix.as_str();
        self.ground.add(storage);
        let full = |path: &str| match (prefix, path) {
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        };
        self.doubts.extend(doubts.into_iter().map(|doubt| Doubt {
            folder: doubt.folder.as_deref().map(full),
            ..doubt
        }));
        // What is not in the bin keeps its name when something in the bin once had the same.
        files.sort_by_cached_key(|file| (bare(&file.path).1.is_some(), file.path.clone()));
        for file in files {
            self.add_file(prefix, full(&file.path), file);
        }
    }

    fn add_file(&mut self, prefix: &str, path: String, file: File) {
        let Some(size) = file.size else {
            self.doubts.push(Doubt {
                folder: Some(path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()),
                kind: None,
                why: Why::new(Reason::Garbled).count(1).detail(&path),
            });
            return;
        };
        let own = self.system == System::Android && prefix.is_empty();
        let changed = changed(&file.stamp, own.then_some(file.path.as_str()));
        let fingerprint = fingerprint(size, &changed);
        let dated = file.stamp.date.as_deref().is_some_and(|date| date.len() > 15);
        let place = Place {
            size,
            fingerprint: fingerprint.clone(),
            by_uid: changed.instant.is_some() && !dated,
            file,
        };
        let (folder, before_bin) = bare(&path);
        let name = before_bin.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default());
        let Some(kind) = picture(name) else {
            if is_records(name) {
                self.records.push(Records { path, place });
            }
            return;
        };
        let mut id = RemoteId(format!("{folder}{name}"));
        if self.places.contains_key(&id) {
            id = RemoteId(path.clone());
        }
        let entry = Entry {
            remote: id.clone(),
            fingerprint,
            unchanged: false,
            size: Some(size),
            marks: Marks {
                name: Some(name.to_owned()),
                modified: changed.instant.and_then(|seconds| seconds.checked_mul(1000)),
                modified_wall: changed.wall,
                trashed: before_bin.is_some(),
                ..Marks::default()
            },
        };
        let collection = collection(id.as_str());
        self.places.insert(id, place);
        self.shelves
            .entry((kind, collection.id.clone()))
            .or_insert_with(|| (collection, Vec::new()))
            .1
            .push(entry);
    }

    /// Where an item lies.
    pub(super) fn place(&self, remote: &RemoteId) -> Option<&Place> {
        self.places.get(remote)
    }

    /// The files of cards and calendar entries.
    pub(super) fn records(&self) -> &[Records] {
        &self.records
    }

    /// What is not known of any kind, or of this one.
    pub(super) fn doubts(&self, kind: Kind) -> impl Iterator<Item = &Doubt> {
        self.doubts
            .iter()
            .filter(move |doubt| doubt.kind.is_none_or(|of| of == kind))
    }

    /// Where the walk went.
    pub(super) fn ground(&self) -> &Ground {
        &self.ground
    }

    /// The photos or films that were met.
    pub(super) fn listing(&self, kind: Kind) -> Listing {
        let mut doubts: BTreeMap<CollectionId, (Collection, Reading)> = BTreeMap::new();
        let mut reading = self.lesser(kind);
        for doubt in self.doubts(kind) {
            let one = Reading::partial(vec![doubt.why.clone()]);
            if !one.lists_everything() {
                reading = reading.and(one.clone());
            }
            let Some(folder) = &doubt.folder else { continue };
            let collection = collection(&format!("{folder}/x"));
            let (_, all) = doubts
                .entry(collection.id.clone())
                .or_insert_with(|| (collection, Reading::Complete));
            *all = std::mem::replace(all, Reading::Complete).and(one);
        }
        let mut collections = Vec::new();
        let shelves = self.shelves.iter().filter(|((of, _), _)| *of == kind);
        for ((_, id), (collection, entries)) in shelves {
            let doubt = doubts.remove(id).map_or(Reading::Complete, |(_, doubt)| doubt);
            collections.push(collected(collection.clone(), doubt, entries.clone()));
        }
        for (collection, doubt) in doubts.into_values() {
            collections.push(collected(collection, doubt, Vec::new()));
        }
        Listing {
            reading,
            collections,
            cursor: None,
        }
    }

    /// An iPhone that is set to hand out HEIC as JPEG shows no HEIC at all; one that takes none looks the same.
    fn lesser(&self, kind: Kind) -> Reading {
        let is_photo = |of: &Kind| *of == Kind::Photo;
        let mut photos = self.shelves.iter().filter(|((of, _), _)| is_photo(of));
        let heic = |entry: &Entry| {
            let name = entry.remote.as_str().to_ascii_lowercase();
            name.ends_with(".heic") || name.ends_with(".heif")
        };
        let originals = photos.any(|(_, (_, entries))| entries.iter().any(heic));
        if self.system != System::Apple || !is_photo(&kind) || originals {
            return Reading::Complete;
        }
        let why = Why::new(Reason::WalkedOnly).detail("HEIC may come as JPEG, which is a lesser copy");
        Reading::partial(vec![why])
    }
}

fn collected(collection: Collection, reading: Reading, entries: Vec<Entry>) -> Collected {
    Collected {
        collection,
        reading,
        entries,
        extent: Extent::Full,
    }
}

/// The folder of a path, with its slash, and the name that a file in the bin had before.
fn bare(path: &str) -> (&str, Option<&str>) {
    let at = path.rfind('/').map_or(0, |slash| slash + 1);
    (&path[..at], untrashed(&path[at..]))
}

#[cfg(test)]
mod tests {
    use super::super::object::Stamp;
    use super::*;

    fn walked(prefix: &str) -> Walked {
        Walked {
            prefix: prefix.to_owned(),
            same: true,
            filled: true,
            left_alone: Vec::new(),
        }
    }

    fn file(handle: u32, path: &str) -> File {
        File {
            storage: 1,
            handle,
            path: path.to_owned(),
            size: Some(9),
            stamp: Stamp {
                date: Some("20240503T140322".to_owned()),
                uid: None,
            },
        }
    }

    /// Collections with the ids in them.
    fn check(catalogue: &Catalogue, kind: Kind, expected: &[(&str, &[&str])]) {
        let listing = catalogue.listing(kind);
        let found: Vec<(&str, Vec<&str>)> = listing
            .collections
            .iter()
            .map(|one| {
                let ids = one.entries.iter().map(|entry| entry.remote.as_str());
                (one.collection.id.as_str(), ids.collect())
            })
            .collect();
        let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(id, ids)| (*id, ids.to_vec())).collect();
        assert_eq!(found, expected, "{kind}");
    }

    #[test]
    fn items_are_those_that_adb_tells() {
        let mut catalogue = Catalogue::new(System::Android, &Scope::All);
        let files = vec![
            file(1, "DCIM/Camera/.trashed-1-a.jpg"),
            file(2, "DCIM/Camera/a.jpg"),
            file(3, "DCIM/Camera/.trashed-1-b.jpg"),
            file(4, "DCIM/Camera/c.mp4"),
            file(5, "Download/people.vcf"),
        ];
        catalogue.add(walked(""), files, Vec::new());
        catalogue.add(
            walked("/storage/SD card"),
            vec![file(6, "DCIM/Camera/a.jpg")],
            Vec::new(),
        );
        let camera = [
            "DCIM/Camera/a.jpg",
            "DCIM/Camera/.trashed-1-a.jpg",
            "DCIM/Camera/b.jpg",
        ];
        let card = "/storage/SD card/DCIM/Camera";
        check(
            &catalogue,
            Kind::Photo,
            &[
                (card, &["/storage/SD card/DCIM/Camera/a.jpg"]),
                ("DCIM/Camera", &camera),
            ],
        );
        check(&catalogue, Kind::Film, &[("DCIM/Camera", &["DCIM/Camera/c.mp4"])]);
        let records: Vec<&str> = catalogue.records().iter().map(|one| one.path.as_str()).collect();
        assert_eq!(records, ["Download/people.vcf"]);
        let place = catalogue.place(&"DCIM/Camera/b.jpg".into()).unwrap();
        assert_eq!(
            (place.file.handle, place.fingerprint.as_str()),
            (3, "9:20240503T140322")
        );
        let listing = catalogue.listing(Kind::Photo);
        assert!(listing.reading.is_complete());
        let own = &listing.collections[1];
        assert!(own.reading.is_complete());
        let marks: Vec<_> = own
            .entries
            .iter()
            .map(|entry| (entry.marks.name.as_deref(), entry.marks.trashed))
            .collect();
        assert_eq!(
            marks,
            [
                (Some("a.jpg"), false),
                (Some("a.jpg"), true),
                (Some("b.jpg"), true)
            ]
        );
    }

    #[test]
    fn an_iphone_that_shows_heic_hands_out_originals() {
        let check = |system, name: &str, kind, complete| {
            let mut catalogue = Catalogue::new(system, &Scope::All);
            let files = vec![file(1, "DCIM/100APPLE/a.jpg"), file(2, name)];
            catalogue.add(walked(""), files, Vec::new());
            let reading = catalogue.listing(kind).reading;
            assert_eq!(reading.is_complete(), complete, "{name} {kind}");
            assert!(reading.lists_everything());
        };
        check(System::Apple, "DCIM/100APPLE/b.JPG", Kind::Photo, false);
        check(System::Apple, "DCIM/100APPLE/b.JPG", Kind::Film, true);
        check(System::Apple, "DCIM/100APPLE/b.HEIC", Kind::Photo, true);
        check(System::Other, "DCIM/100APPLE/b.JPG", Kind::Photo, true);
    }

    #[test]
    fn what_is_doubtful_hides() {
        let doubt = |folder: &str, kind, reason| Doubt {
            folder: Some(folder.to_owned()),
            kind,
            why: Why::new(reason),
        };
        let hides = |doubts: Vec<Doubt>, kind: Kind, expected: &[&str]| {
            let mut catalogue = Catalogue::new(System::Other, &Scope::All);
            let files = ["DCIM/A/a.jpg", "DCIM/B/b.jpg", "DCIM/B/c.mp4"];
            let files = files.iter().zip(1..).map(|(path, handle)| file(handle, path));
            catalogue.add(walked(""), files.collect(), doubts);
            let listing = catalogue.listing(kind);
            let hidden = listing
                .collections
                .iter()
                .filter(|one| !one.reading.lists_everything());
            let hidden: Vec<&str> = hidden.map(|one| one.collection.id.as_str()).collect();
            assert_eq!(hidden, expected, "{kind}");
        };
        let garbled = || doubt("DCIM/B/deep/er", None, Reason::Garbled);
        hides(vec![], Kind::Photo, &[]);
        hides(vec![garbled()], Kind::Photo, &["DCIM/B"]);
        hides(vec![garbled()], Kind::Film, &["DCIM/B"]);
        hides(
            vec![doubt("DCIM/B", Some(Kind::Film), Reason::ItemsUnnameable)],
            Kind::Photo,
            &[],
        );
        hides(
            vec![doubt("Movies", None, Reason::Refused)],
            Kind::Photo,
            &["Movies"],
        );
        let mut unsized_file = Catalogue::new(System::Other, &Scope::All);
        let nothing = File {
            size: None,
            ..file(1, "DCIM/A/a.jpg")
        };
        unsized_file.add(walked(""), vec![nothing], Vec::new());
        assert!(
            !unsized_file.listing(Kind::Photo).collections[0]
                .reading
                .lists_everything()
        );
    }
}
