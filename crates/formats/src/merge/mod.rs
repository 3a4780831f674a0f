//! Three versions of one item to one: what the phone has, what the archive has, and what both once had. Field by field,
//! and every choice is told.
//!
//! Lines are merged, not models, so that what no model names is carried too. Where only one side has departed from the
//! common version, that side's stands. Without a common version nothing is taken away: what either side has stands.
//! Where both departed to different values it is a conflict, which the caller's preference settles.
//!
//! It knows nothing of phones or archives beyond the names of the two sides, and it decides on no whole item.

mod apart;
mod fields;
mod identity;
mod same;

#[cfg(test)]
mod tests;

use serde::Serialize;
use sidekeep_model::{Kind, Media};
use ts_rs::TS;

use crate::{FormatError, as_icalendar, as_vcard, ical, vcard};

pub use apart::{Apart, Labels};
pub(crate) use fields::{Part, Sides, canonical, merge_parts};
pub(crate) use identity::spliced;
pub use identity::{Outgoing, invites, meaning, outgoing, uid};
pub(crate) use same::Unmodelled;
pub use same::{differing, lost};

/// The versions of one item, each with its type.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    /// What both sides had last, if that is known.
    pub base: Option<(&'a Media, &'a [u8])>,
    /// What the phone has.
    pub phone: (&'a Media, &'a [u8]),
    /// What the archive has.
    pub archive: (&'a Media, &'a [u8]),
}

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The phone's.
    Phone,
    /// The archive's.
    Archive,
}

/// What became of one field in which the sides differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Choice {
    /// The property, upper case (`TEL`); a whole override or alarm by its component's name (`VEVENT`, `VALARM`).
    pub property: String,
    /// Which override of a series: its RECURRENCE-ID as written; None for the series itself and for contacts.
    pub occurrence: Option<String>,
    /// The phone's value, unescaped and cut short; None when it has none.
    pub phone: Option<String>,
    /// The archive's value, unescaped and cut short; None when it has none.
    pub archive: Option<String>,
    /// Where both values read the same: what tells them apart.
    pub apart: Option<Apart>,
    /// Whose stands. That of a side that has none takes the field away.
    pub taken: Side,
    /// Both sides departed from the common version, or none is known.
    pub conflict: bool,
}

/// The merged item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The bytes of a side as they came where that side stands in everything, stamps aside; else the phone's, of which only
    /// the lines of changed values are written, in its version.
    pub bytes: Vec<u8>,
    /// Where the sides differ, in the order of the phone's fields.
    pub choices: Vec<Choice>,
}

/// Merges the versions of a contact, event or task. The phone's UID stands: it is whose item this is. Conflicts go to
/// `prefer`.
///
/// # Errors
/// When a version is of a type that is no contact (for contacts) or no calendar item (for the others).
pub fn merge(kind: Kind, versions: Versions<'_>, prefer: Side) -> Result<Merged, FormatError> {
    let Versions { base, phone, archive } = versions;
    if kind == Kind::Contact {
        let text = |(media, raw)| as_vcard(media, raw);
        let base = base.map(text).transpose()?;
        let (phone, archive) = (text(phone)?, text(archive)?);
        Ok(vcard::merge(base.as_deref(), &phone, &archive, prefer))
    } else {
        let text = |(media, raw)| as_icalendar(media, raw);
        let base = base.map(text).transpose()?;
        let (phone, archive) = (text(phone)?, text(archive)?);
        Ok(ical::merge(base.as_deref(), &phone, &archive, prefer))
    }
}
