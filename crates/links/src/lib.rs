//! Ways to reach a phone. A link brings raw bytes and honest completeness ([`Reading`]); it decides nothing, keeps
//! nothing and never sees the archive.
//!
//! [`Phone`] is the one interface, and [`Writing`] its other half for those that take something back; every link passes
//! [`conformance`], also with faults injected. To add a link, add a
//! folder here and a conformance test.

pub mod adb;
pub mod conformance;
pub mod dav;
mod error;
mod filetype;
pub mod folder;
pub mod mtp;
mod phone;
mod usb;
mod writing;

pub use error::{ErrorKind, LinkError, Retry};
pub use filetype::picture as kind_of_file;
pub use phone::{Cursor, Entry, Extent, Listing, Offer, Offers, Phone, Sink, Stat, Wanted};
pub use sidekeep_model::{Reading, Reason, Why};
pub use usb::Plugs;
pub use writing::{Condition, Write, WriteError, Writing, Written};

/// One collection's part of a [`Listing`].
pub use phone::Collected;
