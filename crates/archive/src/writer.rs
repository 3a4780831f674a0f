//! Writing an archive: one process at a time.

use std::fs::{self, File};
use std::io;
use std::ops::{ControlFlow, Deref};
use std::path::{Path, PathBuf};

use sidekeep_model::{Identity, Kind, RunId, SourceName, Time};

use crate::archive::read_format;
use crate::disk::Disk;
use crate::error::At;
use crate::index::apply::{Applier, RunRow};
use crate::index::{self, catch_up};
use crate::lock::Lock;
use crate::{
    Archive, ArchiveError, ArchiveErrorKind, Begin, Check, Decision, Healed, Line, Outcome, Progress,
    Purpose, Run, heal, layout, note, status, verify, views,
};

/// An archive, opened for writing; holds the lock. Reads like an [`Archive`].
pub struct Writer {
    pub(crate) archive: Archive,
    pub(crate) disk: Disk,
    /// The root, held open to sync through.
    pub(crate) dir: File,
    /// A run was left in the middle.
    pub(crate) torn: bool,
    /// What healing did that no check has reported yet.
    pub(crate) healed: Healed,
    _lock: Lock,
}

/// What a mirror run sets out to do.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// Mirror, rescue or restore.
    pub purpose: Purpose,
    /// The phone.
    pub phone: Identity,
    /// The source.
    pub source: SourceName,
    /// What it sets out to read.
    pub kinds: Vec<Kind>,
    /// Now.
    pub at: Time,
}

/// How to re-read an archive.
#[derive(Clone, Copy, Debug)]
pub struct VerifyOptions {
    /// Now.
    pub at: Time,
    /// Only about this share of originals and objects (0.0–1.0); None re-reads everything.
    pub sample: Option<f64>,
    /// Threads that read and hash; 0 means one per core, four at most.
    pub jobs: usize,
}

impl Deref for Writer {
    type Target = Archive;

    fn deref(&self) -> &Archive {
        &self.archive
    }
}

impl Writer {
    /// Opens or makes the archive at `root`, takes the lock, and heals what a crash left. A new one is made in a folder
    /// that is new or empty only, so that no file of somebody else's is ever among ours.
    ///
    /// # Errors
    /// `Busy` when another process writes, `Occupied`, `NewerFormat`, disk errors.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        Self::open_on(root, Disk::default())
    }

    /// [`Writer::open`] on a disk of the caller's; for tests of what a failing disk does.
    ///
    /// # Errors
    /// As [`Writer::open`].
    pub fn open_on(root: &Path, disk: Disk) -> Result<Self, ArchiveError> {
        // Before anything is touched: a newer format is not ours to lock or heal.
        let there = read_format(root)?;
        // The format is asked once more: another process may just have made the archive and filled it.
        // A folder with a journal is an archive that lost its format file; it is read as format 1 and gets it again.
        let journal = layout::below(root, layout::JOURNAL).is_dir();
        if !there && !journal && holds_other_files(root)? && !read_format(root)? {
            return Err(ArchiveError::new(ArchiveErrorKind::Occupied, root));
        }
        for folder in [layout::INNER, layout::JOURNAL, layout::OBJECTS, layout::INCOMING] {
            disk.make_dir(&layout::below(root, folder))?;
        }
        let lock = Lock::take(&disk, root)?;
        if !there && !read_format(root)? {
            let path = layout::below(root, layout::FORMAT_FILE);
            disk.replace(&path, &mut |out| {
                writeln!(out, "{} {}", layout::FORMAT_NAME, layout::FORMAT).at(&path)
            })?;
        }
        let index = index::open_to_write(root)?;
        let mut writer = Self {
            archive: Archive::of(root, index),
            disk,
            dir: File::open(root).at(root)?,
            torn: false,
            healed: Healed::default(),
            _lock: lock,
        };
        writer.heal(Outcome::Interrupted)?;
        Ok(writer)
    }

    /// Ends what was cut off and brings the index up to the journal.
    pub(crate) fn heal(&mut self, outcome: Outcome) -> Result<(), ArchiveError> {
        if !self.index.is_autocommit() {
            self.index.execute_batch("ROLLBACK")?;
        }
        let healed = heal::heal(&self.archive, &self.disk, &self.dir, outcome)?;
        self.healed.ended.extend(healed.ended);
        self.healed.cut += healed.cut;
        self.healed.damage.extend(healed.damage);
        self.torn = false;
        status::keep(&self.index);
        Ok(())
    }

    /// What opening this archive, and ending runs that failed, has mended or set aside since the last check.
    pub fn healed(&self) -> &Healed {
        &self.healed
    }

    /// Begins a run of a phone.
    ///
    /// # Errors
    /// Disk errors.
    pub fn begin(&mut self, new: NewRun) -> Result<Run<'_>, ArchiveError> {
        let begin = self.first_line(new.purpose, new.at)?;
        let begin = Begin {
            phone: Some(new.phone),
            source: Some(new.source),
            kinds: new.kinds,
            ..begin
        };
        Run::begin(self, begin)
    }

    /// The first line of a new journal file, under a name that no file has.
    fn first_line(&mut self, purpose: Purpose, at: Time) -> Result<Begin, ArchiveError> {
        if self.torn {
            self.heal(Outcome::Interrupted)?;
        }
        note::first_line(&self.archive, purpose, at)
    }

    /// Writes a whole journal file about the archive itself.
    pub(crate) fn note(&mut self, purpose: Purpose, at: Time, line: &Line) -> Result<RunRow, ArchiveError> {
        let begin = self.first_line(purpose, at)?;
        let noted = catch_up::transaction(&self.archive.index, || {
            note::write(&self.archive, &self.disk, &begin, line)
        });
        if noted.is_err() {
            self.torn = true;
        }
        noted
    }

    /// Accepts or refuses the open holds of a run, then replaces the views.
    ///
    /// # Errors
    /// `NotFound` when the run has no open hold; disk errors.
    pub fn decide(&mut self, run: &RunId, accept: bool, at: Time) -> Result<(), ArchiveError> {
        if !self.holds()?.iter().any(|held| held.run == *run) {
            return Err(ArchiveError::new(ArchiveErrorKind::NotFound, run.as_str()));
        }
        let decision = Decision {
            run: run.clone(),
            accept,
        };
        self.note(Purpose::Decision, at, &Line::Decision(decision))?;
        self.refresh_views()
    }

    /// Re-reads the archive against its digests and seals, and notes the result in the journal. Nothing is deleted:
    /// damaged objects move to the quarantine, damaged originals stay where they are.
    ///
    /// # Errors
    /// `Stopped` when `progress` says so (nothing is noted then); disk errors of the archive's own files. Damage is a
    /// result, not an error.
    pub fn verify(
        &mut self,
        options: &VerifyOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Check, ArchiveError> {
        verify::heal_and_verify(self, options, progress)
    }

    /// Makes the index anew from the journal. Readers keep the old one until it is done.
    ///
    /// # Errors
    /// `Stopped` when `progress` says so (the old index stays); disk errors.
    pub fn rebuild(
        &mut self,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        if self.torn {
            self.heal(Outcome::Interrupted)?;
        }
        catch_up::rebuild(&self.index, &self.root, &self.shelf, progress)?;
        status::keep(&self.index);
        Ok(())
    }

    /// Replaces every view that is out of date.
    ///
    /// # Errors
    /// Disk errors.
    pub fn refresh_views(&mut self) -> Result<(), ArchiveError> {
        views::refresh(&self.archive, &self.disk)
    }

    pub(crate) fn applier(&self) -> Applier<'_> {
        Applier {
            index: &self.archive.index,
            shelf: &self.archive.shelf,
        }
    }

    pub(crate) fn index_path(&self) -> PathBuf {
        layout::below(&self.root, layout::INDEX)
    }
}

/// Whether anything but `.sidekeep` and what systems leave by themselves is in the folder. `.sidekeep` alone is what a
/// crash at an archive's birth leaves; a disk that was just formatted has only the rest.
fn holds_other_files(root: &Path) -> Result<bool, ArchiveError> {
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error).at(root),
    };
    for entry in entries {
        let name = entry.at(root)?.file_name();
        if name != layout::INNER && !layout::is_litter(&name) {
            return Ok(true);
        }
    }
    Ok(false)
}
