//! Android over adb: contacts and calendars through the phone's own `content` command, photos and films through its
//! media index and file service. Nothing is installed on the phone; written to it is only what a restore adds.
//!
//! [`Device`] is the transport, [`AdbPhone`] the phone, [`Access`] who this computer is to it. Source of the behaviour: AOSP, the page and section named at
//! each reader.

mod access;
mod account;
mod banner;
mod calendars;
mod connection;
mod contacts;
mod content;
mod device;
#[cfg(test)]
mod faults;
mod greeting;
mod groups;
mod held;
mod identity;
mod inbox;
pub mod key;
pub mod mdns;
mod media;
pub mod pairing;
mod phone;
#[cfg(all(test, target_os = "linux"))]
mod real;
#[cfg(test)]
mod script;
mod server;
mod shell;
mod stream;
mod sync;
mod tls;
mod usb;
mod wire;
mod writing;

use sidekeep_model::{Reading, Reason, Why};

pub use access::Access;
pub use banner::Banner;
pub use device::Device;
pub use key::{Key, KeyError, Keys};
pub(crate) use media::collection;
pub use phone::{AdbPhone, connect, connect_any, connect_server, connect_usb};
pub use server::{Attached, attached};
pub use shell::{Output, quote};
pub use sync::{DirEntry, FileStat, Get, Piece, Receiving, SyncSession};
pub use usb::at_cable;

/// What a listing, and what each of its collections, says of rows that could not be read and may belong to any
/// collection. All are doubtful, and the listing alone counts, so that each row is told once.
fn doubts(unreadable: u64) -> (Reading, Reading) {
    if unreadable == 0 {
        return (Reading::Complete, Reading::Complete);
    }
    let why = Why::new(Reason::Garbled);
    (
        Reading::partial(vec![why.clone().count(unreadable)]),
        Reading::partial(vec![why]),
    )
}
