//! Journal files: one per run, a JSON object a line, appended in batches and sealed at the end. What the lines mean is
//! not decided here.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sidekeep_model::{Hasher, RunId};

use crate::disk::Disk;
use crate::error::At;
use crate::{ArchiveError, ArchiveErrorKind, Begin, Line, Seal, layout};

/// A line longer than this was not written by us; it counts as broken. The longest of ours is that of a check that found
/// every original missing: some 80 bytes for each.
const LONGEST_LINE: usize = 64 << 20;

/// Payloads up to this many bytes of UTF-8 stay in the journal; others become objects.
pub(crate) const INLINE: usize = 16 << 10;

/// Where a line is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Byte at which it begins.
    pub(crate) offset: u64,
    /// Bytes, its newline included.
    pub(crate) length: u64,
}

impl Place {
    /// The byte after it.
    pub(crate) fn end(self) -> u64 {
        self.offset + self.length
    }
}

/// A journal file being written.
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    hasher: Hasher,
    lines: u64,
    /// Bytes in the file.
    written: u64,
    /// Lines not yet in the file.
    buffer: Vec<u8>,
}

impl Journal {
    /// Makes a run's file, with no line yet.
    pub(crate) fn create(disk: &Disk, root: &Path, run: &RunId) -> Result<Self, ArchiveError> {
        let path = layout::below(root, &layout::journal(run));
        let dir = path.parent().unwrap_or(root);
        disk.make_dir(dir)?;
        let file = disk.create_new(&path)?;
        Ok(Self {
            path,
            file,
            hasher: Hasher::new(),
            lines: 0,
            written: 0,
            buffer: Vec::new(),
        })
    }

    /// Opens a file that a crash left, cut to its first `length` bytes, to end it.
    pub(crate) fn resume(disk: &Disk, path: &Path, length: u64) -> Result<Self, ArchiveError> {
        let mut file = disk.open(path)?;
        if file.metadata().at(path)?.len() != length {
            disk.cut(&file, path, length)?;
        }
        let mut hasher = Hasher::new();
        let mut lines = 0;
        let mut reader = BufReader::with_capacity(1 << 18, &file);
        loop {
            let chunk = reader.fill_buf().at(path)?;
            if chunk.is_empty() {
                break;
            }
            hasher.update(chunk);
            lines += chunk.iter().filter(|byte| **byte == b'\n').count() as u64;
            let length = chunk.len();
            reader.consume(length);
        }
        file.seek(SeekFrom::End(0)).at(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            hasher,
            lines,
            written: length,
            buffer: Vec::new(),
        })
    }

    /// Adds a line to what the next [`Journal::write`] appends.
    pub(crate) fn push(&mut self, line: &Line) -> Result<Place, ArchiveError> {
        let before = self.buffer.len();
        serde_json::to_writer(&mut self.buffer, line)
            .map_err(|error| ArchiveError::caused(ArchiveErrorKind::Io, &self.path, error))?;
        self.buffer.push(b'\n');
        self.hasher.update(&self.buffer[before..]);
        self.lines += 1;
        Ok(Place {
            offset: self.written + before as u64,
            length: (self.buffer.len() - before) as u64,
        })
    }

    /// Adds the seal over everything before it.
    pub(crate) fn push_seal(&mut self) -> Result<(Seal, Place), ArchiveError> {
        let seal = Seal {
            lines: self.lines,
            digest: self.hasher.digest(),
        };
        let place = self.push(&Line::Seal(seal))?;
        Ok((seal, place))
    }

    /// Bytes waiting for [`Journal::write`].
    pub(crate) fn waiting(&self) -> usize {
        self.buffer.len()
    }

    /// The byte after the last line pushed.
    pub(crate) fn end(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Appends the waiting lines and makes them durable.
    pub(crate) fn write(&mut self, disk: &Disk) -> Result<(), ArchiveError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let new = self.written == 0;
        disk.write(&mut self.file, &self.path, &self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        disk.sync(&self.file, &self.path)?;
        if new && let Some(dir) = self.path.parent() {
            disk.sync_dir(dir)?;
            if let Some(above) = dir.parent() {
                disk.sync_dir(above)?;
            }
        }
        Ok(())
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// What a scan met at one place.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub(crate) enum Scanned {
    /// A whole line.
    Line(Line),
    /// Bytes up to a newline that are no line of ours.
    Broken,
    /// Bytes at the end without a newline.
    Torn,
}

/// Takes what a scan meets, with its bytes.
pub(crate) type Take<'a> = dyn FnMut(Place, &[u8], Scanned) -> Result<ControlFlow<()>, ArchiveError> + 'a;

/// Reads a journal file from byte `from` (a line's beginning) on, handing over each line with its bytes. Memory is
/// bounded whatever the file holds.
pub(crate) fn scan(path: &Path, from: u64, take: &mut Take<'_>) -> Result<(), ArchiveError> {
    let mut file = File::open(path).at(path)?;
    file.seek(SeekFrom::Start(from)).at(path)?;
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let mut line = Vec::new();
    let mut offset = from;
    loop {
        line.clear();
        let (length, whole) = read_line(&mut reader, &mut line).at(path)?;
        if length == 0 {
            return Ok(());
        }
        let place = Place { offset, length };
        let scanned = if !whole {
            Scanned::Torn
        } else if length > LONGEST_LINE as u64 {
            Scanned::Broken
        } else {
            serde_json::from_slice(&line).map_or(Scanned::Broken, Scanned::Line)
        };
        if take(place, &line, scanned)?.is_break() {
            return Ok(());
        }
        offset += length;
    }
}

/// Reads up to and with the next newline: its length, and whether the newline was there. Keeps at most
/// [`LONGEST_LINE`] bytes.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<(u64, bool)> {
    let mut length = 0;
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok((length, false));
        }
        let newline = chunk.iter().position(|byte| *byte == b'\n');
        let used = newline.map_or(chunk.len(), |at| at + 1);
        if line.len() + used <= LONGEST_LINE {
            line.extend_from_slice(&chunk[..used]);
        }
        length += used as u64;
        reader.consume(used);
        if newline.is_some() {
            return Ok((length, true));
        }
    }
}

/// A run's file on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OnDisk {
    pub(crate) run: RunId,
    pub(crate) path: PathBuf,
    pub(crate) length: u64,
}

/// Every journal file, sorted by name.
pub(crate) fn files(root: &Path) -> Result<Vec<OnDisk>, ArchiveError> {
    let journal = layout::below(root, layout::JOURNAL);
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(&journal).min_depth(2).max_depth(2) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(&journal).to_owned();
            ArchiveError::io(path, error.into())
        })?;
        let path = entry.path();
        let Some(run) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".jsonl"))
        else {
            continue;
        };
        if entry.file_type().is_file() {
            files.push(OnDisk {
                run: RunId::from(run),
                path: path.to_owned(),
                length: fs::metadata(path).at(path)?.len(),
            });
        }
    }
    files.sort_by(|a, b| a.run.cmp(&b.run));
    Ok(files)
}

/// Bytes of the journal of the archive at `root`. Whatever any process writes makes it grow.
///
/// # Errors
/// Disk errors.
pub fn journal_size(root: &Path) -> Result<u64, ArchiveError> {
    Ok(files(root)?.iter().map(|file| file.length).sum())
}

/// The first line of a journal file, if it is whole.
pub(crate) fn begin(path: &Path) -> Result<Option<Begin>, ArchiveError> {
    let mut begin = None;
    scan(path, 0, &mut |_, _, scanned| {
        if let Scanned::Line(Line::Run(first)) = scanned {
            begin = Some(first);
        }
        Ok(ControlFlow::Break(()))
    })?;
    Ok(begin)
}

/// Puts files into the order in which they were written: along the chain of [`Begin::prev`], since a computer's clock
/// may run backwards. Where the chain is broken, by name.
pub(crate) fn chain(files: Vec<OnDisk>) -> Result<Vec<OnDisk>, ArchiveError> {
    let mut after: HashMap<Option<RunId>, Vec<OnDisk>> = HashMap::new();
    let names: std::collections::HashSet<RunId> = files.iter().map(|file| file.run.clone()).collect();
    for file in files {
        let prev = begin(&file.path)?
            .and_then(|begin| begin.prev)
            .map(|link| link.run)
            .filter(|run| names.contains(run) && *run != file.run);
        after.entry(prev).or_default().push(file);
    }
    let mut ordered = Vec::with_capacity(names.len());
    // The stack holds the smallest name on top.
    let mut stack: Vec<OnDisk> = after.remove(&None).unwrap_or_default();
    stack.reverse();
    while let Some(file) = stack.pop() {
        let mut next = after.remove(&Some(file.run.clone())).unwrap_or_default();
        next.reverse();
        ordered.push(file);
        stack.extend(next);
    }
    // Files whose links form a circle were tampered with; they are read all the same, by name.
    let mut rest: Vec<OnDisk> = after.into_values().flatten().collect();
    rest.sort_by(|a, b| a.run.cmp(&b.run));
    ordered.extend(rest);
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Check, Damage, Fault};

    #[test]
    fn a_check_that_found_every_photo_of_a_life_missing_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let (disk, run) = (Disk::default(), RunId::from("2024-05-03"));
        let lost = |nth| Damage {
            path: format!("Photos/2024/2024-05-03/IMG_{nth}.HEIC"),
            fault: Fault::Missing,
        };
        let line = Line::Check(Check::note((0..200_000).map(lost).collect()));
        let mut journal = Journal::create(&disk, dir.path(), &run).unwrap();
        journal.push(&line).unwrap();
        journal.write(&disk).unwrap();
        let mut read = Vec::new();
        scan(journal.path(), 0, &mut |_, _, scanned| {
            if let Scanned::Line(line) = scanned {
                read.push(line);
            }
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        assert!(read == [line]);
    }
}
