//! `hold`: runs that were held back, and the owner's decision.

use std::collections::BTreeSet;

use serde_json::json;
use sidekeep_engine::Held;
use sidekeep_model::RunId;

use super::{Context, local, now};
use crate::args::Decision;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::words;

pub(crate) fn run(context: &Context, decision: Option<Decision>) -> Result<Exit, Failure> {
    let (run, accept) = match decision {
        None => return list(context),
        Some(Decision::Accept { run }) => (run, true),
        Some(Decision::Refuse { run }) => (run, false),
    };
    let run = waiting(context, run.as_ref().map(|run| run.0.as_str()))?;
    context.engine.writer()?.decide(&run, accept, now())?;
    context
        .output
        .object(&json!({ "run": run, "accepted": accept }))?;
    context.output.summary(if accept {
        format!("The changes of {run} count now. What was there before stays in the history.")
    } else {
        format!("The changes of {run} do not count. Their bytes stay in the history; the view before stays.")
    })?;
    Ok(Exit::Done)
}

/// The run that waits for a decision: the one whose name begins so, or the only one.
fn waiting(context: &Context, begins: Option<&str>) -> Result<RunId, Failure> {
    let holds = context.engine.archive()?.holds()?;
    let runs: BTreeSet<RunId> = holds.into_iter().map(|held| held.run).collect();
    let begins = begins.unwrap_or_default();
    let mut meant = runs.iter().filter(|run| run.as_str().starts_with(begins));
    match (meant.next(), meant.next()) {
        (Some(run), None) => Ok(run.clone()),
        (Some(_), Some(_)) => match runs.iter().find(|run| run.as_str() == begins) {
            Some(run) => Ok(run.clone()),
            None => Err(Failure::Usage(
                "Several runs wait for you; `sidekeep hold` lists them. Name one, or as much of it as tells it apart."
                    .into(),
            )),
        },
        (None, _) if begins.is_empty() => Err(Failure::NotFound("Nothing is held back.".into())),
        (None, _) => Err(Failure::NotFound(format!(
            "{begins} is not held back, or was decided before. `sidekeep hold` lists what waits for you."
        ))),
    }
}

fn list(context: &Context) -> Result<Exit, Failure> {
    let holds = context.engine.archive()?.holds()?;
    for held in &holds {
        context.output.object(&json!({
            "run": held.run, "at": held.at, "phone": held.phone, "kind": held.kind,
            "collection": held.collection.as_ref().map(|collection| &collection.name),
            "suspicions": held.suspicions, "counts": held.counts,
        }))?;
        context.output.line(words(held))?;
    }
    if holds.is_empty() {
        context.output.summary("Nothing is held back.")?;
    } else {
        context.output.summary(
            "`sidekeep hold accept RUN` lets the changes count, `hold refuse RUN` keeps the old view.",
        )?;
    }
    Ok(Exit::Done)
}

fn words(held: &Held) -> String {
    let collection = held.collection.as_ref().map_or_else(
        || words::nouns(held.kind).to_owned(),
        |collection| collection.name.clone(),
    );
    let why: Vec<String> = held
        .suspicions
        .iter()
        .map(|suspicion| words::suspicion(suspicion, held.kind))
        .collect();
    format!(
        "{}  {}  {}: {}",
        local(held.at),
        held.run,
        crate::output::Output::clean(&collection),
        why.join("; ")
    )
}
