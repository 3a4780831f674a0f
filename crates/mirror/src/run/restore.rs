//! Carrying a restore out: a mirror run, the plan, the writes, and the phone read once more, which is what the journal
//! keeps. Each write has its condition, so that a restore may stop anywhere and be asked for again.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use sidekeep_archive::{ArchiveError, NewRun, Outcome, Purpose, Restore, Restored, StateRef, Writer};
use sidekeep_formats::{FormatError, merge};
use sidekeep_links::{Condition, ErrorKind, Offer, Phone, Write, WriteError};
use sidekeep_model::{CollectionId, Identity, Kind, Reading, Reason, RemoteId, Why};

use super::table::{Table, beside};
use super::{Course, mirror, on_thread};
use crate::progress::{Meter, Phase};
use crate::relay::{Next, Remote};
use crate::restore::{Fate, Obstacle, RestoreOptions, RestoreReport, RestoredItem, Version};
use crate::{Options, Report, RunError, Watch};

/// After so many writes in a row of which no answer came, the rest is left: each may have waited for minutes.
const PATIENCE: u32 = 3;

/// Puts items of one kind back on a phone, then closes the archive. A mirror run of that kind comes first, even for a
/// preview; if it could not read the phone, nothing is written.
///
/// What the archive keeps of it is what was read from the phone afterwards, under a run of its own: what it changed is changed
/// back by restoring as of the time before. What it added stays.
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
    let keeps_uids = phone.writing().map(|writing| writing.keeps_uids(kind));
    let read = matches!(fresh.outcome, Outcome::Complete | Outcome::Partial);
    let (Some(keeps_uids), true) = (keeps_uids, read) else {
        let unable = Why::new(Reason::Unsupported).detail("this link only reads");
        return Ok(RestoreReport {
            run: None,
            outcome: if read { Outcome::Failed } else { fresh.outcome },
            stopped: fresh.stopped.clone().or(keeps_uids.is_none().then_some(unable)),
            counts: Restored::default(),
            items: Vec::new(),
            fresh,
        });
    };
    let order = Order {
        kind,
        phone: phone.identity().clone(),
        keeps_uids,
        restore: restore.clone(),
        options,
    };
    let own = watch.clone();
    let (_, report) = on_thread(phone, writer, watch, move |writer, remote| {
        perform(writer, remote, order, &own, fresh)
    })
    .await;
    report
}

/// What is to be put back, and where.
pub(super) struct Order {
    pub(super) kind: Kind,
    pub(super) phone: Identity,
    /// See [`sidekeep_links::Writing::keeps_uids`].
    pub(super) keeps_uids: bool,
    pub(super) restore: RestoreOptions,
    pub(super) options: Options,
}

fn perform(
    writer: &mut Writer,
    mut remote: Remote,
    order: Order,
    watch: &Watch,
    fresh: Report,
) -> Result<RestoreReport, RunError> {
    let failed = |error| RunError::new(None, error);
    let next = Next {
        kind: order.kind,
        since: None,
    };
    let listing = match remote.list(next) {
        Ok(listing) if !matches!(listing.reading, Reading::Unavailable { .. }) => listing,
        Ok(listing) => return Ok(unread(fresh, listing.reading.reasons().first().cloned())),
        Err(error) => return Ok(unread(fresh, Some(error.why()))),
    };
    let table = Table::lay(writer, order, &listing).map_err(failed)?;
    let Order {
        kind,
        phone,
        restore,
        options,
        ..
    } = &table.order;
    let kind = *kind;
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
        readable: vec![kind],
        meter: Meter::new(watch.clone(), &[kind]),
        judged: Vec::new(),
        doubted: Vec::new(),
        broken: 0,
        stopped: None,
        written: HashSet::new(),
        shown: HashSet::new(),
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

/// A place on the phone that was written to.
struct Written {
    /// Index of the wanted item.
    item: usize,
    collection: CollectionId,
    remote: RemoteId,
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
        let kind = table.order.kind;
        let mut written = Vec::with_capacity(writes.len());
        let mut lost = 0;
        self.meter.phase(Phase::Writing(kind), self.options.clock.now());
        for (nth, at) in writes.iter().enumerate() {
            self.meter.kind(kind, self.options.clock.now(), |progress| {
                progress.items = Some(writes.len() as u64);
                progress.items_done = nth as u64;
            });
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
                kind: table.order.kind,
                collection: collection.clone(),
                media: outgoing.media,
                bytes: Bytes::from(outgoing.bytes),
                condition: condition.clone(),
            });
            lost = match &answer {
                Err(WriteError::Link(_)) => lost + 1,
                _ => 0,
            };
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
                    if error.is_fatal() || *error.kind() == ErrorKind::Unsupported || lost >= PATIENCE {
                        self.stopped = Some(error.why());
                    }
                }
            }
        }
        // What is read again is counted anew.
        self.meter.kind(kind, self.options.clock.now(), |progress| {
            (progress.items, progress.items_done) = (None, 0);
        });
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
        for known in self.run.known(table.order.kind)? {
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
            let place = (collection.clone(), remote.clone());
            // What the archive knows of an item may be from before it was gone.
            if !read.contains(collection) || !self.shown.contains(&place) {
                continue;
            }
            let Some(state) = now.get(&place) else {
                continue;
            };
            let outgoing = table
                .composed(archive, *item)?
                .and_then(|composed| composed.outgoing);
            let Some(outgoing) = outgoing else { continue };
            let written = (&outgoing.media, outgoing.bytes.as_slice());
            let Some(raw) = beside(archive, state, Some(written))? else {
                continue;
            };
            match otherwise(table.order.kind, written, (&state.media, &raw)) {
                Ok(differing) => {
                    items[*item].confirmed = differing.is_empty();
                    items[*item].differing = differing;
                }
                Err(_) => items[*item].differing = vec!["format".to_owned()],
            }
        }
        Ok(())
    }
}

/// Fields, by the names of the model, and properties that no model names, which are not there as they were written.
fn otherwise(kind: Kind, written: Version<'_>, read: Version<'_>) -> Result<Vec<String>, FormatError> {
    let mut differing: Vec<String> = merge::differing(kind, written, read)?
        .into_iter()
        .map(str::to_owned)
        .collect();
    differing.extend(merge::lost(kind, written, read)?);
    Ok(differing)
}
