//! Contacts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError, ArchiveErrorKind, Members, Query, StateRef};
use sidekeep_formats::{as_vcard, contact};
use sidekeep_model::{Contact, Digest, ItemId, Kind, Media, PhoneId, Time};
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::alike::{Candidate, Meanings, folded};
use super::history::versions;
use super::kept::{item, on_all_cores, tag};
use super::{Kept, VersionRow};
use crate::view::{in_groups, members};
use crate::{EngineError, Grouping};

/// No line's text is longer, in bytes.
const LONGEST_TEXT: usize = 8 << 10;

/// One line of the list of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Person {
    /// The item.
    pub id: ItemId,
    /// The name to show; may be empty or anything at all.
    pub name: String,
    /// Firm, first number or first address: what tells two of one name apart.
    pub note: String,
    /// What the list is sorted by: the name, folded (see [`fold`]).
    pub key: String,
    /// What an instant search looks in, one a line and folded: name, nicknames, firm, groups, numbers (also as digits
    /// only), addresses of all sorts.
    pub text: String,
    /// What stands for its picture in the photo protocol's address: how the digest of the card begins, six digits. None
    /// when it has no picture.
    pub portrait: Option<String>,
    /// The phone.
    pub phone: PhoneId,
    /// Name of its address book or account.
    pub collection: String,
    /// Still on the phone.
    pub present: bool,
    /// A copy that a messenger or the SIM made.
    pub derived: bool,
    /// The same contact from other sources of the same phone.
    pub also: Vec<AlsoThere>,
}

/// The same contact from another source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AlsoThere {
    /// The item.
    pub id: ItemId,
    /// The phone or account.
    pub phone: PhoneId,
    /// Name of its address book or account.
    pub collection: String,
}

/// One contact.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonDetail {
    /// What the archive knows of it.
    pub kept: Kept,
    /// The fields, the groups that name it among them; None when the kept bytes cannot be interpreted by this version.
    pub contact: Option<Contact>,
    /// Who is in it, if it is a group that is a card of its address book.
    pub group: Option<Members>,
    /// All its states, newest first, each with its fields.
    pub versions: Vec<VersionRow>,
    /// The kept bytes as vCard, for dragging out and for the curious.
    pub vcard: String,
}

/// The list of contacts, which remembers what it has parsed: kept bytes never change, so that what they mean is read once.
#[derive(Debug, Default)]
pub struct People {
    lines: HashMap<Digest, Arc<Line>>,
    meanings: Meanings,
}

/// What a card means for the list.
#[derive(Debug, Default)]
struct Line {
    name: String,
    note: String,
    key: String,
    text: String,
    portrait: bool,
}

impl People {
    /// Everybody who is kept (groups are nobody), on a phone or no longer ([`Person::present`]), as it was at `as_of`, sorted by name; those
    /// without a name come last. What several sources of one phone have alike comes once.
    ///
    /// # Errors
    /// When the archive cannot be read. A card whose bytes are damaged or mean nothing has its title alone.
    pub fn list(
        &mut self,
        archive: &Archive,
        grouping: &Grouping,
        as_of: Option<Time>,
    ) -> Result<Vec<Person>, EngineError> {
        let mut items = Vec::new();
        for gone in [false, true] {
            items.extend(archive.list(&Query {
                kinds: vec![Kind::Contact],
                as_of,
                gone,
                ..Query::default()
            })?);
        }
        self.read(archive, items.iter().map(|item| &item.state))?;
        let candidates: Vec<Candidate<'_>> = items
            .iter()
            .map(|item| {
                let text = self.lines.get(&item.digest).map(|line| &line.text);
                Candidate::of(item, (item.present, item.collection.derived, text))
            })
            .collect();
        let shown_as = self.meanings.shown_as(archive, grouping, &candidates)?;
        let groups = archive.groups(as_of)?;
        let people = items.into_iter().map(|item| {
            let line = self.lines.get(&item.digest).cloned().unwrap_or_else(|| {
                Arc::new(Line {
                    name: item.title.clone(),
                    key: fold(&item.title),
                    text: fold(&item.title),
                    ..Line::default()
                })
            });
            Person {
                id: item.id,
                name: line.name.clone(),
                note: line.note.clone(),
                key: line.key.clone(),
                text: with_groups(&line.text, groups.of(item.id)),
                portrait: line.portrait.then(|| tag(&item.digest)),
                phone: item.phone,
                collection: item.collection.name.clone(),
                present: item.present,
                derived: item.collection.derived,
                also: Vec::new(),
            }
        });
        let mut people = folded(people, &shown_as, |person, other: Person| {
            person.also.push(AlsoThere {
                id: other.id,
                phone: other.phone,
                collection: other.collection,
            });
        });
        people.sort_by(|a, b| (a.key.is_empty(), &a.key, a.id).cmp(&(b.key.is_empty(), &b.key, b.id)));
        Ok(people)
    }

    /// Reads what was not read before.
    fn read<'a>(
        &mut self,
        archive: &Archive,
        states: impl Iterator<Item = &'a StateRef>,
    ) -> Result<(), EngineError> {
        let mut seen = HashSet::new();
        let new: Vec<&StateRef> = states
            .filter(|state| !self.lines.contains_key(&state.digest) && seen.insert(state.digest))
            .collect();
        self.lines.extend(on_all_cores(archive, &new, lines)?);
        Ok(())
    }
}

/// What these cards mean, those left out whose bytes are damaged or mean nothing.
fn lines(archive: &Archive, states: &[&StateRef]) -> Result<Vec<(Digest, Arc<Line>)>, ArchiveError> {
    let mut lines = Vec::with_capacity(states.len());
    for state in states {
        match archive.raw(state) {
            Ok(raw) => lines.extend(line(&state.media, &raw).map(|line| (state.digest, Arc::new(line)))),
            Err(error) if error.kind() == ArchiveErrorKind::Damaged => {}
            Err(error) => return Err(error),
        }
    }
    Ok(lines)
}

/// What a card means for the list; None when it means nothing to this version.
fn line(media: &Media, raw: &[u8]) -> Option<Line> {
    let contact = contact(media, raw).ok()?.value;
    let first = |values: &[sidekeep_model::Labelled]| values.first().map(|first| first.value.clone());
    let notes = [
        contact.org.clone(),
        first(&contact.phones),
        first(&contact.emails),
    ];
    let note = notes
        .into_iter()
        .flatten()
        .find(|note| *note != contact.name)
        .unwrap_or_default();
    Some(Line {
        note,
        key: fold(&contact.name),
        text: text(&contact),
        // One that is named by an address may come later, or never: who asks for it is told.
        portrait: contact.photo.is_some(),
        name: contact.name,
    })
}

/// What a search looks in, with the names of these groups.
fn with_groups(text: &str, groups: &[String]) -> String {
    let names = groups.iter().map(|name| fold(name));
    let lines = std::iter::once(text.to_owned()).chain(names);
    lines.collect::<Vec<_>>().join("\n")
}

fn text(contact: &Contact) -> String {
    let mut text = fold(&contact.name);
    let mut add = |words: &str| {
        let words = fold(words);
        if !words.is_empty() && text.len() + words.len() < LONGEST_TEXT {
            text.push('\n');
            text.push_str(&words);
        }
    };
    contact.nicknames.iter().for_each(|name| add(name));
    contact.org.iter().for_each(|org| add(org));
    contact.groups.iter().for_each(|group| add(group));
    for phone in &contact.phones {
        add(&phone.value);
        let digits: String = phone.value.chars().filter(char::is_ascii_digit).collect();
        if digits != phone.value {
            add(&digits);
        }
    }
    for address in contact.emails.iter().chain(&contact.messengers) {
        add(&address.value);
    }
    for address in &contact.addresses {
        for part in [
            &address.street,
            &address.city,
            &address.postcode,
            &address.country,
        ] {
            add(part);
        }
        address.value.iter().for_each(|whole| add(whole));
    }
    text
}

/// Text as it is searched and sorted by: compatibility forms taken apart, marks left out, lower case. The window folds
/// what is typed in the same way: `normalize('NFKD')`, without `\p{M}`, `toLowerCase()`.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).collect()
}

/// One contact, or a group that is a card of an address book, there or gone, with all its states.
///
/// # Errors
/// `NoItem` when there is none of this id, or was none at `as_of`; index errors.
pub fn person(archive: &Archive, id: ItemId, as_of: Option<Time>) -> Result<PersonDetail, EngineError> {
    let item = item(archive, id, as_of)?;
    if item.listed != Kind::Contact {
        return Err(EngineError::NoItem(id));
    }
    let groups = archive.groups(as_of)?;
    // Damaged bytes are told by the damage in `kept`; everything else that is known is shown.
    let raw = archive.raw(&item.state).unwrap_or_default();
    let vcard = as_vcard(&item.media, &raw).unwrap_or_default();
    Ok(PersonDetail {
        contact: archive
            .pictured(&item.state)
            .ok()
            .and_then(|whole| contact(&item.media, &whole).ok())
            .map(|read| in_groups(read.value, item.id, &groups)),
        group: members(&item, &raw, &groups),
        vcard: String::from_utf8_lossy(&vcard).into_owned(),
        versions: versions(archive, &item)?,
        kept: Kept::of(archive, &item)?,
    })
}
