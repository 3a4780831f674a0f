//! A file read by position, in small bounded pieces. Nothing here trusts a length that the file itself claims.

use std::io::{self, Read, Seek, SeekFrom};

/// The most that one read takes, whatever the file says: larger than any EXIF block or `meta` box of a real picture.
pub(crate) const MOST: u64 = 4 << 20;

/// Bytes that are read ahead of a small read: headers stand close to each other.
const WINDOW: u64 = 4 << 10;

/// Anything that can be read at a position.
pub(crate) struct Source<'a> {
    from: &'a mut dyn ReadSeek,
    len: u64,
    /// What the last small read brought, and from where.
    window: Vec<u8>,
    window_at: u64,
}

/// What a source reads from.
pub(crate) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

impl<'a> Source<'a> {
    /// Over a file or bytes in memory.
    pub(crate) fn new(from: &'a mut dyn ReadSeek) -> io::Result<Self> {
        let len = from.seek(SeekFrom::End(0))?;
        Ok(Self {
            from,
            len,
            window: Vec::new(),
            window_at: 0,
        })
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Up to `count` bytes (at most [`MOST`]) from `at`; fewer where the file ends.
    pub(crate) fn up_to(&mut self, at: u64, count: u64) -> io::Result<Vec<u8>> {
        let count = count.min(MOST).min(self.len.saturating_sub(at));
        if count > WINDOW {
            let mut bytes = Vec::with_capacity(count as usize);
            self.fill(at, count, &mut bytes)?;
            return Ok(bytes);
        }
        if count == 0 {
            return Ok(Vec::new());
        }
        let ahead = self.window.len() as u64;
        if at < self.window_at || at + count > self.window_at + ahead {
            let mut window = std::mem::take(&mut self.window);
            window.clear();
            self.fill(at, WINDOW, &mut window)?;
            (self.window, self.window_at) = (window, at);
        }
        let from = (at - self.window_at) as usize;
        let to = (from + count as usize).min(self.window.len());
        Ok(self.window.get(from..to).unwrap_or_default().to_vec())
    }

    fn fill(&mut self, at: u64, count: u64, into: &mut Vec<u8>) -> io::Result<()> {
        self.from.seek(SeekFrom::Start(at))?;
        (&mut self.from).take(count).read_to_end(into)?;
        Ok(())
    }

    /// Exactly `count` bytes from `at`, or None where the file ends before, or `count` is above [`MOST`].
    pub(crate) fn exactly(&mut self, at: u64, count: u64) -> io::Result<Option<Vec<u8>>> {
        if count > MOST || at.checked_add(count).is_none_or(|end| end > self.len) {
            return Ok(None);
        }
        let bytes = self.up_to(at, count)?;
        Ok((bytes.len() as u64 == count).then_some(bytes))
    }

    /// `N` bytes from `at`, or None where the file ends before.
    pub(crate) fn array<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        Ok(self
            .exactly(at, N as u64)?
            .and_then(|bytes| bytes.try_into().ok()))
    }
}

/// Numbers of fixed size out of a byte slice; None past its end.
pub(crate) mod number {
    fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
        bytes.get(at..at.checked_add(N)?)?.try_into().ok()
    }

    pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
        array(bytes, at).map(u16::from_be_bytes)
    }

    pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
        array(bytes, at).map(u32::from_be_bytes)
    }

    pub(crate) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
        array(bytes, at).map(u64::from_be_bytes)
    }

    pub(crate) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
        array(bytes, at).map(u16::from_le_bytes)
    }

    pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
        array(bytes, at).map(u32::from_le_bytes)
    }
}
