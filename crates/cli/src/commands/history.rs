//! `history`: the runs, or one run's changes.

use std::collections::BTreeSet;

use serde_json::json;
use sidekeep_engine::{Archive, Check, Hold, Note, Outcome, Purpose, RunSummary, Standing};
use sidekeep_model::RunId;

use super::{Context, local, upkeep};
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
    let archive = context.engine.archive()?;
    let mut rows = Vec::new();
    for run in archive.runs()? {
        let note = note(&archive, &run);
        context.output.object(&object(&run, note.as_ref()))?;
        rows.push(row(&run, note.as_ref()));
    }
    if !rows.is_empty() {
        context.output.line(table(&rows))?;
    }
    Ok(Exit::Done)
}

/// A run whose journal file is damaged or lost still stands in the history; `verify` tells of the file.
fn note(archive: &Archive, run: &RunSummary) -> Option<Note> {
    archive.note(run).ok().flatten()
}

fn object(run: &RunSummary, note: Option<&Note>) -> serde_json::Value {
    let counts = words::sum(run.verdicts.iter().map(|judged| &judged.verdict.counts));
    let verdicts: Vec<_> = run
        .verdicts
        .iter()
        .map(|judged| json!({ "verdict": judged.verdict, "hold": judged.hold.map(hold_name) }))
        .collect();
    json!({
        "run": run.id, "purpose": run.purpose, "phone": run.phone, "source": run.source, "kinds": run.kinds,
        "began": run.at, "ended": run.end.map(|(at, _)| at), "outcome": run.end.map(|(_, outcome)| outcome),
        "counts": counts, "verdicts": verdicts, "decision": decision(note), "check": check(note),
        "restore": restore(note),
    })
}

fn decision(note: Option<&Note>) -> Option<serde_json::Value> {
    match note {
        Some(Note::Decision(decision)) => Some(json!({ "run": decision.run, "accept": decision.accept })),
        _ => None,
    }
}

fn restore(note: Option<&Note>) -> Option<serde_json::Value> {
    match note {
        Some(Note::Restore(asked, restored)) => Some(json!({ "asked": asked, "restored": restored })),
        _ => None,
    }
}

fn check(note: Option<&Note>) -> Option<&Check> {
    match note {
        Some(Note::Check(check)) => Some(check),
        _ => None,
    }
}

fn hold_name(hold: Hold) -> &'static str {
    match hold {
        Hold::Open => "open",
        Hold::Accepted => "accepted",
        Hold::Refused => "refused",
        Hold::Superseded => "superseded",
    }
}

/// What became of what was held back, for people.
fn hold_words(hold: Hold) -> &'static str {
    match hold {
        Hold::Open => "held back",
        Hold::Accepted => "held back, then accepted",
        Hold::Refused => "held back, then refused",
        Hold::Superseded => "held back, then superseded",
    }
}

fn row(run: &RunSummary, note: Option<&Note>) -> Vec<String> {
    let counts = words::sum(run.verdicts.iter().map(|judged| &judged.verdict.counts));
    let what = match run.purpose {
        Purpose::Mirror => "mirrored",
        Purpose::Rescue => "rescued",
        Purpose::Decision => "decision",
        Purpose::Check => match check(note) {
            Some(check) if check.files == 0 => "noticed",
            Some(check) if check.sample => "verified a sample",
            _ => "verified",
        },
        Purpose::Restore => "restored",
    };
    let mut end = match (note, run.end) {
        (Some(Note::Decision(decision)), _) if decision.accept => format!("accepted {}", decision.run),
        (Some(Note::Decision(decision)), _) => format!("refused {}", decision.run),
        (Some(Note::Check(check)), Some((_, Outcome::Complete))) => match check.damage.len() as u64 {
            0 => "as it was kept".to_owned(),
            count => format!("{} damaged or missing", words::number(count)),
        },
        (_, Some((_, outcome))) => words::outcome(outcome).to_owned(),
        (_, None) => "under way".to_owned(),
    };
    let holds = run.verdicts.iter().filter_map(|judged| judged.hold);
    let holds: BTreeSet<&str> = holds.map(hold_words).collect();
    for hold in holds {
        end = format!("{end}, {hold}");
    }
    let phone = run.phone.as_ref().map_or(String::new(), ToString::to_string);
    let counts = match run.purpose {
        Purpose::Mirror | Purpose::Rescue | Purpose::Restore => words::counts(&counts),
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
    match note(&archive, &run) {
        Some(Note::Check(check)) => {
            context.output.object(&json!({ "check": check }))?;
            upkeep::found(context.output, &check)?;
        }
        Some(Note::Decision(decision)) => {
            let (run, accept) = (&decision.run, decision.accept);
            context
                .output
                .object(&json!({ "decision": { "run": run, "accept": accept } }))?;
            let word = if accept { "accepted" } else { "refused" };
            context.output.line(format!("The owner {word} {run}."))?;
        }
        Some(Note::Restore(asked, restored)) => {
            context
                .output
                .object(&json!({ "restore": { "asked": asked, "restored": restored } }))?;
            let of = words::number(asked.asked);
            context.output.line(match restored {
                Some(done) => format!(
                    "Restored: {of} asked for, {} added, {} changed, {} of these read again as they were written.",
                    words::number(done.added),
                    words::number(done.updated),
                    words::number(done.confirmed)
                ),
                None => format!("A restore of {of} that was cut off; what was written is in the runs after it."),
            })?;
        }
        None => {}
    }
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
        if !verdict.reading.is_complete() || judged.hold.is_some() {
            context
                .output
                .object(&json!({ "verdict": verdict, "hold": judged.hold.map(hold_name) }))?;
        }
        let became = judged.hold.map_or("suspicious", hold_words);
        for suspicion in &verdict.suspicions {
            context.output.line(format!(
                "{} {became}: {}",
                words::nouns(verdict.kind),
                words::suspicion(suspicion, verdict.kind)
            ))?;
        }
    }
    Ok(Exit::Done)
}
