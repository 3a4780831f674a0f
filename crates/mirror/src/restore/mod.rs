//! Putting something kept back on a phone: what to write ([`plan`](fn@plan)), with which bytes, and what came of it.
//!
//! It adds and it changes; it never deletes (PRODUCT R7). A mirror run comes first, every write has its condition, and
//! what was written is read again before it is called restored (PRODUCT R8). Carrying out is `run/restore.rs`.

mod compose;
mod plan;

use serde::Serialize;
use sidekeep_archive::{Outcome, Policy, Query, Restored};
use sidekeep_formats::merge::Choice;
use sidekeep_model::{Collection, CollectionId, ItemId, Kind, RunId, Why};
use ts_rs::TS;

use crate::Report;

pub(crate) use compose::{Composed, Version, compose};
pub use plan::{Obstacle, Place, Said, Step, There, Wanted, plan};

/// What to put back, and how.
#[derive(Clone, Debug)]
pub struct RestoreOptions {
    /// Which items, in which state; of one kind. With contacts come the groups that are cards of their address books.
    pub query: Query,
    /// What happens to an item that the phone has otherwise.
    pub policy: Policy,
    /// The collection to write to; None is the one where each item was, or the only one that takes it.
    pub into: Option<CollectionId>,
    /// Only tell what would be written. The mirror run before is a real one all the same.
    pub preview: bool,
}

/// What a restore did, or would do.
#[derive(Clone, Debug)]
pub struct RestoreReport {
    /// The mirror run before it.
    pub fresh: Report,
    /// The run that wrote; None when nothing was to be written.
    pub run: Option<RunId>,
    /// How it ended: Complete when every item asked for is on the phone as the policy has it, and was read again.
    pub outcome: Outcome,
    /// Why it could not go on.
    pub stopped: Option<Why>,
    /// Numbers.
    pub counts: Restored,
    /// Every item asked for, in the order of the archive.
    pub items: Vec<RestoredItem>,
}

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RestoredItem {
    /// The item of the archive.
    pub item: ItemId,
    /// Its kind: with contacts go the groups that are cards beside them.
    pub kind: Kind,
    /// Its title in the state asked for.
    pub title: String,
    /// The collection on the phone.
    pub place: Option<Collection>,
    /// What became of it; in a preview, what would.
    pub fate: Fate,
    /// Where it differs from the phone's, field by field.
    pub choices: Vec<Choice>,
    /// It is written, and is a meeting with guests: a server may send them invitations.
    pub invites: bool,
    /// Of what was written: it was read again and means the same.
    pub confirmed: bool,
    /// What came back otherwise than it was written: fields by the names of the model, and properties that none names.
    pub differing: Vec<String>,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase", tag = "fate", content = "why")]
#[ts(rename = "RestoreFate")]
pub enum Fate {
    /// Added to the phone.
    Added,
    /// Changed on the phone.
    Updated,
    /// There already as asked for.
    Same,
    /// Otherwise there, and left so: by the policy, or because merging gives what the phone has.
    Kept,
    /// Changed on the phone meanwhile; not written.
    Conflict,
    /// Not to be written, and why.
    Refused(Obstacle),
    /// The phone did not take it, or it is not known whether it did; the phone's own text, for diagnosis.
    Failed(String),
}

impl RestoreReport {
    /// The numbers of these items.
    pub(crate) fn count(items: &[RestoredItem]) -> Restored {
        let mut counts = Restored::default();
        for item in items {
            let count = match item.fate {
                Fate::Added => &mut counts.added,
                Fate::Updated => &mut counts.updated,
                Fate::Same => &mut counts.same,
                Fate::Kept => &mut counts.kept,
                Fate::Conflict => &mut counts.conflicts,
                Fate::Refused(_) => &mut counts.refused,
                Fate::Failed(_) => &mut counts.failed,
            };
            *count += 1;
            counts.confirmed += u64::from(item.confirmed);
        }
        counts
    }
}
