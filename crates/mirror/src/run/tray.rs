//! Taking one fetch's bytes: each item is gathered, checked to be of one state, and kept.

use bytes::Bytes;
use sidekeep_archive::{ArchiveError, Incoming, NewFile, NewItem};
use sidekeep_links::{ErrorKind, LinkError, Stat};
use sidekeep_model::{Facts, Fingerprint, Kind, Media, Reason, Time, Why};

use super::fetch::{Job, item_why};
use crate::Options;
use crate::desk::{Desk, Now};
use crate::profile::Profile;
use crate::progress::Meter;
use crate::relay::Item;

/// A payload longer than this is no contact and no event; it is not taken into memory.
const PAYLOAD: usize = 64 << 20;
/// What has come is made durable at least this often, in milliseconds.
const SYNC: i64 = 1_000;
/// The same in rescue mode: whatever came is safe well within a second (PRODUCT R1).
const RESCUE_SYNC: i64 = 250;

/// Takes the parts of one fetch.
pub(super) struct Tray<'a, 'w> {
    run: &'a mut sidekeep_archive::Run<'w>,
    meter: &'a mut Meter,
    options: &'a Options,
    kind: Kind,
    desks: &'a mut [Desk],
    jobs: &'a [Job],
    fates: Vec<Fate>,
    current: Option<Current>,
    /// When the oldest item came that is not durable yet.
    unsynced: Option<Time>,
}

/// What became of a job.
pub(super) enum Fate {
    /// Not yet ended.
    Waiting,
    /// Kept, or cannot be read.
    Done,
    /// Its bytes are not all of one state; this is the newest.
    Again(Fingerprint, Option<u64>),
}

/// The item under way.
struct Current {
    job: usize,
    body: Body,
    /// Bytes that came in this fetch.
    received: u64,
}

enum Body {
    Payload(Vec<u8>),
    File(Box<Incoming>),
    /// Too long to be what it says it is; its bytes are let pass.
    Refused,
}

impl<'a, 'w> Tray<'a, 'w> {
    pub(super) fn new(
        run: &'a mut sidekeep_archive::Run<'w>,
        meter: &'a mut Meter,
        options: &'a Options,
        (kind, desks, jobs): (Kind, &'a mut [Desk], &'a [Job]),
    ) -> Self {
        Self {
            run,
            meter,
            options,
            kind,
            desks,
            jobs,
            fates: jobs.iter().map(|_| Fate::Waiting).collect(),
            current: None,
            unsynced: None,
        }
    }

    /// Takes the next part.
    pub(super) fn take(&mut self, item: Item) -> Result<(), ArchiveError> {
        match item {
            Item::Begin(job) => self.begin(job),
            Item::Bytes(bytes) => self.bytes(&bytes),
            Item::End(outcome) => self.end(outcome),
            Item::Idle => self.sync(),
        }
    }

    /// Makes durable what came, and tells what became of each job and within which one the fetch broke off, if it did.
    pub(super) fn close(mut self) -> Result<(Vec<Fate>, Option<usize>), ArchiveError> {
        self.sync()?;
        let broken_at = self.current.take().map(|current| {
            self.uncount(&current);
            current.job
        });
        Ok((self.fates, broken_at))
    }

    fn begin(&mut self, at: usize) -> Result<(), ArchiveError> {
        self.current = None;
        // A link that repeats an item, or names one that nobody asked for, is not believed.
        let (Some(job), Some(Fate::Waiting)) = (self.jobs.get(at), self.fates.get(at)) else {
            return Ok(());
        };
        let body = if self.kind.is_file() {
            let desk = &self.desks[job.desk];
            let key = desk.key(&desk.entry(job.entry).remote);
            let mut incoming = self.run.receive(&key, &job.fingerprint, job.size)?;
            // A short rest is asked for anew. Should the bytes not fit those here, the length will tell.
            if incoming.len() != job.from {
                incoming.restart()?;
            }
            Body::File(Box::new(incoming))
        } else {
            Body::Payload(Vec::new())
        };
        self.current = Some(Current {
            job: at,
            body,
            received: 0,
        });
        let now = self.options.clock.now();
        self.meter
            .kind(self.kind, now, |kind| kind.bytes_done += job.from);
        Ok(())
    }

    fn bytes(&mut self, bytes: &Bytes) -> Result<(), ArchiveError> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        let size = bytes.len() as u64;
        current.received += size;
        match &mut current.body {
            Body::File(incoming) => incoming.write(bytes)?,
            Body::Payload(raw) if raw.len() + bytes.len() <= PAYLOAD => raw.extend_from_slice(bytes),
            Body::Payload(_) => current.body = Body::Refused,
            Body::Refused => {}
        }
        let now = self.options.clock.now();
        self.meter.kind(self.kind, now, |kind| kind.bytes_done += size);
        self.pace(now)
    }

    fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), ArchiveError> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        let (at, desk) = (current.job, self.jobs[current.job].desk);
        self.desks[desk].counts.bytes += current.received;
        let settled = match outcome {
            Ok(stat) if !self.is_settled(&current, &stat) => {
                self.uncount(&current);
                self.fates[at] = self.again(current, stat)?;
                return Ok(());
            }
            Ok(stat) => self.keep(current, stat)?,
            Err(error) => Err(one_why(&error)),
        };
        let unread = u64::from(settled.is_err());
        if let Err(why) = settled {
            self.desks[desk].trouble(why);
        }
        self.fates[at] = Fate::Done;
        let now = self.options.clock.now();
        self.meter.kind(self.kind, now, |kind| {
            kind.items_done += 1;
            kind.unread += unread;
        });
        self.pace(now)
    }

    /// Whether all bytes are here and belong to the state that was asked for.
    fn is_settled(&self, current: &Current, stat: &Stat) -> bool {
        let job = &self.jobs[current.job];
        let length = match &current.body {
            Body::Payload(raw) => raw.len() as u64,
            Body::File(incoming) => incoming.len(),
            Body::Refused => return true,
        };
        let same_state = stat
            .fingerprint
            .as_ref()
            .is_none_or(|state| *state == job.fingerprint);
        same_state && stat.size.or(job.size).is_none_or(|size| size == length)
    }

    /// Lets go of bytes that are of no one state, and notes the newest state to ask for.
    fn again(&mut self, current: Current, stat: Stat) -> Result<Fate, ArchiveError> {
        if let Body::File(incoming) = current.body {
            incoming.discard()?;
        }
        let job = &self.jobs[current.job];
        let state = stat.fingerprint.unwrap_or_else(|| job.fingerprint.clone());
        Ok(Fate::Again(state, stat.size))
    }

    /// Keeps a whole item. The inner error says why it is none.
    fn keep(&mut self, current: Current, stat: Stat) -> Result<Result<(), Why>, ArchiveError> {
        let job = &self.jobs[current.job];
        let desk = &mut self.desks[job.desk];
        let listed = desk.entry(job.entry);
        let (kind, collection) = (self.kind, desk.id().clone());
        let (remote, marks) = (listed.remote.clone(), listed.marks.clone());
        let fingerprint = job.fingerprint.clone();
        let at = self.options.clock.now();
        match current.body {
            Body::Refused => return Ok(Err(Why::new(Reason::ItemsUnreadable).detail("too long"))),
            Body::Payload(raw) => {
                let media = stat.media.unwrap_or_else(unknown_media);
                desk.counts.foreign += u64::from(!sidekeep_formats::is_kind(kind, &media));
                let item = NewItem {
                    kind,
                    collection,
                    remote,
                    fingerprint,
                    marks,
                    media: media.clone(),
                    at,
                };
                let change = self.run.payload(item, &raw)?;
                desk.note(job.entry, job.known, change, || {
                    // What can no longer be read at all has lost every field.
                    Now::Read(Profile::of(kind, &media, &raw).unwrap_or_default())
                });
            }
            Body::File(incoming) => {
                let name = marks
                    .name
                    .as_deref()
                    .unwrap_or_else(|| file_name(remote.as_str()));
                let facts = facts(&incoming, name)?;
                desk.broken += u64::from(facts.broken);
                let taken = sidekeep_pictures::file_taken(&facts, &marks, name);
                let file = NewFile {
                    kind,
                    collection,
                    remote,
                    fingerprint,
                    marks,
                    facts,
                    taken,
                    at,
                };
                let change = self.run.keep(*incoming, file)?;
                desk.note(job.entry, job.known, change, || Now::Read(Profile::default()));
            }
        }
        self.unsynced.get_or_insert(at);
        Ok(Ok(()))
    }

    /// Takes back what was counted of an item that comes again.
    fn uncount(&mut self, current: &Current) {
        let here = self.jobs[current.job].from + current.received;
        let now = self.options.clock.now();
        self.meter.kind(self.kind, now, |kind| kind.bytes_done -= here);
    }

    /// Makes durable what has waited long enough; a clock that was set back must not keep it waiting.
    fn pace(&mut self, now: Time) -> Result<(), ArchiveError> {
        let most = if self.options.rescue { RESCUE_SYNC } else { SYNC };
        match self.unsynced {
            Some(since) if !(0..most).contains(&(now.millis() - since.millis())) => self.sync(),
            _ => Ok(()),
        }
    }

    fn sync(&mut self) -> Result<(), ArchiveError> {
        if self.unsynced.take().is_some() {
            self.run.sync()?;
        }
        Ok(())
    }
}

/// Why one item did not come whole, said by itself.
fn one_why(error: &LinkError) -> Why {
    let why = item_why(error);
    match error.kind() {
        // The phone answers, and only this is busy: it is being written to.
        ErrorKind::Busy(_) => Why {
            reason: Reason::ItemsChanging,
            ..why
        },
        _ => why,
    }
}

/// Facts of a received file. One that cannot be read back is kept as broken: its bytes came whole.
fn facts(incoming: &Incoming, name: &str) -> Result<Facts, ArchiveError> {
    let mut file = incoming.reader()?;
    Ok(sidekeep_pictures::facts(&mut file, name).unwrap_or_else(|error| {
        tracing::warn!(%error, "no facts of a received file");
        Facts {
            broken: true,
            ..Facts::of(unknown_media())
        }
    }))
}

fn unknown_media() -> Media {
    Media::from("application/octet-stream")
}

/// The last part of a path on the phone.
fn file_name(remote: &str) -> &str {
    remote.rsplit('/').next().unwrap_or(remote)
}
