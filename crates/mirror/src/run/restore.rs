//! Carrying a restore out: a mirror run, the plan, the writes, and the phone read once more, which is what the journal
//! keeps. Each write has its condition, so that a restore may stop anywhere and be asked for again.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use sidekeep_archive::{
    Archive, ArchiveError, ArchiveErrorKind, Item, Known, NewRun, Outcome, Purpose, Restore, Restored,
    StateRef, Writer,
};
use sidekeep_formats::merge;
use sidekeep_links::{Condition, ErrorKind, Listing, Offer, Phone, Write, WriteError};
use sidekeep_model::{
    CollectionId, Digest, Fingerprint, Identity, ItemId, Kind, Media, Reading, Reason, RemoteId, Why,
};

use super::{Course, mirror, on_thread};
use crate::progress::{Meter, Phase};
use crate::relay::Remote;
use crate::restore::{
    Composed, Fate, Obstacle, Place, RestoreOptions, RestoreReport, RestoredItem, Said, Step, There, Wanted,
    compose, plan,
};
use crate::{Options, Report, RunError, Watch};

/// Puts items of one kind back on a phone, then closes the archive. A mirror run of that kind comes first, even for a
/// preview; if it could not read the phone, nothing is written.
///
/// What the archive keeps of it is what was read from the phone afterwards, under a run of its own: restoring as of the
/// time before undoes it.
///
/// # Errors
/// When the archive cannot be read or written. What the phone did not take, and a lost link, are in the report.
pub async fn restore(
    phone: &mut dyn Phone,
    writer: Writer,
    kind: Kind,
    restore: &RestoreOptions,
    options: &Options,
    watch: &Watch,
) -> Result<RestoreReport, RunError> {
    let options = Options {
        kinds: vec![kind],
        rescue: false,
        ..options.clone()
    };
    let (writer, fresh) = mirror(phone, writer, &options, watch).await;
    let fresh = fresh?;
    let writes = phone.writing().is_some();
    let read = matches!(fresh.outcome, Outcome::Complete | Outcome::Partial);
    if !writes || !read {
        let unable = Why::new(Reason::Unsupported).detail("this link only reads");
        return Ok(RestoreReport {
            run: None,
            outcome: if read { Outcome::Failed } else { fresh.outcome },
            stopped: fresh.stopped.clone().or((!writes).then_some(unable)),
            counts: Restored::default(),
            items: Vec::new(),
            fresh,
        });
    }
    let identity = phone.identity().clone();
    let (restore, own) = (restore.clone(), watch.clone());
    let (_, report) = on_thread(phone, writer, watch, move |writer, remote| {
        perform(writer, remote, identity, kind, &restore, &options, &own, fresh)
    })
    .await;
    report
}

#[expect(clippy::too_many_arguments, reason = "what a restore needs is told once")]
fn perform(
    writer: &mut Writer,
    remote: Remote,
    phone: Identity,
    kind: Kind,
    restore: &RestoreOptions,
    options: &Options,
    watch: &Watch,
    fresh: Report,
) -> Result<RestoreReport, RunError> {
    let failed = |error| RunError::new(None, error);
    let listing = match remote.list(kind, None) {
        Ok(listing) if !matches!(listing.reading, Reading::Unavailable { .. }) => listing,
        Ok(listing) => return Ok(unread(fresh, listing.reading.reasons().first().cloned())),
        Err(error) => return Ok(unread(fresh, Some(error.why()))),
    };
    let table = Table::lay(writer, kind, &phone, restore, options, &listing).map_err(failed)?;
    let mut items = table.items(writer).map_err(failed)?;
    let writes: Vec<usize> = (0..items.len())
        .filter(|at| matches!(items[*at].fate, Fate::Added | Fate::Updated))
        .collect();
    if restore.preview || writes.is_empty() {
        return Ok(report(fresh, None, None, items, true));
    }

    let adds = writes.iter().filter(|at| items[**at].fate == Fate::Added).count() as u64;
    let began = options.clock.now();
    let begun = writer.begin(NewRun {
        purpose: Purpose::Restore,
        phone: phone.clone(),
        source: options.source.clone(),
        kinds: vec![kind],
        at: began,
    });
    let run = begun.map_err(failed)?;
    let id = run.id().clone();
    let mut course = Course {
        run,
        remote,
        options,
        watch,
        meter: Meter::new(watch.clone(), &[kind]),
        judged: Vec::new(),
        doubted: Vec::new(),
        broken: 0,
        stopped: None,
        written: HashSet::new(),
    };
    let intent = Restore {
        as_of: restore.query.as_of,
        policy: restore.policy,
        asked: items.len() as u64,
        add: adds,
        update: writes.len() as u64 - adds,
    };
    let mut whole = false;
    let done = course
        .run
        .restore(intent)
        .and_then(|()| course.write(&table, &mut items, &writes))
        .and_then(|written| {
            course.kind(kind, Offer::Readable)?;
            whole = course
                .judged
                .iter()
                .all(|judged| judged.verdict.reading.lists_everything());
            course.confirm(&table, &mut items, &written)?;
            course.run.restored(RestoreReport::count(&items))
        });
    let finished = report(fresh, Some(id.clone()), course.stopped.clone(), items, whole);
    let outcome = match done {
        Ok(()) => finished.outcome,
        Err(_) => Outcome::Failed,
    };
    course.meter.phase(Phase::Finishing, options.clock.now());
    let ended = options.clock.now();
    let sealed = course.run.finish(outcome, ended);
    course.meter.phase(Phase::Done, ended);
    done.and(sealed).map_err(|error| RunError::new(Some(id), error))?;
    Ok(finished)
}

/// Nothing was written, since the phone could not be listed.
fn unread(fresh: Report, why: Option<Why>) -> RestoreReport {
    RestoreReport {
        fresh,
        run: None,
        outcome: Outcome::Failed,
        stopped: why,
        counts: Restored::default(),
        items: Vec::new(),
    }
}

/// Complete only if every item is as the policy has it and, where it was written, was read again.
fn report(
    fresh: Report,
    run: Option<sidekeep_model::RunId>,
    stopped: Option<Why>,
    items: Vec<RestoredItem>,
    whole: bool,
) -> RestoreReport {
    let counts = RestoreReport::count(&items);
    let undone = counts.conflicts + counts.refused + counts.failed;
    let unproven = if run.is_some() {
        (counts.added + counts.updated).saturating_sub(counts.confirmed)
    } else {
        0
    };
    let outcome = match &stopped {
        Some(why) if why.reason == Reason::Cancelled => Outcome::Cancelled,
        Some(_) => Outcome::Failed,
        None if undone + unproven > 0 || !whole => Outcome::Partial,
        None => Outcome::Complete,
    };
    RestoreReport {
        fresh,
        run,
        outcome,
        stopped,
        counts,
        items,
    }
}

/// Everything that the plan was made of, side by side: what is asked for, what is there, and the steps.
struct Table {
    kind: Kind,
    phone: Identity,
    restore: RestoreOptions,
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

/// A place on the phone that was written to.
struct Written {
    /// Index of the wanted item.
    item: usize,
    collection: CollectionId,
    remote: RemoteId,
}

impl Table {
    fn lay(
        archive: &Archive,
        kind: Kind,
        phone: &Identity,
        restore: &RestoreOptions,
        options: &Options,
        listing: &Listing,
    ) -> Result<Self, ArchiveError> {
        let known = archive.known(&phone.id, &options.source, kind)?;
        let there = counterparts(known, listing);
        let wanted = archive.list(&restore.query)?;
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
            kind,
            phone: phone.clone(),
            restore: restore.clone(),
            places,
            wanted,
            there,
            steps,
        })
    }

    /// What would become of every item.
    fn items(&self, archive: &Archive) -> Result<Vec<RestoredItem>, ArchiveError> {
        let mut items = Vec::with_capacity(self.wanted.len());
        for (at, (wanted, step)) in self.wanted.iter().zip(&self.steps).enumerate() {
            let (fate, choices) = match step {
                Step::Same => (Fate::Same, Vec::new()),
                Step::Not(why) => (Fate::Refused(*why), Vec::new()),
                Step::Add { .. } | Step::Update { .. } | Step::Kept { .. } => {
                    match self.composed(archive, at)? {
                        None => (Fate::Refused(Obstacle::Damaged), Vec::new()),
                        Some(Composed {
                            outgoing: None,
                            choices,
                        }) => (Fate::Kept, choices),
                        Some(Composed { choices, .. }) => match step {
                            Step::Add { .. } => (Fate::Added, choices),
                            _ => (Fate::Updated, choices),
                        },
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
                title: wanted.title.clone(),
                place: place.map(|place| self.places[place].collection.clone()),
                fate,
                choices,
                confirmed: false,
                differing: Vec::new(),
            });
        }
        Ok(items)
    }

    /// The bytes for one item; the same each time, so that a long list of them is never held. None when they cannot be
    /// made: damaged here, or of no type that can be written.
    fn composed(&self, archive: &Archive, at: usize) -> Result<Option<Composed>, ArchiveError> {
        let wanted = &self.wanted[at];
        let Some(raw) = raw(archive, &wanted.state)? else {
            return Ok(None);
        };
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
        let base = match there {
            Some(there) => self.base(archive, wanted, there)?,
            None => None,
        };
        let composed = compose(
            self.kind,
            self.restore.policy,
            (&wanted.media, &raw),
            now.as_ref().map(|(media, raw)| (media, raw.as_slice())),
            base.as_ref().map(|(media, raw)| (media, raw.as_slice())),
            uid,
        );
        Ok(composed.ok())
    }

    /// Where an item is to be written, and on what condition.
    fn target(&self, at: usize) -> Option<(CollectionId, Condition)> {
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
        let id = ItemId::of(&self.phone.id, self.kind, &there.collection, &there.remote);
        if self.restore.policy != sidekeep_archive::Policy::Merge || id == wanted.id {
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

impl Course<'_> {
    /// Writes what the items say, and notes what the phone answered. Stops at the first sign that the link is lost or the
    /// owner wants it to.
    fn write(
        &mut self,
        table: &Table,
        items: &mut [RestoredItem],
        writes: &[usize],
    ) -> Result<Vec<Written>, ArchiveError> {
        let mut written = Vec::with_capacity(writes.len());
        for at in writes {
            if self.stopped.is_none() && self.watch.is_cancelled() {
                self.stopped = Some(Why::new(Reason::Cancelled));
            }
            if let Some(why) = &self.stopped {
                items[*at].fate = Fate::Failed(why.detail.clone());
                continue;
            }
            let composed = table.composed(self.run.archive()?, *at)?;
            let Some(outgoing) = composed.and_then(|composed| composed.outgoing) else {
                items[*at].fate = Fate::Refused(Obstacle::Damaged);
                continue;
            };
            let Some((collection, condition)) = table.target(*at) else {
                continue;
            };
            let answer = self.remote.write(Write {
                kind: table.kind,
                collection: collection.clone(),
                media: outgoing.media,
                bytes: Bytes::from(outgoing.bytes),
                condition: condition.clone(),
            });
            match answer {
                Ok(done) => {
                    self.written.insert((collection.clone(), done.remote.clone()));
                    written.push(Written {
                        item: *at,
                        collection,
                        remote: done.remote,
                    });
                }
                Err(WriteError::Conflict) => items[*at].fate = Fate::Conflict,
                Err(WriteError::ReadOnly) => items[*at].fate = Fate::Refused(Obstacle::ReadOnly),
                Err(WriteError::Refused(text)) => items[*at].fate = Fate::Failed(text),
                Err(WriteError::Link(error)) => {
                    items[*at].fate = Fate::Failed(error.to_string());
                    if let Condition::Unchanged { remote, .. } = condition {
                        // It may have been written.
                        self.written.insert((collection, remote));
                    }
                    if error.is_fatal() || *error.kind() == ErrorKind::Unsupported {
                        self.stopped = Some(error.why());
                    }
                }
            }
        }
        Ok(written)
    }

    /// Compares what was read again with what was written.
    fn confirm(
        &mut self,
        table: &Table,
        items: &mut [RestoredItem],
        written: &[Written],
    ) -> Result<(), ArchiveError> {
        let mut now: HashMap<(CollectionId, RemoteId), StateRef> = HashMap::new();
        for known in self.run.known(table.kind)? {
            if let Some(digest) = known.digest {
                let state = StateRef {
                    digest,
                    media: known.media,
                };
                now.insert((known.collection, known.remote), state);
            }
        }
        // What could not be read again proves nothing: an older state of it may be what is known.
        let read: HashSet<CollectionId> = self
            .judged
            .iter()
            .filter(|judged| judged.verdict.counts.unread == 0 && judged.verdict.reading.lists_everything())
            .filter_map(|judged| judged.verdict.collection.clone())
            .collect();
        let archive = self.run.archive()?;
        for Written {
            item,
            collection,
            remote,
        } in written
        {
            if !read.contains(collection) {
                continue;
            }
            let Some(state) = now.get(&(collection.clone(), remote.clone())) else {
                continue;
            };
            let outgoing = table
                .composed(archive, *item)?
                .and_then(|composed| composed.outgoing);
            let (Some(outgoing), Some(raw)) = (outgoing, raw(archive, state)?) else {
                continue;
            };
            let differing = merge::differing(
                table.kind,
                (&outgoing.media, &outgoing.bytes),
                (&state.media, &raw),
            );
            match differing {
                Ok(differing) => {
                    items[*item].confirmed = differing.is_empty();
                    items[*item].differing = differing;
                }
                Err(_) => items[*item].differing = vec!["format"],
            }
        }
        Ok(())
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

/// What kept bytes say; None when they are damaged or of no type that can be written.
fn said(archive: &Archive, kind: Kind, state: &StateRef) -> Result<Option<Said>, ArchiveError> {
    let Some(raw) = raw(archive, state)? else {
        return Ok(None);
    };
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
    match archive.raw(state) {
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
