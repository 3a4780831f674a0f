//! What the archive knows of any item, whatever its kind.

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError, Fault, Item, Query};
use sidekeep_model::{Digest, ItemId, Kind, PhoneId, SourceName, Time};
use ts_rs::TS;

use super::history::phone_names;
use crate::EngineError;

/// So few things are read sooner by one thread than an archive is opened by another.
const FEW: usize = 100;

/// What the archive knows of an item besides what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Kept {
    /// The item.
    pub id: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Its title: name, summary, file name.
    pub title: String,
    /// The phone.
    pub phone: PhoneId,
    /// The phone's name for people.
    pub phone_name: String,
    /// The source by which it last came.
    pub source: SourceName,
    /// Name of its address book, calendar or folder.
    pub collection: String,
    /// The account that belongs to.
    pub account: Option<String>,
    /// Still on the phone.
    pub present: bool,
    /// BLAKE3 of the raw bytes.
    pub digest: Digest,
    /// When this computer first saw it.
    pub first_seen: Time,
    /// When its state last changed.
    pub last_changed: Time,
    /// What is wrong with the kept bytes, as of the last check.
    pub damage: Option<Fault>,
}

impl Kept {
    /// What the archive knows of it.
    pub(super) fn of(archive: &Archive, item: &Item) -> Result<Self, EngineError> {
        let phone_name = phone_names(archive)?.remove(&item.phone);
        Ok(Self {
            id: item.id,
            kind: item.kind,
            title: item.title.clone(),
            phone: item.phone.clone(),
            phone_name: phone_name.unwrap_or_else(|| item.phone.to_string()),
            source: item.source.clone(),
            collection: item.collection.name.clone(),
            account: item.collection.account.clone(),
            present: item.present,
            digest: item.digest,
            first_seen: item.first_seen,
            last_changed: item.last_changed,
            damage: item.damage,
        })
    }
}

/// Stands for an item's bytes in an address: the first six digits of their digest, so that the address changes when the
/// bytes do and may be remembered for as long as they do not.
pub(super) fn tag(digest: &Digest) -> String {
    let mut hex = digest.to_hex();
    hex.truncate(6);
    hex
}

/// The item as it is, or was at a time.
///
/// # Errors
/// `NoItem` when there is none, or was none yet.
pub(super) fn item(archive: &Archive, id: ItemId, as_of: Option<Time>) -> Result<Item, EngineError> {
    let query = Query {
        ids: vec![id],
        as_of,
        ..Query::default()
    };
    archive.list(&query)?.pop().ok_or(EngineError::NoItem(id))
}

/// Reads things of the archive on all cores, each of which opens it for itself; the answers are in the order of `things`.
///
/// # Errors
/// As `read`; when the archive cannot be opened again.
pub(super) fn on_all_cores<T: Sync, R: Send>(
    archive: &Archive,
    things: &[T],
    read: impl Fn(&Archive, &[T]) -> Result<Vec<R>, ArchiveError> + Sync,
) -> Result<Vec<R>, EngineError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores == 1 || things.len() < FEW {
        return Ok(read(archive, things)?);
    }
    let (root, read) = (archive.root(), &read);
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = things
            .chunks(things.len().div_ceil(cores))
            .map(|part| scope.spawn(move || read(&Archive::open(root)?, part)))
            .collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(answers) => answers,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(parts.into_iter().flatten().collect())
}
