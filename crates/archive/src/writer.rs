//! Writing an archive: one process at a time.

use std::ops::{ControlFlow, Deref};
use std::path::Path;

use sidekeep_model::{Identity, Kind, RunId, SourceName, Time};

use crate::{Archive, ArchiveError, ArchiveErrorKind, Check, Progress, Purpose, Run};

/// An archive, opened for writing; holds the lock. Reads like an [`Archive`].
pub struct Writer {
    archive: Archive,
}

/// What a mirror run sets out to do.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Mirror or rescue.
    pub purpose: Purpose,
    /// The phone.
    pub phone: Identity,
    /// The source.
    pub source: SourceName,
    /// What it sets out to read.
    pub kinds: Vec<Kind>,
    /// Now.
    pub at: Time,
}

/// How to re-read an archive.
#[derive(Clone, Copy, Debug)]
pub struct VerifyOptions {
    /// Now.
    pub at: Time,
    /// Only about this share of originals and objects (0.0–1.0); None re-reads everything.
    pub sample: Option<f64>,
    /// Threads that read and hash; 0 means one per core, four at most.
    pub jobs: usize,
}

impl Deref for Writer {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

impl Writer {
    /// Opens or makes the archive at `root`, takes the lock, and heals what a crash left.
    ///
    /// # Errors
    /// `Busy` when another process writes, `NewerFormat`, disk errors.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, root))
    }

    /// Begins a mirror run.
    ///
    /// # Errors
    /// Disk errors.
    pub fn begin(&mut self, _new: NewRun) -> Result<Run<'_>, ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, self.root()))
    }

    /// Accepts or refuses the open holds of a run, then replaces the views.
    ///
    /// # Errors
    /// `NotFound` when the run has no open hold; disk errors.
    pub fn decide(&mut self, _run: &RunId, _accept: bool, _at: Time) -> Result<(), ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, self.root()))
    }

    /// Re-reads the archive against its digests and seals, and notes the result in the journal. Nothing is deleted:
    /// damaged objects move to the quarantine, damaged originals stay where they are.
    ///
    /// # Errors
    /// `Stopped` when `progress` says so (nothing is noted then); disk errors of the archive's own files. Damage is a
    /// result, not an error.
    pub fn verify(
        &mut self,
        _options: &VerifyOptions,
        _progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Check, ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, self.root()))
    }

    /// Makes the index anew from the journal. Readers keep the old one until it is done.
    ///
    /// # Errors
    /// `Stopped` when `progress` says so (the old index stays); disk errors.
    pub fn rebuild(
        &mut self,
        _progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, self.root()))
    }

    /// Replaces every view that is out of date.
    ///
    /// # Errors
    /// Disk errors.
    pub fn refresh_views(&mut self) -> Result<(), ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, self.root()))
    }
}
