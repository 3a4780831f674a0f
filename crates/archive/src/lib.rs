//! The archive.
mod record;
pub use record::*;
