//! iCalendar (RFC 5545, RFC 7986): a file to its items, an item to the model, items to one file, and an item for a
//! named target.
//!
//! Components are carried byte for byte wherever they are well formed; nothing here rebuilds an event from the model.
//! It reads no clock. [`Series`] expands recurrences for showing; what is kept and exported is never expanded.
//!
//! Every component of a calendar but VTIMEZONE belongs to an item. VTODO and VJOURNAL are filed as tasks (neither
//! blocks time), VEVENT and whatever else there is (VFREEBUSY, VAVAILABILITY, X- components) as events, so that
//! nothing in a file is without a place.

mod check;
mod dialect;
mod item;
mod join;
mod merge;
mod moment;
pub(crate) mod object;
mod outline;
mod read;
mod rule;
mod series;
mod split;
pub(crate) mod zone;

#[cfg(test)]
mod tests;

use sidekeep_model::EntryKind;

pub use check::check;
pub use dialect::convert;
pub use join::join;
pub use read::read;
pub use series::{Occurrence, Occurrences, Series};
pub use split::split;
pub use zone::known as zone;

pub(crate) use item::{items, property};
pub(crate) use merge::{identified, invites, meaning, merge, uid_of, unmodelled};
pub(crate) use moment::seconds;
pub(crate) use outline::{Component, outline};

/// PRODID (RFC 5545 §3.7.3) of what Sidekeep writes. It has no version, so that equal items stay equal bytes.
pub(crate) const PRODID: &str = "-//Sidekeep//Sidekeep//EN";

/// What stands in an .ics file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarFile {
    /// X-WR-CALNAME or NAME (RFC 7986 §5.1).
    pub name: Option<String>,
    /// X-APPLE-CALENDAR-COLOR (`#RRGGBB` or `#RRGGBBAA`) or COLOR (a CSS3 name, RFC 7986 §5.9), as written.
    pub colour: Option<String>,
    /// One for each UID, in the order of first appearance.
    pub items: Vec<CalendarItem>,
}

/// All components of one UID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarItem {
    /// UID, or one derived from the content where the component has none (the bytes stay without).
    pub uid: String,
    /// Of the first component.
    pub kind: EntryKind,
    /// A VCALENDAR: the components byte for byte, the master before its overrides, and the VTIMEZONEs they name. Equal
    /// components of two files give equal bytes, whoever wrote the files.
    pub raw: Vec<u8>,
    /// Every component has its END in the file. One without may have been cut off, though `raw` is well formed.
    pub closed: bool,
}
