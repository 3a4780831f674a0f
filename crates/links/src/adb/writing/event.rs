//! An event as new rows of the provider.
//!
//! `insert` does not say which row it made (AOSP `Content.java`); the event is found by its UID. That also finds one of
//! which the answer was lost: its missing reminders and guests are added, none twice.

use sidekeep_formats::android::{NewEvent, Row};
use sidekeep_model::RemoteId;

use super::super::calendars::{ATTENDEE_COLUMNS, ATTENDEES, EVENTS, REMINDER_COLUMNS, REMINDERS};
use super::super::content::{Bind, Content, Shell};
use super::missing;
use crate::{ErrorKind, LinkError, Write, WriteError, Written};

/// Columns that the provider reads as text; all others are numbers.
const TEXTS: [&str; 13] = [
    "uid2445",
    "title",
    "description",
    "eventLocation",
    "eventTimezone",
    "eventEndTimezone",
    "duration",
    "rrule",
    "rdate",
    "exdate",
    "organizer",
    "attendeeName",
    "attendeeEmail",
];

pub(super) async fn add<S: Shell>(content: &Content<S>, write: &Write) -> Result<Written, WriteError> {
    let new = NewEvent::from_icalendar(&write.bytes).map_err(|why| WriteError::Refused(why.to_string()))?;
    let calendar = write.collection.as_str();
    let Some(uid) = new
        .event
        .get("uid2445")
        .filter(|_| calendar.parse::<i64>().is_ok())
    else {
        return Err(WriteError::Refused(
            "it has no UID to be found again by".to_owned(),
        ));
    };
    let filter = format!(
        "deleted=0 AND calendar_id={calendar} AND uid2445='{}'",
        uid.replace('\'', "''")
    );
    let made = async || Ok::<_, LinkError>(content.ids_of(EVENTS, &filter).await?.first().copied());
    let id = match made().await? {
        Some(id) => id,
        None => {
            let columns = bound(&new.event, ("calendar_id", calendar.parse().unwrap_or_default()));
            content.insert(EVENTS, &columns).await?;
            made()
                .await?
                .ok_or_else(|| LinkError::new(ErrorKind::Garbled, "the new event is not there"))?
        }
    };
    let hanging = [
        (ATTENDEES, &ATTENDEE_COLUMNS[..], &new.attendees),
        (REMINDERS, &REMINDER_COLUMNS[..], &new.reminders),
    ];
    for (uri, columns, rows) in hanging {
        let there = match rows.is_empty() {
            true => Vec::new(),
            false => content.hex_rows(uri, columns, &format!("event_id={id}")).await?,
        };
        for row in missing(rows, there.into_iter()).0 {
            content.insert(uri, &bound(row, ("event_id", id))).await?;
        }
    }
    Ok(Written {
        remote: RemoteId(id.to_string()),
    })
}

fn bound<'a>(row: &'a Row, of: (&'a str, i64)) -> Vec<Bind<'a>> {
    let columns = row.iter().map(|(column, value)| match value.parse() {
        Ok(number) if !TEXTS.contains(&column.as_str()) => Bind::number(column, number),
        _ => Bind::text(column, value),
    });
    columns.chain([Bind::number(of.0, of.1)]).collect()
}
