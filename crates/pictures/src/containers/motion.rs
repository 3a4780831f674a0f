//! Where the film in a Motion Photo is: by Google's XMP, else by Samsung's trailer, else by looking for one where one is
//! announced. What is found is a film by its first bytes, or it is not believed.

use std::io;

use sidekeep_model::Motion;

use crate::source::Source;
use crate::xmp::Xmp;

/// How far behind the beginning of the picture's scan a film is looked for: further than any phone's picture is long.
const MOST_SCANNED: u64 = 16 << 20;
/// What is read at a time.
const STEP: u64 = 256 << 10;
/// The longest `ftyp` box that is believed.
const MOST_BRANDS: u32 = 256;

/// The film behind a picture whose pixels begin at `from`.
pub(crate) fn find(
    source: &mut Source<'_>,
    xmp: &Xmp,
    trailer: Option<Motion>,
    from: u64,
) -> io::Result<Option<Motion>> {
    let announced = xmp.film.and_then(|(before_end, length)| {
        let at = source.len().checked_sub(before_end)?;
        (at > from && length > 0).then_some(Motion { at, length })
    });
    for motion in announced.into_iter().chain(trailer) {
        if is_film(&source.up_to(motion.at, 16)?) {
            return Ok(Some(motion));
        }
    }
    if xmp.motion || trailer.is_some() {
        scan(source, from)
    } else {
        Ok(None)
    }
}

/// A `ftyp` box begins here (ISO/IEC 14496-12 §4.3).
fn is_film(bytes: &[u8]) -> bool {
    let size = bytes
        .first_chunk::<4>()
        .map_or(0, |size| u32::from_be_bytes(*size));
    let brand = bytes.get(8..12).unwrap_or_default();
    bytes.get(4..8) == Some(b"ftyp")
        && (16..=MOST_BRANDS).contains(&size)
        && brand.len() == 4
        && brand
            .iter()
            .all(|letter| letter.is_ascii_graphic() || *letter == b' ')
}

fn scan(source: &mut Source<'_>, from: u64) -> io::Result<Option<Motion>> {
    let end = source.len().min(from.saturating_add(MOST_SCANNED));
    let mut at = from;
    while at < end {
        // Pieces overlap, so that a mark on an edge is whole in one of them.
        let piece = source.up_to(at, STEP + 16)?;
        let found = (0..piece.len().min(STEP as usize)).find(|start| is_film(&piece[*start..]));
        if let Some(start) = found {
            let at = at + start as u64;
            return Ok(Some(Motion {
                at,
                length: source.len() - at,
            }));
        }
        at += STEP;
    }
    Ok(None)
}
