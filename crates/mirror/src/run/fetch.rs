//! Asking for what is planned: in which order, from which byte, and how often. An item that fails, or does not hold
//! still, never stops the run.

use std::time::Duration;

use sidekeep_archive::ArchiveError;
use sidekeep_links::{LinkError, Wanted};
use sidekeep_model::{Fingerprint, Kind, Reason, Why};

use super::Course;
use super::tray::{Fate, Tray};
use crate::desk::Desk;
use crate::plan::{Fetch, order};
use crate::relay::Next;

/// Items asked for at once: enough that going on to the next costs nothing, few enough that they take a few megabytes.
const BATCH: usize = 16_384;
/// Smaller files are asked for anew: a round trip for the rest saves nothing.
const RESUME: u64 = 1 << 20;
/// How often an item is asked for that changed while it was read, or at which the transfer broke off.
const TRIES: u8 = 2;
/// After this many fetches in a row that brought nothing, the rest is left to the next run.
const FUTILE: u8 = 3;
/// When nothing comes for this long, what has come is made durable.
pub(super) const IDLE: Duration = Duration::from_millis(400);

/// An item to ask for.
pub(super) struct Job {
    /// Index of its collection's desk.
    pub(super) desk: usize,
    /// Index into the listed entries.
    pub(super) entry: usize,
    /// Index into the known items, if it is one.
    pub(super) known: Option<usize>,
    /// The state to expect: as listed, or as the phone said when the item changed while it was read.
    pub(super) fingerprint: Fingerprint,
    /// Its size, where known.
    pub(super) size: Option<u64>,
    /// Bytes that are here already.
    pub(super) from: u64,
    tries: u8,
}

impl Course<'_> {
    /// Fetches everything that the desks plan to. A lost link is noted in `stopped`.
    pub(super) fn fetch(&mut self, kind: Kind, desks: &mut [Desk]) -> Result<(), ArchiveError> {
        let mut planned = planned(kind, desks).into_iter();
        let mut jobs: Vec<Job> = Vec::new();
        let mut futile = 0;
        while self.stopped.is_none() && futile < FUTILE {
            // What is asked for again comes last.
            let again = std::mem::take(&mut jobs);
            let new = planned.by_ref().take(BATCH.saturating_sub(again.len()));
            jobs = new
                .map(|(desk, fetch)| job(desks, desk, fetch))
                .chain(again)
                .collect();
            if jobs.is_empty() {
                return Ok(());
            }
            let asked = jobs.len();
            // Some links read anew what they are asked for after another kind was listed.
            let next = match planned.len() {
                0 => self.after(kind)?,
                _ => None,
            };
            jobs = self.round(kind, desks, jobs, next)?;
            futile = if jobs.len() < asked { 0 } else { futile + 1 };
        }
        let why = self
            .stopped
            .clone()
            .unwrap_or_else(|| Why::new(Reason::ItemsUnreadable));
        let unasked = planned.map(|(desk, _)| desk);
        for desk in jobs.into_iter().map(|job| job.desk).chain(unasked) {
            desks[desk].trouble(why.clone());
        }
        Ok(())
    }

    /// Asks for the jobs once; gives back those to ask for again, or all that are unread when nothing more comes.
    fn round(
        &mut self,
        kind: Kind,
        desks: &mut [Desk],
        mut jobs: Vec<Job>,
        next: Option<Next>,
    ) -> Result<Vec<Job>, ArchiveError> {
        let wanted = self.wanted(kind, desks, &mut jobs);
        let mut tray = Tray::new(
            &mut self.run,
            &mut self.meter,
            self.options,
            (kind, &mut *desks, &jobs),
        );
        let ended = self.remote.fetch(wanted, next, IDLE, |item| tray.take(item))?;
        let (fates, broken_at) = tray.close()?;
        let why = match ended {
            Err(error) if error.is_fatal() => {
                self.stop(desks, error.why());
                let unread = jobs
                    .into_iter()
                    .zip(fates)
                    .filter(|(_, fate)| !matches!(fate, Fate::Done));
                return Ok(unread.map(|(job, _)| job).collect());
            }
            Err(error) => item_why(&error),
            Ok(()) => Why::new(Reason::ItemsUnreadable).detail("the link skipped it"),
        };
        let mut again = Vec::new();
        for (at, (mut job, fate)) in jobs.into_iter().zip(fates).enumerate() {
            let why = match fate {
                Fate::Done => continue,
                Fate::Again(fingerprint, size) => {
                    (job.fingerprint, job.size) = (fingerprint, size);
                    job.tries += 1;
                    Why::new(Reason::ItemsChanging)
                }
                Fate::Waiting => {
                    // A fetch that broke off is the fault of the item under way, not of those behind it.
                    job.tries += u8::from(broken_at.is_none_or(|broken| broken == at));
                    why.clone()
                }
            };
            if job.tries < TRIES {
                again.push(job);
            } else {
                desks[job.desk].trouble(why);
            }
        }
        Ok(again)
    }

    /// The jobs as the link wants them, each from where its bytes end here.
    fn wanted(&self, kind: Kind, desks: &[Desk], jobs: &mut [Job]) -> Vec<Wanted> {
        let mut wanted = Vec::with_capacity(jobs.len());
        for job in jobs {
            let desk = &desks[job.desk];
            let remote = &desk.entry(job.entry).remote;
            job.from = match job.size {
                Some(size) if kind.is_file() && size >= RESUME => {
                    let here = self.run.arrived(&desk.key(remote), &job.fingerprint);
                    // More than the phone has is not the start of what it has.
                    if here <= size { here } else { 0 }
                }
                _ => 0,
            };
            wanted.push(Wanted {
                kind,
                collection: desk.id().clone(),
                remote: remote.clone(),
                fingerprint: job.fingerprint.clone(),
                size: job.size,
                from: job.from,
            });
        }
        wanted
    }

    /// Nothing more comes: every collection of the kind may lack something.
    fn stop(&mut self, desks: &mut [Desk], why: Why) {
        for desk in desks {
            desk.stop(&why);
        }
        self.stopped = Some(why);
    }
}

/// Everything that the desks plan to fetch, by desk, in the order to ask for it.
fn planned(kind: Kind, desks: &[Desk]) -> Vec<(usize, Fetch)> {
    let mut planned: Vec<(usize, Fetch)> = desks
        .iter()
        .enumerate()
        .flat_map(|(at, desk)| desk.plan.fetch.iter().map(move |fetch| (at, *fetch)))
        .collect();
    order(kind, &mut planned, |(desk, fetch)| {
        desks[*desk].entry(fetch.entry)
    });
    planned
}

fn job(desks: &[Desk], desk: usize, fetch: Fetch) -> Job {
    let listed = desks[desk].entry(fetch.entry);
    Job {
        desk,
        entry: fetch.entry,
        known: fetch.known,
        fingerprint: listed.fingerprint.clone(),
        size: listed.size,
        from: 0,
        tries: 0,
    }
}

/// Why one item could not be read. A failure of one item says nothing of the others, unless the phone itself is locked
/// or gone.
pub(super) fn item_why(error: &LinkError) -> Why {
    let why = error.why();
    let reason = match why.reason {
        // It was there when it was listed.
        Reason::Missing => Reason::ItemsChanging,
        reason @ (Reason::Locked | Reason::NotTrusted | Reason::Unplugged | Reason::Cancelled) => reason,
        _ => Reason::ItemsUnreadable,
    };
    Why { reason, ..why }
}
