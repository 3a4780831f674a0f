//! Why an export could not go on.

use std::io;
use std::path::{Path, PathBuf};

use sidekeep_archive::ArchiveError;
use sidekeep_model::Kind;

/// An export that could not go on. Complete files written before stay.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A file with other content is in the way, and the order does not say replace.
    #[error("{} exists", path.display())]
    Exists {
        /// The first one found.
        path: PathBuf,
    },
    /// The order names no kind, or kinds that do not go into one export together.
    #[error("not kinds of one export: {0:?}")]
    Kinds(Vec<Kind>),
    /// The target lies within the archive, where only the archive itself writes.
    #[error("{} is inside the archive", path.display())]
    InsideArchive {
        /// The target.
        path: PathBuf,
    },
    /// The target's ending is that of files that this export does not write: .vcf for anything but contacts, .ics for
    /// anything but events and to-dos, and that of a picture, since pictures keep their own names.
    #[error("{} has the ending of another kind of file", path.display())]
    WrongEnding {
        /// The target.
        path: PathBuf,
    },
    /// The target could not be written.
    #[error("writing {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said; `StorageFull` when the disk is full.
        #[source]
        source: io::Error,
    },
    /// What was written reads back otherwise; it was removed.
    #[error("{} reads back other than it was written", path.display())]
    ReadsBackOtherwise {
        /// The file.
        path: PathBuf,
    },
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

impl ExportError {
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| ExportError::Write { path, source }
    }
}
