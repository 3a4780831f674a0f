//! Calendar and to-dos. Recurrences are expanded here, in the owner's zone; the window only lays them out.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use sidekeep_model::{CollectionId, Entry, ItemId, Kind, PhoneId, Time};
use ts_rs::TS;

use super::{Kept, VersionRow};

/// A calendar or list of to-dos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CalendarRow {
    /// The phone.
    pub phone: PhoneId,
    /// The collection.
    pub id: CollectionId,
    /// Event or task.
    pub kind: Kind,
    /// Its name on the phone.
    pub name: String,
    /// The account it belongs to.
    pub account: Option<String>,
    /// `#RRGGBB`, as the phone says; None: the window chooses.
    pub colour: Option<String>,
    /// Items in it.
    pub items: u64,
    /// Made by the phone from contacts.
    pub derived: bool,
}

/// Which days to show, and where the owner is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// The day after the last. At most 400 days after `from`; more is cut.
    pub to: NaiveDate,
    /// The owner's zone: `Europe/Berlin`.
    pub zone: String,
    /// As it was at this time.
    pub as_of: Option<Time>,
}

/// One occurrence of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Occurrence {
    /// The item: a series with its overrides.
    pub id: ItemId,
    /// Its calendar, as an index into the list of [`CalendarRow`]s.
    pub calendar: u32,
    /// SUMMARY.
    pub title: String,
    /// Where.
    pub place: Option<String>,
    /// Start, by the clock of the owner's zone.
    pub start: NaiveDateTime,
    /// End, exclusive, by the same clock; for a whole day the midnight after.
    pub end: NaiveDateTime,
    /// Whole days.
    pub all_day: bool,
    /// It recurs.
    pub recurs: bool,
    /// This occurrence was changed by itself.
    pub changed: bool,
    /// STATUS:CANCELLED.
    pub cancelled: bool,
    /// The rule could not be understood; only its first occurrence is shown.
    pub broken: bool,
}

/// One event or to-do.
#[derive(Clone, Debug, Serialize, TS)]
pub struct EntryDetail {
    /// What the archive knows of it.
    pub kept: Kept,
    /// The master first, then each override.
    pub components: Vec<Entry>,
    /// All its states, newest first.
    pub versions: Vec<VersionRow>,
    /// The kept bytes as iCalendar.
    pub icalendar: String,
}

/// One to-do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TaskRow {
    /// The item.
    pub id: ItemId,
    /// Its list, as an index into the list of [`CalendarRow`]s.
    pub list: u32,
    /// SUMMARY.
    pub title: String,
    /// DUE, as written: a date, or a time.
    pub due: Option<String>,
    /// COMPLETED or STATUS:COMPLETED.
    pub done: bool,
    /// It recurs.
    pub recurs: bool,
    /// DESCRIPTION.
    pub notes: Option<String>,
    /// Still on the phone.
    pub present: bool,
}
