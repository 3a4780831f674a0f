//! A card in which some values are others: theirs are the only lines that are written, every other stays as it came.

use std::collections::{HashMap, HashSet};

use crate::Dialect;
use crate::line::{Line, lines};
use crate::merge::{Part, spliced};

use super::card::Card;
use super::merge::{parts_of, written};
use super::neutral::{FreeGroup, neutral};
use super::{Version, dialect, version3};

/// The card `raw` with just these values. None where that cannot be done line by line, or would say something else: of a
/// card in 2.1, whose lines 3.0 replaces, and of one with another card in it.
pub(super) fn patched(raw: &[u8], values: &[Part]) -> Option<Vec<u8>> {
    let card = Card::parse(raw);
    let version = card.version;
    if version == Version::V21 || std::str::from_utf8(raw).is_err() {
        return None;
    }
    let raised = neutral(card, &mut Vec::new());
    let numbered: Vec<(usize, &Line)> = raised.iter().map(|(number, line)| (*number, line)).collect();
    let own = parts_of(&numbered);
    let places = compared(own.iter().map(|(part, _)| part), values);

    // A line says several values in places (CATEGORIES, which are one line again), and a label may stand for several lines.
    let known: HashSet<usize> = places.iter().flatten().copied().collect();
    let regrouped = (0..values.len()).any(|at| values[at].property == "CATEGORIES" && !known.contains(&at));
    let mut whole: HashMap<usize, bool> = HashMap::new();
    for ((part, numbers), place) in own.iter().zip(&places) {
        if let Some(value) = numbers.first() {
            let stays = place.is_some() && !(regrouped && part.property == "CATEGORIES");
            *whole.entry(*value).or_insert(true) &= stays;
        }
    }
    let stays = |numbers: &[usize]| numbers.first().is_some_and(|value| whole[value]);
    let (staying, leaving): (Vec<_>, Vec<_>) = own
        .iter()
        .zip(places)
        .partition(|((_, numbers), _)| stays(numbers));
    let labels: HashSet<usize> = staying
        .iter()
        .flat_map(|((_, numbers), _)| numbers.iter().skip(1).copied())
        .collect();
    let leaves: HashSet<usize> = leaving
        .iter()
        .flat_map(|((_, numbers), _)| numbers.iter().copied())
        .filter(|number| !labels.contains(number))
        .collect();
    let there: HashSet<usize> = staying.iter().filter_map(|(_, place)| *place).collect();
    let new: Vec<&Part> = (0..values.len())
        .filter(|at| !there.contains(at))
        .map(|at| &values[at])
        .collect();

    let used: HashSet<String> = raised
        .iter()
        .filter(|(number, _)| !leaves.contains(number))
        .filter_map(|(_, line)| line.group.as_ref().map(|group| group.to_ascii_lowercase()))
        .collect();
    let all = raised.iter().map(|(_, line)| line);
    let free = FreeGroup::of(all.chain(new.iter().flat_map(|part| &part.lines)));
    let mut lowered = written(new.into_iter().cloned(), used.clone(), free);
    if version == Version::V3 {
        let before = groups(&lowered);
        let (yearless, extras) = (dialect::yearless(Dialect::Plain), dialect::extras(Dialect::Plain));
        lowered = version3::lower(lowered, yearless, extras);
        // It gives out groups without a look at the lines that stay.
        if groups(&lowered)
            .difference(&before)
            .any(|group| used.contains(group))
        {
            return None;
        }
    }
    let mut text = String::new();
    for line in &lowered {
        line.write(&mut text);
    }

    let mut places = Vec::new();
    let mut end = None;
    for line in lines(raw) {
        let is = |bracket: &str| line.bytes.trim_ascii().eq_ignore_ascii_case(bracket.as_bytes());
        if line.number > 1 && is("BEGIN:VCARD") {
            return None;
        }
        if is("END:VCARD") {
            end = Some(line.span.start);
            break;
        }
        if leaves.contains(&line.number) {
            places.push((line.span, ""));
        }
    }
    let end = end?;
    places.push((end..end, &text));
    Some(spliced(raw, places))
}

fn groups(lines: &[Line]) -> HashSet<String> {
    let groups = lines.iter().filter_map(|line| line.group.as_ref());
    groups.map(|group| group.to_ascii_lowercase()).collect()
}

/// Where each of the card's own values is among `values`, if it is.
fn compared<'a>(own: impl Iterator<Item = &'a Part>, values: &[Part]) -> Vec<Option<usize>> {
    let mut left: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (at, value) in values.iter().enumerate() {
        left.entry((&value.property, &value.key)).or_default().push(at);
    }
    own.map(|part| {
        let alike = left.get_mut(&(part.property.as_str(), part.key.as_str()))?;
        let nth = alike.iter().position(|at| values[*at] == *part)?;
        Some(alike.remove(nth))
    })
    .collect()
}
