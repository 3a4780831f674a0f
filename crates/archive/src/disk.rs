//! Every change that this crate makes to an archive's folder (the index's own files aside) passes here, so that a test
//! can make any of them fail, or stop the world at any of them. It decides nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::ArchiveError;
use crate::error::At;

/// The disk below an archive. The default is the plain one.
#[derive(Clone, Default)]
pub struct Disk {
    gate: Option<Arc<dyn Gate>>,
}

/// Lets operations through or refuses them.
pub trait Gate: Send + Sync {
    /// Asked before each operation.
    fn pass(&self, op: Op, path: &Path) -> Pass;
}

/// An operation that changes the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Make a folder and those above it.
    MakeDir,
    /// Open a file for writing, making it if need be.
    Open,
    /// Write this many bytes.
    Write(usize),
    /// Cut a file to a length.
    Cut,
    /// Wait until files or a folder are durable.
    Sync,
    /// Rename a file.
    Rename,
    /// Remove a file of ours (a received copy of what is kept already, an empty journal, a leftover).
    Remove,
    /// Set a file's modification time.
    Touch,
    /// Make a transaction of the index durable.
    Commit,
}

/// A gate's answer.
#[derive(Debug)]
pub enum Pass {
    /// Go ahead.
    Go,
    /// Fail without doing anything.
    Fail(io::Error),
    /// Write only this many bytes, then fail.
    Torn(usize, io::Error),
}

impl Disk {
    /// A disk whose every operation first asks `gate`; for tests of what a failing disk does.
    pub fn gated(gate: Arc<dyn Gate>) -> Self {
        Self { gate: Some(gate) }
    }

    fn ask(&self, op: Op, path: &Path) -> Result<(), ArchiveError> {
        match self.gate.as_ref().map(|gate| gate.pass(op, path)) {
            None | Some(Pass::Go) => Ok(()),
            Some(Pass::Fail(error) | Pass::Torn(_, error)) => Err(ArchiveError::io(path, error)),
        }
    }

    pub(crate) fn make_dir(&self, path: &Path) -> Result<(), ArchiveError> {
        if path.is_dir() {
            return Ok(());
        }
        self.ask(Op::MakeDir, path)?;
        fs::create_dir_all(path).at(path)
    }

    /// Opens a file for reading and writing, making it if need be.
    pub(crate) fn open(&self, path: &Path) -> Result<File, ArchiveError> {
        self.ask(Op::Open, path)?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .at(path)
    }

    /// Makes a file that must not be there yet.
    pub(crate) fn create_new(&self, path: &Path) -> Result<File, ArchiveError> {
        self.ask(Op::Open, path)?;
        OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .at(path)
    }

    pub(crate) fn write(&self, file: &mut File, path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
        match self
            .gate
            .as_ref()
            .map(|gate| gate.pass(Op::Write(bytes.len()), path))
        {
            None | Some(Pass::Go) => file.write_all(bytes).at(path),
            Some(Pass::Fail(error)) => Err(ArchiveError::io(path, error)),
            Some(Pass::Torn(length, error)) => {
                file.write_all(&bytes[..length.min(bytes.len())]).at(path)?;
                Err(ArchiveError::io(path, error))
            }
        }
    }

    /// Appends zeros at the end of a file, which is `length` bytes long and read and written up to there. They take no
    /// room where the file system has holes.
    pub(crate) fn write_hole(
        &self,
        file: &mut File,
        path: &Path,
        length: u64,
        zeros: usize,
    ) -> Result<(), ArchiveError> {
        let lengthen = |file: &mut File, zeros: usize| {
            let end = length + zeros as u64;
            file.set_len(end)
                .and_then(|()| file.seek(SeekFrom::Start(end)))
                .at(path)
        };
        match self.gate.as_ref().map(|gate| gate.pass(Op::Write(zeros), path)) {
            None | Some(Pass::Go) => lengthen(file, zeros).map(|_| ()),
            Some(Pass::Fail(error)) => Err(ArchiveError::io(path, error)),
            Some(Pass::Torn(some, error)) => {
                lengthen(file, some.min(zeros))?;
                Err(ArchiveError::io(path, error))
            }
        }
    }

    pub(crate) fn cut(&self, file: &File, path: &Path, length: u64) -> Result<(), ArchiveError> {
        self.ask(Op::Cut, path)?;
        file.set_len(length).at(path)
    }

    pub(crate) fn sync(&self, file: &File, path: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Sync, path)?;
        file.sync_data().at(path)
    }

    /// Makes a folder's names durable, where the system has a way.
    pub(crate) fn sync_dir(&self, path: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Sync, path)?;
        if cfg!(unix) {
            File::open(path).and_then(|dir| dir.sync_all()).at(path)?;
        }
        Ok(())
    }

    /// Makes the bytes and names of all these files durable. `root` is an open handle of the archive's folder.
    pub(crate) fn sync_files(&self, root: &File, paths: &[PathBuf]) -> Result<(), ArchiveError> {
        for path in paths {
            self.ask(Op::Sync, path)?;
        }
        // One pass over the file system costs one journal commit, where each file's own sync costs one apiece; but it
        // also waits for what other programs wrote, so that it is worth it for many files only.
        #[cfg(target_os = "linux")]
        if let [first, _, _, _, _, ..] = paths {
            return rustix::fs::syncfs(root).map_err(io::Error::from).at(first);
        }
        let _ = root;
        let mut dirs: Vec<&Path> = Vec::new();
        for path in paths {
            // Windows syncs only through a handle that may write.
            OpenOptions::new()
                .write(true)
                .open(path)
                .and_then(|file| file.sync_data())
                .at(path)?;
            // The folder may be new as well, so its own name counts too.
            for dir in path.ancestors().skip(1).take(2) {
                if !dirs.contains(&dir) {
                    dirs.push(dir);
                }
            }
        }
        sync_each(&dirs)
    }

    /// Makes the names in all these folders durable. `root` is an open handle of the archive's folder.
    pub(crate) fn sync_dirs(&self, root: &File, dirs: &[&Path]) -> Result<(), ArchiveError> {
        let Some(first) = dirs.first() else {
            return Ok(());
        };
        self.ask(Op::Sync, first)?;
        #[cfg(target_os = "linux")]
        if dirs.len() > 4 {
            return rustix::fs::syncfs(root).map_err(io::Error::from).at(first);
        }
        let _ = root;
        sync_each(dirs)
    }

    /// Asks the system to start writing a file's bytes out without waiting, so that a later sync is short.
    pub(crate) fn start_writing(&self, file: &File) {
        // Linux answers POSIX_FADV_DONTNEED by starting the write-back of dirty pages; pages under write-back stay in
        // memory. A refusal costs nothing but the head start.
        #[cfg(target_os = "linux")]
        let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
        #[cfg(not(target_os = "linux"))]
        let _ = file;
    }

    pub(crate) fn rename(&self, from: &Path, to: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Rename, to)?;
        fs::rename(from, to).at(to)
    }

    /// Renames a file to a name that nothing has yet.
    ///
    /// # Errors
    /// `Io` when something has it.
    pub(crate) fn place(&self, from: &Path, to: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Rename, to)?;
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{CWD, RenameFlags, renameat_with};
            match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
                // A file system without the flag says so; then the check below has to do.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
                    ) => {}
                done => return done.at(to),
            }
        }
        if fs::symlink_metadata(to).is_ok() {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists)).at(to);
        }
        fs::rename(from, to).at(to)
    }

    /// Removes a file; one that is not there is fine.
    pub(crate) fn remove(&self, path: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Remove, path)?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ArchiveError::io(path, error)),
            _ => Ok(()),
        }
    }

    pub(crate) fn touch(&self, path: &Path, modified: SystemTime) -> Result<(), ArchiveError> {
        self.ask(Op::Touch, path)?;
        OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|file| file.set_modified(modified))
            .at(path)
    }

    pub(crate) fn commit(&self, index: &Path) -> Result<(), ArchiveError> {
        self.ask(Op::Commit, index)
    }

    /// Writes a whole file under a temporary name beside it and renames it into place, durably.
    pub(crate) fn replace(
        &self,
        path: &Path,
        write: &mut dyn FnMut(&mut dyn Write) -> Result<(), ArchiveError>,
    ) -> Result<(), ArchiveError> {
        let dir = path.parent().unwrap_or(path);
        self.make_dir(dir)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = dir.join(format!(".{}.new", crate::paths::cut(&name, 200)));
        // A leftover of a crash is ours by its name; it is written anew.
        self.remove(&temporary)?;
        let mut file = self.create_new(&temporary)?;
        let mut out = Gated {
            disk: self,
            file: &mut file,
            path: &temporary,
            buffer: Vec::with_capacity(1 << 16),
        };
        let written = write(&mut out).and_then(|()| out.flush().at(&temporary));
        let done = written
            .and_then(|()| self.sync(&file, &temporary))
            .and_then(|()| self.rename(&temporary, path))
            .and_then(|()| self.sync_dir(dir));
        if done.is_err() {
            // Best effort: the next replacement removes it in any case.
            let _ = self.remove(&temporary);
        }
        done
    }
}

fn sync_each(dirs: &[&Path]) -> Result<(), ArchiveError> {
    // Windows has no way to sync a folder, and no need.
    if cfg!(unix) {
        for dir in dirs {
            File::open(dir).and_then(|dir| dir.sync_all()).at(dir)?;
        }
    }
    Ok(())
}

/// A buffered writer whose writes pass the gate.
struct Gated<'a> {
    disk: &'a Disk,
    file: &'a mut File,
    path: &'a Path,
    buffer: Vec<u8>,
}

impl Write for Gated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= 1 << 16 {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.disk.write(self.file, self.path, &self.buffer);
        self.buffer.clear();
        written.map_err(|error| match error.kind() {
            crate::ArchiveErrorKind::Full => io::Error::new(io::ErrorKind::StorageFull, error),
            _ => io::Error::other(error),
        })
    }
}
