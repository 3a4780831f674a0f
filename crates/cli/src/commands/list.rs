//! `list`: what is kept of a kind.

use chrono::NaiveDateTime;
use sidekeep_engine::{Archive, Query, Stacks, View, views};
use sidekeep_model::{Kind, Time};

use super::Context;
use crate::args::Filter;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::words;

pub(crate) fn run(context: &Context, kind: Kind, filter: &Filter) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let query = query(context, kind, filter)?;
    let items = archive.list(&query)?;
    let count = items.len() as u64;
    print(context, &archive, items, filter.as_of)?;
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
    as_of: Option<Time>,
) -> Result<(), Failure> {
    let groups = archive.groups(as_of)?;
    // Only scripts are told, and it looks at every photo.
    let stacks = if context.output.json && items.iter().any(|item| item.kind.is_file()) {
        archive.stacks(&Query {
            as_of,
            ..Query::default()
        })?
    } else {
        Stacks::default()
    };
    let mut rows = Vec::new();
    for item in items {
        for view in views(archive, &item, &groups, &stacks)? {
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
pub(crate) fn query(context: &Context, kind: Kind, filter: &Filter) -> Result<Query, Failure> {
    let kinds = if kind == Kind::Photo {
        vec![Kind::Photo, Kind::Film]
    } else {
        vec![kind]
    };
    let phones = match &filter.phone {
        Some(name) => {
            let phone = context.engine.phone(name)?;
            let archive = context.engine.archive()?;
            context.engine.grouping()?.with_own(&archive, &phone)?
        }
        None => Vec::new(),
    };
    Ok(Query {
        kinds,
        phones,
        as_of: filter.as_of,
        gone: filter.gone,
        since: filter.since,
        until: filter.until,
        limit: filter.limit,
        ..Query::default()
    })
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
        Subject::Group { name, members } => {
            let count = members.as_ref().map(words::members);
            let more: Vec<String> = std::iter::once(view.collection.clone()).chain(count).collect();
            (name.clone(), more.join("  "))
        }
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
    let gone = if view.present { "" } else { "no longer there" };
    vec![
        view.id.to_string(),
        Output::clean(&title),
        Output::clean(&more),
        gone.into(),
    ]
}
