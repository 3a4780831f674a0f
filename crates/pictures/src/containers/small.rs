//! GIF and BMP: their first few bytes say everything.

use std::io;

use super::Sketch;
use crate::source::{Source, number};

/// Reads a GIF (version 89a §18): the logical screen.
pub(crate) fn gif(source: &mut Source<'_>) -> io::Result<Sketch> {
    let Some(screen) = source.array::<4>(6)? else {
        return Ok(Sketch::broken());
    };
    // The trailer byte; some writers pad with zeros after it.
    let tail = source.up_to(source.len().saturating_sub(1024), 1024)?;
    let ends = tail.iter().rev().find(|&&byte| byte != 0) == Some(&0x3b);
    Ok(Sketch {
        size: number::le16(&screen, 0)
            .map(u32::from)
            .zip(number::le16(&screen, 2).map(u32::from)),
        broken: !ends,
        ..Sketch::default()
    })
}

/// Reads a BMP: BITMAPFILEHEADER and the header after it.
pub(crate) fn bmp(source: &mut Source<'_>) -> io::Result<Sketch> {
    let head = source.up_to(0, 26)?;
    let size = match number::le32(&head, 14) {
        Some(12) => number::le16(&head, 18)
            .map(u32::from)
            .zip(number::le16(&head, 20).map(u32::from)),
        Some(_) => {
            // A negative height says that rows go from the top down.
            let signed = |at| number::le32(&head, at).map(|value| value.cast_signed().unsigned_abs());
            signed(18).zip(signed(22))
        }
        None => None,
    };
    let length = number::le32(&head, 2).map_or(0, u64::from);
    Ok(Sketch {
        size,
        broken: size.is_none() || length > source.len(),
        ..Sketch::default()
    })
}
