//! Many items to one .ics file.

use super::object::{Object, calendar, head};
use crate::line::{Line, text};

/// One calendar of many items, equal for the same items in any order: each VTIMEZONE once, those that are named but
/// defined nowhere written from the zone database, components sorted by UID and carried byte for byte where they are
/// well formed. A component without UID gets the one that `split` derives. METHOD is left out: a file is no message.
///
/// `colour` is `#RRGGBB`, `#RRGGBBAA` or a CSS3 name; anything else is left out.
pub fn join<'a>(name: &str, colour: Option<&str>, objects: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut head = head();
    if !name.is_empty() {
        // NAME is RFC 7986's; X-WR-CALNAME is what programs read.
        head.extend(["NAME", "X-WR-CALNAME"].map(|property| Line::new(property, text::escape(name))));
    }
    head.extend(colour.and_then(colour_line));
    calendar(&head, objects.into_iter().map(Object::new).collect()).into_bytes()
}

fn colour_line(colour: &str) -> Option<Line> {
    match colour.strip_prefix('#') {
        Some(digits) => (matches!(digits.len(), 6 | 8)
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        .then(|| Line::new("X-APPLE-CALENDAR-COLOR", colour)),
        None => (!colour.is_empty() && colour.bytes().all(|letter| letter.is_ascii_alphabetic()))
            .then(|| Line::new("COLOR", colour)),
    }
}
