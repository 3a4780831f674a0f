//! The EXIF block of a JPEG that is written: the source's own block, corrected where the new picture differs.
//!
//! The source's block is patched in place, because MakerNotes hold offsets into the block that nobody but the maker
//! understands: moving them would break them. Only a block too long for JPEG's one segment is built anew, without them.

use std::io::{self, Cursor};

use chrono::{NaiveDateTime, Timelike};
use sidekeep_model::Taken;

use crate::containers::tiff::{Directory, Entry, Tiff};
use crate::exif::{self, tag};
use crate::source::Source;

/// What one APP1 segment holds, less its name.
pub(super) const MOST_BLOCK: usize = 65_533 - 6;

/// What the picture is that the block will describe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture<'a> {
    /// As written.
    pub(super) width: u32,
    /// As written.
    pub(super) height: u32,
    /// Its pixels were turned, so that a thumbnail in the block would lie on its side.
    pub(super) turned: bool,
    /// Its pixels are the source's own: what the block says of them stays as it is.
    pub(super) untouched: bool,
    /// Its capture time, for a block that has none.
    pub(super) taken: Option<&'a Taken>,
}

/// The block for `picture`, from the source's block where it has one; None where there is nothing to say. The second
/// value: something of the source's block had to be left out.
pub(super) fn block(old: Option<&[u8]>, picture: Picture<'_>) -> io::Result<(Option<Vec<u8>>, bool)> {
    let old = old.map(|old| old.strip_prefix(b"Exif\0\0").unwrap_or(old));
    let Some(patched) = old.map(|old| patch(old, picture)).transpose()?.flatten() else {
        let made = match picture.taken {
            Some(_) => Some(rebuild(None, picture)?),
            None => None,
        };
        return Ok((made, old.is_some_and(|old| !old.is_empty())));
    };
    if patched.len() <= MOST_BLOCK {
        return Ok((Some(patched), false));
    }
    let rebuilt = rebuild(Some(&mut Cursor::new(&patched)), picture)?;
    Ok(((rebuilt.len() <= MOST_BLOCK).then_some(rebuilt), true))
}

/// The block with the picture's size, upright, and with a capture time. None when it is no EXIF block.
fn patch(old: &[u8], picture: Picture<'_>) -> io::Result<Option<Vec<u8>>> {
    let mut reader = Cursor::new(old);
    let mut source = Source::new(&mut reader)?;
    let Some((tiff, first)) = Tiff::open(&mut source, 0)? else {
        return Ok(None);
    };
    let main = tiff.directory(&mut source, first)?;
    if main.entries.is_empty() {
        return Ok(None);
    }
    let below = tiff.sub(&mut source, main.find(tag::EXIF))?;
    let dated = exif::read_block(old)?.is_some_and(|exif| exif.taken.is_some());

    let mut block = old.to_vec();
    let corrections = [
        (main.find(tag::ORIENTATION), 1),
        (main.find(tag::WIDTH), picture.width),
        (main.find(tag::HEIGHT), picture.height),
        (below.find(tag::PIXEL_WIDTH), picture.width),
        (below.find(tag::PIXEL_HEIGHT), picture.height),
    ];
    for (entry, value) in corrections {
        if let Some(entry) = entry.filter(|_| !picture.untouched) {
            set(&mut block, tiff, entry, value);
        }
    }
    if picture.turned {
        put(&mut block, main.next, &[0; 4]);
    }
    if let Some(taken) = picture.taken.filter(|_| !dated) {
        let dates = dates(taken);
        let mut entries = fields(&block, &below);
        entries.retain(|entry| !dates.iter().any(|date| date.tag == entry.tag));
        entries.extend(dates);
        let at = append(&mut block, tiff, entries);
        match main.find(tag::EXIF) {
            Some(pointer) => put(&mut block, pointer.entry + 8, &order(tiff, at)),
            None => {
                let mut entries = fields(&block, &main);
                entries.push(New::long(tag::EXIF, tiff, at));
                let next: Option<[u8; 4]> = block
                    .get(main.next as usize..)
                    .and_then(|rest| rest.first_chunk())
                    .copied();
                let at = append(&mut block, tiff, entries);
                put(&mut block, 4, &order(tiff, at));
                // The link to the thumbnail's directory moves along.
                let end = block.len() - 4;
                put(&mut block, end as u64, &next.unwrap_or_default());
            }
        }
    }
    Ok(Some(block))
}

/// A new block with what describes the picture and nothing that describes the old file: no MakerNote, no thumbnail.
pub(super) fn rebuild(old: Option<&mut Cursor<&Vec<u8>>>, picture: Picture<'_>) -> io::Result<Vec<u8>> {
    match old {
        Some(old) => rebuild_from(&mut Source::new(old)?, picture),
        None => rebuild_from(&mut Source::new(&mut Cursor::new(b"MM\0*\0\0\0\0"))?, picture),
    }
}

/// [`rebuild`] from any TIFF: a block, or a whole TIFF file.
pub(super) fn rebuild_from(source: &mut Source<'_>, picture: Picture<'_>) -> io::Result<Vec<u8>> {
    /// ImageDescription, Make, Model, Software, DateTime, Artist, Copyright.
    const DESCRIBING: [u16; 7] = [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298];
    /// MakerNote, and the link to the interoperability directory.
    const NOT_MOVABLE: [u16; 2] = [0x927c, 0xa005];

    let Some((tiff, first)) = Tiff::open(source, 0)? else {
        return Ok(Vec::new());
    };
    let main = if first == 0 {
        Directory::default()
    } else {
        tiff.directory(source, first)?
    };
    let exif = tiff.sub(source, main.find(tag::EXIF))?;
    let gps = tiff.sub(source, main.find(tag::GPS))?;

    let mut copies = |directory: &Directory, wanted: &dyn Fn(u16) -> bool| -> io::Result<Vec<New>> {
        let mut copies = Vec::new();
        for entry in directory
            .entries
            .iter()
            .filter(|entry| wanted(entry.tag) && entry.len() > 0)
        {
            if let Some(bytes) = tiff.bytes(source, *entry)? {
                copies.push(New {
                    tag: entry.tag,
                    form: entry.form,
                    count: entry.count,
                    value: Value::Bytes(bytes),
                });
            }
        }
        Ok(copies)
    };
    let mut head = copies(&main, &|tag| DESCRIBING.contains(&tag))?;
    let mut below = copies(&exif, &|tag| !NOT_MOVABLE.contains(&tag))?;
    let gps = copies(&gps, &|_| true)?;

    if let Some(taken) = picture.taken
        && !below.iter().any(|entry| entry.tag == tag::DATE_TIME_ORIGINAL)
    {
        below.extend(dates(taken));
    }
    below.retain(|entry| !matches!(entry.tag, tag::PIXEL_WIDTH | tag::PIXEL_HEIGHT));
    below.push(New::long(tag::PIXEL_WIDTH, tiff, picture.width));
    below.push(New::long(tag::PIXEL_HEIGHT, tiff, picture.height));

    let mut block = if tiff.is_big() {
        b"MM\0*\0\0\0\0".to_vec()
    } else {
        b"II*\0\0\0\0\0".to_vec()
    };
    let at = append(&mut block, tiff, below);
    head.push(New::long(tag::EXIF, tiff, at));
    if !gps.is_empty() {
        let at = append(&mut block, tiff, gps);
        head.push(New::long(tag::GPS, tiff, at));
    }
    let at = append(&mut block, tiff, head);
    put(&mut block, 4, &order(tiff, at));
    Ok(block)
}

/// An entry to be written.
struct New {
    tag: u16,
    form: u16,
    count: u32,
    value: Value,
}

enum Value {
    /// The values; written elsewhere when longer than four bytes.
    Bytes(Vec<u8>),
    /// The four bytes of the entry's own field, as they were.
    Field([u8; 4]),
}

impl New {
    fn text(tag: u16, text: &str) -> Self {
        let mut bytes = text.as_bytes().to_vec();
        bytes.push(0);
        Self {
            tag,
            form: 2,
            count: bytes.len() as u32,
            value: Value::Bytes(bytes),
        }
    }

    fn long(tag: u16, tiff: Tiff, value: u32) -> Self {
        Self {
            tag,
            form: 4,
            count: 1,
            value: Value::Field(order(tiff, value)),
        }
    }
}

/// DateTimeOriginal, and its fraction and offset where known.
fn dates(taken: &Taken) -> Vec<New> {
    let wall: NaiveDateTime = taken.wall;
    let mut entries = vec![New::text(
        tag::DATE_TIME_ORIGINAL,
        &wall.format("%Y:%m:%d %H:%M:%S").to_string(),
    )];
    if let Some(offset) = &taken.offset {
        entries.push(New::text(tag::OFFSET_TIME_ORIGINAL, offset));
    }
    let millis = wall.nanosecond() / 1_000_000 % 1000;
    if millis > 0 {
        entries.push(New::text(tag::SUB_SECOND_ORIGINAL, &format!("{millis:03}")));
    }
    entries
}

/// The entries of a directory as they are, to be written at another place of the same block.
fn fields(block: &[u8], directory: &Directory) -> Vec<New> {
    directory
        .entries
        .iter()
        .filter_map(|entry| {
            let field = block.get(entry.entry as usize + 8..)?.first_chunk()?;
            Some(New {
                tag: entry.tag,
                form: entry.form,
                count: entry.count,
                value: Value::Field(*field),
            })
        })
        .collect()
}

/// Appends a directory, sorted by tag as TIFF asks, and the values that do not fit into it. Returns its offset.
fn append(block: &mut Vec<u8>, tiff: Tiff, mut entries: Vec<New>) -> u32 {
    entries.sort_by_key(|entry| entry.tag);
    let mut rows = Vec::with_capacity(entries.len() * 12);
    for entry in &entries {
        let field = match &entry.value {
            Value::Field(field) => *field,
            Value::Bytes(bytes) if bytes.len() <= 4 => {
                let mut field = [0; 4];
                field[..bytes.len()].copy_from_slice(bytes);
                field
            }
            Value::Bytes(bytes) => {
                even(block);
                let at = block.len() as u32;
                block.extend_from_slice(bytes);
                order(tiff, at)
            }
        };
        rows.extend_from_slice(&order16(tiff, entry.tag));
        rows.extend_from_slice(&order16(tiff, entry.form));
        rows.extend_from_slice(&order(tiff, entry.count));
        rows.extend_from_slice(&field);
    }
    even(block);
    let at = block.len() as u32;
    block.extend_from_slice(&order16(tiff, entries.len() as u16));
    block.extend_from_slice(&rows);
    block.extend_from_slice(&[0; 4]);
    at
}

/// Offsets in TIFF are even.
fn even(block: &mut Vec<u8>) {
    if block.len() % 2 == 1 {
        block.push(0);
    }
}

/// Writes a SHORT or LONG of one value over the old one.
fn set(block: &mut [u8], tiff: Tiff, entry: Entry, value: u32) {
    match (entry.form, entry.count) {
        (3, 1) => put(
            block,
            entry.at,
            &order16(tiff, value.min(u32::from(u16::MAX)) as u16),
        ),
        (4, 1) => put(block, entry.at, &order(tiff, value)),
        _ => {}
    }
}

/// Writes bytes at a place, if it is inside.
fn put(block: &mut [u8], at: u64, bytes: &[u8]) {
    let Ok(at) = usize::try_from(at) else { return };
    if let Some(place) = at.checked_add(bytes.len()).and_then(|end| block.get_mut(at..end)) {
        place.copy_from_slice(bytes);
    }
}

fn order(tiff: Tiff, value: u32) -> [u8; 4] {
    if tiff.is_big() {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

fn order16(tiff: Tiff, value: u16) -> [u8; 2] {
    if tiff.is_big() {
        value.to_be_bytes()
    } else {
        value.to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sidekeep_model::TakenFrom;

    fn taken() -> Taken {
        Taken {
            wall: "2024-05-03T14:03:22.120".parse().unwrap(),
            offset: Some("+02:00".to_owned()),
            source: TakenFrom::Name,
        }
    }

    fn picture(taken: Option<&Taken>) -> Picture<'_> {
        Picture {
            width: 4,
            height: 3,
            turned: true,
            untouched: false,
            taken,
        }
    }

    #[test]
    fn a_block_from_nothing_holds_the_date() {
        let taken = taken();
        let (made, lost) = block(None, picture(Some(&taken))).unwrap();
        let read = exif::read_block(&made.unwrap()).unwrap().unwrap();
        assert!(!lost);
        assert_eq!(
            read.taken,
            Some(Taken {
                source: TakenFrom::Exif,
                ..taken
            })
        );
        assert_eq!(block(None, picture(None)).unwrap(), (None, false));
    }

    #[test]
    fn a_block_without_a_date_gets_one_and_keeps_the_rest() {
        for tiff_start in [b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0"] {
            let mut old = tiff_start.to_vec();
            let (tiff, _) = Tiff::open(&mut Source::new(&mut Cursor::new(&old)).unwrap(), 0)
                .unwrap()
                .unwrap();
            let at = append(
                &mut old,
                tiff,
                vec![
                    New::text(tag::MODEL, "Camera of some length"),
                    New::long(tag::ORIENTATION, tiff, 6),
                ],
            );
            put(&mut old, 4, &order(tiff, at));
            assert_eq!(exif::read_block(&old).unwrap().unwrap().orientation, Some(6));

            let taken = taken();
            let (made, lost) = block(Some(&old), picture(Some(&taken))).unwrap();
            let read = exif::read_block(&made.unwrap()).unwrap().unwrap();
            assert!(!lost);
            assert_eq!(read.orientation, Some(1));
            assert_eq!(read.camera.as_deref(), Some("Camera of some length"));
            assert_eq!(read.taken.map(|taken| taken.wall), Some(taken.wall));
        }
    }

    proptest! {
        #[test]
        fn hostile_blocks_are_survived(mut old in proptest::collection::vec(any::<u8>(), 0..200), head in 0..3) {
            match head {
                0 => old.splice(0..0, *b"MM\0*\0\0\0\x08").for_each(drop),
                1 => old.splice(0..0, *b"II*\0\x08\0\0\0").for_each(drop),
                _ => {}
            }
            let taken = taken();
            let (made, _) = block(Some(&old), picture(Some(&taken))).unwrap();
            prop_assert!(made.is_none_or(|made| made.len() <= MOST_BLOCK));
            let _ = rebuild_from(&mut Source::new(&mut Cursor::new(&old)).unwrap(), picture(Some(&taken))).unwrap();
        }
    }
}
