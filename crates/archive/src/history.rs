//! Reading runs, versions and holds out of the index.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, Row, params};
use sidekeep_model::{Collection, CollectionId, ItemId, Media, PhoneId, RunId, SourceName};

use crate::index::{DigestSql, Json, KindSql, Millis, Word, query};
use crate::journal::{self, Scanned};
use crate::{
    ArchiveError, Change, Held, Hold, Judged, Line, Note, RunChange, RunSummary, Standing, StateRef, Verdict,
    Version, layout,
};

const VERSION: &str = "v.change, v.counted, v.at, r.id, v.marks, v.digest, v.media";

fn version(row: &Row<'_>, from: usize) -> rusqlite::Result<Version> {
    let digest = row.get::<_, Option<DigestSql>>(from + 5)?.map(|digest| digest.0);
    let media = Media(row.get::<_, Option<String>>(from + 6)?.unwrap_or_default());
    Ok(Version {
        change: row.get::<_, Word<Change>>(from)?.0,
        standing: if row.get(from + 1)? {
            Standing::Counted
        } else {
            Standing::Aside
        },
        at: row.get::<_, Millis>(from + 2)?.0,
        run: RunId(row.get(from + 3)?),
        marks: row.get::<_, Json<_>>(from + 4)?.0,
        state: digest.map(|digest| StateRef { digest, media }),
    })
}

/// All changes of an item, oldest first.
pub(crate) fn versions(index: &Connection, id: ItemId) -> Result<Vec<Version>, ArchiveError> {
    Ok(index
        .prepare_cached(&format!(
            "SELECT {VERSION} FROM versions v JOIN runs r ON r.seq = v.run JOIN items i ON i.seq = v.item
             WHERE i.id = ?1 ORDER BY v.seq"
        ))?
        .query_map([id.0.cast_signed()], |row| version(row, 0))?
        .collect::<Result<_, _>>()?)
}

/// What a run found, in order: at most `limit` changes after the first `from`.
pub(crate) fn changes(
    index: &Connection,
    run: &RunId,
    from: usize,
    limit: usize,
) -> Result<Vec<RunChange>, ArchiveError> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let collections = query::collections(index)?;
    Ok(index
        .prepare_cached(&format!(
            "SELECT i.id, i.kind, i.collection, i.title, {VERSION}
             FROM versions v JOIN runs r ON r.seq = v.run JOIN items i ON i.seq = v.item
             WHERE r.id = ?1 ORDER BY v.seq LIMIT ?2 OFFSET ?3"
        ))?
        .query_map(params![run.0, number(limit), number(from)], |row| {
            Ok(RunChange {
                item: ItemId(row.get::<_, i64>(0)?.cast_unsigned()),
                kind: row.get::<_, KindSql>(1)?.0,
                collection: collections
                    .get(&row.get(2)?)
                    .cloned()
                    .ok_or(rusqlite::Error::QueryReturnedNoRows)?,
                title: row.get(3)?,
                version: version(row, 4)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// All runs, newest first, or the one named.
pub(crate) fn runs(index: &Connection, only: Option<&RunId>) -> Result<Vec<RunSummary>, ArchiveError> {
    let mut statement = index.prepare_cached(
        "SELECT seq, id, purpose, phone, source, kinds, at, ended, outcome,
           (SELECT count(*) FROM versions WHERE run = runs.seq)
         FROM runs WHERE ?1 IS NULL OR id = ?1 ORDER BY seq DESC",
    )?;
    let mut rows = statement.query([only.map(|run| &run.0)])?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next()? {
        let ended = row.get::<_, Option<Millis>>(7)?.map(|time| time.0);
        let outcome = row.get::<_, Option<Word<_>>>(8)?.map(|word| word.0);
        runs.push(RunSummary {
            id: RunId(row.get(1)?),
            purpose: row.get::<_, Word<_>>(2)?.0,
            phone: row.get::<_, Option<String>>(3)?.map(PhoneId),
            source: row.get::<_, Option<String>>(4)?.map(SourceName),
            kinds: row.get::<_, Json<_>>(5)?.0,
            at: row.get::<_, Millis>(6)?.0,
            end: ended.zip(outcome),
            changes: row.get(9)?,
            verdicts: verdicts(index, row.get(0)?)?,
        });
    }
    Ok(runs)
}

/// What a run wrote down that no phone told: the owner's decision, what a check found or healing noticed, or what came of a
/// restore. The journal says so.
pub(crate) fn note(root: &Path, run: &RunId) -> Result<Option<Note>, ArchiveError> {
    let mut note = None;
    let path = layout::below(root, &layout::journal(run));
    journal::scan(&path, 0, &mut |_, _, scanned| {
        note = match scanned {
            Scanned::Line(Line::Decision(decision)) => Some(Note::Decision(decision)),
            Scanned::Line(Line::Check(check)) => Some(Note::Check(check)),
            Scanned::Line(Line::Restored(restored)) => match note.take() {
                Some(Note::Restore(restore, _)) => Some(Note::Restore(restore, Some(restored))),
                other => other,
            },
            // What came of it stands further down.
            Scanned::Line(Line::Restore(restore)) => {
                note = Some(Note::Restore(restore, None));
                return Ok(ControlFlow::Continue(()));
            }
            _ => return Ok(ControlFlow::Continue(())),
        };
        Ok(ControlFlow::Break(()))
    })?;
    Ok(note)
}

fn verdicts(index: &Connection, run: i64) -> Result<Vec<Judged>, ArchiveError> {
    Ok(index
        .prepare_cached("SELECT verdict, hold FROM verdicts WHERE run = ?1 ORDER BY seq")?
        .query_map([run], |row| {
            Ok(Judged {
                verdict: row.get::<_, Json<_>>(0)?.0,
                hold: row.get::<_, Option<String>>(1)?.as_deref().map(hold),
            })
        })?
        .collect::<Result<_, _>>()?)
}

fn hold(word: &str) -> Hold {
    match word {
        "accepted" => Hold::Accepted,
        "refused" => Hold::Refused,
        "superseded" => Hold::Superseded,
        _ => Hold::Open,
    }
}

/// Held-back collections on which the owner has to decide, oldest first.
pub(crate) fn holds(index: &Connection) -> Result<Vec<Held>, ArchiveError> {
    let mut statement = index.prepare_cached(
        "SELECT r.id, r.at, v.phone, v.kind, v.collection, v.verdict
         FROM verdicts v JOIN runs r ON r.seq = v.run WHERE v.hold = 'open' ORDER BY v.seq",
    )?;
    let mut rows = statement.query([])?;
    let mut holds = Vec::new();
    while let Some(row) = rows.next()? {
        let verdict: Verdict = row.get::<_, Json<_>>(5)?.0;
        let phone = PhoneId(row.get(2)?);
        holds.push(Held {
            run: RunId(row.get(0)?),
            at: row.get::<_, Millis>(1)?.0,
            kind: verdict.kind,
            collection: match row.get::<_, Option<String>>(4)?.map(CollectionId) {
                Some(id) => collection(index, &phone, verdict.kind, &id)?,
                None => None,
            },
            phone,
            suspicions: verdict.suspicions,
            counts: verdict.counts,
        });
    }
    Ok(holds)
}

/// A collection as last described.
pub(crate) fn collection(
    index: &Connection,
    phone: &PhoneId,
    kind: sidekeep_model::Kind,
    id: &CollectionId,
) -> Result<Option<Arc<Collection>>, ArchiveError> {
    use rusqlite::OptionalExtension;
    Ok(index
        .prepare_cached("SELECT description FROM collections WHERE phone = ?1 AND kind = ?2 AND id = ?3")?
        .query_row(params![phone.0, KindSql(kind), id.0], |row| {
            Ok(Arc::new(row.get::<_, Json<_>>(0)?.0))
        })
        .optional()?)
}
