//! Writing one small file: whole or not at all, durably, and readable by its owner alone.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{NamedTempFile, PersistError};

/// Asked before every operation; its error takes the operation's place.
pub(crate) type Gate<'a> = &'a dyn Fn() -> io::Result<()>;

/// Writes `text` beside `path` and renames it into place; makes the folder when there is none.
///
/// # Errors
/// Those of the disk; the file is then what it was.
pub(crate) fn replace(path: &Path, text: &str, gate: Gate<'_>) -> io::Result<()> {
    put(path, text, gate, |fresh| fresh.persist(path))
}

/// As [`replace`], where there is no such file.
///
/// # Errors
/// `AlreadyExists` when there is one, which stays; those of the disk.
pub(crate) fn create(path: &Path, text: &str, gate: Gate<'_>) -> io::Result<()> {
    put(path, text, gate, |fresh| fresh.persist_noclobber(path))
}

fn put(
    path: &Path,
    text: &str,
    gate: Gate<'_>,
    name: impl FnOnce(NamedTempFile) -> Result<File, PersistError>,
) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    gate()?;
    std::fs::create_dir_all(folder)?;
    gate()?;
    let mut fresh = NamedTempFile::new_in(folder)?;
    gate()?;
    fresh.write_all(text.as_bytes())?;
    gate()?;
    fresh.as_file().sync_all()?;
    gate()?;
    name(fresh).map_err(|error| error.error)?;
    // Windows has no way to sync a folder, and no need.
    if cfg!(unix) {
        gate()?;
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
