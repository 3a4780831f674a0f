//! A run, check or export as it stands: one value that carries the whole, sent at most ten times a second.

use serde::Serialize;
use sidekeep_archive::Outcome;
use sidekeep_mirror::KindProgress;
use sidekeep_model::{Kind, PhoneId, RunId, SourceName};
use ts_rs::TS;

use super::Trouble;

/// What is going on.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Running {
    /// What kind of work.
    pub job: Job,
    /// The phone, once it answered.
    pub phone: Option<PhoneId>,
    /// Its name for people.
    pub phone_name: Option<String>,
    /// The source, for a mirror run.
    pub source: Option<SourceName>,
    /// What is being done.
    pub stage: Stage,
    /// The kind at work.
    pub kind: Option<Kind>,
    /// Each kind of a mirror run, in its order.
    pub kinds: Vec<KindProgress>,
    /// Items done and in all, as far as known.
    pub items_done: u64,
    /// Items in all, as far as known.
    pub items: Option<u64>,
    /// Bytes done.
    pub bytes_done: u64,
    /// Bytes in all, as far as known.
    pub bytes: Option<u64>,
    /// Bytes a second.
    pub rate: u64,
    /// Seconds left; None while it cannot be said.
    pub left: Option<u64>,
    /// Collections held back so far.
    pub suspicious: u64,
    /// The owner asked to stop; it finishes the write under way.
    pub stopping: bool,
    /// How it ended, once it has.
    pub ended: Option<Ended>,
}

/// Kinds of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Job {
    /// A phone is mirrored.
    Mirror,
    /// A phone is rescued.
    Rescue,
    /// The archive is re-read.
    Verify,
    /// An export is written.
    Export,
}

/// Stages of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reaching the phone.
    Connecting,
    /// Asking what there is.
    Listing,
    /// Fetching what is new or changed.
    Fetching,
    /// Comparing before and after.
    Judging,
    /// Sealing and replacing the views.
    Finishing,
    /// Re-reading or writing files.
    Working,
    /// Ended.
    Done,
}

/// How work ended.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Ended {
    /// The run, for a mirror run.
    pub run: Option<RunId>,
    /// How.
    pub outcome: Outcome,
    /// Why it did not go well.
    pub trouble: Option<Trouble>,
}
