//! Phones and cameras over MTP and PTP: photos and films, and cards and calendars that lie in files. No developer mode
//! is needed, and nothing is written to the device.
//!
//! [`attached`] tells which are at the cable and what they are up to, [`connect`] reaches one, [`MtpPhone`] is it. One
//! task owns the device: no transaction is ever cut. What a device says is read by pure parts that believe none of it.
//! Handles, which a phone may number anew at any time, are never kept.

mod catalogue;
mod code;
mod device;
mod fetch;
mod ground;
mod object;
mod phone;
mod quirks;
mod records;
#[cfg(test)]
mod responder;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod time;
mod tree;
mod usb;
mod walk;
mod wire;

pub use ground::lies_outside;
pub use phone::{MtpPhone, connect};
pub use state::State;
pub use usb::attached;

/// A phone or camera at the cable, before anything was asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its serial number on the USB; where it has none, the port that it is plugged into.
    pub serial: String,
    /// What it calls itself on the USB; may be empty.
    pub name: String,
    /// USB vendor id.
    pub vendor: u16,
    /// What it is up to, as far as that shows without asking it.
    pub state: State,
}
