//! History: runs, what each changed, what waits for the owner, and the states of one item.

use serde::Serialize;
use sidekeep_archive::{Change, Counts, Hold, Outcome, Purpose, Standing, Suspicion};
use sidekeep_model::{Contact, Digest, Entry, ItemId, Kind, PhoneId, Reading, RunId, Time};
use ts_rs::TS;

/// One run.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RunRow {
    /// The run.
    pub id: RunId,
    /// What it was for.
    pub purpose: Purpose,
    /// The phone.
    pub phone: Option<PhoneId>,
    /// The phone's name for people.
    pub phone_name: Option<String>,
    /// When it began.
    pub at: Time,
    /// When it ended; None while it is under way.
    pub ended: Option<Time>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was decided, in order.
    pub verdicts: Vec<VerdictRow>,
}

/// What was decided about one collection.
#[derive(Clone, Debug, Serialize, TS)]
pub struct VerdictRow {
    /// The kind.
    pub kind: Kind,
    /// Name of the collection; None for the kind as a whole.
    pub collection: Option<String>,
    /// What the reader said.
    pub reading: Reading,
    /// Why it was held back; empty when it was not.
    pub suspicions: Vec<Suspicion>,
    /// What became of it, if it was held back.
    pub hold: Option<Hold>,
    /// Numbers.
    pub counts: Counts,
}

/// A question that only the owner can decide.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HoldRow {
    /// The run.
    pub run: RunId,
    /// When it began.
    pub at: Time,
    /// The phone.
    pub phone: PhoneId,
    /// The phone's name for people.
    pub phone_name: String,
    /// The kind.
    pub kind: Kind,
    /// Name of the collection; None for the kind as a whole.
    pub collection: Option<String>,
    /// Why it is held.
    pub suspicions: Vec<Suspicion>,
    /// Numbers.
    pub counts: Counts,
}

/// One change of a run.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ChangeRow {
    /// The item.
    pub item: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Name of its collection.
    pub collection: String,
    /// Its title.
    pub title: String,
    /// What happened.
    pub change: Change,
    /// Whether it counts.
    pub standing: Standing,
    /// When it was written down.
    pub at: Time,
}

/// One state of an item.
#[derive(Clone, Debug, Serialize, TS)]
pub struct VersionRow {
    /// What happened.
    pub change: Change,
    /// Whether it counts.
    pub standing: Standing,
    /// When it was written down.
    pub at: Time,
    /// The run.
    pub run: RunId,
    /// The bytes; None when gone.
    pub digest: Option<Digest>,
    /// The fields of a contact in this state.
    pub contact: Option<Contact>,
    /// The components of a calendar entry in this state.
    pub components: Option<Vec<Entry>>,
    /// The bytes of this state cannot be read or interpreted.
    pub unreadable: bool,
}
