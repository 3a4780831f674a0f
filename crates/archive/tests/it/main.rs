//! The archive as its callers see it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod faults;
mod files;
mod gallery;
mod groups;
mod holds;
mod keep;
mod opening;
mod support;
mod verify;
mod views;
