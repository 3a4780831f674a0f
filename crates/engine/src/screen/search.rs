//! Finding anything by its words.

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError};
use sidekeep_model::{ItemId, Kind};
use ts_rs::TS;

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Found {
    /// The item.
    pub id: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Its title: name, summary, file name.
    pub title: String,
    /// What tells it from others of that title: the address book, calendar or folder.
    pub note: String,
    /// Still on the phone.
    pub present: bool,
}

/// Items in whose names and texts every word (or its beginning) occurs, best first.
///
/// # Errors
/// Index errors.
pub fn search(archive: &Archive, words: &str, limit: usize) -> Result<Vec<Found>, ArchiveError> {
    Ok(archive
        .search(words, limit)?
        .into_iter()
        .map(|item| Found {
            id: item.id,
            kind: item.kind,
            title: item.title,
            note: item.collection.name.clone(),
            present: item.present,
        })
        .collect())
}
