//! Phones that need no hardware: for tests, benches and the demo.
//!
//! - [`FakePhone`] is a phone in memory, changed at will between runs; [`Faulty`] spoils the Nth operation of any phone.
//! - [`content`] stands in for Android's `content` command over the [`Providers`] of a simulated phone.
//!
//! Nothing here looks outside the folder or the database that it is given, and nothing here writes to a real phone.

pub mod content;
mod fake;
mod faulty;
mod providers;
mod storage;

pub use fake::{Asked, FakeItem, FakePhone};
pub use faulty::{Fault, Faulty};
pub use providers::{MediaRow, Providers, ProvidersError, authority, permission};
pub use storage::Storage;
