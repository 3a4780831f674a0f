//! What a run did.

use sidekeep_archive::{Counts, NoPicture, Outcome, Suspicion, Verdict};
use sidekeep_model::{Collection, Identity, Kind, RunId, Time, Why};

/// What a run did.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The run.
    pub run: RunId,
    /// The phone.
    pub phone: Identity,
    /// When it began.
    pub began: Time,
    /// When it ended.
    pub ended: Time,
    /// How it ended. A run with held-back collections may well be complete.
    pub outcome: Outcome,
    /// Why it could not go on, when it failed or was cancelled.
    pub stopped: Option<Why>,
    /// What was decided, in order, as the journal has it.
    pub judged: Vec<Judged>,
    /// What is suspicious only of a kind as a whole; the verdict of each collection with a part in it has it too.
    pub doubted: Vec<(Kind, Suspicion)>,
    /// Photos and films that came in this run and are empty, end too early or are neither, by their own bytes. They are
    /// kept as they are.
    pub broken: u64,
    /// How many contacts name a picture that is not kept and is not asked for in each run, by the reason.
    pub without_picture: Vec<(NoPicture, u64)>,
}

/// One verdict of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The collection; None when the verdict is about a kind as a whole. One that the phone no longer lists has its
    /// id for a name.
    pub collection: Option<Collection>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Report {
    /// The collections that were held back.
    pub fn held(&self) -> impl Iterator<Item = &Judged> {
        self.judged
            .iter()
            .filter(|judged| !judged.verdict.suspicions.is_empty())
    }

    /// The numbers of all collections together.
    pub fn counts(&self) -> Counts {
        let mut sum = Counts::default();
        for Judged { verdict, .. } in &self.judged {
            let Counts {
                listed,
                groups,
                foreign,
                seen,
                changed,
                gone,
                back,
                unread,
                bytes,
            } = verdict.counts;
            sum.listed += listed;
            sum.groups += groups;
            sum.foreign += foreign;
            sum.seen += seen;
            sum.changed += changed;
            sum.gone += gone;
            sum.back += back;
            sum.unread += unread;
            sum.bytes += bytes;
        }
        sum
    }
}
