//! Calendar and to-dos. Recurrences are expanded here, in the owner's zone; the window only lays them out.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use sidekeep_archive::{AgendaRow, Archive, Item, Query, StateRef};
use sidekeep_formats::{as_icalendar, entries, ical};
use sidekeep_model::{CollectionId, Digest, Entry, ItemId, Kind, PhoneId, Time};
use ts_rs::TS;

use super::alike::{Candidate, Meanings, folded};
use super::history::versions;
use super::kept::item;
use super::{Kept, VersionRow};
use crate::{EngineError, Grouping};

/// Days of a [`Span`].
const MOST_DAYS: u64 = 400;
/// Occurrences of one answer.
const MOST_OCCURRENCES: usize = 50_000;
/// Events that an [`Agenda`] remembers; each takes about two kilobytes.
const MOST_REMEMBERED: usize = 30_000;

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
    /// The same event from other sources of the same phone.
    pub also: Vec<AlsoIn>,
}

/// The same event or to-do from another source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AlsoIn {
    /// The item.
    pub id: ItemId,
    /// Its calendar or list, as an index into the list of [`CalendarRow`]s.
    pub calendar: u32,
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
    /// The same to-do from other sources of the same phone.
    pub also: Vec<AlsoIn>,
}

/// What was parsed to answer for some days, so that the next days are quick. It holds nothing that the archive does not,
/// and knows every state by its digest: it never has to be told that the archive changed.
#[derive(Debug, Default)]
pub struct Agenda {
    parsed: HashMap<Digest, Arc<Parsed>>,
    meanings: Meanings,
}

/// An event, ready to be laid out.
#[derive(Debug)]
struct Parsed {
    series: ical::Series,
    components: Vec<Component>,
    recurs: bool,
}

/// What is shown of a component.
#[derive(Debug)]
struct Component {
    title: String,
    place: Option<String>,
    all_day: bool,
    cancelled: bool,
}

impl Agenda {
    /// The event in this state; None when its bytes are damaged.
    fn event(&mut self, archive: &Archive, state: &StateRef) -> Option<Arc<Parsed>> {
        if let Some(parsed) = self.parsed.get(&state.digest) {
            return Some(Arc::clone(parsed));
        }
        let parsed = Arc::new(Parsed::of(&components(archive, state)?));
        self.parsed.insert(state.digest, Arc::clone(&parsed));
        Some(parsed)
    }

    /// The places of the events that are shown, each with the same event from other sources.
    fn also(
        &mut self,
        archive: &Archive,
        grouping: &Grouping,
        rows: &[AgendaRow],
    ) -> Result<HashMap<usize, Vec<AlsoIn>>, EngineError> {
        if grouping.is_empty() {
            return Ok((0..rows.len()).map(|at| (at, Vec::new())).collect());
        }
        let (calendars, nowhere) = (calendars(archive)?, PhoneId::from(""));
        let mut candidates = Vec::with_capacity(rows.len());
        for row in rows {
            let calendar = usize::try_from(row.calendar)
                .ok()
                .and_then(|at| calendars.get(at));
            let event = self.event(archive, &row.state);
            let titles = event.iter().flat_map(|event| &event.components);
            candidates.push(Candidate::new(
                calendar.map_or(&nowhere, |calendar| &calendar.phone),
                Kind::Event,
                &row.state,
                (
                    calendar.is_some_and(|calendar| calendar.derived),
                    titles.map(|component| &component.title).collect::<Vec<_>>(),
                ),
            ));
        }
        let shown_as = self.meanings.shown_as(archive, grouping, &candidates)?;
        let alone = (0..rows.len()).map(|at| (at, Vec::new()));
        let shown = folded(alone, &shown_as, |(_, also), (at, _)| {
            also.push(AlsoIn {
                id: rows[at].id,
                calendar: rows[at].calendar,
            });
        });
        Ok(shown.into_iter().collect())
    }
}

impl Parsed {
    fn of(entries: &[Entry]) -> Self {
        let component = |entry: &Entry| Component {
            title: entry.summary.clone(),
            place: entry.location.clone(),
            all_day: entry.all_day,
            cancelled: entry.status.as_deref() == Some("CANCELLED"),
        };
        Self {
            series: ical::Series::of(entries),
            components: entries.iter().map(component).collect(),
            recurs: entries.iter().any(recurs),
        }
    }
}

fn recurs(entry: &Entry) -> bool {
    entry.rrule.is_some() || !entry.rdates.is_empty()
}

/// The calendars and lists of to-dos, in the order that [`Occurrence::calendar`] and [`TaskRow::list`] count in.
///
/// # Errors
/// Index errors.
pub fn calendars(archive: &Archive) -> Result<Vec<CalendarRow>, EngineError> {
    let collections = archive.collections(None)?.into_iter();
    let entries = collections.filter(|found| matches!(found.kind, Kind::Event | Kind::Task));
    let rows = entries.map(|found| CalendarRow {
        phone: found.phone,
        kind: found.kind,
        id: found.collection.id.clone(),
        name: found.collection.name.clone(),
        account: found.collection.account.clone(),
        colour: found.collection.colour.clone(),
        items: found.present,
        derived: found.collection.derived,
    });
    Ok(rows.collect())
}

/// The occurrences that touch the days, by start; what several sources of one phone have alike comes once. An event whose bytes are damaged is left out; a zone that is not known
/// is taken for UTC. Beyond 50,000 there are no more.
///
/// # Errors
/// Index errors.
pub fn occurrences(
    agenda: &mut Agenda,
    archive: &Archive,
    grouping: &Grouping,
    span: &Span,
) -> Result<Vec<Occurrence>, EngineError> {
    // By its wall time in whatever zone an event may seem a day off.
    let limit = span.from.checked_add_days(Days::new(MOST_DAYS));
    let to = limit.map_or(span.to, |limit| span.to.min(limit));
    let around = span
        .from
        .checked_sub_days(Days::new(2))
        .zip(to.checked_add_days(Days::new(2)));
    let (Some(owner), Some((early, late))) = (ical::zone(&span.zone).or_else(|| ical::zone("UTC")), around)
    else {
        return Ok(Vec::new());
    };
    let rows = archive.agenda(
        early.and_time(NaiveTime::MIN),
        late.and_time(NaiveTime::MIN),
        span.as_of,
    )?;
    let mut also = agenda.also(archive, grouping, &rows)?;
    let mut list = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(also) = also.remove(&at) else {
            continue;
        };
        let Some(event) = agenda.event(archive, &row.state) else {
            continue;
        };
        for one in event.series.between(span.from, to, owner).list {
            let Some(component) = event.components.get(one.entry) else {
                continue;
            };
            list.push(Occurrence {
                id: row.id,
                calendar: row.calendar,
                title: component.title.clone(),
                place: component.place.clone(),
                start: one.start,
                end: one.end,
                all_day: component.all_day,
                recurs: event.recurs,
                changed: one.changed,
                cancelled: component.cancelled,
                broken: event.series.is_broken(),
                also: also.clone(),
            });
        }
        if list.len() >= MOST_OCCURRENCES {
            list.truncate(MOST_OCCURRENCES);
            break;
        }
    }
    if agenda.parsed.len() > MOST_REMEMBERED {
        let now: HashSet<Digest> = rows.iter().map(|row| row.state.digest).collect();
        agenda.parsed.retain(|digest, _| now.contains(digest));
    }
    list.sort_by(|a, b| (a.start, a.end, &a.title).cmp(&(b.start, b.end, &b.title)));
    Ok(list)
}

/// The to-dos, by when they start or are due; what several sources of one phone have alike comes once.
///
/// # Errors
/// Index errors.
pub fn tasks(
    agenda: &mut Agenda,
    archive: &Archive,
    grouping: &Grouping,
    as_of: Option<Time>,
) -> Result<Vec<TaskRow>, EngineError> {
    let places: HashMap<(PhoneId, Kind, CollectionId), u32> = calendars(archive)?
        .into_iter()
        .zip(0..)
        .map(|(row, place)| ((row.phone, row.kind, row.id), place))
        .collect();
    let query = Query {
        kinds: vec![Kind::Task],
        as_of,
        ..Query::default()
    };
    let items = archive.list(&query)?;
    let candidates: Vec<Candidate<'_>> = items
        .iter()
        .map(|item| Candidate::of(item, &item.title))
        .collect();
    let shown_as = agenda.meanings.shown_as(archive, grouping, &candidates)?;
    let rows = items.into_iter().map(|item| {
        let key = (item.phone.clone(), item.kind, item.collection.id.clone());
        task(archive, item, places.get(&key).copied().unwrap_or_default())
    });
    Ok(folded(rows, &shown_as, |row, other| {
        row.also.push(AlsoIn {
            id: other.id,
            calendar: other.list,
        });
    }))
}

/// A to-do; with its title alone where its bytes cannot be read.
fn task(archive: &Archive, item: Item, list: u32) -> TaskRow {
    let components = components(archive, &item.state).unwrap_or_default();
    let entry = components.into_iter().next().unwrap_or_else(|| {
        let mut unread = Entry::new(sidekeep_model::EntryKind::Task);
        unread.summary = item.title;
        unread
    });
    TaskRow {
        id: item.id,
        list,
        due: entry.due.as_ref().map(ToString::to_string),
        done: entry.completed.is_some() || entry.status.as_deref() == Some("COMPLETED"),
        recurs: recurs(&entry),
        title: entry.summary,
        notes: entry.description,
        present: item.present,
        also: Vec::new(),
    }
}

/// The components of an entry in this state, the master first; None when they cannot be read.
fn components(archive: &Archive, state: &StateRef) -> Option<Vec<Entry>> {
    let raw = archive.raw(state).ok()?;
    // One that a foreign parser cannot bear must not hide all others.
    let read = catch_unwind(AssertUnwindSafe(|| entries(&state.media, &raw)));
    Some(read.ok()?.ok()?.value)
}

/// One event or to-do as it is, or was at a time. What cannot be read has no components.
///
/// # Errors
/// `NoItem` when there is no such event or to-do, index errors.
pub fn entry(archive: &Archive, id: ItemId, as_of: Option<Time>) -> Result<EntryDetail, EngineError> {
    let item = item(archive, id, as_of)?;
    if !matches!(item.kind, Kind::Event | Kind::Task) {
        return Err(EngineError::NoItem(id));
    }
    let raw = archive.raw(&item.state).unwrap_or_default();
    let icalendar = as_icalendar(&item.media, &raw).map(|text| String::from_utf8_lossy(&text).into_owned());
    Ok(EntryDetail {
        kept: Kept::of(archive, &item)?,
        components: components(archive, &item.state).unwrap_or_default(),
        versions: versions(archive, &item)?,
        icalendar: icalendar.unwrap_or_default(),
    })
}
