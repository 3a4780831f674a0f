//! Items as JSON: the contract of CLI.md, for scripts and for the desktop.

use serde::Serialize;
use sidekeep_archive::{Archive, Content, Groups, Item, Members, Original, Stacks};
use sidekeep_formats::{card_group, contact, entries, group_name};
use sidekeep_model::{Contact, Digest, Entry, ItemId, Kind, Media, PhoneId, Place, SourceName, Taken, Time};
use ts_rs::TS;

use crate::EngineError;

/// One item, or one component of a calendar item, as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The item.
    pub id: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// The phone.
    pub phone: PhoneId,
    /// The source by which it last came.
    pub source: SourceName,
    /// Name of its collection.
    pub collection: String,
    /// Still on the phone.
    pub present: bool,
    /// BLAKE3 of the raw bytes.
    pub digest: Digest,
    /// When this computer first saw it.
    pub first_seen: Time,
    /// When its state last changed.
    pub last_changed: Time,
    /// The kept bytes are damaged, as of the last check.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub damaged: bool,
    /// What it is.
    #[serde(flatten)]
    pub subject: Subject,
}

/// What an item is.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// A person or firm.
    Contact(Box<Contact>),
    /// A set of contacts.
    Group {
        /// Its name.
        name: String,
        /// Who is in it; None where its contacts say so themselves.
        #[serde(flatten)]
        members: Option<Members>,
    },
    /// An event or to-do: the master, or an override.
    Entry(Box<Entry>),
    /// A photo or film.
    Picture(Box<Picture>),
    /// Bytes that this version cannot interpret; they are kept.
    Unread {
        /// What can be said of it.
        title: String,
    },
}

/// A photo or film.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Picture {
    /// In the archive.
    pub path: String,
    /// File name on the phone.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Type, from the bytes.
    pub media: Media,
    /// Capture time.
    pub taken: Taken,
    /// Pixels as shown.
    pub width: Option<u32>,
    /// Pixels as shown.
    pub height: Option<u32>,
    /// Where it was taken.
    pub place: Option<Place>,
    /// The pair or series it belongs to (a Live Photo, an edit with its original, a raw with its JPEG, a burst): the id of
    /// the one of it to show first, the same for all of them.
    pub group: Option<String>,
    /// The phone's id.
    pub remote: String,
    /// The owner's favourite.
    pub favourite: bool,
    /// In the phone's bin.
    pub trashed: bool,
}

/// An item as JSON: one view, or one per component of a calendar item. Payloads are read from the archive. `groups`: who is
/// in those that are cards of an address book ([`Archive::groups`]). `stacks`: which photos and films belong together
/// ([`Archive::stacks`]).
///
/// # Errors
/// When the archive cannot be read, or the bytes are damaged.
pub fn views(
    archive: &Archive,
    item: &Item,
    groups: &Groups,
    stacks: &Stacks,
) -> Result<Vec<View>, EngineError> {
    let subjects = match &item.content {
        Content::File(original) => vec![Subject::Picture(Box::new(picture(item, original, stacks)))],
        Content::Payload { .. } => subjects(item, &archive.pictured(&item.state)?, groups),
    };
    Ok(subjects.into_iter().map(|subject| view(item, subject)).collect())
}

/// A contact with the groups that name it, besides those that it names itself.
pub(crate) fn in_groups(mut contact: Contact, id: ItemId, groups: &Groups) -> Contact {
    for name in groups.of(id) {
        if !contact.groups.contains(name) {
            contact.groups.push(name.clone());
        }
    }
    contact
}

/// Who is in a group that is a card of an address book; None where it is none.
pub(crate) fn members(item: &Item, raw: &[u8], groups: &Groups) -> Option<Members> {
    let group = card_group(&item.media, raw)?;
    Some(groups.members(&item.phone, &item.collection.id, &group))
}

fn subjects(item: &Item, raw: &[u8], groups: &Groups) -> Vec<Subject> {
    let unread = || {
        vec![Subject::Unread {
            title: item.title.clone(),
        }]
    };
    match item.kind {
        Kind::Contact => match contact(&item.media, raw) {
            Ok(read) => vec![Subject::Contact(Box::new(in_groups(read.value, item.id, groups)))],
            Err(_) => unread(),
        },
        Kind::Group => match group_name(&item.media, raw) {
            Ok(name) => vec![Subject::Group {
                name,
                members: members(item, raw, groups),
            }],
            Err(_) => unread(),
        },
        Kind::Event | Kind::Task => match entries(&item.media, raw) {
            Ok(read) if !read.value.is_empty() => read
                .value
                .into_iter()
                .map(|entry| Subject::Entry(Box::new(entry)))
                .collect(),
            _ => unread(),
        },
        Kind::Message | Kind::Call | Kind::Photo | Kind::Film => unread(),
    }
}

pub(crate) fn picture(item: &Item, original: &Original, stacks: &Stacks) -> Picture {
    let remote = item.remote.as_str();
    let name = item
        .marks
        .name
        .as_deref()
        .unwrap_or_else(|| remote.rsplit('/').next().unwrap_or(remote));
    Picture {
        path: original.path.clone(),
        name: name.to_owned(),
        size: original.size,
        media: original.facts.media.clone(),
        taken: original.taken.clone(),
        width: original.facts.width,
        height: original.facts.height,
        place: original.facts.place,
        group: stacks
            .of(item.id)
            .and_then(|stack| Some(stack.first()?.0.to_string())),
        remote: remote.to_owned(),
        favourite: item.marks.favourite,
        trashed: item.marks.trashed,
    }
}

fn view(item: &Item, subject: Subject) -> View {
    View {
        id: item.id,
        kind: item.kind,
        phone: item.phone.clone(),
        source: item.source.clone(),
        collection: item.collection.name.clone(),
        present: item.present,
        digest: item.digest,
        first_seen: item.first_seen,
        last_changed: item.last_changed,
        damaged: item.damage.is_some(),
        subject,
    }
}
