//! Phones that need no hardware: for tests, benches and the demo.
//!
//! - [`FakePhone`] is a phone in memory, changed at will between runs; [`Faulty`] spoils the Nth operation of any phone.
//!
//! Nothing here looks outside the folder or the database that it is given, and nothing here writes to a real phone.

mod fake;
mod faulty;

pub use fake::{Asked, FakeItem, FakePhone};
pub use faulty::{Fault, Faulty};
