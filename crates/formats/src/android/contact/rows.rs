//! A vCard as rows of Android's contacts provider: the inverse of [`vcard`](super::vcard), for a contact that goes back
//! to a phone. What the provider has no column for is left out (PHOTO among it: a picture cannot be given as text);
//! whoever writes compares what is read afterwards.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::line::{Line, text};
use crate::vcard::android_custom::{self, ITEM};
use crate::vcard::{Groups, MESSENGERS, label_groups, label_of, plain};

use super::super::Row;
use super::types;

/// A contact to be written to a phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewContact {
    /// Columns of `raw_contacts` that its owner can see: `starred`, `send_to_voicemail`, `custom_ringtone`.
    pub raw_contact: Row,
    /// Rows of `data`, each with its `mimetype`.
    pub data: Vec<Row>,
    /// Titles of the groups that it is in.
    pub groups: Vec<String>,
}

impl NewContact {
    /// Of a card of any version.
    pub fn from_vcard(card: &[u8]) -> Self {
        let (_, lines) = plain(card);
        let mut rows = Rows {
            labels: label_groups(lines.iter()),
            ..Rows::default()
        };
        for line in &lines {
            rows.line(line);
        }
        rows.finish()
    }
}

#[derive(Default)]
struct Rows {
    labels: Groups,
    name: Row,
    /// Index of an organization's row, by its item group.
    organizations: HashMap<Option<String>, usize>,
    found: NewContact,
}

impl Rows {
    fn finish(mut self) -> NewContact {
        if !self.name.is_empty() {
            self.name.insert("mimetype".to_owned(), format!("{ITEM}name"));
            self.found.data.insert(0, self.name);
        }
        self.found
    }

    fn line(&mut self, line: &Line) {
        let value = text::unescape(&line.value).into_owned();
        let name = line.name.to_ascii_uppercase();
        let label = label_of(line, &self.labels).map(str::to_owned);
        match name.as_str() {
            "N" => {
                let columns = ["data3", "data2", "data5", "data4", "data6"];
                fill(&mut self.name, &columns, &parts(line, ';'));
            }
            "FN" => fill(&mut self.name, &["data1"], &[value]),
            "X-PHONETIC-FIRST-NAME" => fill(&mut self.name, &["data7"], &[value]),
            "X-PHONETIC-MIDDLE-NAME" => fill(&mut self.name, &["data8"], &[value]),
            "X-PHONETIC-LAST-NAME" => fill(&mut self.name, &["data9"], &[value]),
            "NICKNAME" => {
                for nickname in parts(line, ',') {
                    let kind = known(1..=5, types::nickname, line).unwrap_or(1);
                    self.typed("nickname", line, &nickname, kind, label.as_deref());
                }
            }
            "TEL" => {
                let kind = known(1..=20, types::phone, line).unwrap_or(7);
                let number = value.strip_prefix("tel:").unwrap_or(&value);
                self.typed("phone_v2", line, number, kind, label.as_deref());
            }
            "EMAIL" => {
                let kind = known(1..=4, types::place, line).unwrap_or(3);
                let row = self.typed("email_v2", line, &value, kind, label.as_deref());
                if let (Some(row), Some(shown)) = (row, line.param("X-DISPLAY-NAME")) {
                    row.insert("data4".to_owned(), shown.to_owned());
                }
            }
            "URL" => {
                let kind = known(1..=6, types::website, line).unwrap_or(7);
                self.typed("website", line, &line.value, kind, label.as_deref());
            }
            "ADR" => self.address(line, label.as_deref()),
            "IMPP" => self.messenger(line, label.as_deref()),
            "ORG" | "TITLE" | "ROLE" | "X-ANDROID-ORG-SYMBOL" | "X-PHONETIC-ORG" | "X-ANDROID-OFFICE" => {
                self.organization(&name, line, label.as_deref());
            }
            "NOTE" => self.push("note", &["data1"], &[value]),
            "BDAY" => {
                let day = android_custom::day(line);
                self.push("contact_event", &["data1", "data2"], &[day, "3".to_owned()]);
            }
            "CATEGORIES" => self.found.groups.extend(parts(line, ',')),
            "X-ANDROID-STARRED" => self.raw("starred", value),
            "X-ANDROID-SEND-TO-VOICEMAIL" => self.raw("send_to_voicemail", value),
            "X-ANDROID-RINGTONE" => self.raw("custom_ringtone", value),
            "X-ANDROID-CUSTOM" => self.custom(line),
            _ => {
                if let Some(row) = android_custom::lower(line, &self.labels) {
                    self.custom(&row);
                }
            }
        }
    }

    fn raw(&mut self, column: &str, value: String) {
        self.found.raw_contact.insert(column.to_owned(), value);
    }

    fn push(&mut self, mimetype: &str, columns: &[&str], values: &[String]) {
        let mut row = Row::new();
        fill(&mut row, columns, values);
        if !row.is_empty() {
            row.insert("mimetype".to_owned(), format!("{ITEM}{mimetype}"));
            self.found.data.push(row);
        }
    }

    /// A row of a value with its type, or with a label of its own.
    fn typed(
        &mut self,
        mimetype: &str,
        line: &Line,
        value: &str,
        kind: u8,
        label: Option<&str>,
    ) -> Option<&mut Row> {
        if value.is_empty() {
            return None;
        }
        let mut row = Row::from([
            ("mimetype".to_owned(), format!("{ITEM}{mimetype}")),
            ("data1".to_owned(), value.to_owned()),
        ]);
        type_of(&mut row, line, kind, label);
        self.found.data.push(row);
        self.found.data.last_mut()
    }

    fn address(&mut self, line: &Line, label: Option<&str>) {
        let columns = ["data5", "data6", "data4", "data7", "data8", "data9", "data10"];
        let mut row = Row::new();
        fill(&mut row, &columns, &parts(line, ';'));
        // An address that is one text only.
        if let (Some(street), Some(formatted)) = (row.get("data4"), line.param("LABEL"))
            && row.len() == 1
            && street == formatted
        {
            row = Row::from([("data1".to_owned(), formatted.to_owned())]);
        }
        if !row.is_empty() {
            row.insert("mimetype".to_owned(), format!("{ITEM}postal-address_v2"));
            type_of(
                &mut row,
                line,
                known(1..=2, types::place, line).unwrap_or(3),
                label,
            );
            self.found.data.push(row);
        }
    }

    fn messenger(&mut self, line: &Line, label: Option<&str>) {
        let Some((scheme, handle)) = line.value.split_once(':') else {
            return;
        };
        let handle = percent_decode_str(handle).decode_utf8_lossy().into_owned();
        let kind = known(1..=2, types::place, line).unwrap_or(3);
        if scheme.eq_ignore_ascii_case("sip") {
            self.typed("sip_address", line, &handle, kind, label);
            return;
        }
        let service = line.param("X-SERVICE-TYPE").unwrap_or_default();
        let nth = MESSENGERS.iter().take(9).position(|(_, name, known)| {
            name.eq_ignore_ascii_case(service) || service.is_empty() && known.eq_ignore_ascii_case(scheme)
        });
        let Some(row) = self.typed("im", line, &handle, kind, label) else {
            return;
        };
        match nth {
            Some(nth) => drop(row.insert("data5".to_owned(), nth.to_string())),
            None => {
                row.insert("data5".to_owned(), "-1".to_owned());
                let name = if service.is_empty() { scheme } else { service };
                row.insert("data6".to_owned(), name.to_owned());
            }
        }
    }

    /// What belongs to one organization shares an item group, or has none.
    fn organization(&mut self, name: &str, line: &Line, label: Option<&str>) {
        let group = line.group.as_ref().map(|group| group.to_ascii_lowercase());
        let at = *self.organizations.entry(group).or_insert_with(|| {
            let mimetype = ("mimetype".to_owned(), format!("{ITEM}organization"));
            self.found.data.push(Row::from([mimetype]));
            self.found.data.len() - 1
        });
        let row = &mut self.found.data[at];
        if !row.contains_key("data2") {
            type_of(
                row,
                line,
                known(1..=1, types::organization, line).unwrap_or(2),
                label,
            );
        }
        let columns: &[&str] = match name {
            "ORG" => &["data1", "data5"],
            "TITLE" => &["data4"],
            "ROLE" => &["data6"],
            "X-ANDROID-ORG-SYMBOL" => &["data7"],
            "X-PHONETIC-ORG" => &["data8"],
            _ => &["data9"],
        };
        let values = match name {
            "ORG" => parts(line, ';'),
            _ => vec![text::unescape(&line.value).into_owned()],
        };
        fill(row, columns, &values);
    }

    /// A row as X-ANDROID-CUSTOM carries it.
    fn custom(&mut self, line: &Line) {
        let values = parts(line, ';');
        let Some((mimetype, values)) = values.split_first().filter(|(mimetype, _)| !mimetype.is_empty())
        else {
            return;
        };
        let columns: Vec<String> = (1..=15).map(|nth| format!("data{nth}")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut row = Row::new();
        fill(&mut row, &columns, values);
        row.insert("mimetype".to_owned(), mimetype.clone());
        self.found.data.push(row);
    }
}

fn parts(line: &Line, separator: char) -> Vec<String> {
    let parts = text::split(&line.value, separator).into_iter();
    parts.map(|part| text::unescape(part).into_owned()).collect()
}

/// Writes values into columns; an empty one is NULL.
fn fill(row: &mut Row, columns: &[&str], values: &[String]) {
    for (column, value) in columns.iter().zip(values) {
        if !value.is_empty() {
            row.insert((*column).to_owned(), value.clone());
        }
    }
}

/// The number that says most of the line's types and nothing else; of two, the later (`cell` before `home`).
fn known(
    numbers: std::ops::RangeInclusive<u8>,
    types: fn(&str) -> &'static [&'static str],
    line: &Line,
) -> Option<u8> {
    let own: Vec<&str> = line.values("TYPE").collect();
    let is_own = |of: &&str| own.iter().any(|own| own.eq_ignore_ascii_case(of));
    let says = |number: &u8| types(&number.to_string());
    numbers
        .filter(|number| !says(number).is_empty() && says(number).iter().all(is_own))
        .max_by_key(|number| says(number).len())
}

fn type_of(row: &mut Row, line: &Line, kind: u8, label: Option<&str>) {
    match label {
        Some(label) => {
            row.insert("data2".to_owned(), types::CUSTOM.to_owned());
            row.insert("data3".to_owned(), label.to_owned());
        }
        None => drop(row.insert("data2".to_owned(), kind.to_string())),
    }
    if line.is_preferred() {
        row.insert("is_primary".to_owned(), "1".to_owned());
        row.insert("is_super_primary".to_owned(), "1".to_owned());
    }
}
