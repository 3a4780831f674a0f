//! Which fields of an item hold a value: what the field-loss alarm compares (PRODUCT R5). It looks at whether there is
//! a value, never at which: an edited number is no loss.

use sidekeep_formats::{contact, entries, group_name};
use sidekeep_model::{Contact, Entry, Kind, Media};

/// The fields of one item that hold at least one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Profile(u32);

/// The names of all fields that a profile can tell apart, as [`sidekeep_archive::Suspicion::FieldLost`] writes them.
/// Contacts and calendar entries share names where they mean the same.
pub const FIELDS: [&str; 22] = [
    "name",
    "phones",
    "emails",
    "addresses",
    "org",
    "title",
    "birthday",
    "dates",
    "urls",
    "messengers",
    "relations",
    "notes",
    "groups",
    "photo",
    "summary",
    "start",
    "description",
    "location",
    "attendees",
    "alarms",
    "rrule",
    "due",
];

impl Profile {
    /// The profile of an item's raw bytes; None where there is nothing to compare: another kind of item, or bytes that
    /// cannot be read at all.
    pub fn of(kind: Kind, media: &Media, raw: &[u8]) -> Option<Self> {
        match kind {
            Kind::Contact => contact(media, raw).ok().map(|read| Self::contact(&read.value)),
            Kind::Event | Kind::Task => entries(media, raw).ok().map(|read| Self::entries(&read.value)),
            Kind::Group => group_name(media, raw)
                .ok()
                .map(|name| Self::default().with("name", !name.is_empty())),
            Kind::Message | Kind::Call | Kind::Photo | Kind::Film => None,
        }
    }

    /// The profile of a contact.
    pub fn contact(contact: &Contact) -> Self {
        Self::default()
            .with("name", is_named(contact))
            .with("phones", !contact.phones.is_empty())
            .with("emails", !contact.emails.is_empty())
            .with("addresses", !contact.addresses.is_empty())
            .with("org", contact.org.is_some())
            .with("title", contact.title.is_some())
            .with("birthday", contact.birthday.is_some())
            .with("dates", !contact.dates.is_empty())
            .with("urls", !contact.urls.is_empty())
            .with("messengers", !contact.messengers.is_empty())
            .with("relations", !contact.relations.is_empty())
            .with("notes", contact.notes.is_some())
            .with("groups", !contact.groups.is_empty())
            .with("photo", contact.photo.is_some())
    }

    /// The profile of a calendar item: a field counts if the master or any override has it.
    pub fn entries(entries: &[Entry]) -> Self {
        let any = |has: fn(&Entry) -> bool| entries.iter().any(has);
        Self::default()
            .with("summary", any(|entry| !entry.summary.is_empty()))
            .with("start", any(|entry| entry.start.is_some()))
            .with("description", any(|entry| entry.description.is_some()))
            .with("location", any(|entry| entry.location.is_some()))
            .with("attendees", any(|entry| !entry.attendees.is_empty()))
            .with("alarms", any(|entry| !entry.alarms.is_empty()))
            .with("rrule", any(|entry| entry.rrule.is_some()))
            .with("due", any(|entry| entry.due.is_some()))
    }

    /// The fields of this profile that `after` no longer has.
    pub fn lost(self, after: Profile) -> impl Iterator<Item = &'static str> {
        let gone = Profile(self.0 & !after.0);
        FIELDS.into_iter().filter(move |field| gone.has(field))
    }

    /// Whether this field holds a value.
    pub fn has(self, field: &str) -> bool {
        bit(field) & self.0 != 0
    }

    fn with(self, field: &str, holds: bool) -> Self {
        if holds { Self(self.0 | bit(field)) } else { self }
    }
}

/// The bit of a field; none for a name that is no field.
fn bit(field: &str) -> u32 {
    FIELDS
        .iter()
        .position(|name| *name == field)
        .map_or(0, |at| 1 << at)
}

/// Whether the contact has a name of its own. The display name falls back to the firm, an address or a number, so
/// that it stays filled when the name itself is lost.
fn is_named(contact: &Contact) -> bool {
    let parts = contact.parts.as_ref().is_some_and(|name| {
        [&name.family, &name.given, &name.middle]
            .iter()
            .any(|part| !part.is_empty())
    });
    let borrowed = contact.org.as_deref() == Some(contact.name.as_str())
        || contact
            .phones
            .iter()
            .chain(&contact.emails)
            .any(|other| other.value == contact.name);
    parts || !(contact.name.is_empty() || borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_model::{EntryKind, Labelled, Name};

    fn ada() -> Contact {
        Contact {
            name: "Ada".into(),
            phones: vec![Labelled {
                value: "+1 555 0100".into(),
                ..Labelled::default()
            }],
            org: Some("Engines".into()),
            ..Contact::default()
        }
    }

    #[test]
    fn a_contact_loses_what_it_had() {
        let check = |change: fn(&mut Contact), lost: &[&str]| {
            let before = Profile::contact(&ada());
            let mut after = ada();
            change(&mut after);
            assert_eq!(before.lost(Profile::contact(&after)).collect::<Vec<_>>(), lost);
        };
        check(|_| {}, &[]);
        check(|contact| contact.phones.clear(), &["phones"]);
        check(|contact| contact.phones[0].value = "1".into(), &[]);
        check(|contact| contact.name = "+1 555 0100".into(), &["name"]);
        check(|contact| contact.name = "Engines".into(), &["name"]);
        check(
            |contact| {
                contact.name = "Engines".into();
                contact.parts = Some(Name {
                    given: "Ada".into(),
                    ..Name::default()
                });
            },
            &[],
        );
        check(
            |contact| *contact = Contact::default(),
            &["name", "phones", "org"],
        );
    }

    #[test]
    fn an_override_keeps_a_field_alive() {
        let mut master = Entry::new(EntryKind::Event);
        master.summary = "Tea".into();
        let bare = Entry::new(EntryKind::Event);
        let before = Profile::entries(std::slice::from_ref(&master));
        assert_eq!(before.lost(Profile::entries(&[bare.clone(), master])).count(), 0);
        assert_eq!(
            before.lost(Profile::entries(&[bare])).collect::<Vec<_>>(),
            ["summary"]
        );
    }

    #[test]
    fn bytes_that_cannot_be_read_have_no_profile() {
        assert_eq!(Profile::of(Kind::Contact, &"image/png".into(), b"x"), None);
        assert_eq!(Profile::of(Kind::Photo, &"image/png".into(), b"x"), None);
    }
}
