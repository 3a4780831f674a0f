//! Components to the model's entries.
//!
//! Dates, times, periods and durations are interpreted by calcard, one component at a time, and so is text in
//! quoted-printable (vCalendar 1.0). Other text, parameters and what the model keeps as written come from the content
//! lines: calcard drops spaces in lists and unknown escapes, and leaves RFC 6868 encoded.

use calcard::icalendar::{ICalendarEntry, ICalendarProperty, ICalendarValue};
use calcard::{Entry as Parsed, Parser};
use sidekeep_model::{Alarm, Attendee, Entry, EntryKind, Moment};

use super::item::{items, uid};
use super::moment::{after, beside, moments};
use super::outline::{Component, outline, warn};
use super::zone;
use crate::line::{Line, text};
use crate::{Read, Trouble, Warning};

/// Components of one item that are interpreted.
const MOST_ENTRIES: usize = 10_000;
/// Alarms of one component that are interpreted.
const MOST_ALARMS: usize = 1_000;

/// The properties that calcard reads.
const TIMES: [&str; 8] = [
    "DTSTART",
    "DTEND",
    "DURATION",
    "DUE",
    "COMPLETED",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
];

/// The properties that are text.
const TEXTS: [&str; 4] = ["SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES"];

/// Reads the components of an item (or of a whole file): masters first, overrides after them, each in the order of
/// the bytes.
pub fn read(raw: &[u8]) -> Read<Vec<Entry>> {
    let mut warnings = Vec::new();
    let roots = outline(raw, &mut warnings);
    let mut value = Vec::new();
    for component in items(&roots) {
        if value.len() == MOST_ENTRIES {
            warn(&mut warnings, component.line, Trouble::TooMuch);
            break;
        }
        value.push(entry(component, raw, &mut warnings));
    }
    value.sort_by_key(|entry| entry.recurrence_id.is_some());
    Read { value, warnings }
}

/// VTODO and VJOURNAL are tasks, everything else is an event.
pub(super) fn kind(component: &Component) -> EntryKind {
    match component.name.as_str() {
        "VTODO" | "VJOURNAL" => EntryKind::Task,
        _ => EntryKind::Event,
    }
}

fn entry(component: &Component, bytes: &[u8], warnings: &mut Vec<Warning>) -> Entry {
    let mut entry = Entry::new(kind(component));
    entry.uid = uid(component, bytes).unwrap_or_default();
    let mut values = String::from("BEGIN:VEVENT\n");
    for raw in component.lines(bytes) {
        let Some(line) = raw.parse() else {
            warn(warnings, component.line, Trouble::NotALine);
            continue;
        };
        let is_text = TEXTS.iter().any(|name| line.is(name));
        if is_text && !is_encoded(&line) {
            set_text(&mut entry, &line);
        } else if is_text || TIMES.iter().any(|name| line.is(name)) {
            values.push_str(&line.unfolded());
            values.push('\n');
        } else if line.is("RRULE") {
            entry.rrule.get_or_insert_with(|| line.value.trim().to_owned());
        } else if line.is("STATUS") {
            entry.status = some(line.value.trim()).map(|status| status.to_ascii_uppercase());
        } else if line.is("ORGANIZER") {
            entry.organizer = some(address(&line));
        } else if line.is("ATTENDEE") {
            entry.attendees.push(attendee(&line));
        }
    }
    values.push_str("END:VEVENT\n");
    entry.alarms = alarms(component, bytes);
    if let Parsed::ICalendar(parsed) = Parser::new(&values).entry()
        && let Some(parsed) = parsed.components.into_iter().next()
    {
        interpret(&parsed.entries, &mut entry, component.line, warnings);
    }
    entry
}

fn interpret(properties: &[ICalendarEntry], entry: &mut Entry, line: usize, warnings: &mut Vec<Warning>) {
    let mut bad = false;
    let start = properties
        .iter()
        .find(|property| property.name == ICalendarProperty::Dtstart);
    if let Some(property) = start {
        entry.start = moments(property).next().flatten();
        entry.all_day = matches!(entry.start, Some(Moment::Date(_)));
        entry.tz = match entry.start {
            Some(Moment::Wall(_)) => property.tz_id().map(str::to_owned),
            Some(Moment::Utc(_)) => Some("UTC".to_owned()),
            _ => None,
        };
        bad = entry.start.is_none();
    }
    let own = entry.tz.clone();
    let mut read = |property: &ICalendarEntry| -> Vec<Moment> {
        let read = moments(property).inspect(|moment| bad |= moment.is_none());
        read.flatten()
            .map(|moment| beside(moment, property.tz_id(), own.as_deref()))
            .collect()
    };
    let mut duration = None;
    for property in properties {
        match property.name {
            ICalendarProperty::Summary => entry.summary = decoded(property).unwrap_or_default(),
            ICalendarProperty::Description => entry.description = decoded(property),
            ICalendarProperty::Location => entry.location = decoded(property),
            ICalendarProperty::Categories => entry.categories.extend(decoded(property)),
            ICalendarProperty::Dtend => entry.end = read(property).pop(),
            ICalendarProperty::Due => entry.due = read(property).pop(),
            ICalendarProperty::Completed => entry.completed = read(property).pop(),
            ICalendarProperty::RecurrenceId => entry.recurrence_id = read(property).pop(),
            ICalendarProperty::Rdate => entry.rdates.append(&mut read(property)),
            ICalendarProperty::Exdate => entry.exdates.append(&mut read(property)),
            ICalendarProperty::Duration => duration = property.values.first(),
            _ => {}
        }
    }
    let duration = duration.and_then(|value| match value {
        ICalendarValue::Duration(duration) => Some(duration),
        _ => {
            bad = true;
            None
        }
    });
    if bad {
        warn(warnings, line, Trouble::BadValue);
    }
    let Some(start) = &entry.start else { return };
    let zone = entry.tz.as_deref().and_then(zone::known);
    let lasting = duration.and_then(|duration| after(start, duration, zone));
    match entry.component {
        EntryKind::Event => entry.end = entry.end.take().or(lasting).or_else(|| default_end(start)),
        EntryKind::Task => entry.due = entry.due.take().or(lasting),
    }
}

/// RFC 5545 §3.6.1: a date lasts one day, a time no time.
fn default_end(start: &Moment) -> Option<Moment> {
    match start {
        Moment::Date(date) => date.succ_opt().map(Moment::Date),
        time => Some(time.clone()),
    }
}

fn set_text(entry: &mut Entry, line: &Line) {
    let value = || some(&text::unescape(&line.value));
    if line.is("SUMMARY") {
        entry.summary = value().unwrap_or_default();
    } else if line.is("DESCRIPTION") {
        entry.description = value();
    } else if line.is("LOCATION") {
        entry.location = value();
    } else {
        let categories = text::split(&line.value, ',').into_iter();
        entry
            .categories
            .extend(categories.filter_map(|category| some(text::unescape(category).trim())));
    }
}

/// The value is in a transfer encoding (`ENCODING=QUOTED-PRINTABLE`, or without the name as vCalendar 1.0 may).
fn is_encoded(line: &Line) -> bool {
    let bare = || {
        line.values("")
            .any(|value| value.eq_ignore_ascii_case("QUOTED-PRINTABLE"))
    };
    line.param("ENCODING").is_some() || bare()
}

fn decoded(property: &ICalendarEntry) -> Option<String> {
    some(property.values.first()?.as_text()?)
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn attendee(line: &Line) -> Attendee {
    let upper = |name| {
        line.param(name)
            .and_then(some)
            .map(|value| value.to_ascii_uppercase())
    };
    Attendee {
        name: line.param("CN").and_then(some),
        address: address(line).to_owned(),
        role: upper("ROLE"),
        status: upper("PARTSTAT"),
    }
}

/// The value without `mailto:`.
fn address(line: &Line) -> &str {
    let value = line.value.trim();
    match value.split_at_checked("mailto:".len()) {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto:") => address,
        _ => value,
    }
}

fn alarms(component: &Component, bytes: &[u8]) -> Vec<Alarm> {
    let alarms = component.children.iter().filter(|child| child.name == "VALARM");
    alarms
        .take(MOST_ALARMS)
        .map(|child| {
            let mut alarm = Alarm {
                action: String::new(),
                trigger: String::new(),
            };
            for line in child.lines(bytes).filter_map(|raw| raw.parse()) {
                if line.is("ACTION") {
                    alarm.action = line.value.trim().to_ascii_uppercase();
                } else if line.is("TRIGGER") {
                    alarm.trigger = line.value.trim().to_owned();
                }
            }
            alarm
        })
        .collect()
}
