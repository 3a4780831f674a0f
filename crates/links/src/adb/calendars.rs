//! Calendars and their events: each series with its exceptions, attendees, reminders and extended properties.
//!
//! Source: AOSP CalendarContract, CalendarProvider2. The provider lets its callers write expressions, so every value is
//! read as hex and there is one reading only. It keeps no marks of change for us: everything is read and compared.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use sidekeep_formats::android::{EventRows, Row};
use sidekeep_model::{Collection, CollectionId, Media, Reading, Reason, RemoteId, Why};

use super::content::{Content, Query, Shell};
use super::held::{self, Held};
use crate::{Collected, Entry, ErrorKind, Extent, LinkError, Listing};

const CALENDARS: &str = "content://com.android.calendar/calendars";
const EVENTS: &str = "content://com.android.calendar/events";
const ATTENDEES: &str = "content://com.android.calendar/attendees";
const REMINDERS: &str = "content://com.android.calendar/reminders";
const EXTENDED: &str = "content://com.android.calendar/extendedproperties";

const CALENDAR_COLUMNS: [&str; 8] = [
    "account_name",
    "account_type",
    "name",
    "calendar_displayName",
    "calendar_color",
    "calendar_access_level",
    "calendar_timezone",
    "ownerAccount",
];

/// What the owner can see of an event; not what the provider derives (`lastDate`, `hasAlarm`) or what only
/// synchronisation uses (`dirty`, `sync_data1`…).
const EVENT_COLUMNS: [&str; 33] = [
    "calendar_id",
    "_sync_id",
    "title",
    "eventLocation",
    "description",
    "eventColor",
    "eventStatus",
    "selfAttendeeStatus",
    "dtstart",
    "dtend",
    "eventTimezone",
    "eventEndTimezone",
    "duration",
    "allDay",
    "accessLevel",
    "availability",
    "rrule",
    "rdate",
    "exrule",
    "exdate",
    "original_id",
    "original_sync_id",
    "originalInstanceTime",
    "originalAllDay",
    "organizer",
    "isOrganizer",
    "guestsCanModify",
    "guestsCanInviteOthers",
    "guestsCanSeeGuests",
    "customAppPackage",
    "customAppUri",
    "uid2445",
    "hasAttendeeData",
];
const ATTENDEE_COLUMNS: [&str; 8] = [
    "event_id",
    "attendeeName",
    "attendeeEmail",
    "attendeeStatus",
    "attendeeRelationship",
    "attendeeType",
    "attendeeIdentity",
    "attendeeIdNamespace",
];
const REMINDER_COLUMNS: [&str; 3] = ["event_id", "minutes", "method"];
const EXTENDED_COLUMNS: [&str; 3] = ["event_id", "name", "value"];

/// Events that are read at once: with hex and all that hangs on them, a few megabytes.
const EVENTS_A_PAGE: usize = 1_000;

/// Pages that may fail before the whole provider counts as unreadable.
const MAX_FAILURES: usize = 64;

/// `calendar_access_level` from which the owner may write (CalendarContract.Calendars.CAL_ACCESS_CONTRIBUTOR).
const CONTRIBUTOR: i64 = 500;

/// Lists every event series of every calendar.
///
/// # Errors
/// Whatever keeps any of the provider's tables from being read.
pub(super) async fn list<S: Shell>(content: &Content<S>) -> Result<(Listing, Held), LinkError> {
    let ids = Query {
        uri: EVENTS,
        projection: &["_id"],
        filter: "deleted=0",
        extras: &[],
    };
    let (calendars, ids) = tokio::try_join!(
        content.hex_rows(CALENDARS, &CALENDAR_COLUMNS, "deleted=0"),
        content.numbers(&ids),
    )?;
    let ids: Vec<i64> = ids.into_iter().filter_map(|row| row[0]).collect();
    let mut rows = Tables::default();
    let mut unreadable = 0;
    let mut pages: Vec<&[i64]> = ids.chunks(EVENTS_A_PAGE).collect();
    let mut failures = 0;
    while let Some(page) = pages.pop() {
        let ([first, .., last] | [first @ last]) = page else {
            continue;
        };
        match rows.read(content, *first, *last).await {
            Ok(()) => {}
            // One event may be too big to be printed; its neighbours are not to suffer.
            Err(error) if *error.kind() == ErrorKind::Garbled && failures < MAX_FAILURES => {
                failures += 1;
                match page.split_at(page.len() / 2) {
                    ([], _) => unreadable += 1,
                    halves => pages.extend([halves.0, halves.1]),
                }
            }
            Err(error) => return Err(error),
        }
    }

    let mut collections: BTreeMap<String, (Collection, Vec<Entry>)> = calendars
        .iter()
        .filter_map(|row| Some((row.get("_id")?.clone(), (calendar(row), Vec::new()))))
        .collect();
    let mut payloads = HashMap::new();
    for series in rows.series() {
        // An event whose calendar is not listed belongs to one that is being deleted.
        let Some((_, entries)) = series
            .event
            .get("calendar_id")
            .and_then(|id| collections.get_mut(id))
        else {
            continue;
        };
        let remote = RemoteId(series.event.get("_id").cloned().unwrap_or_default());
        let payload = Bytes::from(series.to_bytes());
        entries.push(held::entry(remote.clone(), &payload));
        payloads.insert(remote, payload);
    }
    // An unreadable event may belong to any calendar.
    let why = Why::new(Reason::Garbled).count(unreadable);
    let reading = Reading::partial((unreadable > 0).then_some(why).into_iter().collect());
    let listing = Listing {
        reading: reading.clone(),
        collections: collections
            .into_values()
            .map(|(collection, entries)| Collected {
                collection,
                reading: reading.clone(),
                entries,
                extent: Extent::Full,
            })
            .collect(),
        cursor: None,
    };
    Ok((listing, Held::new(Media::ANDROID_EVENT, payloads)))
}

/// The rows of the events and of what hangs on them.
#[derive(Debug, Default)]
struct Tables {
    events: Vec<Row>,
    attendees: Vec<Row>,
    reminders: Vec<Row>,
    extended: Vec<Row>,
}

impl Tables {
    /// Reads the events with ids from `first` to `last`.
    async fn read<S: Shell>(&mut self, content: &Content<S>, first: i64, last: i64) -> Result<(), LinkError> {
        let events = format!("deleted=0 AND _id>={first} AND _id<={last}");
        // These tables are joined to others with an `_id`, so that `event_id` is the only name without doubt.
        let of_events = format!("event_id>={first} AND event_id<={last}");
        let (events, attendees, reminders, extended) = tokio::try_join!(
            content.hex_rows(EVENTS, &EVENT_COLUMNS, &events),
            content.hex_rows(ATTENDEES, &ATTENDEE_COLUMNS, &of_events),
            content.hex_rows(REMINDERS, &REMINDER_COLUMNS, &of_events),
            content.hex_rows(EXTENDED, &EXTENDED_COLUMNS, &of_events),
        )?;
        self.events.extend(events);
        // An account that synchronises deletes such rows and inserts the same again under other ids.
        let without_id = |mut row: Row| {
            row.remove("_id");
            row
        };
        self.attendees.extend(attendees.into_iter().map(without_id));
        self.reminders.extend(reminders.into_iter().map(without_id));
        self.extended.extend(extended.into_iter().map(without_id));
        Ok(())
    }

    /// Joins exceptions to their masters and everything else to its event. An exception whose master is not there
    /// stands alone.
    fn series(self) -> Vec<EventRows> {
        let mut by_id: HashMap<&str, usize> = HashMap::new();
        let mut by_sync_id: HashMap<(&str, &str), usize> = HashMap::new();
        for (n, event) in self.events.iter().enumerate() {
            if is_exception(event) {
                continue;
            }
            by_id.insert(text(event, "_id"), n);
            if let Some(sync_id) = event.get("_sync_id") {
                by_sync_id.insert((text(event, "calendar_id"), sync_id), n);
            }
        }
        let master = |event: &Row| -> Option<usize> {
            if !is_exception(event) {
                return None;
            }
            let by_row = event.get("original_id").and_then(|id| by_id.get(id.as_str()));
            let by_sync = || {
                let sync_id = event.get("original_sync_id")?;
                by_sync_id.get(&(text(event, "calendar_id"), sync_id.as_str()))
            };
            by_row.or_else(by_sync).copied()
        };
        // The place of each event's series among the masters and orphans.
        let owners: Vec<usize> = self
            .events
            .iter()
            .enumerate()
            .map(|(n, event)| master(event).unwrap_or(n))
            .collect();
        let owner_of: HashMap<String, usize> = self
            .events
            .iter()
            .zip(&owners)
            .map(|(event, owner)| (text(event, "_id").to_owned(), *owner))
            .collect();

        let mut series: BTreeMap<usize, EventRows> = BTreeMap::new();
        for (n, (event, owner)) in self.events.into_iter().zip(owners).enumerate() {
            let rows = series.entry(owner).or_default();
            if owner == n {
                rows.event = event;
            } else {
                rows.exceptions.push(event);
            }
        }
        let mut hang = |rows: Vec<Row>, part: fn(&mut EventRows) -> &mut Vec<Row>| {
            for row in rows {
                let owner = row.get("event_id").and_then(|event| owner_of.get(event));
                if let Some(rows) = owner.and_then(|owner| series.get_mut(owner)) {
                    part(rows).push(row);
                }
            }
        };
        hang(self.attendees, |rows| &mut rows.attendees);
        hang(self.reminders, |rows| &mut rows.reminders);
        hang(self.extended, |rows| &mut rows.extended);
        let mut series: Vec<EventRows> = series.into_values().collect();
        for rows in &mut series {
            rows.exceptions
                .sort_by_key(|row| (number(row, "originalInstanceTime"), number(row, "_id")));
        }
        series
    }
}

fn is_exception(event: &Row) -> bool {
    ["original_id", "original_sync_id"]
        .iter()
        .any(|column| event.get(*column).is_some_and(|text| !text.is_empty()))
}

fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn number(row: &Row, column: &str) -> Option<i64> {
    row.get(column)?.parse().ok()
}

fn calendar(row: &Row) -> Collection {
    let account_type = text(row, "account_type");
    let read_only = number(row, "calendar_access_level").is_some_and(|level| level < CONTRIBUTOR);
    let name = ["calendar_displayName", "name", "account_name"]
        .into_iter()
        .map(|column| text(row, column))
        .find(|name| !name.trim().is_empty())
        .unwrap_or("Calendar");
    Collection {
        id: CollectionId(text(row, "_id").to_owned()),
        name: name.to_owned(),
        account: Some(format!("{account_type}:{}", text(row, "account_name")))
            .filter(|account| account != ":"),
        colour: number(row, "calendar_color").map(|argb| format!("#{:06X}", argb & 0xFF_FFFF)),
        read_only,
        derived: is_birthdays(row, read_only),
    }
}

/// Google's calendar of its contacts' birthdays, makers' own ones, and apps that make one. A calendar that its owner
/// may write is the owner's, whatever its name.
fn is_birthdays(row: &Row, read_only: bool) -> bool {
    let says = |column: &str| {
        let text = text(row, column).to_ascii_lowercase();
        text.contains("birthday") || text.starts_with("addressbook#")
    };
    says("ownerAccount")
        || says("account_type")
        || (read_only && (says("name") || says("calendar_displayName")))
}
