//! What the archive tells of what it keeps.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::Serialize;
use sidekeep_model::{
    Collection, CollectionId, Digest, Fingerprint, Identity, ItemId, Kind, Marks, Media, PhoneId, Reading,
    RemoteId, RunId, SourceName, Time,
};
use ts_rs::TS;

use crate::{
    Change, Check, Counts, Decision, Fault, Original, Outcome, Purpose, Restore, Restored, Suspicion,
};

/// Which items to list. The default is everything that is on a phone now.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Only these kinds; empty means all.
    pub kinds: Vec<Kind>,
    /// Only what phones list as this kind, whatever it is: with contacts come the groups that are cards beside them.
    pub listed: Option<Kind>,
    /// Only these phones; empty means all.
    pub phones: Vec<PhoneId>,
    /// Only this collection.
    pub collection: Option<CollectionId>,
    /// Only these items, there or gone; empty means all.
    pub ids: Vec<ItemId>,
    /// As the phone was at this time, by what counts today.
    pub as_of: Option<Time>,
    /// What is no longer on the phone, instead of what is there.
    pub gone: bool,
    /// Only what ends or was taken at or after this wall time; contacts by their last change (UTC). Series that
    /// recur have no end.
    pub since: Option<NaiveDateTime>,
    /// Only what starts or was taken before this wall time; contacts by their last change (UTC).
    pub until: Option<NaiveDateTime>,
    /// At most this many.
    pub limit: Option<usize>,
}

impl Query {
    /// The same, and where contacts are asked for, the groups with them that are cards of their address books: for whoever
    /// writes them elsewhere.
    pub fn with_groups(self) -> Self {
        match self.kinds.as_slice() {
            [Kind::Contact] => Self {
                kinds: Vec::new(),
                listed: Some(Kind::Contact),
                ..self
            },
            _ => self,
        }
    }
}

/// A kept state of an item: the handle to its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateRef {
    /// BLAKE3 of the raw bytes.
    pub digest: Digest,
    /// Their type.
    pub media: Media,
}

/// Where an item's raw bytes are.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// In the journal or an object: [`crate::Archive::raw`].
    Payload {
        /// Bytes.
        size: u64,
    },
    /// An original file: [`crate::Archive::original`].
    File(Box<Original>),
}

/// One thing on a phone, in its state that counts (now, or at [`Query::as_of`]).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id for people and scripts.
    pub id: ItemId,
    /// Its kind, by the bytes of this state.
    pub kind: Kind,
    /// The kind as which the phone lists it: a group that is a card of an address book comes with the contacts.
    pub listed: Kind,
    /// The phone.
    pub phone: PhoneId,
    /// The source by which it last came.
    pub source: SourceName,
    /// Its collection, as last described.
    pub collection: Arc<Collection>,
    /// The phone's id.
    pub remote: RemoteId,
    /// Still on the phone.
    pub present: bool,
    /// BLAKE3 of the raw bytes.
    pub digest: Digest,
    /// Type of the raw bytes.
    pub media: Media,
    /// Where the raw bytes are.
    pub content: Content,
    /// What is wrong with the kept bytes, as of the last check.
    pub damage: Option<Fault>,
    /// When this computer first saw it.
    pub first_seen: Time,
    /// When its state last changed (bytes, marks, gone or back).
    pub last_changed: Time,
    /// The phone's own words.
    pub marks: Marks,
    /// The phone's mark of the state.
    pub fingerprint: Fingerprint,
    /// Name of a contact or group, summary, file name: by the bytes of this state.
    pub title: String,
    /// For reading the bytes.
    pub state: StateRef,
}

/// One change of one item, oldest first in [`crate::Archive::versions`].
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// What happened.
    pub change: Change,
    /// Whether it counts.
    pub standing: Standing,
    /// When this computer wrote it down.
    pub at: Time,
    /// The run.
    pub run: RunId,
    /// The phone's own words.
    pub marks: Marks,
    /// The bytes; none when gone.
    pub state: Option<StateRef>,
}

/// Whether a change counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It counts.
    Counted,
    /// Kept, but its run was cut off, is held back, was refused, or is superseded.
    Aside,
}

/// What a mirror run must know of an item to plan: the latest kept bytes, counted or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id.
    pub remote: RemoteId,
    /// The phone's mark of the latest kept bytes.
    pub fingerprint: Fingerprint,
    /// BLAKE3 of the latest kept bytes; None when they are damaged or lost and must be fetched again.
    pub digest: Option<Digest>,
    /// Their type.
    pub media: Media,
    /// Bytes; None when damaged or lost.
    pub size: Option<u64>,
    /// Where an original is, below the root.
    pub path: Option<String>,
    /// On the phone by the state that counts.
    pub present: bool,
    /// Digest of the bytes that count (what a guard compares with); equals `digest` unless `pending`.
    pub counted: Option<Digest>,
    /// The latest kept bytes, marks or fingerprint do not count yet: their run was cut off or held back. `mark` them
    /// again (no bytes needed), so that this run's verdict can count them.
    pub pending: bool,
    /// The phone's own words with the latest kept bytes.
    pub marks: Marks,
    /// Its collection last came by another way to the phone. This way may not show it, which says nothing of it.
    pub elsewhere: bool,
}

/// A collection with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Collected {
    /// The phone.
    pub phone: PhoneId,
    /// The kind it holds.
    pub kind: Kind,
    /// The description.
    pub collection: Arc<Collection>,
    /// Items on the phone.
    pub present: u64,
    /// Items no longer on the phone.
    pub gone: u64,
}

/// One run, as its journal tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// The run.
    pub id: RunId,
    /// What it was for.
    pub purpose: Purpose,
    /// The phone.
    pub phone: Option<PhoneId>,
    /// The source.
    pub source: Option<SourceName>,
    /// What it set out to read.
    pub kinds: Vec<Kind>,
    /// When it began.
    pub at: Time,
    /// When and how it ended; None while it is under way.
    pub end: Option<(Time, Outcome)>,
    /// How many changes it wrote down.
    pub changes: u64,
    /// What was decided, in order.
    pub verdicts: Vec<Judged>,
}

/// What a run wrote down that no phone told.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// The owner's decision about a held-back run.
    Decision(Decision),
    /// What a check found, or healing noticed.
    Check(Check),
    /// What a restore set out to do, and what came of it; None when it was cut off.
    Restore(Restore, Option<Restored>),
}

/// A verdict and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The verdict.
    pub verdict: crate::Verdict,
    /// What became of it, if it was held back.
    pub hold: Option<Hold>,
}

/// What became of a held-back collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Hold {
    /// The owner has to decide.
    Open,
    /// The owner accepted it.
    Accepted,
    /// The owner refused it.
    Refused,
    /// A later verdict on the same collection took its place.
    Superseded,
}

/// A held-back collection on which the owner has to decide.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The run.
    pub run: RunId,
    /// When it began.
    pub at: Time,
    /// The phone.
    pub phone: PhoneId,
    /// The kind.
    pub kind: Kind,
    /// The collection; None for the kind as a whole.
    pub collection: Option<Arc<Collection>>,
    /// Why it is held.
    pub suspicions: Vec<Suspicion>,
    /// Numbers.
    pub counts: Counts,
}

/// One change of a run: [`crate::Archive::changes`].
#[derive(Clone, Debug, PartialEq)]
pub struct RunChange {
    /// The item.
    pub item: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: Arc<Collection>,
    /// The item's title now.
    pub title: String,
    /// What happened.
    pub version: Version,
}

/// One row of proof per phone and kind (PRODUCT R15, R20).
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// The phone.
    pub phone: Identity,
    /// The kind.
    pub kind: Kind,
    /// On the phone, by the last reading; None when it could not be read.
    pub on_phone: Option<u64>,
    /// Kept and on the phone.
    pub present: u64,
    /// Kept and no longer on the phone.
    pub gone: u64,
    /// Bytes of what is kept (latest state of each item).
    pub bytes: u64,
    /// Items whose bytes the last full check found right.
    pub verified: u64,
    /// Of these, items that are no longer on the phone.
    pub verified_gone: u64,
    /// When the last full check ran.
    pub verified_at: Option<Time>,
    /// Items whose kept bytes are damaged.
    pub damaged: u64,
    /// Contacts on the phone that name a picture which is not kept: it is elsewhere, or not there.
    pub without_picture: u64,
    /// What the readers last said, together.
    pub reading: Option<Reading>,
    /// Collections held back.
    pub held: u64,
    /// When it was last tried.
    pub last_run: Option<Time>,
    /// When it was last read completely, with nothing held back, in a run that ended by itself.
    pub last_complete: Option<Time>,
}

/// A check of the whole archive or of a sample, or a loss that was noticed without one.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// When.
    pub at: Time,
    /// What it found.
    pub check: Check,
}

/// The last check of the whole archive, and what was found since without reading all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verified {
    /// The last check that read everything; None when there was none.
    pub full: Option<Checked>,
    /// Samples and losses noticed since, newest first.
    pub since: Vec<Checked>,
}

impl Verified {
    /// Files that the full check or what followed it found damaged or missing, as paths below the archive's root.
    pub fn damaged(&self) -> BTreeSet<&str> {
        let all = self.full.iter().chain(&self.since);
        all.flat_map(|checked| &checked.check.damage)
            .map(|damage| damage.path.as_str())
            .collect()
    }

    /// The newest sample since the full check.
    pub fn sample(&self) -> Option<&Checked> {
        self.since.iter().find(|checked| checked.check.files > 0)
    }
}

/// How far a long operation has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub files: u64,
    /// Files in all.
    pub files_total: u64,
    /// Bytes done.
    pub bytes: u64,
    /// Bytes in all, as far as known.
    pub bytes_total: u64,
}
