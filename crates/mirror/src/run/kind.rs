//! One kind of a run: list, plan, fetch, write down, judge.

use sidekeep_archive::{ArchiveError, Verdict};
use sidekeep_links::Cursor;
use sidekeep_model::{Kind, Reading, Why};

use super::Course;
use super::judge::{moved, shifts};
use crate::Judged;
use crate::desk::{Desk, Now, Place, desks};
use crate::guard::{Guarded, guard_kind};
use crate::profile::Profile;
use crate::progress::Phase;
use crate::relay::Next;

impl Course<'_> {
    /// Mirrors one kind.
    pub(super) fn mirror(&mut self, kind: Kind) -> Result<(), ArchiveError> {
        self.meter.phase(Phase::Listing(kind), self.options.clock.now());
        let mut known = self.run.known(kind)?;
        let next = self.next(kind)?;
        let mut listing = match self.remote.list(next) {
            Ok(listing) => listing,
            Err(error) => {
                let why = error.why();
                if error.is_fatal() {
                    self.stopped = Some(why.clone());
                }
                return self.judge_kind(kind, Reading::unavailable(why), None);
            }
        };
        let whole = listing.reading.clone();
        if matches!(whole, Reading::Unavailable { .. }) {
            return self.judge_kind(kind, whole, None);
        }

        self.options.choose(kind, &mut known, &mut listing);
        let cursor = listing.cursor.clone();
        let mut desks = desks(kind, known, listing, &self.written);
        for desk in desks.iter().filter(|desk| desk.place == Place::Listed) {
            self.run.collection(kind, &desk.collected.collection)?;
        }
        self.expect(kind, &desks);
        self.meter.phase(Phase::Fetching(kind), self.options.clock.now());
        self.fetch(kind, &mut desks)?;
        if kind == Kind::Contact {
            self.pictures(&mut desks)?;
        }
        self.broken += desks.iter().map(|desk| desk.broken).sum::<u64>();
        self.restate(&mut desks)?;
        if !self.written.is_empty() {
            self.shown.extend(desks.iter().flat_map(Desk::shown));
        }
        self.meter.phase(Phase::Judging(kind), self.options.clock.now());
        self.judge(kind, desks, &whole, cursor.map(|cursor| cursor.0))
    }

    /// What to ask of a kind.
    fn next(&self, kind: Kind) -> Result<Next, ArchiveError> {
        // A rescue believes no earlier state.
        let since = match self.options.rescue {
            true => None,
            false => self.run.cursor(kind)?.map(Cursor),
        };
        Ok(Next { kind, since })
    }

    /// What to ask of the kind that is mirrored after this one.
    pub(super) fn after(&self, kind: Kind) -> Result<Option<Next>, ArchiveError> {
        let next = self.readable.iter().find(|next| **next > kind);
        next.map(|next| self.next(*next)).transpose()
    }

    /// Tells the meter what is to come.
    fn expect(&mut self, kind: Kind, desks: &[Desk]) {
        let now = self.options.clock.now();
        self.meter.kind(kind, now, |progress| {
            progress.listed = Some(desks.iter().map(Desk::listed).sum());
            progress.items = Some(desks.iter().map(|desk| desk.plan.fetch.len() as u64).sum());
            let sizes = desks.iter().flat_map(|desk| {
                desk.plan
                    .fetch
                    .iter()
                    .map(|fetch| desk.entry(fetch.entry).size.unwrap_or(0))
            });
            progress.bytes = Some(sizes.sum());
        });
    }

    /// Writes down what needs no bytes.
    fn restate(&mut self, desks: &mut [Desk]) -> Result<(), ArchiveError> {
        for desk in desks {
            for restate in std::mem::take(&mut desk.plan.restate) {
                let known = &desk.known[restate.known];
                let entry = desk.entry(restate.entry);
                // A phone that only says "unchanged" may give no mark worth keeping.
                let fingerprint = if entry.unchanged {
                    &known.fingerprint
                } else {
                    &entry.fingerprint
                };
                let key = desk.key(&entry.remote);
                let now = self.options.clock.now();
                let change = self.run.mark(&key, fingerprint, &entry.marks, now)?;
                let (digest, media) = (known.digest, known.media.clone());
                desk.note(restate.entry, Some(restate.known), change, || match digest {
                    Some(digest) => Now::Kept(digest, media),
                    None => Now::Read(Profile::default()),
                });
            }
        }
        Ok(())
    }

    /// Guards every collection, writes down what is gone, and gives the verdicts. They come last, together, because
    /// an item lost in one collection may have arrived in another.
    fn judge(
        &mut self,
        kind: Kind,
        mut desks: Vec<Desk>,
        whole: &Reading,
        cursor: Option<String>,
    ) -> Result<(), ArchiveError> {
        // A rescue says nothing of absence, and a link lost half-way hides what else would have come.
        let whole_run = !self.options.rescue && self.stopped.is_none();
        for desk in desks
            .iter_mut()
            .filter(|desk| !whole_run || !desk.reading().lists_everything())
        {
            desk.plan.unseen += desk.plan.gone.len() as u64;
            desk.plan.gone.clear();
        }
        let moved = if desks.iter().any(|desk| !desk.plan.gone.is_empty()) {
            self.run.sync()?;
            moved(&desks, &self.run.known(kind)?)
        } else {
            vec![0; desks.len()]
        };
        for desk in desks.iter_mut().filter(|_| !self.written.is_empty()) {
            let id = desk.id().clone();
            let (changed, known) = (&mut desk.changed, &desk.known);
            changed.retain(|altered| {
                let key = (id.clone(), known[altered.known].remote.clone());
                !self.written.contains(&key)
            });
        }
        let quiet = desks
            .iter()
            .all(|desk| desk.changed.is_empty() && desk.plan.gone.is_empty());
        let guarded = if quiet {
            Guarded::nothing(desks.len())
        } else {
            guard_kind(&shifts(self.run.archive()?, &desks, &moved)?)
        };
        for desk in &mut desks {
            let now = self.options.clock.now();
            for at in &desk.plan.gone {
                self.run.gone(&desk.key(&desk.known[*at].remote), now)?;
            }
            desk.counts.gone = desk.plan.gone.len() as u64;
            desk.counts.listed = desk.listed();
            desk.counts.foreign += desk.foreign();
            if kind == Kind::Contact {
                desk.counts.groups = self.run.groups(desk.id())?;
            }
        }

        // The next listing goes on from here only if nothing of this one needs to be listed again.
        let all_kept = whole_run
            && whole.lists_everything()
            && guarded.collections.iter().all(Vec::is_empty)
            && desks
                .iter()
                .all(|desk| desk.counts.unread == 0 && desk.reading().lists_everything());
        let cursor = cursor.filter(|_| all_kept);
        let unsaid = unsaid(whole, &desks);
        if desks.is_empty() || !unsaid.is_complete() {
            self.judge_kind(kind, unsaid, cursor.clone())?;
        }
        let whole = guarded.whole.into_iter();
        self.doubted.extend(whole.map(|suspicion| (kind, suspicion)));
        for (desk, suspicions) in desks.into_iter().zip(guarded.collections) {
            let accepted = suspicions.is_empty();
            if !accepted {
                self.meter.suspicious();
            }
            let verdict = Verdict {
                kind,
                collection: Some(desk.id().clone()),
                reading: desk.reading(),
                accepted,
                suspicions,
                counts: desk.counts,
                cursor: cursor.clone(),
            };
            self.run.verdict(verdict.clone())?;
            self.judged.push(Judged {
                collection: Some(desk.collected.collection),
                verdict,
            });
        }
        Ok(())
    }
}

/// What a listing says of its kind and no listed collection says for itself. Readings are added up, so a verdict that
/// repeated the rest would count it twice.
fn unsaid(whole: &Reading, desks: &[Desk]) -> Reading {
    let unsaid = whole.reasons().iter().filter_map(|why| {
        let said: Vec<u64> = desks
            .iter()
            .filter(|desk| desk.place == Place::Listed)
            .flat_map(|desk| desk.collected.reading.reasons())
            .filter(|said| said.reason == why.reason)
            .map(|said| said.count)
            .collect();
        let count = why.count.saturating_sub(said.iter().sum());
        (said.is_empty() || count > 0).then(|| Why { count, ..why.clone() })
    });
    Reading::partial(unsaid.collect())
}
