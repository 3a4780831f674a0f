//! `mirror`: one run per phone, its progress, and what came of it.

use std::time::Duration;

use serde_json::json;
use sidekeep_engine::{EngineError, Options, Outcome, Preview, Report, Source, Suspicion, Watch};
use sidekeep_model::{Collection, Reading};

use super::{Context, block_on};
use crate::args::Mirror;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::{progress, words};

/// What to do now, before the first byte (PRODUCT R2).
const RESCUE_ADVICE: &str = "\
Until this is done: keep the phone charging and switched on. Do not reset it, do not sign out of any account, do not
update it, do not take out the battery or the SIM. If it is on USB, switch it to aeroplane mode, so that an empty server
cannot empty it. Nothing is written to the phone.";

/// How long a phone is waited for that its owner has to unlock, or to tap Allow on.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn run(context: &Context, mirror: &Mirror) -> Result<Exit, Failure> {
    let sources = sources(context, &mirror.phones)?;
    if mirror.rescue {
        context.output.warn(RESCUE_ADVICE);
    }
    let mut worst = Exit::Done;
    let mut failed = None;
    for source in &sources {
        if sources.len() > 1 {
            context.output.summary(format!("{source}:"))?;
        }
        let ended = if mirror.dry_run {
            plan(context, mirror, source)
        } else {
            one(context, mirror, source)
        };
        match ended {
            Ok(exit) => worst = worst.max(exit),
            // One phone that is away must not keep the others from being mirrored.
            Err(failure) if sources.len() > 1 => {
                context
                    .output
                    .warn(format!("sidekeep: {source}: {}", failure.words()));
                context.output.object(&failure.object())?;
                failed = Some(failure.exit());
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(failed.unwrap_or(worst))
}

/// A failure that names its source.
pub(super) fn at(source: &Source) -> impl FnOnce(EngineError) -> Failure {
    let from = Box::new(source.clone());
    move |error| Failure::At { from, error }
}

fn sources(context: &Context, named: &[String]) -> Result<Vec<Source>, Failure> {
    let here = std::env::current_dir()?;
    let names = if named.is_empty() {
        context
            .engine
            .remembered()?
            .into_iter()
            .map(|known| known.source.0)
            .collect()
    } else {
        named.to_vec()
    };
    if names.is_empty() {
        let words = "No source is remembered. Name one (sidekeep mirror adb://HOST:PORT), or add it: sidekeep add SOURCE";
        return Err(Failure::Usage(words.into()));
    }
    Ok(names
        .iter()
        .map(|name| context.engine.source(name, &here))
        .collect::<Result<_, EngineError>>()?)
}

fn options(mirror: &Mirror, source: &Source) -> Options {
    let mut options = Options::new(source.name());
    options.kinds.clone_from(&mirror.only);
    options.rescue = mirror.rescue;
    options
}

fn one(context: &Context, mirror: &Mirror, source: &Source) -> Result<Exit, Failure> {
    let watch = Watch::new();
    let report = block_on(async {
        let shown = tokio::spawn(progress::show(watch.clone(), context.output.quiet));
        let stop = tokio::spawn(stop_on_signal(watch.clone(), context.output));
        let engine = match mirror.jobs {
            Some(jobs) => context.engine.clone().jobs(usize::from(jobs)),
            None => context.engine.clone(),
        };
        let options = options(mirror, source);
        let mut report = engine.mirror(source, &options, &watch).await;
        let waits = matches!(
            source,
            Source::Mtp { .. } | Source::Adb { .. } | Source::AdbWifi { .. } | Source::AdbUsb { .. }
        );
        if let Err(EngineError::Link(error)) = &report
            && waits
            && let Some(needs) = words::wait(error.kind())
        {
            context
                .output
                .warn(format!("{needs} It is mirrored as soon as it can be read."));
            report = engine.patience(PATIENCE).mirror(source, &options, &watch).await;
        }
        drop(watch);
        stop.abort();
        if report.is_err() {
            shown.abort();
        }
        // The display has no say in how the run ended.
        let _ = shown.await;
        report
    })?
    .map_err(at(source))?;
    let verified = context.engine.archive()?.verified()?;
    let noticed = verified.since.iter().filter(|noticed| noticed.check.files == 0);
    let lost: usize = noticed.map(|noticed| noticed.check.damage.len()).sum();
    if lost > 0 {
        context.output.warn(words::noticed(lost as u64));
    }
    tell(context.output, &report)
}

/// The first Ctrl-C ends the run in order; the archive is valid at any instant, so a second may end it at once.
pub(crate) async fn stop_on_signal(watch: Watch, output: Output) {
    if tokio::signal::ctrl_c().await.is_ok() {
        output.warn("Stopping. What has arrived is kept.");
        watch.cancel();
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        std::process::exit(i32::from(Exit::Failed as u8));
    }
}

/// Says what a run did, and how it ended.
pub(crate) fn tell(output: Output, report: &Report) -> Result<Exit, Failure> {
    let collections: Vec<_> = report
        .judged
        .iter()
        .map(|judged| {
            json!({ "name": judged.collection.as_ref().map(|collection| &collection.name), "verdict": judged.verdict })
        })
        .collect();
    output.object(&json!({
        "run": report.run, "phone": report.phone, "began": report.began, "ended": report.ended,
        "outcome": report.outcome, "held": report.held().count(), "counts": report.counts(), "broken": report.broken,
        "without_picture": report.without_picture.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
        "collections": collections,
    }))?;
    let (never, judged): (Vec<_>, Vec<_>) = report
        .judged
        .iter()
        .partition(|judged| judged.verdict.reading.is_beyond_link());
    if !never.is_empty() {
        let kinds: Vec<&str> = never
            .iter()
            .map(|judged| words::nouns(judged.verdict.kind))
            .collect();
        output.summary(format!("cannot be read over this link: {}", kinds.join(", ")))?;
    }
    for judged in judged {
        let verdict = &judged.verdict;
        let place = place(judged.collection.as_ref());
        let kind = words::nouns(verdict.kind);
        let reading = words::reading(&verdict.reading);
        match &verdict.reading {
            Reading::Complete => {
                output.summary(format!("{kind}{place}: {}", words::counts(&verdict.counts)))?
            }
            Reading::Partial { .. } if judged.collection.is_some() => {
                output.summary(format!(
                    "{kind}{place}: {} ({reading})",
                    words::counts(&verdict.counts)
                ))?;
            }
            // What is said of a kind beside its collections has no numbers.
            Reading::Partial { .. } | Reading::Unavailable { .. } => {
                output.summary(format!("{kind}{place}: {reading}"))?;
            }
        }
        // What is suspicious of the kind as a whole is said once, below.
        let doubted = |suspicion: &&Suspicion| {
            let mut whole = report.doubted.iter();
            whole.any(|(kind, whole)| *kind == verdict.kind && whole == *suspicion)
        };
        for suspicion in verdict.suspicions.iter().filter(|one| !doubted(one)) {
            output.warn(format!(
                "Suspicious: {kind}{place}: {}",
                words::suspicion(suspicion, verdict.kind)
            ));
        }
    }
    for (kind, suspicion) in &report.doubted {
        let (nouns, words) = (words::nouns(*kind), words::suspicion(suspicion, *kind));
        output.warn(format!(
            "Suspicious: {nouns}, of several collections together: {words}"
        ));
    }
    for (why, count) in &report.without_picture {
        output.summary(words::without_picture(*why, *count))?;
    }
    if report.broken > 0 {
        output.warn(words::broken(report.broken));
    }
    let (exit, sentence) = ending(report);
    output.summary(sentence)?;
    Ok(exit)
}

fn ending(report: &Report) -> (Exit, String) {
    let who = Output::clean(&report.phone.name);
    if report.held().next().is_some() {
        let run = &report.run;
        return (
            Exit::Held,
            format!(
                "Held back. The last good view of {who} stays; the new bytes are kept aside. Look at \
                 `sidekeep history {run}`, then `sidekeep hold accept {run}` if it is meant to be so, or `sidekeep hold \
                 refuse {run}`. What was lost there, `sidekeep restore KIND --to SOURCE --as-of TIME` puts back."
            ),
        );
    }
    match report.outcome {
        Outcome::Complete => (Exit::Done, format!("{who}: complete.")),
        Outcome::Partial => (
            Exit::Partial,
            format!("{who}: partial. What could not be read is named above."),
        ),
        Outcome::Failed => (
            Exit::Failed,
            match &report.stopped {
                Some(why) => format!(
                    "{who}: failed ({}). What arrived is kept; run again to go on.",
                    words::reason(why)
                ),
                // Nothing broke off: there is nothing of what was asked for.
                None => format!("{who}: failed. Nothing could be read; why is said above."),
            },
        ),
        Outcome::Cancelled => (
            Exit::Failed,
            format!("{who}: stopped. What arrived is kept; run again to go on."),
        ),
        Outcome::Interrupted => (
            Exit::Failed,
            format!("{who}: cut off. What arrived is kept; run again to go on."),
        ),
    }
}

fn plan(context: &Context, mirror: &Mirror, source: &Source) -> Result<Exit, Failure> {
    let previews = block_on(context.engine.plan(source, &options(mirror, source)))?.map_err(at(source))?;
    let mut exit = Exit::Done;
    for preview in &previews {
        context.output.object(preview)?;
        context.output.line(words(preview))?;
        for suspicion in &preview.suspicions {
            context.output.warn(format!(
                "Suspicious: {}",
                words::suspicion(suspicion, preview.kind)
            ));
            exit = exit.max(Exit::Held);
        }
        // As in a run: what the link cannot carry at all counts only where it was asked for by name.
        let beyond = preview.reading.is_beyond_link() && mirror.only.is_empty();
        if !preview.reading.is_complete() && !beyond {
            exit = exit.max(Exit::Partial);
        }
    }
    context.output.summary("Nothing was written.")?;
    Ok(exit)
}

/// ` in <collection>`, or nothing for a kind as a whole.
fn place(collection: Option<&Collection>) -> String {
    match collection {
        Some(collection) if !collection.name.is_empty() => format!(" in {}", Output::clean(&collection.name)),
        _ => String::new(),
    }
}

/// One line of a plan; what is zero is left out.
fn words(preview: &Preview) -> String {
    let place = place(preview.collection.as_ref());
    let kind = words::nouns(preview.kind);
    if let Reading::Unavailable { .. } = preview.reading {
        return format!("{kind}{place}: {}", words::reading(&preview.reading));
    }
    let mut parts = vec![format!("{} there", words::number(preview.listed))];
    let named = [
        (preview.new, "new"),
        (preview.changed, "changed"),
        (preview.damaged, "damaged here, to fetch again"),
        (preview.marked, "to note"),
        (preview.back, "there again"),
        (preview.gone, "no longer there"),
        (preview.unchanged, "unchanged"),
    ];
    let named = named.iter().filter(|(count, _)| *count > 0);
    parts.extend(named.map(|(count, name)| format!("{} {name}", words::number(*count))));
    if preview.bytes > 0 {
        parts.push(format!("{} to fetch", words::bytes(preview.bytes)));
    }
    if !preview.reading.is_complete() {
        parts.push(words::reading(&preview.reading));
    }
    format!("{kind}{place}: {}", parts.join(", "))
}
