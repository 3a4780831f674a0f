//! What went wrong, as a kind that the words are keyed by.

use serde::Serialize;
use ts_rs::TS;

/// What went wrong. The desktop has words for each kind: what happened, what is kept, and the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// The file, folder or source that it is about, where there is one.
    pub subject: Option<String>,
    /// The cause in the system's or the phone's own words, for the curious.
    pub detail: String,
}

/// Kinds of trouble, from all rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleKind {
    /// There is no archive yet.
    NoArchive,
    /// The folder holds somebody's other files.
    Occupied,
    /// A newer Sidekeep wrote the archive.
    NewerFormat,
    /// Another process writes the archive.
    ArchiveBusy,
    /// The disk is full.
    DiskFull,
    /// The system does not let us read or write.
    Denied,
    /// Kept bytes are missing or altered.
    Damaged,
    /// No such item, run or question.
    NotFound,
    /// The owner stopped it.
    Stopped,
    /// The disk failed in another way.
    Disk,
    /// The phone is not there.
    Unplugged,
    /// The phone is locked.
    Locked,
    /// The phone does not trust this computer yet.
    NotTrusted,
    /// Another program holds the phone, or it did not answer.
    PhoneBusy,
    /// The phone refused.
    Refused,
    /// The phone has no such thing.
    Missing,
    /// This way to the phone cannot do that.
    Unsupported,
    /// The phone's answer could not be understood.
    Garbled,
    /// The text names no source.
    BadSource,
    /// Files are in the way of an export.
    FilesInTheWay,
    /// The export was asked for what cannot be.
    BadOrder,
    /// A run is going already.
    Running,
    /// A fault of Sidekeep itself.
    Bug,
}
