//! Three versions of a calendar item to one: component by component, by RECURRENCE-ID, and within them property by
//! property. Also the UID that an item goes out under.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::item::{defined, items, property, uid};
use super::object::{head, zone_text};
use super::outline::{Component, outline};
use super::{Series, read};
use crate::line::{Line, lines, text};
use crate::merge::{Choice, Merged, Part, Side, Sides, Unmodelled, canonical, merge_parts};

/// Properties, and components inside, of which an entry has many.
const MANY: [&str; 12] = [
    "ATTENDEE",
    "CATEGORIES",
    "RESOURCES",
    "EXDATE",
    "RDATE",
    "COMMENT",
    "CONTACT",
    "ATTACH",
    "RELATED-TO",
    "CONFERENCE",
    "REQUEST-STATUS",
    "VALARM",
];

/// Properties whose values between commas are as many values.
const LISTS: [&str; 4] = ["CATEGORIES", "RESOURCES", "EXDATE", "RDATE"];

/// Properties that only make sense together: a start from one side and an end from the other would be a time that
/// nobody chose, and so would Mondays of one and a first Tuesday of the other.
const TOGETHER: [&[&str]; 2] = [
    &["DTSTART", "DTEND", "DURATION", "DUE", "RRULE"],
    &["STATUS", "COMPLETED", "PERCENT-COMPLETE"],
];

/// What says which entry this is and when it was written, and nothing of what it is about.
const ASIDE: [&str; 6] = [
    "UID",
    "RECURRENCE-ID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "SEQUENCE",
];

/// What [`sidekeep_model::Entry`] names.
const MODELLED: [&str; 14] = [
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "CATEGORIES",
    "DTSTART",
    "DTEND",
    "DURATION",
    "DUE",
    "COMPLETED",
    "RDATE",
    "EXDATE",
    "RRULE",
    "STATUS",
    "ORGANIZER",
];

/// What an entry means that does not say it (RFC 5545 §3.8.1.3, §3.8.1.9, §3.8.2.7).
const DEFAULTS: [(&str, &str); 3] = [("CLASS", "PUBLIC"), ("PRIORITY", "0"), ("TRANSP", "OPAQUE")];

/// Which component of an item: its name, its RECURRENCE-ID, and which of several that are alike.
type Key = (String, Option<String>, usize);

/// A component to be merged.
#[derive(Clone)]
struct Entry {
    /// RECURRENCE-ID as written.
    occurrence: Option<String>,
    aside: Vec<Line>,
    parts: Vec<Part>,
}

/// See [`crate::merge::merge`].
pub(crate) fn merge(base: Option<&[u8]>, phone: &[u8], archive: &[u8], prefer: Side) -> Merged {
    let phone_roots = outline(phone, &mut Vec::new());
    let archive_roots = outline(archive, &mut Vec::new());
    let (phone_keys, mut phones) = entries(&phone_roots, phone);
    let (archive_keys, mut archives) = entries(&archive_roots, archive);
    let mut bases = base
        .map(|base| entries(&outline(base, &mut Vec::new()), base).1)
        .unwrap_or_default();
    let mut choices = Vec::new();
    let mut merged: Vec<(Key, Entry)> = Vec::new();
    let known: HashSet<Key> = phone_keys.iter().cloned().collect();
    let keys = phone_keys
        .into_iter()
        .chain(archive_keys.into_iter().filter(|key| !known.contains(key)));
    for key in keys {
        let entry = match (bases.remove(&key), phones.remove(&key), archives.remove(&key)) {
            (base, Some(phone), Some(archive)) => {
                Some(one(base.as_ref(), phone, &archive, prefer, &mut choices))
            }
            (base, phone, archive) => alone(&key.0, base, phone, archive, &mut choices),
        };
        merged.extend(entry.map(|entry| (key, entry)));
    }
    leave_strays(&mut merged, [phone, archive], &mut choices);
    let side_stands = |side| choices.iter().all(|choice| choice.taken == side);
    let bytes = if side_stands(Side::Phone) {
        phone.to_vec()
    } else if side_stands(Side::Archive) && uid_of(phone) == uid_of(archive) {
        archive.to_vec()
    } else {
        // The phone's definition of a zone stands.
        let mut zones = BTreeMap::new();
        for (roots, bytes) in [(&phone_roots, phone), (&archive_roots, archive)] {
            for (tzid, zone) in roots.iter().flat_map(|root| defined(root, bytes)) {
                zones.entry(tzid).or_insert_with(|| zone_text(zone, bytes));
            }
        }
        let text = written(&head_of(&phone_roots, phone), merged, &zones).into_bytes();
        match uid_of(phone) {
            Some(uid) => identified(&text, &uid),
            None => text,
        }
    };
    Merged { bytes, choices }
}

/// Leaves out the overrides that belong to an occurrence of their side's series only: on the phone they would stand
/// beside the merged one.
fn leave_strays(merged: &mut Vec<(Key, Entry)>, sides: [&[u8]; 2], choices: &mut [Choice]) {
    let keys = |entries: &[(Key, Entry)]| entries.iter().map(|(key, _)| key.clone()).collect();
    if !merged.iter().any(|(_, entry)| entry.occurrence.is_some()) {
        return;
    }
    let text = written(&head(), merged.clone(), &BTreeMap::new());
    let strays = strays(text.as_bytes(), keys(merged));
    if strays.is_empty() {
        return;
    }
    let strayed_before: Vec<HashSet<Key>> = sides
        .iter()
        .map(|side| self::strays(side, entries(&outline(side, &mut Vec::new()), side).0))
        .collect();
    merged.retain(|(key, entry)| {
        if !strays.contains(key) || strayed_before.iter().any(|before| before.contains(key)) {
            return true;
        }
        let told = choices.iter_mut().find(|choice| {
            choice.property == key.0
                && choice.occurrence == entry.occurrence
                && choice.phone.is_some() != choice.archive.is_some()
        });
        let Some(choice) = told else { return true };
        choice.taken = match choice.phone {
            Some(_) => Side::Archive,
            None => Side::Phone,
        };
        choice.conflict = true;
        false
    });
}

/// The overrides of an item, by their keys in the order of its components, that replace no occurrence of it.
fn strays(bytes: &[u8], mut keys: Vec<Key>) -> HashSet<Key> {
    // As they are read: masters first.
    keys.sort_by_key(|(_, occurrence, _)| occurrence.is_some());
    let read = read(bytes).value;
    let same = read.len() == keys.len();
    let strays = Series::strays(&read).into_iter().filter(|_| same);
    strays.filter_map(|index| keys.get(index).cloned()).collect()
}

/// A component that both sides have.
fn one(
    base: Option<&Entry>,
    phone: Entry,
    archive: &Entry,
    prefer: Side,
    choices: &mut Vec<Choice>,
) -> Entry {
    let sides = Sides {
        base: base.map(|base| base.parts.as_slice()).unwrap_or_default(),
        phone: &phone.parts,
        archive: &archive.parts,
    };
    let many = |property: &str| MANY.contains(&property);
    let parts = merge_parts(sides, many, prefer, phone.occurrence.as_deref(), choices);
    Entry { parts, ..phone }
}

/// A component that only one side has: the other took it away, or never had it.
fn alone(
    name: &str,
    base: Option<Entry>,
    phone: Option<Entry>,
    archive: Option<Entry>,
    choices: &mut Vec<Choice>,
) -> Option<Entry> {
    let here = if phone.is_some() {
        Side::Phone
    } else {
        Side::Archive
    };
    let entry = phone.or(archive)?;
    let as_before = base.as_ref().is_some_and(|base| {
        let sides = Sides {
            base: &[],
            phone: &base.parts,
            archive: &entry.parts,
        };
        let mut differences = Vec::new();
        merge_parts(
            sides,
            |property| MANY.contains(&property),
            here,
            None,
            &mut differences,
        );
        differences.is_empty()
    });
    let taken = match (as_before, here) {
        (true, Side::Phone) => Side::Archive,
        (true, Side::Archive) => Side::Phone,
        (false, here) => here,
    };
    let shown = || {
        let summary = entry.parts.iter().find(|part| part.property == "SUMMARY");
        let line = summary.and_then(|part| part.lines.first());
        Some(line.map_or_else(String::new, |line| {
            text::unescape(&line.value).chars().take(200).collect()
        }))
    };
    choices.push(Choice {
        property: name.to_owned(),
        occurrence: entry.occurrence.clone(),
        phone: (here == Side::Phone).then(shown).flatten(),
        archive: (here == Side::Archive).then(shown).flatten(),
        apart: None,
        taken,
        conflict: base.is_some() && !as_before,
    });
    (taken == here).then_some(entry)
}

/// The components of an item by their keys, and the keys in order.
fn entries(roots: &[Component], bytes: &[u8]) -> (Vec<Key>, HashMap<Key, Entry>) {
    let mut seen: HashMap<(String, Option<String>), usize> = HashMap::new();
    let mut keys = Vec::new();
    let mut entries = HashMap::new();
    for component in items(roots) {
        let recurrence = property(component, bytes, "RECURRENCE-ID");
        let alike = (component.name.clone(), recurrence.as_ref().map(canonical));
        let nth = seen.entry(alike.clone()).or_default();
        let key = (alike.0, alike.1, *nth);
        *nth += 1;
        let (aside, own) = component
            .lines(bytes)
            .filter_map(|line| line.parse())
            .partition(|line| ASIDE.iter().any(|name| line.is(name)));
        let mut parts = properties(own);
        parts.extend(component.children.iter().map(|child| inside(child, bytes)));
        let entry = Entry {
            occurrence: recurrence.map(|line| line.value),
            aside,
            parts,
        };
        keys.push(key.clone());
        entries.insert(key, entry);
    }
    (keys, entries)
}

/// The properties of a component as values to be merged.
fn properties(lines: Vec<Line>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut bundles: Vec<Part> = Vec::new();
    for line in lines {
        let name = line.name.to_ascii_uppercase();
        if let Some(names) = TOGETHER.iter().find(|names| names.contains(&name.as_str())) {
            match bundles.iter_mut().find(|bundle| bundle.property == names[0]) {
                Some(bundle) => bundle.lines.push(line),
                None => bundles.push(Part {
                    property: names[0].to_owned(),
                    key: String::new(),
                    lines: vec![line],
                }),
            }
        } else if LISTS.contains(&name.as_str()) {
            for value in text::split(&line.value, ',') {
                let line = Line {
                    value: value.trim().to_owned(),
                    ..line.clone()
                };
                parts.push(Part {
                    property: name.clone(),
                    key: canonical(&line),
                    lines: vec![line],
                });
            }
        } else {
            let key = match name.as_str() {
                "ATTENDEE" => line.value.trim().to_lowercase(),
                _ => line.value.trim().to_owned(),
            };
            parts.push(Part {
                property: name,
                key,
                lines: vec![line],
            });
        }
    }
    for bundle in &mut bundles {
        let names = TOGETHER.iter().find(|names| names[0] == bundle.property);
        let place = |line: &Line| names.and_then(|names| names.iter().position(|name| line.is(name)));
        bundle.lines.sort_by_key(place);
    }
    bundles.extend(parts);
    bundles
}

/// A component inside an entry, whole. Two alarms are the same when they ring at the same time in the same way.
fn inside(child: &Component, bytes: &[u8]) -> Part {
    let value = |name| property(child, bytes, name).map(|line| line.value.trim().to_ascii_uppercase());
    let key = match child.name.as_str() {
        "VALARM" => format!("{:?} {:?}", value("ACTION"), value("TRIGGER")),
        _ => String::new(),
    };
    let mut whole = Vec::new();
    flatten(child, bytes, &mut whole);
    Part {
        property: child.name.clone(),
        key,
        lines: whole,
    }
}

fn flatten(component: &Component, bytes: &[u8], out: &mut Vec<Line>) {
    out.push(Line::new("BEGIN", component.name.as_str()));
    let own = component.lines(bytes).filter_map(|line| line.parse());
    out.extend(own.filter(|line| !line.is("BEGIN") && !line.is("END")));
    for child in &component.children {
        flatten(child, bytes, out);
    }
    out.push(Line::new("END", component.name.as_str()));
}

/// What the phone's object says of itself; METHOD has no place in a store (RFC 4791 §4.1).
fn head_of(roots: &[Component], bytes: &[u8]) -> Vec<Line> {
    let calendar = roots.iter().find(|root| root.name == "VCALENDAR");
    let own = calendar.into_iter().flat_map(|root| root.lines(bytes));
    let own = own.filter_map(|line| line.parse());
    let mut own: Vec<Line> = own
        .filter(|line| !["BEGIN", "END", "METHOD"].iter().any(|name| line.is(name)))
        .collect();
    let missing = head().into_iter();
    let missing: Vec<Line> = missing
        .filter(|line| !own.iter().any(|own| own.name.eq_ignore_ascii_case(&line.name)))
        .collect();
    own.splice(0..0, missing);
    own
}

/// One calendar object, masters first; properties stand before what is inside (RFC 5545 §3.6).
fn written(head: &[Line], mut entries: Vec<(Key, Entry)>, zones: &BTreeMap<String, String>) -> String {
    entries.sort_by_key(|(_, entry)| entry.occurrence.is_some());
    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    for line in head {
        line.write(&mut text);
    }
    for zone in zones.values() {
        text.push_str(zone);
    }
    for ((name, ..), mut entry) in entries {
        entry
            .parts
            .sort_by_key(|part| part.lines.first().is_some_and(|line| line.is("BEGIN")));
        Line::new("BEGIN", name.as_str()).write(&mut text);
        for line in entry
            .aside
            .iter()
            .chain(entry.parts.iter().flat_map(|part| &part.lines))
        {
            line.write(&mut text);
        }
        Line::new("END", name).write(&mut text);
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// What the item says, one text for each value, in no order that means anything.
pub(crate) fn meaning(bytes: &[u8]) -> Vec<String> {
    let roots = outline(bytes, &mut Vec::new());
    let (_, entries) = entries(&roots, bytes);
    let said = entries.into_iter().flat_map(|((name, occurrence, _), entry)| {
        let values = entry.parts.into_iter();
        let said: Vec<String> = values
            .map(|part| format!("{name}{occurrence:?}{:?}", part.meaning()))
            .collect();
        said
    });
    said.collect()
}

/// The values of properties that no model names, as far as they say anything.
pub(crate) fn unmodelled(bytes: &[u8]) -> Vec<Unmodelled> {
    let roots = outline(bytes, &mut Vec::new());
    let (keys, mut entries) = entries(&roots, bytes);
    let mut unmodelled = Vec::new();
    for key in keys {
        let Some(entry) = entries.remove(&key) else {
            continue;
        };
        let (alarms, plain): (Vec<&Part>, Vec<&Part>) =
            entry.parts.iter().partition(|part| part.property == "VALARM");
        let plain = plain.into_iter().filter(|part| part.property != "ATTENDEE");
        for line in plain.flat_map(|part| &part.lines) {
            let value = line.value.trim();
            let is_default = DEFAULTS
                .iter()
                .any(|(name, default)| line.is(name) && value.eq_ignore_ascii_case(default));
            if MODELLED.iter().any(|name| line.is(name)) || is_default || value.is_empty() {
                continue;
            }
            unmodelled.push(Unmodelled {
                property: line.name.to_ascii_uppercase(),
                said: format!("{key:?} {}", canonical(line)),
            });
        }
        for line in alarms.into_iter().flat_map(|part| &part.lines) {
            if let Some(said) = of_alarm(line) {
                unmodelled.push(Unmodelled {
                    property: "VALARM".to_owned(),
                    said: format!("{key:?} {said}"),
                });
            }
        }
    }
    unmodelled
}

/// What a line says of an alarm that the model does not: not what it does and when by the clock, nor its words, which
/// programs set as they like. Of a trigger what it is measured from (RFC 5545 §3.8.6.3).
fn of_alarm(line: &Line) -> Option<String> {
    if ["BEGIN", "END", "ACTION", "DESCRIPTION", "SUMMARY"]
        .iter()
        .any(|name| line.is(name))
    {
        return None;
    }
    if !line.is("TRIGGER") {
        return Some(canonical(line));
    }
    let mut from = line.clone();
    from.value.clear();
    let is_default = |name: &str, default: &str| {
        line.param(name)
            .is_some_and(|own| own.eq_ignore_ascii_case(default))
    };
    for (name, default) in [("RELATED", "START"), ("VALUE", "DURATION")] {
        if is_default(name, default) {
            from.remove(name);
        }
    }
    (!from.params.is_empty()).then(|| canonical(&from))
}

/// A component has an organizer and guests.
pub(crate) fn invites(bytes: &[u8]) -> bool {
    let roots = outline(bytes, &mut Vec::new());
    items(&roots).any(|component| {
        let has = |name| property(component, bytes, name).is_some();
        has("ORGANIZER") && has("ATTENDEE")
    })
}

/// The UID of the item's first component that has one.
pub(crate) fn uid_of(bytes: &[u8]) -> Option<String> {
    let roots = outline(bytes, &mut Vec::new());
    items(&roots).find_map(|component| uid(component, bytes))
}

/// The item under this UID, as an object of a store rather than a message: without METHOD (RFC 4791 §4.1). Its other
/// lines stay byte for byte.
pub(crate) fn identified(bytes: &[u8], uid: &str) -> Vec<u8> {
    let roots = outline(bytes, &mut Vec::new());
    let mut new_uid = String::new();
    Line::new("UID", text::escape(uid)).write(&mut new_uid);
    // What to leave out, and where the UID goes: behind the BEGIN of each component.
    let mut out: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
    for component in items(&roots) {
        let begin = lines(bytes.get(component.span.clone()).unwrap_or_default()).next();
        let behind = component.span.start + begin.map_or(0, |line| line.span.end);
        out.push((behind..behind, &new_uid));
        let named = |name| {
            let lines = component.lines(bytes);
            lines.filter(move |line| line.parse().is_some_and(|line| line.is(name)))
        };
        out.extend(named("UID").map(|line| (line.span, "")));
    }
    for root in roots.iter().filter(|root| root.name == "VCALENDAR") {
        let methods = root
            .lines(bytes)
            .filter(|line| line.parse().is_some_and(|line| line.is("METHOD")));
        out.extend(methods.map(|line| (line.span, "")));
    }
    crate::merge::spliced(bytes, out)
}
