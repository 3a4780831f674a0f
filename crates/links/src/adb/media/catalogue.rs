//! The media index and the folders together: which photos and films there are, and what is doubtful. Pure.
//!
//! The index says what is a picture, when it was taken and what its owner thinks of it; the folder says what the file
//! is now. A row whose file is not in its folder is not there. A file in a walked folder that the index does not know
//! is taken by the ending of its name.

use std::collections::{BTreeMap, HashMap};

use sidekeep_model::{Collection, CollectionId, Fingerprint, Kind, Marks, Reading, Reason, RemoteId, Why};

use super::index::{Generation, Indexed};
use super::paths::{Root, collection, parted};
use super::walk::{Folders, shown};
use crate::filetype::{picture, untrashed};
use crate::{Collected, Entry, Extent};

/// What is known besides the index's rows and the folders.
pub(super) struct Known<'a> {
    pub(super) kind: Kind,
    pub(super) root: &'a Root,
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

/// One collection: its items, and what may hide more of them.
#[derive(Debug)]
struct Shelf {
    collection: Collection,
    /// In the order of their ids.
    entries: Vec<Entry>,
    why: Vec<Why>,
}

/// One file, from either source, by its row in the index or what that would say.
struct Item {
    row: Indexed,
    unchanged: bool,
}

/// The state of a file, as MediaStore and the file service both tell it.
pub(super) fn fingerprint(size: u64, modified: i64) -> Fingerprint {
    Fingerprint(format!("{size}:{modified}"))
}

impl Catalogue {
    /// From the index's rows, none where it could not be read, and the folders.
    pub(super) fn new(known: &Known<'_>, rows: Vec<Indexed>, mut folders: Folders) -> Self {
        let mut catalogue = Self::default();
        catalogue.add_trouble(known, &folders);
        // An empty listing against the index is more likely a refusal than an emptied folder.
        folders.listed.retain(|_, folder| !folder.files.is_empty());
        let mut items: Vec<Item> = rows
            .into_iter()
            .filter_map(|row| indexed(known, &mut folders, row))
            .collect();
        items.extend(unindexed(known, folders));
        // What is not in the bin keeps its name when something in the bin once had the same.
        items.sort_by(|a, b| (a.row.trashed, &a.row.path).cmp(&(b.row.trashed, &b.row.path)));
        for item in items {
            catalogue.add(known.root, item);
        }
        catalogue
    }

    fn add(&mut self, root: &Root, Item { row, unchanged }: Item) {
        let Some(remote) = root.remote(&row.path) else {
            return;
        };
        let (folder, real_name) = parted(&remote);
        let name = untrashed(real_name).filter(|_| row.trashed).unwrap_or(real_name);
        let entries = &mut self.shelf(&remote).entries;
        let place = |id: &str| entries.binary_search_by(|entry| entry.remote.as_str().cmp(id));
        let mut id = format!("{folder}{name}");
        let mut found = place(&id);
        if found.is_ok() {
            // The name was taken again since the file went to the bin.
            id = remote.clone();
            found = place(&id);
        }
        // Else the index has the file twice.
        let Err(at) = found else {
            return;
        };
        let entry = Entry {
            remote: RemoteId(id.clone()),
            fingerprint: fingerprint(row.size.unwrap_or_default(), row.modified.unwrap_or_default()),
            unchanged,
            size: row.size,
            marks: Marks {
                name: Some(name.to_owned()),
                modified: row.modified.and_then(|seconds| seconds.checked_mul(1000)),
                modified_wall: None,
                taken: row.taken,
                favourite: row.favourite,
                trashed: row.trashed,
                generation: row.generation,
            },
        };
        entries.insert(at, entry);
        if id != remote {
            self.paths.insert(RemoteId(id), row.path);
        }
    }

    /// What may hide items: folders that were not listed, names that cannot be carried, entries without a state.
    fn add_trouble(&mut self, known: &Known<'_>, folders: &Folders) {
        for (path, why) in &folders.failed {
            let is_top = known.walked.contains(path);
            if !is_walked(known, path) || (is_top && why.reason == Reason::Missing) {
                continue;
            }
            if let Some(remote) = known.root.remote(&format!("{path}/x")) {
                self.shelf(&remote).why.push(why.clone());
            }
        }
        let walked = folders.listed.iter().filter(|(path, _)| is_walked(known, path));
        for (path, folder) in walked {
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
                entries: Vec::new(),
                why: Vec::new(),
            })
    }

    /// The collections, each also with what is said of each.
    pub(super) fn collected(self, of_each: &Reading) -> Vec<Collected> {
        self.shelves
            .into_values()
            .map(|shelf| Collected {
                collection: shelf.collection,
                reading: of_each.clone().and(Reading::partial(shelf.why)),
                entries: shelf.entries,
                extent: Extent::Full,
            })
            .collect()
    }
}

/// The item of a row, by what its folder says of the file; nothing when it is not there. The file is taken out of its
/// folder.
fn indexed(known: &Known<'_>, folders: &mut Folders, mut row: Indexed) -> Option<Item> {
    let (folder, name) = parted(&row.path);
    let stat = match folders.listed.get_mut(folder.trim_end_matches('/')) {
        Some(folder) => match folder.files.remove(name) {
            None if !folder.unknown.contains(name) => return None,
            stat => stat,
        },
        None => None,
    };
    let covered = known
        .since
        .as_ref()
        .is_some_and(|(since, now)| since.covers(&row, now));
    let mut unchanged = covered;
    if let Some(stat) = stat {
        unchanged &= row.size == Some(stat.size) && row.modified == Some(stat.mtime);
        (row.size, row.modified) = (Some(stat.size), Some(stat.mtime));
    }
    Some(Item { row, unchanged })
}

/// The files left in the folders that were walked: the index does not know them.
fn unindexed<'a>(known: &'a Known<'_>, folders: Folders) -> impl Iterator<Item = Item> + 'a {
    let walked = folders
        .listed
        .into_iter()
        .filter(|(path, _)| is_walked(known, path));
    walked.flat_map(move |(path, folder)| {
        let wanted = folder
            .files
            .into_iter()
            .filter(|(name, _)| shown(name).and_then(picture) == Some(known.kind));
        wanted.map(move |(name, stat)| Item {
            row: Indexed {
                path: format!("{path}/{name}"),
                size: Some(stat.size),
                modified: Some(stat.mtime),
                trashed: untrashed(&name).is_some(),
                ..Indexed::default()
            },
            unchanged: false,
        })
    })
}

/// The folder is one that was walked, or lies within one.
fn is_walked(known: &Known<'_>, path: &str) -> bool {
    known.walked.iter().any(|top| {
        path.strip_prefix(top.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::FileStat;
    use super::super::walk::Folder;
    use super::*;

    fn folder(names: &[&str]) -> Folder {
        let stat = FileStat {
            mode: 0o100_644,
            size: 1,
            mtime: 2,
        };
        Folder {
            files: names.iter().map(|name| ((*name).to_owned(), stat)).collect(),
            ..Folder::default()
        }
    }

    /// Ids, in order, with the paths of those that have another.
    fn check(rows: &[(&str, bool)], files: &[&str], expected: &[(&str, Option<&str>)]) {
        let root = Root::new("/sdcard");
        let walked = ["/sdcard/DCIM".to_owned()];
        let known = Known {
            kind: Kind::Photo,
            root: &root,
            since: None,
            walked: &walked,
        };
        let rows = rows.iter().map(|(name, trashed)| Indexed {
            path: format!("/sdcard/DCIM/{name}"),
            trashed: *trashed,
            ..Indexed::default()
        });
        let mut folders = Folders::default();
        folders.listed.insert("/sdcard/DCIM".to_owned(), folder(files));
        let mut catalogue = Catalogue::new(&known, rows.collect(), folders);
        let paths = std::mem::take(&mut catalogue.paths);
        let collected = catalogue.collected(&Reading::Complete);
        let found: Vec<(&str, Option<&str>)> = collected
            .iter()
            .flat_map(|one| &one.entries)
            .map(|entry| {
                (
                    entry.remote.as_str(),
                    paths.get(&entry.remote).map(String::as_str),
                )
            })
            .collect();
        assert_eq!(found, expected, "{files:?}");
    }

    #[test]
    fn what_is_in_the_bin_gives_way() {
        let (binned, again) = (".trashed-1-a.jpg", ".trashed-2-a.jpg");
        let (here, there) = ("DCIM/a.jpg", "/sdcard/DCIM/.trashed-1-a.jpg");
        let own = ("DCIM/.trashed-1-a.jpg", None);
        check(&[(binned, true)], &[binned], &[(here, Some(there))]);
        check(&[], &[binned], &[(here, Some(there))]);
        check(
            &[(binned, true), ("a.jpg", false)],
            &[binned, "a.jpg"],
            &[own, (here, None)],
        );
        // A file that the index does not know yet is not in the bin either.
        check(&[(binned, true)], &[binned, "a.jpg"], &[own, (here, None)]);
        check(
            &[(again, true), (binned, true)],
            &[binned, again],
            &[("DCIM/.trashed-2-a.jpg", None), (here, Some(there))],
        );
    }

    #[test]
    fn a_file_is_there_once_and_only_if_its_folder_says_so() {
        let (a, b) = (("DCIM/a.jpg", None), ("DCIM/b.jpg", None));
        check(&[("a.jpg", false), ("a.jpg", false)], &["a.jpg"], &[a]);
        check(&[("a.jpg", false), ("b.jpg", false)], &["b.jpg"], &[b]);
        check(&[("a.jpg", false), ("a.jpg", false)], &[], &[a]);
        check(&[], &["a.jpg", "b.mp4", ".hidden.jpg"], &[a]);
    }
}
