//! What a phone gave: the values that a run is handed.

use sidekeep_model::{CollectionId, Facts, Fingerprint, Kind, Marks, Media, RemoteId, Taken, Time};

/// Names an item of the run's phone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ItemKey {
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id.
    pub remote: RemoteId,
}

/// A payload's state as the phone gave it.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id.
    pub remote: RemoteId,
    /// The phone's mark of this state.
    pub fingerprint: Fingerprint,
    /// The phone's own words.
    pub marks: Marks,
    /// Type of the bytes.
    pub media: Media,
    /// Now.
    pub at: Time,
}

/// A received file's state.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id: the path below the shared storage. Its last part names the original unless `marks.name` does.
    pub remote: RemoteId,
    /// The phone's mark of this state.
    pub fingerprint: Fingerprint,
    /// The phone's own words.
    pub marks: Marks,
    /// Facts from the bytes.
    pub facts: Facts,
    /// Capture time by which it is filed.
    pub taken: Taken,
    /// Now.
    pub at: Time,
}
