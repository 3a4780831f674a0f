//! The one long piece of work at a time: a mirror run, a check, an export, a restore. Started by a front end, watched and cancelled
//! from anywhere, and independent of whoever started it: a window may close.
//!
//! It adds nothing to what the engine does; a panic in it is an end like any other.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use sidekeep_links::folder::FolderPhone;
use sidekeep_model::{Identity, SourceName, Time};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::ending::{ended, failed, picked, said, worse};
use crate::screen::{
    Ended, ExportDone, ExportOrder, Job, RestoreDone, RestoreOrder, Running, Stage, Trouble, TroubleKind,
    carry_out,
};
use crate::{
    Clock, Engine, EngineError, ErrorKind, LinkError, Options, Outcome, Phase, Source, VerifyOptions, Watch,
};

/// Least time between two publications within a check or an export, in milliseconds; a mirror run has its own.
const THROTTLE: i64 = 100;

/// The one long piece of work at a time. Clones share it.
#[derive(Clone, Debug)]
pub struct Work {
    runtime: Handle,
    clock: Clock,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    running: watch::Sender<Option<Running>>,
    /// Asked by the work under way; a new one with each.
    stop: Mutex<Watch>,
}

impl Work {
    /// Works on `runtime`, by `clock`.
    pub fn new(runtime: Handle, clock: Clock) -> Self {
        Self {
            runtime,
            clock,
            shared: Arc::new(Shared {
                running: watch::Sender::new(None),
                stop: Mutex::new(Watch::new()),
            }),
        }
    }

    /// What is going on, from now on: the newest value at most ten times a second, and the end of each work. None
    /// until there was any.
    pub fn watch(&self) -> watch::Receiver<Option<Running>> {
        self.shared.running.subscribe()
    }

    /// What is going on now; None when nothing is.
    pub fn running(&self) -> Option<Running> {
        let running = self.shared.running.borrow();
        running.clone().filter(|running| running.ended.is_none())
    }

    /// Asks what is going on to stop. It finishes the write under way; what has arrived is kept.
    pub fn cancel(&self) {
        self.stop().cancel();
        self.shared.running.send_if_modified(|running| match running {
            Some(running) if running.ended.is_none() => !std::mem::replace(&mut running.stopping, true),
            _ => false,
        });
    }

    /// Returns once nothing is going on.
    pub async fn ended(&self) {
        let mut watch = self.watch();
        let idle = |running: &Option<Running>| running.as_ref().is_none_or(|running| running.ended.is_some());
        // The sender lives as long as `self`, so this cannot fail.
        let _ = watch.wait_for(idle).await;
    }

    /// Mirrors the phone at `source`, or rescues it.
    ///
    /// # Errors
    /// `Running` when something is going on already.
    pub fn mirror(&self, engine: &Engine, source: Source, rescue: bool) -> Result<(), Trouble> {
        let job = if rescue { Job::Rescue } else { Job::Mirror };
        let turn = self.begin(job, Some(source.name()))?;
        let engine = engine.clone();
        self.spawn(async move {
            turn.name(engine.known(&source.name()));
            let options = Options {
                rescue,
                ..turn.options(&source)
            };
            let report = turn.follow(engine.mirror(&source, &options, &turn.stop)).await?;
            turn.name(Some(report.phone.clone()));
            Ok(ended(&report))
        });
        Ok(())
    }

    /// Mirrors files and folders that the owner picked: each folder as the source that it is, single files as what is
    /// known of their folder: nothing else in it is read, and nothing is taken for gone.
    ///
    /// # Errors
    /// `Running` when something is going on already; `BadOrder` when nothing was picked.
    pub fn bring_in(&self, engine: &Engine, paths: &[PathBuf]) -> Result<(), Trouble> {
        let picks = picks(paths);
        let Some(first) = picks.first() else {
            return Err(Trouble::new(TroubleKind::BadOrder, None, String::new()));
        };
        let turn = self.begin(Job::Mirror, Some(Source::Folder(first.folder.clone()).name()))?;
        let engine = engine.clone();
        self.spawn(async move {
            let mut worst = Ended::complete();
            for Pick { folder, files } in picks {
                let source = Source::Folder(folder.clone());
                let options = turn.options(&source);
                let (report, end) = if files.is_empty() {
                    let report = turn.follow(engine.mirror(&source, &options, &turn.stop)).await?;
                    let end = ended(&report);
                    (report, end)
                } else {
                    let mut phone = FolderPhone::picked(&folder, &files)?;
                    let run = engine.mirror_phone(&mut phone, &options, &turn.stop);
                    let report = turn.follow(run).await?;
                    let end = picked(&report, &files);
                    (report, end)
                };
                turn.name(Some(report.phone));
                worst = worse(worst, end);
                if turn.stop.is_cancelled() {
                    break;
                }
            }
            Ok(worst)
        });
        Ok(())
    }

    /// Re-reads the whole archive.
    ///
    /// # Errors
    /// `Running` when something is going on already.
    pub fn verify(&self, engine: &Engine) -> Result<(), Trouble> {
        let turn = self.begin(Job::Verify, None)?;
        let engine = engine.clone();
        self.spawn(async move {
            turn.blocking(move |turn| {
                let options = VerifyOptions {
                    at: turn.clock.now(),
                    sample: None,
                    jobs: 0,
                };
                let mut pace = Pace::of(turn);
                let verified = engine.verify(&options, &mut |progress| {
                    pace.tell(
                        (progress.files, progress.files_total),
                        (progress.bytes, progress.bytes_total),
                    )
                })?;
                let check = verified.check;
                Ok(Ended {
                    trouble: check.damage.first().map(|damage| {
                        let detail = check.damage.len().to_string();
                        Trouble::new(TroubleKind::Damaged, Some(damage.path.clone()), detail)
                    }),
                    ..Ended::complete()
                })
            })
            .await
        });
        Ok(())
    }

    /// Carries an export out.
    ///
    /// # Errors
    /// `Running` when something is going on already; `BadOrder` when the order names no folder; as the exporter says.
    pub async fn export(&self, engine: &Engine, order: ExportOrder) -> Result<ExportDone, Trouble> {
        let Some(to) = order.to.clone() else {
            return Err(Trouble::new(TroubleKind::BadOrder, None, String::new()));
        };
        let turn = self.begin(Job::Export, None)?;
        let engine = engine.clone();
        let (give, done) = oneshot::channel();
        let ended = self.spawn(async move {
            turn.blocking(move |turn| {
                let mut pace = Pace::of(turn);
                let exported = carry_out(&engine, &order, &to, &mut |progress| {
                    pace.tell(
                        (progress.items, progress.items_total),
                        (progress.bytes, progress.bytes_total),
                    )
                })?;
                // Whoever asked may have gone; the files are there all the same.
                let _ = give.send(exported);
                Ok(Ended::complete())
            })
            .await
        });
        let ended = ended.await.ok().and_then(|ended| ended.trouble);
        done.await
            .map_err(|_| ended.unwrap_or_else(|| Trouble::bug("an export ended without a result")))
    }

    /// Puts something kept back, or looks at what that would write. The phone is mirrored first, in both cases.
    ///
    /// # Errors
    /// `Running` when something is going on already; `BadSource` when the order names none; as the restore says.
    pub async fn restore(
        &self,
        engine: &Engine,
        order: RestoreOrder,
        preview: bool,
    ) -> Result<RestoreDone, Trouble> {
        let source = Source::parse(order.to.as_str(), Path::new("/")).map_err(EngineError::from)?;
        let job = if preview { Job::Preview } else { Job::Restore };
        let turn = self.begin(job, Some(source.name()))?;
        let engine = engine.clone();
        let (give, done) = oneshot::channel();
        let ended = self.spawn(async move {
            turn.name(engine.known(&source.name()));
            let (restore, options) = (order.options(preview), turn.options(&source));
            let run = engine.restore(&source, order.kind, &restore, &options, &turn.stop);
            let report = turn.follow(run).await?;
            turn.name(Some(report.fresh.phone.clone()));
            let restored = RestoreDone::of(report, preview);
            let ended = restored.ended();
            // Whoever asked may have gone; what was written stands in the history.
            let _ = give.send(restored);
            Ok(ended)
        });
        let ended = ended.await.ok().and_then(|ended| ended.trouble);
        done.await
            .map_err(|_| ended.unwrap_or_else(|| Trouble::bug("a restore ended without a result")))
    }

    fn stop(&self) -> Watch {
        // A watch is whole at every moment, so that a panic elsewhere leaves nothing half-done in it.
        self.shared
            .stop
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes the one place there is.
    fn begin(&self, job: Job, source: Option<SourceName>) -> Result<Turn, Trouble> {
        let mut stop = self.shared.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if self.running().is_some() {
            return Err(Trouble::running());
        }
        *stop = Watch::new();
        self.shared.running.send_replace(Some(Running::new(job, source)));
        Ok(Turn {
            shared: self.shared.clone(),
            clock: self.clock.clone(),
            stop: stop.clone(),
        })
    }

    /// Lets the work go on by itself, and tells its end whatever happens to it.
    fn spawn(
        &self,
        work: impl Future<Output = Result<Ended, EngineError>> + Send + 'static,
    ) -> JoinHandle<Ended> {
        let shared = self.shared.clone();
        let work = self.runtime.spawn(work);
        self.runtime.spawn(async move {
            let ended = match work.await {
                Ok(Ok(ended)) => ended,
                Ok(Err(error)) => failed(&error),
                Err(error) => Ended {
                    run: None,
                    outcome: Outcome::Failed,
                    trouble: Some(Trouble::bug(said(error))),
                },
            };
            shared.change(|running| {
                running.stage = Stage::Done;
                running.left = None;
                running.ended = Some(ended.clone());
            });
            ended
        })
    }
}

impl Shared {
    fn change(&self, change: impl FnOnce(&mut Running)) {
        self.running.send_modify(|running| {
            if let Some(running) = running {
                change(running);
            }
        });
    }
}

/// The place of the work under way.
struct Turn {
    shared: Arc<Shared>,
    clock: Clock,
    stop: Watch,
}

impl Turn {
    fn options(&self, source: &Source) -> Options {
        Options {
            clock: self.clock.clone(),
            ..Options::new(source.name())
        }
    }

    fn name(&self, phone: Option<Identity>) {
        if let Some(phone) = phone {
            self.shared.change(|running| {
                running.phone = Some(phone.id);
                running.phone_name = Some(phone.name);
            });
        }
    }

    /// Carries a run out, telling how far it is.
    async fn follow<T>(&self, run: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
        let mut progress = self.stop.progress();
        let mut run = pin!(run);
        loop {
            tokio::select! {
                report = &mut run => return report,
                Ok(()) = progress.changed() => {
                    let now = progress.borrow_and_update().clone();
                    self.shared.change(|running| running.take(now));
                }
                // A run that has begun ends by itself, in good order; a phone that does not answer need not be waited for.
                () = self.stop.cancelled(), if self.stop.progress().borrow().phase == Phase::Starting => {
                    return Err(LinkError::new(ErrorKind::Stopped, "while reaching the phone").into());
                }
            }
        }
    }

    /// Carries out what blocks; a panic in it is one of the work.
    async fn blocking(
        self,
        work: impl FnOnce(&Turn) -> Result<Ended, EngineError> + Send + 'static,
    ) -> Result<Ended, EngineError> {
        match tokio::task::spawn_blocking(move || work(&self)).await {
            Ok(ended) => ended,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is going down before the thread began; nothing polls this again.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

/// Tells how far a check or an export is, now and then.
struct Pace<'a> {
    turn: &'a Turn,
    began: Time,
    told: Option<Time>,
}

impl<'a> Pace<'a> {
    fn of(turn: &'a Turn) -> Self {
        Self {
            turn,
            began: turn.clock.now(),
            told: None,
        }
    }

    /// So many of so many items and bytes are done.
    fn tell(&mut self, items: (u64, u64), bytes: (u64, u64)) -> ControlFlow<()> {
        let now = self.turn.clock.now();
        // A clock that was set back must not silence it.
        let due = |last: Time| !(0..THROTTLE).contains(&(now.millis() - last.millis()));
        if self.told.is_none_or(due) {
            self.told = Some(now);
            let elapsed = u64::try_from(now.millis() - self.began.millis()).unwrap_or(0);
            self.turn.shared.change(|running| {
                (running.items_done, running.items) = (items.0, Some(items.1));
                (running.bytes_done, running.bytes) = (bytes.0, Some(bytes.1).filter(|bytes| *bytes > 0));
                running.rate = (bytes.0 * 1000).checked_div(elapsed).unwrap_or(0);
                let (done, all) = if bytes.1 > 0 { bytes } else { items };
                let left = u128::from(all.saturating_sub(done)) * u128::from(elapsed);
                running.left = left
                    .checked_div(u128::from(done) * 1000)
                    .and_then(|left| u64::try_from(left).ok());
            });
        }
        if self.turn.stop.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Picked files of one folder; none named means the folder itself was picked.
#[derive(Debug, PartialEq, Eq)]
struct Pick {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

/// What was picked, by folder, in the order of picking.
fn picks(paths: &[PathBuf]) -> Vec<Pick> {
    let mut picks: Vec<Pick> = Vec::new();
    for path in paths {
        let parent = path.parent().filter(|_| !path.is_dir());
        let Some(folder) = parent else {
            picks.push(Pick {
                folder: path.clone(),
                files: Vec::new(),
            });
            continue;
        };
        let same = |pick: &&mut Pick| pick.folder == folder && !pick.files.is_empty();
        match picks.iter_mut().find(same) {
            Some(pick) => pick.files.push(path.clone()),
            None => picks.push(Pick {
                folder: folder.to_owned(),
                files: vec![path.clone()],
            }),
        }
    }
    picks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> Work {
        Work::new(Handle::current(), Clock::system())
    }

    #[tokio::test]
    async fn a_panic_is_an_end_like_any_other() {
        let work = work();
        for blocking in [false, true] {
            let turn = work.begin(Job::Verify, None).unwrap();
            work.spawn(async move {
                if blocking {
                    return turn.blocking(|_| panic!("no")).await;
                }
                panic!("no")
            });
            work.ended().await;
            let ended = work
                .watch()
                .borrow()
                .clone()
                .and_then(|running| running.ended)
                .unwrap();
            assert_eq!(ended.outcome, Outcome::Failed);
            assert_eq!(ended.trouble, Some(Trouble::bug("no")));
            assert_eq!(work.running(), None, "the next may begin");
        }
    }

    #[tokio::test]
    async fn one_at_a_time() {
        let work = work();
        let turn = work.begin(Job::Verify, None).unwrap();
        let refused = work.begin(Job::Export, None).err().map(|trouble| trouble.kind);
        assert_eq!(refused, Some(TroubleKind::Running));
        assert!(!work.running().unwrap().stopping);
        work.cancel();
        assert!(work.running().unwrap().stopping && turn.stop.is_cancelled());
        work.spawn(async move { turn.blocking(|_| Ok(Ended::complete())).await });
        work.ended().await;
        let turn = work.begin(Job::Verify, None).unwrap();
        assert!(
            !turn.stop.is_cancelled(),
            "an old wish to stop is not the next one's"
        );
    }

    #[tokio::test]
    async fn how_far_it_is() {
        let work = work();
        let turn = work.begin(Job::Export, None).unwrap();
        let began = turn.clock.now();
        let mut pace = Pace {
            began: Time::from_millis(began.millis() - 10_000).unwrap(),
            ..Pace::of(&turn)
        };
        assert_eq!(pace.tell((1, 4), (0, 0)), ControlFlow::Continue(()));
        let running = work.running().unwrap();
        assert_eq!(
            (running.items_done, running.items, running.bytes),
            (1, Some(4), None)
        );
        assert!((29..=31).contains(&running.left.unwrap()), "{:?}", running.left);
        work.cancel();
        assert_eq!(pace.tell((2, 4), (500, 1000)), ControlFlow::Break(()));
        assert_eq!(work.running().unwrap().items_done, 1, "ten a second are enough");
    }

    #[test]
    fn picks_by_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("trip")).unwrap();
        for name in ["a.vcf", "b.jpg", "trip/c.jpg"] {
            std::fs::write(at(name), b"x").unwrap();
        }
        let pick = |folder: PathBuf, files: &[&str]| Pick {
            folder,
            files: files.iter().map(|name| at(name)).collect(),
        };
        assert_eq!(
            picks(&["a.vcf", "trip", "trip/c.jpg", "b.jpg"].map(at)),
            [
                pick(at(""), &["a.vcf", "b.jpg"]),
                pick(at("trip"), &[]),
                pick(at("trip"), &["trip/c.jpg"]),
            ]
        );
        assert_eq!(picks(&[]), []);
    }
}
