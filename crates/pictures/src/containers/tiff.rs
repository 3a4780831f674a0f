//! TIFF 6.0 directories: the frame of EXIF and of most RAW files. Finds entries; what they mean is exif.rs's matter.

use std::io;

use crate::source::Source;

/// More entries than any real directory has.
const MOST_ENTRIES: u16 = 512;
/// Longer than any value that is read here.
const MOST_VALUE: u64 = 64 << 10;

/// Byte order and where the TIFF begins in its source: offsets inside count from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tiff {
    big: bool,
    start: u64,
}

/// One entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Tag number.
    pub(crate) tag: u16,
    /// 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL, 7 UNDEFINED, 9 SLONG, 10 SRATIONAL …
    pub(crate) form: u16,
    /// How many values.
    pub(crate) count: u32,
    /// Where the values are, in the source.
    pub(crate) at: u64,
    /// Where the entry itself is, in the source.
    pub(crate) entry: u64,
}

/// One directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Its entries, as stored.
    pub(crate) entries: Vec<Entry>,
    /// Where the link to the next directory is, in the source.
    pub(crate) next: u64,
}

impl Directory {
    /// The first entry with this tag.
    pub(crate) fn find(&self, tag: u16) -> Option<Entry> {
        self.entries.iter().copied().find(|entry| entry.tag == tag)
    }
}

impl Entry {
    /// Bytes of one value of this form (TIFF 6.0 §2).
    fn width(self) -> u64 {
        match self.form {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 0,
        }
    }

    /// Bytes of all its values.
    pub(crate) fn len(self) -> u64 {
        self.width() * u64::from(self.count)
    }
}

impl Tiff {
    /// The TIFF that begins at `start`, and the offset of its first directory within the source.
    pub(crate) fn open(source: &mut Source<'_>, start: u64) -> io::Result<Option<(Self, u64)>> {
        let Some(head) = source.array::<8>(start)? else {
            return Ok(None);
        };
        // Olympus and Panasonic put their own mark in place of the 42.
        let big = match &head[..4] {
            b"II*\0" | b"IIRO" | b"IIRS" | b"II\x55\0" => false,
            b"MM\0*" | b"MMOR" => true,
            _ => return Ok(None),
        };
        let tiff = Self { big, start };
        let first = tiff.u32([head[4], head[5], head[6], head[7]]);
        Ok(Some((tiff, start + u64::from(first))))
    }

    /// Directories without a header, most significant byte first, whose offsets count from `start`.
    pub(crate) fn big(start: u64) -> Self {
        Self { big: true, start }
    }

    /// Numbers are stored most significant byte first.
    pub(crate) fn is_big(self) -> bool {
        self.big
    }

    pub(crate) fn u16(self, bytes: [u8; 2]) -> u16 {
        if self.big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        }
    }

    pub(crate) fn u32(self, bytes: [u8; 4]) -> u32 {
        if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    }

    /// The directory at `at` (in the source); empty where there is none.
    pub(crate) fn directory(self, source: &mut Source<'_>, at: u64) -> io::Result<Directory> {
        let Some(count) = source.array::<2>(at)? else {
            return Ok(Directory::default());
        };
        let count = self.u16(count).min(MOST_ENTRIES);
        let bytes = source.up_to(at + 2, u64::from(count) * 12)?;
        let mut entries = Vec::with_capacity(bytes.len() / 12);
        for (index, raw) in bytes.chunks_exact(12).enumerate() {
            let place = at + 2 + index as u64 * 12;
            let mut entry = Entry {
                tag: self.u16([raw[0], raw[1]]),
                form: self.u16([raw[2], raw[3]]),
                count: self.u32([raw[4], raw[5], raw[6], raw[7]]),
                at: place + 8,
                entry: place,
            };
            // Values of more than four bytes are elsewhere; the field then holds where.
            if entry.len() > 4 {
                entry.at = self.start + u64::from(self.u32([raw[8], raw[9], raw[10], raw[11]]));
            }
            entries.push(entry);
        }
        Ok(Directory {
            entries,
            next: at + 2 + u64::from(count) * 12,
        })
    }

    /// The directory at this offset, as the TIFF counts.
    pub(crate) fn at(self, source: &mut Source<'_>, offset: u32) -> io::Result<Directory> {
        self.directory(source, self.start + u64::from(offset))
    }

    /// The offset of the directory after this one.
    pub(crate) fn next(self, source: &mut Source<'_>, directory: &Directory) -> io::Result<Option<u32>> {
        let link = source.array::<4>(directory.next)?.map(|link| self.u32(link));
        Ok(link.filter(|link| *link > 0))
    }

    /// The directory that `entry` points to (EXIF, GPS).
    pub(crate) fn sub(self, source: &mut Source<'_>, entry: Option<Entry>) -> io::Result<Directory> {
        let Some(entry) = entry else {
            return Ok(Directory::default());
        };
        match self.integer(source, entry)? {
            Some(offset) => self.at(source, offset),
            None => Ok(Directory::default()),
        }
    }

    /// The raw bytes of an entry's values; None when they are not in the source or too many.
    pub(crate) fn bytes(self, source: &mut Source<'_>, entry: Entry) -> io::Result<Option<Vec<u8>>> {
        if entry.len() > MOST_VALUE {
            return Ok(None);
        }
        source.exactly(entry.at, entry.len())
    }

    /// All values of SHORT or LONG form.
    pub(crate) fn integers(self, source: &mut Source<'_>, entry: Entry) -> io::Result<Vec<u32>> {
        let Some(bytes) = self.bytes(source, entry)? else {
            return Ok(Vec::new());
        };
        Ok(match entry.form {
            1 => bytes.into_iter().map(u32::from).collect(),
            3 => bytes
                .chunks_exact(2)
                .map(|raw| u32::from(self.u16([raw[0], raw[1]])))
                .collect(),
            // Some writers store offsets as signed.
            4 | 9 | 13 => bytes
                .chunks_exact(4)
                .map(|raw| self.u32([raw[0], raw[1], raw[2], raw[3]]))
                .collect(),
            _ => Vec::new(),
        })
    }

    /// The first value of this tag, of SHORT or LONG form.
    pub(crate) fn number(
        self,
        source: &mut Source<'_>,
        directory: &Directory,
        tag: u16,
    ) -> io::Result<Option<u32>> {
        match directory.find(tag) {
            Some(entry) => self.integer(source, entry),
            None => Ok(None),
        }
    }

    /// The first value of SHORT or LONG form.
    pub(crate) fn integer(self, source: &mut Source<'_>, entry: Entry) -> io::Result<Option<u32>> {
        let first = Entry {
            count: entry.count.min(1),
            ..entry
        };
        Ok(self.integers(source, first)?.first().copied())
    }

    /// All values of RATIONAL form; a zero denominator is None.
    pub(crate) fn rationals(self, source: &mut Source<'_>, entry: Entry) -> io::Result<Vec<Option<f64>>> {
        if !matches!(entry.form, 5 | 10) {
            return Ok(Vec::new());
        }
        let bytes = self.bytes(source, entry)?.unwrap_or_default();
        Ok(bytes
            .chunks_exact(8)
            .map(|raw| {
                let top = self.u32([raw[0], raw[1], raw[2], raw[3]]);
                let bottom = self.u32([raw[4], raw[5], raw[6], raw[7]]);
                (bottom != 0).then(|| f64::from(top) / f64::from(bottom))
            })
            .collect())
    }

    /// Text up to its first NUL, trimmed; None when empty.
    pub(crate) fn text(self, source: &mut Source<'_>, entry: Option<Entry>) -> io::Result<Option<String>> {
        let Some(entry) = entry.filter(|entry| matches!(entry.form, 2 | 7)) else {
            return Ok(None);
        };
        let Some(bytes) = self.bytes(source, entry)? else {
            return Ok(None);
        };
        let text = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
        let text = String::from_utf8_lossy(text).trim().to_owned();
        Ok((!text.is_empty()).then_some(text))
    }
}
