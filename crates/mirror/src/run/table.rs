//! What a restore is made of, side by side: what is asked for, what is there, and the steps between them. Reads the
//! archive; writes nothing.

use std::collections::{HashMap, HashSet};

use sidekeep_archive::{Archive, ArchiveError, ArchiveErrorKind, Item, Known, StateRef};
use sidekeep_formats::merge;
use sidekeep_links::{Condition, Listing};
use sidekeep_model::{CollectionId, Digest, Fingerprint, ItemId, Kind, Media, RemoteId};

use super::restore::Order;
use crate::restore::{
    Composed, Fate, Obstacle, Place, RestoredItem, Said, Step, There, Version, Wanted, compose, plan,
};

/// Everything that the plan was made of, side by side: what is asked for, what is there, and the steps.
pub(super) struct Table {
    pub(super) order: Order,
    places: Vec<Place>,
    wanted: Vec<Item>,
    there: Vec<Counterpart>,
    steps: Vec<Step>,
}

/// An item on the phone and where its bytes are kept.
struct Counterpart {
    collection: CollectionId,
    remote: RemoteId,
    fingerprint: Fingerprint,
    state: Option<StateRef>,
}

impl Table {
    pub(super) fn lay(archive: &Archive, order: Order, listing: &Listing) -> Result<Self, ArchiveError> {
        let Order {
            kind,
            phone,
            keeps_uids,
            restore,
            options,
        } = &order;
        let (kind, keeps_uids) = (*kind, *keeps_uids);
        let known = archive.known(&phone.id, &options.source, kind)?;
        let there = counterparts(known, listing);
        let wanted = archive.list(&restore.query.clone().with_groups())?;
        let whole = listing.reading.lists_everything();
        let mut unread: HashSet<&CollectionId> = HashSet::new();
        let mut said_there = Vec::with_capacity(there.len());
        for item in &there {
            let said = match &item.state {
                Some(state) => said(archive, kind, state)?,
                None => None,
            };
            if said.is_none() {
                unread.insert(&item.collection);
            }
            said_there.push(There {
                collection: item.collection.clone(),
                remote: item.remote.clone(),
                said,
            });
        }
        let places: Vec<Place> = listing
            .collections
            .iter()
            .map(|collected| Place {
                collection: collected.collection.clone(),
                whole: whole
                    && collected.reading.lists_everything()
                    && !unread.contains(&collected.collection.id),
                keeps_uids,
            })
            .collect();
        let mut asked = Vec::with_capacity(wanted.len());
        for item in &wanted {
            asked.push(Wanted {
                collection: (*item.collection).clone(),
                remote: item.remote.clone(),
                here: item.phone == phone.id,
                digest: item.digest,
                said: said(archive, kind, &item.state)?,
            });
        }
        let steps = plan(
            &asked,
            &said_there,
            &places,
            restore.policy,
            restore.into.as_ref(),
        );
        Ok(Self {
            order,
            places,
            wanted,
            there,
            steps,
        })
    }

    /// What would become of every item.
    pub(super) fn items(&self, archive: &Archive) -> Result<Vec<RestoredItem>, ArchiveError> {
        let mut items = Vec::with_capacity(self.wanted.len());
        for (at, (wanted, step)) in self.wanted.iter().zip(&self.steps).enumerate() {
            let mut invites = false;
            let (fate, choices) = match step {
                Step::Same => (Fate::Same, Vec::new()),
                Step::Not(why) => (Fate::Refused(*why), Vec::new()),
                Step::Add { .. } | Step::Update { .. } | Step::Kept { .. } => {
                    match self.composed(archive, at)? {
                        None if !sidekeep_formats::is_kind(self.order.kind, &wanted.state.media) => {
                            (Fate::Refused(Obstacle::Foreign), Vec::new())
                        }
                        None => (Fate::Refused(Obstacle::Damaged), Vec::new()),
                        Some(Composed {
                            outgoing: None,
                            choices,
                        }) => (Fate::Kept, choices),
                        Some(Composed {
                            outgoing: Some(outgoing),
                            choices,
                        }) => {
                            invites = merge::invites(&outgoing);
                            match step {
                                Step::Add { .. } => (Fate::Added, choices),
                                _ => (Fate::Updated, choices),
                            }
                        }
                    }
                }
            };
            let place = match step {
                Step::Add { place, .. } => Some(*place),
                Step::Update { there } | Step::Kept { there } => {
                    let id = &self.there[*there].collection;
                    self.places.iter().position(|place| place.collection.id == *id)
                }
                Step::Same | Step::Not(_) => None,
            };
            items.push(RestoredItem {
                item: wanted.id,
                kind: wanted.kind,
                title: wanted.title.clone(),
                place: place.map(|place| self.places[place].collection.clone()),
                fate,
                choices,
                invites,
                confirmed: false,
                differing: Vec::new(),
            });
        }
        Ok(items)
    }

    /// The bytes for one item; the same each time, so that a long list of them is never held. None when they cannot be
    /// made: damaged here, or of no type that can be written.
    pub(super) fn composed(&self, archive: &Archive, at: usize) -> Result<Option<Composed>, ArchiveError> {
        let wanted = &self.wanted[at];
        let (there, uid) = match &self.steps[at] {
            Step::Add { uid, .. } => (None, uid.as_deref()),
            Step::Update { there } | Step::Kept { there } => (Some(&self.there[*there]), None),
            Step::Same | Step::Not(_) => return Ok(None),
        };
        let now = match there.and_then(|there| there.state.as_ref()) {
            Some(state) => raw_of(archive, state)?,
            None => None,
        };
        if there.is_some() && now.is_none() {
            return Ok(None);
        }
        let Some(raw) = beside(
            archive,
            &wanted.state,
            now.as_ref().map(|(media, raw)| (media, raw.as_slice())),
        )?
        else {
            return Ok(None);
        };
        let base = match there {
            Some(there) => self.base(archive, wanted, there)?,
            None => None,
        };
        let composed = compose(
            self.order.kind,
            self.order.restore.policy,
            (&wanted.media, &raw),
            now.as_ref().map(|(media, raw)| (media, raw.as_slice())),
            base.as_ref().map(|(media, raw)| (media, raw.as_slice())),
            uid,
        );
        Ok(composed.ok())
    }

    /// Where an item is to be written, and on what condition.
    pub(super) fn target(&self, at: usize) -> Option<(CollectionId, Condition)> {
        match &self.steps[at] {
            Step::Add { place, before, .. } => {
                let condition = Condition::New {
                    before: before.clone(),
                };
                Some((self.places[*place].collection.id.clone(), condition))
            }
            Step::Update { there } => {
                let there = &self.there[*there];
                let condition = Condition::Unchanged {
                    remote: there.remote.clone(),
                    fingerprint: there.fingerprint.clone(),
                };
                Some((there.collection.clone(), condition))
            }
            Step::Same | Step::Kept { .. } | Step::Not(_) => None,
        }
    }

    /// What the wanted item and the phone's had last in common, where they are two that went separate ways. In one item's
    /// own line of versions it is the wanted state itself, and merging with that would undo nothing: what was lost since
    /// is what its owner wants back.
    fn base(
        &self,
        archive: &Archive,
        wanted: &Item,
        there: &Counterpart,
    ) -> Result<Option<(Media, Vec<u8>)>, ArchiveError> {
        let id = ItemId::of(
            &self.order.phone.id,
            self.order.kind,
            &there.collection,
            &there.remote,
        );
        if self.order.restore.policy != sidekeep_archive::Policy::Merge || id == wanted.id {
            return Ok(None);
        }
        let states = |id| -> Result<Vec<StateRef>, ArchiveError> {
            let versions = archive.versions(id)?;
            Ok(versions.into_iter().filter_map(|version| version.state).collect())
        };
        let mut before = states(wanted.id)?;
        // What the wanted item became later is not common to its state then.
        if let Some(last) = before.iter().rposition(|state| state.digest == wanted.digest) {
            before.truncate(last + 1);
        }
        let before: HashSet<Digest> = before.into_iter().map(|state| state.digest).collect();
        let common = states(id)?
            .into_iter()
            .rev()
            .find(|state| before.contains(&state.digest));
        match common.filter(|state| state.digest != wanted.digest) {
            Some(state) => raw_of(archive, &state),
            None => Ok(None),
        }
    }
}

/// What the phone lists now, with the bytes that the archive has of just that state.
fn counterparts(known: Vec<Known>, listing: &Listing) -> Vec<Counterpart> {
    let known: HashMap<(CollectionId, RemoteId), Known> = known
        .into_iter()
        .map(|known| ((known.collection.clone(), known.remote.clone()), known))
        .collect();
    let mut there = Vec::new();
    for collected in &listing.collections {
        let collection = &collected.collection.id;
        for entry in &collected.entries {
            let known = known.get(&(collection.clone(), entry.remote.clone()));
            let state = known
                .filter(|known| known.fingerprint == entry.fingerprint)
                .and_then(|known| {
                    Some(StateRef {
                        digest: known.digest?,
                        media: known.media.clone(),
                    })
                });
            there.push(Counterpart {
                collection: collection.clone(),
                remote: entry.remote.clone(),
                fingerprint: entry.fingerprint.clone(),
                state,
            });
        }
    }
    there
}

/// Kept bytes, to be laid beside others of the same item: with the picture in them that they name by an address, which may
/// lead nowhere any more, or to another picture. Where both name the same, that stays. None when they are damaged or lost.
pub(super) fn beside(
    archive: &Archive,
    state: &StateRef,
    other: Option<Version<'_>>,
) -> Result<Option<Vec<u8>>, ArchiveError> {
    let named = other.and_then(|(media, other)| address(media, other));
    if let (Some(named), Some(kept)) = (named, raw(archive, state)?)
        && address(&state.media, &kept) == Some(named)
    {
        return Ok(Some(kept));
    }
    pictured(archive, state)
}

/// The address that a contact names as its picture.
fn address(media: &Media, raw: &[u8]) -> Option<String> {
    sidekeep_formats::contact(media, raw).ok()?.value.photo?.uri
}

/// What kept bytes say; None when they are damaged or of no type that can be written. A picture says the same wherever it
/// is.
fn said(archive: &Archive, kind: Kind, state: &StateRef) -> Result<Option<Said>, ArchiveError> {
    let Some(raw) = pictured(archive, state)? else {
        return Ok(None);
    };
    if !sidekeep_formats::is_kind(kind, &state.media) {
        // What is no such item is like nothing but itself.
        let meaning = state.digest;
        return Ok(Some(Said { uid: None, meaning }));
    }
    let meaning = merge::meaning(kind, &state.media, &raw);
    let uid = merge::uid(kind, &state.media, &raw);
    Ok(uid
        .ok()
        .zip(meaning.ok())
        .map(|(uid, meaning)| Said { uid, meaning }))
}

/// Kept bytes with their type; None when they are damaged or lost.
fn raw_of(archive: &Archive, state: &StateRef) -> Result<Option<(Media, Vec<u8>)>, ArchiveError> {
    Ok(raw(archive, state)?.map(|raw| (state.media.clone(), raw)))
}

/// Kept bytes; None when they are damaged or lost.
fn raw(archive: &Archive, state: &StateRef) -> Result<Option<Vec<u8>>, ArchiveError> {
    sound(archive.raw(state))
}

/// Kept bytes with the picture in them that they name; None when they are damaged or lost.
fn pictured(archive: &Archive, state: &StateRef) -> Result<Option<Vec<u8>>, ArchiveError> {
    sound(archive.pictured(state))
}

fn sound(raw: Result<Vec<u8>, ArchiveError>) -> Result<Option<Vec<u8>>, ArchiveError> {
    match raw {
        Ok(raw) => Ok(Some(raw)),
        Err(error)
            if matches!(
                error.kind(),
                ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
