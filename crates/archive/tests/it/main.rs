//! The archive as its callers see it.

mod faults;
mod files;
mod holds;
mod keep;
mod support;
mod verify;
mod views;
