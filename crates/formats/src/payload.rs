//! What a kept payload means, by its media type.

use std::borrow::Cow;

use sidekeep_model::{Contact, Entry, Kind, Media};

use crate::android::{self, ContactRows, EventRows, GroupRow};
use crate::vcard::CardGroup;
use crate::{Loss, Read, ical, vcard};

/// The payload is of a type, or has bytes, that this crate cannot interpret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not a media type of this kind of data.
    #[error("no reader for {0}")]
    UnknownMedia(Media),
    /// The bytes are not of that media type at all.
    #[error("not a {0}")]
    Malformed(Media),
}

/// Whether bytes of this type can be of this kind at all. What is none of it, such as a text that lies among the cards of an
/// account, is kept and not interpreted.
pub fn is_kind(kind: Kind, media: &Media) -> bool {
    let types: &[&str] = match kind {
        Kind::Contact => &[Media::VCARD, Media::ANDROID_CONTACT],
        Kind::Group => &[Media::VCARD, Media::ANDROID_GROUP],
        Kind::Event | Kind::Task => &[Media::ICALENDAR, Media::ANDROID_EVENT],
        Kind::Message | Kind::Call | Kind::Photo | Kind::Film => return true,
    };
    types.contains(&media.as_str())
}

/// Reads a contact.
///
/// # Errors
/// When the media type holds no contact, or the bytes are not of it.
pub fn contact(media: &Media, raw: &[u8]) -> Result<Read<Contact>, FormatError> {
    match media.as_str() {
        Media::VCARD => Ok(vcard::read(raw)),
        Media::ANDROID_CONTACT => Ok(android::contact_model(&contact_rows(media, raw)?)),
        _ => Err(FormatError::UnknownMedia(media.clone())),
    }
}

/// The picture that a contact holds itself, and its type; None when it has none, or only the address of one.
///
/// # Errors
/// When the media type holds no contact, or the bytes are not of it.
pub fn portrait(media: &Media, raw: &[u8]) -> Result<Option<(Media, Vec<u8>)>, FormatError> {
    Ok(vcard::portrait(&as_vcard(media, raw)?))
}

/// The group that a card of an address book is (RFC 6350 §6.1.4); None when it is of a person or firm, or no card.
pub fn card_group(media: &Media, raw: &[u8]) -> Option<CardGroup> {
    match media.as_str() {
        Media::VCARD => vcard::group(raw),
        _ => None,
    }
}

/// The contact with these groups named in it besides its own; None when it is no card that can be added to.
pub fn with_groups(media: &Media, raw: &[u8], groups: &[String]) -> Option<Vec<u8>> {
    match media.as_str() {
        Media::VCARD => vcard::with_groups(raw, groups),
        _ => None,
    }
}

/// The contact with this picture in it, in place of the address that it names; None when it names none.
pub fn with_portrait(media: &Media, raw: &[u8], picture: (&Media, &[u8])) -> Option<Vec<u8>> {
    match media.as_str() {
        Media::VCARD => vcard::with_portrait(raw, picture.0, picture.1),
        _ => None,
    }
}

/// The contact as vCard text: the raw bytes where they are one.
///
/// # Errors
/// When the media type holds no contact, or the bytes are not of it.
pub fn as_vcard<'a>(media: &Media, raw: &'a [u8]) -> Result<Cow<'a, [u8]>, FormatError> {
    match media.as_str() {
        Media::VCARD => Ok(Cow::Borrowed(raw)),
        Media::ANDROID_CONTACT => Ok(Cow::Owned(android::vcard(&contact_rows(media, raw)?))),
        _ => Err(FormatError::UnknownMedia(media.clone())),
    }
}

fn contact_rows(media: &Media, raw: &[u8]) -> Result<ContactRows, FormatError> {
    ContactRows::from_bytes(raw).map_err(|_| FormatError::Malformed(media.clone()))
}

/// Reads a calendar item: the master first, overrides after it.
///
/// # Errors
/// When the media type holds no calendar item, or the bytes are not of it.
pub fn entries(media: &Media, raw: &[u8]) -> Result<Read<Vec<Entry>>, FormatError> {
    match media.as_str() {
        Media::ICALENDAR => Ok(ical::read(raw)),
        // Readers of the model know the zones, so that their rules need not be written and read again.
        Media::ANDROID_EVENT => Ok(ical::read(&android::icalendar_without_zones(&event_rows(
            media, raw,
        )?))),
        _ => Err(FormatError::UnknownMedia(media.clone())),
    }
}

/// The calendar item as a whole iCalendar object: the raw bytes where they are one.
///
/// # Errors
/// When the media type holds no calendar item, or the bytes are not of it.
pub fn as_icalendar<'a>(media: &Media, raw: &'a [u8]) -> Result<Cow<'a, [u8]>, FormatError> {
    match media.as_str() {
        Media::ICALENDAR => Ok(Cow::Borrowed(raw)),
        Media::ANDROID_EVENT => Ok(Cow::Owned(android::icalendar(&event_rows(media, raw)?))),
        _ => Err(FormatError::UnknownMedia(media.clone())),
    }
}

fn event_rows(media: &Media, raw: &[u8]) -> Result<EventRows, FormatError> {
    EventRows::from_bytes(raw).map_err(|_| FormatError::Malformed(media.clone()))
}

/// What [`as_vcard`] and [`as_icalendar`] leave out of rows: characters that no content line can hold. What a
/// conversion leaves out of text, the conversion says itself.
///
/// # Errors
/// When the bytes are not of the media type.
pub fn unwritable(media: &Media, raw: &[u8]) -> Result<Vec<Loss>, FormatError> {
    match media.as_str() {
        Media::ANDROID_CONTACT => Ok(android::vcard_losses(&contact_rows(media, raw)?)),
        Media::ANDROID_EVENT => Ok(android::icalendar_losses(&event_rows(media, raw)?)),
        _ => Ok(Vec::new()),
    }
}

/// The name of a group of contacts.
///
/// # Errors
/// When the media type holds no group, or the bytes are not of it.
pub fn group_name(media: &Media, raw: &[u8]) -> Result<String, FormatError> {
    match media.as_str() {
        Media::VCARD => Ok(vcard::read(raw).value.name),
        Media::ANDROID_GROUP => match GroupRow::from_bytes(raw) {
            Ok(row) => Ok(row.title().to_owned()),
            Err(_) => Err(FormatError::Malformed(media.clone())),
        },
        _ => Err(FormatError::UnknownMedia(media.clone())),
    }
}
