//! A raw card to the model: raised to plain 4.0, its texts taken apart by `calcard`.
//!
//! Dates and pictures are read here: calcard loses the day of `--05-03` and takes short binary values for text.

use std::collections::HashSet;
use std::fmt::Write as _;

use calcard::vcard::VCardValue;
use calcard::{Entry, Parser};
use sidekeep_model::{Address, Contact, Digest, Labelled, Media, Name, Portrait};

use crate::line::{Line, text};
use crate::{Read, Trouble, Warning};

use super::card::{Card, Shape};
use super::dates::PartialDate;
use super::labels::{self, Groups};
use super::{binary, names, neutral, version3};

/// Reads the first card of `raw`. Never fails: what could not be read is in the warnings and stays in the raw bytes.
pub fn read(raw: &[u8]) -> Read<Contact> {
    let mut card = Card::parse(raw);
    let mut warnings = std::mem::take(&mut card.warnings);
    let lines = neutral::neutral(card, &mut warnings);
    interpret(lines, warnings)
}

/// The model of plain 4.0 lines; `warnings` are those of the lines so far.
pub(crate) fn interpret(lines: neutral::Lines, mut warnings: Vec<Warning>) -> Read<Contact> {
    let groups = labels::groups(lines.iter().map(|(_, line)| line));
    let mut reader = Reader {
        contact: Contact::default(),
        groups: &groups,
        seen_groups: HashSet::new(),
        warnings: &mut warnings,
    };
    for ((number, line), values) in lines.iter().zip(values(&lines)) {
        reader.property(*number, line, values);
    }
    let mut contact = reader.contact;
    match names::display(lines.iter().map(|(_, line)| line)) {
        Some(name) => contact.name = name,
        None => warnings.push(Warning {
            line: 0,
            trouble: Trouble::Nameless,
        }),
    }
    Read {
        value: contact,
        warnings,
    }
}

/// The values of each line, unescaped: component by component, each with its list of texts.
type Values = Vec<Vec<String>>;

/// Has calcard take the texts apart. It sees each under a property of the same shape and without parameters, so that
/// no default type or parameter of a property changes how it is read.
fn values(lines: &neutral::Lines) -> Vec<Values> {
    let mut card = String::from("BEGIN:VCARD\r\nVERSION:4.0\r\n");
    for (_, line) in lines {
        let (name, value) = match Shape::of(line) {
            Shape::Text => ("NOTE", line.value.as_str()),
            Shape::List => ("CATEGORIES", line.value.as_str()),
            Shape::Structured if line.is("ORG") => ("ORG", line.value.as_str()),
            Shape::Structured => ("ADR", line.value.as_str()),
            Shape::Binary | Shape::Literal | Shape::Unknown => ("NOTE", ""),
        };
        let value = value.replace(['\r', '\n'], " ");
        // Writing to a string cannot fail.
        let _ = write!(card, "{name}:{value}\r\n");
    }
    card.push_str("END:VCARD\r\n");
    let Entry::VCard(card) = Parser::new(&card).entry() else {
        return vec![Values::new(); lines.len()];
    };
    let mut values: Vec<Values> = card
        .entries
        .into_iter()
        .skip(1)
        .map(|entry| entry.values.into_iter().map(texts).collect())
        .collect();
    values.resize(lines.len(), Values::new());
    values
}

fn texts(value: VCardValue) -> Vec<String> {
    match value {
        VCardValue::Component(texts) => texts,
        value => value
            .into_text()
            .map(|text| text.into_owned())
            .into_iter()
            .collect(),
    }
}

struct Reader<'a> {
    contact: Contact,
    groups: &'a Groups,
    seen_groups: HashSet<String>,
    warnings: &'a mut Vec<Warning>,
}

impl Reader<'_> {
    fn property(&mut self, number: usize, line: &Line, values: Values) {
        let name = line.name.to_ascii_uppercase();
        match name.as_str() {
            "UID" => set(&mut self.contact.uid, line.value.clone()),
            "N" => self.contact.parts = self.contact.parts.take().or_else(|| parts(&values)),
            "NICKNAME" => self.contact.nicknames.extend(list(values)),
            "TEL" => {
                let number = match Shape::of(line) {
                    Shape::Literal => {
                        version3::phone_number(&line.value).unwrap_or_else(|| line.value.clone())
                    }
                    _ => first(values),
                };
                let phone = self.labelled(line, number);
                self.contact.phones.extend(phone);
            }
            "EMAIL" => {
                let email = self.labelled(line, first(values));
                self.contact.emails.extend(email);
            }
            "ADR" => {
                let address = self.address(line, &values);
                self.contact.addresses.extend(address);
            }
            "ORG" => {
                let units: Vec<String> = values
                    .into_iter()
                    .map(|unit| unit.concat().trim().to_owned())
                    .collect();
                set(
                    &mut self.contact.org,
                    units.join("; ").trim_end_matches("; ").to_owned(),
                );
            }
            "TITLE" => set(&mut self.contact.title, first(values)),
            "BDAY" => {
                let date = Self::date(line);
                set(&mut self.contact.birthday, date);
            }
            "ANNIVERSARY" | "X-ABDATE" => {
                let date = Self::date(line);
                let date = self.labelled(line, date).map(|mut date| {
                    if name == "ANNIVERSARY" {
                        date.label = Some("Anniversary".to_owned());
                    }
                    date
                });
                self.contact.dates.extend(date);
            }
            "URL" | "X-SOCIALPROFILE" | "SOCIALPROFILE" => {
                let url = self.labelled(line, line.value.clone());
                self.contact.urls.extend(url);
            }
            "IMPP" => {
                let messenger = self.labelled(line, line.value.clone());
                self.contact.messengers.extend(messenger);
            }
            "RELATED" => {
                let person = match Shape::of(line) {
                    Shape::Text => first(values),
                    _ => line.value.clone(),
                };
                let relation = self.labelled(line, person);
                self.contact.relations.extend(relation);
            }
            "NOTE" => {
                let note = first(values);
                if !note.trim().is_empty() {
                    match &mut self.contact.notes {
                        Some(notes) => {
                            notes.push_str("\n\n");
                            notes.push_str(&note);
                        }
                        None => self.contact.notes = Some(note),
                    }
                }
            }
            "CATEGORIES" => {
                for group in list(values) {
                    if self.seen_groups.insert(group.clone()) {
                        self.contact.groups.push(group);
                    }
                }
            }
            "PHOTO" if self.contact.photo.is_none() => self.contact.photo = self.portrait(number, line),
            _ => {}
        }
    }

    fn labelled(&self, line: &Line, value: String) -> Option<Labelled> {
        let value = value.trim();
        (!value.is_empty()).then(|| Labelled {
            value: value.to_owned(),
            types: types(line),
            label: labels::of(line, self.groups).map(str::to_owned),
        })
    }

    fn address(&self, line: &Line, values: &Values) -> Option<Address> {
        // Many programs do not escape the comma of "High Street 5, flat 2", so a list is one text again.
        let part = |nth: usize| {
            let list = values.get(nth).map(Vec::as_slice).unwrap_or_default();
            let list: Vec<&str> = list.iter().map(|text| text.trim()).collect();
            list.join(", ")
        };
        let mut address = Address {
            po_box: part(0),
            extended: part(1),
            street: part(2),
            city: part(3),
            region: part(4),
            postcode: part(5),
            country: part(6),
            ..Address::default()
        };
        if let Some(label) = line.param("LABEL").map(str::trim) {
            let street = std::mem::take(&mut address.street);
            // The street repeats a text that is all there is.
            if address == Address::default() && (street.is_empty() || street == label) {
                address.value = Some(label.to_owned());
            } else {
                address.street = street;
            }
        }
        if address == Address::default() {
            return None;
        }
        address.types = types(line);
        address.label = labels::of(line, self.groups).map(str::to_owned);
        Some(address)
    }

    /// The date in the model's form, or the text as it is.
    fn date(line: &Line) -> String {
        let is_text = line
            .param("VALUE")
            .is_some_and(|value| value.eq_ignore_ascii_case("text"));
        match PartialDate::of(line) {
            Some(date) if !is_text => date.extended(),
            _ => text::unescape(&line.value).trim().to_owned(),
        }
    }

    fn portrait(&mut self, number: usize, line: &Line) -> Option<Portrait> {
        let mut portrait = Portrait {
            digest: None,
            media: None,
            width: None,
            height: None,
            uri: None,
        };
        if let Some(data) = binary::DataUri::parse(&line.value) {
            let Some(bytes) = binary::decode(data.base64).filter(|bytes| !bytes.is_empty()) else {
                self.warn(number, Trouble::BadValue);
                return None;
            };
            let declared = Some(data.media).filter(|media| !media.is_empty());
            portrait.digest = Some(Digest::of(&bytes));
            portrait.media = binary::sniff_bytes(&bytes).or(declared).map(Media::from);
        } else if line.value.contains(':') {
            portrait.uri = Some(line.value.clone());
            portrait.media = line.param("MEDIATYPE").map(Media::from);
        } else {
            if !line.value.is_empty() {
                self.warn(number, Trouble::BadValue);
            }
            return None;
        }
        Some(portrait)
    }

    fn warn(&mut self, line: usize, trouble: Trouble) {
        self.warnings.push(Warning { line, trouble });
    }
}

/// The first value that says something stays.
fn set(field: &mut Option<String>, value: String) {
    let value = value.trim();
    if field.is_none() && !value.is_empty() {
        *field = Some(value.to_owned());
    }
}

fn first(values: Values) -> String {
    values.into_iter().flatten().next().unwrap_or_default()
}

fn list(values: Values) -> impl Iterator<Item = String> {
    let values = values.into_iter().flatten();
    values
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

fn parts(values: &Values) -> Option<Name> {
    let part = |nth: usize| {
        let list = values.get(nth).map(Vec::as_slice).unwrap_or_default();
        list.join(" ").trim().to_owned()
    };
    let name = Name {
        family: part(0),
        given: part(1),
        middle: part(2),
        prefix: part(3),
        suffix: part(4),
    };
    (name != Name::default()).then_some(name)
}

fn types(line: &Line) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for kind in line.values("TYPE").map(str::to_ascii_lowercase) {
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    if line.is_preferred() {
        types.push("pref".to_owned());
    }
    types
}
