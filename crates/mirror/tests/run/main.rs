//! Runs of phones in memory against real archives on disk.

mod cancel;
mod faults;
mod holds;
mod items;
mod quiet;
mod resume;
mod stage;
