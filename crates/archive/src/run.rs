//! A mirror run: what the mirror writes with. Decides what is news and writes it down in batches; what counts is the
//! mirror's verdict.

mod files;
mod pictures;

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::OptionalExtension;
use sidekeep_formats::unstamped;
use sidekeep_model::{Collection, Digest, Fingerprint, Kind, Marks, Media, PhoneId, RunId, Taken, Time};

use crate::index::apply::{RunRow, link_of};
use crate::index::{DigestSql, query};
use crate::journal::{INLINE, Journal};
use crate::news::{Before, change};
use crate::originals::{self, Names};
use crate::{
    Archive, ArchiveError, ArchiveErrorKind, Begin, Body, Change, CollectionRecord, End, ItemKey, Known,
    Line, NewItem, Outcome, Record, Restore, Restored, Verdict, Writer, incoming, shelf,
};

/// A batch is made durable when it holds this many records ...
const RECORDS: usize = 1024;
/// ... or files and objects ...
const FILES: usize = 256;
/// ... or bytes of files and objects ...
const FILE_BYTES: u64 = 64 << 20;
/// ... or bytes of journal ...
const JOURNAL_BYTES: usize = 4 << 20;
/// ... or is this old when the next record comes.
const AGE: Duration = Duration::from_secs(1);
/// What nobody resumed for this long is swept.
const ABANDONED: Duration = Duration::from_secs(30 * 24 * 3600);

/// A run under way. Dropped without [`Run::finish`], it counts as cut off.
///
/// What it is given becomes durable in batches, by itself or by [`Run::sync`]. When the link is quiet the caller syncs
/// (PRODUCT R1: durable within a second of arrival), since a run has no clock that wakes it.
pub struct Run<'a> {
    writer: &'a mut Writer,
    row: RunRow,
    phone: PhoneId,
    journal: Journal,
    batch: Batch,
    names: Names,
    /// Folders that got originals, to be synced before the seal.
    folders: BTreeSet<PathBuf>,
    broken: bool,
    finished: bool,
}

/// What is not yet durable.
#[derive(Default)]
struct Batch {
    since: Option<Instant>,
    records: usize,
    /// Received files and objects whose bytes must be durable before the lines that name them.
    files: Vec<PathBuf>,
    bytes: u64,
    /// Received files to bring to their places after their lines are durable.
    arrivals: Vec<Arrival>,
    targets: HashSet<String>,
    /// Where files of this batch were received.
    parts: HashSet<PathBuf>,
    /// Received copies of what is kept already.
    doubles: Vec<PathBuf>,
}

struct Arrival {
    part: PathBuf,
    target: PathBuf,
    taken: Taken,
}

impl<'a> Run<'a> {
    pub(crate) fn begin(writer: &'a mut Writer, begin: Begin) -> Result<Self, ArchiveError> {
        let Some(phone) = begin.phone.as_ref().map(|phone| phone.id.clone()) else {
            return Err(ArchiveError::new(ArchiveErrorKind::NotFound, writer.root()));
        };
        // Until the run is finished in good order, the next one heals first.
        writer.torn = true;
        let mut journal = Journal::create(&writer.disk, &writer.archive.root, &begin.id)?;
        let place = journal.push(&Line::Run(begin.clone()))?;
        writer.index.execute_batch("BEGIN IMMEDIATE")?;
        let row = writer.applier().begin(&begin, place)?;
        let mut run = Self {
            writer,
            row,
            phone,
            journal,
            batch: Batch::default(),
            names: Names::default(),
            folders: BTreeSet::new(),
            broken: false,
            finished: false,
        };
        run.batch.records = 1;
        run.sync()?;
        Ok(run)
    }

    /// The run's id.
    pub fn id(&self) -> &RunId {
        &self.row.id
    }

    /// The archive with everything given so far, which is made durable first.
    ///
    /// # Errors
    /// Disk errors.
    pub fn archive(&mut self) -> Result<&Archive, ArchiveError> {
        self.sync()?;
        Ok(self.writer)
    }

    /// What is kept of a kind of this phone, counted or not, and what of it last came by another way than this one.
    ///
    /// # Errors
    /// Index errors.
    pub fn known(&self, kind: Kind) -> Result<Vec<Known>, ArchiveError> {
        query::known(&self.writer.index, &self.phone, link_of(&self.row), kind)
    }

    /// The cursor of the newest run of this source that kept all it listed of this kind; None asks for a full listing.
    /// There is none while something known needs to be listed again: bytes that are damaged, or kept aside.
    ///
    /// # Errors
    /// Index errors.
    pub fn cursor(&self, kind: Kind) -> Result<Option<String>, ArchiveError> {
        if query::wants(&self.writer.index, &self.phone, link_of(&self.row), kind)? {
            return Ok(None);
        }
        let source = self.row.source.as_ref().map(|source| &source.0);
        // A run with a collection held back, or one that was cut off, left changes behind its cursor.
        Ok(self
            .writer
            .index
            .prepare_cached(
                "SELECT v.cursor FROM verdicts v JOIN runs r ON r.seq = v.run
                 WHERE v.phone = ?1 AND v.source = ?2 AND v.kind = ?3 AND v.cursor IS NOT NULL
                   AND r.outcome IN ('complete', 'partial') AND NOT EXISTS
                     (SELECT 1 FROM verdicts w WHERE w.run = v.run AND w.kind = ?3
                        AND NOT (w.accepted OR coalesce(w.hold, '') = 'accepted'))
                 ORDER BY v.seq DESC LIMIT 1",
            )?
            .query_row(
                rusqlite::params![self.phone.0, source, crate::index::KindSql(kind)],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// Notes a collection; writes only when it is new or its description changed. Comes before its items.
    ///
    /// # Errors
    /// Disk errors.
    pub fn collection(&mut self, kind: Kind, collection: &Collection) -> Result<(), ArchiveError> {
        if query::describes(&self.writer.index, &self.row, kind, collection)? {
            return Ok(());
        }
        self.write(
            &Line::Collection(CollectionRecord {
                kind,
                collection: collection.clone(),
            }),
            None,
        )
    }

    /// Keeps a payload. None when nothing about the item is new. Bytes that differ from the item's kept ones by their
    /// stamps alone (docs/decisions/0006) are taken for those.
    ///
    /// # Errors
    /// Disk errors.
    pub fn payload(&mut self, item: NewItem, raw: &[u8]) -> Result<Option<Change>, ArchiveError> {
        self.usable()?;
        let key = ItemKey {
            kind: item.kind,
            collection: item.collection,
            remote: item.remote,
        };
        let before = Before::of(&self.writer.index, key.id(&self.phone))?;
        let new = Digest::of(raw);
        let digest = match &before {
            Some(before) => self.said_before(before, new, raw)?.unwrap_or(new),
            None => new,
        };
        let kept = self.payload_kept(&digest)?;
        let change = change(before.as_ref(), &digest, kept, &item.fingerprint, &item.marks);
        let Some(change) = change else { return Ok(None) };
        let body = match std::str::from_utf8(raw) {
            _ if kept => Body::Same,
            Ok(text) if raw.len() <= INLINE => Body::Raw(text.to_owned()),
            _ => self.object(&digest, raw)?,
        };
        let record = Record {
            digest: Some(digest),
            media: Some(item.media),
            body: Some(body),
            fingerprint: Some(item.fingerprint),
            marks: item.marks,
            ..key.record(change, item.at)
        };
        self.write(&Line::Item(Box::new(record)), (digest == new).then_some(raw))?;
        Ok(Some(change))
    }

    /// Writes bytes as an object; they are durable before the line that names them.
    fn object(&mut self, digest: &Digest, raw: &[u8]) -> Result<Body, ArchiveError> {
        let (disk, root) = (&self.writer.disk, &self.writer.archive.root);
        let written = shelf::write_object(disk, root, digest, raw);
        let written = self.or_break(written)?;
        self.batch.files.push(written);
        self.batch.bytes += raw.len() as u64;
        Ok(Body::Object {
            size: raw.len() as u64,
        })
    }

    /// The digest of the item's kept bytes that say the same as `raw`, whose digest is `new`.
    fn said_before(&self, before: &Before, new: Digest, raw: &[u8]) -> Result<Option<Digest>, ArchiveError> {
        let kept = [before.counted, before.latest];
        if kept.contains(&Some(new)) {
            return Ok(None);
        }
        let meaning = unstamped(raw);
        for digest in kept.into_iter().flatten() {
            if !self.payload_kept(&digest)? {
                continue;
            }
            match self.writer.shelf.payload(&self.writer.index, &digest) {
                Ok(old) if unstamped(&old) == meaning => return Ok(Some(digest)),
                Ok(_) => {}
                // What is lost says nothing; a check tells of it.
                Err(error)
                    if matches!(
                        error.kind(),
                        ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
                    ) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The item is on the phone with its latest kept bytes, under this fingerprint and these marks. Writes only when
    /// that is news: marks or fingerprint differ, it was gone, or its latest bytes do not count yet.
    ///
    /// # Errors
    /// `NotFound` when no bytes of the item are kept; disk errors.
    pub fn mark(
        &mut self,
        key: &ItemKey,
        fingerprint: &Fingerprint,
        marks: &Marks,
        at: Time,
    ) -> Result<Option<Change>, ArchiveError> {
        self.usable()?;
        let id = key.id(&self.phone);
        let before = Before::of(&self.writer.index, id)?;
        let Some((before, digest)) = before.as_ref().and_then(|before| Some((before, before.latest?))) else {
            return Err(ArchiveError::new(ArchiveErrorKind::NotFound, id.to_string()));
        };
        let Some(change) = change(Some(before), &digest, true, fingerprint, marks) else {
            return Ok(None);
        };
        let record = Record {
            digest: Some(digest),
            media: before.latest_media.clone().map(Media),
            body: Some(Body::Same),
            fingerprint: Some(fingerprint.clone()),
            marks: marks.clone(),
            ..key.clone().record(change, at)
        };
        self.write(&Line::Item(Box::new(record)), None)?;
        Ok(Some(change))
    }

    /// The item is no longer on the phone. Counts once the collection's verdict is accepted.
    ///
    /// # Errors
    /// `NotFound` when the item is unknown; disk errors.
    pub fn gone(&mut self, key: &ItemKey, at: Time) -> Result<(), ArchiveError> {
        self.usable()?;
        let id = key.id(&self.phone);
        match Before::of(&self.writer.index, id)? {
            None => Err(ArchiveError::new(ArchiveErrorKind::NotFound, id.to_string())),
            Some(before) if !before.present => Ok(()),
            Some(_) => {
                let record = key.clone().record(Change::Gone, at);
                self.write(&Line::Item(Box::new(record)), None)
            }
        }
    }

    /// What was decided about a collection; comes after its items.
    ///
    /// # Errors
    /// Disk errors.
    pub fn verdict(&mut self, verdict: Verdict) -> Result<(), ArchiveError> {
        // What comes to count is read back from the journal, so it has to be there.
        self.sync()?;
        self.write(&Line::Verdict(verdict), None)
    }

    /// What a restore sets out to write; durable before this returns, so that a restore that is cut off is seen.
    ///
    /// # Errors
    /// Disk errors.
    pub fn restore(&mut self, restore: Restore) -> Result<(), ArchiveError> {
        self.write(&Line::Restore(restore), None)?;
        self.sync()
    }

    /// What came of a restore.
    ///
    /// # Errors
    /// Disk errors.
    pub fn restored(&mut self, restored: Restored) -> Result<(), ArchiveError> {
        self.write(&Line::Restored(restored), None)
    }

    /// Makes everything so far durable and visible to readers.
    ///
    /// # Errors
    /// Disk errors.
    pub fn sync(&mut self) -> Result<(), ArchiveError> {
        self.usable()?;
        let synced = self.commit();
        self.or_break(synced)
    }

    /// Ends and seals the run and replaces the views of what changed. After an earlier failure it seals what is safe;
    /// call it all the same.
    ///
    /// # Errors
    /// Disk errors; the next writer then heals the run.
    pub fn finish(mut self, outcome: Outcome, at: Time) -> Result<(), ArchiveError> {
        self.finished = true;
        if self.broken {
            return self.writer.heal(outcome);
        }
        self.sync()?;
        let (disk, root) = (&self.writer.disk, &self.writer.archive.root);
        let seal = originals::sync_folders(disk, root, &self.writer.dir, &self.folders)
            .and_then(|()| self.seal(outcome, at));
        self.or_break(seal)?;
        self.writer.torn = false;
        if outcome == Outcome::Complete {
            let before = SystemTime::from(at.utc()) - ABANDONED;
            incoming::sweep(&self.writer.disk, &self.writer.archive.root, before)?;
        }
        self.writer.refresh_views()
    }

    fn seal(&mut self, outcome: Outcome, at: Time) -> Result<(), ArchiveError> {
        self.write(&Line::End(End { at, outcome }), None)?;
        let (seal, place) = self.journal.push_seal()?;
        self.writer
            .applier()
            .line(&self.row, &Line::Seal(seal), place, None)?;
        self.commit()
    }

    fn usable(&self) -> Result<(), ArchiveError> {
        if self.broken {
            return Err(ArchiveError::new(ArchiveErrorKind::Broken, self.journal.path()));
        }
        Ok(())
    }

    /// After a failed write, what the batch said and what is on disk may differ; only healing brings them together.
    fn or_break<T>(&mut self, result: Result<T, ArchiveError>) -> Result<T, ArchiveError> {
        if result.is_err() {
            self.broken = true;
            self.writer.torn = true;
        }
        result
    }

    /// Adds a line to the batch and lets it act on the index.
    fn write(&mut self, line: &Line, raw: Option<&[u8]>) -> Result<(), ArchiveError> {
        self.usable()?;
        let written = self.add(line, raw);
        self.or_break(written)?;
        let batch = &self.batch;
        let due = batch.records >= RECORDS
            || batch.files.len() + batch.doubles.len() >= FILES
            || batch.bytes >= FILE_BYTES
            || self.journal.waiting() >= JOURNAL_BYTES
            || batch.since.is_some_and(|since| since.elapsed() >= AGE);
        if due { self.sync() } else { Ok(()) }
    }

    fn add(&mut self, line: &Line, raw: Option<&[u8]>) -> Result<(), ArchiveError> {
        if self.writer.index.is_autocommit() {
            self.writer.index.execute_batch("BEGIN IMMEDIATE")?;
        }
        let place = self.journal.push(line)?;
        self.writer.applier().line(&self.row, line, place, raw)?;
        self.batch.records += 1;
        self.batch.since.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// The order makes every instant safe to stop at: bytes, then the lines that name them, then the names, then the
    /// index. What is missing after a stop, `heal` does.
    fn commit(&mut self) -> Result<(), ArchiveError> {
        let disk = &self.writer.disk;
        disk.sync_files(&self.writer.dir, &self.batch.files)?;
        self.journal.write(disk)?;
        for Arrival { part, target, taken } in &self.batch.arrivals {
            originals::settle(disk, part, target, taken)?;
            if let Some(folder) = target.parent()
                && !self.folders.contains(folder)
            {
                self.folders.insert(folder.to_owned());
            }
        }
        for double in &self.batch.doubles {
            disk.remove(double)?;
        }
        if !self.writer.index.is_autocommit() {
            self.writer.applier().applied(&self.row, self.journal.end())?;
            disk.commit(&self.writer.index_path())?;
            self.writer.index.execute_batch("COMMIT")?;
        }
        self.batch = Batch::default();
        Ok(())
    }

    /// The bytes are kept and, as far as is known, sound.
    fn payload_kept(&self, digest: &Digest) -> Result<bool, ArchiveError> {
        Ok(self
            .writer
            .index
            .prepare_cached("SELECT damage IS NULL FROM payloads WHERE digest = ?1")?
            .query_row([DigestSql(*digest)], |row| row.get(0))
            .optional()?
            .unwrap_or(false))
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if !self.finished || self.broken {
            self.writer.torn = true;
        }
        if !self.writer.index.is_autocommit()
            && let Err(error) = self.writer.index.execute_batch("ROLLBACK")
        {
            tracing::debug!(%error, "the index's transaction could not be undone; closing it does");
        }
    }
}
