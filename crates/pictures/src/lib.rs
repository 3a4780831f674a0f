//! Photos and films: what their own bytes say (when, where, how large), conversion to JPEG, and thumbnails.
//!
//! Works on open files and values; it never writes a file, and it reads no clock. Hostile bytes are normal here: a
//! reader never fails on them, allocates within fixed bounds, and catches the panics of foreign decoders.

mod containers;
mod dates;
mod error;
mod exif;
mod facts;
mod jpeg;
mod magic;
mod maker_note;
mod source;
mod taken;
mod xmp;

pub use error::PictureError;
pub use facts::facts;
pub use jpeg::{Jpeg, JpegOptions, Reduced, thumbnail, to_jpeg};
pub use taken::file_taken;

/// The most pixels that [`to_jpeg`] decodes. More would need more memory than a background program may take.
pub const MOST_PIXELS: u64 = 64_000_000;
