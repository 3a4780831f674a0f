//! Android over adb: contacts and calendars through the phone's own `content` command, photos and films through its
//! media index and file service. Nothing is installed on the phone and nothing is written to it.
//!
//! [`Device`] is the transport, [`AdbPhone`] the phone. Source of the behaviour: AOSP, the page and section named at
//! each reader.

mod account;
mod banner;
mod calendars;
mod connection;
mod contacts;
mod content;
mod device;
#[cfg(test)]
mod faults;
mod groups;
mod held;
mod identity;
mod inbox;
mod media;
mod phone;
#[cfg(all(test, target_os = "linux"))]
mod real;
#[cfg(test)]
mod script;
mod server;
mod shell;
mod stream;
mod sync;
mod wire;

pub use banner::Banner;
pub use device::Device;
pub use phone::{AdbPhone, connect, connect_server};
pub use server::{Attached, attached};
pub use shell::{Output, quote};
pub use sync::{DirEntry, FileStat, Get, Piece, Receiving, SyncSession};
