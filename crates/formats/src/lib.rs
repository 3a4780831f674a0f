//! Bytes to model and back: vCard 2.1/3.0/4.0, iCalendar, and the rows of Android's providers.
//!
//! Pure functions; no I/O, no clock. A parser here never panics and never fails on hostile bytes: it returns what it
//! could read and warnings about the rest. The raw bytes stay the truth, so what the model cannot name is carried by
//! rewriting lines, not by rebuilding them from the model.

pub mod android;
pub mod ical;
pub mod line;
pub mod merge;
mod payload;
mod stamps;
pub mod vcard;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use payload::{
    FormatError, as_icalendar, as_vcard, card_group, contact, entries, group_name, is_kind, portrait,
    unwritable, with_groups, with_portrait,
};
pub use stamps::unstamped;

/// A value read from bytes, and what could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// What was not, in order of appearance.
    pub warnings: Vec<Warning>,
}

/// Something in the bytes that could not be understood; it stays in the raw bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Content line (1-based, after unfolding) or 0 when it is about the whole.
    pub line: usize,
    /// What kind of trouble.
    pub trouble: Trouble,
}

/// Kinds of trouble in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// No `:` in a content line, or an empty name.
    NotALine,
    /// A value that does not fit its property (a date that is none, broken base64).
    BadValue,
    /// Bytes in no known or declared character set.
    BadText,
    /// A component that is not closed.
    Unclosed,
    /// More, deeper or longer than the limits; the rest is not interpreted.
    TooMuch,
    /// Neither FN nor N nor anything to name the contact by.
    Nameless,
}

/// Whom an export is for: what the target's importer reads right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Contacts and Calendar on iOS, macOS and iCloud.
    Apple,
    /// Google Contacts and Calendar.
    Google,
    /// Outlook (desktop and web).
    Outlook,
    /// Android's own importer.
    Android,
    /// Nextcloud and other DAV servers.
    Nextcloud,
    /// No particular program: everything, as the standards say.
    #[default]
    Plain,
}

/// A field that a target cannot hold or will change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loss {
    /// Property name as in the standard, upper case (`PHOTO`, `RELATED`, `X-ABLABEL`).
    pub property: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a field that a target cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// Left out.
    Dropped,
    /// Written in the notes or another field that the target shows.
    Moved,
    /// Written, but the target's importer ignores it.
    Ignored,
    /// Written with less precision.
    Reduced,
}

/// An item as a target wants it, and what the target cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The item in the target's format.
    pub text: String,
    /// Each once, sorted.
    pub losses: Vec<Loss>,
}
