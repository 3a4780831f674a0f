//! Payload bytes: written as objects when they do not fit a journal line, read from wherever the index says they are,
//! and always checked against their digest.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::{Digest, RunId};

use crate::disk::Disk;
use crate::error::At;
use crate::index::DigestSql;
use crate::{ArchiveError, ArchiveErrorKind, Body, Line, layout};

/// zstd's level for objects: contact pictures barely shrink, so speed matters more.
const LEVEL: i32 = 3;
/// An object that unpacks to more than this was not written by us.
const LARGEST: u64 = 1 << 30;
/// Journal files kept open while many payloads are read.
const OPEN_FILES: usize = 8;

/// Reads payloads.
pub(crate) struct Shelf {
    root: PathBuf,
    open: RefCell<Vec<(RunId, File)>>,
}

impl Shelf {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            open: RefCell::new(Vec::new()),
        }
    }

    /// The bytes of a payload.
    ///
    /// # Errors
    /// `NotFound` when no payload with this digest is kept, `Damaged` when its bytes are lost or altered.
    pub(crate) fn payload(&self, index: &Connection, digest: &Digest) -> Result<Vec<u8>, ArchiveError> {
        let place = index
            .prepare_cached(
                "SELECT runs.id, payloads.offset, payloads.length, payloads.object
                 FROM payloads JOIN runs ON runs.seq = payloads.run WHERE payloads.digest = ?1",
            )?
            .query_row([DigestSql(*digest)], |row| {
                Ok((
                    RunId(row.get(0)?),
                    row.get::<_, u64>(1)?,
                    row.get::<_, u64>(2)?,
                    row.get::<_, bool>(3)?,
                ))
            })
            .optional()?;
        let Some((run, offset, length, object)) = place else {
            return Err(ArchiveError::new(
                ArchiveErrorKind::NotFound,
                layout::object(digest),
            ));
        };
        let (path, raw) = if object {
            let path = layout::below(&self.root, &layout::object(digest));
            let raw = read_object(&path)?;
            (path, raw)
        } else {
            let path = layout::below(&self.root, &layout::journal(&run));
            let line = self.line(&run, &path, offset, length)?;
            (path, inline(&line).unwrap_or_default())
        };
        if Digest::of(&raw) != *digest {
            return Err(ArchiveError::new(ArchiveErrorKind::Damaged, path));
        }
        Ok(raw)
    }

    fn line(&self, run: &RunId, path: &Path, offset: u64, length: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut open = self.open.borrow_mut();
        let at = match open.iter().position(|(name, _)| name == run) {
            Some(at) => at,
            None => {
                if open.len() == OPEN_FILES {
                    open.remove(0);
                }
                open.push((run.clone(), File::open(path).at(path)?));
                open.len() - 1
            }
        };
        let file = &mut open[at].1;
        let mut line = Vec::new();
        file.seek(SeekFrom::Start(offset)).at(path)?;
        // `take` bounds the read by what is there, however long the index believes the line to be.
        file.take(length).read_to_end(&mut line).at(path)?;
        Ok(line)
    }
}

/// The inline payload of an item's line.
fn inline(line: &[u8]) -> Option<Vec<u8>> {
    match serde_json::from_slice(line) {
        Ok(Line::Item(record)) => match record.body {
            Some(Body::Raw(text)) => Some(text.into_bytes()),
            _ => None,
        },
        _ => None,
    }
}

/// The unpacked bytes of an object file; their digest is the caller's to check.
pub(crate) fn read_object(path: &Path) -> Result<Vec<u8>, ArchiveError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ArchiveError::caused(ArchiveErrorKind::Damaged, path, error),
        _ => ArchiveError::io(path, error),
    })?;
    let damaged = |error| ArchiveError::caused(ArchiveErrorKind::Damaged, path, error);
    let mut raw = Vec::new();
    let mut decoder = zstd::Decoder::new(file).map_err(damaged)?;
    // A window of 128 MiB is zstd's own limit; ours are far smaller.
    decoder.window_log_max(27).map_err(damaged)?;
    decoder.take(LARGEST).read_to_end(&mut raw).map_err(damaged)?;
    Ok(raw)
}

/// Writes an object under its digest: a temporary file, then a rename. The caller syncs it (its path is returned)
/// before a record names it.
pub(crate) fn write_object(
    disk: &Disk,
    root: &Path,
    digest: &Digest,
    raw: &[u8],
) -> Result<PathBuf, ArchiveError> {
    let path = layout::below(root, &layout::object(digest));
    let dir = path.parent().unwrap_or(root);
    disk.make_dir(dir)?;
    let packed = zstd::bulk::compress(raw, LEVEL).at(&path)?;
    let temporary = dir.join(format!("{}.new", digest.to_hex()));
    disk.remove(&temporary)?;
    let mut file = disk.create_new(&temporary)?;
    disk.write(&mut file, &temporary, &packed)?;
    disk.rename(&temporary, &path)?;
    Ok(path)
}
