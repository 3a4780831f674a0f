//! Cards and calendar entries in files on the phone: brought into a folder of ours that goes away with the connection,
//! and read there as from any folder.

use std::io;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_model::{Kind, Reading, Why};
use tempfile::TempDir;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::catalogue::{Catalogue, Records};
use super::fetch::{Files, Item};
use super::ground::staged;
use super::quirks::Quirks;
use super::session::Session;
use crate::folder::FolderPhone;
use crate::{ErrorKind, LinkError, Listing, Phone, Sink, Stat};

/// A file with more bytes is not brought: people's address books and calendars have a few megabytes.
const MAX_BYTES: u64 = 128 << 20;

/// Files of the phone in a folder of ours.
#[derive(Debug)]
pub(super) struct Staged {
    phone: FolderPhone,
    /// What keeps some from being here.
    doubts: Vec<Why>,
    _folder: TempDir,
}

impl Staged {
    /// Brings the files of cards and calendar entries.
    ///
    /// # Errors
    /// When the link is lost, or there is no room for a folder.
    pub(super) async fn bring(
        session: &Session,
        quirks: Quirks,
        catalogue: &Catalogue,
    ) -> Result<Self, LinkError> {
        let folder = tempfile::tempdir().map_err(ours)?;
        let small = |records: &&Records| records.place.size <= MAX_BYTES;
        let records: Vec<&Records> = catalogue.records().iter().filter(small).collect();
        let left_out = catalogue.records().len() - records.len();
        let mut doubts = Vec::new();
        if left_out > 0 {
            let error = LinkError::new(ErrorKind::Unsupported, "files too large for cards or a calendar");
            doubts.push(error.why().count(left_out as u64));
        }
        let items: Vec<Item> = records
            .iter()
            .map(|records| Item {
                place: Some(records.place.clone()),
                from: 0,
            })
            .collect();
        let mut shelf = Shelf {
            paths: records
                .iter()
                .map(|records| folder.path().join(staged(&records.path)))
                .collect(),
            current: None,
            doubts,
        };
        Files::new(session, quirks, &items)
            .bring(0, false, &mut shelf)
            .await?;
        Ok(Self {
            phone: FolderPhone::open(folder.path())?,
            doubts: shelf.doubts,
            _folder: folder,
        })
    }

    /// The cards, events or to-dos in them.
    pub(super) async fn list(&mut self, kind: Kind, catalogue: &Catalogue) -> Result<Listing, LinkError> {
        let mut listing = self.phone.list(kind, None).await?;
        let doubts = catalogue.doubts(kind).map(|doubt| &doubt.why);
        let doubts = self
            .doubts
            .iter()
            .chain(doubts)
            .map(|why| Reading::partial(vec![why.clone()]));
        let doubts = doubts.fold(Reading::Complete, Reading::and);
        // A file that did not come may have belonged to any collection.
        for collected in &mut listing.collections {
            let reading = std::mem::replace(&mut collected.reading, Reading::Complete);
            collected.reading = reading.and(doubts.clone());
        }
        listing.reading = listing.reading.and(doubts);
        Ok(listing)
    }

    /// The folder, for fetching.
    pub(super) fn phone(&mut self) -> &mut FolderPhone {
        &mut self.phone
    }
}

/// Writes each file to its path.
struct Shelf {
    paths: Vec<PathBuf>,
    current: Option<(PathBuf, io::Result<File>)>,
    doubts: Vec<Why>,
}

#[async_trait]
impl Sink for Shelf {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        if let Some(path) = self.paths.get(index) {
            self.current = Some((path.clone(), create(path).await));
        }
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        if let Some((_, file)) = &mut self.current
            && let Ok(open) = file
            && let Err(error) = open.write_all(&bytes).await
        {
            *file = Err(error);
        }
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        let Some((path, file)) = self.current.take() else {
            return Ok(());
        };
        let written = match file {
            Ok(mut file) => file.flush().await,
            Err(error) => Err(error),
        };
        let came = outcome.map(|_| ()).and_then(|()| written.map_err(ours));
        if let Err(error) = came {
            // A file of which a part is missing must not be read as one from which cards were deleted.
            let _ = tokio::fs::remove_file(&path).await;
            self.doubts.push(error.why().count(1));
        }
        Ok(())
    }
}

async fn create(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        tokio::fs::create_dir_all(parent).await?;
    }
    File::create_new(path).await
}

/// A failure of this computer's disk, or of a name that it cannot hold.
fn ours(error: io::Error) -> LinkError {
    LinkError::caused(
        ErrorKind::Garbled,
        "a file from the phone cannot be put aside",
        error,
    )
}
