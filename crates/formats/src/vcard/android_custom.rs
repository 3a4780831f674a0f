//! X-ANDROID-CUSTOM: how Android's own writer carries rows that vCard 3.0 has no property for (AOSP VCardBuilder):
//! the row's mimetype and its fifteen data columns between semicolons.

use crate::line::{Line, Param, text};

use super::card::literal;
use super::dates::PartialDate;
use super::labels;
use super::labels::Groups;
use super::neutral::FreeGroup;

/// What stands before the name of every mimetype of Android's contacts provider.
pub(crate) const ITEM: &str = "vnd.android.cursor.item/";

/// Android's types of relations (ContactsContract.CommonDataKinds.Relation) as types of RELATED.
pub(crate) const RELATIONS: [(&str, &str); 14] = [
    ("1", "x-assistant"),
    ("2", "x-brother"),
    ("3", "child"),
    ("4", "x-domestic-partner"),
    ("5", "x-father"),
    ("6", "friend"),
    ("7", "x-manager"),
    ("8", "x-mother"),
    ("9", "parent"),
    ("10", "x-partner"),
    ("11", "x-referred-by"),
    ("12", "x-relative"),
    ("13", "x-sister"),
    ("14", "spouse"),
];

/// The lines that a row means: none but itself where 4.0 has no property for it.
pub(super) fn raise(line: Line, free: &mut FreeGroup) -> Vec<Line> {
    let parts = text::split(&line.value, ';');
    let column = |nth: usize| {
        parts
            .get(nth)
            .map(|part| text::unescape(part).into_owned())
            .unwrap_or_default()
    };
    let mimetype = column(0);
    let (value, kind, label) = (column(1), column(2), column(3));
    let extra = parts.iter().skip(4).any(|part| !part.is_empty());
    match mimetype.strip_prefix(ITEM) {
        Some("nickname") if !extra => nickname(&value, &kind, &label, free),
        Some("contact_event") if !extra => event(&value, &kind, &label, free),
        Some("relation") if !extra => relation(&value, &kind, &label, free),
        _ => vec![line],
    }
}

/// A nickname of Android's type `kind`, or of a type of one's own.
pub(crate) fn nickname(name: &str, kind: &str, label: &str, free: &mut FreeGroup) -> Vec<Line> {
    let line = Line::new("NICKNAME", text::escape(name));
    if name.is_empty() {
        return Vec::new();
    }
    match kind {
        "2" => vec![line.with("TYPE", "x-other")],
        "3" => vec![line.with("TYPE", "x-maiden")],
        "4" => vec![line.with("TYPE", "x-short")],
        "5" => vec![line.with("TYPE", "x-initials")],
        "0" if !label.is_empty() => free.label(line, label).into(),
        _ => vec![line],
    }
}

/// A date of a contact: its birthday, an anniversary, or one with a label.
pub(crate) fn event(date: &str, kind: &str, label: &str, free: &mut FreeGroup) -> Vec<Line> {
    if date.is_empty() {
        return Vec::new();
    }
    let name = match kind {
        "1" => "ANNIVERSARY",
        "3" => "BDAY",
        _ => {
            let date = PartialDate::parse(date).map_or_else(|| literal(date), PartialDate::extended);
            let label = if label.is_empty() { "Other" } else { label };
            return free.label(Line::new("X-ABDATE", date), label).into();
        }
    };
    match PartialDate::parse(date) {
        Some(date) => vec![Line::new(name, date.basic())],
        None => vec![Line::new(name, text::escape(&literal(date))).with("VALUE", "text")],
    }
}

/// A related person of Android's type `kind`, or of a type of one's own.
pub(crate) fn relation(person: &str, kind: &str, label: &str, free: &mut FreeGroup) -> Vec<Line> {
    let mut line = Line::new("RELATED", text::escape(person)).with("VALUE", "text");
    if person.is_empty() {
        return Vec::new();
    }
    if let Some((_, kind)) = RELATIONS.iter().find(|(number, _)| *number == kind) {
        line.params.insert(0, Param::new("TYPE", *kind));
        vec![line]
    } else if let Some(kind) = labels::relation_type(label) {
        line.params.insert(0, Param::new("TYPE", kind));
        vec![line]
    } else if label.is_empty() {
        vec![line]
    } else {
        free.label(line, label).into()
    }
}

/// A row as a line, columns from `data1` on.
pub(crate) fn row(mimetype: &str, columns: &[&str]) -> Line {
    let mut value = text::escape(mimetype);
    for nth in 0..15 {
        value.push(';');
        value.push_str(&text::escape(columns.get(nth).copied().unwrap_or_default()));
    }
    Line::new("X-ANDROID-CUSTOM", value)
}

/// The date of a line as Android's contacts provider writes it; what is no date as it is.
pub(crate) fn day(line: &Line) -> String {
    match PartialDate::of(line) {
        Some(date) => date.extended(),
        None => text::unescape(&line.value).into_owned(),
    }
}

/// ANNIVERSARY, X-ABDATE or a RELATED text as a row; None for any other line.
pub(crate) fn lower(line: &Line, groups: &Groups) -> Option<Line> {
    let label = labels::of(line, groups);
    let value = text::unescape(&line.value);
    if line.is("ANNIVERSARY") || line.is("X-ABDATE") {
        let date = day(line);
        let (kind, label) = match label {
            _ if line.is("ANNIVERSARY") => ("1", ""),
            None => ("2", ""),
            Some(label) if label.eq_ignore_ascii_case("Other") => ("2", ""),
            Some(label) => ("0", label),
        };
        Some(row(
            "vnd.android.cursor.item/contact_event",
            &[&date, kind, label],
        ))
    } else if line.is("RELATED")
        && line
            .param("VALUE")
            .is_some_and(|value| value.eq_ignore_ascii_case("text"))
    {
        let types: Vec<&str> = line.values("TYPE").collect();
        let number = types.iter().find_map(|kind| {
            let known = RELATIONS
                .iter()
                .find(|(_, known)| known.eq_ignore_ascii_case(kind));
            known.map(|&(number, _)| number)
        });
        let (number, label) = match (number, label, types.first()) {
            (Some(number), None, _) => (number, ""),
            (_, Some(label), _) => ("0", label),
            (None, None, Some(kind)) => ("0", labels::relation_label(kind).unwrap_or(kind)),
            (None, None, None) => ("0", ""),
        };
        Some(row("vnd.android.cursor.item/relation", &[&value, number, label]))
    } else {
        None
    }
}
