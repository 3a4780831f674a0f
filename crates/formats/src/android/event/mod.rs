//! Rows of Android's calendar provider as iCalendar.
//!
//! Source: AOSP CalendarContract and CalendarProvider2 (how it expands and replaces instances is the meaning that is
//! written here), and the extended properties of DAVx⁵, whose calendars are many. The same rows give the same bytes:
//! no clock, no chance. What has no place in iCalendar stays in the rows, which are what is kept.
//!
//! | rows | iCalendar |
//! |---|---|
//! | `uid2445`, else `iCalUid` (Google), else `_sync_id`, else account, calendar and `_id` | UID |
//! | `dtstart`, `dtend` or `duration`, `allDay`, `eventTimezone`, `eventEndTimezone` | DTSTART, DTEND: dates, times in the zone, or UTC where the zone is unknown |
//! | `rrule`, `exrule` (several lines each) | RRULE, EXRULE with an UNTIL of the kind that DTSTART needs |
//! | `rdate`, `exdate` (`TZID;` before them or not) | RDATE, EXDATE in the zone of DTSTART |
//! | an exception | an override with RECURRENCE-ID in the zone of its master |
//! | an exception that is cancelled or deleted | EXDATE of its master |
//! | an exception without its master | the override alone, under the UID that the master would have |
//! | `eventStatus`, `accessLevel`, `availability` | STATUS, CLASS, TRANSP |
//! | `eventColor` | X-ANDROID-COLOR:#RRGGBB |
//! | `attendees` | ATTENDEE, and ORGANIZER where others are invited |
//! | `reminders` | VALARM; the calendar's default (-1 minutes) X-ANDROID-DEFAULT-REMINDER |
//! | `extendedproperties` | URL, CATEGORIES and the properties that DAVx⁵ keeps there as what they are; others X-ANDROID-EXTENDED |

mod component;
mod recurrence;
mod rows;
mod when;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use sidekeep_model::Hasher;

use super::{EventRows, Row, RowsError};
use crate::ical::object::head;
use crate::ical::zone;
use crate::{Fate, Loss};
use component::Component;

pub use rows::{NewEvent, NoRows};

/// The whole series as one VCALENDAR with the zones it needs: master first, overrides in their order.
pub fn icalendar(rows: &EventRows) -> Vec<u8> {
    write(rows, true).into_bytes()
}

/// The same without VTIMEZONEs, for readers that know the zones: writing those takes most of the time.
pub(crate) fn icalendar_without_zones(rows: &EventRows) -> Vec<u8> {
    write(rows, false).into_bytes()
}

/// What [`icalendar`] leaves out: characters that no line can hold.
pub(crate) fn icalendar_losses(rows: &EventRows) -> Vec<Loss> {
    let components = components(rows);
    let lines = components.iter().flat_map(Component::lines);
    let losses: BTreeSet<Loss> = lines
        .filter(|line| line.has_unwritable())
        .map(|line| Loss {
            property: line.name.to_ascii_uppercase(),
            fate: Fate::Reduced,
        })
        .collect();
    Vec::from_iter(losses)
}

impl EventRows {
    /// Canonical JSON: equal rows are equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("maps of strings to strings are always JSON")
    }

    /// From JSON.
    ///
    /// # Errors
    /// When it is not the JSON of an event.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RowsError> {
        serde_json::from_slice(bytes).map_err(|_| RowsError)
    }
}

/// The master and its overrides.
fn components(rows: &EventRows) -> Vec<Component<'_>> {
    let uid = uid(rows);
    let mut components = vec![Component::master(rows, &uid)];
    for row in &rows.exceptions {
        components.extend(Component::exception(rows, row, &uid));
    }
    components
}

fn write(rows: &EventRows, with_zones: bool) -> String {
    let components = components(rows);
    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    for line in head() {
        line.write(&mut text);
    }
    if with_zones {
        let old = components.iter().any(Component::is_old);
        let mut tzids: Vec<&str> = components.iter().flat_map(Component::tzids).collect();
        tzids.sort_unstable();
        tzids.dedup();
        for zone in tzids.into_iter().filter_map(|tzid| zone::vtimezone(tzid, old)) {
            text.push_str(&zone);
        }
    }
    for component in &components {
        component.write(&mut text);
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// The UID of the series. An exception whose master is not there has that of its master.
fn uid(rows: &EventRows) -> String {
    let event = &rows.event;
    if let Some(uid) = text(event, "uid2445") {
        return uid.trim().to_owned();
    }
    let mut extended = rows
        .extended
        .iter()
        .filter(|row| text(row, "name") == Some("iCalUid"));
    if let Some(uid) = extended.find_map(|row| text(row, "value")) {
        return uid.trim().to_owned();
    }
    let (sync_id, id) = if is_exception(event) {
        ("original_sync_id", "original_id")
    } else {
        ("_sync_id", "_id")
    };
    derived_uid(event, text(event, sync_id), text(event, id).unwrap_or_default())
}

/// The server's id where there is one. Else the row's id, which is unique in its database only: with the account and
/// calendar it tells two phones' events apart as far as rows can.
fn derived_uid(event: &Row, sync_id: Option<&str>, id: &str) -> String {
    if let Some(sync_id) = sync_id {
        return format!("android-{}", sync_id.trim());
    }
    let mut hasher = Hasher::new();
    for column in ["account_type", "account_name", "ownerAccount", "calendar_id"] {
        hasher
            .update(text(event, column).unwrap_or_default().as_bytes())
            .update(b"\0");
    }
    format!("android-{}-{}", &hasher.digest().to_hex()[..12], id.trim())
}

/// The row replaces one instance of another.
fn is_exception(event: &Row) -> bool {
    ["original_id", "original_sync_id"]
        .into_iter()
        .any(|column| text(event, column).is_some())
}

/// The column's text, unless it is blank.
fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.get(column)
        .map(String::as_str)
        .filter(|value| !value.trim().is_empty())
}

fn number(row: &Row, column: &str) -> Option<i64> {
    text(row, column)?.trim().parse().ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn flag(row: &Row, column: &str) -> bool {
    number(row, column).is_some_and(|number| number != 0)
}
