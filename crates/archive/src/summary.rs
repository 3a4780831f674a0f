//! What the index shows, sorts and searches of an item: pure functions of its bytes. Bytes that nobody understands
//! give an empty summary, never an error.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sidekeep_formats::vcard::member_key;
use sidekeep_model::{Contact, Entry, Kind, Marks, Media, Moment, RemoteId};

use crate::{Original, paths};

/// At most this much text of one item is searchable.
const LONGEST_TEXT: usize = 64 << 10;

/// An item in the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// What it is, where its bytes say otherwise than its collection: a group that is a card of an address book.
    pub(crate) kind: Option<Kind>,
    /// A contact's UID, as groups name it.
    pub(crate) uid: Option<String>,
    pub(crate) title: String,
    pub(crate) sort: String,
    /// Wall time.
    pub(crate) start: Option<String>,
    /// Wall time; None beside a start means without end.
    pub(crate) stop: Option<String>,
    /// What can be searched besides the title.
    pub(crate) text: String,
    /// Where a contact's picture is, if it only names an address.
    pub(crate) address: Option<String>,
}

/// The summary of a payload.
pub(crate) fn of_payload(kind: Kind, media: &Media, raw: &[u8]) -> Summary {
    // Third-party parsers read these bytes; one that panics must cost one summary, not the run (invariant 7).
    catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Contact => sidekeep_formats::contact(media, raw).ok().map(|read| Summary {
            kind: sidekeep_formats::card_group(media, raw).map(|_| Kind::Group),
            ..contact(&read.value)
        }),
        Kind::Event | Kind::Task => sidekeep_formats::entries(media, raw)
            .ok()
            .map(|read| entries(&read.value)),
        Kind::Group => sidekeep_formats::group_name(media, raw).ok().map(|name| Summary {
            sort: sort_key(&name),
            title: name,
            ..Summary::default()
        }),
        Kind::Message | Kind::Call | Kind::Photo | Kind::Film => None,
    }))
    .ok()
    .flatten()
    .unwrap_or_default()
}

/// The summary of a payload that is none of its kind: the name under which the phone has it.
pub(crate) fn of_foreign(remote: &RemoteId) -> Summary {
    let name = paths::last_part(&remote.0).to_owned();
    Summary {
        sort: sort_key(&name),
        title: name,
        ..Summary::default()
    }
}

/// The summary of an original file.
pub(crate) fn of_file(collection: &str, remote: &RemoteId, marks: &Marks, original: &Original) -> Summary {
    let title = marks
        .name
        .as_deref()
        .unwrap_or_else(|| paths::last_part(&remote.0));
    let wall = original.taken.wall.format("%Y-%m-%dT%H:%M:%S").to_string();
    let mut text = Text::default();
    text.add(collection);
    text.add(original.facts.camera.as_deref().unwrap_or_default());
    Summary {
        title: title.to_owned(),
        sort: format!("{wall} {title}"),
        start: Some(wall.clone()),
        stop: Some(wall),
        text: text.0,
        ..Summary::default()
    }
}

fn contact(contact: &Contact) -> Summary {
    let mut text = Text::default();
    for nickname in &contact.nicknames {
        text.add(nickname);
    }
    for phone in &contact.phones {
        text.add(&phone.value);
        // A number is looked for with and without its country code and the zero of long distance.
        let digits: String = phone.value.chars().filter(char::is_ascii_digit).collect();
        for code in 0..=4 {
            text.add(
                digits
                    .get(code..)
                    .filter(|rest| code == 0 || rest.len() >= 6)
                    .unwrap_or_default(),
            );
        }
    }
    let labelled = [
        &contact.emails,
        &contact.urls,
        &contact.messengers,
        &contact.relations,
    ];
    for field in labelled.into_iter().flatten() {
        text.add(&field.value);
    }
    for address in &contact.addresses {
        for part in [
            &address.po_box,
            &address.extended,
            &address.street,
            &address.city,
            &address.region,
            &address.postcode,
            &address.country,
            address.value.as_ref().unwrap_or(&String::new()),
        ] {
            text.add(part);
        }
    }
    for field in [&contact.org, &contact.title, &contact.notes]
        .into_iter()
        .flatten()
    {
        text.add(field);
    }
    for group in &contact.groups {
        text.add(group);
    }
    Summary {
        title: contact.name.clone(),
        sort: sort_key(&contact.name),
        text: text.0,
        address: contact.photo.as_ref().and_then(|photo| photo.uri.clone()),
        uid: contact.uid.as_deref().map(member_key),
        ..Summary::default()
    }
}

fn entries(entries: &[Entry]) -> Summary {
    let Some(master) = entries.first() else {
        return Summary::default();
    };
    let mut text = Text::default();
    for entry in entries {
        if entry.summary != master.summary {
            text.add(&entry.summary);
        }
        for field in [&entry.description, &entry.location, &entry.organizer]
            .into_iter()
            .flatten()
        {
            text.add(field);
        }
        for attendee in &entry.attendees {
            text.add(attendee.name.as_deref().unwrap_or_default());
            text.add(&attendee.address);
        }
        for category in &entry.categories {
            text.add(category);
        }
    }
    // A to-do without a start is filed by when it is due.
    let start = master.start.as_ref().or(master.due.as_ref()).map(wall);
    let recurs = master.rrule.is_some() || !master.rdates.is_empty();
    let last = entries
        .iter()
        .flat_map(|entry| [&entry.end, &entry.start, &entry.due])
        .flatten()
        .map(wall)
        .max();
    Summary {
        title: master.summary.clone(),
        sort: format!(
            "{} {}",
            start.as_deref().unwrap_or("9999"),
            sort_key(&master.summary)
        ),
        stop: if recurs { None } else { last },
        start,
        text: text.0,
        ..Summary::default()
    }
}

/// A moment as wall time, the zone disregarded.
fn wall(moment: &Moment) -> String {
    match moment {
        Moment::Date(date) => format!("{date}T00:00:00"),
        Moment::Wall(time) | Moment::Utc(time) => time.format("%Y-%m-%dT%H:%M:%S").to_string(),
    }
}

/// Names sort without regard to case.
fn sort_key(name: &str) -> String {
    paths::cut(name, 200).to_lowercase()
}

/// Searchable text, bounded.
#[derive(Default)]
struct Text(String);

impl Text {
    fn add(&mut self, words: &str) {
        if words.is_empty() || self.0.len() >= LONGEST_TEXT {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(paths::cut(words, LONGEST_TEXT - self.0.len()));
    }
}
