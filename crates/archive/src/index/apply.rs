//! What a journal line does to the index. A live run and a rebuild go through the same function, so that the index
//! never says more than the journal.

use rusqlite::{Connection, OptionalExtension, params};
use sidekeep_model::{Collection, CollectionId, Digest, ItemId, Kind, PhoneId, RemoteId, RunId, SourceName};

use super::{DigestSql, Json, KindSql, Millis, Word};
use crate::journal::Place;
use crate::shelf::Shelf;
use crate::summary::Summary;
use crate::{
    ArchiveError, ArchiveErrorKind, Begin, Body, Change, CollectionRecord, ItemKey, Line, PictureRecord,
    Record, paths, summary,
};

/// A run as the index numbers it.
#[derive(Clone, Debug)]
pub(crate) struct RunRow {
    pub(crate) seq: i64,
    pub(crate) id: RunId,
    pub(crate) phone: Option<PhoneId>,
    pub(crate) source: Option<SourceName>,
}

/// Lets journal lines act on the index, inside the caller's transaction.
pub(crate) struct Applier<'a> {
    pub(crate) index: &'a Connection,
    pub(crate) shelf: &'a Shelf,
}

impl Applier<'_> {
    /// The first line of a file.
    pub(crate) fn begin(&self, begin: &Begin, place: Place) -> Result<RunRow, ArchiveError> {
        let phone = begin.phone.as_ref();
        if let Some(phone) = phone {
            let folder = self.free_folder(&phone.id, &phone.name)?;
            self.index
                .prepare_cached(
                    "INSERT INTO phones (id, name, model, system, folder) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (id) DO UPDATE SET name = ?2, model = ?3, system = ?4",
                )?
                .execute(params![phone.id.0, phone.name, phone.model, phone.system, folder])?;
        }
        self.index
            .prepare_cached(
                "INSERT INTO runs (id, purpose, phone, source, kinds, at, applied) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                begin.id.0,
                Word(begin.purpose),
                phone.map(|phone| &phone.id.0),
                begin.source.as_ref().map(|source| &source.0),
                Json(&begin.kinds),
                Millis(begin.at),
                place.end(),
            ])?;
        Ok(RunRow {
            seq: self.index.last_insert_rowid(),
            id: begin.id.clone(),
            phone: phone.map(|phone| phone.id.clone()),
            source: begin.source.clone(),
        })
    }

    /// Any later line. `raw` is an item's payload where the caller has it at hand.
    pub(crate) fn line(
        &self,
        run: &RunRow,
        line: &Line,
        place: Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ArchiveError> {
        match line {
            // A second first line means nothing.
            Line::Run(_) => {}
            // What was written to the phone counts by what is read from it.
            Line::Restore(_) | Line::Restored(_) => {}
            Line::Collection(record) => self.collection(run, record)?,
            Line::Item(record) => self.item(run, record, place, raw)?,
            Line::Picture(record) => self.picture(run, record, place)?,
            Line::Verdict(verdict) => self.verdict(run, verdict)?,
            Line::Decision(decision) => self.decision(decision)?,
            Line::Check(check) => self.check(run, check)?,
            Line::End(end) => {
                self.index
                    .prepare_cached("UPDATE runs SET ended = ?2, outcome = ?3 WHERE seq = ?1")?
                    .execute(params![run.seq, Millis(end.at), Word(end.outcome)])?;
            }
            Line::Seal(seal) => {
                self.index
                    .prepare_cached("UPDATE runs SET seal = ?2 WHERE seq = ?1")?
                    .execute(params![run.seq, DigestSql(seal.digest)])?;
            }
        }
        Ok(())
    }

    /// Notes how much of a run's file the index holds.
    pub(crate) fn applied(&self, run: &RunRow, end: u64) -> Result<(), ArchiveError> {
        self.index
            .prepare_cached("UPDATE runs SET applied = ?2 WHERE seq = ?1")?
            .execute(params![run.seq, end])?;
        Ok(())
    }

    fn collection(&self, run: &RunRow, record: &CollectionRecord) -> Result<(), ArchiveError> {
        let Some(phone) = &run.phone else { return Ok(()) };
        let seq = self.collection_row(run, phone, record.kind, &record.collection.id)?;
        self.index
            .prepare_cached(
                "UPDATE collections SET description = ?2, link = ?3, changed = changed + 1 WHERE seq = ?1",
            )?
            .execute(params![seq, Json(&record.collection), link_of(run)])?;
        // The file's name in the views is that of the first description; it stays when the phone renames the
        // collection, so that the view stays where people look for it.
        let named: bool = self
            .index
            .prepare_cached("SELECT file <> '' FROM collections WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))?;
        if !named {
            let file = self.free_file(phone, record.kind, &record.collection)?;
            self.index
                .prepare_cached("UPDATE collections SET file = ?2 WHERE seq = ?1")?
                .execute(params![seq, file])?;
        }
        Ok(())
    }

    /// The collection's number; made when it was never described.
    fn collection_row(
        &self,
        run: &RunRow,
        phone: &PhoneId,
        kind: Kind,
        id: &CollectionId,
    ) -> Result<i64, ArchiveError> {
        let known = self
            .index
            .prepare_cached("SELECT seq FROM collections WHERE phone = ?1 AND kind = ?2 AND id = ?3")?
            .query_row(params![phone.0, KindSql(kind), id.0], |row| row.get(0))
            .optional()?;
        if let Some(seq) = known {
            return Ok(seq);
        }
        let nameless = Collection {
            id: id.clone(),
            name: id.0.clone(),
            account: None,
            colour: None,
            read_only: false,
            derived: false,
        };
        self.index
            .prepare_cached(
                "INSERT INTO collections (phone, kind, id, link, description, file) VALUES (?1, ?2, ?3, ?4, ?5, '')",
            )?
            .execute(params![phone.0, KindSql(kind), id.0, link_of(run), Json(&nameless)])?;
        Ok(self.index.last_insert_rowid())
    }

    fn item(
        &self,
        run: &RunRow,
        record: &Record,
        place: Place,
        raw: Option<&[u8]>,
    ) -> Result<(), ArchiveError> {
        let Some(phone) = &run.phone else { return Ok(()) };
        self.uncount()?;
        if let (Some(digest), Some(body)) = (&record.digest, &record.body) {
            self.bytes(run, digest, body, place)?;
        }
        let id = ItemId::of(phone, record.kind, &record.collection, &record.remote);
        let item = self
            .index
            .prepare_cached("SELECT seq FROM items WHERE id = ?1")?
            .query_row([id.0.cast_signed()], |row| row.get(0))
            .optional()?;
        let Some(item) = item else {
            // The line that first told of the item may be damaged: any state with bytes then begins it.
            if record.digest.is_some() {
                self.first(run, phone, id, record, raw)?;
            }
            return Ok(());
        };
        let counted = record.change == Change::Seen;
        let summary = match self.said_before(item, record)? {
            Some(summary) => summary,
            None => self.summary(record, raw)?,
        };
        let version = self.version(run, item, record, &summary, counted)?;
        if record.digest.is_some() {
            self.index
                .prepare_cached("UPDATE items SET latest = ?2, source = ?3 WHERE seq = ?1")?
                .execute(params![item, version, source_of(run)])?;
        }
        if counted {
            self.count(version, raw)?;
        }
        Ok(())
    }

    /// Notes where bytes are.
    fn bytes(&self, run: &RunRow, digest: &Digest, body: &Body, place: Place) -> Result<(), ArchiveError> {
        let (size, object) = match body {
            Body::Same => return Ok(()),
            Body::File(original) => {
                self.index
                    .prepare_cached(
                        "INSERT OR REPLACE INTO originals (digest, path, clash, size, original)
                         VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute(params![
                        DigestSql(*digest),
                        original.path,
                        paths::clash_key(&original.path),
                        original.size,
                        Json(original)
                    ])?;
                return Ok(());
            }
            Body::Raw(text) => (text.len() as u64, false),
            Body::Object { size } => (*size, true),
        };
        self.index
            .prepare_cached(
                "INSERT OR REPLACE INTO payloads (digest, run, offset, length, size, object)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                DigestSql(*digest),
                run.seq,
                place.offset,
                place.length,
                size,
                object
            ])?;
        Ok(())
    }

    fn picture(&self, run: &RunRow, record: &PictureRecord, place: Place) -> Result<(), ArchiveError> {
        let Some(phone) = &run.phone else { return Ok(()) };
        let picture = record.picture.as_ref();
        if let Some(picture) = picture {
            self.bytes(run, &picture.digest, &picture.body, place)?;
        }
        self.index
            .prepare_cached(
                // What was kept stays known, whatever is at the address now.
                "INSERT INTO pictures (contact, phone, address, asked, digest, media, none)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (contact, phone) DO UPDATE SET address = ?3, asked = ?4, digest = coalesce(?5, digest),
                   media = coalesce(?6, media), none = ?7",
            )?
            .execute(params![
                DigestSql(record.of),
                phone.0,
                record.address,
                Millis(record.at),
                picture.map(|picture| DigestSql(picture.digest)),
                picture.map(|picture| &picture.media.0),
                record.none.map(Word),
            ])?;
        self.uncount()?;
        // The view has the picture in the contact.
        let id = ItemId::of(phone, Kind::Contact, &record.collection, &record.remote);
        self.index
            .prepare_cached(
                "UPDATE collections SET changed = changed + 1
                 WHERE seq = (SELECT collection FROM items WHERE id = ?1)",
            )?
            .execute([id.0.cast_signed()])?;
        Ok(())
    }

    fn first(
        &self,
        run: &RunRow,
        phone: &PhoneId,
        id: ItemId,
        record: &Record,
        raw: Option<&[u8]>,
    ) -> Result<(), ArchiveError> {
        let collection = self.collection_row(run, phone, record.kind, &record.collection)?;
        // Without RETURNING: it would open a savepoint for each row, and FTS5 flushes at each of those.
        self.index
            .prepare_cached(
                "INSERT INTO items (id, collection, kind, remote, source, present, current, latest, first_seen,
                   last_changed, title, sort)
                 VALUES (?1, ?2, ?3, ?4, ?5, 1, 0, 0, ?6, ?6, '', '')",
            )?
            .execute(params![
                id.0.cast_signed(),
                collection,
                KindSql(record.kind),
                record.remote.0,
                source_of(run),
                Millis(record.at),
            ])?;
        let seq = self.index.last_insert_rowid();
        let summary = self.summary(record, raw)?;
        let version = self.version(run, seq, record, &summary, true)?;
        self.index
            .prepare_cached("UPDATE items SET latest = ?2 WHERE seq = ?1")?
            .execute([seq, version])?;
        self.current(seq, version)?;
        self.words(seq, &summary, true)?;
        self.touched(collection)
    }

    fn version(
        &self,
        run: &RunRow,
        item: i64,
        record: &Record,
        summary: &Summary,
        counted: bool,
    ) -> Result<i64, ArchiveError> {
        if let (Some(digest), Some(address), Some(phone)) = (record.digest, &summary.address, &run.phone) {
            self.index
                .prepare_cached(
                    "INSERT OR IGNORE INTO pictures (contact, phone, address) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![DigestSql(digest), phone.0, address])?;
        }
        self.index
            .prepare_cached(
                "INSERT INTO versions (item, run, change, at, digest, media, fingerprint, marks, counted, kind, uid, title,
                   sort, start, stop)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
            )?
            .execute(params![
                item,
                run.seq,
                Word(record.change),
                Millis(record.at),
                record.digest.map(DigestSql),
                record.media.as_ref().map(|media| &media.0),
                record.fingerprint.as_ref().map(|fingerprint| &fingerprint.0),
                Json(&record.marks),
                counted,
                KindSql(summary.kind.unwrap_or(record.kind)),
                summary.uid,
                summary.title,
                summary.sort,
                summary.start,
                summary.stop,
            ])?;
        Ok(self.index.last_insert_rowid())
    }

    /// Makes a version the one whose bytes count.
    fn current(&self, item: i64, version: i64) -> Result<(), ArchiveError> {
        self.index
            .prepare_cached(
                "UPDATE items SET current = ?2, (kind, title, sort, start, stop) =
                   (SELECT kind, title, sort, start, stop FROM versions WHERE seq = ?2)
                 WHERE seq = ?1",
            )?
            .execute([item, version])?;
        Ok(())
    }

    /// What an earlier version with the same payload says, so that it need not be parsed again.
    fn said_before(&self, item: i64, record: &Record) -> Result<Option<Summary>, ArchiveError> {
        let (Some(digest), Some(Body::Same), false) = (record.digest, &record.body, record.kind.is_file())
        else {
            return Ok(None);
        };
        Ok(self
            .index
            .prepare_cached(
                "SELECT kind, uid, title, sort, start, stop FROM versions WHERE item = ?1 AND digest = ?2
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(params![item, DigestSql(digest)], |row| {
                Ok(Summary {
                    kind: Some(row.get::<_, KindSql>(0)?.0),
                    uid: row.get(1)?,
                    title: row.get(2)?,
                    sort: row.get(3)?,
                    start: row.get(4)?,
                    stop: row.get(5)?,
                    ..Summary::default()
                })
            })
            .optional()?)
    }

    /// Makes a version of a known item count.
    pub(super) fn count(&self, version: i64, raw: Option<&[u8]>) -> Result<(), ArchiveError> {
        let (item, collection, change, at, digest, before) = self
            .index
            .prepare_cached(
                "SELECT items.seq, items.collection, v.change, v.at, v.digest, c.digest
                 FROM versions v JOIN items ON items.seq = v.item LEFT JOIN versions c ON c.seq = items.current
                 WHERE v.seq = ?1",
            )?
            .query_row([version], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, Word<Change>>(2)?.0,
                    row.get::<_, i64>(3)?,
                    row.get::<_, Option<DigestSql>>(4)?.map(|digest| digest.0),
                    row.get::<_, Option<DigestSql>>(5)?.map(|digest| digest.0),
                ))
            })?;
        self.index
            .prepare_cached("UPDATE versions SET counted = 1 WHERE seq = ?1")?
            .execute([version])?;
        match digest {
            None => {
                self.index
                    .prepare_cached("UPDATE items SET present = 0, last_changed = ?2 WHERE seq = ?1")?
                    .execute([item, at])?;
            }
            Some(digest) => {
                self.index
                    .prepare_cached("UPDATE items SET present = 1, last_changed = ?2 WHERE seq = ?1")?
                    .execute([item, at])?;
                self.current(item, version)?;
                if before != Some(digest) {
                    self.reword(item, version, raw)?;
                }
            }
        }
        debug_assert_eq!(digest.is_none(), change == Change::Gone);
        self.touched(collection)
    }

    /// Makes an item found by the words of this version.
    fn reword(&self, item: i64, version: i64, raw: Option<&[u8]>) -> Result<(), ArchiveError> {
        let record = self
            .index
            .prepare_cached(
                "SELECT collections.kind, collections.id, items.remote, v.change, v.at, v.digest, v.media, v.marks
                 FROM versions v JOIN items ON items.seq = v.item JOIN collections ON collections.seq = items.collection
                 WHERE v.seq = ?1",
            )?
            .query_row([version], |row| {
                let key = ItemKey {
                    kind: row.get::<_, KindSql>(0)?.0,
                    collection: CollectionId(row.get(1)?),
                    remote: RemoteId(row.get(2)?),
                };
                Ok(Record {
                    digest: row.get::<_, Option<DigestSql>>(5)?.map(|digest| digest.0),
                    media: row.get::<_, Option<String>>(6)?.map(Into::into),
                    marks: row.get::<_, Json<_>>(7)?.0,
                    ..key.record(row.get::<_, Word<_>>(3)?.0, row.get::<_, Millis>(4)?.0)
                })
            })?;
        self.words(item, &self.summary(&record, raw)?, false)
    }

    fn summary(&self, record: &Record, raw: Option<&[u8]>) -> Result<Summary, ArchiveError> {
        let (Some(digest), Some(media)) = (record.digest, &record.media) else {
            return Ok(Summary::default());
        };
        if record.kind.is_file() {
            let original = match &record.body {
                Some(Body::File(original)) => Some(original.clone()),
                _ => self
                    .index
                    .prepare_cached("SELECT original FROM originals WHERE digest = ?1")?
                    .query_row([DigestSql(digest)], |row| Ok(row.get::<_, Json<_>>(0)?.0))
                    .optional()?,
            };
            return Ok(original.map_or_else(Summary::default, |original| {
                summary::of_file(&record.collection.0, &record.remote, &record.marks, &original)
            }));
        }
        let read;
        let raw = match (raw, &record.body) {
            (Some(raw), _) => raw,
            (None, Some(Body::Raw(text))) => text.as_bytes(),
            _ => match self.shelf.payload(self.index, &digest) {
                Ok(raw) => {
                    read = raw;
                    &read
                }
                // A lost payload has no summary; verify reports it.
                Err(error)
                    if matches!(
                        error.kind(),
                        ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
                    ) =>
                {
                    return Ok(Summary::default());
                }
                Err(error) => return Err(error),
            },
        };
        if !sidekeep_formats::is_kind(record.kind, media) {
            return Ok(summary::of_foreign(&record.remote));
        }
        Ok(summary::of_payload(record.kind, media, raw))
    }

    fn words(&self, item: i64, summary: &Summary, new: bool) -> Result<(), ArchiveError> {
        if !new {
            self.index
                .prepare_cached("DELETE FROM words WHERE rowid = ?1")?
                .execute([item])?;
        }
        self.index
            .prepare_cached("INSERT INTO words (rowid, title, body) VALUES (?1, ?2, ?3)")?
            .execute(params![item, summary.title, summary.text])?;
        Ok(())
    }

    /// What was counted of the kept is so no longer.
    pub(super) fn uncount(&self) -> Result<(), ArchiveError> {
        self.index.prepare_cached("DELETE FROM sums")?.execute([])?;
        Ok(())
    }

    fn touched(&self, collection: i64) -> Result<(), ArchiveError> {
        self.index
            .prepare_cached("UPDATE collections SET changed = changed + 1 WHERE seq = ?1")?
            .execute([collection])?;
        Ok(())
    }
}

/// The way by which a run reached its phone: the first word of its source.
pub(crate) fn link_of(run: &RunRow) -> &str {
    link(source_of(run))
}

/// The way that a source names: `adb` of `adb://127.0.0.1:5555` and of `adb-usb:SERIAL`, `dav` of `dav+https://…`.
pub(crate) fn link(source: &str) -> &str {
    let scheme = source.split(':').next().unwrap_or(source);
    scheme.split(['-', '+']).next().unwrap_or(scheme)
}

fn source_of(run: &RunRow) -> &str {
    run.source.as_ref().map_or("", |source| &source.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_of_reaching_a_phone_has_one_name() {
        for (source, way) in [
            ("adb://127.0.0.1:5555/sdcard", "adb"),
            ("adb-usb:SERIAL", "adb"),
            ("dav+https://ada@example.org/", "dav"),
            ("folder:/media/card", "folder"),
            ("", ""),
        ] {
            assert_eq!(link(source), way);
        }
    }
}
