//! The desktop end to end: the real window under its own X server, on an archive that a real run of the demo phone
//! made. Every screen's main journey, by pointer or by keyboard alone.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]

mod start;
