//! `hold`: runs that were held back, and the owner's decision.

use serde_json::json;
use sidekeep_engine::Held;

use super::{Context, local, now};
use crate::args::Decision;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::words;

pub(crate) fn run(context: &Context, decision: Option<Decision>) -> Result<Exit, Failure> {
    let (run, accept) = match decision {
        None => return list(context),
        Some(Decision::Accept { run }) => (run.0, true),
        Some(Decision::Refuse { run }) => (run.0, false),
    };
    if !context
        .engine
        .archive()?
        .holds()?
        .iter()
        .any(|held| held.run == run)
    {
        let words = format!(
            "{run} is not held back, or was decided before. `sidekeep hold` lists what waits for you."
        );
        return Err(Failure::NotFound(words));
    }
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
