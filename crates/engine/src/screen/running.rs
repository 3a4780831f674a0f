//! A run, check or export as it stands: one value that carries the whole, sent at most ten times a second.

use serde::Serialize;
use sidekeep_archive::Outcome;
use sidekeep_mirror::{KindProgress, Phase, Progress};
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
    /// The source, for a mirror run or a restore.
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
    /// What a restore would write is looked at.
    Preview,
    /// Something kept is put back.
    Restore,
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
    /// Writing to the phone or account.
    Writing,
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
    /// The run, for a mirror run or a restore.
    pub run: Option<RunId>,
    /// How.
    pub outcome: Outcome,
    /// Why it did not go well.
    pub trouble: Option<Trouble>,
}

impl Running {
    /// Work that has just begun.
    pub(crate) fn new(job: Job, source: Option<SourceName>) -> Self {
        Self {
            job,
            phone: None,
            phone_name: None,
            source,
            stage: match job {
                Job::Mirror | Job::Rescue | Job::Preview | Job::Restore => Stage::Connecting,
                Job::Verify | Job::Export => Stage::Working,
            },
            kind: None,
            kinds: Vec::new(),
            items_done: 0,
            items: None,
            bytes_done: 0,
            bytes: None,
            rate: 0,
            left: None,
            suspicious: 0,
            stopping: false,
            ended: None,
        }
    }

    /// A run has come so far.
    pub(crate) fn take(&mut self, progress: Progress) {
        (self.stage, self.kind) = match progress.phase {
            Phase::Starting => (Stage::Connecting, None),
            Phase::Listing(kind) => (Stage::Listing, Some(kind)),
            Phase::Fetching(kind) => (Stage::Fetching, Some(kind)),
            Phase::Judging(kind) => (Stage::Judging, Some(kind)),
            Phase::Writing(kind) => (Stage::Writing, Some(kind)),
            // The end is told by whoever started the run, with how it ended.
            Phase::Finishing | Phase::Done => (Stage::Finishing, None),
        };
        let sum = |part: fn(&KindProgress) -> u64| progress.kinds.iter().map(part).sum();
        let known = |part: fn(&KindProgress) -> Option<u64>| -> Option<u64> {
            progress.kinds.iter().filter_map(part).reduce(|a, b| a + b)
        };
        self.items_done = sum(|kind| kind.items_done);
        self.items = known(|kind| kind.items);
        self.bytes_done = sum(|kind| kind.bytes_done);
        self.bytes = known(|kind| kind.bytes);
        self.rate = progress.rate;
        self.left = progress.left.map(|left| left.as_secs());
        self.suspicious = progress.suspicious;
        self.kinds = progress.kinds;
    }
}

impl Ended {
    pub(crate) fn complete() -> Self {
        Self {
            run: None,
            outcome: Outcome::Complete,
            trouble: None,
        }
    }
}
