//! What verdicts, the owner's decisions and checks do to the index.

use rusqlite::params;
use sidekeep_model::{CollectionId, Digest, Kind, PhoneId};

use super::apply::{Applier, RunRow};
use super::{DigestSql, Json, KindSql, Word};
use crate::{ArchiveError, Check, Decision, Verdict, layout};

impl Applier<'_> {
    pub(super) fn verdict(&self, run: &RunRow, verdict: &Verdict) -> Result<(), ArchiveError> {
        let (Some(phone), Some(source)) = (&run.phone, &run.source) else {
            return Ok(());
        };
        let unavailable = matches!(verdict.reading, sidekeep_model::Reading::Unavailable { .. });
        // A newer reading of the collection is what the owner decides about from now on. One that could read nothing
        // says nothing of it.
        if !unavailable {
            self.index
                .prepare_cached(
                    "UPDATE verdicts SET hold = 'superseded'
                     WHERE hold = 'open' AND phone = ?1 AND kind = ?2 AND collection IS ?3",
                )?
                .execute(params![
                    phone.0,
                    KindSql(verdict.kind),
                    verdict.collection.as_ref().map(|collection| &collection.0)
                ])?;
        }
        let held = !verdict.accepted && !verdict.suspicions.is_empty();
        self.index
            .prepare_cached(
                "INSERT INTO verdicts (run, phone, source, kind, collection, accepted, complete, listed, cursor, verdict,
                   hold)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                run.seq,
                phone.0,
                source.0,
                KindSql(verdict.kind),
                verdict.collection.as_ref().map(|collection| &collection.0),
                verdict.accepted,
                verdict.reading.is_complete(),
                (!unavailable).then_some(verdict.counts.listed),
                verdict.cursor,
                Json(verdict),
                held.then_some("open"),
            ])?;
        if let (true, Some(collection)) = (verdict.accepted, &verdict.collection) {
            self.count_run(run.seq, phone, verdict.kind, collection)?;
        }
        Ok(())
    }

    /// Makes everything that a run found in a collection count.
    fn count_run(
        &self,
        run: i64,
        phone: &PhoneId,
        kind: Kind,
        collection: &CollectionId,
    ) -> Result<(), ArchiveError> {
        let aside: Vec<i64> = self
            .index
            .prepare_cached(
                "SELECT v.seq FROM versions v JOIN items ON items.seq = v.item
                   JOIN collections c ON c.seq = items.collection
                 WHERE v.run = ?1 AND v.counted = 0 AND c.phone = ?2 AND c.kind = ?3 AND c.id = ?4 ORDER BY v.seq",
            )?
            .query_map(params![run, phone.0, KindSql(kind), collection.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if !aside.is_empty() {
            self.uncount()?;
        }
        for version in aside {
            self.count(version, None)?;
        }
        Ok(())
    }

    pub(super) fn decision(&self, decision: &Decision) -> Result<(), ArchiveError> {
        let open: Vec<(i64, i64, PhoneId, Kind, Option<String>)> = self
            .index
            .prepare_cached(
                "SELECT verdicts.seq, verdicts.run, verdicts.phone, verdicts.kind, verdicts.collection
                 FROM verdicts JOIN runs ON runs.seq = verdicts.run
                 WHERE runs.id = ?1 AND verdicts.hold = 'open' ORDER BY verdicts.seq",
            )?
            .query_map([&decision.run.0], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    PhoneId(row.get(2)?),
                    row.get::<_, KindSql>(3)?.0,
                    row.get(4)?,
                ))
            })?
            .collect::<Result<_, _>>()?;
        for (verdict, run, phone, kind, collection) in open {
            let hold = if decision.accept { "accepted" } else { "refused" };
            self.index
                .prepare_cached("UPDATE verdicts SET hold = ?2 WHERE seq = ?1")?
                .execute(params![verdict, hold])?;
            if let (true, Some(collection)) = (decision.accept, collection) {
                self.count_run(run, &phone, kind, &CollectionId(collection))?;
            }
        }
        Ok(())
    }

    pub(super) fn check(&self, run: &RunRow, check: &Check) -> Result<(), ArchiveError> {
        self.uncount()?;
        if !check.sample {
            // What a whole check does not name was found right, or is right again.
            self.index.execute_batch(
                "UPDATE originals SET damage = NULL WHERE damage IS NOT NULL;
                 UPDATE payloads SET damage = NULL WHERE damage IS NOT NULL;",
            )?;
        }
        for damage in &check.damage {
            self.index
                .prepare_cached("UPDATE originals SET damage = ?2 WHERE path = ?1")?
                .execute(params![damage.path, Word(damage.fault)])?;
            let object = damage
                .path
                .strip_prefix(layout::OBJECTS)
                .and_then(|path| path.rsplit('/').next())
                .and_then(|hex| hex.parse::<Digest>().ok());
            if let Some(digest) = object {
                self.index
                    .prepare_cached("UPDATE payloads SET damage = ?2 WHERE digest = ?1 AND object = 1")?
                    .execute(params![DigestSql(digest), Word(damage.fault)])?;
            }
        }
        self.index
            .prepare_cached(
                "INSERT INTO checks (at, whole, upto, found)
                 SELECT at, ?2, (SELECT coalesce(max(seq), 0) FROM versions), ?3 FROM runs WHERE seq = ?1",
            )?
            .execute(params![run.seq, !check.sample, Json(check)])?;
        Ok(())
    }
}
