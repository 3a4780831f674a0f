//! Whole journal files about the archive itself: a decision, a check, what healing found. Each is written and sealed at
//! once; what it says is the caller's.

use rusqlite::OptionalExtension;
use sidekeep_model::{RunId, Time};

use crate::disk::Disk;
use crate::index::DigestSql;
use crate::index::apply::{Applier, RunRow};
use crate::journal::Journal;
use crate::{Archive, ArchiveError, ArchiveErrorKind, Begin, End, Line, Link, Outcome, Purpose, layout};

/// The first line of a new journal file, under a name that no file has, linked to the newest seal in the index.
pub(crate) fn first_line(archive: &Archive, purpose: Purpose, at: Time) -> Result<Begin, ArchiveError> {
    let free = |id: &RunId| !layout::below(&archive.root, &layout::journal(id)).exists();
    let id = (0..=u16::MAX)
        .map(|salt| RunId::new(at, salt))
        .find(free)
        .ok_or_else(|| {
            // 65,536 runs in one second are no runs of ours.
            ArchiveError::new(ArchiveErrorKind::Io, layout::JOURNAL)
        })?;
    let prev = archive
        .index
        .prepare_cached("SELECT id, seal FROM runs WHERE seal IS NOT NULL ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(Link {
                run: RunId(row.get(0)?),
                digest: row.get::<_, DigestSql>(1)?.0,
            })
        })
        .optional()?;
    Ok(Begin {
        format: layout::FORMAT,
        id,
        purpose,
        at,
        phone: None,
        source: None,
        kinds: Vec::new(),
        prev,
    })
}

/// Writes a file of this one line, durably, and lets it act on the index inside the caller's transaction.
pub(crate) fn write(
    archive: &Archive,
    disk: &Disk,
    begin: &Begin,
    line: &Line,
) -> Result<RunRow, ArchiveError> {
    let mut journal = Journal::create(disk, &archive.root, &begin.id)?;
    let end = Line::End(End {
        at: begin.at,
        outcome: Outcome::Complete,
    });
    let first = journal.push(&Line::Run(begin.clone()))?;
    let middle = journal.push(line)?;
    let last = journal.push(&end)?;
    let (seal, sealed) = journal.push_seal()?;
    journal.write(disk)?;
    let applier = Applier {
        index: &archive.index,
        shelf: &archive.shelf,
    };
    let run = applier.begin(begin, first)?;
    applier.line(&run, line, middle, None)?;
    applier.line(&run, &end, last, None)?;
    applier.line(&run, &Line::Seal(seal), sealed, None)?;
    applier.applied(&run, journal.end())?;
    disk.commit(&layout::below(&archive.root, layout::INDEX))?;
    Ok(run)
}
