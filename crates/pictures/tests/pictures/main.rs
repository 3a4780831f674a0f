//! Facts, conversion and small pictures of whole files, cut files and hostile files.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod facts;
mod jpeg;
mod made;
mod others;
mod thumbnail;
mod together;
