//! wip
#![allow(dead_code)]
mod address;
mod connection;
mod failure;
mod href;
mod login;
mod multistatus;
mod requests;
mod retry;
mod tls;
mod xml;
pub use address::{Address, AddressError, Trust};
pub use login::Login;
pub use retry::Patience;
