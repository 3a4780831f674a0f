//! Which members of a calendar that may hold both are events and which are to-dos, where their content types do not say it:
//! by what the server names as each, then by the bytes themselves.

use std::collections::{HashMap, HashSet};

use sidekeep_model::{Kind, Reason, Why};

use super::connection::{Connection, ITEM, Question};
use super::failure::Failure;
use super::fetch::is_whole;
use super::listing::response;
use super::members::Members;
use super::multistatus::Part;
use super::place::Found;
use super::requests::{calendar_objects, holding};
use super::xml::Ns;
use super::{href, stray};

/// Objects looked at in one answer.
const BATCH: usize = 200;
/// Members looked at one by one. Where more are untold, the server is odd in another way.
const ALONE: usize = 16;

/// Asks which members are of which kind, as long as there are some that nobody told of. What is not named as one kind is
/// not thereby the other: an answer that leaves something out would turn to-dos into events. What nothing tells is doubted.
///
/// # Errors
/// When the server is gone or wants another login.
pub(super) async fn tell_apart(
    connection: &Connection,
    found: &Found,
    all: &mut Members,
) -> Result<(), Failure> {
    // Journals are read as events, so that nothing is hidden.
    for (component, kind) in [
        ("VTODO", Kind::Task),
        ("VEVENT", Kind::Event),
        ("VJOURNAL", Kind::Event),
    ] {
        if all.rows.iter().all(|row| row.kind.is_some()) {
            return Ok(());
        }
        let question = Question::report("1", holding(component));
        let add = |named: &mut HashSet<String>, part| {
            named.extend(response(part).map(|one| href::compared(href::id(&one.href))));
        };
        let named = match connection
            .members(&found.url, &question, |_| HashSet::new(), add)
            .await
        {
            Ok(named) => named,
            Err(error) if error.is_lost() => return Err(error),
            // A server is known that breaks down over one object that it cannot read.
            Err(error) => {
                tracing::debug!("{}: {error}", found.url.path());
                continue;
            }
        };
        for row in all.rows.iter_mut().filter(|row| row.kind.is_none()) {
            row.kind = named
                .contains(&href::compared(row.remote.as_str()))
                .then_some(kind);
        }
    }
    look(connection, found, all).await?;
    let untold = all.rows.iter().filter(|row| row.kind.is_none()).count() as u64;
    if untold > 0 {
        all.doubts.push(
            Why::new(Reason::Garbled)
                .count(untold)
                .detail("neither events nor to-dos"),
        );
    }
    Ok(())
}

/// Looks into what nobody told of.
async fn look(connection: &Connection, found: &Found, all: &mut Members) -> Result<(), Failure> {
    let untold: Vec<String> = all
        .rows
        .iter()
        .filter(|row| row.kind.is_none())
        .map(|row| row.remote.as_str().to_owned())
        .collect();
    let mut kinds: HashMap<String, Kind> = HashMap::new();
    for hrefs in untold.chunks(BATCH) {
        match together(connection, found, hrefs, &mut kinds).await {
            Err(error) if error.is_lost() => return Err(error),
            Err(error) => tracing::debug!("{}: {error}", found.url.path()),
            Ok(()) => {}
        }
    }
    let left = untold
        .iter()
        .filter(|href| !kinds.contains_key(&href::compared(href)));
    let left: Vec<&String> = left.collect();
    if left.len() <= ALONE {
        for href in left {
            match alone(connection, found, href).await {
                Ok(kind) => kinds.extend(kind.map(|kind| (href::compared(href), kind))),
                Err(error) if error.is_lost() => return Err(error),
                Err(error) => tracing::debug!("{href}: {error}"),
            }
        }
    }
    for row in all.rows.iter_mut().filter(|row| row.kind.is_none()) {
        row.kind = kinds.get(&href::compared(row.remote.as_str())).copied();
    }
    Ok(())
}

/// The kinds of these objects by their bytes, of those that come in one answer.
async fn together(
    connection: &Connection,
    found: &Found,
    hrefs: &[String],
    kinds: &mut HashMap<String, Kind>,
) -> Result<(), Failure> {
    let hrefs = hrefs.iter().map(String::as_str);
    let question = Question::report("1", calendar_objects(hrefs));
    let mut answer = connection.ask(&found.url, &question).await?;
    while let Some(part) = answer.multistatus.next().await? {
        let Part::Response(response) = part else { continue };
        if let Some(text) = response.text(Ns::CalDav, "calendar-data") {
            let href = href::compared(href::id(&response.href));
            kinds.insert(href, kind(text.as_bytes()));
        }
    }
    Ok(())
}

/// The kind of a member by its bytes; None where they may not be all of it.
async fn alone(connection: &Connection, found: &Found, href: &str) -> Result<Option<Kind>, Failure> {
    let url = href::resolve(&found.url, href).ok_or(Failure::Missing)?;
    let resource = connection.get(&url, ITEM).await?;
    let whole = is_whole(&resource.bytes) || stray::told(connection, &url, &resource).await?.is_some();
    Ok(whole.then(|| kind(&resource.bytes)))
}

/// Of which kind an object of a calendar is, by its components; what has none is among the events, so that nothing is
/// hidden.
fn kind(bytes: &[u8]) -> Kind {
    let is_task = |line: &[u8]| line.trim_ascii_end().eq_ignore_ascii_case(b"BEGIN:VTODO");
    match bytes.split(|byte| *byte == b'\n').any(is_task) {
        true => Kind::Task,
        false => Kind::Event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_components() {
        for (text, expected) in [
            ("BEGIN:VCALENDAR\r\nbegin:vtodo\r\n", Kind::Task),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", Kind::Event),
            (
                "BEGIN:VEVENT\nDESCRIPTION:x\\n\n BEGIN:VTODO\nNOTE:BEGIN:VTODO\n",
                Kind::Event,
            ),
            ("hello", Kind::Event),
        ] {
            assert_eq!(kind(text.as_bytes()), expected, "{text}");
        }
    }
}
