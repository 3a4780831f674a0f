//! Photos: a gallery sent as columns, since a hundred thousand objects would take longer to send than to show.

use serde::{Deserialize, Serialize};
use sidekeep_model::{ItemId, Kind, PhoneId, Time};
use ts_rs::TS;

use super::{Kept, VersionRow};
use crate::Picture;

/// Which photos and films to show. The default shows everything on the phones now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(default)]
pub struct PhotoFilter {
    /// Only these kinds: photo, film. Empty means both.
    pub kinds: Vec<Kind>,
    /// Only this phone.
    pub phone: Option<PhoneId>,
    /// Only the owner's favourites.
    pub favourites: bool,
    /// Only what a phone made of its own screen.
    pub screenshots: bool,
    /// What is no longer on the phone, instead of what is there.
    pub gone: bool,
    /// As it was at this time.
    pub as_of: Option<Time>,
}

/// Photos and films, newest first, as columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
pub struct Gallery {
    /// Item ids.
    pub ids: Vec<ItemId>,
    /// The day each was taken, as days since 1970-01-01 by the clock where it was taken.
    pub days: Vec<i32>,
    /// Width over height times 1,000, as shown; 1,000 where it is not known.
    pub ratios: Vec<u32>,
    /// 1: film. 2: favourite. 4: damaged or not readable as a picture. 8: no longer on the phone. 16: in the phone's
    /// bin. 32: a screenshot.
    pub marks: Vec<u8>,
    /// Seconds of each film in the order of the films in `ids`.
    pub seconds: Vec<u32>,
    /// How many there are in each month, newest first: `2024-05` and a count.
    pub months: Vec<(String, u32)>,
}

/// One photo or film.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PhotoDetail {
    /// What the archive knows of it.
    pub kept: Kept,
    /// The file, its size, when and where it was taken.
    pub picture: Picture,
    /// Camera model.
    pub camera: Option<String>,
    /// Milliseconds of a film.
    pub duration: Option<u64>,
    /// The folder on the phone.
    pub folder: String,
    /// The original's absolute path on this computer.
    pub file: String,
    /// The window can show these bytes as they are (HEIC and raws are shown through a JPEG made for it).
    pub native: bool,
    /// All its states, newest first.
    pub versions: Vec<VersionRow>,
}
