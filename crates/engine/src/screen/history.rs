//! History: runs, what each changed, what waits for the owner, and the states of one item.

use std::collections::HashMap;

use serde::Serialize;
use sidekeep_archive::{
    Archive, ArchiveError, Change, Counts, Hold, Item, Note, Outcome, Policy, Purpose, Restored, RunSummary,
    Standing, StateRef, Suspicion,
};
use sidekeep_formats::{contact, entries};
use sidekeep_model::{CollectionId, Contact, Digest, Entry, ItemId, Kind, PhoneId, Reading, RunId, Time};
use ts_rs::TS;

use crate::{Engine, EngineError};

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
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
    /// How many changes it wrote down.
    pub changes: u64,
    /// What was decided, in order.
    pub verdicts: Vec<VerdictRow>,
    /// What a check found. None for other runs, and where it can no longer be read.
    pub check: Option<CheckRow>,
    /// What a restore set out to do, and what came of it. None for other runs, and where it can no longer be read.
    pub restore: Option<RestoreNote>,
}

/// What a check of the archive found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CheckRow {
    /// Only a part was read.
    pub sample: bool,
    /// Files that are damaged or missing.
    pub damaged: u64,
}

/// What a restore set out to do, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RestoreNote {
    /// The time whose state was asked for; None is what counted then.
    pub as_of: Option<Time>,
    /// What happened to items that were there otherwise.
    pub policy: Policy,
    /// How many items were asked for.
    pub asked: u64,
    /// Numbers; None when it was cut off.
    pub done: Option<Restored>,
}

/// What was decided about one collection.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
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
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
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
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
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
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
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

/// Names for people: of phones and of collections.
struct Names {
    phones: HashMap<PhoneId, String>,
    collections: HashMap<(PhoneId, Kind, CollectionId), String>,
}

impl Names {
    fn of(archive: &Archive) -> Result<Self, ArchiveError> {
        Ok(Self {
            phones: phone_names(archive)?,
            collections: archive
                .collections(None)?
                .into_iter()
                .map(|known| {
                    let collection = &known.collection;
                    let key = (known.phone, known.kind, collection.id.clone());
                    (key, collection.name.clone())
                })
                .collect(),
        })
    }

    fn phone(&self, id: &PhoneId) -> String {
        self.phones.get(id).cloned().unwrap_or_default()
    }

    /// A collection that was never described has its id for a name.
    fn collection(&self, phone: &PhoneId, kind: Kind, id: &CollectionId) -> String {
        let key = (phone.clone(), kind, id.clone());
        self.collections
            .get(&key)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }
}

/// The phones' names for people.
pub(super) fn phone_names(archive: &Archive) -> Result<HashMap<PhoneId, String>, ArchiveError> {
    let phones = archive.phones()?.into_iter();
    Ok(phones.map(|phone| (phone.id, phone.name)).collect())
}

/// All runs, newest first.
///
/// # Errors
/// Index errors.
pub fn runs(archive: &Archive) -> Result<Vec<RunRow>, ArchiveError> {
    let names = Names::of(archive)?;
    Ok(archive
        .runs()?
        .into_iter()
        .map(|run| {
            let note = note(archive, &run);
            run_row(run, note, &names)
        })
        .collect())
}

/// What a run that read no phone, or wrote to one, said of itself. A note whose words are lost must not hide the other
/// runs.
fn note(archive: &Archive, run: &RunSummary) -> (Option<CheckRow>, Option<RestoreNote>) {
    match archive.note(run) {
        Ok(Some(Note::Check(check))) => {
            let row = CheckRow {
                sample: check.sample,
                damaged: check.damage.len() as u64,
            };
            (Some(row), None)
        }
        Ok(Some(Note::Restore(asked, done))) => {
            let note = RestoreNote {
                as_of: asked.as_of,
                policy: asked.policy,
                asked: asked.asked,
                done,
            };
            (None, Some(note))
        }
        _ => (None, None),
    }
}

fn run_row(
    run: RunSummary,
    (check, restore): (Option<CheckRow>, Option<RestoreNote>),
    names: &Names,
) -> RunRow {
    let verdict = |judged: sidekeep_archive::Judged| {
        let verdict = judged.verdict;
        VerdictRow {
            kind: verdict.kind,
            collection: verdict.collection.as_ref().map(|id| match &run.phone {
                Some(phone) => names.collection(phone, verdict.kind, id),
                None => id.to_string(),
            }),
            reading: verdict.reading,
            suspicions: verdict.suspicions,
            hold: judged.hold,
            counts: verdict.counts,
        }
    };
    RunRow {
        verdicts: run.verdicts.into_iter().map(verdict).collect(),
        id: run.id,
        purpose: run.purpose,
        phone_name: run.phone.as_ref().map(|phone| names.phone(phone)),
        phone: run.phone,
        at: run.at,
        ended: run.end.map(|(at, _)| at),
        outcome: run.end.map(|(_, outcome)| outcome),
        changes: run.changes,
        check,
        restore,
    }
}

/// What a run found, in order: at most `limit` changes after the first `from`.
///
/// # Errors
/// Index errors.
pub fn changes(
    archive: &Archive,
    run: &RunId,
    from: usize,
    limit: usize,
) -> Result<Vec<ChangeRow>, ArchiveError> {
    let found = archive.changes(run, from, limit)?;
    Ok(found
        .into_iter()
        .map(|found| ChangeRow {
            item: found.item,
            kind: found.kind,
            collection: found.collection.name.clone(),
            title: found.title,
            change: found.version.change,
            standing: found.version.standing,
            at: found.version.at,
        })
        .collect())
}

/// The questions that only the owner can decide, oldest first.
///
/// # Errors
/// Index errors.
pub fn holds(archive: &Archive) -> Result<Vec<HoldRow>, ArchiveError> {
    let names = phone_names(archive)?;
    Ok(archive
        .holds()?
        .into_iter()
        .map(|held| HoldRow {
            run: held.run,
            at: held.at,
            phone_name: names.get(&held.phone).cloned().unwrap_or_default(),
            phone: held.phone,
            kind: held.kind,
            collection: held.collection.map(|collection| collection.name.clone()),
            suspicions: held.suspicions,
            counts: held.counts,
        })
        .collect())
}

impl Engine {
    /// Accepts or refuses what was held back of a run.
    ///
    /// # Errors
    /// `NotFound` when the run has no open question; `Busy` when another process writes.
    pub fn decide(&self, run: &RunId, accept: bool, now: Time) -> Result<(), EngineError> {
        // Opening to read first: deciding about an archive that is not there must not make one.
        drop(self.archive()?);
        Ok(self.writer()?.decide(run, accept, now)?)
    }
}

/// All states of an item, newest first, each with its fields.
///
/// # Errors
/// Index errors. Bytes that are lost or damaged are told in the row.
pub(super) fn versions(archive: &Archive, item: &Item) -> Result<Vec<VersionRow>, ArchiveError> {
    let mut rows: Vec<VersionRow> = archive
        .versions(item.id)?
        .into_iter()
        .map(|version| {
            let (contact, components, unreadable) = match &version.state {
                Some(state) => fields(archive, item.listed, state),
                None => (None, None, false),
            };
            VersionRow {
                change: version.change,
                standing: version.standing,
                at: version.at,
                run: version.run,
                digest: version.state.map(|state| state.digest),
                contact,
                components,
                unreadable,
            }
        })
        .collect();
    rows.reverse();
    Ok(rows)
}

/// The fields of a state, and whether they cannot be read although there should be some.
fn fields(archive: &Archive, kind: Kind, state: &StateRef) -> (Option<Contact>, Option<Vec<Entry>>, bool) {
    if kind.is_file() {
        return (None, None, archive.original(state).is_err());
    }
    let Ok(raw) = archive.pictured(state) else {
        return (None, None, true);
    };
    match kind {
        Kind::Contact => {
            let read = contact(&state.media, &raw).ok().map(|read| read.value);
            let unreadable = read.is_none();
            (read, None, unreadable)
        }
        Kind::Event | Kind::Task => {
            let read = entries(&state.media, &raw).ok().map(|read| read.value);
            let unreadable = read.is_none();
            (None, read, unreadable)
        }
        Kind::Group | Kind::Message | Kind::Call | Kind::Photo | Kind::Film => (None, None, false),
    }
}
