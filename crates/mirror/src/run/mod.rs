//! Carrying a run out: kind by kind, in the order of [`Kind`], with one writer.

mod fetch;
mod judge;
mod kind;
mod pictures;
mod restore;
mod table;
mod tray;

pub use restore::restore;

use std::collections::HashSet;
use std::time::Duration;

use sidekeep_archive::{ArchiveError, Counts, NewRun, Outcome, Purpose, Suspicion, Verdict, Writer};
use sidekeep_links::{Offer, Offers, Phone};
use sidekeep_model::{CollectionId, Identity, Kind, Reading, Reason, RemoteId, Why};

use crate::progress::{Meter, Phase};
use crate::relay::{Remote, relay};
use crate::{Judged, Options, Report, RunError, Watch};

/// How long a phone may take to notice that the run was cancelled.
const GRACE: Duration = Duration::from_secs(3);

/// Mirrors a phone into an archive, then closes the archive.
///
/// The archive is written by a thread of its own, so that the future never blocks; it must be polled within a tokio
/// runtime with time enabled. Cancel through `watch`. A future that is dropped instead cancels the run too: the thread
/// then seals the journal by itself and lets go of the lock.
///
/// # Errors
/// When the archive cannot be written; what was durable before is kept and the run is sealed if the disk allows. A lost
/// link is not an error: see [`Report::outcome`].
pub async fn run(
    phone: &mut dyn Phone,
    writer: Writer,
    options: &Options,
    watch: &Watch,
) -> Result<Report, RunError> {
    mirror(phone, writer, options, watch).await.1
}

/// [`run`], and the writer back.
async fn mirror(
    phone: &mut dyn Phone,
    writer: Writer,
    options: &Options,
    watch: &Watch,
) -> (Writer, Result<Report, RunError>) {
    let (identity, offers) = (phone.identity().clone(), phone.offers());
    let (options, own) = (options.clone(), watch.clone());
    on_thread(phone, writer, watch, move |writer, remote| {
        perform(writer, remote, identity, &offers, &options, &own)
    })
    .await
}

/// Does blocking work on a thread of its own, with the writer and a phone that blocks.
async fn on_thread<T: Send + 'static>(
    phone: &mut dyn Phone,
    mut writer: Writer,
    watch: &Watch,
    work: impl FnOnce(&mut Writer, Remote) -> T + Send + 'static,
) -> (Writer, T) {
    let (remote, relay) = relay(watch.clone(), GRACE);
    let work = tokio::task::spawn_blocking(move || {
        let done = work(&mut writer, remote);
        (writer, done)
    });
    relay.serve(phone).await;
    match work.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        // The runtime is shutting down before the thread began; nothing polls this future again.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// A run under way.
struct Course<'a> {
    run: sidekeep_archive::Run<'a>,
    remote: Remote,
    options: &'a Options,
    watch: &'a Watch,
    /// What was asked for and the link carries.
    readable: Vec<Kind>,
    meter: Meter,
    judged: Vec<Judged>,
    /// What is suspicious only of a kind as a whole.
    doubted: Vec<(Kind, Suspicion)>,
    /// Files that were kept and are broken.
    broken: u64,
    /// The link is lost or the run was cancelled: nothing more comes from the phone.
    stopped: Option<Why>,
    /// What this run itself wrote to the phone: that it changed is no suspicion.
    written: HashSet<(CollectionId, RemoteId)>,
    /// What the phone was seen to have after a restore wrote to it.
    shown: HashSet<(CollectionId, RemoteId)>,
}

/// The whole run, blocking.
fn perform(
    writer: &mut Writer,
    remote: Remote,
    phone: Identity,
    offers: &Offers,
    options: &Options,
    watch: &Watch,
) -> Result<Report, RunError> {
    let asked: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| options.asks_for(*kind))
        .collect();
    // What nobody asked for by name and the link cannot carry is told (PRODUCT R15) but is no part of the task.
    let task: Vec<Kind> = asked
        .iter()
        .copied()
        .filter(|kind| !options.kinds.is_empty() || offers.of(*kind) == Offer::Readable)
        .collect();
    let began = options.clock.now();
    let purpose = if options.rescue {
        Purpose::Rescue
    } else {
        Purpose::Mirror
    };
    let begun = writer.begin(NewRun {
        purpose,
        phone: phone.clone(),
        source: options.source.clone(),
        kinds: task.clone(),
        at: began,
    });
    let run = begun.map_err(|error| RunError::new(None, error))?;
    let id = run.id().clone();
    let readable = asked.iter().copied();
    let readable = readable.filter(|kind| offers.of(*kind) == Offer::Readable);
    let mut course = Course {
        run,
        remote,
        options,
        watch,
        readable: readable.collect(),
        meter: Meter::new(watch.clone(), &task),
        judged: Vec::new(),
        doubted: Vec::new(),
        broken: 0,
        stopped: None,
        written: HashSet::new(),
        shown: HashSet::new(),
    };

    let read = asked
        .iter()
        .try_for_each(|kind| course.kind(*kind, offers.of(*kind)));
    let outcome = match read {
        Ok(()) => outcome(&course.judged, &task, course.stopped.as_ref()),
        Err(_) => Outcome::Failed,
    };
    course.meter.phase(Phase::Finishing, options.clock.now());
    let without_picture = read.as_ref().ok().map(|()| course.run.without_picture());
    let ended = options.clock.now();
    // After a failure too: it seals what is safe.
    let finished = course.run.finish(outcome, ended);
    course.meter.phase(Phase::Done, ended);
    // The first failure is the cause; one while sealing is its consequence.
    let failed = |error| RunError::new(Some(id.clone()), error);
    read.and(finished).map_err(failed)?;
    let without_picture = without_picture.transpose().map_err(failed)?.unwrap_or_default();
    Ok(Report {
        run: id,
        phone,
        began,
        ended,
        outcome,
        stopped: course.stopped,
        judged: course.judged,
        doubted: course.doubted,
        broken: course.broken,
        without_picture,
    })
}

impl Course<'_> {
    fn kind(&mut self, kind: Kind, offer: Offer) -> Result<(), ArchiveError> {
        if self.stopped.is_none() && self.watch.is_cancelled() {
            self.stopped = Some(Why::new(Reason::Cancelled));
        }
        match (&self.stopped, offer) {
            (_, Offer::Not(why)) => self.judge_kind(kind, Reading::unavailable(why), None)?,
            (Some(why), Offer::Readable) => {
                let reading = Reading::unavailable(why.clone());
                self.judge_kind(kind, reading, None)?;
            }
            (None, Offer::Readable) => self.mirror(kind)?,
        }
        self.meter
            .kind(kind, self.options.clock.now(), |kind| kind.done = true);
        Ok(())
    }

    /// Writes down what is said of a kind as a whole.
    fn judge_kind(
        &mut self,
        kind: Kind,
        reading: Reading,
        cursor: Option<String>,
    ) -> Result<(), ArchiveError> {
        let verdict = Verdict {
            kind,
            collection: None,
            reading,
            accepted: true,
            suspicions: Vec::new(),
            counts: Counts::default(),
            cursor,
        };
        self.run.verdict(verdict.clone())?;
        self.judged.push(Judged {
            collection: None,
            verdict,
        });
        Ok(())
    }
}

/// How the run ended, by what it set out to do.
fn outcome(judged: &[Judged], task: &[Kind], stopped: Option<&Why>) -> Outcome {
    match stopped {
        Some(why) if why.reason == Reason::Cancelled => return Outcome::Cancelled,
        Some(_) => return Outcome::Failed,
        None => {}
    }
    let mut readings = judged
        .iter()
        .filter(|judged| task.contains(&judged.verdict.kind))
        .map(|judged| &judged.verdict.reading);
    let (mut complete, mut nothing) = (true, true);
    for reading in readings.by_ref() {
        complete &= reading.is_complete();
        nothing &= matches!(reading, Reading::Unavailable { .. });
    }
    match (complete, nothing) {
        (true, _) => Outcome::Complete,
        (false, true) => Outcome::Failed,
        (false, false) => Outcome::Partial,
    }
}
