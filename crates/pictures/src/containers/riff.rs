//! RIFF: WebP (RFC 9649) and AVI.

use std::io;

use super::Sketch;
use crate::source::{Source, number};
use crate::{exif, xmp};

/// Real files have fewer chunks than this on their top level.
const MOST_CHUNKS: usize = 4096;

/// Calls `each` with the name, place and length of every chunk between `at` and `end`; false when one ends beyond.
fn chunks(
    source: &mut Source<'_>,
    mut at: u64,
    end: u64,
    mut each: impl FnMut(&mut Source<'_>, [u8; 4], u64, u64) -> io::Result<()>,
) -> io::Result<bool> {
    for _ in 0..MOST_CHUNKS {
        if at + 8 > end {
            break;
        }
        let Some(head) = source.array::<8>(at)? else {
            return Ok(false);
        };
        let length = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        each(source, [head[0], head[1], head[2], head[3]], at + 8, length)?;
        if at + 8 + length > end {
            return Ok(false);
        }
        // Chunks are padded to even lengths.
        at += 8 + length + length % 2;
    }
    Ok(true)
}

/// Where the RIFF's own content ends, and whether the file holds all of it.
fn extent(source: &mut Source<'_>) -> io::Result<(u64, bool)> {
    let size = source.array::<4>(4)?.map_or(0, u32::from_le_bytes);
    let end = u64::from(size) + 8;
    Ok((end.min(source.len()), end <= source.len()))
}

/// Reads a WebP.
pub(crate) fn webp(source: &mut Source<'_>) -> io::Result<Sketch> {
    let mut sketch = Sketch {
        turns_by_exif: true,
        ..Sketch::default()
    };
    let (end, whole) = extent(source)?;
    let sound = chunks(source, 12, end, |source, name, at, length| {
        let head = source.up_to(at, 10)?;
        let size = match &name {
            // Canvas size less one, 24 bits each.
            b"VP8X" => number::le32(&head, 4)
                .zip(number::le32(&head, 6))
                .map(|(width, height)| ((width & 0xff_ffff) + 1, (height >> 8) + 1)),
            // Key frame: tag of 3 bytes, start code of 3, then 14 bits each.
            b"VP8 " => number::le16(&head, 6)
                .zip(number::le16(&head, 8))
                .map(|(width, height)| (u32::from(width) & 0x3fff, u32::from(height) & 0x3fff)),
            // Signature byte, then 14 bits each, less one.
            b"VP8L" => number::le32(&head, 1).map(|bits| ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)),
            b"EXIF" => {
                if let Some(block) = source.exactly(at, length)? {
                    sketch.exif = exif::read_block(&block)?;
                }
                None
            }
            b"XMP " => {
                sketch.xmp = xmp::read(&source.up_to(at, length.min(xmp::MOST))?);
                None
            }
            _ => None,
        };
        sketch.size = sketch.size.or(size);
        Ok(())
    })?;
    sketch.broken = !sound || !whole || sketch.size.is_none();
    Ok(sketch)
}

/// Reads an AVI: its `avih` header.
pub(crate) fn avi(source: &mut Source<'_>) -> io::Result<Sketch> {
    let mut sketch = Sketch::default();
    let (end, whole) = extent(source)?;
    let sound = chunks(source, 12, end, |source, name, at, length| {
        if &name != b"LIST" || source.up_to(at, 4)? != b"hdrl" {
            return Ok(());
        }
        let list_end = (at + length).min(end);
        chunks(source, at + 4, list_end, |source, name, at, _| {
            if &name == b"avih" {
                let head = source.up_to(at, 40)?;
                let micros = number::le32(&head, 0).zip(number::le32(&head, 16));
                sketch.duration = micros.map(|(frame, frames)| u64::from(frame) * u64::from(frames) / 1000);
                sketch.size = number::le32(&head, 32).zip(number::le32(&head, 36));
            }
            Ok(())
        })
        .map(|_| ())
    })?;
    sketch.broken = !sound || !whole || sketch.size.is_none();
    Ok(sketch)
}
