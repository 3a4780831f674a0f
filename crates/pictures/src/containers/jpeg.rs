//! JPEG (ITU-T T.81): the segments before the scan, and those of the pictures that stand behind it.

use std::io;

use super::{Sketch, motion, multi, samsung};
use crate::exif;
use crate::source::{Source, number};
use crate::xmp::{self, Xmp};

/// More segments than any real file has before its scan.
const MOST_SEGMENTS: usize = 1000;
/// How much of the end is searched for the end-of-image mark; trailers of phones are shorter or announced.
const TAIL: u64 = 64 << 10;
/// Where the mark is in nearly all files.
const VERY_END: u64 = 64;

/// What an XMP packet's segment begins with (ISO 16684-3 §6.2).
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What a gain map's own segment begins with (ISO 21496-1 Annex C).
const GAIN_MAP: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// Reads the segments up to the scan, and looks whether the scan ends and what stands behind it.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let (head, scan) = head(source, 0)?;
    let mut sketch = Sketch {
        turns_by_exif: true,
        size: head.size,
        exif: head.exif,
        gain_map: head.gain_map,
        broken: true,
        ..Sketch::default()
    };
    let xmp = head.xmp.unwrap_or_default();
    if let Some(scan) = scan {
        if let Some(at) = head.pictures {
            for at in multi::pictures(source, at)? {
                let (other, _) = self::head(source, at)?;
                let other_xmp = other.xmp.unwrap_or_default();
                sketch.gain_map |= other.gain_map || other_xmp.gain_map;
                sketch.depth |= other_xmp.depth;
            }
        }
        let trailer = samsung::trailer(source)?;
        sketch.depth |= trailer.is_some_and(|trailer| trailer.depth);
        sketch.motion = motion::find(source, &xmp, trailer.and_then(|trailer| trailer.film), scan)?;
        let is_followed = head.pictures.is_some() || xmp.container || trailer.is_some();
        sketch.broken = sketch.size.is_none() || !(is_followed || ends(source, scan)?);
    }
    sketch.xmp = xmp;
    Ok(sketch)
}

/// What the segments before a scan say.
#[derive(Default)]
struct Head {
    size: Option<(u32, u32)>,
    exif: Option<exif::Exif>,
    xmp: Option<Xmp>,
    gain_map: bool,
    /// Where the TIFF of a multi-picture directory is.
    pictures: Option<u64>,
}

/// Reads the JPEG that begins at `start`: what its segments say, and where its scan begins, if it gets there.
fn head(source: &mut Source<'_>, start: u64) -> io::Result<(Head, Option<u64>)> {
    let mut head = Head::default();
    if source.array::<2>(start)? != Some([0xff, 0xd8]) {
        return Ok((head, None));
    }
    let mut at = start + 2;
    for _ in 0..MOST_SEGMENTS {
        let Some([0xff, kind]) = source.array::<2>(at)? else {
            break;
        };
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
        let (body, length) = (at + 4, u64::from(length) - 2);
        at = body + length;
        match kind {
            // Start of frame: every kind but DHT (c4), JPG (c8) and DAC (cc).
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                if let Some(frame) = source.exactly(body, 5)? {
                    let (height, width) = (number::be16(&frame, 1), number::be16(&frame, 3));
                    head.size = width.map(u32::from).zip(height.map(u32::from));
                }
            }
            0xda => return Ok((head, Some(at))),
            0xe1 => head.first(source, body, length)?,
            0xe2 => {
                let begins = source.up_to(body, GAIN_MAP.len() as u64)?;
                head.gain_map |= begins == GAIN_MAP;
                if begins.starts_with(b"MPF\0") {
                    head.pictures = Some(body + 4);
                }
            }
            _ => {}
        }
    }
    Ok((head, None))
}

impl Head {
    /// An application segment of the first kind: EXIF or XMP. The first of each counts.
    fn first(&mut self, source: &mut Source<'_>, at: u64, length: u64) -> io::Result<()> {
        let begins = source.up_to(at, (XMP.len() as u64).min(length))?;
        if begins.starts_with(b"Exif\0\0") {
            if self.exif.is_none() {
                self.exif = exif::read_block(&source.up_to(at, length)?)?;
            }
        } else if begins == XMP && self.xmp.is_none() {
            let packet = source.up_to(at, length)?;
            self.xmp = Some(xmp::read(&packet[begins.len().min(packet.len())..]));
        }
        Ok(())
    }
}

/// An end-of-image mark stands near the end. Inside a scan the bytes ff d9 cannot follow each other, so a file that
/// was cut in its scan has none.
fn ends(source: &mut Source<'_>, scan: u64) -> io::Result<bool> {
    for reach in [VERY_END, TAIL] {
        let from = source.len().saturating_sub(reach).max(scan);
        let tail = source.up_to(from, reach)?;
        if tail.windows(2).any(|mark| mark == [0xff, 0xd9]) {
            return Ok(true);
        }
    }
    Ok(false)
}
