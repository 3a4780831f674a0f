//! Everything that can go wrong behind the facade.

use std::path::PathBuf;
use std::sync::Arc;

use sidekeep_model::{Collection, ItemId, Kind};

use crate::{ArchiveError, ExportError, LinkError, RememberedError, RunError, SecretsError, SourceError};

/// What went wrong, by the room that says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The way to the phone.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A mirror run that could not go on.
    #[error(transparent)]
    Run(#[from] RunError),
    /// An export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A text that names no source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The list of sources.
    #[error(transparent)]
    Remembered(#[from] RememberedError),
    /// The place where passwords are kept.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Pairing: the phone shows another code.
    #[error("another code than the one that the phone shows")]
    WrongCode,
    /// A picture that cannot be shown.
    #[error(transparent)]
    Picture(#[from] sidekeep_pictures::PictureError),
    /// No phone or source of this name is known.
    #[error("no phone or source {0:?}")]
    UnknownPhone(String),
    /// Several phones have this name; an id tells them apart.
    #[error("several phones {0:?}")]
    SeveralPhones(String),
    /// No collection of this kind has this name, or several have.
    #[error("no one collection {name:?} of {plural}", plural = .kind.plural())]
    UnknownPlace {
        /// The kind.
        kind: Kind,
        /// What was asked for.
        name: String,
        /// Those that the phone has.
        there: Vec<Arc<Collection>>,
    },
    /// The archive has no item of this id.
    #[error("no item {0}")]
    NoItem(ItemId),
    /// A temporary folder of the drill, of a preview, or of what is brought in.
    #[error("a temporary folder is needed")]
    Temporary(#[source] std::io::Error),
    /// The file of the settings cannot be read or written.
    #[error("{path}")]
    Settings {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}
