//! How an event writes its times: as dates, in a zone, or in UTC. The provider has milliseconds since the epoch for
//! all of them, and for dates the midnights of UTC.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sidekeep_model::Time;

use super::{Row, flag, text};
use crate::ical::{seconds, zone};
use crate::line::Line;

/// The way in which times of an event are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When<'a> {
    /// `VALUE=DATE`.
    Date,
    /// With this TZID.
    Zone(&'a str, Tz),
    /// With `Z`.
    Utc,
}

impl<'a> When<'a> {
    /// Of an event's own times.
    pub(super) fn of(event: &'a Row) -> Self {
        if flag(event, "allDay") {
            When::Date
        } else {
            text(event, "eventTimezone").map_or(When::Utc, |tzid| Self::in_zone(tzid.trim()))
        }
    }

    /// Of times in a zone; UTC when it is not known.
    pub(super) fn in_zone(tzid: &'a str) -> Self {
        const UTC: [Tz; 6] = [
            Tz::UTC,
            Tz::Etc__UTC,
            Tz::Etc__GMT,
            Tz::GMT,
            Tz::Zulu,
            Tz::Etc__Zulu,
        ];
        match zone::known(tzid) {
            Some(zone) if !UTC.contains(&zone) => When::Zone(tzid, zone),
            _ => When::Utc,
        }
    }

    /// The TZID that is written.
    pub(super) fn tzid(self) -> Option<&'a str> {
        match self {
            When::Zone(tzid, _) => Some(tzid),
            When::Date | When::Utc => None,
        }
    }

    /// A property with one time.
    pub(super) fn line(self, name: &str, at: NaiveDateTime) -> Line {
        match self {
            When::Date => Line::new(name, at.format("%Y%m%d").to_string()).with("VALUE", "DATE"),
            When::Utc => Line::new(name, utc_text(at)),
            When::Zone(tzid, zone) => {
                let wall = zone::to_wall(zone, at);
                // The second of two equal wall times cannot be said in the zone (RFC 5545 §3.3.5).
                if zone::to_utc(zone, wall) == Some(at) {
                    Line::new(name, wall_text(wall)).with("TZID", tzid)
                } else {
                    Line::new(name, utc_text(at))
                }
            }
        }
    }

    /// The instant of a wall time; of a date its midnight in UTC, as the provider has it.
    pub(super) fn instant(self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            When::Date => Some(wall.date().and_time(NaiveTime::MIN)),
            When::Zone(_, zone) => zone::to_utc(zone, wall),
            When::Utc => Some(wall),
        }
    }

    /// The wall time of an instant.
    pub(super) fn wall(self, at: NaiveDateTime) -> NaiveDateTime {
        match self {
            When::Zone(_, zone) => zone::to_wall(zone, at),
            When::Date | When::Utc => at,
        }
    }
}

/// `20240503T120000Z`.
pub(super) fn utc_text(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn wall_text(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// A column of milliseconds as an instant of whole seconds in UTC, if its year is in 0000–9999.
pub(super) fn instant(row: &Row, column: &str) -> Option<NaiveDateTime> {
    let time = Time::from_millis(super::number(row, column)?)?;
    DateTime::from_timestamp(time.millis().div_euclid(1000), 0).map(|time| time.naive_utc())
}

/// DTEND where the event says one later than its start: `dtend`, else `duration` after the start, else for whole
/// days one day.
pub(super) fn end(event: &Row, start: NaiveDateTime, when: When<'_>) -> Option<NaiveDateTime> {
    let lasting = || {
        let duration = seconds(text(event, "duration")?.trim())?;
        in_range(start.checked_add_signed(Duration::seconds(duration))?)
    };
    let end = instant(event, "dtend").or_else(lasting);
    if when != When::Date {
        return end.filter(|end| *end > start);
    }
    // Days begin at midnight, whatever a sync adapter wrote, and one that has begun counts.
    let first = start.date();
    let last = end.map_or(first, |end| {
        let begun = i64::from(end.time() != NaiveTime::MIN);
        end.date()
            .checked_add_signed(Duration::days(begun))
            .unwrap_or(first)
    });
    let next = || first.succ_opt();
    let end: NaiveDate = if last > first { last } else { next()? };
    in_range(end.and_time(NaiveTime::MIN))
}

fn in_range(time: NaiveDateTime) -> Option<NaiveDateTime> {
    Time::from_seconds(time.and_utc().timestamp()).map(|_| time)
}
