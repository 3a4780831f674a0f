//! The archive: a folder of ordinary files that outlives Sidekeep.
//!
//! The journal and the original files are the truth; the index is a cache that can be deleted, and the views are for
//! people. A mirror run only ever adds. This crate never talks to a phone, and it has no words for users (but for the
//! page that it leaves in the folder). docs/archive-format.md describes the folder for people.

mod archive;
mod disk;
mod dump;
mod error;
mod gallery;
mod given;
mod groups;
mod heal;
mod history;
mod incoming;
mod index;
mod item;
mod journal;
mod layout;
mod lock;
mod news;
mod note;
mod originals;
mod paths;
mod pictures;
mod record;
mod run;
mod search;
mod shelf;
mod stacks;
mod status;
mod summary;
mod thumbs;
mod verify;
mod views;
mod writer;

pub use archive::Archive;
pub use disk::{Disk, Gate, Op, Pass};
pub use dump::DumpError;
pub use error::{ArchiveError, ArchiveErrorKind};
pub use gallery::{AgendaRow, Tile};
pub use given::{ItemKey, NewFile, NewItem};
pub use groups::{Groups, Member, Members};
pub use heal::Healed;
pub use incoming::Incoming;
pub use item::{
    Checked, Collected, Content, Held, Hold, Item, Judged, Known, Note, Progress, Query, RunChange,
    RunSummary, Standing, StateRef, Status, Verified, Version,
};
pub use journal::journal_size;
pub use paths::{clash_key, nth_name, safe_name};
pub use pictures::WantedPicture;
pub use record::*;
pub use run::Run;
pub use stacks::{Role, Shot, Stack, Stacks, stacks};
pub use thumbs::{Thumb, Thumbs};
pub use verify::{Reread, verify};
pub use writer::{NewRun, VerifyOptions, Writer};
