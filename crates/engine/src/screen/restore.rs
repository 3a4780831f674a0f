//! Putting something kept back: what can be asked for and where it can go, what would be written, and what came of it.

use serde::{Deserialize, Serialize};
use sidekeep_archive::{Archive, Outcome, Policy, Query, Restored};
use sidekeep_mirror::{Choice, Fate, RestoreOptions, RestoreReport, RestoredItem};
use sidekeep_model::{CollectionId, ItemId, Kind, PhoneId, Reason, RunId, SourceName, Time};
use ts_rs::TS;

use super::history::phone_names;
use super::{Ended, Trouble, TroubleKind};
use crate::{Engine, EngineError, Source};

/// So many items are told one by one; the numbers count all.
const TOLD: usize = 500;

/// What to put back, where to, and how.
#[derive(Clone, Debug, PartialEq, Deserialize, TS)]
pub struct RestoreOrder {
    /// The kind: contacts, events or to-dos.
    pub kind: Kind,
    /// Only these items; empty means all that were there.
    pub ids: Vec<ItemId>,
    /// Only what was on this phone.
    pub phone: Option<PhoneId>,
    /// Only what was in this collection.
    pub collection: Option<CollectionId>,
    /// As it was at this time; None is what counts now.
    pub as_of: Option<Time>,
    /// Where to.
    pub to: SourceName,
    /// The collection there; None is the one where each item was, or the only one that takes it.
    pub into: Option<CollectionId>,
    /// What happens to an item that is there otherwise.
    pub policy: Policy,
}

impl RestoreOrder {
    pub(crate) fn options(&self, preview: bool) -> RestoreOptions {
        RestoreOptions {
            query: Query {
                kinds: vec![self.kind],
                ids: self.ids.clone(),
                phones: self.phone.iter().cloned().collect(),
                collection: self.collection.clone(),
                as_of: self.as_of,
                ..Query::default()
            },
            policy: self.policy,
            into: self.into.clone(),
            preview,
        }
    }
}

/// What a restore did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct RestoreDone {
    /// Nothing was written; this is what would be.
    pub preview: bool,
    /// The mirror run before it.
    pub fresh: RunId,
    /// The run that wrote; None when nothing was written.
    pub run: Option<RunId>,
    /// Complete when every item is there as the policy has it and, where it was written, was read again.
    pub outcome: Outcome,
    /// Why it could not go on.
    pub trouble: Option<Trouble>,
    /// How many items were asked for.
    pub asked: u64,
    /// Numbers.
    pub counts: Restored,
    /// How many of those to be written, or that were, are meetings with guests, to whom a server may send invitations.
    pub invites: u64,
    /// The first five hundred that are not there already as asked for; what did not go well comes first.
    pub items: Vec<RestoreRow>,
    /// How many more there are.
    pub more: u64,
}

/// What became of one item, or would.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct RestoreRow {
    /// The item of the archive.
    pub item: ItemId,
    /// Its title in the state asked for.
    pub title: String,
    /// Name of the collection it goes to.
    pub place: Option<String>,
    /// What became of it, or would.
    pub fate: Fate,
    /// Where it differs from what is there, field by field.
    pub choices: Vec<Choice>,
    /// Of what was written: it was read again and means the same.
    pub confirmed: bool,
    /// The fields that came back otherwise than they were written.
    pub differing: Vec<String>,
}

impl RestoreDone {
    pub(crate) fn of(report: RestoreReport, preview: bool) -> Self {
        let asked = report.items.len() as u64;
        let invites = report.items.iter().filter(|item| item.invites).count() as u64;
        let mut told: Vec<RestoredItem> = report.items;
        told.retain(|item| item.fate != Fate::Same);
        told.sort_by_key(|item| rank(item, preview));
        let more = told.len().saturating_sub(TOLD) as u64;
        told.truncate(TOLD);
        let stopped = report.stopped.filter(|why| why.reason != Reason::Cancelled);
        Self {
            preview,
            fresh: report.fresh.run,
            run: report.run,
            outcome: report.outcome,
            trouble: stopped.map(|why| Trouble::new(TroubleKind::from(why.reason), None, why.detail)),
            asked,
            counts: report.counts,
            invites,
            items: told.into_iter().map(RestoreRow::from).collect(),
            more,
        }
    }

    /// How the work ended. A preview that could look at everything is complete, whatever it found.
    pub(crate) fn ended(&self) -> Ended {
        let looked = self.preview && self.outcome == Outcome::Partial;
        Ended {
            run: Some(self.run.clone().unwrap_or_else(|| self.fresh.clone())),
            outcome: if looked { Outcome::Complete } else { self.outcome },
            trouble: self.trouble.clone(),
        }
    }
}

impl From<RestoredItem> for RestoreRow {
    fn from(item: RestoredItem) -> Self {
        Self {
            item: item.item,
            title: item.title,
            place: item.place.map(|place| place.name),
            fate: item.fate,
            choices: item.choices,
            confirmed: item.confirmed,
            differing: item.differing,
        }
    }
}

/// The least well first.
fn rank(item: &RestoredItem, preview: bool) -> u8 {
    match item.fate {
        Fate::Failed(_) => 0,
        Fate::Conflict => 1,
        Fate::Added | Fate::Updated if !preview && !item.confirmed => 2,
        Fate::Refused(_) => 3,
        Fate::Updated => 4,
        Fate::Added => 5,
        Fate::Kept => 6,
        Fate::Same => 7,
    }
}

/// Where something can be put back, and what collections there are to choose from.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct RestorePlaces {
    /// Remembered sources that can be written to.
    pub targets: Vec<RestoreTarget>,
    /// Collections of contacts, events and to-dos that were ever kept.
    pub collections: Vec<RestoreCollection>,
}

/// A source that can be written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RestoreTarget {
    /// The source.
    pub source: SourceName,
    /// What its owner calls it.
    pub name: String,
    /// The phone or account that was found there last.
    pub phone: Option<PhoneId>,
    /// What can be put back there.
    pub kinds: Vec<Kind>,
}

/// A collection that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RestoreCollection {
    /// The phone or account it is of.
    pub phone: PhoneId,
    /// Its name for people.
    pub phone_name: String,
    /// What it holds.
    pub kind: Kind,
    /// The collection.
    pub id: CollectionId,
    /// Its name.
    pub name: String,
    /// Nothing can be written into it.
    pub read_only: bool,
}

impl Engine {
    /// Where something can be put back.
    ///
    /// # Errors
    /// When the archive or the list of sources cannot be read.
    pub fn restore_places(&self) -> Result<RestorePlaces, EngineError> {
        let here = std::path::Path::new("/");
        let targets = self.remembered()?.into_iter().filter_map(|known| {
            let source = Source::parse(known.source.as_str(), here).ok()?;
            let kinds = source.takes().to_vec();
            (!kinds.is_empty()).then_some(RestoreTarget {
                source: known.source,
                name: known.name,
                phone: known.phone,
                kinds,
            })
        });
        Ok(RestorePlaces {
            targets: targets.collect(),
            collections: collections(&self.archive()?)?,
        })
    }
}

fn collections(archive: &Archive) -> Result<Vec<RestoreCollection>, EngineError> {
    let names = phone_names(archive)?;
    let known = archive.collections(None)?.into_iter();
    let of_items = known.filter(|known| matches!(known.kind, Kind::Contact | Kind::Event | Kind::Task));
    Ok(of_items
        .map(|known| {
            let collection = &known.collection;
            RestoreCollection {
                phone_name: names.get(&known.phone).cloned().unwrap_or_default(),
                id: collection.id.clone(),
                name: collection.name.clone(),
                read_only: collection.read_only || collection.derived,
                kind: known.kind,
                phone: known.phone,
            }
        })
        .collect())
}
