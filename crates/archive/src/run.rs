//! A mirror run: what the mirror writes with.

use sidekeep_model::{
    Collection, CollectionId, Facts, Fingerprint, Kind, Marks, Media, RemoteId, RunId, Taken, Time,
};

use crate::{Archive, ArchiveError, ArchiveErrorKind, Change, Incoming, Known, Outcome, Verdict, Writer};

/// A run under way. Dropped without [`Run::finish`], it counts as cut off.
///
/// What it is given becomes durable in batches, by itself or by [`Run::sync`]. When the link is quiet the caller syncs
/// (PRODUCT R1: durable within a second of arrival), since a run has no clock of its own.
pub struct Run<'a> {
    writer: &'a mut Writer,
    id: RunId,
}

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

impl Run<'_> {
    /// The run's id.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The archive as this run sees it, everything given so far included.
    ///
    /// # Errors
    /// Disk errors.
    pub fn archive(&mut self) -> Result<&Archive, ArchiveError> {
        Ok(self.writer)
    }

    /// What is kept of a kind of this phone over this way of reaching it, counted or not.
    ///
    /// # Errors
    /// Index errors.
    pub fn known(&self, _kind: Kind) -> Result<Vec<Known>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The cursor of the newest run of this source that kept all it listed of this kind; None asks for a full listing.
    ///
    /// # Errors
    /// Index errors.
    pub fn cursor(&self, _kind: Kind) -> Result<Option<String>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Notes a collection; writes only when it is new or its description changed. Comes before its items.
    ///
    /// # Errors
    /// Disk errors.
    pub fn collection(&mut self, _kind: Kind, _collection: &Collection) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    /// Keeps a payload. None when nothing about the item is new.
    ///
    /// # Errors
    /// Disk errors.
    pub fn payload(&mut self, _item: NewItem, _raw: &[u8]) -> Result<Option<Change>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Opens the place where a file's bytes arrive; [`Incoming::len`] bytes are there already.
    ///
    /// # Errors
    /// Disk errors.
    pub fn receive(
        &mut self,
        _key: &ItemKey,
        _fingerprint: &Fingerprint,
        _size: Option<u64>,
    ) -> Result<Incoming, ArchiveError> {
        Err(self.unfinished())
    }

    /// Bytes of this state of a file that are here since a run that broke off; 0 when there are none. Unlike
    /// [`Run::receive`] it makes and hashes nothing, so that the mirror can ask for every film of a listing.
    ///
    /// # Errors
    /// Disk errors.
    pub fn arrived(&self, _key: &ItemKey, _fingerprint: &Fingerprint) -> Result<u64, ArchiveError> {
        Err(self.unfinished())
    }

    /// Keeps a whole received file as an original. None when nothing about the item is new.
    ///
    /// # Errors
    /// Disk errors.
    pub fn keep(&mut self, _incoming: Incoming, _file: NewFile) -> Result<Option<Change>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The item is on the phone with its latest kept bytes, under this fingerprint and these marks. Writes only when
    /// that is news: marks or fingerprint differ, it was gone, or its latest bytes do not count yet.
    ///
    /// # Errors
    /// `NotFound` when no bytes of the item are kept; disk errors.
    pub fn mark(
        &mut self,
        _key: &ItemKey,
        _fingerprint: &Fingerprint,
        _marks: &Marks,
        _at: Time,
    ) -> Result<Option<Change>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The item is no longer on the phone. Counts once the collection's verdict is accepted.
    ///
    /// # Errors
    /// `NotFound` when the item is unknown; disk errors.
    pub fn gone(&mut self, _key: &ItemKey, _at: Time) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    /// What was decided about a collection; comes after its items.
    ///
    /// # Errors
    /// Disk errors.
    pub fn verdict(&mut self, _verdict: Verdict) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    /// Makes everything so far durable and visible to readers.
    ///
    /// # Errors
    /// Disk errors.
    pub fn sync(&mut self) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    /// Ends and seals the run and replaces the views of what changed. After an earlier failure it seals what is safe;
    /// call it all the same.
    ///
    /// # Errors
    /// Disk errors; the next writer then heals the run.
    pub fn finish(self, _outcome: Outcome, _at: Time) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    fn unfinished(&self) -> ArchiveError {
        ArchiveError::new(ArchiveErrorKind::Absent, self.writer.root())
    }
}
