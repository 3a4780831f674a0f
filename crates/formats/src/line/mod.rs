//! Content lines, the layer under vCard and iCalendar (RFC 6350 §3.2–3.4, RFC 5545 §3.1–3.2, RFC 6868, vCard 2.1).
//!
//! Bytes to lines (`lines`), lines to group, name, parameters and raw value (`Line::parse`), and back (`Line::write`).
//! It knows no property: a value stays as it is written, escapes included, and `text` has the escaping for those who
//! know that a value is text.
//!
//! Nothing here recurses, and nothing holds more than a small multiple of its input.

mod parse;
pub mod text;
mod unfold;
mod write;

pub(crate) use parse::any_text;
pub use parse::{Line, Param};
pub use unfold::{Lines, RawLine, lines, utf8};

#[cfg(test)]
mod tests;
