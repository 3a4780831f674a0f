//! Journeys end to end, one module each. A journey starts the built command as a person would, against a phone that is
//! real in every part that can run here.

#![allow(clippy::unwrap_used, reason = "a journey stops at the first surprise")]

mod account;
mod architecture;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod cable;
mod first_light;
#[cfg(target_os = "linux")]
mod full_disk;
mod grouped;
mod groups;
mod held_back;
mod killed;
#[cfg(target_os = "linux")]
mod odd_files;
#[cfg(target_os = "linux")]
mod odd_names;
mod others_read_it;
#[cfg(target_os = "linux")]
mod paired;
#[cfg(target_os = "linux")]
mod passwords;
mod proof;
mod put_back;
#[cfg(target_os = "linux")]
mod read_only;
mod told;
#[cfg(target_os = "linux")]
mod wifi;
