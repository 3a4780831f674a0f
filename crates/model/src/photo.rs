//! What is known of a photo or film from its own bytes.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Media;

/// When a picture was taken: the wall clock where it was taken, and how we know. Sorted by wall time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Taken {
    /// Local wall time, `2024-05-03T14:03:22`.
    pub wall: NaiveDateTime,
    /// Offset from UTC where known, `+02:00`.
    pub offset: Option<String>,
    /// Where the time comes from; earlier variants are surer.
    pub source: TakenFrom,
}

/// Sources of a capture time, surest first (PRODUCT, Photo kinds).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TakenFrom {
    /// EXIF DateTimeOriginal (with OffsetTimeOriginal where present), or the same said in XMP.
    Exif,
    /// QuickTime `com.apple.quicktime.creationdate`, local with offset.
    Quicktime,
    /// MP4 `mvhd` creation time, UTC.
    Mvhd,
    /// GPS date and time stamps, UTC.
    Gps,
    /// The phone's media index, UTC.
    Phone,
    /// A date in the file's name.
    Name,
    /// The file's modification time, UTC.
    Modified,
}

/// How far a capture time can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess: from a name that anybody may give, or from when a file was written.
    Guess,
    /// The right instant, give or take the length of a film; the wall clock is known only with an offset.
    Likely,
    /// The camera's own word, by the wall clock of the place.
    Sure,
}

impl TakenFrom {
    /// How far a time from this source can be relied on.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Exif | Self::Quicktime => Confidence::Sure,
            Self::Mvhd | Self::Gps | Self::Phone => Confidence::Likely,
            Self::Name | Self::Modified => Confidence::Guess,
        }
    }
}

/// Degrees WGS 84, metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Place {
    /// North positive.
    pub latitude: f64,
    /// East positive.
    pub longitude: f64,
    /// Above sea level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
}

/// A film inside a still picture's own file: a Motion Photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Motion {
    /// Where its first byte is, from the beginning of the file.
    pub at: u64,
    /// Bytes.
    pub length: u64,
}

/// Facts of a photo or film, read from its own bytes without decoding pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Found from the bytes, not the name; `application/octet-stream` when unknown.
    pub media: Media,
    /// Capture time from the file itself, if it holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    /// Width in pixels as shown (after orientation), of the whole picture and not of a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as shown (after orientation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How the stored pixels are turned to be shown, 1–8 (Exif 2.32 §4.6.4); None where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orientation: Option<u8>,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Who made the camera, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<String>,
    /// Camera model as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// Lens model as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lens: Option<String>,
    /// Length of a film in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Apple's ContentIdentifier: the still and the film of a Live Photo have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// The pictures of one burst have the same (Apple's BurstUUID, Google's BurstID).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<String>,
    /// The film inside a Motion Photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Motion>,
    /// It has a gain map: more brightness on a screen that can show it (ISO 21496-1, Ultra HDR, Apple's).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gain_map: bool,
    /// It has a depth map.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub depth: bool,
    /// The bytes end too early or cannot be understood; kept all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub broken: bool,
}

impl Facts {
    /// Nothing is known but the type.
    pub fn of(media: Media) -> Self {
        Self {
            media,
            taken: None,
            width: None,
            height: None,
            orientation: None,
            place: None,
            make: None,
            camera: None,
            lens: None,
            duration: None,
            live: None,
            burst: None,
            motion: None,
            gain_map: false,
            depth: false,
            broken: false,
        }
    }
}
