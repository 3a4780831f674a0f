//! One row of proof per phone and kind: on the phone, kept, verified, not readable and why (PRODUCT R15, R20).

use rusqlite::{Connection, OptionalExtension, params};
use sidekeep_model::{Identity, Kind, PhoneId, Reading, Time};

use crate::index::{Json, KindSql, Millis};
use crate::{ArchiveError, Collected, Status, Verdict};

/// Every phone ever mirrored, as it last named itself.
pub(crate) fn phones(index: &Connection) -> Result<Vec<Identity>, ArchiveError> {
    Ok(index
        .prepare_cached("SELECT id, name, model, system FROM phones ORDER BY rowid")?
        .query_map([], |row| {
            Ok(Identity {
                id: PhoneId(row.get(0)?),
                name: row.get(1)?,
                model: row.get(2)?,
                system: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// Collections of a phone, or of all.
pub(crate) fn collections(
    index: &Connection,
    phone: Option<&PhoneId>,
) -> Result<Vec<Collected>, ArchiveError> {
    Ok(index
        .prepare_cached(
            "SELECT c.phone, c.kind, c.description, coalesce(sum(i.present), 0), coalesce(sum(1 - i.present), 0)
             FROM collections c LEFT JOIN items i ON i.collection = c.seq
             WHERE ?1 IS NULL OR c.phone = ?1 GROUP BY c.seq ORDER BY c.phone, c.kind, c.seq",
        )?
        .query_map([phone.map(|phone| &phone.0)], |row| {
            Ok(Collected {
                phone: PhoneId(row.get(0)?),
                kind: row.get::<_, KindSql>(1)?.0,
                collection: std::sync::Arc::new(row.get::<_, Json<_>>(2)?.0),
                present: row.get(3)?,
                gone: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

impl Status {
    /// Whether any run set out to read this kind of this phone.
    pub fn is_tried(&self) -> bool {
        self.last_run.is_some() || self.reading.is_some()
    }
}

/// A row for every kind of every phone: no kind is hidden, whether or not it was ever tried.
pub(crate) fn status(index: &Connection) -> Result<Vec<Status>, ArchiveError> {
    let checked: Option<(Time, i64)> = index
        .prepare_cached("SELECT at, upto FROM checks WHERE whole = 1 ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, Millis>(0)?.0, row.get(1)?)))
        .optional()?;
    let mut rows = Vec::new();
    for phone in phones(index)? {
        for kind in Kind::ALL {
            rows.push(row(index, &phone, kind, checked)?);
        }
    }
    Ok(rows)
}

fn row(
    index: &Connection,
    phone: &Identity,
    kind: Kind,
    checked: Option<(Time, i64)>,
) -> Result<Status, ArchiveError> {
    let key = params![phone.id.0, KindSql(kind), checked.map_or(0, |(_, upto)| upto)];
    let (present, gone, bytes, damaged, verified) = index
        .prepare_cached(
            "SELECT coalesce(sum(i.present), 0), coalesce(sum(1 - i.present), 0), coalesce(sum(size), 0),
               coalesce(sum(bad), 0), coalesce(sum(NOT bad AND i.current <= ?3), 0)
             FROM (SELECT i.present, i.current, coalesce(p.size, o.size) AS size,
                     (p.digest IS NULL AND o.digest IS NULL) OR coalesce(p.damage, o.damage) IS NOT NULL AS bad
                   FROM items i JOIN collections c ON c.seq = i.collection JOIN versions v ON v.seq = i.current
                     LEFT JOIN payloads p ON p.digest = v.digest LEFT JOIN originals o ON o.digest = v.digest
                   WHERE c.phone = ?1 AND c.kind = ?2) i",
        )?
        .query_row(key, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
    let last = last_reading(index, phone, kind)?;
    let held = index
        .prepare_cached("SELECT count(*) FROM verdicts WHERE hold = 'open' AND phone = ?1 AND kind = ?2")?
        .query_row(params![phone.id.0, KindSql(kind)], |row| row.get(0))?;
    let last_complete = index
        .prepare_cached(
            "SELECT max(r.ended) FROM runs r
             WHERE r.phone = ?1 AND r.outcome IN ('complete', 'partial')
               AND EXISTS (SELECT 1 FROM verdicts v WHERE v.run = r.seq AND v.kind = ?2)
               AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.run = r.seq AND v.kind = ?2
                 AND NOT (v.complete AND (v.accepted OR coalesce(v.hold, '') = 'accepted')))",
        )?
        .query_row(params![phone.id.0, KindSql(kind)], |row| {
            row.get::<_, Option<Millis>>(0)
        })?;
    Ok(Status {
        phone: phone.clone(),
        kind,
        on_phone: last.listed,
        present,
        gone,
        bytes,
        verified,
        verified_at: checked.map(|(at, _)| at),
        damaged,
        reading: last.reading,
        held,
        last_run: last.begun,
        last_complete: last_complete.map(|time| time.0),
    })
}

/// The last time that a kind was read, or tried.
struct LastReading {
    /// What the readers said in the last run that judged it.
    reading: Option<Reading>,
    /// How many items they listed.
    listed: Option<u64>,
    /// When the last run that set out to read it began.
    begun: Option<Time>,
}

fn last_reading(index: &Connection, phone: &Identity, kind: Kind) -> Result<LastReading, ArchiveError> {
    let verdicts: Vec<Verdict> = index
        .prepare_cached(
            "SELECT verdict FROM verdicts WHERE phone = ?1 AND kind = ?2 AND run =
               (SELECT max(run) FROM verdicts WHERE phone = ?1 AND kind = ?2) ORDER BY seq",
        )?
        .query_map(params![phone.id.0, KindSql(kind)], |row| {
            Ok(row.get::<_, Json<_>>(0)?.0)
        })?
        .collect::<Result<_, _>>()?;
    let listed = verdicts
        .iter()
        .filter(|verdict| !matches!(verdict.reading, Reading::Unavailable { .. }))
        .map(|verdict| verdict.counts.listed)
        .reduce(|a, b| a + b);
    let reading = verdicts
        .into_iter()
        .map(|verdict| verdict.reading)
        .reduce(Reading::and);
    let last_run = index
        .prepare_cached(
            "SELECT max(at) FROM runs WHERE phone = ?1
               AND EXISTS (SELECT 1 FROM json_each(runs.kinds) WHERE value = ?2)",
        )?
        .query_row(params![phone.id.0, kind.name()], |row| {
            row.get::<_, Option<Millis>>(0)
        })?;
    Ok(LastReading {
        reading,
        listed,
        begun: last_run.map(|time| time.0),
    })
}
