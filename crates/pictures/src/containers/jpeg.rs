//! JPEG (ITU-T T.81): the segments before the scan.

use std::io;

use super::Sketch;
use crate::exif;
use crate::source::{Source, number};

/// More segments than any real file has before its scan.
const MOST_SEGMENTS: usize = 1000;
/// How much of the end is searched for the end-of-image mark; trailers of phones are shorter or announced.
const TAIL: u64 = 64 << 10;

/// Reads the segments up to the scan, and looks whether the scan ends.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let mut sketch = Sketch {
        turns_by_exif: true,
        ..Sketch::default()
    };
    let mut trailer_announced = false;
    let mut at = 2;
    for _ in 0..MOST_SEGMENTS {
        let Some([mark, kind]) = source.array::<2>(at)? else {
            break;
        };
        if mark != 0xff {
            break;
        }
        match kind {
            // Any number of fill bytes may stand before a marker.
            0xff => {
                at += 1;
                continue;
            }
            0x01 | 0xd0..=0xd8 => {
                at += 2;
                continue;
            }
            0xd9 => break,
            _ => {}
        }
        let Some(length) = source
            .array::<2>(at + 2)?
            .map(u16::from_be_bytes)
            .filter(|length| *length >= 2)
        else {
            break;
        };
        let body = (at + 4, u64::from(length) - 2);
        match kind {
            // Start of frame: every kind but DHT (c4), JPG (c8) and DAC (cc).
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                if let Some(frame) = source.exactly(body.0, 5)? {
                    let (height, width) = (number::be16(&frame, 1), number::be16(&frame, 3));
                    sketch.size = width.map(u32::from).zip(height.map(u32::from));
                }
            }
            0xda => {
                let ends = trailer_announced || ends(source, body.0 + body.1)?;
                sketch.broken = sketch.size.is_none() || !ends;
                return Ok(sketch);
            }
            0xe1 => {
                let bytes = source.up_to(body.0, body.1)?;
                if bytes.starts_with(b"Exif\0\0") {
                    if sketch.exif.is_none() {
                        sketch.exif = exif::read_block(&bytes)?;
                    }
                } else if announces_trailer(&bytes) {
                    trailer_announced = true;
                }
            }
            // Multi-picture format: more pictures follow the first.
            0xe2 if source.up_to(body.0, 4)? == b"MPF\0" => trailer_announced = true,
            _ => {}
        }
        at = body.0 + body.1;
    }
    sketch.broken = true;
    Ok(sketch)
}

/// XMP that says that a film or more pictures follow the first (Motion Photo, Ultra HDR).
fn announces_trailer(xmp: &[u8]) -> bool {
    let says = |word: &[u8]| xmp.windows(word.len()).any(|here| here == word);
    says(b"MicroVideo") || says(b"MotionPhoto") || says(b"Container:Directory")
}

/// An end-of-image mark stands near the end. Inside a scan the bytes ff d9 cannot follow each other, so a file that
/// was cut in its scan has none.
fn ends(source: &mut Source<'_>, scan: u64) -> io::Result<bool> {
    let from = source.len().saturating_sub(TAIL).max(scan);
    let tail = source.up_to(from, TAIL)?;
    // Samsung's trailer ends so.
    Ok(tail.windows(2).any(|mark| mark == [0xff, 0xd9]) || tail.ends_with(b"SEFT"))
}
