//! Reading an archive.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sidekeep_model::{Identity, ItemId, Kind, PhoneId, RunId, SourceName, Time};

use crate::{
    ArchiveError, ArchiveErrorKind, Checked, Collected, Held, Item, Known, Query, RunChange, RunSummary, StateRef,
    Status, Version,
};

/// An archive, opened for reading. Never waits for a writer.
pub struct Archive {
    root: PathBuf,
}

impl Archive {
    /// Opens the archive at `root`. A missing or outdated index is rebuilt first.
    ///
    /// # Errors
    /// `Absent`, `NewerFormat`, `Busy` when the index must be rebuilt while another process writes, disk errors.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, root))
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The items that match, sorted by kind, then name, start or capture time.
    ///
    /// # Errors
    /// Index errors.
    pub fn list(&self, _query: &Query) -> Result<Vec<Item>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Hands the items of [`Archive::list`] over one by one, without holding them all.
    ///
    /// # Errors
    /// Index errors.
    pub fn each(
        &self,
        _query: &Query,
        _take: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    /// One item, there or gone.
    ///
    /// # Errors
    /// Index errors.
    pub fn item(&self, _id: ItemId) -> Result<Option<Item>, ArchiveError> {
        Err(self.unfinished())
    }

    /// All changes of an item, oldest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn versions(&self, _id: ItemId) -> Result<Vec<Version>, ArchiveError> {
        Err(self.unfinished())
    }

    /// What [`crate::Run::known`] would say to a run of this phone over this source: for a dry run.
    ///
    /// # Errors
    /// Index errors.
    pub fn known(
        &self,
        _phone: &PhoneId,
        _source: &SourceName,
        _kind: Kind,
    ) -> Result<Vec<Known>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The raw bytes of a payload, checked against their digest.
    ///
    /// # Errors
    /// `Damaged` when they are lost or altered, `NotFound` when the state is an original file or unknown.
    pub fn raw(&self, _state: &StateRef) -> Result<Vec<u8>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The path of an original on disk. The bytes are not re-read here.
    ///
    /// # Errors
    /// `Damaged` when the last check found it missing or altered, `NotFound` when the state is no original.
    pub fn original(&self, _state: &StateRef) -> Result<PathBuf, ArchiveError> {
        Err(self.unfinished())
    }

    /// Items in whose names and texts every word (or its beginning) occurs, best first.
    ///
    /// # Errors
    /// Index errors.
    pub fn search(&self, _words: &str, _limit: usize) -> Result<Vec<Item>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Collections of a phone, or of all.
    ///
    /// # Errors
    /// Index errors.
    pub fn collections(&self, _phone: Option<&PhoneId>) -> Result<Vec<Collected>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Every phone ever mirrored, as it last named itself.
    ///
    /// # Errors
    /// Index errors.
    pub fn phones(&self) -> Result<Vec<Identity>, ArchiveError> {
        Err(self.unfinished())
    }

    /// All runs, newest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn runs(&self) -> Result<Vec<RunSummary>, ArchiveError> {
        Err(self.unfinished())
    }

    /// One run.
    ///
    /// # Errors
    /// Index errors.
    pub fn run(&self, _id: &RunId) -> Result<Option<RunSummary>, ArchiveError> {
        Err(self.unfinished())
    }

    /// What a run found, in order.
    ///
    /// # Errors
    /// Index errors.
    pub fn changes(&self, _id: &RunId) -> Result<Vec<RunChange>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Held-back collections on which the owner has to decide, oldest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn holds(&self) -> Result<Vec<Held>, ArchiveError> {
        Err(self.unfinished())
    }

    /// One row per phone and kind ever tried.
    ///
    /// # Errors
    /// Index errors.
    pub fn status(&self) -> Result<Vec<Status>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The checks, newest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn checks(&self) -> Result<Vec<Checked>, ArchiveError> {
        Err(self.unfinished())
    }

    /// The time of the newest record, for an overdue warning that needs no clock of ours.
    ///
    /// # Errors
    /// Index errors.
    pub fn newest(&self) -> Result<Option<Time>, ArchiveError> {
        Err(self.unfinished())
    }

    /// Writes the canonical text of everything kept: one JSON object a line, sorted, without run ids and times of
    /// reading. Two archives of the same phone that went through the same states give the same bytes.
    ///
    /// # Errors
    /// Index errors, and those of `out`.
    pub fn dump(&self, _out: &mut dyn Write) -> Result<(), ArchiveError> {
        Err(self.unfinished())
    }

    fn unfinished(&self) -> ArchiveError {
        ArchiveError::new(ArchiveErrorKind::Absent, &self.root)
    }
}
