//! What a kept payload means, by its media type.

use std::borrow::Cow;

use sidekeep_model::{Contact, Entry, Media};

use crate::Read;

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

/// Reads a contact.
///
/// # Errors
/// When the media type holds no contact, or the bytes are not of it.
pub fn contact(media: &Media, _raw: &[u8]) -> Result<Read<Contact>, FormatError> {
    Err(FormatError::UnknownMedia(media.clone()))
}

/// The contact as vCard text: the raw bytes where they are one.
///
/// # Errors
/// When the media type holds no contact, or the bytes are not of it.
pub fn as_vcard<'a>(media: &Media, _raw: &'a [u8]) -> Result<Cow<'a, [u8]>, FormatError> {
    Err(FormatError::UnknownMedia(media.clone()))
}

/// Reads a calendar item: the master first, overrides after it.
///
/// # Errors
/// When the media type holds no calendar item, or the bytes are not of it.
pub fn entries(media: &Media, _raw: &[u8]) -> Result<Read<Vec<Entry>>, FormatError> {
    Err(FormatError::UnknownMedia(media.clone()))
}

/// The calendar item as a whole iCalendar object: the raw bytes where they are one.
///
/// # Errors
/// When the media type holds no calendar item, or the bytes are not of it.
pub fn as_icalendar<'a>(media: &Media, _raw: &'a [u8]) -> Result<Cow<'a, [u8]>, FormatError> {
    Err(FormatError::UnknownMedia(media.clone()))
}

/// The name of a group of contacts.
///
/// # Errors
/// When the media type holds no group, or the bytes are not of it.
pub fn group_name(media: &Media, _raw: &[u8]) -> Result<String, FormatError> {
    Err(FormatError::UnknownMedia(media.clone()))
}
