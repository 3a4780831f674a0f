//! Plain 4.0 lines to vCard 3.0 (RFC 2426), with Apple's properties where 3.0 has none of its own.

use percent_encoding::percent_decode_str;

use crate::line::{Line, Param, text};

use super::dates::{NO_YEAR, PartialDate};
use super::neutral::FreeGroup;
use super::{binary, labels};

/// How a birthday without a year is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Yearless {
    /// `1604-05-03` with X-APPLE-OMIT-YEAR=1604.
    Apple,
    /// `--0503`.
    Basic,
    /// `--05-03`.
    Extended,
}

/// What ANNIVERSARY and RELATED become in 3.0, which has neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extras {
    /// X-ABDATE and X-ABRELATEDNAMES with labels.
    Apple,
    /// Left as they are.
    Standard,
}

/// The lines in 3.0.
pub(super) fn lower(lines: Vec<Line>, yearless: Yearless, extras: Extras) -> Vec<Line> {
    let mut free = FreeGroup::of(lines.iter());
    let mut lowered = Vec::with_capacity(lines.len() + 4);
    for mut line in lines {
        let name = line.name.to_ascii_uppercase();
        let value_type = line.param("VALUE").map(str::to_ascii_lowercase);
        let is_text = value_type.as_deref() == Some("text");
        match name.as_str() {
            "ANNIVERSARY" if extras == Extras::Apple => {
                line.name = "X-ABDATE".to_owned();
                if let Some(date) = PartialDate::parse(&line.value) {
                    line.value = date.extended();
                    omit_year(&mut line, date, Yearless::Apple);
                } else {
                    line.value = text::unescape(&line.value).into_owned();
                }
                line.remove("VALUE");
                lowered.extend(free.label(line, "_$!<Anniversary>!$_"));
                continue;
            }
            "RELATED" if extras == Extras::Apple && is_text => {
                lowered.extend(relation(line, &mut free));
                continue;
            }
            "BDAY" | "ANNIVERSARY" | "DEATHDATE" if !is_text => {
                if let Some(date) = PartialDate::parse(&line.value) {
                    line.value = date.extended();
                    omit_year(&mut line, date, yearless);
                }
            }
            "PHOTO" | "LOGO" | "SOUND" | "KEY" => binary::lower(&mut line),
            "TEL" if value_type.as_deref() == Some("uri") => {
                if let Some(number) = phone_number(&line.value) {
                    line.value = text::escape(&number);
                    line.remove("VALUE");
                }
            }
            "GEO" => {
                if let Some((latitude, longitude)) = line
                    .value
                    .strip_prefix("geo:")
                    .and_then(|place| place.split_once(','))
                {
                    line.value = format!("{latitude};{longitude}");
                }
            }
            "TZ" => match value_type.as_deref() {
                Some("utc-offset") => line.remove("VALUE"),
                Some(_) => {}
                None => line.params.push(Param::new("VALUE", "text")),
            },
            "KIND" => line.name = "X-ADDRESSBOOKSERVER-KIND".to_owned(),
            "MEMBER" => line.name = "X-ADDRESSBOOKSERVER-MEMBER".to_owned(),
            "X-AGENT" => line.name = "AGENT".to_owned(),
            "UID" => line.remove("VALUE"),
            "ADR" => {
                lower_preference(&mut line);
                lowered.extend(address(line));
                continue;
            }
            _ => {}
        }
        lower_preference(&mut line);
        lowered.push(line);
    }
    lowered
}

/// PREF=1 to TYPE=pref; other ranks stay, as 3.0 has no word for them.
fn lower_preference(line: &mut Line) {
    if !line.is_preferred() {
        return;
    }
    line.remove("PREF");
    match line.params.iter_mut().find(|param| param.is("TYPE")) {
        Some(param) => param.values.push("pref".to_owned()),
        None => line.params.push(Param::new("TYPE", "pref")),
    }
}

fn omit_year(line: &mut Line, date: PartialDate, yearless: Yearless) {
    if date.year.is_some() || date.month.is_none() || date.day.is_none() {
        return;
    }
    match yearless {
        Yearless::Apple => {
            let year = Some(NO_YEAR);
            line.value = PartialDate { year, ..date }.extended();
            line.params
                .push(Param::new("X-APPLE-OMIT-YEAR", NO_YEAR.to_string()));
        }
        Yearless::Basic => line.value = date.basic(),
        Yearless::Extended => {}
    }
}

/// A built-in type becomes Apple's built-in label; a label of one's own is there already.
fn relation(mut line: Line, free: &mut FreeGroup) -> Vec<Line> {
    line.name = "X-ABRELATEDNAMES".to_owned();
    line.remove("VALUE");
    lower_preference(&mut line);
    let label = line
        .values("TYPE")
        .find_map(labels::relation_label)
        .map(|label| format!("_$!<{label}>!$_"));
    match label {
        Some(label) if line.group.is_none() => {
            line.remove("TYPE");
            free.label(line, &label).into()
        }
        _ => vec![line],
    }
}

/// An address, and its LABEL parameter as the property of its own that 3.0 has.
fn address(mut line: Line) -> Vec<Line> {
    let Some(label) = line.param("LABEL").map(text::escape) else {
        return vec![line];
    };
    line.remove("LABEL");
    let mut label = Line::new("LABEL", label);
    label.group = line.group.clone();
    label.params = line.params.clone();
    vec![line, label]
}

/// The number of a `tel:` URI (RFC 3966), its extension behind `;ext=` as phones dial it.
pub(super) fn phone_number(uri: &str) -> Option<String> {
    let scheme = uri.get(..4)?;
    scheme
        .eq_ignore_ascii_case("tel:")
        .then(|| percent_decode_str(&uri[4..]).decode_utf8_lossy().into_owned())
}
