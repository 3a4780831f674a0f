//! A file to its items.

use std::collections::{BTreeMap, HashMap};

use sidekeep_model::EntryKind;

use super::item::{Named, defined, items_of, property, uid_or_derived};
use super::outline::{Component, outline};
use super::read::kind;
use super::{CalendarFile, CalendarItem, PRODID};
use crate::line::{Line, text, utf8};
use crate::{Read, Trouble, Warning};

/// Splits a file into its items: many calendars in one file, junk round them, a byte order mark, a missing END. What
/// stands in no component is not kept.
pub fn split(bytes: &[u8]) -> Read<CalendarFile> {
    let text = utf8(bytes);
    let bytes = text.as_ref();
    let mut warnings = Vec::new();
    let roots = outline(bytes, &mut warnings);
    if roots.is_empty() && !bytes.trim_ascii().is_empty() {
        warnings.push(Warning {
            line: 0,
            trouble: Trouble::NotALine,
        });
    }
    let first = |names: &[&str]| {
        let calendars = roots.iter().filter(|root| root.name == "VCALENDAR");
        names.iter().find_map(|name| {
            let mut values = calendars.clone().filter_map(|root| property(root, bytes, name));
            values.find_map(|line| {
                let value = text::unescape(line.value.trim());
                (!value.is_empty()).then(|| value.into_owned())
            })
        })
    };
    let mut contexts = Vec::with_capacity(roots.len());
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for root in &roots {
        contexts.push(Context::of(root, bytes));
        for component in items_of(root) {
            let uid = uid_or_derived(component, bytes);
            let place = *places.entry(uid.clone()).or_insert_with(|| {
                groups.push(Group {
                    uid,
                    members: Vec::new(),
                });
                groups.len() - 1
            });
            groups[place].members.push((contexts.len() - 1, component));
        }
    }
    let value = CalendarFile {
        name: first(&["X-WR-CALNAME", "NAME"]),
        colour: first(&["X-APPLE-CALENDAR-COLOR", "COLOR"]),
        items: groups
            .into_iter()
            .map(|group| group.item(&contexts, bytes))
            .collect(),
    };
    Read { value, warnings }
}

/// What the components of one calendar share; found once, since a calendar may have very many.
struct Context<'a> {
    /// The beginning of an item's calendar.
    head: String,
    zones: BTreeMap<String, &'a Component>,
}

impl<'a> Context<'a> {
    /// Of the calendar's own properties only those that change what its components mean. Its PRODID is not among
    /// them, so that a new version of the program that wrote it changes no item.
    fn of(root: &'a Component, bytes: &[u8]) -> Self {
        let own = |name| {
            let line = (root.name == "VCALENDAR").then(|| property(root, bytes, name))?;
            line.map(|line| Line::new(name, line.value.trim()))
        };
        let mut head = String::from("BEGIN:VCALENDAR\r\n");
        let version = own("VERSION").unwrap_or_else(|| Line::new("VERSION", "2.0"));
        version.write(&mut head);
        Line::new("PRODID", PRODID).write(&mut head);
        for line in ["CALSCALE", "METHOD"].into_iter().filter_map(own) {
            line.write(&mut head);
        }
        Self {
            head,
            zones: defined(root, bytes),
        }
    }
}

/// The components of one UID in the order of the file, each with the place of its context.
struct Group<'a> {
    uid: String,
    members: Vec<(usize, &'a Component)>,
}

impl Group<'_> {
    fn item(mut self, contexts: &[Context<'_>], bytes: &[u8]) -> CalendarItem {
        let first = self.members.first().copied();
        let closed = self
            .members
            .iter()
            .flat_map(|(_, component)| component.all())
            .all(|component| component.closed);
        self.members
            .sort_by_key(|(_, component)| property(component, bytes, "RECURRENCE-ID").is_some());
        let mut zones: BTreeMap<String, &Component> = BTreeMap::new();
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for (context, component) in &self.members {
            let mut named = Named::default();
            named.add(component, bytes);
            for tzid in named.tzids {
                if let Some(zone) = contexts[*context].zones.get(&tzid) {
                    zones.entry(tzid).or_insert(zone);
                }
            }
            let part = whole(component, bytes);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let head = first.map_or("", |(context, _)| &contexts[context].head);
        let mut raw = head.as_bytes().to_vec();
        for zone in zones.values() {
            raw.extend(whole(zone, bytes));
        }
        for part in parts {
            raw.extend(part);
        }
        raw.extend_from_slice(b"END:VCALENDAR\r\n");
        CalendarItem {
            uid: self.uid,
            kind: first.map_or(EntryKind::Event, |(_, component)| kind(component)),
            raw,
            closed,
        }
    }
}

/// The component's bytes; a line end and an END are added where they are missing.
fn whole(component: &Component, bytes: &[u8]) -> Vec<u8> {
    let mut part = bytes.get(component.span.clone()).unwrap_or_default().to_vec();
    if !part.ends_with(b"\n") && !part.ends_with(b"\r") {
        part.extend_from_slice(b"\r\n");
    }
    if !component.closed {
        part.extend_from_slice(format!("END:{}\r\n", component.name).as_bytes());
    }
    part
}
