//! What makes components one item: which of them are items at all, their UID, the zones they name, the zones that
//! their calendar defines.

use std::collections::{BTreeMap, BTreeSet};

use sidekeep_model::Hasher;

use super::outline::Component;
use crate::line::{Line, text};

/// Bare components that are taken for items although no VCALENDAR is round them.
const BARE: [&str; 5] = ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"];

/// What changes although the entry does not, so that it makes no identity.
const VOLATILE: [&str; 4] = ["DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE"];

/// The components that belong to items, in order.
pub(crate) fn items(roots: &[Component]) -> impl Iterator<Item = &Component> {
    roots.iter().flat_map(items_of)
}

/// The components of one root that belong to items: those of a calendar but its zones, or the root itself.
pub(super) fn items_of(root: &Component) -> impl Iterator<Item = &Component> {
    let is_calendar = root.name == "VCALENDAR";
    let bare = BARE.contains(&root.name.as_str()).then_some(root);
    let inside = root.children.iter().filter(move |_| is_calendar);
    inside.filter(|child| child.name != "VTIMEZONE").chain(bare)
}

/// UID as text, without the control characters that no iCalendar text can hold; None when nothing is there.
pub(super) fn uid(component: &Component, bytes: &[u8]) -> Option<String> {
    let line = property(component, bytes, "UID")?;
    let uid = written(&text::unescape(&line.value));
    (!uid.is_empty()).then_some(uid)
}

/// A name as it comes out when it is written: without control characters, and blanks round it.
pub(super) fn written(name: &str) -> String {
    name.replace(char::is_control, "").trim().to_owned()
}

/// UID, or one derived from the content: equal components have equal ones, and a new time stamp changes nothing.
pub(super) fn uid_or_derived(component: &Component, bytes: &[u8]) -> String {
    if let Some(uid) = uid(component, bytes) {
        return uid;
    }
    let mut hasher = Hasher::new();
    for part in component.all() {
        hasher.update(part.name.as_bytes()).update(b"\n");
        for line in part.lines(bytes) {
            let name = line
                .bytes
                .split(|byte| b":;".contains(byte))
                .next()
                .unwrap_or_default();
            if !VOLATILE
                .iter()
                .any(|volatile| name.eq_ignore_ascii_case(volatile.as_bytes()))
            {
                hasher.update(&line.bytes).update(b"\n");
            }
        }
    }
    format!("sidekeep-{}", &hasher.digest().to_hex()[..32])
}

/// The first property of this name.
pub(crate) fn property(component: &Component, bytes: &[u8], name: &str) -> Option<Line> {
    component
        .lines(bytes)
        .filter(|line| {
            let head = line.bytes.get(..name.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        })
        .filter_map(|line| line.parse())
        .find(|line| line.is(name))
}

/// The zones that components name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// TZID parameters.
    pub(super) tzids: BTreeSet<String>,
    /// A time before 1970 is among those in a zone.
    pub(super) old: bool,
}

impl Named {
    /// Adds those of a component and what is inside it.
    pub(super) fn add(&mut self, component: &Component, bytes: &[u8]) {
        for part in component.all() {
            for raw in part.lines(bytes) {
                if !raw
                    .bytes
                    .windows(5)
                    .any(|five| five.eq_ignore_ascii_case(b"TZID="))
                {
                    continue;
                }
                let Some(line) = raw.parse() else { continue };
                let Some(tzid) = line.param("TZID") else { continue };
                self.tzids.insert(written(tzid));
                let year = line
                    .value
                    .trim()
                    .get(..4)
                    .and_then(|year| year.parse::<u16>().ok());
                self.old |= year.is_some_and(|year| year < 1970);
            }
        }
    }
}

/// The zones that a calendar defines, by TZID; of two with one TZID the first.
pub(super) fn defined<'a>(root: &'a Component, bytes: &[u8]) -> BTreeMap<String, &'a Component> {
    let mut zones = BTreeMap::new();
    for child in root.children.iter().filter(|child| child.name == "VTIMEZONE") {
        if let Some(line) = property(child, bytes, "TZID") {
            let tzid = written(&text::unescape(&line.value));
            zones.entry(tzid).or_insert(child);
        }
    }
    zones
}
