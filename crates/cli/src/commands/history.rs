//! `history`: the runs, or one run's changes.

use serde_json::json;
use sidekeep_engine::{Hold, Purpose, RunSummary, Standing};
use sidekeep_model::RunId;

use super::{Context, local};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context, run: Option<RunId>) -> Result<Exit, Failure> {
    match run {
        Some(run) => changes(context, &run),
        None => runs(context),
    }
}

fn runs(context: &Context) -> Result<Exit, Failure> {
    let runs = context.engine.archive()?.runs()?;
    for run in &runs {
        context.output.object(&object(run))?;
    }
    if !runs.is_empty() {
        context
            .output
            .line(table(&runs.iter().map(row).collect::<Vec<_>>()))?;
    }
    Ok(Exit::Done)
}

fn object(run: &RunSummary) -> serde_json::Value {
    let counts = words::sum(run.verdicts.iter().map(|judged| &judged.verdict.counts));
    let verdicts: Vec<_> = run
        .verdicts
        .iter()
        .map(|judged| json!({ "verdict": judged.verdict, "hold": judged.hold.map(hold_name) }))
        .collect();
    json!({
        "run": run.id, "purpose": run.purpose, "phone": run.phone, "source": run.source, "kinds": run.kinds,
        "began": run.at, "ended": run.end.map(|(at, _)| at), "outcome": run.end.map(|(_, outcome)| outcome),
        "counts": counts, "verdicts": verdicts,
    })
}

fn hold_name(hold: Hold) -> &'static str {
    match hold {
        Hold::Open => "open",
        Hold::Accepted => "accepted",
        Hold::Refused => "refused",
        Hold::Superseded => "superseded",
    }
}

fn row(run: &RunSummary) -> Vec<String> {
    let counts = words::sum(run.verdicts.iter().map(|judged| &judged.verdict.counts));
    let what = match run.purpose {
        Purpose::Mirror => "mirrored",
        Purpose::Rescue => "rescued",
        Purpose::Decision => "decision",
        Purpose::Check => "verified",
    };
    let held = run
        .verdicts
        .iter()
        .filter(|judged| judged.hold == Some(Hold::Open))
        .count();
    let mut end = run
        .end
        .map_or("under way", |(_, outcome)| words::outcome(outcome))
        .to_owned();
    if held > 0 {
        end.push_str(", held back");
    }
    let phone = run.phone.as_ref().map_or(String::new(), ToString::to_string);
    let counts = match run.purpose {
        Purpose::Mirror | Purpose::Rescue => words::counts(&counts),
        Purpose::Decision | Purpose::Check => String::new(),
    };
    vec![
        local(run.at),
        run.id.to_string(),
        what.into(),
        Output::clean(&phone),
        end,
        counts,
    ]
}

fn changes(context: &Context, id: &RunId) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let run = archive
        .run(id)?
        .ok_or_else(|| Failure::NotFound(format!("No run {id}; `sidekeep history` lists them.")))?;
    let mut rows = Vec::new();
    for change in archive.changes(id, 0, usize::MAX)? {
        let counts = change.version.standing == Standing::Counted;
        context.output.object(&json!({
            "id": change.item, "kind": change.kind, "collection": change.collection.name, "title": change.title,
            "change": change.version.change, "at": change.version.at, "counts": counts,
            "digest": change.version.state.map(|state| state.digest),
        }))?;
        let aside = if counts { "" } else { "does not count" };
        let words = words::change(change.version.change);
        rows.push(vec![
            change.item.to_string(),
            change.kind.to_string(),
            words.into(),
            Output::clean(&change.title),
            aside.into(),
        ]);
    }
    if !rows.is_empty() {
        context.output.line(table(&rows))?;
    }
    for judged in &run.verdicts {
        let verdict = &judged.verdict;
        if !verdict.reading.is_complete() {
            context.output.line(format!(
                "{}: {}",
                words::nouns(verdict.kind),
                words::reading(&verdict.reading)
            ))?;
        }
        for suspicion in &verdict.suspicions {
            context.output.line(format!(
                "Suspicious: {}",
                words::suspicion(suspicion, verdict.kind)
            ))?;
        }
    }
    Ok(Exit::Done)
}
