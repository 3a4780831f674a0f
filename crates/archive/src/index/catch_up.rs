//! Bringing the index up to the journal: what a crash kept from it, or everything.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::{PhoneId, RunId, SourceName};

use super::apply::{Applier, RunRow};
use crate::journal::{self, OnDisk, Scanned};
use crate::shelf::Shelf;
use crate::{ArchiveError, ArchiveErrorKind, Damage, Fault, Line, Progress, layout};

/// How an index stands to the journal files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It holds them whole.
    Current,
    /// These have lines that it lacks; the rest it holds.
    Behind(Vec<OnDisk>),
    /// It holds lines that no file has, of these files: they are missing, or shorter than they were.
    Ahead(Vec<Damage>),
}

/// Compares the index with the files, by name and length.
pub(crate) fn standing(index: &Connection, files: &[OnDisk]) -> Result<Standing, ArchiveError> {
    let held: HashMap<String, u64> = index
        .prepare_cached("SELECT id, applied FROM runs")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let names: HashSet<&str> = files.iter().map(|file| file.run.as_str()).collect();
    let damage = |run: &str, fault| Damage {
        path: layout::journal(&RunId::from(run)),
        fault,
    };
    let mut lost: Vec<Damage> = held
        .keys()
        .filter(|run| !names.contains(run.as_str()))
        .map(|run| damage(run, Fault::Missing))
        .collect();
    let mut behind = Vec::new();
    for file in files {
        match held.get(file.run.as_str()) {
            Some(applied) if *applied > file.length => lost.push(damage(file.run.as_str(), Fault::Altered)),
            Some(applied) if *applied == file.length => {}
            _ => behind.push(file.clone()),
        }
    }
    if !lost.is_empty() {
        lost.sort_by(|a, b| a.path.cmp(&b.path));
        return Ok(Standing::Ahead(lost));
    }
    Ok(if behind.is_empty() {
        Standing::Current
    } else {
        Standing::Behind(behind)
    })
}

/// Applies to the index what `files` (in the order of their chain) have beyond it, inside the caller's transaction.
/// Broken lines are passed over.
pub(crate) fn apply(
    index: &Connection,
    shelf: &Shelf,
    files: &[OnDisk],
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(), ArchiveError> {
    let applier = Applier { index, shelf };
    let mut done = Progress {
        files_total: files.len() as u64,
        bytes_total: files.iter().map(|file| file.length).sum(),
        ..Progress::default()
    };
    for file in files {
        let (mut run, from) = match run_row(index, &file.run)? {
            Some((run, applied)) => (Some(run), applied),
            None => (None, 0),
        };
        let mut end = from;
        let mut told = 0;
        journal::scan(&file.path, from, &mut |place, _, scanned| {
            match (&run, scanned) {
                (_, Scanned::Torn) => return Ok(ControlFlow::Break(())),
                (None, Scanned::Line(Line::Run(begin))) if begin.id == file.run => {
                    run = Some(applier.begin(&begin, place)?);
                }
                (Some(run), Scanned::Line(line)) => applier.line(run, &line, place, None)?,
                (_, Scanned::Broken | Scanned::Line(_)) => {
                    tracing::warn!(path = %file.path.display(), offset = place.offset, "a journal line is broken");
                }
            }
            end = place.end();
            done.bytes += place.length;
            told += place.length;
            if told >= 1 << 20 {
                told = 0;
                if progress(&done).is_break() {
                    return Err(ArchiveError::new(ArchiveErrorKind::Stopped, &file.path));
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if let Some(run) = &run {
            applier.applied(run, end)?;
        }
        done.files += 1;
    }
    Ok(())
}

/// Empties the index and applies every file, in one transaction: readers see the old one until it is done.
pub(crate) fn rebuild(
    index: &Connection,
    root: &Path,
    shelf: &Shelf,
    progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(), ArchiveError> {
    let files = journal::chain(journal::files(root)?)?;
    anew(index, || apply(index, shelf, &files, progress))
}

/// Empties the index and lets `fill` fill it, in one transaction.
pub(crate) fn anew(
    index: &Connection,
    fill: impl FnOnce() -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    transaction(index, || {
        super::clear(index)?;
        fill()
    })?;
    // The log has grown by the whole index; a reader that still needs it keeps it until the next checkpoint.
    index.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Runs `work` in a transaction: kept if it succeeds, undone if it fails.
pub(crate) fn transaction<T>(
    index: &Connection,
    work: impl FnOnce() -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    index.execute_batch("BEGIN IMMEDIATE")?;
    let done = work().and_then(|value| {
        index.execute_batch("COMMIT")?;
        Ok(value)
    });
    if done.is_err() && !index.is_autocommit() {
        index.execute_batch("ROLLBACK")?;
    }
    done
}

/// A run that the index holds, and how many bytes of its file.
pub(crate) fn run_row(index: &Connection, run: &RunId) -> Result<Option<(RunRow, u64)>, ArchiveError> {
    Ok(index
        .prepare_cached("SELECT seq, phone, source, applied FROM runs WHERE id = ?1")?
        .query_row([&run.0], |row| {
            Ok((
                RunRow {
                    seq: row.get(0)?,
                    id: run.clone(),
                    phone: row.get::<_, Option<String>>(1)?.map(PhoneId),
                    source: row.get::<_, Option<String>>(2)?.map(SourceName),
                },
                row.get(3)?,
            ))
        })
        .optional()?)
}
