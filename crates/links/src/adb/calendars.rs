//! Calendars and their events: each series with its exceptions, attendees, reminders and extended properties.
//!
//! Source: AOSP CalendarContract, CalendarProvider2. The provider lets its callers write expressions, so every value is
//! read as hex and there is one reading only. It keeps no marks of change for us: everything is read and compared.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use sidekeep_formats::android::{EventRows, Row};
use sidekeep_model::{Collection, CollectionId, Media, RemoteId};

use super::content::{Content, Query, Shell};
use super::doubts;
use super::held::{self, Held};
use crate::{Collected, Entry, ErrorKind, Extent, LinkError, Listing};

const CALENDARS: &str = "content://com.android.calendar/calendars";
pub(super) const EVENTS: &str = "content://com.android.calendar/events";
pub(super) const ATTENDEES: &str = "content://com.android.calendar/attendees";
pub(super) const REMINDERS: &str = "content://com.android.calendar/reminders";
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
pub(super) const ATTENDEE_COLUMNS: [&str; 8] = [
    "event_id",
    "attendeeName",
    "attendeeEmail",
    "attendeeStatus",
    "attendeeRelationship",
    "attendeeType",
    "attendeeIdentity",
    "attendeeIdNamespace",
];
pub(super) const REMINDER_COLUMNS: [&str; 3] = ["event_id", "minutes", "method"];
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
    let mut found = Found::default();
    let mut unreadable = 0;
    let mut pages: Vec<&[i64]> = ids.chunks(EVENTS_A_PAGE).collect();
    let mut failures = 0;
    while let Some(page) = pages.pop() {
        let ([first, .., last] | [first @ last]) = page else {
            continue;
        };
        match read(content, *first, *last).await {
            Ok(events) => events.into_iter().for_each(|event| found.add(event)),
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
    for series in found.series()? {
        // An event whose calendar is not listed belongs to one that is being deleted.
        let Some((_, entries)) = collections.get_mut(&series.calendar) else {
            continue;
        };
        let remote = RemoteId(series.id);
        entries.push(held::entry(remote.clone(), &series.payload));
        payloads.insert(remote, series.payload);
    }
    // An unreadable event may belong to any calendar.
    let (reading, of_each) = doubts(unreadable);
    let listing = Listing {
        reading,
        collections: collections
            .into_values()
            .map(|(collection, entries)| Collected {
                collection,
                reading: of_each.clone(),
                entries,
                extent: Extent::Full,
            })
            .collect(),
        cursor: None,
    };
    Ok((listing, Held::new(Media::ANDROID_EVENT, payloads)))
}

/// The events with ids from `first` to `last`, each with what hangs on it.
async fn read<S: Shell>(content: &Content<S>, first: i64, last: i64) -> Result<Vec<EventRows>, LinkError> {
    let events = format!("deleted=0 AND _id>={first} AND _id<={last}");
    // These tables are joined to others with an `_id`, so that `event_id` is the only name without doubt.
    let of_events = format!("event_id>={first} AND event_id<={last}");
    let (events, attendees, reminders, extended) = tokio::try_join!(
        content.hex_rows(EVENTS, &EVENT_COLUMNS, &events),
        content.hex_rows(ATTENDEES, &ATTENDEE_COLUMNS, &of_events),
        content.hex_rows(REMINDERS, &REMINDER_COLUMNS, &of_events),
        content.hex_rows(EXTENDED, &EXTENDED_COLUMNS, &of_events),
    )?;
    let places: HashMap<String, usize> = events
        .iter()
        .enumerate()
        .map(|(n, event)| (text(event, "_id").to_owned(), n))
        .collect();
    let mut events: Vec<EventRows> = events
        .into_iter()
        .map(|event| EventRows {
            event,
            ..EventRows::default()
        })
        .collect();
    let mut hang = |rows: Vec<Row>, part: fn(&mut EventRows) -> &mut Vec<Row>| {
        for mut row in rows {
            // An account that synchronises deletes such rows and inserts the same again under other ids.
            row.remove("_id");
            if let Some(n) = places.get(text(&row, "event_id")) {
                part(&mut events[*n]).push(row);
            }
        }
    };
    hang(attendees, |event| &mut event.attendees);
    hang(reminders, |event| &mut event.reminders);
    hang(extended, |event| &mut event.extended);
    Ok(events)
}

/// A series ready to be handed on.
#[derive(Debug)]
struct Series {
    id: String,
    calendar: String,
    payload: Bytes,
}

impl Series {
    fn of(rows: &EventRows) -> Self {
        Self {
            id: text(&rows.event, "_id").to_owned(),
            calendar: text(&rows.event, "calendar_id").to_owned(),
            payload: Bytes::from(rows.to_bytes().into_boxed_slice()),
        }
    }
}

/// The events read so far. An event takes several kilobytes as rows and a tenth of that as a payload, so that only
/// exceptions, which are few, wait as rows until all masters are known.
#[derive(Debug, Default)]
struct Found {
    masters: Vec<Series>,
    /// Place of a master by its id.
    by_id: HashMap<String, usize>,
    /// Place of a master by its calendar and its id there.
    by_sync_id: HashMap<(String, String), usize>,
    exceptions: Vec<EventRows>,
}

impl Found {
    fn add(&mut self, rows: EventRows) {
        if is_exception(&rows.event) {
            self.exceptions.push(rows);
            return;
        }
        let series = Series::of(&rows);
        let place = self.masters.len();
        self.by_id.insert(series.id.clone(), place);
        if let Some(sync_id) = rows.event.get("_sync_id") {
            self.by_sync_id
                .insert((series.calendar.clone(), sync_id.clone()), place);
        }
        self.masters.push(series);
    }

    /// The place of an exception's master.
    fn master(&self, exception: &Row) -> Option<usize> {
        let by_row = exception.get("original_id").and_then(|id| self.by_id.get(id));
        let by_sync = || {
            let sync_id = exception.get("original_sync_id")?;
            let calendar = text(exception, "calendar_id");
            self.by_sync_id.get(&(calendar.to_owned(), sync_id.clone()))
        };
        by_row.or_else(by_sync).copied()
    }

    /// Joins exceptions, and what hangs on them, to their masters. An exception whose master is not there stands alone.
    fn series(mut self) -> Result<Vec<Series>, LinkError> {
        let mut exceptions = std::mem::take(&mut self.exceptions);
        exceptions.sort_by_key(|rows| {
            (
                number(&rows.event, "originalInstanceTime"),
                number(&rows.event, "_id"),
            )
        });
        let mut joined: BTreeMap<usize, Vec<EventRows>> = BTreeMap::new();
        let mut alone = Vec::new();
        for rows in exceptions {
            match self.master(&rows.event) {
                Some(master) => joined.entry(master).or_default().push(rows),
                None => alone.push(Series::of(&rows)),
            }
        }
        for (master, exceptions) in joined {
            let master = &mut self.masters[master];
            let mut series = EventRows::from_bytes(&master.payload)
                .map_err(|error| LinkError::caused(ErrorKind::Garbled, master.id.as_str(), error))?;
            for rows in exceptions {
                series.exceptions.push(rows.event);
                series.attendees.extend(rows.attendees);
                series.reminders.extend(rows.reminders);
                series.extended.extend(rows.extended);
            }
            *master = Series::of(&series);
        }
        self.masters.extend(alone);
        Ok(self.masters)
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
