//! The media index and the folders together: which photos and films there are, and what is doubtful. Pure.
//!
//! The index says what is a picture, when it was taken and what its owner thinks of it; the folder says what the file
//! is now. A row whose file is not in its folder is not there. A file in a walked folder that the index does not know
//! is taken by the ending of its name.

use std::collections::{BTreeMap, HashMap, HashSet};

use sidekeep_model::{Collection, CollectionId, Fingerprint, Kind, Marks, Reading, Reason, RemoteId, Why};

use super::index::{Generation, Indexed};
use super::paths::{Root, collection, parted};
use super::walk::{Folders, shown};
use crate::filetype::{picture, untrashed};
use crate::{Collected, Entry, Extent};

/// What is known besides the folders.
pub(super) struct Known<'a> {
    pub(super) kind: Kind,
    pub(super) root: &'a Root,
    /// The index's rows; empty when it could not be read.
    pub(super) rows: Vec<Indexed>,
    /// Up to where an earlier listing knew the index, and where it is now.
    pub(super) since: Option<(Generation, Generation)>,
    /// Folders that were walked (absolute), whose files count also when the index does not know them.
    pub(super) walked: &'a [String],
}

/// Items by collection, and the paths of those whose id is not their path.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    shelves: BTreeMap<CollectionId, Shelf>,
    pub(super) paths: HashMap<RemoteId, String>,
}

/// One collection: its items by id, and what may hide more of them.
#[derive(Debug)]
struct Shelf {
    collection: Collection,
    entries: BTreeMap<String, Entry>,
    why: Vec<Why>,
}

/// One file, from either source.
struct Item<'a> {
    /// Absolute.
    path: &'a str,
    size: Option<u64>,
    modified: Option<i64>,
    trashed: bool,
    row: Option<&'a Indexed>,
    unchanged: bool,
}

/// The state of a file, as MediaStore and the file service both tell it.
pub(super) fn fingerprint(size: u64, modified: i64) -> Fingerprint {
    Fingerprint(format!("{size}:{modified}"))
}

impl Catalogue {
    pub(super) fn new(known: &Known<'_>, folders: &Folders) -> Self {
        let mut catalogue = Self::default();
        let located: Vec<(String, &Indexed)> = known
            .rows
            .iter()
            .filter_map(|row| Some((known.root.path_of(&known.root.remote(&row.path)?), row)))
            .collect();
        // What is not in the bin keeps its name when something in the bin once had the same.
        for bin in [false, true] {
            for (path, row) in located.iter().filter(|(_, row)| row.trashed == bin) {
                catalogue.add_row(known, folders, path, row);
            }
        }
        let indexed: HashSet<&str> = located.iter().map(|(path, _)| path.as_str()).collect();
        for bin in [false, true] {
            catalogue.add_walked(known, folders, &indexed, bin);
        }
        catalogue.add_trouble(known, folders);
        catalogue
    }

    fn add_row(&mut self, known: &Known<'_>, folders: &Folders, path: &str, row: &Indexed) {
        let (folder, name) = parted(path);
        let listed = folders.listed.get(folder.trim_end_matches('/'));
        // An empty listing against the index is more likely a refusal than an emptied folder.
        let stat = match listed.filter(|folder| !folder.files.is_empty()) {
            Some(folder) => match folder.files.get(name) {
                None if !folder.unknown.contains(name) => return,
                stat => stat,
            },
            None => None,
        };
        let agrees = stat.is_none_or(|stat| row.size == Some(stat.size) && row.modified == Some(stat.mtime));
        let covered = known
            .since
            .as_ref()
            .is_some_and(|(since, now)| since.covers(row, now));
        self.add(
            known.root,
            Item {
                path,
                size: stat.map(|stat| stat.size).or(row.size),
                modified: stat.map(|stat| stat.mtime).or(row.modified),
                trashed: row.trashed,
                row: Some(row),
                unchanged: agrees && covered,
            },
        );
    }

    fn add_walked(&mut self, known: &Known<'_>, folders: &Folders, indexed: &HashSet<&str>, bin: bool) {
        for (path, folder) in walked(known, folders) {
            for (name, stat) in &folder.files {
                let path = format!("{path}/{name}");
                let trashed = untrashed(name).is_some();
                let is_wanted = shown(name).and_then(picture) == Some(known.kind);
                if trashed != bin || !is_wanted || indexed.contains(path.as_str()) {
                    continue;
                }
                self.add(
                    known.root,
                    Item {
                        path: &path,
                        size: Some(stat.size),
                        modified: Some(stat.mtime),
                        trashed,
                        row: None,
                        unchanged: false,
                    },
                );
            }
        }
    }

    fn add(&mut self, root: &Root, item: Item<'_>) {
        let Some(remote) = root.remote(item.path) else {
            return;
        };
        let (folder, real_name) = parted(&remote);
        let name = untrashed(real_name).filter(|_| item.trashed).unwrap_or(real_name);
        let entries = &mut self.shelf(&remote).entries;
        let mut id = format!("{folder}{name}");
        if entries.contains_key(&id) {
            // The name was taken again since the file went to the bin.
            id = remote.clone();
        }
        let row = item.row;
        let entry = Entry {
            remote: RemoteId(id.clone()),
            fingerprint: fingerprint(item.size.unwrap_or_default(), item.modified.unwrap_or_default()),
            unchanged: item.unchanged,
            size: item.size,
            marks: Marks {
                name: Some(name.to_owned()),
                modified: item.modified.and_then(|seconds| seconds.checked_mul(1000)),
                taken: row.and_then(|row| row.taken),
                favourite: row.is_some_and(|row| row.favourite),
                trashed: item.trashed,
                generation: row.and_then(|row| row.generation),
            },
        };
        entries.insert(id.clone(), entry);
        if id != remote {
            self.paths.insert(RemoteId(id), item.path.to_owned());
        }
    }

    /// What may hide items: folders that were not listed, names that cannot be carried, entries without a state.
    fn add_trouble(&mut self, known: &Known<'_>, folders: &Folders) {
        for (path, why) in &folders.failed {
            let is_top = known.walked.contains(path);
            if !(is_walked(known, path) || is_top) || (is_top && why.reason == Reason::Missing) {
                continue;
            }
            if let Some(remote) = known.root.remote(&format!("{path}/x")) {
                self.shelf(&remote).why.push(why.clone());
            }
        }
        for (path, folder) in walked(known, folders) {
            let unnameable = folder
                .unnameable
                .iter()
                .filter(|name| name.ends_with('/') || picture(name) == Some(known.kind));
            let unknown = folder
                .unknown
                .iter()
                .filter(|name| shown(name).and_then(picture) == Some(known.kind));
            let why = [
                Why::new(Reason::ItemsUnnameable).count(unnameable.count() as u64),
                Why::new(Reason::Refused).count(unknown.count() as u64),
            ];
            if let Some(remote) = known.root.remote(&format!("{path}/x")) {
                for why in why.into_iter().filter(|why| why.count > 0) {
                    self.shelf(&remote).why.push(why);
                }
            }
        }
    }

    fn shelf(&mut self, remote: &str) -> &mut Shelf {
        let collection = collection(remote);
        self.shelves
            .entry(collection.id.clone())
            .or_insert_with(|| Shelf {
                collection,
                entries: BTreeMap::new(),
                why: Vec::new(),
            })
    }

    /// The collections, each also with what is said of all.
    pub(super) fn collected(self, of_all: &[Why]) -> Vec<Collected> {
        self.shelves
            .into_values()
            .map(|shelf| Collected {
                collection: shelf.collection,
                reading: Reading::partial(of_all.to_vec()).and(Reading::partial(shelf.why)),
                entries: shelf.entries.into_values().collect(),
                extent: Extent::Full,
            })
            .collect()
    }
}

fn walked<'a>(
    known: &'a Known<'_>,
    folders: &'a Folders,
) -> impl Iterator<Item = (&'a String, &'a super::walk::Folder)> {
    folders
        .listed
        .iter()
        .filter(|(path, _)| is_walked(known, path) || known.walked.contains(path))
}

/// The folder lies within one that was walked.
fn is_walked(known: &Known<'_>, path: &str) -> bool {
    known.walked.iter().any(|top| {
        path.strip_prefix(top.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    })
}
