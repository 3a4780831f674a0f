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
    /// EXIF DateTimeOriginal (with OffsetTimeOriginal where present).
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

/// Facts of a photo or film, read from its own bytes without decoding pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Found from the bytes, not the name; `application/octet-stream` when unknown.
    pub media: Media,
    /// Capture time from the file itself, if it holds one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Taken>,
    /// Width in pixels as shown (after orientation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as shown (after orientation).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Camera model as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// Length of a film in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// The bytes end too early or cannot be understood; kept all the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub broken: bool,
}
