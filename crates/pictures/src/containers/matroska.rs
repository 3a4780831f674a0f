//! Matroska and WebM, read by nom-exif from the first megabyte, where writers put the track list.

use std::io;
use std::panic::catch_unwind;

use nom_exif::{EntryValue, MediaParser, MediaSource, TrackInfo, TrackInfoTag};
use sidekeep_model::{Taken, TakenFrom};

use super::Sketch;
use crate::dates;
use crate::source::Source;

const HEAD: u64 = 1 << 20;

/// Reads size, duration and date of writing.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let head = source.up_to(0, HEAD)?;
    let track = catch_unwind(move || {
        MediaParser::new()
            .parse_track(MediaSource::from_memory(head).ok()?)
            .ok()
    });
    let Some(track) = track.ok().flatten() else {
        return Ok(Sketch::broken());
    };
    Ok(Sketch {
        size: whole(&track, TrackInfoTag::Width)
            .zip(whole(&track, TrackInfoTag::Height))
            .and_then(|(width, height)| Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?))),
        duration: whole(&track, TrackInfoTag::DurationMs),
        taken: written(&track).into_iter().collect(),
        ..Sketch::default()
    })
}

fn whole(track: &TrackInfo, tag: TrackInfoTag) -> Option<u64> {
    match track.get(tag)? {
        EntryValue::U32(value) => Some(u64::from(*value)),
        EntryValue::U64(value) => Some(*value),
        _ => None,
    }
}

/// DateUTC of the segment: the same kind of knowledge as an MP4's `mvhd`.
fn written(track: &TrackInfo) -> Option<Taken> {
    let EntryValue::DateTime(date) = track.get(TrackInfoTag::CreateDate)? else {
        return None;
    };
    Some(Taken {
        wall: dates::sane(date.naive_utc())?,
        offset: Some("+00:00".to_owned()),
        source: TakenFrom::Mvhd,
    })
}
