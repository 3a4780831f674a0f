//! Why a run could not go on. A lost link or a cancelled run is no error but an outcome in the [`crate::Report`].

use sidekeep_archive::{ArchiveError, ArchiveErrorKind};
use sidekeep_model::RunId;

/// The archive could not take what the phone gave. Everything made durable before is kept, and the next run goes on.
#[derive(Debug, thiserror::Error)]
#[error("the run stopped: {source}")]
pub struct RunError {
    run: Option<RunId>,
    #[source]
    source: ArchiveError,
}

impl RunError {
    pub(crate) fn new(run: Option<RunId>, source: ArchiveError) -> Self {
        Self { run, source }
    }

    /// The kind; `Full` when the disk is full.
    pub fn kind(&self) -> ArchiveErrorKind {
        self.source.kind()
    }

    /// The run, if it had begun.
    pub fn run(&self) -> Option<&RunId> {
        self.run.as_ref()
    }
}
