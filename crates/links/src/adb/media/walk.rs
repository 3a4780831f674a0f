//! Folders of the phone, listed by its file service. Symbolic links are not followed, so that no loop is possible.

use std::collections::{BTreeMap, BTreeSet};

use sidekeep_model::Why;

use super::super::{DirEntry, FileStat, SyncSession};
use crate::LinkError;
use crate::filetype::untrashed;

/// Folders within folders that are followed.
const MAX_DEPTH: usize = 32;

/// Files in all that are listed.
const MAX_FILES: usize = 2_000_000;

/// One folder's plain files.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// By name.
    pub(super) files: BTreeMap<String, FileStat>,
    /// Names of folders in it.
    pub(super) folders: Vec<String>,
    /// Names of entries of which the phone could not say what they are.
    pub(super) unknown: BTreeSet<String>,
    /// Names that are not UTF-8, as far as they can be shown; those of folders end with a slash.
    pub(super) unnameable: Vec<String>,
}

impl Folder {
    fn of(entries: Vec<DirEntry>) -> Self {
        let mut folder = Self::default();
        for entry in entries {
            let Some(name) = entry.utf8() else {
                let slash = if entry.stat.is_some_and(|stat| stat.is_dir()) {
                    "/"
                } else {
                    ""
                };
                let name = String::from_utf8_lossy(&entry.name);
                folder.unnameable.push(format!("{name}{slash}"));
                continue;
            };
            let name = name.to_owned();
            match entry.stat {
                None => {
                    folder.unknown.insert(name);
                }
                Some(stat) if stat.is_file() => {
                    folder.files.insert(name, stat);
                }
                Some(stat) if stat.is_dir() => folder.folders.push(name),
                Some(_) => {}
            }
        }
        folder
    }

    /// The index does not look into this folder.
    fn is_hidden(&self) -> bool {
        self.files.contains_key(".nomedia")
    }
}

/// Folders by path (absolute, without a final slash), and those that could not be listed.
#[derive(Debug, Default)]
pub(super) struct Folders {
    pub(super) listed: BTreeMap<String, Folder>,
    pub(super) failed: BTreeMap<String, Why>,
    files: usize,
}

impl Folders {
    /// Lists one folder, if that was not done yet.
    ///
    /// # Errors
    /// When the link is lost.
    pub(super) async fn list(&mut self, sync: &mut SyncSession, path: &str) -> Result<(), LinkError> {
        if self.listed.contains_key(path) || self.failed.contains_key(path) {
            return Ok(());
        }
        match sync.list(path.as_bytes()).await {
            Ok(entries) => {
                let folder = Folder::of(entries);
                self.files += folder.files.len();
                self.listed.insert(path.to_owned(), folder);
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                self.failed.insert(path.to_owned(), error.why());
            }
        }
        Ok(())
    }

    /// Lists a folder and all below it but hidden ones. `nomedia` says whether folders that ask the index to leave
    /// them alone are read too.
    ///
    /// # Errors
    /// When the link is lost.
    pub(super) async fn walk(
        &mut self,
        sync: &mut SyncSession,
        top: &str,
        nomedia: bool,
    ) -> Result<(), LinkError> {
        let mut pending = vec![(top.to_owned(), 0)];
        while let Some((path, depth)) = pending.pop() {
            self.list(sync, &path).await?;
            let Some(folder) = self.listed.get(&path) else {
                continue;
            };
            if folder.is_hidden() && !nomedia {
                self.listed.remove(&path);
                continue;
            }
            let below = folder.folders.iter().filter(|name| !name.starts_with('.'));
            let below: Vec<String> = below.map(|name| format!("{path}/{name}")).collect();
            if depth >= MAX_DEPTH || self.files > MAX_FILES {
                let why = Why::new(sidekeep_model::Reason::Garbled).detail("folders too deep or too full");
                self.failed
                    .extend(below.into_iter().map(|path| (path, why.clone())));
                continue;
            }
            pending.extend(below.into_iter().map(|path| (path, depth + 1)));
        }
        Ok(())
    }
}

/// Whether a walk takes a file of this name, and under which name: hidden files are left alone, those in the bin keep
/// the name they had.
pub(super) fn shown(name: &str) -> Option<&str> {
    untrashed(name).or_else(|| (!name.starts_with('.')).then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_sorted_out() {
        let entry = |name: &[u8], mode| DirEntry {
            name: name.to_vec(),
            stat: Some(FileStat {
                mode,
                size: 1,
                mtime: 2,
            }),
        };
        let unknown = DirEntry {
            name: b"what".to_vec(),
            stat: None,
        };
        let folder = Folder::of(vec![
            entry(b"a.jpg", 0o100_644),
            entry(b"b.jpg", 0o040_755),
            entry(b"loop", 0o120_777),
            entry(b"caf\xe9.jpg", 0o100_644),
            entry(b"pipe.jpg", 0o010_644),
            unknown,
            entry(b"d\xe9p\xf4t", 0o040_755),
        ]);
        assert_eq!(folder.files.keys().collect::<Vec<_>>(), ["a.jpg"]);
        assert_eq!(folder.folders, ["b.jpg"]);
        assert_eq!(folder.unknown.iter().collect::<Vec<_>>(), ["what"]);
        assert_eq!(folder.unnameable, ["caf\u{fffd}.jpg", "d\u{fffd}p\u{fffd}t/"]);
        assert!(!folder.is_hidden());
    }

    #[test]
    fn hidden_files_are_not_shown_but_the_bin_is() {
        assert_eq!(shown("a.jpg"), Some("a.jpg"));
        assert_eq!(shown(".a.jpg"), None);
        assert_eq!(shown(".pending-1-a.jpg"), None);
        assert_eq!(shown(".trashed-1-a.jpg"), Some("a.jpg"));
    }
}
