//! Ending what a crash cut off, so that the archive is whole before anything is added. Adds and renames only; what it
//! cuts from a journal file is a torn last line.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::OptionalExtension;
use sidekeep_model::{ItemId, PhoneId, Time};

use crate::disk::Disk;
use crate::error::At;
use crate::index::catch_up::{self, Standing};
use crate::journal::{self, Journal, OnDisk, Scanned};
use crate::{
    Archive, ArchiveError, Body, Check, Damage, End, Fault, Line, Original, Outcome, Record, incoming,
    layout, originals,
};

/// Heals the archive: every journal file whole and sealed, every original in its place, the index up to date.
pub(crate) fn heal(archive: &Archive, disk: &Disk, dir: &File, outcome: Outcome) -> Result<(), ArchiveError> {
    let root = &archive.root;
    let mut mended = false;
    for file in journal::files(root)? {
        if !held_sealed(archive, &file)? && !is_sealed(&file)? {
            mend(root, disk, dir, &file, outcome)?;
            mended = true;
        }
    }
    let files = journal::files(root)?;
    match catch_up::standing(&archive.index, &files)? {
        Standing::Current => {}
        Standing::Behind(behind) => {
            let behind = journal::chain(behind)?;
            catch_up::transaction(&archive.index, || {
                catch_up::apply(&archive.index, &archive.shelf, &behind, &mut |_| {
                    ControlFlow::Continue(())
                })
            })?;
        }
        Standing::Ahead => {
            tracing::warn!("the journal lacks what the index holds; the index is made anew from the journal");
            catch_up::rebuild(&archive.index, root, &archive.shelf, &mut |_| {
                ControlFlow::Continue(())
            })?;
        }
    }
    if mended {
        tracing::info!("a run that was cut off has been ended");
    }
    Ok(())
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
    /// The latest time that a line names.
    last: Option<Time>,
    missing: Vec<Damage>,
}

/// Ends one file: its originals into their places, its torn tail cut, an end and a seal appended.
fn mend(root: &Path, disk: &Disk, dir: &File, file: &OnDisk, outcome: Outcome) -> Result<(), ArchiveError> {
    let mut found = Unsealed::default();
    let mut folders = BTreeSet::new();
    journal::scan(&file.path, 0, &mut |place, _, scanned| {
        let Scanned::Line(line) = scanned else {
            return Ok(ControlFlow::Continue(()));
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
        return put_away(root, disk, file);
    }
    let cut = file.length - found.end;
    if cut > 0 {
        tracing::warn!(path = %file.path.display(), bytes = cut, "a torn journal tail is cut");
    }
    let mut journal = Journal::resume(disk, &file.path, found.end)?;
    if !found.missing.is_empty() {
        journal.push(&Line::Check(Check {
            files: 0,
            bytes: 0,
            damage: found.missing,
            sample: true,
        }))?;
    }
    if let Some(at) = found.last {
        journal.push(&Line::End(End { at, outcome }))?;
    }
    journal.push_seal()?;
    journal.write(disk)
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
    let free = (1..)
        .map(|nth| folder.join(crate::paths::nth_name(&name, nth)))
        .find(|target| fs::symlink_metadata(target).is_err());
    match free {
        Some(target) => disk.place(path, &target),
        None => Ok(()),
    }
}
