//! Which files there are, grown folder by folder from what the device says is in each. Pure.
//!
//! Whatever a device says, growing ends: each handle counts once, folders are followed to a bounded depth, and objects
//! and paths are bounded too. What is left out for it is a doubt, so that nothing is taken for gone.

use std::collections::HashSet;

use sidekeep_model::{Kind, Reason, Why};

use super::object::{Object, Stamp};
use crate::filetype::{picture, untrashed};

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 256;
/// Objects of one device that are looked at.
const MAX_OBJECTS: usize = 2_000_000;
/// Bytes of a path; Android's own limit.
const MAX_PATH: usize = 4096;
/// Where folders that ask to be left alone are read all the same: cameras and editors put there what is their owner's.
const CAMERA: &str = "DCIM";

/// Which folders of each storage are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// All of them: a camera has nothing but pictures.
    All,
    /// These and what is below them; `/`-separated, in any case.
    Folders(Vec<String>),
}

impl Scope {
    /// Whether a folder lies in one that is looked at, or has one below it.
    pub(super) fn leads(&self, path: &str) -> bool {
        self.holds(path)
            || match self {
                Scope::All => true,
                Scope::Folders(folders) => folders.iter().any(|folder| is_within(folder, path)),
            }
    }

    /// Whether the files in a folder are looked at.
    pub(super) fn holds(&self, path: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Folders(folders) => folders.iter().any(|folder| is_within(path, folder)),
        }
    }
}

/// `path` is `folder` or lies below it. The storage of a phone does not tell cases apart.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let mut parts = path.split('/');
    folder.is_empty()
        || folder
            .split('/')
            .all(|part| parts.next().is_some_and(|other| other.eq_ignore_ascii_case(part)))
}

/// A folder whose content is to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    /// None for the root of a storage.
    pub(super) handle: Option<u32>,
    /// Below the storage; empty for its root.
    pub(super) path: String,
    depth: usize,
}

impl Folder {
    /// The root of a storage.
    pub(super) fn root() -> Self {
        Self {
            handle: None,
            path: String::new(),
            depth: 0,
        }
    }
}

/// A file that may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) storage: u32,
    pub(super) handle: u32,
    /// Below the storage, `/`-separated.
    pub(super) path: String,
    pub(super) size: Option<u64>,
    pub(super) stamp: Stamp,
}

/// Something of a folder that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Doubt {
    /// The folder, below the storage; None: it may lie anywhere.
    pub(super) folder: Option<String>,
    /// The kind that it hides; None: any.
    pub(super) kind: Option<Kind>,
    pub(super) why: Why,
}

/// The files of one storage, as far as it has been grown.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    scope: &'a Scope,
    storage: u32,
    seen: HashSet<u32>,
    pub(super) files: Vec<File>,
    pub(super) doubts: Vec<Doubt>,
    /// Folders that ask to be left alone, and are.
    pub(super) left_alone: Vec<String>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(scope: &'a Scope, storage: u32) -> Self {
        Self {
            scope,
            storage,
            seen: HashSet::new(),
            files: Vec::new(),
            doubts: Vec::new(),
            left_alone: Vec::new(),
        }
    }

    /// A folder could not be read, or only in part.
    pub(super) fn doubt(&mut self, folder: &Folder, kind: Option<Kind>, why: Why) {
        self.doubts.push(Doubt {
            folder: Some(folder.path.clone()),
            kind,
            why,
        });
    }

    /// Takes what is in `folder`, and tells which folders in it are to be asked for next.
    pub(super) fn grow(&mut self, folder: &Folder, objects: Vec<Object>) -> Vec<Folder> {
        let left_alone = objects
            .iter()
            .any(|object| !object.folder && object.name.as_deref() == Ok(".nomedia"));
        if left_alone && !is_within(&folder.path, CAMERA) {
            self.left_alone.push(folder.path.clone());
            return Vec::new();
        }
        let holds = self.scope.holds(&folder.path);
        let mut names = HashSet::new();
        let mut next = Vec::new();
        for object in objects {
            if self.seen.len() >= MAX_OBJECTS {
                let why = Why::new(Reason::Garbled).detail("more objects than any phone has");
                self.doubt(folder, None, why);
                break;
            }
            let shown = object.name.as_deref().unwrap_or_else(|lossy| lossy).to_owned();
            if !self.seen.insert(object.handle) {
                let what = format!("{}/{shown} is there twice, or lies within itself", folder.path);
                self.doubt(folder, None, Why::new(Reason::Garbled).detail(&what));
                continue;
            }
            let path = if folder.path.is_empty() {
                shown.clone()
            } else {
                format!("{}/{shown}", folder.path)
            };
            if object.folder && !self.scope.leads(&path) || !object.folder && !holds {
                continue;
            }
            let kind = picture(&shown);
            let hidden = shown.starts_with('.') && (object.folder || untrashed(&shown).is_none());
            if hidden || !(object.folder || kind.is_some() || is_records(&shown)) {
                continue;
            }
            let sayable = object.name.is_ok() && is_name(&shown) && path.len() <= MAX_PATH;
            if !sayable || !names.insert(shown) {
                let why = Why::new(Reason::ItemsUnnameable).count(1).detail(&path);
                self.doubt(folder, kind.filter(|_| !object.folder), why);
            } else if !object.folder {
                self.files.push(File {
                    storage: self.storage,
                    handle: object.handle,
                    path,
                    size: object.size,
                    stamp: object.stamp,
                });
            } else if folder.depth < MAX_DEPTH {
                next.push(Folder {
                    handle: Some(object.handle),
                    path,
                    depth: folder.depth + 1,
                });
            } else {
                let why = Why::new(Reason::Garbled).detail(&format!("{path} lies too deep"));
                self.doubt(folder, None, why);
            }
        }
        next
    }
}

/// A file of cards or calendar entries, by its name.
pub(super) fn is_records(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        let known = ["vcf", "ics", "vcs"];
        !stem.is_empty() && known.iter().any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// A name that can be part of a path.
fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(handle: u32, name: &str) -> Object {
        let (name, folder) = match name.strip_suffix('/') {
            Some(name) => (name, true),
            None => (name, false),
        };
        Object {
            handle,
            name: Ok(name.to_owned()),
            folder,
            size: Some(1),
            stamp: Stamp::default(),
        }
    }

    fn folder(path: &str) -> Folder {
        Folder {
            handle: Some(1),
            path: path.to_owned(),
            depth: 1,
        }
    }

    /// What grows from one folder: files, folders to look into, and doubts by reason.
    fn check(
        scope: &Scope,
        path: &str,
        objects: Vec<Object>,
        files: &[&str],
        next: &[&str],
        doubts: &[Reason],
    ) {
        let mut tree = Tree::new(scope, 1);
        let found = tree.grow(&folder(path), objects);
        let paths: Vec<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
        let found: Vec<&str> = found.iter().map(|folder| folder.path.as_str()).collect();
        let reasons: Vec<Reason> = tree.doubts.iter().map(|doubt| doubt.why.reason).collect();
        assert_eq!(
            (&paths[..], &found[..], &reasons[..]),
            (files, next, doubts),
            "{path}"
        );
    }

    #[test]
    fn pictures_and_cards_are_taken() {
        let objects = [
            "a.jpg",
            "b.MP4",
            "c.txt",
            "d.vcf",
            ".e.jpg",
            ".trashed-1-f.jpg",
            ".thumbnails/",
            "g/",
        ];
        let objects = objects.iter().zip(2..).map(|(name, handle)| object(handle, name));
        let files = ["DCIM/a.jpg", "DCIM/b.MP4", "DCIM/d.vcf", "DCIM/.trashed-1-f.jpg"];
        check(&Scope::All, "DCIM", objects.collect(), &files, &["DCIM/g"], &[]);
    }

    #[test]
    fn folders_that_ask_for_it_are_left_alone_but_not_the_camera() {
        let objects = || vec![object(2, ".nomedia"), object(3, "a.jpg"), object(4, "b/")];
        check(&Scope::All, "Pictures/app", objects(), &[], &[], &[]);
        check(
            &Scope::All,
            "dcim/x",
            objects(),
            &["dcim/x/a.jpg"],
            &["dcim/x/b"],
            &[],
        );
    }

    #[test]
    fn only_the_chosen_folders_are_looked_at() {
        let scope = Scope::Folders(vec!["DCIM".to_owned(), "Android/media/chat".to_owned()]);
        let objects = || {
            vec![
                object(2, "DCIM/"),
                object(3, "Android/"),
                object(4, "Music/"),
                object(5, "a.jpg"),
            ]
        };
        check(&scope, "", objects(), &[], &["DCIM", "Android"], &[]);
        let below = || vec![object(2, "media/"), object(3, "data/"), object(4, "a.jpg")];
        check(&scope, "Android", below(), &[], &["Android/media"], &[]);
        check(
            &scope,
            "Android/media/chat",
            objects(),
            &["Android/media/chat/a.jpg"],
            &[
                "Android/media/chat/DCIM",
                "Android/media/chat/Android",
                "Android/media/chat/Music",
            ],
            &[],
        );
    }

    #[test]
    fn names_that_are_none_are_doubts() {
        let broken = Object {
            name: Err("\u{fffd}.jpg".to_owned()),
            ..object(9, "x")
        };
        let text = Object {
            name: Err("\u{fffd}.txt".to_owned()),
            ..object(10, "x")
        };
        let long = format!("{}.jpg", "x".repeat(5000));
        let objects = vec![
            object(2, "a/b.jpg"),
            object(3, "a\0.jpg"),
            object(4, "../"),
            object(5, "a.jpg"),
            object(6, "a.jpg"),
            object(7, &long),
            object(8, "/"),
            broken,
            text,
        ];
        // `..` and the empty name are hidden folders or none at all: `..` begins with a dot.
        let doubts = [Reason::ItemsUnnameable; 6];
        check(&Scope::All, "DCIM", objects, &["DCIM/a.jpg"], &[], &doubts);
    }

    #[test]
    fn growing_ends_whatever_the_device_says() {
        // Every folder holds itself and one more.
        let scope = Scope::All;
        let mut tree = Tree::new(&scope, 1);
        let mut pending = vec![Folder::root()];
        let mut asked = 0;
        while let Some(folder) = pending.pop() {
            asked += 1;
            let own = folder.handle.unwrap_or(0);
            pending.extend(tree.grow(&folder, vec![object(own, "self/"), object(own + 1, "x/")]));
        }
        // A root has no handle by which it could be known again, so it is met once more.
        assert_eq!(asked, MAX_DEPTH + 2);
        assert!(tree.files.is_empty());
        assert!(tree.doubts.len() > MAX_DEPTH);
    }

    #[test]
    fn two_hundred_folders_deep_is_no_harm() {
        let scope = Scope::All;
        let mut tree = Tree::new(&scope, 1);
        let mut pending = vec![Folder::root()];
        let mut handle = 0;
        while let Some(folder) = pending.pop() {
            handle += 2;
            let below = if handle == 402 { "a.jpg" } else { "deep/" };
            pending.extend(tree.grow(&folder, vec![object(handle, below)]));
        }
        assert_eq!(tree.files.len(), 1);
        assert_eq!(tree.files[0].path.matches("deep/").count(), 200);
        assert_eq!(tree.doubts, []);
    }
}
