//! What can go wrong with an archive. Kinds for the caller to act on; no words for users.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failed operation on an archive: its kind, the file it was about, and the cause.
#[derive(Debug, thiserror::Error)]
pub struct ArchiveError {
    kind: ArchiveErrorKind,
    path: PathBuf,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveErrorKind {
    /// There is no archive here.
    Absent,
    /// There is no archive here, but somebody's other files are; nothing was touched.
    Occupied,
    /// A newer Sidekeep wrote this archive; nothing was touched.
    NewerFormat {
        /// The format found.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// Another process writes this archive.
    Busy,
    /// The disk or the owner's quota is full. Everything synced before stays; the next run goes on.
    Full,
    /// The system does not let us read or write here.
    Denied,
    /// Bytes are missing or not those that were kept.
    Damaged,
    /// No such run, item or open hold.
    NotFound,
    /// The caller asked to stop.
    Stopped,
    /// An earlier operation of this run failed; only `finish` is left to it.
    Broken,
    /// The disk or the index failed in another way.
    Io,
}

impl ArchiveError {
    pub(crate) fn new(kind: ArchiveErrorKind, path: impl Into<PathBuf>) -> Self {
        Self {
            kind,
            path: path.into(),
            source: None,
        }
    }

    pub(crate) fn caused(
        kind: ArchiveErrorKind,
        path: impl Into<PathBuf>,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind,
            path: path.into(),
            source: Some(Box::new(source)),
        }
    }

    /// A disk error at `path`; its kind tells a full disk from the rest.
    pub(crate) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ArchiveErrorKind::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ArchiveErrorKind::Denied,
            _ => ArchiveErrorKind::Io,
        };
        Self::caused(kind, path, source)
    }

    /// The kind.
    pub fn kind(&self) -> ArchiveErrorKind {
        self.kind
    }

    /// The file or folder it was about.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match self.kind {
            ArchiveErrorKind::Absent => write!(f, "no archive: {path}"),
            ArchiveErrorKind::Occupied => write!(f, "not an empty folder: {path}"),
            ArchiveErrorKind::NewerFormat { found, known } => {
                write!(f, "archive format {found} is newer than {known}: {path}")
            }
            ArchiveErrorKind::Busy => write!(f, "another process is writing: {path}"),
            ArchiveErrorKind::Full => write!(f, "disk full: {path}"),
            ArchiveErrorKind::Denied => write!(f, "access denied: {path}"),
            ArchiveErrorKind::Damaged => write!(f, "damaged: {path}"),
            ArchiveErrorKind::NotFound => write!(f, "not found: {path}"),
            ArchiveErrorKind::Stopped => write!(f, "stopped: {path}"),
            ArchiveErrorKind::Broken => write!(f, "the run has failed already: {path}"),
            ArchiveErrorKind::Io => write!(f, "disk error: {path}"),
        }
    }
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let kind = match source.sqlite_error_code() {
            // The memory that readers share is a file too.
            _ if crate::index::is_without_room(&source) => ArchiveErrorKind::Full,
            Some(ErrorCode::DiskFull) => ArchiveErrorKind::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ArchiveErrorKind::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ArchiveErrorKind::Damaged,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => ArchiveErrorKind::Denied,
            _ => ArchiveErrorKind::Io,
        };
        Self::caused(kind, crate::layout::INDEX, source)
    }
}

/// Adds the path to a disk error.
pub(crate) trait At<T> {
    /// The same result, with the file it is about.
    fn at(self, path: &Path) -> Result<T, ArchiveError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, ArchiveError> {
        self.map_err(|error| ArchiveError::io(path, error))
    }
}
