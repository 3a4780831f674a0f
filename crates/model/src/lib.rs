//! What Sidekeep keeps: contacts, calendars, to-dos, messages, calls, photos and films, and the ids, digests and
//! times that name them.
//!
//! Pure values. This crate reads no clock and touches no file, and it has no words for users: kinds, reasons and
//! numbers only.

mod calendar;
mod contact;
mod digest;
mod ids;
mod kind;
mod marks;
mod photo;
mod reading;
mod time;

pub use calendar::{Alarm, Attendee, Entry, EntryKind, Moment, MomentError};
pub use contact::{Address, Contact, Labelled, Name, Portrait};
pub use digest::{Digest, DigestError, Hasher};
pub use ids::{
    Collection, CollectionId, Fingerprint, Identity, ItemId, ItemIdError, Media, PhoneId, RemoteId, RunId,
    SourceName,
};
pub use kind::{Kind, KindError};
pub use marks::Marks;
pub use photo::{Confidence, Facts, Motion, Place, Taken, TakenFrom};
pub use reading::{Reading, Reason, Why};
pub use time::{Time, TimeError};
