//! Ending what a crash cut off, so that the archive is whole before anything is added. Adds and renames only; what it
//! cuts from a journal file is a torn last line.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::OptionalExtension;
use sidekeep_model::{ItemId, PhoneId, RunId, Time};

use crate::disk::Disk;
use crate::error::At;
use crate::index;
use crate::index::catch_up::{self, Standing};
use crate::journal::{self, Journal, OnDisk, Scanned};
use crate::{
    Archive, ArchiveError, ArchiveErrorKind, Body, Check, Damage, End, Fault, Line, Original, Outcome,
    Purpose, Record, incoming, layout, note, originals,
};

/// What healing found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Healed {
    /// Runs that were cut off and have their end now.
    pub ended: Vec<RunId>,
    /// Bytes of torn last lines that were cut from journal files.
    pub cut: u64,
    /// Journal files that are lost or shorter than they were (the index knew more than they say), and those set aside
    /// since they begin with no line of ours. The next check reports them.
    pub damage: Vec<Damage>,
}

/// Heals the archive: every journal file whole and sealed, every original in its place, the index up to date.
pub(crate) fn heal(
    archive: &Archive,
    disk: &Disk,
    dir: &File,
    outcome: Outcome,
) -> Result<Healed, ArchiveError> {
    let root = &archive.root;
    let mut healed = Healed::default();
    let files = journal::files(root)?;
    // Before anything is mended: an end and a seal could make a file that lost lines as long as it was.
    let mut lost = ahead(catch_up::standing(&archive.index, &files)?);
    for file in files {
        if !held_sealed(archive, &file)? && !is_sealed(&file)? {
            mend(root, disk, dir, &file, outcome, &mut healed)?;
        }
    }
    if !healed.ended.is_empty() {
        tracing::info!("a run that was cut off has been ended");
    }
    let files = journal::files(root)?;
    let standing = catch_up::standing(&archive.index, &files)?;
    if let Standing::Behind(behind) = &standing
        && lost.is_empty()
    {
        let behind = journal::chain(behind.clone())?;
        catch_up::transaction(&archive.index, || {
            catch_up::apply(&archive.index, &archive.shelf, &behind, &mut |_| {
                ControlFlow::Continue(())
            })
        })?;
    }
    lost.extend(ahead(standing));
    lost.sort_by(|a, b| a.path.cmp(&b.path));
    lost.dedup_by(|a, b| a.path == b.path);
    if !lost.is_empty() {
        tracing::warn!("the journal lacks what the index holds; the index is made anew from the journal");
        make_anew(archive, disk, files, &lost)?;
        healed.damage.extend(lost);
    }
    index::filled(&archive.index)?;
    Ok(healed)
}

fn ahead(standing: Standing) -> Vec<Damage> {
    match standing {
        Standing::Ahead(lost) => lost,
        Standing::Current | Standing::Behind(_) => Vec::new(),
    }
}

/// Makes the index anew from what is left of the journal, and notes in it what is lost. The old index, which knows more,
/// is kept.
fn make_anew(
    archive: &Archive,
    disk: &Disk,
    files: Vec<OnDisk>,
    lost: &[Damage],
) -> Result<(), ArchiveError> {
    keep_index(archive, disk)?;
    // Healing has no clock. A second after all that was known, no lost run can have had the note's name.
    let last: i64 =
        archive
            .index
            .query_row("SELECT max(max(at, coalesce(ended, at))) FROM runs", [], |row| {
                row.get(0)
            })?;
    let at = Time::from_millis(last + 1000)
        .or_else(|| Time::from_millis(last))
        .ok_or_else(|| ArchiveError::new(ArchiveErrorKind::Damaged, layout::INDEX))?;
    let line = Line::Check(Check::note(lost.to_vec()));
    let files = journal::chain(files)?;
    // The note is durable before the old index stops being asked: a crash in between notes the loss again.
    catch_up::anew(&archive.index, || {
        catch_up::apply(&archive.index, &archive.shelf, &files, &mut |_| {
            ControlFlow::Continue(())
        })?;
        let begin = note::first_line(archive, Purpose::Check, at)?;
        note::write(archive, disk, &begin, &line).map(|_| ())
    })
}

/// Keeps a copy of the index in the quarantine; readers that have it open go on with the one in its place.
fn keep_index(archive: &Archive, disk: &Disk) -> Result<(), ArchiveError> {
    let folder = layout::below(&archive.root, layout::QUARANTINE);
    disk.make_dir(&folder)?;
    let Some(copy) = free(&folder, "index.db") else {
        return Ok(());
    };
    let Some(name) = copy.to_str() else {
        // SQLite takes the name of a copy as UTF-8 only. The lost runs are noted all the same.
        tracing::warn!("the old index cannot be kept under a path that is not UTF-8");
        return Ok(());
    };
    let kept = archive
        .index
        .execute("VACUUM INTO ?1", [name])
        .map_err(ArchiveError::from)
        .and_then(|_| disk.open(&copy))
        .and_then(|file| disk.sync(&file, &copy))
        .and_then(|()| disk.sync_dir(&folder));
    if kept.is_err() {
        // Half a copy is of no use; the next attempt makes a whole one.
        let _ = disk.remove(&copy);
    }
    kept
}

/// The index holds the file to its end, seal included.
fn held_sealed(archive: &Archive, file: &OnDisk) -> Result<bool, ArchiveError> {
    Ok(archive
        .index
        .prepare_cached("SELECT applied = ?2 AND seal IS NOT NULL FROM runs WHERE id = ?1")?
        .query_row(rusqlite::params![file.run.0, file.length], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// The file's last line is a seal. What it seals is `verify`'s to check.
fn is_sealed(file: &OnDisk) -> Result<bool, ArchiveError> {
    let mut tail = Vec::new();
    let mut open = File::open(&file.path).at(&file.path)?;
    open.seek(SeekFrom::Start(file.length.saturating_sub(512)))
        .at(&file.path)?;
    open.read_to_end(&mut tail).at(&file.path)?;
    let Some(lines) = tail.strip_suffix(b"\n") else {
        return Ok(false);
    };
    let last = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or(lines);
    Ok(matches!(serde_json::from_slice(last), Ok(Line::Seal(_))))
}

/// What a scan of an unsealed file found.
#[derive(Default)]
struct Unsealed {
    phone: Option<PhoneId>,
    begun: bool,
    /// The byte after the last whole line of ours.
    end: u64,
    /// It has whole lines that are not ours.
    foreign: bool,
    /// The latest time that a line names.
    last: Option<Time>,
    missing: Vec<Damage>,
}

/// Ends one file: its originals into their places, its torn tail cut, an end and a seal appended.
fn mend(
    root: &Path,
    disk: &Disk,
    dir: &File,
    file: &OnDisk,
    outcome: Outcome,
    healed: &mut Healed,
) -> Result<(), ArchiveError> {
    let mut found = Unsealed::default();
    let mut folders = BTreeSet::new();
    journal::scan(&file.path, 0, &mut |place, _, scanned| {
        let line = match scanned {
            Scanned::Line(line) => line,
            Scanned::Broken => {
                found.foreign = true;
                return Ok(ControlFlow::Continue(()));
            }
            Scanned::Torn => return Ok(ControlFlow::Continue(())),
        };
        found.end = place.end();
        match &line {
            Line::Run(begin) => {
                found.begun = true;
                found.phone = begin.phone.as_ref().map(|phone| phone.id.clone());
                found.last = Some(begin.at);
            }
            Line::Item(record) => {
                found.last = found.last.max(Some(record.at));
                if let (Some(phone), Some(Body::File(original))) = (&found.phone, &record.body) {
                    let target = layout::below(root, &original.path);
                    if !settle(root, disk, phone, record, original)? {
                        found.missing.push(Damage {
                            path: original.path.clone(),
                            fault: Fault::Missing,
                        });
                    } else if let Some(folder) = target.parent() {
                        folders.insert(folder.to_owned());
                    }
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    originals::sync_folders(disk, root, dir, &folders)?;
    if !found.begun {
        put_away(root, disk, file)?;
        if found.foreign || found.end > 0 {
            healed.damage.push(Damage {
                path: layout::journal(&file.run),
                fault: Fault::BrokenLine,
            });
        } else {
            // The torn first line of a run that was cut off before it began: nothing is lost.
            healed.cut += file.length;
        }
        return Ok(());
    }
    let cut = file.length - found.end;
    if cut > 0 {
        tracing::warn!(path = %file.path.display(), bytes = cut, "a torn journal tail is cut");
    }
    let mut journal = Journal::resume(disk, &file.path, found.end)?;
    if !found.missing.is_empty() {
        journal.push(&Line::Check(Check::note(found.missing)))?;
    }
    if let Some(at) = found.last {
        journal.push(&Line::End(End { at, outcome }))?;
    }
    journal.push_seal()?;
    journal.write(disk)?;
    healed.cut += cut;
    healed.ended.push(file.run.clone());
    Ok(())
}

/// Brings a recorded original to its place if it is still where it was received. False when it is nowhere.
fn settle(
    root: &Path,
    disk: &Disk,
    phone: &PhoneId,
    record: &Record,
    original: &Original,
) -> Result<bool, ArchiveError> {
    let target = layout::below(root, &original.path);
    let Some(fingerprint) = &record.fingerprint else {
        return Ok(target.is_file());
    };
    let id = ItemId::of(phone, record.kind, &record.collection, &record.remote);
    let part = incoming::part(root, id, fingerprint);
    if target.is_file() {
        return Ok(true);
    }
    if !part.is_file() {
        return Ok(false);
    }
    originals::settle(disk, &part, &target, &original.taken)?;
    Ok(true)
}

/// A file without a first line tells of nothing: an empty one is removed, another is set aside.
fn put_away(root: &Path, disk: &Disk, file: &OnDisk) -> Result<(), ArchiveError> {
    if file.length == 0 {
        return disk.remove(&file.path);
    }
    quarantine(root, disk, &file.path)
}

/// Moves a file to the quarantine, under a name that nothing there has.
pub(crate) fn quarantine(root: &Path, disk: &Disk, path: &Path) -> Result<(), ArchiveError> {
    let folder = layout::below(root, layout::QUARANTINE);
    disk.make_dir(&folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match free(&folder, &name) {
        Some(target) => disk.place(path, &target),
        None => Ok(()),
    }
}

/// A path in the folder that nothing has.
fn free(folder: &Path, name: &str) -> Option<PathBuf> {
    (1..)
        .map(|nth| folder.join(crate::paths::nth_name(name, nth)))
        .find(|target| fs::symlink_metadata(target).is_err())
}
