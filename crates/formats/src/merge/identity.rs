//! Which item this is: its UID, and the bytes it goes out under it.

use std::borrow::Cow;
use std::ops::Range;

use sidekeep_model::{Digest, Kind, Media};

use crate::line::{Line, lines, text};
use crate::{Dialect, FormatError, as_icalendar, as_vcard, ical, vcard};

/// An item as it is written to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// [`Media::VCARD`] or [`Media::ICALENDAR`].
    pub media: Media,
    /// The item; its own bytes but for the UID where it is text of a version that is still written.
    pub bytes: Vec<u8>,
    /// Its UID.
    pub uid: String,
}

/// UID (RFC 6350 §6.7.6, RFC 5545 §3.8.4.7) of a contact, event or task; None when it has none.
///
/// # Errors
/// When the media type holds no such item, or the bytes are not of it.
pub fn uid(kind: Kind, media: &Media, raw: &[u8]) -> Result<Option<String>, FormatError> {
    Ok(if kind == Kind::Contact {
        card_uid(&as_vcard(media, raw)?)
    } else {
        ical::uid_of(&as_icalendar(media, raw)?)
    })
}

/// It is a meeting with guests: a server that schedules sends them invitations and changes when it is written
/// (RFC 6638 §3.2).
pub fn invites(outgoing: &Outgoing) -> bool {
    *outgoing.media.as_str() == *Media::ICALENDAR && ical::invites(&outgoing.bytes)
}

/// The item as it goes to a phone, under `uid`; without one under its own, or, where it has none, under one that is made
/// of its bytes, so that the same item goes out under the same UID each time.
///
/// # Errors
/// When the media type holds no such item, or the bytes are not of it.
pub fn outgoing(kind: Kind, media: &Media, raw: &[u8], uid: Option<&str>) -> Result<Outgoing, FormatError> {
    let own = self::uid(kind, media, raw)?;
    let wanted = match uid.or(own.as_deref()) {
        Some(uid) => uid.to_owned(),
        None => format!("sidekeep-{}", &Digest::of(raw).to_hex()[..32]),
    };
    let is_right = own.as_ref() == Some(&wanted);
    let (media, bytes) = if kind == Kind::Contact {
        let text = as_vcard(media, raw)?;
        // What is 2.1 or no card at all by its frame, no server takes (RFC 6352 §6.3.2.1 names 3.0).
        let (version, _) = vcard::plain(&text);
        let text = match version {
            vcard::Version::V21 => Cow::Owned(
                vcard::convert(&text, vcard::Version::V3, Dialect::Plain)
                    .text
                    .into_bytes(),
            ),
            vcard::Version::V3 | vcard::Version::V4 => text,
        };
        let bytes = if is_right {
            text.into_owned()
        } else {
            identified(&text, &wanted)
        };
        (Media::VCARD, bytes)
    } else {
        let text = as_icalendar(media, raw)?;
        // An invitation's METHOD has no place in a store, so this is written anew too.
        let message = lines(&text).any(|line| line.parse().is_some_and(|line| line.is("METHOD")));
        let bytes = if is_right && !message {
            text.into_owned()
        } else {
            ical::identified(&text, &wanted)
        };
        (Media::ICALENDAR, bytes)
    };
    Ok(Outgoing {
        media: media.into(),
        bytes,
        uid: wanted,
    })
}

/// A digest of what an item says, line by line, whatever its UID, its stamps, the order of its lines and how they are
/// spelt: two items of equal meaning need not be told apart.
///
/// # Errors
/// When the media type holds no such item, or the bytes are not of it.
pub fn meaning(kind: Kind, media: &Media, raw: &[u8]) -> Result<Digest, FormatError> {
    let mut said = if kind == Kind::Contact {
        vcard::meaning(&as_vcard(media, raw)?)
    } else {
        ical::meaning(&as_icalendar(media, raw)?)
    };
    said.sort();
    Ok(Digest::of(said.join("\n").as_bytes()))
}

fn card_uid(raw: &[u8]) -> Option<String> {
    let (_, lines) = vcard::plain(raw);
    let line = lines.into_iter().find(|line| line.is("UID"))?;
    let uid = line.value.trim();
    (!uid.is_empty()).then(|| uid.to_owned())
}

/// The first card of `raw` under this UID; its other lines stay byte for byte.
fn identified(raw: &[u8], uid: &str) -> Vec<u8> {
    let mut new_uid = String::new();
    Line::new("UID", text::escape(uid)).write(&mut new_uid);
    let mut out: Vec<(Range<usize>, &str)> = Vec::new();
    for raw_line in lines(raw) {
        let Some(line) = raw_line.parse() else { continue };
        if line.is("UID") {
            out.push((raw_line.span, ""));
        } else if line.is("END") && line.value.trim().eq_ignore_ascii_case("VCARD") {
            out.push((raw_line.span.start..raw_line.span.start, &new_uid));
            break;
        }
    }
    spliced(raw, out)
}

/// The bytes with each of these places replaced; they do not overlap.
pub(crate) fn spliced(bytes: &[u8], mut places: Vec<(Range<usize>, &str)>) -> Vec<u8> {
    places.sort_by_key(|(span, _)| (span.start, span.end));
    let mut spliced = Vec::with_capacity(bytes.len() + 64);
    let mut from = 0;
    for (span, text) in places {
        spliced.extend_from_slice(bytes.get(from..span.start).unwrap_or_default());
        spliced.extend_from_slice(text.as_bytes());
        from = from.max(span.end);
    }
    spliced.extend_from_slice(bytes.get(from..).unwrap_or_default());
    spliced
}
