//! Asking for what is planned: in which order, from which byte, and how often. An item that fails, or does not hold
//! still, never stops the run.

use std::time::Duration;

use sidekeep_archive::ArchiveError;
use sidekeep_links::{LinkError, Wanted};
use sidekeep_model::{Fingerprint, Kind, Reason, Why};

use super::Course;
use super::tray::{Fate, Tray};
use crate::desk::Desk;
use crate::plan::order;

/// Smaller files are asked for anew: a round trip for the rest saves nothing.
const RESUME: u64 = 1 << 20;
/// How often an item is asked for that changed while it was read, or at which the transfer broke off.
const TRIES: u8 = 2;
/// After this many fetches in a row that brought nothing, the rest is left to the next run.
const FUTILE: u8 = 3;
/// When nothing comes for this long, what has come is made durable.
const IDLE: Duration = Duration::from_millis(400);

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
        let mut jobs = jobs(kind, desks);
        let mut futile = 0;
        while !jobs.is_empty() && self.stopped.is_none() {
            let asked = jobs.len();
            jobs = self.round(kind, desks, jobs)?;
            futile = if jobs.len() < asked { 0 } else { futile + 1 };
            if futile == FUTILE {
                for job in jobs.drain(..) {
                    desks[job.desk].trouble(Why::new(Reason::ItemsUnreadable));
                }
            }
        }
        Ok(())
    }

    /// Asks for the jobs once; gives back those to ask for again.
    fn round(
        &mut self,
        kind: Kind,
        desks: &mut [Desk],
        mut jobs: Vec<Job>,
    ) -> Result<Vec<Job>, ArchiveError> {
        let wanted = self.wanted(kind, desks, &mut jobs);
        let mut tray = Tray::new(
            &mut self.run,
            &mut self.meter,
            self.options,
            (kind, &mut *desks, &jobs),
        );
        let ended = self.remote.fetch(wanted, IDLE, |item| tray.take(item))?;
        let (fates, broken_at) = tray.close()?;
        let why = match ended {
            Err(error) if error.is_fatal() => {
                let unread = jobs
                    .iter()
                    .zip(&fates)
                    .filter(|(_, fate)| !matches!(fate, Fate::Done));
                self.stop(desks, unread.map(|(job, _)| job), &error.why());
                return Ok(Vec::new());
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

    /// Nothing more comes: these are unread, and every collection of the kind may lack something.
    fn stop<'a>(&mut self, desks: &mut [Desk], unread: impl Iterator<Item = &'a Job>, why: &Why) {
        for job in unread {
            desks[job.desk].trouble(why.clone());
        }
        for desk in desks {
            desk.stop(why);
        }
        self.stopped = Some(why.clone());
    }
}

/// Everything that the desks plan to fetch, in the order to ask for it.
fn jobs(kind: Kind, desks: &[Desk]) -> Vec<Job> {
    let mut planned: Vec<_> = desks
        .iter()
        .enumerate()
        .flat_map(|(at, desk)| desk.plan.fetch.iter().map(move |fetch| (at, *fetch)))
        .collect();
    order(kind, &mut planned, |(desk, fetch)| {
        desks[*desk].entry(fetch.entry)
    });
    planned
        .into_iter()
        .map(|(desk, fetch)| {
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
        })
        .collect()
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
