//! The frames that pictures and films come in, walked by their headers only. One file per frame; each fills a
//! [`Sketch`] with what the frame itself says, and marks as broken what ends too early.

pub(crate) mod boxes;
pub(crate) mod film;
pub(crate) mod heif;
pub(crate) mod jpeg;
pub(crate) mod matroska;
pub(crate) mod png;
pub(crate) mod raw;
pub(crate) mod riff;
pub(crate) mod small;
pub(crate) mod tiff;

use sidekeep_model::{Place, Taken};

use crate::exif::Exif;

/// What a frame says of its picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sketch {
    /// Width and height as stored, before any orientation.
    pub(crate) size: Option<(u32, u32)>,
    /// The EXIF block, read.
    pub(crate) exif: Option<Exif>,
    /// Whether EXIF's orientation applies to `size` (HEIF turns by its own property and ignores EXIF's).
    pub(crate) turns_by_exif: bool,
    /// Capture times other than EXIF's, surest first.
    pub(crate) taken: Vec<Taken>,
    /// Where, other than in EXIF.
    pub(crate) place: Option<Place>,
    /// Camera model, other than in EXIF.
    pub(crate) camera: Option<String>,
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
