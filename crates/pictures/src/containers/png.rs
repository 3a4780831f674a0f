//! PNG (ISO/IEC 15948): its chunks.

use std::io;

use super::Sketch;
use crate::source::{Source, number};
use crate::{exif, xmp};

/// What a text chunk with XMP begins with: its keyword, no compression, no language (ISO 16684-3 §6.1.3).
const XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

/// Real files have a few hundred chunks.
const MOST_CHUNKS: usize = 20_000;

/// Walks the chunks up to IEND.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let mut sketch = Sketch {
        turns_by_exif: true,
        ..Sketch::default()
    };
    let mut at = 8;
    for _ in 0..MOST_CHUNKS {
        let Some(head) = source.array::<8>(at)? else {
            sketch.broken = true;
            return Ok(sketch);
        };
        let length = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let end = at + 12 + length;
        if end > source.len() {
            sketch.broken = true;
            return Ok(sketch);
        }
        match &head[4..] {
            b"IHDR" => {
                if let Some(size) = source.array::<8>(at + 8)? {
                    sketch.size = number::be32(&size, 0).zip(number::be32(&size, 4));
                }
            }
            b"eXIf" => {
                if let Some(block) = source.exactly(at + 8, length)? {
                    sketch.exif = exif::read_block(&block)?;
                }
            }
            b"iTXt" if source.up_to(at + 8, XMP.len() as u64)? == XMP => {
                let packet = source.up_to(at + 8, length.min(xmp::MOST))?;
                sketch.xmp = xmp::read(packet.get(XMP.len()..).unwrap_or_default());
            }
            b"IEND" => {
                sketch.broken = sketch.size.is_none();
                return Ok(sketch);
            }
            _ => {}
        }
        at = end;
    }
    sketch.broken = sketch.size.is_none();
    Ok(sketch)
}
