//! The writing half of a link: what a restore asks of a phone. It adds and it changes; it has no way to delete, and it
//! decides nothing. Whoever writes reads back: an answer is not a proof.

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_model::{CollectionId, Fingerprint, Kind, Media, RemoteId};

use crate::LinkError;

/// A phone that can be written to; see [`crate::Phone::writing`].
#[async_trait]
pub trait Writing: Send {
    /// Writes one item, whole or not at all. A link never writes without its [`Condition`]: where the phone cannot hold
    /// to it by itself, the link looks first.
    ///
    /// # Errors
    /// See [`WriteError`]. After [`WriteError::Link`] it is not known whether the item was written.
    async fn write(&mut self, write: &Write) -> Result<Written, WriteError>;

    /// A new item of this kind keeps the UID that it was written with. Where the phone gives it one of its own, it is
    /// found again by what it says.
    fn keeps_uids(&self, _: Kind) -> bool {
        true
    }
}

/// One item to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Its kind.
    pub kind: Kind,
    /// The collection, as listed.
    pub collection: CollectionId,
    /// Type of the bytes: [`Media::VCARD`] or [`Media::ICALENDAR`], one item.
    pub media: Media,
    /// The item.
    pub bytes: Bytes,
    /// What must be so for it to be written.
    pub condition: Condition,
}

/// What must be so on the phone for an item to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is new. `before` is the id that it had when it was last there: the link gives it again where the phone lets
    /// it and nothing has it now, so that the item is the same to the archive.
    New {
        /// The item's id before, if it had one in this collection.
        before: Option<RemoteId>,
    },
    /// It is there, and in this state (`If-Match`).
    Unchanged {
        /// As listed.
        remote: RemoteId,
        /// As listed.
        fingerprint: Fingerprint,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The item's id in its collection.
    pub remote: RemoteId,
}

/// Why an item was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The condition does not hold: the item was changed or removed since it was listed, or one is there already.
    #[error("changed on the phone since it was read")]
    Conflict,
    /// Nothing may be written to this collection.
    #[error("the collection may not be written to")]
    ReadOnly,
    /// The phone takes no such item (a UID that it has elsewhere, too large, a field that it does not allow). Its own
    /// text, for diagnosis.
    #[error("refused: {0}")]
    Refused(String),
    /// The link; whether the item was written is not known.
    #[error(transparent)]
    Link(#[from] LinkError),
}
