//! The archive: a folder of ordinary files that outlives Sidekeep.
//!
//! The journal and the original files are the truth; the index is a cache that can be deleted, and the views are for
//! people. A mirror run only ever adds. This crate never talks to a phone, and it has no words for users.
//! docs/archive-format.md describes the folder for people.

mod archive;
mod error;
mod incoming;
mod item;
mod layout;
mod record;
mod run;
mod writer;

pub use archive::Archive;
pub use error::{ArchiveError, ArchiveErrorKind};
pub use incoming::Incoming;
pub use item::{
    Checked, Collected, Content, Held, Hold, Item, Judged, Known, Progress, Query, RunChange, RunSummary,
    Standing, StateRef, Status, Version,
};
pub use record::*;
pub use run::{ItemKey, NewFile, NewItem, Run};
pub use writer::{NewRun, VerifyOptions, Writer};
