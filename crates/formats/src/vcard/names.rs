//! What a card is called, and the FN and N that every card must have.

use crate::line::{Line, text};

use super::Version;

/// The display name: FN, or made from N, ORG, e-mail or number, in this order. Lines are plain 4.0.
pub(super) fn display<'a>(lines: impl Iterator<Item = &'a Line> + Clone) -> Option<String> {
    let first = |name: &'static str| {
        lines
            .clone()
            .find(move |line| line.is(name) && !is_blank(&line.value))
    };
    let preferred = lines
        .clone()
        .find(|line| line.is("FN") && line.is_preferred() && !is_blank(&line.value));
    let name = if let Some(line) = preferred.or_else(|| first("FN")) {
        text::unescape(&line.value).into_owned()
    } else if let Some(line) = first("N") {
        let parts: Vec<String> = text::split(&line.value, ';').into_iter().map(spaced).collect();
        let part = |nth: usize| parts.get(nth).map(String::as_str).unwrap_or_default();
        [part(3), part(1), part(2), part(0), part(4)].join(" ")
    } else if let Some(line) = first("ORG") {
        spaced(text::split(&line.value, ';').first().copied().unwrap_or_default())
    } else {
        let line = first("EMAIL").or_else(|| first("TEL"))?;
        text::unescape(&line.value).into_owned()
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// Adds FN where it is missing or blank, and N where 3.0 (RFC 2426 §3.1.2) wants it.
pub(super) fn ensure(lines: &mut Vec<Line>, version: Version) {
    let name = display(lines.iter());
    let name = text::escape(name.as_deref().unwrap_or_default());
    let has = |lines: &[Line], name: &str| lines.iter().any(|line| line.is(name) && !is_blank(&line.value));
    let called = has(lines, "FN");
    if !called {
        lines.retain(|line| !line.is("FN"));
        lines.insert(0, Line::new("FN", name.as_str()));
    }
    if version != Version::V4 && !lines.iter().any(|line| line.is("N")) {
        // No guess which word is the family's: the whole name is the given one. A name made of a number is none.
        let given = if called { name.as_str() } else { "" };
        lines.insert(0, Line::new("N", format!(";{given};;;")));
    }
}

fn is_blank(value: &str) -> bool {
    value
        .chars()
        .all(|char| char.is_whitespace() || matches!(char, ';' | ','))
}

/// The values of one component, joined by a space.
fn spaced(component: &str) -> String {
    let values = text::split(component, ',').into_iter().map(text::unescape);
    values.collect::<Vec<_>>().join(" ")
}
