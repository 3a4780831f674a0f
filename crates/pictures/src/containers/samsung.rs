//! What Samsung's cameras append to their pictures: named blocks, and behind them a directory (`SEFH` … `SEFT`) that tells
//! how far before it each begins. Source: ExifTool's Samsung.pm, since Samsung publishes nothing.

use std::io;

use sidekeep_model::Motion;

use crate::source::{Source, number};

/// ExifTool's limit too; real directories have a dozen entries.
const MOST_DIRECTORY: u64 = 0x1_0000;
/// Longer than the name of any block.
const MOST_NAME: u64 = 64;

/// What matters of the trailer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// The block `MotionPhoto_Data`.
    pub(crate) film: Option<Motion>,
    /// There is a depth map.
    pub(crate) depth: bool,
}

/// Reads the trailer at the end of the file; None where there is none.
pub(crate) fn trailer(source: &mut Source<'_>) -> io::Result<Option<Trailer>> {
    let Some(end) = source.len().checked_sub(8) else {
        return Ok(None);
    };
    let tail = source.up_to(end, 8)?;
    let length = number::le32(&tail, 0).map_or(0, u64::from);
    let Some(start) = end.checked_sub(length) else {
        return Ok(None);
    };
    if !tail.ends_with(b"SEFT") || length >= MOST_DIRECTORY {
        return Ok(None);
    }
    let directory = source.up_to(start, length)?;
    if !directory.starts_with(b"SEFH") {
        return Ok(None);
    }
    let mut trailer = Trailer::default();
    let count = number::le32(&directory, 8).unwrap_or(0) as usize;
    for entry in directory
        .get(12..)
        .unwrap_or_default()
        .chunks_exact(12)
        .take(count)
    {
        let (before, size) = (number::le32(entry, 4), number::le32(entry, 8));
        let Some((at, size)) = before
            .and_then(|before| start.checked_sub(before.into()))
            .zip(size.map(u64::from))
            .filter(|(at, size)| at + size <= start)
        else {
            break;
        };
        // The type again, the length of the name, the name, and what it is all about.
        let head = source.up_to(at, (8 + MOST_NAME).min(size))?;
        let named = number::le32(&head, 4).unwrap_or(0) as usize;
        let name = head.get(8..8usize.saturating_add(named)).unwrap_or_default();
        let content = at + 8 + name.len() as u64;
        match name {
            b"MotionPhoto_Data" => {
                let length = (at + size).saturating_sub(content);
                trailer.film = Some(Motion { at: content, length });
            }
            _ if name.starts_with(b"DualShot_DepthMap") => trailer.depth = true,
            _ => {}
        }
    }
    Ok(Some(trailer))
}
