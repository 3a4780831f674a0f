//! What a camera's maker notes in EXIF beside the standard: which pictures belong together. Apple's only; other makers say
//! it in XMP or in names.

use std::io;

use crate::containers::tiff::{Entry, Tiff};
use crate::source::Source;

/// What Apple's note begins with; after it come a version, the byte order and a directory whose offsets count from here.
const APPLE: &[u8; 10] = b"Apple iOS\0";
const APPLE_DIRECTORY: u64 = 14;

/// BurstUUID (ExifTool's names for what Apple has not published).
const BURST: u16 = 0x000b;
/// ContentIdentifier.
const CONTENT: u16 = 0x0011;

/// What a maker's note says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// The still and the film of a Live Photo have the same.
    pub(crate) live: Option<String>,
    /// The pictures of a burst have the same.
    pub(crate) burst: Option<String>,
}

/// Reads the MakerNote entry of an EXIF directory.
pub(crate) fn read(source: &mut Source<'_>, entry: Option<Entry>) -> io::Result<Note> {
    let Some(entry) = entry else {
        return Ok(Note::default());
    };
    if source.up_to(entry.at, APPLE.len() as u64)? != APPLE {
        return Ok(Note::default());
    }
    let tiff = Tiff::big(entry.at);
    let directory = tiff.directory(source, entry.at + APPLE_DIRECTORY)?;
    Ok(Note {
        live: tiff.text(source, directory.find(CONTENT))?,
        burst: tiff.text(source, directory.find(BURST))?,
    })
}
