//! Three versions of a card to one. They are merged as plain 4.0 lines, so that a number that one side writes in 3.0
//! and the other in 4.0 is one number.

use std::collections::{HashMap, HashSet};

use crate::Dialect;
use crate::line::{Line, text};
use crate::merge::{Merged, Part, Side, Sides, Unmodelled, merge_parts};

use super::Version;
use super::card::Card;
use super::convert::from_neutral;
use super::neutral::{FreeGroup, neutral};
use super::patch::patched;

/// Properties of which a contact has many.
const MANY: [&str; 17] = [
    "TEL",
    "EMAIL",
    "ADR",
    "URL",
    "IMPP",
    "RELATED",
    "X-ABDATE",
    "X-ABRELATEDNAMES",
    "X-SOCIALPROFILE",
    "SOCIALPROFILE",
    "CATEGORIES",
    "MEMBER",
    "LANG",
    "KEY",
    "CALURI",
    "FBURL",
    "CALADRURI",
];

/// What says whose item this is and when and by what it was written, and nothing of the person: the phone's stands. X-REV
/// is a REV that is no time.
const ASIDE: [&str; 4] = ["UID", "REV", "X-REV", "PRODID"];

/// What [`sidekeep_model::Contact`] names.
const MODELLED: [&str; 19] = [
    "FN",
    "N",
    "NICKNAME",
    "TEL",
    "EMAIL",
    "ADR",
    "ORG",
    "TITLE",
    "BDAY",
    "ANNIVERSARY",
    "X-ABDATE",
    "URL",
    "X-SOCIALPROFILE",
    "SOCIALPROFILE",
    "IMPP",
    "RELATED",
    "NOTE",
    "CATEGORIES",
    "PHOTO",
];

/// See [`crate::merge::merge`].
pub(crate) fn merge(base: Option<&[u8]>, phone: &[u8], archive: &[u8], prefer: Side) -> Merged {
    let (version, phone_lines) = plain(phone);
    let (_, archive_lines) = plain(archive);
    let base_lines = base.map(|base| plain(base).1).unwrap_or_default();
    let (phone_parts, archive_parts) = (parts(&phone_lines), parts(&archive_lines));
    let mut choices = Vec::new();
    let sides = Sides {
        base: &parts(&base_lines),
        phone: &phone_parts,
        archive: &archive_parts,
    };
    let merged = merge_parts(
        sides,
        |property| MANY.contains(&property),
        prefer,
        None,
        &mut choices,
    );
    let side_stands = |side| choices.iter().all(|choice| choice.taken == side);
    let uid = |lines: &[Line]| {
        lines
            .iter()
            .find(|line| line.is("UID"))
            .map(|line| line.value.clone())
    };
    if side_stands(Side::Phone) {
        return Merged {
            bytes: phone.to_vec(),
            choices,
        };
    }
    if side_stands(Side::Archive) && uid(&phone_lines) == uid(&archive_lines) {
        return Merged {
            bytes: archive.to_vec(),
            choices,
        };
    }
    let patched = patched(phone, &merged).filter(|bytes| {
        let (_, lines) = plain(bytes);
        uid(&lines) == uid(&phone_lines) && said(&parts(&lines)) == said(&merged)
    });
    let bytes = patched.unwrap_or_else(|| {
        let aside = |line: &&Line| ASIDE.iter().any(|name| line.is(name));
        let mut lines: Vec<Line> = phone_lines.iter().filter(aside).cloned().collect();
        let free = FreeGroup::of(merged.iter().flat_map(|part| &part.lines));
        lines.extend(written(merged, HashSet::new(), free));
        from_neutral(lines, version, Dialect::Plain).text.into_bytes()
    });
    Merged { bytes, choices }
}

/// What the card says, one text for each value, in no order that means anything.
pub(crate) fn meaning(raw: &[u8]) -> Vec<String> {
    said(&parts(&plain(raw).1))
}

/// What these values say, in no order that means anything.
fn said(parts: &[Part]) -> Vec<String> {
    let mut said: Vec<String> = parts.iter().map(|part| format!("{:?}", part.meaning())).collect();
    said.sort();
    said
}

/// The values that no model names, as far as they say anything: that a card is of a person (RFC 6350 §6.1.4) does not.
pub(crate) fn unmodelled(raw: &[u8]) -> Vec<Unmodelled> {
    let (_, lines) = plain(raw);
    let names_none = |part: &Part| !MODELLED.contains(&part.property.as_str());
    let says = |part: &Part| {
        let value = part.lines.first().map_or("", |line| line.value.trim());
        let person = part.property == "KIND" && value.eq_ignore_ascii_case("individual");
        !person && !value.trim_matches(';').is_empty()
    };
    let parts = parts(&lines).into_iter();
    let unmodelled = parts.filter(|part| names_none(part) && says(part));
    unmodelled
        .map(|part| Unmodelled {
            said: format!("{:?}", part.meaning()),
            property: part.property,
        })
        .collect()
}

/// The lines that are merged or compared: plain 4.0, and the version they were written in.
pub(crate) fn plain(raw: &[u8]) -> (Version, Vec<Line>) {
    let card = Card::parse(raw);
    let version = card.version;
    let lines = neutral(card, &mut Vec::new());
    (version, lines.into_iter().map(|(_, line)| line).collect())
}

/// The card's values.
fn parts(lines: &[Line]) -> Vec<Part> {
    let numbered: Vec<(usize, &Line)> = lines.iter().enumerate().collect();
    let parts = parts_of(&numbered).into_iter();
    parts.map(|(part, _)| part).collect()
}

/// The card's values, each with the labels of its item group, and the numbers of the lines that they are from: of the
/// value itself, then of its labels.
pub(super) fn parts_of(lines: &[(usize, &Line)]) -> Vec<(Part, Vec<usize>)> {
    let is_label = |line: &Line| line.group.is_some() && (line.is("X-ABLABEL") || line.is("X-ABADR"));
    let group = |line: &Line| line.group.as_ref().map(|group| group.to_ascii_lowercase());
    let mut labels: HashMap<Option<String>, Vec<(usize, &Line)>> = HashMap::new();
    for (number, label) in lines.iter().filter(|(_, line)| is_label(line)) {
        labels.entry(group(label)).or_default().push((*number, label));
    }
    let mut parts = Vec::new();
    let own = |line: &Line| !is_label(line) && !ASIDE.iter().any(|name| line.is(name));
    for (number, line) in lines.iter().filter(|(_, line)| own(line)) {
        if line.is("CATEGORIES") {
            let names = text::split(&line.value, ',');
            let names = names.into_iter().filter(|name| !name.trim().is_empty());
            parts.extend(names.map(|name| {
                let part = Part {
                    property: "CATEGORIES".to_owned(),
                    key: text::unescape(name).trim().to_owned(),
                    lines: vec![Line::new("CATEGORIES", name.trim())],
                };
                (part, vec![*number])
            }));
            continue;
        }
        let labels = labels.get(&group(line)).into_iter().flatten().copied();
        let (numbers, lines): (Vec<usize>, Vec<&Line>) =
            std::iter::once((*number, *line)).chain(labels).unzip();
        let part = Part {
            property: line.name.to_ascii_uppercase(),
            key: key(line),
            lines: lines.into_iter().cloned().collect(),
        };
        parts.push((part, numbers));
    }
    parts
}

/// What makes a value the same value.
fn key(line: &Line) -> String {
    let value = text::unescape(&line.value);
    let words = |text: &str| {
        text.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    match line.name.to_ascii_uppercase().as_str() {
        "TEL" => {
            let number = value.strip_prefix("tel:").unwrap_or(&value);
            let dialled: String = number
                .chars()
                .filter(|char| char.is_alphanumeric() || matches!(char, '+' | '*' | '#'))
                .collect();
            if dialled.is_empty() {
                words(number)
            } else {
                dialled.to_lowercase()
            }
        }
        "ADR" => {
            let components = text::split(&line.value, ';');
            let components: Vec<String> = components
                .into_iter()
                .map(|part| words(&text::unescape(part)))
                .collect();
            components.join(";").trim_end_matches(';').to_owned()
        }
        "URL" | "KEY" => value.trim().to_owned(),
        _ => words(&value),
    }
}

/// Back to lines: categories in one line again, and no item group used twice, nor one of those `used` elsewhere.
pub(super) fn written(
    parts: impl IntoIterator<Item = Part>,
    mut used: HashSet<String>,
    mut free: FreeGroup,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for part in parts {
        if part.property == "CATEGORIES"
            && let Some(names) = lines.iter_mut().find(|line| line.is("CATEGORIES"))
        {
            names.value.push(',');
            names.value.extend(part.lines.into_iter().map(|line| line.value));
            continue;
        }
        let group = part.lines.first().and_then(|line| line.group.clone());
        let group = group.map(|group| {
            if used.insert(group.to_ascii_lowercase()) {
                group
            } else {
                free.next()
            }
        });
        lines.extend(part.lines.into_iter().map(|line| Line {
            group: group.clone(),
            ..line
        }));
    }
    lines
}
