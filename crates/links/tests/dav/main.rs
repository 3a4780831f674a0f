//! Accounts against real servers, and writing to some that heed no condition.

#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod careless;
mod journeys;
mod many;
mod quirks;
mod reading;
#[path = "../tray/mod.rs"]
mod tray;
mod writing;
