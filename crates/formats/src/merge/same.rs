//! Whether two versions of an item mean the same, field by field, however they are written: servers sort lines, fold
//! them elsewhere, change the case of types and write another version.

use sidekeep_model::{Contact, Entry, Kind, Labelled, Media};

use crate::{FormatError, as_icalendar, as_vcard, contact, entries, ical, vcard};

/// The fields, by the names of the model, in which two versions of a contact, event or task differ; empty when they mean
/// the same. Order, UID, and how a type or zone is spelt are no difference; what no model names is left to
/// [`lost`].
///
/// # Errors
/// When a media type holds no such item, or the bytes are not of it.
pub fn differing(
    kind: Kind,
    one: (&Media, &[u8]),
    other: (&Media, &[u8]),
) -> Result<Vec<&'static str>, FormatError> {
    if kind == Kind::Contact {
        let one = contact(one.0, one.1)?.value;
        let other = contact(other.0, other.1)?.value;
        Ok(contacts(&one, &other))
    } else {
        let one = entries(one.0, one.1)?.value;
        let other = entries(other.0, other.1)?.value;
        Ok(calendars(one, other))
    }
}

/// The properties that were written and are not there any more, or with another value, of those that no model names;
/// the others are [`differing`]'s. What was added is no loss, nor is a value that is empty or the default.
///
/// # Errors
/// When a media type holds no such item, or the bytes are not of it.
pub fn lost(kind: Kind, written: (&Media, &[u8]), read: (&Media, &[u8])) -> Result<Vec<String>, FormatError> {
    let said = |(media, raw)| {
        Ok::<_, FormatError>(if kind == Kind::Contact {
            vcard::unmodelled(&as_vcard(media, raw)?)
        } else {
            ical::unmodelled(&as_icalendar(media, raw)?)
        })
    };
    let mut read = said(read)?;
    let mut lost: Vec<String> = Vec::new();
    for said in said(written)? {
        match read.iter().position(|there| *there == said) {
            Some(at) => {
                read.swap_remove(at);
            }
            None if lost.contains(&said.property) => {}
            None => lost.push(said.property),
        }
    }
    Ok(lost)
}

/// One value of a property that no model names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unmodelled {
    /// Upper case.
    pub(crate) property: String,
    /// In which component, and what it says.
    pub(crate) said: String,
}

fn contacts(one: &Contact, other: &Contact) -> Vec<&'static str> {
    // A name without parts, and one whose parts a server made of it, is the same name.
    let parts = one.parts.is_none() || other.parts.is_none() || one.parts == other.parts;
    let addresses = |contact: &Contact| {
        let addresses = contact.addresses.iter();
        let mut addresses: Vec<String> = addresses
            .map(|address| {
                let mut address = address.clone();
                address.types = types(&address.types);
                format!("{address:?}")
            })
            .collect();
        addresses.sort();
        addresses
    };
    let photo = |contact: &Contact| {
        let photo = contact.photo.as_ref();
        photo.map(|photo| (photo.digest, photo.uri.clone()))
    };
    let all = [
        ("name", one.name == other.name && parts),
        ("nicknames", sorted(&one.nicknames) == sorted(&other.nicknames)),
        ("phones", labelled(&one.phones) == labelled(&other.phones)),
        ("emails", labelled(&one.emails) == labelled(&other.emails)),
        ("addresses", addresses(one) == addresses(other)),
        ("org", one.org == other.org),
        ("title", one.title == other.title),
        ("birthday", one.birthday == other.birthday),
        ("dates", labelled(&one.dates) == labelled(&other.dates)),
        ("urls", labelled(&one.urls) == labelled(&other.urls)),
        (
            "messengers",
            labelled(&one.messengers) == labelled(&other.messengers),
        ),
        (
            "relations",
            labelled(&one.relations) == labelled(&other.relations),
        ),
        ("notes", one.notes == other.notes),
        ("groups", sorted(&one.groups) == sorted(&other.groups)),
        ("photo", photo(one) == photo(other)),
    ];
    let differing = all.into_iter().filter(|(_, same)| !same);
    differing.map(|(field, _)| field).collect()
}

fn calendars(one: Vec<Entry>, other: Vec<Entry>) -> Vec<&'static str> {
    let mut one = one;
    let mut other = other;
    let order = |entry: &Entry| {
        (
            entry.recurrence_id.clone(),
            entry.start.clone(),
            entry.summary.clone(),
        )
    };
    one.sort_by_key(order);
    other.sort_by_key(order);
    let occurrences = |entries: &[Entry]| -> Vec<_> {
        let ids = entries
            .iter()
            .map(|entry| (entry.component, entry.recurrence_id.clone()));
        ids.collect()
    };
    if occurrences(&one) != occurrences(&other) {
        return vec!["occurrences"];
    }
    let mut differing = Vec::new();
    for (one, other) in one.iter().zip(&other) {
        let people = |entry: &Entry| sorted_by_text(&entry.attendees);
        let all = [
            ("summary", one.summary == other.summary),
            ("description", one.description == other.description),
            ("start", one.start == other.start && zone(one) == zone(other)),
            ("end", one.end == other.end),
            ("rrule", rule(one) == rule(other)),
            (
                "rdates",
                sorted_by_text(&one.rdates) == sorted_by_text(&other.rdates),
            ),
            (
                "exdates",
                sorted_by_text(&one.exdates) == sorted_by_text(&other.exdates),
            ),
            ("location", one.location == other.location),
            ("organizer", one.organizer == other.organizer),
            ("attendees", people(one) == people(other)),
            ("alarms", alarms(one) == alarms(other)),
            ("status", one.status == other.status),
            ("categories", sorted(&one.categories) == sorted(&other.categories)),
            ("due", one.due == other.due),
            ("completed", one.completed == other.completed),
        ];
        for (field, same) in all {
            if !same && !differing.contains(&field) {
                differing.push(field);
            }
        }
    }
    differing
}

/// The zone by its name in the database of zones, where that knows it.
fn zone(entry: &Entry) -> Option<&str> {
    let named = entry.tz.as_deref()?;
    Some(ical::zone(named).map_or(named, |zone| zone.name()))
}

/// What rings and when: `-P1D` is `-PT1440M`.
fn alarms(entry: &Entry) -> Vec<(String, Result<i64, String>)> {
    let alarms = entry.alarms.iter().map(|alarm| {
        let before = ical::seconds(&alarm.trigger).ok_or_else(|| alarm.trigger.clone());
        (alarm.action.clone(), before)
    });
    let mut alarms: Vec<_> = alarms.collect();
    alarms.sort();
    alarms
}

/// The parts of a rule in any order (RFC 5545 §3.3.10).
fn rule(entry: &Entry) -> Option<Vec<String>> {
    let rule = entry.rrule.as_ref()?;
    let mut parts: Vec<String> = rule
        .split(';')
        .map(|part| part.trim().to_ascii_uppercase())
        .collect();
    parts.sort();
    Some(parts)
}

/// Values with their types and labels, in any order.
fn labelled(values: &[Labelled]) -> Vec<(String, Vec<String>, Option<String>)> {
    let values = values.iter().map(|value| {
        let label = value.label.as_ref().map(|label| label.to_lowercase());
        (value.value.clone(), types(&value.types), label)
    });
    let mut values: Vec<_> = values.collect();
    values.sort();
    values
}

/// Types in any order, without those that say nothing.
fn types(types: &[String]) -> Vec<String> {
    let says = |kind: &&String| !["internet", "voice"].contains(&kind.as_str());
    sorted(&types.iter().filter(says).cloned().collect::<Vec<_>>())
}

fn sorted(texts: &[String]) -> Vec<String> {
    let mut texts = texts.to_vec();
    texts.sort();
    texts
}

fn sorted_by_text<T: std::fmt::Debug>(values: &[T]) -> Vec<String> {
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    sorted(&values)
}
