//! The engine on archives made by real runs, and the window's side of its types.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod account;
mod bindings;
mod cable;
mod export;
mod grouping;
mod groups;
mod history;
mod home;
mod looking;
mod odd_accounts;
mod opening;
mod people;
mod restore;
mod spoilt_accounts;
mod stage;
mod strays;
mod work;
