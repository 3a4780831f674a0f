//! A folder as a phone: a card reader, a mounted phone, exported files, another tool's backup. Reads photos, films,
//! `.vcf`, `.ics` and `.vcs` files; follows no symbolic link and writes nothing. An archive below the folder is left
//! out, and one is never taken for a phone.
//!
//! Collections: photos and films by the topmost folder; contacts too, or by the file if it lies in the root; a
//! calendar file that says its name is a calendar of its own, others go by the topmost folder or file. A collection
//! that is one file has that file's name without its ending. Photos and films in the bin (`.trashed-<seconds>-name`)
//! are told as such. A symbolic link that leads out of the folder and is named like a file that is read, or leads to
//! another folder, counts as an item that cannot be read, and belongs to no collection; what was kept from what a link
//! replaced goes as from a deleted one.

mod files;
mod read;
mod records;

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use sidekeep_model::{Identity, Kind, PhoneId, Reason, RemoteId, Why};

use self::files::Scope;
use self::records::Shelf;
use crate::{Cursor, ErrorKind, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted};

/// A folder as a phone.
#[derive(Debug)]
pub struct FolderPhone {
    scope: Scope,
    identity: Identity,
    /// Which file each record of the last listing of its kind is in.
    records: HashMap<Kind, HashMap<RemoteId, String>>,
    shelf: Shelf,
}

impl FolderPhone {
    /// The folder at `path`. Its identity is its canonical path.
    ///
    /// # Errors
    /// `Missing` when there is no such folder, `Refused` when it may not be read, `Unsupported` when it is an archive
    /// or lies in one.
    pub fn open(path: &Path) -> Result<FolderPhone, LinkError> {
        let failed = |error: std::io::Error| {
            LinkError::caused(files::kind_of(&error), path.display().to_string(), error)
        };
        let root = path.canonicalize().map_err(failed)?;
        std::fs::read_dir(&root).map_err(failed)?;
        if let Some(archive) = root.ancestors().find(|folder| files::is_archive(folder)) {
            return Err(LinkError::new(ErrorKind::Unsupported, files::archive_at(archive)));
        }
        let name = root.file_name().unwrap_or(root.as_os_str());
        let identity = Identity {
            id: PhoneId(format!("folder:{}", root.display())),
            name: name.to_string_lossy().into_owned(),
            model: None,
            system: None,
        };
        Ok(Self {
            scope: Scope {
                root,
                picked: Vec::new(),
            },
            identity,
            records: HashMap::new(),
            shelf: Shelf::default(),
        })
    }

    /// The folder at `path`, of which only these files, or folders, are looked at. No listing of it is complete, and none
    /// says that anything is gone.
    ///
    /// # Errors
    /// As [`FolderPhone::open`]; `Missing` when one of them does not lie in the folder.
    pub fn picked(path: &Path, files: &[PathBuf]) -> Result<FolderPhone, LinkError> {
        let mut phone = Self::open(path)?;
        for file in files {
            // Only the folder is resolved: a symbolic link that was picked stays one, and is not followed.
            let relative = file.strip_prefix(path).ok().and_then(Path::to_str);
            let Some(picked) = relative.and_then(|relative| below(&phone.scope.root, relative)) else {
                return Err(LinkError::new(ErrorKind::Missing, file.display().to_string()));
            };
            phone.scope.picked.push(picked);
        }
        Ok(phone)
    }

    async fn read(&mut self, kind: Kind) -> Result<Listing, LinkError> {
        let scope = self.scope.clone();
        // Lent to the thread; a call given up half-way loses only what was held.
        let mut shelf = std::mem::take(&mut self.shelf);
        let list = move |shelf: &mut Shelf| match kind {
            Kind::Photo | Kind::Film => files::list(&scope, kind).map(|listing| (listing, HashMap::new())),
            Kind::Contact | Kind::Event | Kind::Task => records::list(&scope, kind, shelf),
            Kind::Group | Kind::Message | Kind::Call => {
                Err(LinkError::new(ErrorKind::Unsupported, kind.plural()))
            }
        };
        let read = move || (list(&mut shelf), shelf);
        let (listed, shelf) = tokio::task::spawn_blocking(read)
            .await
            .map_err(|error| LinkError::caused(ErrorKind::Garbled, "listing a folder", error))?;
        self.shelf = shelf;
        let (listing, records) = listed?;
        self.records.insert(kind, records);
        Ok(listing)
    }
}

#[async_trait]
impl Phone for FolderPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        let offer = |kind| match kind {
            Kind::Contact | Kind::Event | Kind::Task | Kind::Photo | Kind::Film => Offer::Readable,
            Kind::Group | Kind::Message | Kind::Call => Offer::Not(Why::new(Reason::Unsupported)),
        };
        Offers(Kind::ALL.into_iter().map(|kind| (kind, offer(kind))).collect())
    }

    async fn list(&mut self, kind: Kind, _since: Option<&Cursor>) -> Result<Listing, LinkError> {
        self.records.remove(&kind);
        match self.read(kind).await {
            Err(error) if !error.is_fatal() => Ok(Listing::unavailable(error.why())),
            listing => listing,
        }
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let Some(kind) = wanted.first().map(|item| item.kind) else {
            return Ok(());
        };
        if kind.is_file() {
            return read::files(&self.scope.root, wanted, out).await;
        }
        if !self.records.contains_key(&kind) {
            // A new opening is asked for what an earlier one listed.
            self.list(kind, None).await?;
        }
        let nothing = HashMap::new();
        let records = self.records.get(&kind).unwrap_or(&nothing);
        read::records(&self.scope.root, records, &mut self.shelf, wanted, out).await
    }
}

/// The file that an id names, if it is one below the root and nothing else.
fn below(root: &Path, relative: &str) -> Option<PathBuf> {
    let path = Path::new(relative);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !relative.is_empty()).then(|| root.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_leads_out() {
        let root = Path::new("/card");
        assert_eq!(below(root, "DCIM/a.jpg"), Some(PathBuf::from("/card/DCIM/a.jpg")));
        for bad in ["", "..", "a/../../b", "/etc/passwd"] {
            assert_eq!(below(root, bad), None, "{bad}");
        }
    }
}
