//! `content insert` into the contacts provider: raw contacts and their data rows (AOSP ContactsProvider2), and into the
//! calendar provider: events, guests and reminders (AOSP CalendarProvider2).

use serde_json::{Map, Value, json};

use super::arguments::Insert;
use super::trace::Trace;
use crate::providers::{Providers, ProvidersError, authority, permission};

const ITEM: &str = "vnd.android.cursor.item/";

/// Adds the row, or fails as the provider does.
pub(super) fn run(insert: &Insert, providers: &Providers) -> Result<(), Trace> {
    let uri = &insert.uri;
    let unsupported = || Trace::unsupported(format!("Unknown URI: {}", uri.text));
    let needed = match uri.authority.as_str() {
        authority::CONTACTS => permission::WRITE_CONTACTS,
        authority::CALENDAR => permission::WRITE_CALENDAR,
        _ => return Err(unsupported()),
    };
    if !providers.is_granted(needed).unwrap_or(false) {
        return Err(Trace::denied(uri, needed));
    }
    let columns: Map<String, Value> = insert
        .columns
        .iter()
        .map(|bound| (bound.name.clone(), Value::from(bound.value.clone())))
        .collect();
    let table = uri.path.first().map(String::as_str);
    if uri.authority == authority::CALENDAR {
        return match table {
            Some("events") => event(providers, columns),
            Some("attendees") => of_event(providers, "Attendees", columns),
            Some("reminders") => of_event(providers, "Reminders", columns),
            _ => Err(unsupported()),
        };
    }
    match table {
        Some("raw_contacts") => raw_contact(providers, columns).map_err(|error| Trace::broken(&error)),
        Some("data") => data(providers, columns),
        _ => Err(unsupported()),
    }
}

fn raw_contact(providers: &Providers, mut columns: Map<String, Value>) -> Result<(), ProvidersError> {
    let mut take = |name: &str| {
        columns
            .remove(name)
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    let (kind, name) = (take("account_type"), take("account_name"));
    let account = providers.account(kind.as_deref(), name.as_deref())?;
    providers.batch(|providers| {
        let raw = providers.contact(account, &[])?;
        // ContactsProvider2.addAutoAddMembership: some accounts have a group that everybody is in.
        for group in providers.groups_for_all(account)? {
            providers.data(
                raw,
                &json!({ "mimetype": "group_membership", "data1": group.to_string() }),
            )?;
        }
        for (column, value) in &columns {
            providers.set_raw(raw, column, value)?;
        }
        Ok(())
    })
}

fn data(providers: &Providers, mut columns: Map<String, Value>) -> Result<(), Trace> {
    let raw = columns.remove("raw_contact_id");
    let raw = raw.and_then(|id| id.as_str()?.parse::<i64>().ok());
    let (Some(raw), Some(mimetype)) = (raw, columns.get("mimetype").and_then(Value::as_str)) else {
        return Err(Trace::illegal_argument(
            "raw_contact_id and mimetype are required",
        ));
    };
    let is_name = mimetype.strip_prefix(ITEM) == Some("name");
    let text = |name: &str| columns.get(name).and_then(Value::as_str).unwrap_or_default();
    let shown = match text("data1") {
        "" => {
            let parts = ["data4", "data2", "data5", "data3", "data6"].map(text);
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            parts.join(" ")
        }
        shown => shown.to_owned(),
    };
    let shown = Value::from(shown);
    if is_name {
        columns.insert("data1".to_owned(), shown.clone());
    }
    let added = providers.batch(|providers| {
        providers.data(raw, &Value::Object(columns.clone()))?;
        if is_name {
            providers.set_raw(raw, "display_name", &shown)?;
        }
        providers.touch_raw(raw)
    });
    added.map_err(|error| Trace::broken(&error))
}

/// CalendarProvider2.validateEventData and verifyColumns: what a caller that is no sync adapter may give.
fn event(providers: &Providers, columns: Map<String, Value>) -> Result<(), Trace> {
    let has = |column: &str| columns.contains_key(column);
    let repeats = has("rrule") || has("rdate");
    if !has("calendar_id") || !has("dtstart") {
        return Err(Trace::illegal_argument(
            "Event values must include a calendar_id and a dtstart",
        ));
    }
    if !has("eventTimezone") {
        return Err(Trace::illegal_argument(
            "Event values must include an eventTimezone",
        ));
    }
    if has("dtend") == has("duration") || has("duration") != repeats {
        let words = "Event values must include either a dtend, or a duration where they repeat";
        return Err(Trace::illegal_argument(words));
    }
    let only_synced = |column: &&String| column.starts_with("sync_data") || *column == "_sync_id";
    if let Some(column) = columns.keys().find(only_synced) {
        return Err(Trace::illegal_argument(format!(
            "Only sync adapters may write to {column}"
        )));
    }
    added(providers, "Events", columns)
}

fn of_event(providers: &Providers, table: &str, columns: Map<String, Value>) -> Result<(), Trace> {
    match columns.contains_key("event_id") {
        true => added(providers, table, columns),
        false => Err(Trace::illegal_argument("Values must contain an event_id")),
    }
}

fn added(providers: &Providers, table: &str, columns: Map<String, Value>) -> Result<(), Trace> {
    let added = providers.insert(table, &Value::Object(columns));
    added.map(drop).map_err(|error| Trace::broken(&error))
}
