//! The demo's calendars: `calendars.json` into the calendar provider.

use chrono::DateTime;
use serde_json::Value;

use crate::providers::{Providers, ProvidersError};

/// Inserts calendars with their events. An event's keys are columns, with instants written in RFC 3339 (`…Z`);
/// besides, `attendees`, `reminders` and `extended` hold rows of those tables and `exceptions` the rows that replace
/// or cancel an instance. Returns how many calendars and event series there are.
pub(super) fn insert(providers: &Providers, tables: &Value) -> Result<(usize, usize), ProvidersError> {
    let mut calendars = 0;
    let mut events = 0;
    for calendar in items(tables) {
        let id = providers.insert("Calendars", &without(calendar, &["events"]))?;
        calendars += 1;
        for event in items(&calendar["events"]) {
            let master = insert_event(providers, event, id, None)?;
            events += 1;
            for exception in items(&event["exceptions"]) {
                insert_event(providers, exception, id, Some((master, event)))?;
            }
        }
    }
    Ok((calendars, events))
}

const CHILDREN: [(&str, &str); 3] = [
    ("attendees", "Attendees"),
    ("reminders", "Reminders"),
    ("extended", "ExtendedProperties"),
];

const INSTANTS: [&str; 4] = ["dtstart", "dtend", "originalInstanceTime", "lastDate"];

fn insert_event(
    providers: &Providers,
    event: &Value,
    calendar: i64,
    original: Option<(i64, &Value)>,
) -> Result<i64, ProvidersError> {
    let mut row = without(event, &["exceptions", "attendees", "reminders", "extended"]);
    row["calendar_id"] = calendar.into();
    row["hasAlarm"] = u8::from(event["reminders"].is_array()).into();
    row["hasAttendeeData"] = u8::from(event["attendees"].is_array()).into();
    row["hasExtendedProperties"] = u8::from(event["extended"].is_array()).into();
    for name in INSTANTS {
        let instant = row[name].as_str().map(millis);
        if let Some(instant) = instant {
            row[name] = instant.into();
        }
    }
    if let Some((id, master)) = original {
        row["original_id"] = id.into();
        row["original_sync_id"] = master["_sync_id"].clone();
        row["originalAllDay"] = master["allDay"].as_i64().unwrap_or(0).into();
    }
    if let Some(row) = row.as_object_mut() {
        row.retain(|_, value| !value.is_null());
    }
    let id = providers.insert("Events", &row)?;
    for (key, table) in CHILDREN {
        for child in items(&event[key]) {
            let mut child = child.clone();
            child["event_id"] = id.into();
            providers.insert(table, &child)?;
        }
    }
    Ok(id)
}

/// Milliseconds since the epoch.
fn millis(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).map_or(0, |time| time.timestamp_millis())
}

fn without(value: &Value, keys: &[&str]) -> Value {
    let mut value = value.clone();
    if let Some(object) = value.as_object_mut() {
        object.retain(|key, _| !keys.contains(&key.as_str()));
    }
    value
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
