//! Every change that an export makes to the disk passes here: files are written under a temporary name beside their
//! target and renamed into place once they are whole and durable.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sidekeep_model::{Digest, Hasher};
use tempfile::NamedTempFile;

use crate::ExportError;

/// The disk that is written to.
#[derive(Default)]
pub(crate) struct Disk {
    gate: Option<Gate>,
}

/// Asked before every operation; its error takes the operation's place. Only tests set one.
type Gate = Box<dyn Fn() -> io::Result<()>>;

impl Disk {
    #[cfg(test)]
    pub(crate) fn gated(gate: Gate) -> Self {
        Self { gate: Some(gate) }
    }

    fn pass(&self) -> io::Result<()> {
        self.gate.as_ref().map_or(Ok(()), |gate| gate())
    }

    /// Makes the folder and those above it.
    fn make_dir(&self, dir: &Path) -> Result<NewDirs, ExportError> {
        let missing = dir.ancestors().take_while(|above| above.metadata().is_err());
        let new = NewDirs(missing.map(Path::to_owned).collect());
        if !new.0.is_empty() {
            self.pass()
                .and_then(|()| fs::create_dir_all(dir))
                .map_err(ExportError::write(dir))?;
        }
        Ok(new)
    }

    /// Begins a file that will be called `target`.
    pub(crate) fn draft(&self, target: &Path) -> Result<Draft<'_>, ExportError> {
        let dir = folder(target);
        let dirs = self.make_dir(dir)?;
        let file = self.pass().and_then(|()| {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".sidekeep-export-");
            // Exports are for other programs to read; the owner's umask has the last word.
            #[cfg(unix)]
            builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(
                0o666,
            ));
            builder.tempfile_in(dir)
        });
        Ok(Draft {
            disk: self,
            target: target.to_owned(),
            out: BufWriter::with_capacity(1 << 16, file.map_err(ExportError::write(target))?),
            hasher: Hasher::new(),
            items: 0,
            _dirs: dirs,
        })
    }

    /// Finishes many small files of one folder: made durable together, then named one by one. Their names are added to
    /// `written` as they are given.
    pub(crate) fn finish_all(
        &self,
        mut drafts: Vec<Draft<'_>>,
        replace: bool,
        written: &mut Vec<PathBuf>,
    ) -> Result<(), ExportError> {
        for draft in &mut drafts {
            self.pass()
                .and_then(|()| draft.out.flush())
                .map_err(ExportError::write(&draft.target))?;
        }
        if let Some(first) = drafts.first() {
            self.pass()
                .and_then(|()| sync_together(&drafts))
                .map_err(ExportError::write(&first.target))?;
        }
        for draft in drafts {
            written.push(draft.place(replace)?);
        }
        Ok(())
    }

    /// Makes the names in these folders durable.
    pub(crate) fn sync_dirs(&self, files: &[PathBuf]) -> Result<(), ExportError> {
        // Windows has no way to sync a folder, and no need.
        if cfg!(unix) {
            let dirs: BTreeSet<&Path> = files.iter().map(|file| folder(file)).collect();
            for dir in dirs {
                self.pass()
                    .and_then(|()| File::open(dir)?.sync_all())
                    .map_err(ExportError::write(dir))?;
            }
        }
        Ok(())
    }
}

/// Makes files of one folder durable. Linux can sync a whole file system at once, which for thousands of small files
/// takes a hundredth of the time.
fn sync_together(drafts: &[Draft<'_>]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let [first, _, ..] = drafts {
        return Ok(rustix::fs::syncfs(first.out.get_ref().as_file())?);
    }
    drafts
        .iter()
        .try_for_each(|draft| draft.out.get_ref().as_file().sync_all())
}

/// The folder of a file.
fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// A file being written. Dropped before [`Draft::finish`], it leaves nothing.
pub(crate) struct Draft<'a> {
    disk: &'a Disk,
    target: PathBuf,
    out: BufWriter<NamedTempFile>,
    hasher: Hasher,
    /// Items in it, for whoever counts them.
    pub(crate) items: u64,
    /// Comes after the file, which has to leave them first.
    _dirs: NewDirs,
}

/// Folders that were made for a file, the innermost first. Those that hold nothing in the end are removed.
struct NewDirs(Vec<PathBuf>);

impl Drop for NewDirs {
    fn drop(&mut self) {
        for dir in &self.0 {
            // Fails, as it should, where something is in it.
            if fs::remove_dir(dir).is_err() {
                return;
            }
        }
    }
}

impl Draft<'_> {
    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.hasher.update(bytes);
        self.disk
            .pass()
            .and_then(|()| self.out.write_all(bytes))
            .map_err(ExportError::write(&self.target))
    }

    /// The digest of all bytes so far.
    pub(crate) fn digest(&self) -> Digest {
        self.hasher.digest()
    }

    /// Reads the file back from the disk and compares it with what was written.
    pub(crate) fn read_back(&mut self) -> Result<(), ExportError> {
        let failed = ExportError::write(&self.target);
        let read = |out: &mut BufWriter<NamedTempFile>| -> io::Result<Digest> {
            out.flush()?;
            let file = out.get_mut().as_file_mut();
            file.seek(SeekFrom::Start(0))?;
            let digest = digest(file)?;
            file.seek(SeekFrom::End(0))?;
            Ok(digest)
        };
        if read(&mut self.out).map_err(failed)? == self.hasher.digest() {
            return Ok(());
        }
        Err(ExportError::ReadsBackOtherwise {
            path: self.target.clone(),
        })
    }

    /// Makes the file durable and gives it its name. Unless `replace`, a file that has the name by now stays, and the
    /// answer is [`ExportError::Exists`].
    pub(crate) fn finish(
        mut self,
        replace: bool,
        modified: Option<SystemTime>,
    ) -> Result<PathBuf, ExportError> {
        let durable = |draft: &mut Self| -> io::Result<()> {
            draft.disk.pass()?;
            draft.out.flush()?;
            let file = draft.out.get_ref().as_file();
            if let Some(modified) = modified {
                file.set_modified(modified)?;
            }
            file.sync_all()
        };
        durable(&mut self).map_err(ExportError::write(&self.target))?;
        self.place(replace)
    }

    /// Gives a durable file its name.
    fn place(self, replace: bool) -> Result<PathBuf, ExportError> {
        let Self {
            disk, target, out, ..
        } = self;
        let file = disk
            .pass()
            .and_then(|()| out.into_inner().map_err(io::IntoInnerError::into_error))
            .map_err(ExportError::write(&target))?;
        let named = if replace {
            file.persist(&target)
        } else {
            file.persist_noclobber(&target)
        };
        match named {
            Ok(_) => Ok(target),
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(ExportError::Exists { path: target })
            }
            Err(failed) => Err(ExportError::write(&target)(failed.error)),
        }
    }
}

/// The digest of the rest of a file.
pub(crate) fn digest(file: &mut File) -> io::Result<Digest> {
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.digest()),
            Ok(count) => drop(hasher.update(&buffer[..count])),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
