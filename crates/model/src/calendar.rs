//! Events and to-dos, as parsed for showing, searching and comparing. The raw bytes stay the truth.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// VEVENT or VTODO.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// VEVENT.
    Event,
    /// VTODO.
    Task,
}

/// One component of a calendar item: the master of a series, or one override (it has a `recurrence_id`). Field
/// names are the JSON contract of the command line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Entry {
    /// Event or task.
    pub component: EntryKind,
    /// UID; empty when the component lacks one.
    pub uid: String,
    /// SUMMARY.
    pub summary: String,
    /// DESCRIPTION.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// DTSTART.
    pub start: Option<Moment>,
    /// DTEND, or DTSTART plus DURATION, or RFC 5545's default. Exclusive; for a whole day the day after.
    pub end: Option<Moment>,
    /// DTSTART is a date.
    pub all_day: bool,
    /// TZID of DTSTART as written; `UTC` for a Z time; null when floating or a date.
    pub tz: Option<String>,
    /// RRULE as written (the first, if several).
    pub rrule: Option<String>,
    /// RDATE values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rdates: Vec<Moment>,
    /// EXDATE values.
    pub exdates: Vec<Moment>,
    /// RECURRENCE-ID: this component replaces that occurrence.
    pub recurrence_id: Option<Moment>,
    /// LOCATION.
    pub location: Option<String>,
    /// ORGANIZER, without `mailto:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organizer: Option<String>,
    /// ATTENDEE.
    pub attendees: Vec<Attendee>,
    /// VALARM.
    pub alarms: Vec<Alarm>,
    /// STATUS, upper case as in RFC 5545 §3.8.1.11.
    pub status: Option<String>,
    /// CATEGORIES.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// DUE (tasks).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// COMPLETED (tasks).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed: Option<Moment>,
}

impl Entry {
    /// An empty component of this kind.
    pub fn new(component: EntryKind) -> Self {
        Self {
            component,
            uid: String::new(),
            summary: String::new(),
            description: None,
            start: None,
            end: None,
            all_day: false,
            tz: None,
            rrule: None,
            rdates: Vec::new(),
            exdates: Vec::new(),
            recurrence_id: None,
            location: None,
            organizer: None,
            attendees: Vec::new(),
            alarms: Vec::new(),
            status: None,
            categories: Vec::new(),
            due: None,
            completed: None,
        }
    }
}

/// A point in calendar time as RFC 5545 knows it. Serialises as `2024-05-03`, `2024-05-03T14:00:00` (floating or in
/// the entry's zone) or `2024-05-03T12:00:00Z`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub enum Moment {
    /// VALUE=DATE.
    Date(NaiveDate),
    /// A wall time: floating, or in the zone that the property's TZID names.
    Wall(NaiveDateTime),
    /// A UTC time.
    Utc(NaiveDateTime),
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Moment::Date(date) => write!(f, "{date}"),
            Moment::Wall(wall) => write!(f, "{}", wall.format("%Y-%m-%dT%H:%M:%S")),
            Moment::Utc(utc) => write!(f, "{}Z", utc.format("%Y-%m-%dT%H:%M:%S")),
        }
    }
}

/// The text is no calendar moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a calendar date or time")]
pub struct MomentError;

impl std::str::FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        const TIME: &str = "%Y-%m-%dT%H:%M:%S";
        if let Some(utc) = text.strip_suffix('Z') {
            return NaiveDateTime::parse_from_str(utc, TIME)
                .map(Moment::Utc)
                .map_err(|_| MomentError);
        }
        if text.contains('T') {
            return NaiveDateTime::parse_from_str(text, TIME)
                .map(Moment::Wall)
                .map_err(|_| MomentError);
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Moment::Date)
            .map_err(|_| MomentError)
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// ATTENDEE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attendee {
    /// CN.
    pub name: Option<String>,
    /// The address, without `mailto:`.
    pub address: String,
    /// ROLE, upper case.
    pub role: Option<String>,
    /// PARTSTAT, upper case.
    pub status: Option<String>,
}

/// VALARM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Alarm {
    /// ACTION, upper case.
    pub action: String,
    /// TRIGGER as written: a duration such as `-PT15M`, or a UTC time.
    pub trigger: String,
}
