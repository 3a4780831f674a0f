//! Runs of phones in memory against real archives on disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cancel;
mod disk;
mod faults;
mod holds;
mod items;
mod left_out;
mod pictures;
mod quiet;
mod restore;
mod resume;
mod stage;
