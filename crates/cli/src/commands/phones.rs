//! `phones`: what is reachable now and what is known.

use serde_json::json;
use sidekeep_engine::{ErrorKind, Reachable, State};

use super::{Context, block_on};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context) -> Result<Exit, Failure> {
    let found = block_on(context.engine.phones())??;
    let grouping = context.engine.grouping()?;
    for reachable in &found {
        let head = |phone| Some(grouping.head(phone)).filter(|head| *head != phone);
        context.output.object(&json!({
            "name": reachable.name,
            "source": reachable.source,
            "phone": reachable.phone,
            "identity": reachable.identity,
            "belongs_to": reachable.phone.as_ref().and_then(head),
            "state": state_name(&reachable.state),
        }))?;
    }
    if found.is_empty() {
        context.output.summary(
            "No phone is known. Connect one and choose \"File transfer\" on it, or allow USB debugging, or: sidekeep add \
             adb://HOST:PORT",
        )?;
    } else {
        context
            .output
            .line(table(&found.iter().map(row).collect::<Vec<_>>()))?;
    }
    Ok(Exit::Done)
}

fn row(reachable: &Reachable) -> Vec<String> {
    let who = match (&reachable.identity, &reachable.phone) {
        (Some(identity), _) => identity.name.clone(),
        (None, Some(phone)) => phone.to_string(),
        (None, None) => reachable.called.clone().unwrap_or_else(|| "unknown".into()),
    };
    let state = match &reachable.state {
        State::Ready => "ready".to_owned(),
        State::Not(kind) => words::link_state(kind, reachable.source.as_str()),
    };
    let name = reachable.name.clone().unwrap_or_else(|| "-".into());
    vec![
        Output::clean(&name),
        Output::clean(&who),
        reachable.source.to_string(),
        state,
    ]
}

/// The state for scripts.
fn state_name(state: &State) -> &'static str {
    match state {
        State::Ready => "ready",
        State::Not(ErrorKind::Locked) => "locked",
        State::Not(ErrorKind::NotTrusted) => "not-trusted",
        State::Not(ErrorKind::Busy(_)) => "busy",
        State::Not(ErrorKind::Refused) => "refused",
        State::Not(ErrorKind::Unsupported) => "unsupported",
        State::Not(ErrorKind::Garbled) => "garbled",
        State::Not(ErrorKind::Unplugged | ErrorKind::Missing | ErrorKind::Stopped) => "unreachable",
    }
}
