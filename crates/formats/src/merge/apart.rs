//! What tells two values apart that read the same: how each is labelled.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

use crate::line::Line;
use crate::vcard::{label_groups, label_of};

use super::fields::{NO_TYPES, Part};

/// How two values are labelled that read the same. Both may be labelled alike: then they differ in what a choice
/// does not show, as two pictures do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Apart {
    /// The phone's.
    pub phone: Labels,
    /// The archive's.
    pub archive: Labels,
}

/// What stands beside a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Labels {
    /// Its types, lower case and sorted: `cell`, `home`.
    pub types: Vec<String>,
    /// A label of its owner's own.
    pub own: Option<String>,
    /// Its other parameters, as far as the two differ in them, by their names in upper case.
    pub params: BTreeMap<String, String>,
}

/// What tells these apart, if they read the same.
pub(super) fn apart(phone: Option<&Part>, archive: Option<&Part>) -> Option<Apart> {
    let (phone, archive) = (phone?, archive?);
    if phone.shown() != archive.shown() {
        return None;
    }
    let (mut phone, mut archive) = (labels(phone), labels(archive));
    let same: Vec<String> = phone
        .params
        .iter()
        .filter(|(name, value)| archive.params.get(*name) == Some(*value))
        .map(|(name, _)| name.clone())
        .collect();
    for name in same {
        phone.params.remove(&name);
        archive.params.remove(&name);
    }
    Some(Apart { phone, archive })
}

fn labels(part: &Part) -> Labels {
    let Some(line) = part.lines.first() else {
        return Labels::default();
    };
    let groups = label_groups(part.lines.iter());
    Labels {
        types: types(line),
        own: label_of(line, &groups).map(str::to_owned),
        params: params(line),
    }
}

fn types(line: &Line) -> Vec<String> {
    let types = line.values("TYPE").chain(line.values(""));
    let types = types.map(str::to_ascii_lowercase);
    let mut types: Vec<String> = types.filter(|kind| !NO_TYPES.contains(&kind.as_str())).collect();
    types.sort();
    types.dedup();
    types
}

fn params(line: &Line) -> BTreeMap<String, String> {
    let others = line
        .params
        .iter()
        .filter(|param| !["TYPE", "", "X-LABEL"].iter().any(|name| param.is(name)));
    let mut params: BTreeMap<String, String> = BTreeMap::new();
    for param in others {
        let values = params.entry(param.name.to_ascii_uppercase()).or_default();
        for value in &param.values {
            if !values.is_empty() {
                values.push(',');
            }
            values.push_str(value);
        }
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(lines: &[&str]) -> Part {
        let lines = lines
            .iter()
            .map(|line| Line::parse(line.as_bytes()).expect("a line"));
        Part {
            property: "TEL".to_owned(),
            key: String::new(),
            lines: lines.collect(),
        }
    }

    #[test]
    fn what_tells_values_apart() {
        let told = |labels: Labels| {
            let params = labels
                .params
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let own = labels.own.map(|own| format!("\"{own}\""));
            let all = labels.types.into_iter().chain(own).chain(params);
            all.collect::<Vec<_>>().join(" ")
        };
        let check = |phone: &[&str], archive: &[&str], expected: Option<(&str, &str)>| {
            let found = apart(Some(&part(phone)), Some(&part(archive)));
            let found = found.map(|apart| (told(apart.phone), told(apart.archive)));
            let expected = expected.map(|(phone, archive)| (phone.to_owned(), archive.to_owned()));
            assert_eq!(found, expected, "{phone:?} {archive:?}");
        };
        check(&["TEL:1"], &["TEL:2"], None);
        check(
            &["TEL;TYPE=HOME,VOICE;PREF=1;X-A=b:1"],
            &["TEL;TYPE=work;TYPE=cell;X-A=b:1"],
            Some(("home PREF=1", "cell work")),
        );
        check(
            &["item1.TEL:1", "item1.X-ABLabel:_$!<Boat>!$_"],
            &["TEL;X-LABEL=Hut:1"],
            Some(("\"Boat\"", "\"Hut\"")),
        );
        check(
            &["DTSTART;TZID=Europe/Berlin:20260101T100000"],
            &["DTSTART:20260101T100000"],
            Some(("TZID=Europe/Berlin", "")),
        );
        // Of a picture only the type is shown.
        check(
            &["PHOTO:data:image/png;base64,AAAA"],
            &["PHOTO:data:image/png;base64,BBBB"],
            Some(("", "")),
        );
        assert_eq!(apart(Some(&part(&["TEL:1"])), None), None);
    }
}
