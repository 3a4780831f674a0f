//! One file per command.

mod add;
mod demo;
mod export;
mod history;
mod hold;
mod list;
mod manual;
mod mirror;
mod pair;
mod phones;
mod restore;
mod search;
mod show;
mod status;
mod upkeep;

use std::future::Future;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sidekeep_engine::{Access, AdbKeys, Engine, Mdns, Vault};

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::terminal::Terminal;

/// What every command is given.
pub(crate) struct Context {
    pub(crate) engine: Engine,
    pub(crate) output: Output,
}

impl Context {
    /// Uses the passwords that are kept, and asks at the terminal for others.
    fn asking(self) -> Self {
        Self {
            engine: self.engine.secrets(Arc::new(Terminal::default())),
            ..self
        }
    }

    /// Uses the passwords that are kept, as far as nobody has to be asked.
    fn unasked(self) -> Self {
        Self {
            engine: self
                .engine
                .secrets(Arc::new(Vault::open().asking(crate::terminal::unasked))),
            ..self
        }
    }
}

/// Runs the command.
pub(crate) fn run(cli: Cli, output: Output) -> Result<Exit, Failure> {
    let archive = cli.archive;
    let context = || match archive.or_else(Engine::default_root) {
        Some(root) => Ok(Context {
            engine: Engine::at(root)
                .access(AdbKeys::of_user().map_or_else(Access::default, Access::with))
                .mdns(Mdns::listening()),
            output,
        }),
        None => Err(Failure::Usage("Name the archive's folder with --archive.".into())),
    };
    match cli.command {
        Command::Phones(phones) => phones::run(&context()?.unasked(), &phones),
        Command::Add(add) => add::add(&context()?, &add),
        Command::Forget { source } => add::forget(&context()?.asking(), &source),
        Command::Pair(pair) => pair::run(&context()?, &pair),
        Command::Mirror(mirror) => mirror::run(&context()?.asking(), &mirror),
        Command::Status => status::run(&context()?),
        Command::List { kind, filter } => list::run(&context()?, kind, &filter),
        Command::Search { words, limit } => search::run(&context()?, &words.join(" "), limit),
        Command::Show { id, raw, history } => show::run(&context()?, id, raw, history),
        Command::History { run } => history::run(&context()?, run.map(|run| run.0)),
        Command::Hold { decision } => hold::run(&context()?, decision),
        Command::Export(export) => export::run(&context()?, &export),
        Command::Restore(wish) => restore::run(&context()?.asking(), &wish),
        Command::Verify { sample, drill } => upkeep::verify(&context()?, sample, drill),
        Command::Rebuild => upkeep::rebuild(&context()?),
        Command::Dump => upkeep::dump(&context()?),
        Command::Demo { into } => demo::run(into, output),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::page(),
    }
}

/// Runs one asynchronous piece of work to its end, on this thread and one more, which carries the phone's bytes. Further
/// threads would make nothing faster, and each holds memory of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
}

/// Whether the person has asked to stop.
#[derive(Clone, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on, the first Ctrl-C asks the work to stop in order; a second one ends the process.
    pub(crate) fn on_signal() -> Result<Self, Failure> {
        let stop = Self::default();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let asked = stop.clone();
        std::thread::spawn(move || {
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_ok() {
                    asked.0.store(true, Ordering::Relaxed);
                }
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(i32::from(Exit::Failed as u8));
                }
            });
        });
        Ok(stop)
    }

    /// Go on, or stop here.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        if self.0.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Now, by this computer's clock.
pub(crate) fn now() -> sidekeep_model::Time {
    chrono::Utc::now().into()
}

/// How long ago, for people.
pub(crate) fn ago(time: sidekeep_model::Time) -> String {
    let millis = now().millis().saturating_sub(time.millis());
    let span = std::time::Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    format!("{} ago", crate::words::span(span))
}

/// A time of this computer's clock as a person reads it: local, to the minute.
pub(crate) fn local(time: sidekeep_model::Time) -> String {
    time.utc()
        .with_timezone(&chrono::Local)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}
