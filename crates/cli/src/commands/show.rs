//! `show`: one item, its bytes, or its history.

use std::io::Write;

use serde_json::{Value, json};
use sidekeep_engine::{
    Archive, Content, Groups, Item, Query, Stacks, Standing, StateRef, Subject, Version, View, views,
};
use sidekeep_model::ItemId;

use super::{Context, local};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::words;

pub(crate) fn run(context: &Context, id: ItemId, raw: bool, history: bool) -> Result<Exit, Failure> {
    let archive = context.engine.archive()?;
    let item = archive
        .item(id)?
        .ok_or_else(|| Failure::NotFound(format!("No item {id} is kept.")))?;
    if raw {
        return bytes(&archive, &item);
    }
    if history {
        return versions(context, &archive, &item);
    }
    let stacks = archive.stacks(&Query::around(&item, None))?;
    let views = views(&archive, &item, &archive.groups(None)?, &stacks)?;
    for (nth, view) in views.iter().enumerate() {
        let value = serde_json::to_value(view).map_err(std::io::Error::from)?;
        context.output.object(&value)?;
        if views.len() > 1 {
            let gap = if nth > 0 { "\n" } else { "" };
            context.output.line(format!("{gap}{}", heading(view)))?;
        }
        context.output.line(outline(&value, 0).trim_end())?;
    }
    Ok(Exit::Done)
}

/// Which part of a series a component is.
fn heading(view: &View) -> String {
    match &view.subject {
        Subject::Entry(entry) => match &entry.recurrence_id {
            Some(when) => format!("Changed on {when}:"),
            None => "The series:".to_owned(),
        },
        _ => "Part:".to_owned(),
    }
}

fn bytes(archive: &Archive, item: &Item) -> Result<Exit, Failure> {
    let mut out = std::io::stdout().lock();
    match &item.content {
        Content::Payload { .. } => out.write_all(&archive.raw(&item.state)?)?,
        Content::File(_) => {
            std::io::copy(
                &mut std::fs::File::open(archive.original(&item.state)?)?,
                &mut out,
            )?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn versions(context: &Context, archive: &Archive, item: &Item) -> Result<Exit, Failure> {
    let groups = archive.groups(None)?;
    let mut before: Option<Value> = None;
    for version in archive.versions(item.id)? {
        let now = state(archive, item, version.state.as_ref(), &groups)?;
        let differences = match (&before, &now) {
            (Some(before), Some(now)) => differences(before, now),
            _ => Vec::new(),
        };
        context.output.object(&json!({
            "at": version.at,
            "run": version.run,
            "change": version.change,
            "counts": version.standing == Standing::Counted,
            "digest": version.state.as_ref().map(|state| state.digest),
            "differences": differences,
        }))?;
        context.output.line(head(&version))?;
        for Difference { field, before, after } in &differences {
            context
                .output
                .line(format!("    {field}: {} -> {}", short(before), short(after)))?;
        }
        before = now.or(before);
    }
    Ok(Exit::Done)
}

fn head(version: &Version) -> String {
    let aside = if version.standing == Standing::Aside {
        "  (kept aside; does not count)"
    } else {
        ""
    };
    format!(
        "{}  {}  {}{aside}",
        local(version.at),
        version.run,
        words::change(version.change)
    )
}

/// An item's fields in one of its states, as JSON without what belongs to the item as a whole.
fn state(
    archive: &Archive,
    item: &Item,
    state: Option<&StateRef>,
    groups: &Groups,
) -> Result<Option<Value>, Failure> {
    let Some(state) = state else { return Ok(None) };
    if let Content::File(_) = item.content {
        return Ok(Some(json!({ "digest": state.digest })));
    }
    let then = Item {
        digest: state.digest,
        media: state.media.clone(),
        state: state.clone(),
        ..item.clone()
    };
    let mut subjects = Vec::new();
    for view in views(archive, &then, groups, &Stacks::default())? {
        subjects.push(serde_json::to_value(&view.subject).map_err(std::io::Error::from)?);
    }
    Ok(Some(if subjects.len() == 1 {
        subjects.remove(0)
    } else {
        Value::Array(subjects)
    }))
}

#[derive(serde::Serialize)]
struct Difference {
    field: String,
    before: Value,
    after: Value,
}

/// The fields that differ between two states, in order.
fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        if before == after {
            return Vec::new();
        }
        return vec![Difference {
            field: "all".into(),
            before: before.clone(),
            after: after.clone(),
        }];
    };
    let mut fields: Vec<&String> = old.keys().chain(new.keys()).collect();
    fields.sort();
    fields.dedup();
    let value =
        |map: &serde_json::Map<String, Value>, field: &str| map.get(field).cloned().unwrap_or(Value::Null);
    fields
        .into_iter()
        .filter(|field| value(old, field) != value(new, field))
        .map(|field| Difference {
            field: field.clone(),
            before: value(old, field),
            after: value(new, field),
        })
        .collect()
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::Null => "nothing".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = Output::clean(&text);
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What people look for first, in this order; then what is not named here; then what is Sidekeep's own.
const FIRST: &[&str] = &[
    "name",
    "summary",
    "title",
    "org",
    "value",
    "parts",
    "label",
    "types",
    "phones",
    "emails",
    "addresses",
    "birthday",
    "start",
    "end",
    "due",
    "completed",
    "status",
    "all_day",
    "tz",
    "rrule",
    "recurrence_id",
    "exdates",
    "location",
    "attendees",
    "alarms",
    "groups",
    "notes",
    "path",
    "taken",
    "size",
    "media",
    "width",
    "height",
];
const LAST: &[&str] = &[
    "present",
    "collection",
    "kind",
    "phone",
    "source",
    "id",
    "digest",
    "first_seen",
    "last_changed",
];

fn rank(field: &str) -> usize {
    let place = |fields: &[&str]| fields.iter().position(|other| *other == field);
    let last = || place(LAST).map(|place| FIRST.len() + 1 + place);
    place(FIRST).or_else(last).unwrap_or(FIRST.len())
}

/// JSON as an indented outline for people; what is empty is left out.
fn outline(value: &Value, depth: usize) -> String {
    let pad = "  ".repeat(depth);
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    let mut text = String::new();
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().filter(|(_, value)| !is_empty(value)).collect();
            fields.sort_by_key(|(key, _)| rank(key));
            for (key, value) in fields {
                if value.is_object()
                    || value
                        .as_array()
                        .is_some_and(|list| list.iter().any(Value::is_object))
                {
                    text.push_str(&format!("{pad}{key}:\n{}", outline(value, depth + 1)));
                } else {
                    text.push_str(&format!("{pad}{key}: {}", outline(value, 0)));
                }
            }
        }
        Value::Array(list) if list.iter().any(Value::is_object) => {
            for value in list {
                let inner = outline(value, depth + 1);
                text.push_str(&format!("{pad}- {}", inner.trim_start()));
            }
        }
        Value::Array(list) => {
            let words: Vec<String> = list
                .iter()
                .map(|value| outline(value, 0).trim_end().to_owned())
                .collect();
            text.push_str(&format!("{pad}{}\n", words.join(", ")));
        }
        Value::String(words) => text.push_str(&format!("{pad}{}\n", Output::clean(words))),
        other => text.push_str(&format!("{pad}{other}\n")),
    }
    text
}
