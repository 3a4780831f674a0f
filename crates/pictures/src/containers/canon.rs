//! Canon's CR3: boxes of ISO/IEC 14496-12 whose `moov` holds the EXIF directories, each a TIFF of its own. Canon publishes
//! nothing; source: ExifTool's Canon.pm (`uuid` box 85c0b687…, CMT1 to CMT4).

use std::io;

use super::Sketch;
use super::boxes::{self, Box4};
use crate::exif;
use crate::source::Source;

/// The user type of the box with the directories.
const CANON: [u8; 16] = *b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";

/// Reads the directories.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let top = boxes::boxes(source, 0, source.len())?;
    let whole = top.last().is_some_and(|last| last.end <= source.len());
    let Some(parts) = directories(source, &top)? else {
        return Ok(Sketch::broken());
    };
    let start = |name: &[u8; 4]| parts.iter().find(|part| &part.name == name).map(|part| part.at);
    let exif = exif::read_apart(source, [start(b"CMT1"), start(b"CMT2"), start(b"CMT4")])?;
    let size = exif.as_ref().and_then(|exif| exif.size);
    Ok(Sketch {
        size,
        exif,
        turns_by_exif: true,
        broken: !whole || size.is_none(),
        ..Sketch::default()
    })
}

/// What Canon's box in `moov` holds.
fn directories(source: &mut Source<'_>, top: &[Box4]) -> io::Result<Option<Vec<Box4>>> {
    let Some(moov) = top.iter().find(|part| &part.name == b"moov") else {
        return Ok(None);
    };
    for part in boxes::boxes(source, moov.at, moov.end)? {
        if &part.name == b"uuid" && source.array::<16>(part.at)? == Some(CANON) {
            return boxes::boxes(source, part.at + 16, part.end).map(Some);
        }
    }
    Ok(None)
}
