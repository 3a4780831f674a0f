//! Items to one VCALENDAR for others to read: what `join` and `convert` share.
//!
//! A component that is well formed is carried byte for byte. One that is not (bare line feeds, other character sets,
//! a missing END, UID or DTSTAMP, lines that are none) is written anew, line by line.

use std::collections::{BTreeMap, BTreeSet};

use super::PRODID;
use super::item::{Named, defined, items, property, uid, uid_or_derived, written};
use super::outline::{Component, outline};
use super::zone;
use crate::line::{Line, lines, text};

/// Components that must have a DTSTAMP (RFC 5545 §3.6).
const STAMPED: [&str; 4] = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"];

/// What a component without DTSTAMP gets: the clock would make every export differ.
pub(crate) const NO_STAMP: &str = "19700101T000000Z";

/// One item to be written.
pub(super) struct Object<'a> {
    bytes: &'a [u8],
    roots: Vec<Component>,
    named: Named,
    /// TZID as written to TZID as it shall be written.
    renames: BTreeMap<String, String>,
    /// A line for the components that satisfy the condition.
    addition: Option<(Condition, Line)>,
}

/// A question about a component and the bytes that its spans are of.
type Condition = fn(&Component, &[u8]) -> bool;

impl<'a> Object<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let roots = outline(bytes, &mut Vec::new());
        let mut named = Named::default();
        for component in items(&roots) {
            named.add(component, bytes);
        }
        Self {
            bytes,
            roots,
            named,
            renames: BTreeMap::new(),
            addition: None,
        }
    }

    /// Gives a line to the components that satisfy the condition.
    pub(super) fn add_to(&mut self, condition: Condition, line: Line) {
        self.addition = Some((condition, line));
    }

    /// The components that belong to items.
    pub(super) fn components(&self) -> impl Iterator<Item = &Component> {
        items(&self.roots)
    }

    /// Gives zones that it names but does not define their IANA names.
    pub(super) fn prefer_iana_names(&mut self) {
        let defined = self.defined();
        let renames: BTreeMap<String, String> = self
            .named
            .tzids
            .iter()
            .filter(|tzid| !defined.contains_key(*tzid))
            .filter_map(|tzid| Some((tzid.clone(), zone::iana_name(tzid)?.to_owned())))
            .collect();
        self.renames = renames;
    }

    fn defined(&self) -> BTreeMap<String, &Component> {
        let mut zones = BTreeMap::new();
        for root in &self.roots {
            for (tzid, zone) in defined(root, self.bytes) {
                zones.entry(tzid).or_insert(zone);
            }
        }
        zones
    }

    /// TZID as it shall be written.
    fn renamed<'s>(&'s self, tzid: &'s str) -> &'s str {
        self.renames.get(tzid).map_or(tzid, String::as_str)
    }

    /// The component as text.
    fn text(&self, component: &Component) -> String {
        let added = self.added(component);
        if let Some(text) = self.as_it_is(component, &added) {
            return text.to_owned();
        }
        let mut text = String::with_capacity(component.span.len() + 128);
        write_anew(component, self.bytes, &added, &self.renames, &mut text);
        text
    }

    /// The component's own bytes, when they are carried; None when it is written anew.
    fn as_it_is(&self, component: &Component, added: &[Line]) -> Option<&str> {
        let bytes = self.bytes.get(component.span.clone()).unwrap_or_default();
        let fits = added.is_empty() && self.is_well_formed(component, bytes) && !self.is_renamed(component);
        fits.then(|| clean(bytes))?
    }

    /// The properties, upper case, that lose characters because no line can hold them.
    pub(super) fn unwritable(&self) -> BTreeSet<String> {
        let anew = self
            .components()
            .filter(|component| self.as_it_is(component, &self.added(component)).is_none());
        anew.flat_map(Component::all)
            .flat_map(|part| part.lines(self.bytes))
            .filter_map(|line| line.parse())
            .filter(Line::has_unwritable)
            .map(|line| line.name.to_ascii_uppercase())
            .collect()
    }

    /// The lines that the component lacks.
    fn added(&self, component: &Component) -> Vec<Line> {
        let mut added = Vec::new();
        if uid(component, self.bytes).is_none() {
            let derived = uid_or_derived(component, self.bytes);
            added.push(Line::new("UID", text::escape(&derived)));
        }
        let has = |name| property(component, self.bytes, name);
        if STAMPED.contains(&component.name.as_str()) && has("DTSTAMP").is_none() {
            let changed = has("LAST-MODIFIED").or_else(|| has("CREATED"));
            let stamp = changed.map_or_else(|| NO_STAMP.to_owned(), |line| line.value);
            added.push(Line::new("DTSTAMP", stamp));
        }
        if let Some((condition, line)) = &self.addition
            && condition(component, self.bytes)
        {
            added.push(line.clone());
        }
        added
    }

    /// BEGIN and END fit, and every line is one.
    fn is_well_formed(&self, component: &Component, bytes: &[u8]) -> bool {
        let mut warnings = Vec::new();
        let whole = outline(bytes, &mut warnings).len() == 1 && warnings.is_empty();
        let all_lines = || {
            component
                .all()
                .all(|part| part.lines(self.bytes).all(|line| line.parse().is_some()))
        };
        whole && all_lines()
    }

    fn is_renamed(&self, component: &Component) -> bool {
        let mut named = Named::default();
        if !self.renames.is_empty() {
            named.add(component, self.bytes);
        }
        named.tzids.iter().any(|tzid| self.renames.contains_key(tzid))
    }
}

/// Line by line, properties before what is inside (RFC 5545 §3.6); what is no line is left out.
fn write_anew(
    component: &Component,
    bytes: &[u8],
    added: &[Line],
    renames: &BTreeMap<String, String>,
    out: &mut String,
) {
    Line::new("BEGIN", component.name.as_str()).write(out);
    for line in added {
        line.write(out);
    }
    for mut line in component.lines(bytes).filter_map(|line| line.parse()) {
        // An empty UID is no UID, and a second one would not do; what looks like a BEGIN (`.BEGIN:`) must not become one.
        let brackets = line.is("BEGIN") || line.is("END");
        if brackets || added.iter().any(|added| line.is(&added.name)) {
            continue;
        }
        for param in line.params.iter_mut().filter(|param| param.is("TZID")) {
            for value in &mut param.values {
                let name = written(value);
                *value = renames.get(&name).cloned().unwrap_or(name);
            }
        }
        // The soft line break at the end of a quoted-printable value would take the next line in.
        if line.value.ends_with('=') && line.unfolded().to_ascii_uppercase().contains("QUOTED-PRINTABLE:") {
            line.value.truncate(line.value.trim_end_matches('=').len());
        }
        line.write(out);
    }
    for child in &component.children {
        write_anew(child, bytes, &[], renames, out);
    }
    Line::new("END", component.name.as_str()).write(out);
}

/// The properties that every calendar has.
pub(crate) fn head() -> Vec<Line> {
    vec![
        Line::new("VERSION", "2.0"),
        Line::new("PRODID", PRODID),
        Line::new("CALSCALE", "GREGORIAN"),
    ]
}

/// One calendar: the lines of its head, the zones, the components sorted by UID. Equal components are written once.
pub(super) fn calendar(head: &[Line], mut objects: Vec<Object<'_>>) -> String {
    let zones = settle_zones(&mut objects);
    let mut parts: Vec<(String, Vec<String>)> = Vec::new();
    for object in &objects {
        let mut texts: Vec<String> = Vec::new();
        let mut first = None;
        for component in object.components() {
            first.get_or_insert_with(|| uid_or_derived(component, object.bytes));
            texts.push(object.text(component));
        }
        if let Some(uid) = first {
            parts.push((uid, texts));
        }
    }
    parts.sort();

    let mut text = String::from("BEGIN:VCALENDAR\r\n");
    for line in head {
        line.write(&mut text);
    }
    for zone in zones.values() {
        text.push_str(zone);
    }
    let mut of_this_uid: (&str, BTreeSet<&str>) = ("", BTreeSet::new());
    for (uid, texts) in &parts {
        if of_this_uid.0 != uid {
            of_this_uid = (uid, BTreeSet::new());
        }
        for part in texts {
            if of_this_uid.1.insert(part) {
                text.push_str(part);
            }
        }
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// One definition for each TZID that is named, and the renames that this needs.
///
/// Definitions that say the same are one. Where they differ, a known zone is written from the zone database, which
/// is what importers go by anyway; of an unknown one (Outlook's `Customized Time Zone`) the first in the order of
/// their text keeps the name, and the others become `name (2)`, `name (3)`. A zone that nobody defines is written
/// from the database, if it is known there.
fn settle_zones(objects: &mut [Object<'_>]) -> BTreeMap<String, String> {
    /// What a definition says, its text, and the objects that have it.
    type Definitions = BTreeMap<String, (String, Vec<usize>)>;
    let mut named: BTreeMap<String, Definitions> = BTreeMap::new();
    let mut old = false;
    for (index, object) in objects.iter().enumerate() {
        let defined = object.defined();
        old |= object.named.old;
        for tzid in &object.named.tzids {
            let definitions = named.entry(object.renamed(tzid).to_owned()).or_default();
            if let Some(zone) = defined.get(tzid) {
                let meaning = meaning(zone, object.bytes);
                let (_, holders) = definitions
                    .entry(meaning)
                    .or_insert_with(|| (zone_text(zone, object.bytes), Vec::new()));
                holders.push(index);
            }
        }
    }
    let mut settled = BTreeMap::new();
    let names: BTreeSet<String> = named.keys().cloned().collect();
    for (tzid, definitions) in named {
        let differ = definitions.len() > 1;
        if (definitions.is_empty() || differ)
            && let Some(written) = zone::vtimezone(&tzid, old)
        {
            settled.insert(tzid, written.to_string());
            continue;
        }
        for (nth, (text, holders)) in definitions.into_values().enumerate() {
            if nth == 0 {
                settled.insert(tzid.clone(), text);
                continue;
            }
            let mut number = nth + 1;
            let mut other = format!("{tzid} ({number})");
            while names.contains(&other) || settled.contains_key(&other) {
                number += 1;
                other = format!("{tzid} ({number})");
            }
            for holder in holders {
                objects[holder].renames.insert(tzid.clone(), other.clone());
            }
            settled.insert(other.clone(), with_tzid(&text, &other));
        }
    }
    settled
}

/// What a VTIMEZONE says, so that equal ones compare equal: the lines that make no difference left out.
fn meaning(zone: &Component, bytes: &[u8]) -> String {
    let mut meaning = String::new();
    for part in zone.all() {
        meaning.push_str(&part.name);
        meaning.push('\n');
        for line in part.lines(bytes).filter_map(|line| line.parse()) {
            let aside = line.is("LAST-MODIFIED")
                || line.is("TZURL")
                || line.is("TZNAME")
                || line.name.starts_with("X-")
                || line.name.starts_with("x-");
            if !aside {
                meaning.push_str(&line.unfolded());
                meaning.push('\n');
            }
        }
    }
    meaning
}

pub(super) fn zone_text(zone: &Component, bytes: &[u8]) -> String {
    let mut text = String::new();
    write_anew(zone, bytes, &[], &BTreeMap::new(), &mut text);
    text
}

/// The VTIMEZONE under another TZID.
fn with_tzid(zone: &str, tzid: &str) -> String {
    let mut text = String::new();
    for mut line in lines(zone.as_bytes()).filter_map(|line| line.parse()) {
        if line.is("TZID") {
            line.value = text::escape(tzid);
        }
        line.write(&mut text);
    }
    text
}

/// The bytes as text when they are UTF-8 in lines that end with CRLF, none of them blank, without control characters.
fn clean(bytes: &[u8]) -> Option<&str> {
    let mut before = b'\n';
    for &byte in bytes {
        let fits = match byte {
            b'\n' => before == b'\r',
            b'\r' => before != b'\n',
            _ => before != b'\r' && (byte >= b' ' || byte == b'\t') && byte != 0x7F,
        };
        if !fits {
            return None;
        }
        before = byte;
    }
    (before == b'\n').then(|| std::str::from_utf8(bytes).ok())?
}
