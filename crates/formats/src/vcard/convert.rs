//! A raw card to the text of another version, shaped for a target.

use crate::line::Line;
use crate::{Converted, Dialect};

use super::card::Card;
use super::version3::{self};
use super::{Version, dialect, names, neutral};

/// Rewrites a card as `to`, for `dialect`, and says what the target will not show. Everything that has no better
/// place in the new version is carried as it is: unknown properties, parameters, item groups, labels.
pub fn convert(raw: &[u8], to: Version, dialect: Dialect) -> Converted {
    let lines = neutral::neutral(Card::parse(raw), &mut Vec::new());
    from_neutral(lines.into_iter().map(|(_, line)| line).collect(), to, dialect)
}

/// Writes plain 4.0 lines as `to`, for `dialect`.
pub(crate) fn from_neutral(mut lines: Vec<Line>, to: Version, dialect: Dialect) -> Converted {
    names::ensure(&mut lines, to);
    let losses = dialect::shape(&mut lines, dialect);
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
