//! `list`: what is kept of a kind.

use chrono::NaiveDateTime;
use sidekeep_engine::{Archive, Query, View, views};
use sidekeep_model::{Kind, PhoneId};

use super::Context;
use crate::args::Filter;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context, kind: Kind, filter: &Filter) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let query = query(context, &archive, kind, filter)?;
    let items = archive.list(&query)?;
    let count = items.len() as u64;
    print(context, &archive, items)?;
    context
        .output
        .summary(format!("{}.", words::counted(count, kind)))?;
    Ok(Exit::Done)
}

/// Prints items: JSON lines, or a table for people. Each item is let go as its row is made, since there may be 100,000.
pub(crate) fn print(
    context: &Context,
    archive: &Archive,
    items: Vec<sidekeep_engine::Item>,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for item in items {
        for view in views(archive, &item)? {
            context.output.object(&view)?;
            if !context.output.json {
                rows.push(row(&view));
            }
        }
    }
    if !rows.is_empty() {
        context.output.line(table(&rows))?;
    }
    Ok(())
}

/// The archive's query for a kind and the filters. Photos include films: people mean both.
pub(crate) fn query(
    context: &Context,
    archive: &Archive,
    kind: Kind,
    filter: &Filter,
) -> Result<Query, Failure> {
    let kinds = if kind == Kind::Photo {
        vec![Kind::Photo, Kind::Film]
    } else {
        vec![kind]
    };
    let phone = filter
        .phone
        .as_deref()
        .map(|name| phone(context, archive, name))
        .transpose()?;
    Ok(Query {
        kinds,
        phone,
        as_of: filter.as_of,
        gone: filter.gone,
        since: filter.since,
        until: filter.until,
        limit: filter.limit,
        ..Query::default()
    })
}

/// A phone by its id, its own name, or what its owner called the source.
fn phone(context: &Context, archive: &Archive, name: &str) -> Result<PhoneId, Failure> {
    let phones = archive.phones()?;
    if let Some(phone) = phones.iter().find(|phone| phone.id.as_str() == name) {
        return Ok(phone.id.clone());
    }
    if let Some(phone) = context
        .engine
        .remembered()?
        .into_iter()
        .find(|known| known.name == name)
        .and_then(|known| known.phone)
    {
        return Ok(phone);
    }
    let mut named = phones.iter().filter(|phone| phone.name == name);
    match (named.next(), named.next()) {
        (Some(phone), None) => Ok(phone.id.clone()),
        (Some(_), Some(_)) => Err(Failure::Usage(format!(
            "Several phones are called {name:?}; use the id that `status` shows."
        ))),
        (None, _) => Err(sidekeep_engine::EngineError::UnknownPhone(name.to_owned()).into()),
    }
}

/// One row for people: id, what it is, and what tells it apart.
pub(crate) fn row(view: &View) -> Vec<String> {
    use sidekeep_engine::Subject;
    let (title, more) = match &view.subject {
        Subject::Contact(contact) => {
            let reach = contact
                .phones
                .iter()
                .chain(&contact.emails)
                .map(|reach| reach.value.as_str());
            (contact.name.clone(), reach.take(2).collect::<Vec<_>>().join(", "))
        }
        Subject::Group { name } => (name.clone(), view.collection.clone()),
        Subject::Entry(entry) => {
            let when = entry
                .start
                .as_ref()
                .or(entry.due.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default();
            let again = if entry.rrule.is_some() { " (repeats)" } else { "" };
            let replaced = if entry.recurrence_id.is_some() {
                " (one changed)"
            } else {
                ""
            };
            (entry.summary.clone(), format!("{when}{again}{replaced}"))
        }
        Subject::Picture(picture) => {
            let wall: &NaiveDateTime = &picture.taken.wall;
            (
                picture.path.clone(),
                format!(
                    "{}  {}",
                    wall.format("%Y-%m-%d %H:%M"),
                    words::bytes(picture.size)
                ),
            )
        }
        Subject::Unread { title } => (title.clone(), "kept; not understood by this version".into()),
    };
    let title = if title.is_empty() {
        "(no name)".to_owned()
    } else {
        title
    };
    let gone = if view.present {
        ""
    } else {
        "no longer on the phone"
    };
    vec![
        view.id.to_string(),
        Output::clean(&title),
        Output::clean(&more),
        gone.into(),
    ]
}
