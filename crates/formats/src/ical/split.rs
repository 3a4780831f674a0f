//! A file to its items.

use std::collections::{BTreeMap, HashMap};

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
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places = HashMap::new();
    for root in &roots {
        for component in items_of(root) {
            let uid = uid_or_derived(component, bytes);
            let place = *places.entry(uid.clone()).or_insert_with(|| {
                groups.push(Group {
                    uid,
                    members: Vec::new(),
                });
                groups.len() - 1
            });
            groups[place].members.push(Member { root, component });
        }
    }
    let mut zones = HashMap::new();
    let value = CalendarFile {
        name: first(&["X-WR-CALNAME", "NAME"]),
        colour: first(&["X-APPLE-CALENDAR-COLOR", "COLOR"]),
        items: groups
            .into_iter()
            .map(|group| group.item(bytes, &mut zones))
            .collect(),
    };
    Read { value, warnings }
}

/// The components of one UID, in the order of the file.
struct Group<'a> {
    uid: String,
    members: Vec<Member<'a>>,
}

struct Member<'a> {
    /// The calendar it stands in, or the component itself.
    root: &'a Component,
    component: &'a Component,
}

/// The zones of each calendar, found once; calendars are told apart by where they begin.
type Zones<'a> = HashMap<usize, BTreeMap<String, &'a Component>>;

impl<'a> Group<'a> {
    fn item(mut self, bytes: &[u8], zones: &mut Zones<'a>) -> CalendarItem {
        let kind = self
            .members
            .first()
            .map_or(sidekeep_model::EntryKind::Event, |member| kind(member.component));
        self.members
            .sort_by_key(|member| property(member.component, bytes, "RECURRENCE-ID").is_some());
        let mut used: BTreeMap<String, &Component> = BTreeMap::new();
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for member in &self.members {
            let mut named = Named::default();
            named.add(member.component, bytes);
            let defined = zones
                .entry(member.root.span.start)
                .or_insert_with(|| defined(member.root, bytes));
            for tzid in named.tzids {
                if let Some(zone) = defined.get(&tzid) {
                    used.entry(tzid).or_insert(zone);
                }
            }
            let part = whole(member.component, bytes);
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let mut raw = self.head(bytes).into_bytes();
        for zone in used.values() {
            raw.extend(whole(zone, bytes));
        }
        for part in parts {
            raw.extend(part);
        }
        raw.extend_from_slice(b"END:VCALENDAR\r\n");
        CalendarItem {
            uid: self.uid,
            kind,
            raw,
        }
    }

    /// Of the calendar's own properties only those that change what its components mean. Its PRODID is not among
    /// them, so that a new version of the program that wrote it changes no item.
    fn head(&self, bytes: &[u8]) -> String {
        let mut head = String::from("BEGIN:VCALENDAR\r\n");
        let own = |name| {
            let root = self.members.first()?.root;
            let line = (root.name == "VCALENDAR").then(|| property(root, bytes, name))?;
            line.map(|line| Line::new(name, line.value.trim()))
        };
        let version = own("VERSION").unwrap_or_else(|| Line::new("VERSION", "2.0"));
        version.write(&mut head);
        Line::new("PRODID", PRODID).write(&mut head);
        for line in ["CALSCALE", "METHOD"].into_iter().filter_map(own) {
            line.write(&mut head);
        }
        head
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
