//! Fetching what is planned and handing it to the archive, item by item. An item that fails, or does not settle, never
//! stops the run.

use std::time::Duration;

use bytes::Bytes;
use sidekeep_archive::{ArchiveError, Incoming, NewFile, NewItem};
use sidekeep_links::{ErrorKind, LinkError, Stat, Wanted};
use sidekeep_model::{Facts, Fingerprint, Kind, Media, Reason, Time, Why};

use super::Course;
use super::desk::{Desk, Now};
use crate::plan::{Fetch, order};
use crate::profile::Profile;
use crate::relay::Item;

/// Smaller files are asked for anew: a round trip for the rest saves nothing.
const RESUME: u64 = 1 << 20;
/// A payload longer than this is no contact and no event; it is not taken into memory.
const PAYLOAD: usize = 64 << 20;
/// How often an item is asked for when it changed while it was read or the transfer broke off.
const ROUNDS: u8 = 2;
/// When nothing comes for this long, what has come is made durable.
const IDLE: Duration = Duration::from_millis(400);
/// In rescue mode everything is durable this soon (PRODUCT R1), in milliseconds.
const RESCUE_SYNC: i64 = 250;

/// An item to ask for.
struct Job {
    desk: usize,
    entry: usize,
    /// The state to expect: as listed, or as the phone said when the item changed while it was read.
    fingerprint: Fingerprint,
    size: Option<u64>,
}

impl Course<'_> {
    /// Fetches everything that the desks plan to. A lost link is noted in `stopped`.
    pub(super) fn fetch(&mut self, kind: Kind, desks: &mut [Desk]) -> Result<(), ArchiveError> {
        let mut planned: Vec<(usize, Fetch)> = desks
            .iter()
            .enumerate()
            .flat_map(|(at, desk)| desk.plan.fetch.iter().map(move |fetch| (at, *fetch)))
            .collect();
        order(kind, &mut planned, |(desk, fetch)| {
            desks[*desk].entry(fetch.entry)
        });
        let mut jobs: Vec<Job> = planned
            .into_iter()
            .map(|(desk, Fetch { entry, .. })| {
                let listed = desks[desk].entry(entry);
                Job {
                    desk,
                    entry,
                    fingerprint: listed.fingerprint.clone(),
                    size: listed.size,
                }
            })
            .collect();
        for round in 1..=ROUNDS {
            if jobs.is_empty() || self.stopped.is_some() {
                break;
            }
            jobs = self.round(kind, desks, jobs, round == ROUNDS)?;
        }
        Ok(())
    }

    /// Asks for the jobs once; gives back those worth asking for again.
    fn round(
        &mut self,
        kind: Kind,
        desks: &mut [Desk],
        jobs: Vec<Job>,
        last: bool,
    ) -> Result<Vec<Job>, ArchiveError> {
        let mut wanted = Vec::with_capacity(jobs.len());
        for job in &jobs {
            let desk = &desks[job.desk];
            let remote = &desk.entry(job.entry).remote;
            let resumable = kind.is_file() && job.size.is_some_and(|size| size >= RESUME);
            let from = if resumable {
                self.run
                    .receive(&desk.key(remote), &job.fingerprint, job.size)?
                    .len()
            } else {
                0
            };
            wanted.push(Wanted {
                kind,
                collection: desk.id().clone(),
                remote: remote.clone(),
                fingerprint: job.fingerprint.clone(),
                size: job.size,
                from,
            });
        }
        let offsets: Vec<u64> = wanted.iter().map(|wanted| wanted.from).collect();
        // Two handles on `self`: the relay is only read while the run is written.
        let Course {
            run,
            remote,
            options,
            meter,
            ..
        } = self;
        let mut tray = Tray {
            run,
            kind,
            desks,
            fates: jobs.iter().map(|_| Fate::Waiting).collect(),
            jobs,
            offsets,
            last,
            current: None,
            meter,
            now: || options.clock.now(),
            rescue: options.rescue,
            unsynced: None,
        };
        let ended = remote.fetch(wanted, IDLE, |item| tray.take(item))?;
        let (jobs, fates) = (tray.jobs, tray.fates);
        let broke = match ended {
            Ok(()) => LinkError::new(ErrorKind::Garbled, "the link skipped an item"),
            Err(error) if error.is_fatal() => {
                let why = error.why();
                for (job, fate) in jobs.iter().zip(&fates) {
                    if !matches!(fate, Fate::Done) {
                        desks[job.desk].trouble(why.clone());
                    }
                }
                for desk in desks.iter_mut() {
                    desk.stop(&why);
                }
                self.stopped = Some(why);
                return Ok(Vec::new());
            }
            Err(error) => error,
        };
        let mut again = Vec::new();
        for (job, fate) in jobs.into_iter().zip(fates) {
            match fate {
                Fate::Done => {}
                Fate::Again(fingerprint, size) => again.push(Job {
                    fingerprint,
                    size,
                    ..job
                }),
                Fate::Waiting if !last => again.push(job),
                Fate::Waiting => desks[job.desk].trouble(item_why(&broke)),
            }
        }
        Ok(again)
    }
}

/// What became of a job.
enum Fate {
    /// Not yet ended.
    Waiting,
    /// Kept, or given up.
    Done,
    /// It did not settle; this is its state now.
    Again(Fingerprint, Option<u64>),
}

/// The item under way.
struct Current {
    job: usize,
    body: Body,
    /// Bytes that came in this round.
    received: u64,
}

enum Body {
    Payload(Vec<u8>),
    File(Incoming),
    /// Too long to be what it says it is; its bytes are let pass.
    Refused,
}

/// Takes the parts of one fetch.
struct Tray<'a, 'w, C> {
    run: &'a mut sidekeep_archive::Run<'w>,
    kind: Kind,
    desks: &'a mut [Desk],
    jobs: Vec<Job>,
    offsets: Vec<u64>,
    fates: Vec<Fate>,
    last: bool,
    current: Option<Current>,
    meter: &'a mut crate::progress::Meter,
    now: C,
    rescue: bool,
    /// When the oldest item came that is not durable yet.
    unsynced: Option<Time>,
}

impl<C: Fn() -> Time> Tray<'_, '_, C> {
    fn take(&mut self, item: Item) -> Result<(), ArchiveError> {
        match item {
            Item::Begin(job) => self.begin(job),
            Item::Bytes(bytes) => self.bytes(&bytes),
            Item::End(outcome) => self.end(outcome),
            Item::Idle => self.sync(),
        }
    }

    fn begin(&mut self, job: usize) -> Result<(), ArchiveError> {
        // A link that repeats an item, or names one that nobody asked for, is not believed.
        if !matches!(self.fates.get(job), Some(Fate::Waiting)) {
            self.current = None;
            return Ok(());
        }
        let Job {
            desk,
            entry,
            fingerprint,
            size,
        } = &self.jobs[job];
        let desk = &self.desks[*desk];
        let body = if self.kind.is_file() {
            let key = desk.key(&desk.entry(*entry).remote);
            let mut incoming = self.run.receive(&key, fingerprint, *size)?;
            if incoming.len() != self.offsets[job] {
                incoming.restart()?;
            }
            Body::File(incoming)
        } else {
            Body::Payload(Vec::new())
        };
        let here = self.offsets[job];
        self.meter
            .kind(self.kind, (self.now)(), |kind| kind.bytes_done += here);
        self.current = Some(Current {
            job,
            body,
            received: 0,
        });
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
        self.meter
            .kind(self.kind, (self.now)(), |kind| kind.bytes_done += size);
        Ok(())
    }

    fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), ArchiveError> {
        let Some(Current { job, body, received }) = self.current.take() else {
            return Ok(());
        };
        let at = self.jobs[job].desk;
        self.desks[at].counts.bytes += received;
        let fate = match outcome {
            Ok(stat) => self.settle(job, body, received, stat)?,
            Err(error) => Err(item_why(&error)),
        };
        let (fate, unread) = match fate {
            Ok(fate) => (fate, false),
            Err(why) => {
                self.desks[at].trouble(why);
                (Fate::Done, true)
            }
        };
        let here = self.offsets[job] + received;
        let again = matches!(fate, Fate::Again(..));
        self.fates[job] = fate;
        let now = (self.now)();
        self.meter.kind(self.kind, now, |kind| {
            kind.unread += u64::from(unread);
            if again {
                kind.bytes_done -= here;
            } else {
                kind.items_done += 1;
            }
        });
        if self.rescue
            && self
                .unsynced
                .is_some_and(|since| now.millis() - since.millis() >= RESCUE_SYNC)
        {
            self.sync()?;
        }
        Ok(())
    }

    /// Keeps an item whose bytes are all of one state. The inner error says why it could not be read.
    fn settle(
        &mut self,
        job: usize,
        body: Body,
        received: u64,
        stat: Stat,
    ) -> Result<Result<Fate, Why>, ArchiveError> {
        let Job {
            desk,
            entry,
            fingerprint,
            size,
        } = &self.jobs[job];
        let (desk, entry) = (*desk, *entry);
        let state = stat.fingerprint.unwrap_or_else(|| fingerprint.clone());
        let size = stat.size.or(*size);
        let length = self.offsets[job] + received;
        if state != *fingerprint || size.is_some_and(|size| size != length) {
            if let Body::File(mut incoming) = body {
                incoming.restart()?;
            }
            return Ok(if self.last {
                Err(Why::new(Reason::ItemsChanging))
            } else {
                Ok(Fate::Again(state, stat.size))
            });
        }
        let now = (self.now)();
        let listed = self.desks[desk].entry(entry);
        let (collection, remote, marks) = (
            self.desks[desk].id().clone(),
            listed.remote.clone(),
            listed.marks.clone(),
        );
        match body {
            Body::Refused => return Ok(Err(Why::new(Reason::ItemsUnreadable).detail("too long"))),
            Body::Payload(raw) => {
                let media = stat.media.unwrap_or_else(unknown_media);
                let item = NewItem {
                    kind: self.kind,
                    collection,
                    remote,
                    fingerprint: state,
                    marks,
                    media: media.clone(),
                    at: now,
                };
                let change = self.run.payload(item, &raw)?;
                self.desks[desk].note(entry, change, || {
                    // What can no longer be read at all has lost every field.
                    Now::Read(Profile::of(self.kind, &media, &raw).unwrap_or_default())
                });
            }
            Body::File(incoming) => {
                let name = marks.name.clone().unwrap_or_else(|| file_name(remote.as_str()));
                let facts = facts(&incoming, &name)?;
                let taken = sidekeep_pictures::file_taken(&facts, &marks, &name);
                let file = NewFile {
                    kind: self.kind,
                    collection,
                    remote,
                    fingerprint: state,
                    marks,
                    facts,
                    taken,
                    at: now,
                };
                let change = self.run.keep(incoming, file)?;
                self.desks[desk].note(entry, change, || Now::Read(Profile::default()));
            }
        }
        self.unsynced.get_or_insert(now);
        Ok(Ok(Fate::Done))
    }

    fn sync(&mut self) -> Result<(), ArchiveError> {
        if self.unsynced.take().is_some() {
            self.run.sync()?;
        }
        Ok(())
    }
}

/// Facts of a received file. One that cannot be read back is kept as broken: its bytes came whole.
fn facts(incoming: &Incoming, name: &str) -> Result<Facts, ArchiveError> {
    let mut file = incoming.reader()?;
    Ok(sidekeep_pictures::facts(&mut file, name).unwrap_or_else(|error| {
        tracing::warn!(%error, "no facts of a received file");
        Facts {
            media: unknown_media(),
            taken: None,
            width: None,
            height: None,
            place: None,
            camera: None,
            duration: None,
            broken: true,
        }
    }))
}

fn unknown_media() -> Media {
    Media::from("application/octet-stream")
}

/// The last part of a path on the phone.
fn file_name(remote: &str) -> String {
    remote.rsplit('/').next().unwrap_or(remote).to_owned()
}

/// Why one item could not be read. A failure of one item says nothing of the others, unless the phone itself is locked
/// or gone.
fn item_why(error: &LinkError) -> Why {
    let why = error.why();
    let reason = match why.reason {
        // It was there when it was listed.
        Reason::Missing => Reason::ItemsChanging,
        reason @ (Reason::Locked | Reason::NotTrusted | Reason::Unplugged | Reason::Cancelled) => reason,
        _ => Reason::ItemsUnreadable,
    };
    Why { reason, ..why }
}
