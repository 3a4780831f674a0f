//! What a phone gave: the values that a run is handed.

use sidekeep_model::{
    CollectionId, Facts, Fingerprint, ItemId, Kind, Marks, Media, PhoneId, RemoteId, Taken, Time,
};

use crate::{Change, Record};

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

impl ItemKey {
    pub(crate) fn id(&self, phone: &PhoneId) -> ItemId {
        ItemId::of(phone, self.kind, &self.collection, &self.remote)
    }

    /// What happened to the item, as yet without a state.
    pub(crate) fn record(self, change: Change, at: Time) -> Record {
        let Self {
            kind,
            collection,
            remote,
        } = self;
        Record {
            kind,
            collection,
            remote,
            change,
            at,
            digest: None,
            media: None,
            body: None,
            fingerprint: None,
            marks: Marks::default(),
        }
    }
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
