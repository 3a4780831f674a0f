//! vCard 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350 and the habits of phones).
//!
//! A card is held as content lines in one normal form (`card`: UTF-8, RFC 6350 escapes, no transfer encoding).
//! [`read`] interprets them into the model; [`convert`] raises them to plain 4.0 (`neutral`), lowers them to 3.0 where
//! asked (`version3`) and shapes them for a target (`dialect`). Nothing is rebuilt from the model, so unknown
//! properties, parameters, item groups and labels survive.
//!
//! Nothing here decides which cards leave out what: that is the export's.

pub(crate) mod android_custom;
mod binary;
mod card;
mod charset;
mod check;
mod convert;
mod dates;
mod dialect;
mod group;
mod labels;
mod merge;
mod names;
mod neutral;
mod patch;
mod portrait;
mod read;
mod split;
mod version3;

#[cfg(test)]
mod tests;

pub use check::{Complaint, Objection, check};
pub use convert::convert;
pub use group::{CardGroup, member_key};
pub use portrait::{picture_type, portrait};
pub use read::read;
pub use split::split;

pub(crate) use card::literal;
pub(crate) use convert::from_neutral;
pub(crate) use group::{group, with_groups};
pub(crate) use labels::{Groups, groups as label_groups, of as label_of};
pub(crate) use merge::{meaning, merge, plain, unmodelled};
pub(crate) use neutral::{FreeGroup, MESSENGERS, messenger_uri};
pub(crate) use portrait::with_portrait;
pub(crate) use read::interpret;

/// A version of vCard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// vCard 2.1, which is read but never written: a conversion to it gives 3.0.
    V21,
    /// RFC 2426.
    #[default]
    V3,
    /// RFC 6350.
    V4,
}
