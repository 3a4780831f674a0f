//! Boxes of ISO base media files (ISO/IEC 14496-12 §4.2), which QuickTime calls atoms.

use std::io;

use crate::source::Source;

/// More boxes than any real file has on one level.
const MOST_BOXES: usize = 4096;

/// One box: its name and where its content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Box4 {
    /// Four characters.
    pub(crate) name: [u8; 4],
    /// Where the content begins.
    pub(crate) at: u64,
    /// Where the content ends by the box's own word; may be beyond the file.
    pub(crate) end: u64,
}

impl Box4 {
    /// Bytes of content.
    pub(crate) fn len(self) -> u64 {
        self.end.saturating_sub(self.at)
    }
}

/// The boxes between `at` and `end`. The last one may claim to end beyond `end`; nothing is read after it.
pub(crate) fn boxes(source: &mut Source<'_>, mut at: u64, end: u64) -> io::Result<Vec<Box4>> {
    let mut found = Vec::new();
    while at + 8 <= end && found.len() < MOST_BOXES {
        let Some(head) = source.array::<8>(at)? else {
            break;
        };
        let mut start = at + 8;
        let mut length = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        if length == 1 {
            let Some(long) = source.array::<8>(start)? else {
                break;
            };
            length = u64::from_be_bytes(long);
            start += 8;
        } else if length == 0 {
            // To the end of the file.
            length = end - at;
        }
        let stop = at.saturating_add(length);
        if stop < start {
            break;
        }
        found.push(Box4 {
            name: [head[4], head[5], head[6], head[7]],
            at: start,
            end: stop,
        });
        at = stop;
    }
    Ok(found)
}

/// The first box of this name between `at` and `end`.
pub(crate) fn find(source: &mut Source<'_>, name: &[u8; 4], at: u64, end: u64) -> io::Result<Option<Box4>> {
    Ok(boxes(source, at, end)?
        .into_iter()
        .find(|found| &found.name == name))
}
