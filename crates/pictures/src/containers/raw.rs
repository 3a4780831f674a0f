//! TIFF files and the RAW formats built on TIFF, and Fuji's RAF, which holds a JPEG.

use std::io;

use super::Sketch;
use super::tiff::{Directory, Tiff};
use crate::exif::{self, tag};
use crate::source::{Source, number};
use crate::xmp;

/// More directories than a picture's file has pages, previews and parts of its own.
const MOST_DIRECTORIES: usize = 16;

/// Panasonic's borders of the picture on the sensor: top, left, bottom, right (ExifTool's PanasonicRaw.pm).
const BORDERS: [u16; 4] = [0x0004, 0x0005, 0x0006, 0x0007];

/// Reads a TIFF or a RAW built on it.
pub(crate) fn tiff(source: &mut Source<'_>) -> io::Result<Sketch> {
    let Some((tiff, first)) = Tiff::open(source, 0)? else {
        return Ok(Sketch::broken());
    };
    let Some(exif) = exif::read(source, 0)? else {
        return Ok(Sketch::broken());
    };
    let main = tiff.directory(source, first)?;
    let mut largest = exif.size.or(within_borders(tiff, source, &main)?);
    let mut whole = !main.entries.is_empty() && holds(tiff, source, &main)?;
    // A RAW's first directory is a small preview; the picture itself is in one below, or in the next.
    for below in others(tiff, source, &main)? {
        whole &= holds(tiff, source, &below)?;
        let size = tiff
            .number(source, &below, tag::WIDTH)?
            .zip(tiff.number(source, &below, tag::HEIGHT)?);
        if area(size) > area(largest) && !is_preview(tiff, source, &below)? {
            largest = size;
        }
    }
    let packet = match main.find(tag::XMP) {
        Some(entry) => source.up_to(entry.at, entry.len().min(xmp::MOST))?,
        None => Vec::new(),
    };
    Ok(Sketch {
        size: largest,
        broken: !whole || largest.is_none(),
        exif: Some(exif),
        xmp: xmp::read(&packet),
        turns_by_exif: true,
        ..Sketch::default()
    })
}

fn area(size: Option<(u32, u32)>) -> u64 {
    size.map_or(0, |(width, height)| u64::from(width) * u64::from(height))
}

/// NewSubfileType (TIFF 6.0 §8): a smaller version of another picture in the file.
fn is_preview(tiff: Tiff, source: &mut Source<'_>, directory: &Directory) -> io::Result<bool> {
    let kind = tiff.number(source, directory, tag::SUBFILE_TYPE)?;
    Ok(kind.is_some_and(|kind| kind & 1 == 1))
}

/// The directories below the first one; and those after it, where it says itself that it is only a preview.
fn others(tiff: Tiff, source: &mut Source<'_>, main: &Directory) -> io::Result<Vec<Directory>> {
    let mut found = Vec::new();
    if let Some(entry) = main.find(tag::SUB_DIRECTORIES) {
        for offset in tiff.integers(source, entry)?.into_iter().take(MOST_DIRECTORIES) {
            found.push(tiff.at(source, offset)?);
        }
    }
    if is_preview(tiff, source, main)? {
        let mut next = tiff.next(source, main)?;
        while let Some(offset) = next.filter(|_| found.len() < MOST_DIRECTORIES) {
            let directory = tiff.at(source, offset)?;
            next = tiff.next(source, &directory)?;
            found.push(directory);
        }
    }
    Ok(found)
}

/// The size that Panasonic's borders leave of the sensor.
fn within_borders(tiff: Tiff, source: &mut Source<'_>, main: &Directory) -> io::Result<Option<(u32, u32)>> {
    let mut borders = [0; 4];
    for (border, tag) in borders.iter_mut().zip(BORDERS) {
        match tiff.number(source, main, tag)? {
            Some(value) => *border = value,
            None => return Ok(None),
        }
    }
    let [top, left, bottom, right] = borders;
    Ok(right.checked_sub(left).zip(bottom.checked_sub(top)))
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

/// ExifTool's limit too.
const MOST_FUJI_ENTRIES: u32 = 256;
/// Where a Fuji RAF tells where its own directory is.
const FUJI_DIRECTORY: u64 = 92;
/// The picture within the sensor: height and width (ExifTool's FujiFilm.pm, RawImageCroppedSize).
const FUJI_CROPPED: u16 = 0x0111;
/// The whole sensor (RawImageFullSize).
const FUJI_FULL: u16 = 0x0100;

/// The size of the picture by a Fuji RAF's own directory: a count, then tag, length and value of each.
fn fuji_size(source: &mut Source<'_>) -> io::Result<Option<(u32, u32)>> {
    let Some(start) = source.array::<4>(FUJI_DIRECTORY)?.map(u32::from_be_bytes) else {
        return Ok(None);
    };
    let mut at = u64::from(start);
    let count = source.array::<4>(at)?.map_or(0, u32::from_be_bytes);
    at += 4;
    let mut full = None;
    for _ in 0..count.min(MOST_FUJI_ENTRIES) {
        let row = source.up_to(at, 8)?;
        let (Some(tag), Some(length)) = (number::be16(&row, 0), number::be16(&row, 2)) else {
            break;
        };
        let size = number::be16(&row, 6).zip(number::be16(&row, 4));
        let size = size.map(|(width, height)| (u32::from(width), u32::from(height)));
        match tag {
            FUJI_CROPPED if length == 4 => return Ok(size),
            FUJI_FULL if length == 4 => full = size,
            _ => {}
        }
        at += 4 + u64::from(length);
    }
    Ok(full)
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
        size: fuji_size(source)?,
        exif,
        turns_by_exif: true,
        ..Sketch::default()
    })
}
