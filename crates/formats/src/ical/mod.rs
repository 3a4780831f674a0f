//! iCalendar (RFC 5545, RFC 7986): a file to its items, an item to the model, items to one file, and an item for a
//! named target.
//!
//! Components are carried byte for byte wherever they are well formed; nothing here rebuilds an event from the model.
//! It expands no recurrence and reads no clock.
//!
//! Every component of a calendar but VTIMEZONE belongs to an item. VTODO and VJOURNAL are filed as tasks (neither
//! blocks time), VEVENT and whatever else there is (VFREEBUSY, VAVAILABILITY, X- components) as events, so that
//! nothing in a file is without a place.

use sidekeep_model::{Entry, EntryKind};

use crate::{Converted, Dialect, Read};

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
}

/// Splits a file into its items.
pub fn split(_bytes: &[u8]) -> Read<CalendarFile> {
    Read {
        value: CalendarFile::default(),
        warnings: Vec::new(),
    }
}

/// Reads the components of an item: the master first, overrides after it.
pub fn read(_raw: &[u8]) -> Read<Vec<Entry>> {
    Read {
        value: Vec::new(),
        warnings: Vec::new(),
    }
}

/// One calendar of many items.
pub fn join<'a>(_name: &str, _colour: Option<&str>, _objects: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    Vec::new()
}

/// One item for a target.
pub fn convert(raw: &[u8], _dialect: Dialect) -> Converted {
    Converted {
        text: String::from_utf8_lossy(raw).into_owned(),
        losses: Vec::new(),
    }
}
