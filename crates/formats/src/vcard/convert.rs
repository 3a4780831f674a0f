//! A raw card to the text of another version, shaped for a target.

use std::collections::BTreeSet;

use crate::line::Line;
use crate::{Converted, Dialect, Fate, Loss};

use super::card::Card;
use super::version3::{self};
use super::{Version, dialect, names, neutral};

/// Rewrites a card as `to`, for `dialect`, and says what the target will not show. Everything that has no better
/// place in the new version is carried as it is: unknown properties, parameters, item groups, labels. A property that
/// loses control characters, which no content line can hold (RFC 6350 §3.3), is told as reduced for every target.
pub fn convert(raw: &[u8], to: Version, dialect: Dialect) -> Converted {
    let mut card = Card::parse(raw);
    let unwritable = std::mem::take(&mut card.unwritable);
    let lines = neutral::neutral(card, &mut Vec::new());
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    let Converted { text, losses } = from_neutral(lines, to, dialect);
    Converted {
        text,
        losses: with_reduced(losses, unwritable),
    }
}

/// The losses and these properties as reduced, sorted.
fn with_reduced(losses: Vec<Loss>, properties: BTreeSet<String>) -> Vec<Loss> {
    let reduced = properties.into_iter().map(|property| Loss {
        property,
        fate: Fate::Reduced,
    });
    let all: BTreeSet<Loss> = losses.into_iter().chain(reduced).collect();
    Vec::from_iter(all)
}

/// Writes plain 4.0 lines as `to`, for `dialect`.
pub(crate) fn from_neutral(mut lines: Vec<Line>, to: Version, dialect: Dialect) -> Converted {
    let unwritable = lines.iter().filter(|line| line.has_unwritable());
    let unwritable = unwritable.map(|line| line.name.to_ascii_uppercase()).collect();
    names::ensure(&mut lines, to);
    let losses = with_reduced(dialect::shape(&mut lines, dialect), unwritable);
    let (yearless, extras) = (dialect::yearless(dialect), dialect::extras(dialect));
    let (version, lines) = match to {
        Version::V4 => ("4.0", lines),
        Version::V3 | Version::V21 => {
            let mut lines = version3::lower(lines, yearless, extras);
            dialect::declare_charset(&mut lines, dialect);
            ("3.0", lines)
        }
    };
    let size: usize = lines
        .iter()
        .map(|line| line.value.len() + line.name.len() + 16)
        .sum();
    let mut text = String::with_capacity(size + size / 16 + 64);
    Line::new("BEGIN", "VCARD").write(&mut text);
    Line::new("VERSION", version).write(&mut text);
    for line in &lines {
        line.write(&mut text);
    }
    Line::new("END", "VCARD").write(&mut text);
    Converted { text, losses }
}
