//! `content query`: which table a URI leads to, what its provider allows, and the rows. Reads only: the database is
//! opened so that no statement can change it.

use std::io::{self, Write};

use rusqlite::types::ValueRef;

use super::arguments::{Query, Uri};
use super::print::{self, Cell, WINDOW};
use super::tokens;
use super::trace::Trace;
use crate::providers::{Providers, authority};

/// What a URI leads to.
struct Source {
    /// Everything after FROM.
    from: &'static str,
    /// The table or view whose columns are the projection map.
    columns: &'static str,
    /// Written before each mapped column, where several tables have it.
    qualifier: &'static str,
    /// Conditions of the provider's own.
    conditions: Vec<String>,
    rules: Rules,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// Plain columns of the map; conditions as SqlChecker allows; `?limit=` counts.
    Contacts,
    /// Columns of the map, and any expression with an alias; conditions are free; `?limit=` is ignored.
    Calendar,
    /// No map at all: any expression.
    Free,
    /// Plain columns of the map, the strict grammar; from Android 11 on `?limit=` is ignored.
    Media,
}

/// Runs a query and prints its rows.
pub(super) fn run(
    query: &Query,
    providers: &Providers,
    out: &mut dyn Write,
) -> io::Result<Result<(), Trace>> {
    match statement(query, providers) {
        Err(trace) => Ok(Err(trace)),
        Ok(sql) => print(&sql, providers, out),
    }
}

fn print(sql: &str, providers: &Providers, out: &mut dyn Write) -> io::Result<Result<(), Trace>> {
    let failed = |error: &rusqlite::Error| Trace::sqlite(error, sql);
    let mut statement = match providers.connection().prepare(sql) {
        Ok(statement) => statement,
        Err(error) => return Ok(Err(failed(&error))),
    };
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let order = print::lookup(&names);
    let mut rows = match statement.query([]) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(failed(&error))),
    };
    let mut text = String::new();
    let mut index = 0;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(error) => return Ok(Err(failed(&error))),
        };
        let Some(order) = &order else {
            return Ok(Err(Trace::no_column()));
        };
        let cells: Vec<Cell> = (0..names.len())
            .map(|column| row.get_ref(column).map_or(Cell::Null, cell))
            .collect();
        if cells.iter().map(Cell::size).sum::<usize>() > WINDOW {
            return Ok(Err(Trace::row_too_big(index)));
        }
        text.clear();
        print::print_row(&mut text, index, &names, order, &cells);
        out.write_all(text.as_bytes())?;
        index += 1;
    }
    if index == 0 {
        out.write_all(print::NO_RESULT.as_bytes())?;
    }
    Ok(Ok(()))
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.len()),
    }
}

/// The SQL that the provider would run, or its refusal.
fn statement(query: &Query, providers: &Providers) -> Result<String, Trace> {
    let api = providers.api().map_err(|error| Trace::broken(&error))?;
    let source = source(query, providers, api)?;
    let columns = columns_of(&source, providers, api)?;
    let projection = projection(query, &source, &columns)?;
    check(query, &source, &columns)?;
    let mut conditions = source.conditions;
    if let Some(condition) = &query.condition {
        conditions.push(condition.clone());
    }
    let mut sql = format!("SELECT {projection} FROM {}", source.from);
    if !conditions.is_empty() {
        let conditions: Vec<String> = conditions
            .iter()
            .map(|condition| format!("({condition})"))
            .collect();
        sql += &format!(" WHERE {}", conditions.join(" AND "));
    }
    if let Some(sort) = &query.sort {
        sql += &format!(" ORDER BY {sort}");
    }
    if let Some(limit) = limit(query, source.rules, api) {
        sql += &format!(" LIMIT {limit}");
    }
    Ok(sql)
}

fn limit(query: &Query, rules: Rules, api: u32) -> Option<u64> {
    let honours_uri = rules == Rules::Contacts || (rules == Rules::Media && api < 30);
    let parameter = query.uri.parameter("limit").filter(|_| honours_uri);
    let extra = query
        .extra("android:query-arg-sql-limit")
        .or_else(|| query.extra("android:query-arg-limit"))
        .filter(|_| rules == Rules::Media);
    parameter.or(extra).and_then(|limit| limit.parse().ok())
}

fn columns_of(source: &Source, providers: &Providers, api: u32) -> Result<Vec<String>, Trace> {
    const SINCE_11: &[&str] = &[
        "is_favorite",
        "is_trashed",
        "is_download",
        "generation_added",
        "generation_modified",
    ];
    let read = || {
        let mut statement = providers
            .connection()
            .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
        statement
            .query_map([source.columns], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()
    };
    let mut columns = read().map_err(|error| Trace::sqlite(&error, source.columns))?;
    if source.rules == Rules::Media && api < 30 {
        columns.retain(|column| !SINCE_11.contains(&column.as_str()));
    }
    Ok(columns)
}

fn projection(query: &Query, source: &Source, columns: &[String]) -> Result<String, Trace> {
    let mapped = |column: &str| match source.qualifier {
        "" => column.to_owned(),
        qualifier => format!("{qualifier}.{column} AS {column}"),
    };
    let Some(wanted) = &query.projection else {
        let all: Vec<String> = columns.iter().map(|column| mapped(column)).collect();
        return Ok(all.join(", "));
    };
    let chosen: Vec<String> = wanted
        .iter()
        .map(|column| {
            if source.rules == Rules::Contacts {
                tokens::check_single(column).map_err(Trace::illegal_argument)?;
            }
            let aliased = column.contains(" AS ") || column.contains(" as ");
            match source.rules {
                _ if columns.contains(column) => Ok(mapped(column)),
                Rules::Free => Ok(column.clone()),
                Rules::Calendar if aliased => Ok(column.clone()),
                _ => Err(Trace::illegal_argument(format!("Invalid column {column}"))),
            }
        })
        .collect::<Result<_, Trace>>()?;
    Ok(chosen.join(", "))
}

fn check(query: &Query, source: &Source, columns: &[String]) -> Result<(), Trace> {
    for sql in [&query.condition, &query.sort].into_iter().flatten() {
        match source.rules {
            Rules::Contacts => tokens::check_contacts(sql).map_err(Trace::illegal_argument)?,
            Rules::Media => tokens::check_grammar(sql, columns).map_err(Trace::illegal_argument)?,
            Rules::Calendar | Rules::Free => {}
        }
    }
    Ok(())
}

fn source(query: &Query, providers: &Providers, api: u32) -> Result<Source, Trace> {
    let uri = &query.uri;
    let needed = super::permission_of(&uri.authority).ok_or_else(|| Trace::no_provider(&uri.authority))?;
    if !providers
        .is_granted(needed)
        .map_err(|error| Trace::broken(&error))?
    {
        return Err(Trace::denied(uri, needed));
    }
    let found = match uri.authority.as_str() {
        authority::CONTACTS => contacts(uri),
        authority::CALENDAR => calendar(uri),
        _ => media(query, api),
    };
    found.unwrap_or_else(|| Err(Trace::illegal_argument(format!("Unknown URL {}", uri.text))))
}

type Found = Option<Result<Source, Trace>>;

fn simple(table: &'static str, id: Option<&str>, rules: Rules) -> Found {
    let mut conditions = Vec::new();
    if let Some(id) = id {
        conditions.push(format!("_id = {}", id.parse::<i64>().ok()?));
    }
    Some(Ok(Source {
        from: table,
        columns: table,
        qualifier: "",
        conditions,
        rules,
    }))
}

fn contacts(uri: &Uri) -> Found {
    let (name, id) = split_id(uri);
    let view = match name[..] {
        ["raw_contacts"] => "view_raw_contacts",
        ["data"] => "view_data",
        ["contacts"] => "view_contacts",
        ["groups"] => "view_groups",
        ["raw_contact_entities"] => "view_raw_entities",
        ["deleted_contacts"] if id.is_none() => "deleted_contacts",
        _ => return None,
    };
    simple(view, id, Rules::Contacts)
}

fn calendar(uri: &Uri) -> Found {
    let (name, id) = split_id(uri);
    match name[..] {
        ["calendars"] => simple("Calendars", id, Rules::Calendar),
        ["events" | "event_entities"] => simple("view_events", id, Rules::Calendar),
        ["extendedproperties"] => simple("ExtendedProperties", id, Rules::Calendar),
        ["reminders"] => simple("Reminders", id, Rules::Free),
        // Three tables with an `_id` each: a bare `_id` in a condition is ambiguous here, as on a phone.
        ["attendees"] => {
            let mut conditions =
                vec!["Events._id=Attendees.event_id AND Events.calendar_id=Calendars._id".to_owned()];
            if let Some(id) = id {
                conditions.push(format!("Attendees._id={}", id.parse::<i64>().ok()?));
            }
            Some(Ok(Source {
                from: "Attendees, Events, Calendars",
                columns: "Attendees",
                qualifier: "Attendees",
                conditions,
                rules: Rules::Calendar,
            }))
        }
        _ => None,
    }
}

fn media(query: &Query, api: u32) -> Found {
    let (path, id) = split_id(&query.uri);
    let (volume, name) = path.split_first()?;
    let kind = match name {
        ["file"] => None,
        ["images", "media"] => Some("media_type = 1"),
        ["video", "media"] => Some("media_type = 3"),
        _ => return None,
    };
    let volume = match *volume {
        "external" => None,
        volume @ ("external_primary" | "internal") => Some(format!("volume_name = '{volume}'")),
        volume => {
            return Some(Err(Trace::illegal_argument(format!("Volume {volume} not found"))));
        }
    };
    let mut found = simple("files", id, Rules::Media)?;
    if let Ok(source) = &mut found {
        source.conditions.extend(kind.map(str::to_owned));
        source.conditions.extend(volume);
        source.conditions.extend(matching(query, "pending", "is_pending"));
        if api >= 30 {
            source.conditions.extend(matching(query, "trashed", "is_trashed"));
            source
                .conditions
                .extend(matching(query, "favorite", "is_favorite"));
        }
    }
    Some(found)
}

/// `android:query-arg-match-*`: 1 include, 2 exclude, 3 only; by default trashed and pending rows are hidden and
/// favourites are not.
fn matching(query: &Query, name: &str, column: &str) -> Option<String> {
    let default = if name == "favorite" { "1" } else { "2" };
    match query
        .extra(&format!("android:query-arg-match-{name}"))
        .unwrap_or(default)
    {
        "1" => None,
        "3" => Some(format!("{column} = 1")),
        _ => Some(format!("{column} = 0")),
    }
}

/// The words of a path, and the number at its end.
fn split_id(uri: &Uri) -> (Vec<&str>, Option<&str>) {
    let mut words: Vec<&str> = uri.path.iter().map(String::as_str).collect();
    let id = words.pop_if(|word| word.parse::<i64>().is_ok());
    (words, id)
}
