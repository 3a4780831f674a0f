//! Photos: a gallery sent as columns, since a hundred thousand objects would take longer to send than to show.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use sidekeep_archive::{Archive, Content, Fault, Query, Tile};
use sidekeep_model::{ItemId, Kind, PhoneId, Time};
use ts_rs::TS;

use super::history::versions;
use super::kept::{item, tag};
use super::{Kept, VersionRow};
use crate::pictures::too_large;
use crate::view::picture;
use crate::{EngineError, Grouping, Picture, is_native};

/// Which photos and films to show. The default shows everything on the phones now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(default)]
pub struct PhotoFilter {
    /// Only these kinds: photo, film. Empty means both.
    pub kinds: Vec<Kind>,
    /// Only this phone, and what belongs to it.
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
    /// What stands for the bytes of each in the photo protocol's addresses: six digits after six digits, as the digest
    /// begins.
    pub tags: String,
    /// The day each was taken, as days since 1970-01-01 by the clock where it was taken.
    pub days: Vec<i32>,
    /// Width over height times 1,000, as shown, within 100 and 10,000; 1,000 where it is not known.
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
    /// What the archive knows of it; `damage` also as the file stands now, without reading it.
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
    /// It has more pixels than are decoded, so that it is never shown whole.
    pub too_large: bool,
    /// All its states, newest first.
    pub versions: Vec<VersionRow>,
}

/// The photos and films that match.
///
/// # Errors
/// Index errors.
pub fn gallery(archive: &Archive, grouping: &Grouping, filter: &PhotoFilter) -> Result<Gallery, EngineError> {
    let phone = filter.phone.as_ref();
    let phones = phone.map(|phone| grouping.with_own(archive, phone)).transpose()?;
    let tiles = archive.gallery(&Query {
        kinds: filter.kinds.clone(),
        phones: phones.unwrap_or_default(),
        as_of: filter.as_of,
        gone: filter.gone,
        ..Query::default()
    })?;
    let wanted =
        |tile: &&Tile| (tile.favourite || !filter.favourites) && (tile.screenshot || !filter.screenshots);
    let mut gallery = Gallery::default();
    let mut month = None;
    for tile in tiles.iter().filter(wanted) {
        let date = tile.taken.date();
        gallery.ids.push(tile.id);
        gallery.tags.push_str(&tag(&tile.digest));
        gallery.days.push(day(date));
        gallery.ratios.push(ratio(tile.size));
        gallery.marks.push(marks(tile));
        if tile.kind == Kind::Film {
            let seconds = tile.duration.unwrap_or_default().div_ceil(1000);
            gallery.seconds.push(u32::try_from(seconds).unwrap_or(u32::MAX));
        }
        if month != Some((date.year(), date.month())) {
            month = Some((date.year(), date.month()));
            gallery.months.push((date.format("%Y-%m").to_string(), 0));
        }
        if let Some((_, count)) = gallery.months.last_mut() {
            *count += 1;
        }
    }
    Ok(gallery)
}

fn day(date: NaiveDate) -> i32 {
    i32::try_from((date - NaiveDate::default()).num_days()).unwrap_or_default()
}

fn ratio(size: Option<(u32, u32)>) -> u32 {
    match size {
        Some((width, height)) if width > 0 && height > 0 => {
            let ratio = u64::from(width) * 1000 / u64::from(height);
            // A strip of one pixel would take a row of tiles or none at all.
            u32::try_from(ratio.clamp(100, 10_000)).unwrap_or(1000)
        }
        _ => 1000,
    }
}

fn marks(tile: &Tile) -> u8 {
    [
        tile.kind == Kind::Film,
        tile.favourite,
        tile.broken,
        !tile.present,
        tile.trashed,
        tile.screenshot,
    ]
    .into_iter()
    .zip(0..)
    .map(|(mark, bit)| u8::from(mark) << bit)
    .sum()
}

/// One photo or film as it is, or was at a time.
///
/// # Errors
/// `NoItem` when there is no such photo or film, index errors.
pub fn photo(archive: &Archive, id: ItemId, as_of: Option<Time>) -> Result<PhotoDetail, EngineError> {
    let item = item(archive, id, as_of)?;
    let Content::File(original) = &item.content else {
        return Err(EngineError::NoItem(id));
    };
    let mut file = archive.root().to_owned();
    file.extend(original.path.split('/'));
    let mut kept = Kept::of(archive, &item)?;
    kept.damage = amiss(&file, original.size).or(kept.damage);
    Ok(PhotoDetail {
        kept,
        picture: picture(&item, original, &archive.stacks(&Query::around(&item, as_of))?),
        camera: original.facts.camera.clone(),
        duration: original.facts.duration,
        folder: item.collection.name.clone(),
        file: file.to_string_lossy().into_owned(),
        native: is_native(&original.facts.media),
        too_large: too_large(&original.facts).is_some(),
        versions: versions(archive, &item)?,
    })
}

/// What can be seen to be wrong with a kept file of that many bytes without reading it.
fn amiss(file: &Path, size: u64) -> Option<Fault> {
    match fs::metadata(file) {
        Ok(now) if now.is_file() && now.len() == size => None,
        Ok(_) => Some(Fault::Altered),
        Err(error) if error.kind() == ErrorKind::NotFound => Some(Fault::Missing),
        Err(_) => Some(Fault::Unreadable),
    }
}
