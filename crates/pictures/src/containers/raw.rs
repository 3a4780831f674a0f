//! TIFF files and the RAW formats built on TIFF, and Fuji's RAF, which holds a JPEG.

use std::io;

use super::Sketch;
use super::tiff::{Directory, Tiff};
use crate::exif::{self, tag};
use crate::source::Source;

/// Reads a TIFF or a RAW built on it.
pub(crate) fn tiff(source: &mut Source<'_>) -> io::Result<Sketch> {
    let Some(exif) = exif::read(source, 0)? else {
        return Ok(Sketch::broken());
    };
    let Some((tiff, first)) = Tiff::open(source, 0)? else {
        return Ok(Sketch::broken());
    };
    let main = tiff.directory(source, first)?;
    let mut largest = exif.size;
    let mut whole = !main.entries.is_empty() && holds(tiff, source, &main)?;
    // A RAW's first directory is a small preview; the picture itself is in one below.
    if let Some(entry) = main.find(tag::SUB_DIRECTORIES) {
        for offset in tiff.integers(source, entry)?.into_iter().take(8) {
            let below = tiff.directory(source, u64::from(offset))?;
            whole &= holds(tiff, source, &below)?;
            let (Some(width), Some(height)) = (below.find(tag::WIDTH), below.find(tag::HEIGHT)) else {
                continue;
            };
            let size = tiff.integer(source, width)?.zip(tiff.integer(source, height)?);
            let area = |size: Option<(u32, u32)>| {
                size.map_or(0, |(width, height)| u64::from(width) * u64::from(height))
            };
            if area(size) > area(largest) {
                largest = size;
            }
        }
    }
    Ok(Sketch {
        size: largest,
        broken: !whole || largest.is_none(),
        exif: Some(exif),
        turns_by_exif: true,
        ..Sketch::default()
    })
}

/// Every strip and tile of the directory lies within the file.
fn holds(tiff: Tiff, source: &mut Source<'_>, directory: &Directory) -> io::Result<bool> {
    for (offsets, lengths) in [
        (tag::STRIP_OFFSETS, tag::STRIP_LENGTHS),
        (tag::TILE_OFFSETS, tag::TILE_LENGTHS),
    ] {
        let (Some(offsets), Some(lengths)) = (directory.find(offsets), directory.find(lengths)) else {
            continue;
        };
        let offsets = tiff.integers(source, offsets)?;
        let lengths = tiff.integers(source, lengths)?;
        let end = offsets
            .iter()
            .zip(&lengths)
            .map(|(&at, &length)| u64::from(at) + u64::from(length))
            .max();
        if end.is_some_and(|end| end > source.len()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where the JPEG in a Fuji RAF is, and how long: the offset and length at byte 84.
pub(crate) fn fuji_jpeg(source: &mut Source<'_>) -> io::Result<Option<(u64, u64)>> {
    let place = source.array::<8>(84)?;
    Ok(place.map(|[a, b, c, d, e, f, g, h]| {
        let number = |bytes| u64::from(u32::from_be_bytes(bytes));
        (number([a, b, c, d]), number([e, f, g, h]))
    }))
}

/// Reads a Fuji RAF: the JPEG that it holds.
pub(crate) fn fuji(source: &mut Source<'_>) -> io::Result<Sketch> {
    let Some((at, length)) = fuji_jpeg(source)? else {
        return Ok(Sketch::broken());
    };
    let whole = at.checked_add(length).is_some_and(|end| end <= source.len());
    // Its EXIF is in the first segment: SOI, APP1 mark, length, `Exif\0\0`.
    let exif = match source.array::<12>(at)? {
        Some(head) if head[..4] == [0xff, 0xd8, 0xff, 0xe1] && &head[6..12] == b"Exif\0\0" => {
            exif::read(source, at + 12)?
        }
        _ => None,
    };
    Ok(Sketch {
        broken: !whole || exif.is_none(),
        exif,
        turns_by_exif: true,
        ..Sketch::default()
    })
}
