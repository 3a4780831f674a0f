//! The directory of a multi-picture JPEG (CIPA DC-007 §5.2): where the pictures behind the first one are.

use std::io;

use super::tiff::Tiff;
use crate::source::Source;

/// More pictures than phones put into one file.
const MOST_PICTURES: usize = 8;
/// MPEntry.
const ENTRIES: u16 = 0xb002;

/// Where the other pictures begin; `at` is where the directory's TIFF does, from which they are counted.
pub(crate) fn pictures(source: &mut Source<'_>, at: u64) -> io::Result<Vec<u64>> {
    let Some((tiff, first)) = Tiff::open(source, at)? else {
        return Ok(Vec::new());
    };
    let directory = tiff.directory(source, first)?;
    let Some(entries) = directory.find(ENTRIES) else {
        return Ok(Vec::new());
    };
    let rows = tiff.bytes(source, entries)?.unwrap_or_default();
    // Attributes, length, offset, and which ones depend on it; the first picture's offset is 0.
    let offsets = rows.chunks_exact(16).skip(1).take(MOST_PICTURES);
    Ok(offsets
        .map(|row| at + u64::from(tiff.u32([row[8], row[9], row[10], row[11]])))
        .collect())
}
