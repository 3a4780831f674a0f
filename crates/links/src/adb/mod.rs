//! Android over adb.

mod banner;
mod device;
mod server;
mod shell;
mod sync;

pub use banner::Banner;
pub use device::Device;
pub use server::{Attached, attached};
pub use shell::{Output, quote};
pub use sync::{DirEntry, FileStat, Get, Piece, Receiving, SyncSession};
