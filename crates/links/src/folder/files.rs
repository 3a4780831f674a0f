//! Which files there are, and photos and films among them.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sidekeep_model::{Collection, CollectionId, Fingerprint, Kind, Marks, Reading, Reason, RemoteId, Why};
use walkdir::{DirEntry, WalkDir};

use crate::filetype::{picture, untrashed};
use crate::{Collected, Entry, ErrorKind, Extent, LinkError, Listing};

/// Folders that systems make for themselves.
const SYSTEM: [&str; 4] = [
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "LOST.DIR",
];

/// What makes a folder an archive (docs/archive-format.md).
const ARCHIVE_MARK: &str = ".sidekeep/format";

/// A file below the root.
#[derive(Debug)]
pub(super) struct File {
    /// Below the root, `/`-separated.
    pub(super) relative: String,
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
}

/// Where a listing looks.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// The folder that everything is named below.
    pub(super) root: PathBuf,
    /// Only these files and folders below it; empty means all.
    pub(super) picked: Vec<PathBuf>,
}

/// Items and doubts by collection, and doubts that belong to none.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    collections: BTreeMap<CollectionId, (Collection, Vec<Entry>, Vec<Why>)>,
    doubts: Vec<Why>,
}

impl Shelves {
    pub(super) fn add(&mut self, collection: Collection, entry: Entry) {
        self.shelf(collection).1.push(entry);
    }

    /// The collection is there, with or without items.
    pub(super) fn shelf(&mut self, collection: Collection) -> &mut (Collection, Vec<Entry>, Vec<Why>) {
        self.collections
            .entry(collection.id.clone())
            .or_insert_with(|| (collection, Vec::new(), Vec::new()))
    }

    pub(super) fn doubt(&mut self, collection: Collection, why: Why) {
        self.shelf(collection).2.push(why);
    }

    pub(super) fn listing(self, scope: &Scope) -> Listing {
        let whole = scope.picked.is_empty();
        let reading = |doubts: Vec<Why>| {
            doubts.into_iter().fold(Reading::Complete, |reading, why| {
                reading.and(Reading::partial(vec![why]))
            })
        };
        let collected = |(collection, entries, doubts): (Collection, Vec<Entry>, Vec<Why>)| Collected {
            collection,
            reading: reading(doubts),
            entries,
            extent: if whole {
                Extent::Full
            } else {
                Extent::Delta { gone: Vec::new() }
            },
        };
        let collections: Vec<Collected> = self.collections.into_values().map(collected).collect();
        // Where items are hidden, a whole collection may be: a calendar's file names its collection.
        let reading = collections
            .iter()
            .filter(|collected| !collected.reading.lists_everything())
            .fold(reading(self.doubts), |all, collected| {
                all.and(collected.reading.clone())
            });
        let reading = if whole {
            reading
        } else {
            reading.and(Reading::partial(vec![Why::new(Reason::Picked)]))
        };
        Listing {
            reading,
            collections,
            cursor: None,
        }
    }
}

/// Photos or films. A link to a folder is told with the photos alone: it may hold anything, and once is enough.
pub(super) fn list(scope: &Scope, kind: Kind) -> Result<Listing, LinkError> {
    let mut shelves = Shelves::default();
    let wanted = |name: &str| picture(untrashed(name).unwrap_or(name)) == Some(kind);
    for file in walk(scope, &mut shelves, wanted, kind == Kind::Photo)? {
        let name = file.relative.rsplit('/').next().unwrap_or_default();
        let before_bin = untrashed(name);
        let entry = Entry {
            fingerprint: fingerprint(&file.metadata),
            unchanged: false,
            size: Some(file.metadata.len()),
            marks: Marks {
                name: Some(before_bin.unwrap_or(name).to_owned()),
                modified: Some(modified(&file.metadata)),
                trashed: before_bin.is_some(),
                ..Marks::default()
            },
            remote: RemoteId(file.relative.clone()),
        };
        shelves.add(place(&file.relative), entry);
    }
    Ok(shelves.listing(scope))
}

/// The files whose name is wanted, in the order of their paths. What could not be read is a doubt of its collection.
/// No symbolic link is followed. One with a wanted name, or to a folder if `folders` are told, that leads out of the root
/// or nowhere is a doubt of the listing: it hides nothing else and makes no collection. What a link within the root leads
/// to is met where it is.
///
/// # Errors
/// When the root itself cannot be read; `Unsupported` when it has become an archive.
pub(super) fn walk(
    scope: &Scope,
    shelves: &mut Shelves,
    wanted: impl Fn(&str) -> bool,
    folders: bool,
) -> Result<Vec<File>, LinkError> {
    let root = &scope.root;
    if is_archive(root) {
        return Err(LinkError::new(ErrorKind::Unsupported, archive_at(root)));
    }
    let mut files = Vec::new();
    let starts = if scope.picked.is_empty() {
        std::slice::from_ref(&scope.root)
    } else {
        &scope.picked
    };
    let walks = starts.iter().flat_map(|start| {
        let walk = WalkDir::new(start).follow_links(false).sort_by_file_name();
        walk.into_iter().filter_entry(|entry| !is_hidden(entry))
    });
    for found in walks {
        let (path, outcome) = match found {
            Ok(entry) => {
                let is_wanted = wanted(&entry.file_name().to_string_lossy());
                if entry.path_is_symlink() {
                    let path = entry.path();
                    let told = is_wanted || (folders && path.is_dir());
                    if told && !path.canonicalize().is_ok_and(|target| target.starts_with(root)) {
                        let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
                        let why = Why::new(Reason::ItemsUnreadable).count(1);
                        shelves
                            .doubts
                            .push(why.detail(&format!("a symbolic link: {shown}")));
                    }
                    continue;
                }
                if !is_wanted || !entry.file_type().is_file() {
                    continue;
                }
                (entry.path().to_owned(), entry.metadata())
            }
            Err(error) => (error.path().unwrap_or(root).to_owned(), Err(error)),
        };
        let below = path.strip_prefix(root).unwrap_or(&path);
        let relative: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
        let shown = below.to_string_lossy();
        match (outcome, relative) {
            (Ok(metadata), Some(parts)) => files.push(File {
                relative: parts.join("/"),
                path: path.clone(),
                metadata,
            }),
            (Ok(_), None) => {
                let why = Why::new(Reason::ItemsUnnameable).count(1).detail(&shown);
                shelves.doubt(topmost(&shown, "."), why);
            }
            (Err(error), _) => {
                let error = io::Error::from(error);
                let error = LinkError::caused(kind_of(&error), shown.clone(), error);
                if below.as_os_str().is_empty() {
                    return Err(error);
                }
                // A folder that cannot be listed belongs to the collection of what is in it.
                shelves.doubt(topmost(&format!("{shown}/x"), "."), error.why());
            }
        }
    }
    Ok(files)
}

/// Hidden files (but not those in the bin), folders of the system, and archives: a mirror never feeds on a mirror.
fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let in_bin = !entry.file_type().is_dir() && untrashed(&name).is_some();
    entry.depth() > 0
        && ((name.starts_with('.') && !in_bin)
            || SYSTEM.contains(&name.as_ref())
            || (entry.file_type().is_dir() && is_archive(entry.path())))
}

/// The folder is an archive of Sidekeep's.
pub(super) fn is_archive(folder: &Path) -> bool {
    folder.join(ARCHIVE_MARK).symlink_metadata().is_ok()
}

/// What is said of an archive that was to be read as a phone.
pub(super) fn archive_at(folder: &Path) -> String {
    format!("{} is an archive, not a phone", folder.display())
}

/// The collection of a file: the topmost folder; in the root `.` for a picture, else the file itself, named without
/// its ending.
pub(super) fn place(relative: &str) -> Collection {
    let picture = picture(untrashed(relative).unwrap_or(relative)).is_some();
    if picture || relative.contains('/') {
        return topmost(relative, ".");
    }
    let stem = relative.rsplit_once('.').map_or(relative, |(stem, _)| stem);
    named(relative, stem)
}

/// The topmost folder of a path, or `otherwise` for a file in the root.
fn topmost(relative: &str, otherwise: &str) -> Collection {
    let name = relative.split_once('/').map_or(otherwise, |(top, _)| top);
    named(name, name)
}

pub(super) fn named(id: &str, name: &str) -> Collection {
    Collection {
        id: CollectionId::from(id),
        name: name.to_owned(),
        account: None,
        colour: None,
        read_only: false,
        derived: false,
    }
}

/// Milliseconds since the epoch; before it negative.
fn modified(metadata: &Metadata) -> i64 {
    let Ok(time) = metadata.modified() else { return 0 };
    let millis = |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

/// A file's state: its size, and when it was last written.
pub(super) fn fingerprint(metadata: &Metadata) -> Fingerprint {
    Fingerprint(format!("{}:{}", metadata.len(), modified(metadata)))
}

/// What a failure of the file system means for a link.
pub(super) fn kind_of(error: &io::Error) -> ErrorKind {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::Missing,
        io::ErrorKind::PermissionDenied => ErrorKind::Refused,
        _ => ErrorKind::Garbled,
    }
}
