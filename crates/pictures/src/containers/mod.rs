//! The frames that pictures and films come in, walked by their headers only. One file per frame; each fills a
//! [`Sketch`] with what the frame itself says, and marks as broken what ends too early.

pub(crate) mod boxes;
pub(crate) mod canon;
pub(crate) mod film;
pub(crate) mod heif;
pub(crate) mod jpeg;
pub(crate) mod matroska;
mod motion;
mod multi;
pub(crate) mod png;
pub(crate) mod raw;
pub(crate) mod riff;
mod samsung;
pub(crate) mod small;
pub(crate) mod tiff;

use sidekeep_model::{Motion, Place, Taken};

use crate::exif::Exif;
use crate::xmp::Xmp;

/// What a frame says of its picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sketch {
    /// Width and height as stored, before any orientation.
    pub(crate) size: Option<(u32, u32)>,
    /// The EXIF block, read.
    pub(crate) exif: Option<Exif>,
    /// The XMP packet, read.
    pub(crate) xmp: Xmp,
    /// Whether EXIF's orientation applies to `size` (HEIF turns by its own property and ignores EXIF's).
    pub(crate) turns_by_exif: bool,
    /// How the pixels are turned, where EXIF does not say it; `size` is turned already.
    pub(crate) orientation: Option<u8>,
    /// Capture times other than EXIF's, surest first.
    pub(crate) taken: Vec<Taken>,
    /// Where, other than in EXIF.
    pub(crate) place: Option<Place>,
    /// Maker of the camera, other than in EXIF.
    pub(crate) make: Option<String>,
    /// Camera model, other than in EXIF.
    pub(crate) camera: Option<String>,
    /// Lens model, other than in EXIF.
    pub(crate) lens: Option<String>,
    /// Apple's ContentIdentifier, other than in EXIF.
    pub(crate) live: Option<String>,
    /// The film in it.
    pub(crate) motion: Option<Motion>,
    /// A gain map is in it, besides what XMP says.
    pub(crate) gain_map: bool,
    /// A depth map is in it, besides what XMP says.
    pub(crate) depth: bool,
    /// Milliseconds.
    pub(crate) duration: Option<u64>,
    /// The bytes end too early, or the frame makes no sense.
    pub(crate) broken: bool,
}

impl Sketch {
    /// Nothing but the news that the frame makes no sense.
    pub(crate) fn broken() -> Self {
        Self {
            broken: true,
            ..Self::default()
        }
    }
}
