//! The three-way choice for each field. Knows lines, but no property.

use std::collections::{BTreeMap, HashMap};

use crate::line::{Line, text};

use super::apart::apart;
use super::{Choice, Side};

/// Types that every number or address has: they say nothing.
pub(super) const NO_TYPES: [&str; 2] = ["internet", "voice"];
/// Longest value told in a [`Choice`], in characters.
const SHOWN: usize = 200;

/// One value of one property: a line with the lines that belong to it (its label), or a component inside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Upper case.
    pub(crate) property: String,
    /// Tells the values of a property that repeats apart: equal keys are the same value, perhaps of another type.
    pub(crate) key: String,
    /// The first is the value itself.
    pub(crate) lines: Vec<Line>,
}

/// The same list of each version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sides<'a> {
    pub(crate) base: &'a [Part],
    pub(crate) phone: &'a [Part],
    pub(crate) archive: &'a [Part],
}

impl Part {
    /// What it says, for comparing.
    pub(crate) fn meaning(&self) -> Vec<String> {
        self.lines.iter().map(canonical).collect()
    }

    pub(super) fn shown(&self) -> String {
        // Of an alarm when it rings.
        let rings = self.lines.iter().find(|line| line.is("TRIGGER"));
        let value = rings
            .or(self.lines.first())
            .map_or("", |line| line.value.as_str());
        // Of a picture its type.
        let value = match value.split_once(";base64,") {
            Some((head, _)) if head.starts_with("data:") => head,
            _ => value,
        };
        text::unescape(value).chars().take(SHOWN).collect()
    }
}

/// A line so that spelling makes no difference: names in upper case, parameters sorted, types in lower case. The types
/// that every number or address has are left out.
pub(crate) fn canonical(line: &Line) -> String {
    let mut params: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for param in &line.params {
        let name = param.name.to_ascii_uppercase();
        let is_type = name == "TYPE" || name.is_empty();
        let values = params
            .entry(if is_type { "TYPE".to_owned() } else { name })
            .or_default();
        for value in &param.values {
            let value = if is_type {
                value.to_ascii_lowercase()
            } else {
                value.clone()
            };
            if !(is_type && NO_TYPES.contains(&value.as_str()) || values.contains(&value)) {
                values.push(value);
            }
        }
        values.sort();
    }
    params.retain(|_, values| !values.is_empty());
    format!(
        "{}{params:?}:{}",
        line.name.to_ascii_uppercase(),
        line.value.trim()
    )
}

/// Merges the values of every property. `repeats` says which properties have many values at once even where each side
/// shows one: two numbers are two numbers, but two notes are a conflict.
///
/// One that a version repeats is taken for such a property.
pub(crate) fn merge_parts(
    sides: Sides<'_>,
    repeats: impl Fn(&str) -> bool,
    prefer: Side,
    occurrence: Option<&str>,
    choices: &mut Vec<Choice>,
) -> Vec<Part> {
    let mut merged = Vec::new();
    for (property, sides) in by_property(sides) {
        let many = repeats(property) || sides.iter().any(|parts| parts.len() > 1);
        for slot in slots(sides, many) {
            let (taken, conflict) = slot.choose(prefer);
            let part = match taken {
                Side::Phone => slot.phone,
                Side::Archive => slot.archive,
            };
            if slot.differs() {
                choices.push(Choice {
                    property: property.to_owned(),
                    occurrence: occurrence.map(str::to_owned),
                    phone: slot.phone.map(Part::shown),
                    archive: slot.archive.map(Part::shown),
                    apart: apart(slot.phone, slot.archive),
                    taken,
                    conflict,
                });
            }
            merged.extend(part.cloned());
        }
    }
    merged
}

/// One value in each version.
#[derive(Default)]
struct Slot<'a> {
    base: Option<&'a Part>,
    phone: Option<&'a Part>,
    archive: Option<&'a Part>,
}

impl Slot<'_> {
    fn differs(&self) -> bool {
        self.phone.map(Part::meaning) != self.archive.map(Part::meaning)
    }

    /// Whose value stands, and whether the other side had as good a claim.
    fn choose(&self, prefer: Side) -> (Side, bool) {
        let [base, phone, archive] =
            [self.base, self.phone, self.archive].map(|part| part.map(Part::meaning));
        if phone == archive || archive == base {
            (Side::Phone, false)
        } else if phone == base {
            (Side::Archive, false)
        } else {
            // What one side took away and the other changed stands as changed.
            let taken = match (&phone, &archive) {
                (None, _) => Side::Archive,
                (_, None) => Side::Phone,
                _ => prefer,
            };
            (taken, true)
        }
    }
}

/// The values of one property: the phone's, the archive's, those of the common version.
type Values<'a> = [Vec<&'a Part>; 3];

/// Every property of either side, in the order of the phone's, then the archive's.
fn by_property(sides: Sides<'_>) -> Vec<(&str, Values<'_>)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut properties: Vec<(&str, Values<'_>)> = Vec::new();
    for (side, parts) in [sides.phone, sides.archive, sides.base].into_iter().enumerate() {
        for part in parts {
            let place = *places.entry(&part.property).or_insert_with(|| {
                properties.push((&part.property, Values::default()));
                properties.len() - 1
            });
            properties[place].1[side].push(part);
        }
    }
    properties
}

/// The values of one property side by side, in the order of the phone's, then the archive's. Of equal values of one
/// side the first stands beside the first of the other.
fn slots(values: Values<'_>, many: bool) -> Vec<Slot<'_>> {
    let mut places: HashMap<(&str, usize), usize> = HashMap::new();
    let mut slots: Vec<Slot<'_>> = Vec::new();
    for (side, parts) in values.into_iter().enumerate() {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for part in parts {
            let key = if many { part.key.as_str() } else { "" };
            let nth = seen.entry(key).or_default();
            let place = *places.entry((key, *nth)).or_insert_with(|| {
                slots.push(Slot::default());
                slots.len() - 1
            });
            *nth += 1;
            let slot = &mut slots[place];
            match side {
                0 => slot.phone = Some(part),
                1 => slot.archive = Some(part),
                _ => slot.base = Some(part),
            }
        }
    }
    slots
}
