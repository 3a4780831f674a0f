//! What each target makes of an item.
//!
//! Everything is written for every target: an importer skips what it does not know. Only two things are rewritten,
//! because an importer would otherwise get an event wrong or refuse it:
//!
//! | target | rewritten |
//! |---|---|
//! | Apple, Google, Android, Nextcloud | a zone that the item names by its Windows or Outlook name and does not define gets its IANA name |
//! | Outlook | RDATE without RRULE gets `RRULE:FREQ=DAILY;COUNT=1`, which adds nothing: Outlook refuses the event without one (MS-OXCICAL, RDATE) |
//!
//! What the targets ignore is told as a loss. X- properties are not: they speak to the program that wrote them. For
//! every target, Plain too, a property that loses control characters, which no content line can hold (RFC 5545 §3.1),
//! is told as reduced, whatever its name.
//!
//! | | Apple | Google | Outlook | Android | Nextcloud |
//! |---|---|---|---|---|---|
//! | VTODO, VJOURNAL, other components | ignored | ignored | ignored | ignored | kept |
//! | VALARM | kept | ignored: the calendar's own reminders apply | the first only | relative ones only | kept |
//! | ATTENDEE, ORGANIZER | kept | ignored on import | kept | kept | kept |
//! | RDATE | ignored | kept | kept | kept | kept |
//! | EXRULE (RFC 2445) | ignored | ignored | ignored | kept | ignored |
//! | a second RRULE | ignored | kept | ignored | kept | ignored |
//! | RECURRENCE-ID with RANGE | only the one occurrence | the same | the same | the same | kept |
//! | floating times | kept | in the calendar's zone | kept | in the phone's zone | kept |
//! | CATEGORIES | ignored | ignored | kept | ignored | kept |
//! | ATTACH | kept | ignored | kept | ignored | kept |
//! | COLOR of an event | ignored | ignored | ignored | kept | kept |
//! | PRIORITY | ignored | ignored | kept | ignored | kept |
//! | GEO, COMMENT, CONTACT, RESOURCES, RELATED-TO | ignored | ignored | ignored | ignored | kept |
//!
//! Android has no importer of its own; its column is what its calendar provider can hold. The others are from their
//! makers' import pages and from reports of what got lost; none of them promises to stay so.

use std::collections::BTreeSet;

use super::object::{Object, calendar, head};
use super::outline::Component;
use crate::line::{Line, RawLine};
use crate::{Converted, Dialect, Fate, Loss};

/// The item (or a whole calendar) for a target, and what the target cannot hold. See the module's table.
pub fn convert(raw: &[u8], dialect: Dialect) -> Converted {
    let mut object = Object::new(raw);
    let mut losses = BTreeSet::new();
    for component in object.components() {
        add_losses(component, raw, dialect, &mut losses);
    }
    match dialect {
        Dialect::Apple | Dialect::Google | Dialect::Android | Dialect::Nextcloud => {
            object.prefer_iana_names()
        }
        Dialect::Outlook => object.add_to(only_dates, Line::new("RRULE", "FREQ=DAILY;COUNT=1")),
        Dialect::Plain => {}
    }
    losses.extend(object.unwritable().into_iter().map(|property| Loss {
        property,
        fate: Fate::Reduced,
    }));
    Converted {
        text: calendar(&head(), vec![object]),
        losses: losses.into_iter().collect(),
    }
}

/// RDATE without RRULE.
fn only_dates(component: &Component, bytes: &[u8]) -> bool {
    let has = |name| component.lines(bytes).any(|line| line_is(&line, name));
    component.name == "VEVENT" && has("RDATE") && !has("RRULE")
}

fn line_is(line: &RawLine<'_>, name: &str) -> bool {
    let rest = line.bytes.get(name.len());
    let head = line.bytes.get(..name.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes())) && matches!(rest, Some(b':' | b';'))
}

fn add_losses(component: &Component, bytes: &[u8], dialect: Dialect, losses: &mut BTreeSet<Loss>) {
    use Dialect::{Android, Apple, Google, Outlook};

    if dialect == Dialect::Plain {
        return;
    }
    let mut lose = |property: &str, fate| {
        losses.insert(Loss {
            property: property.to_owned(),
            fate,
        });
    };
    if component.name != "VEVENT" && dialect != Dialect::Nextcloud {
        lose(&component.name, Fate::Ignored);
        return;
    }
    let mut rules = 0;
    for line in component.lines(bytes).filter_map(|line| line.parse()) {
        let name = line.name.to_ascii_uppercase();
        let fate = match name.as_str() {
            "ATTENDEE" | "ORGANIZER" if dialect == Google => Fate::Ignored,
            "RDATE" if dialect == Apple => Fate::Ignored,
            "EXRULE" if dialect != Android => Fate::Ignored,
            "RRULE" => {
                rules += 1;
                if rules < 2 || matches!(dialect, Google | Android) {
                    continue;
                }
                Fate::Ignored
            }
            "RECURRENCE-ID" if line.param("RANGE").is_some() && dialect != Dialect::Nextcloud => {
                Fate::Reduced
            }
            "DTSTART" if is_floating(&line) && matches!(dialect, Google | Android) => Fate::Reduced,
            "CATEGORIES" | "PRIORITY" if matches!(dialect, Apple | Google | Android) => Fate::Ignored,
            "ATTACH" if matches!(dialect, Google | Android) => Fate::Ignored,
            "COLOR" if matches!(dialect, Apple | Google | Outlook) => Fate::Ignored,
            "GEO" | "COMMENT" | "CONTACT" | "RESOURCES" | "RELATED-TO" if dialect != Dialect::Nextcloud => {
                Fate::Ignored
            }
            _ => continue,
        };
        lose(&name, fate);
    }
    let alarms = || component.children.iter().filter(|child| child.name == "VALARM");
    match dialect {
        Google if alarms().next().is_some() => lose("VALARM", Fate::Ignored),
        Outlook if alarms().count() > 1 => lose("VALARM", Fate::Reduced),
        Android if alarms().any(|alarm| has_absolute_trigger(alarm, bytes)) => lose("VALARM", Fate::Reduced),
        _ => {}
    }
}

/// A time with neither TZID nor Z.
fn is_floating(line: &Line) -> bool {
    let value = line.value.trim();
    line.param("TZID").is_none() && value.contains(['T', 't']) && !value.ends_with(['Z', 'z'])
}

fn has_absolute_trigger(alarm: &Component, bytes: &[u8]) -> bool {
    alarm.lines(bytes).filter_map(|line| line.parse()).any(|line| {
        line.is("TRIGGER")
            && line
                .value
                .trim()
                .starts_with(|first: char| first.is_ascii_digit())
    })
}
