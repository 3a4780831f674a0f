//! `phones`: what is reachable now and what is known.

use std::pin::pin;
use std::time::Duration;

use serde_json::json;
use sidekeep_engine::{ErrorKind, Grouping, Plugs, Reachable, State};

use super::{Context, block_on};
use crate::args::Phones;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

/// The longest between two looks: at sources that nothing tells of, such as an address on the network.
const EVERY: Duration = Duration::from_secs(15);

pub(crate) fn run(context: &Context, phones: &Phones) -> Result<Exit, Failure> {
    if phones.watch {
        return block_on(watch(context))?;
    }
    let found = block_on(context.engine.phones())??;
    let grouping = context.engine.grouping()?;
    for reachable in &found {
        context.output.object(&object(reachable, &grouping))?;
    }
    if found.is_empty() {
        context.output.summary(
            "No phone is known. Connect one and choose \"File transfer\" on it, or allow USB debugging; or switch on Wireless \
             debugging on it, in the same network, and: sidekeep pair",
        )?;
    } else {
        context
            .output
            .line(table(&found.iter().map(row).collect::<Vec<_>>()))?;
    }
    Ok(Exit::Done)
}

/// Tells what is there and then whatever changes, until somebody stops it. Phones over MTP are left closed, and accounts
/// unasked.
async fn watch(context: &Context) -> Result<Exit, Failure> {
    let mut plugs = Plugs::watch();
    let mut announcements = context.engine.network().watch();
    let mut before: Vec<Reachable> = Vec::new();
    let mut stop = pin!(tokio::signal::ctrl_c());
    loop {
        let mut found = tokio::select! {
            found = context.engine.phones_nearby() => found?,
            _ = &mut stop => return Ok(Exit::Done),
        };
        let is_away = |known: &&Reachable| !found.iter().any(|now| now.source == known.source);
        let away: Vec<Reachable> = before.iter().filter(is_away).cloned().collect();
        found.extend(away.into_iter().map(|known| Reachable {
            state: State::Not(ErrorKind::Unplugged),
            ..known
        }));
        let grouping = context.engine.grouping()?;
        for changed in found.iter().filter(|now| !before.contains(now)) {
            context.output.object(&object(changed, &grouping))?;
            context.output.line(table(&[row(changed)]))?;
        }
        before = found;
        tokio::select! {
            () = plugs.changed(EVERY) => {}
            () = announcements.changed() => {}
            _ = &mut stop => return Ok(Exit::Done),
        }
    }
}

fn object(reachable: &Reachable, grouping: &Grouping) -> serde_json::Value {
    let head = |phone| Some(grouping.head(phone)).filter(|head| *head != phone);
    json!({
        "name": reachable.name,
        "source": reachable.source,
        "phone": reachable.phone,
        "identity": reachable.identity,
        "belongs_to": reachable.phone.as_ref().and_then(head),
        "state": state_name(&reachable.state),
    })
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
        State::Not(ErrorKind::NotPaired) => "not-paired",
        State::Not(ErrorKind::Busy(_)) => "busy",
        State::Not(ErrorKind::Refused) => "refused",
        State::Not(ErrorKind::Unsupported) => "unsupported",
        State::Not(ErrorKind::Garbled) => "garbled",
        State::Not(ErrorKind::Unplugged | ErrorKind::Missing | ErrorKind::Stopped) => "unreachable",
    }
}
