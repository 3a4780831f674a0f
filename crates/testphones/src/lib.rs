//! Phones that need no hardware: for tests, benches and the demo.
//!
//! - [`FakePhone`] is a phone in memory, changed at will between runs; [`Faulty`] spoils the Nth operation of any phone.
//! - [`content`] stands in for Android's `content` command over the [`Providers`] of a simulated phone.
//! - [`android`] serves them, and a folder as shared storage, over adb's protocol on loopback.
//! - [`bulk`] fills such phones for benches.
//! - [`demo`] is the phone of `sidekeep demo`, served that way.
//! - [`adbd`] runs a real adbd with that stand-in on its PATH (Linux, tests only).
//! - [`door`] stands locked in front of either, as a phone with authentication does (tests only).
//! - [`dav`] runs real CardDAV and CalDAV servers on loopback; [`http`] spoils their answers.
//! - [`dns`] answers which servers a domain names.
//! - [`mdns`] announces phones on a network, which [`apart`] gives to a test (Linux, tests only).
//! - [`machine`] emulates a computer with USB, and phones on its ports (Linux, tests only).
//! - [`delay`] puts a long way between a client and a server.
//!
//! Nothing here looks outside the folder or the database that it is given, and nothing here writes to a real phone.

#[cfg(target_os = "linux")]
pub mod adbd;
pub mod android;
#[cfg(target_os = "linux")]
pub mod apart;
pub mod bulk;
pub mod commands;
pub mod content;
pub mod dav;
pub mod delay;
pub mod demo;
pub mod dns;
pub mod door;
mod fake;
mod faulty;
pub mod http;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub mod machine;
#[cfg(target_os = "linux")]
pub mod mdns;
mod providers;
mod storage;

pub use fake::{Asked, FakeItem, FakePhone, Pen};
pub use faulty::{Fault, Faulty};
pub use providers::{MediaRow, Providers, ProvidersError, authority, permission};
pub use storage::Storage;
