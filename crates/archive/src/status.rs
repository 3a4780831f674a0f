//! One row of proof per phone and kind: on the phone, kept, verified, not readable and why (PRODUCT R15, R20).

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use sidekeep_model::{Digest, Identity, Kind, PhoneId, Reading, Time};

use crate::index::{DigestSql, Json, KindSql, Millis, catch_up};
use crate::{ArchiveError, Collected, Status, Verdict, groups, pictures};

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
    // All at one moment: a run may be going on.
    let _moment = match index.is_autocommit() {
        true => Some(index.unchecked_transaction()?),
        false => None,
    };
    let sums = sums(index)?;
    let checked = last_check(index)?.map(|(at, _)| at);
    let mut rows = Vec::new();
    for phone in phones(index)? {
        for kind in Kind::ALL {
            let sums = sums.get(&(phone.id.clone(), kind)).copied().unwrap_or_default();
            rows.push(row(index, &phone, kind, sums, checked)?);
        }
    }
    Ok(rows)
}

/// When everything was last re-read, and the last version of that time.
fn last_check(index: &Connection) -> Result<Option<(Time, i64)>, ArchiveError> {
    Ok(index
        .prepare_cached("SELECT at, upto FROM checks WHERE whole = 1 ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, Millis>(0)?.0, row.get(1)?)))
        .optional()?)
}

/// What is kept of one kind of one phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    present: u64,
    gone: u64,
    bytes: u64,
    verified: u64,
    verified_gone: u64,
    damaged: u64,
}

/// By phone and kind.
type AllSums = HashMap<(PhoneId, Kind), Sums>;

/// The sums as they were kept, or counted if nothing is kept of them.
fn sums(index: &Connection) -> Result<AllSums, ArchiveError> {
    let kept = kept(index)?;
    if kept.is_empty() {
        return count(index);
    }
    debug_assert_eq!(
        kept,
        count(index)?,
        "whatever changes what is counted empties the table"
    );
    Ok(kept)
}

/// Keeps the sums until something changes them, so that Home need not count a hundred thousand items to open. Where they
/// cannot be kept they are counted whenever they are asked for.
pub(crate) fn keep(index: &Connection) {
    let done = catch_up::transaction(index, || {
        if !kept(index)?.is_empty() {
            return Ok(());
        }
        let mut statement =
            index.prepare_cached("INSERT INTO sums VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for ((phone, kind), sums) in count(index)? {
            statement.execute(params![
                phone.0,
                KindSql(kind),
                sums.present,
                sums.gone,
                sums.bytes,
                sums.verified,
                sums.verified_gone,
                sums.damaged,
            ])?;
        }
        Ok(())
    });
    if let Err(error) = done {
        tracing::warn!(%error, "what was counted is not kept");
    }
}

fn kept(index: &Connection) -> Result<AllSums, ArchiveError> {
    Ok(index
        .prepare_cached(
            "SELECT phone, kind, present, gone, bytes, verified, verified_gone, damaged FROM sums",
        )?
        .query_map([], |row| {
            let sums = Sums {
                present: row.get(2)?,
                gone: row.get(3)?,
                bytes: row.get(4)?,
                verified: row.get(5)?,
                verified_gone: row.get(6)?,
                damaged: row.get(7)?,
            };
            Ok(((PhoneId(row.get(0)?), row.get::<_, KindSql>(1)?.0), sums))
        })?
        .collect::<Result<_, _>>()?)
}

fn count(index: &Connection) -> Result<AllSums, ArchiveError> {
    let upto = last_check(index)?.map_or(0, |(_, upto)| upto);
    // Every table is read from its beginning to its end: looking up the bytes of a hundred thousand items one by one
    // takes several times as long.
    let mut whole: HashMap<Digest, (u64, bool)> = HashMap::new();
    for table in ["originals", "payloads"] {
        let mut statement =
            index.prepare_cached(&format!("SELECT digest, size, damage IS NULL FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            whole.insert(row.get::<_, DigestSql>(0)?.0, (row.get(1)?, row.get(2)?));
        }
    }
    let mut sums: HashMap<(i64, Kind), Sums> = HashMap::new();
    let mut statement = index.prepare_cached(
        "SELECT i.collection, i.present, i.current, v.digest, i.kind
         FROM items i NOT INDEXED JOIN versions v ON v.seq = i.current",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let sums = sums
            .entry((row.get(0)?, row.get::<_, KindSql>(4)?.0))
            .or_default();
        let present: bool = row.get(1)?;
        sums.present += u64::from(present);
        sums.gone += u64::from(!present);
        // Bytes that no table has are lost: the line that brought them is broken.
        let (size, right) = whole
            .get(&row.get::<_, DigestSql>(3)?.0)
            .copied()
            .unwrap_or_default();
        sums.bytes += size;
        sums.damaged += u64::from(!right);
        let verified = right && row.get::<_, i64>(2)? <= upto;
        sums.verified += u64::from(verified);
        sums.verified_gone += u64::from(verified && !present);
    }
    let phones: HashMap<i64, PhoneId> = index
        .prepare_cached("SELECT seq, phone FROM collections")?
        .query_map([], |row| Ok((row.get(0)?, PhoneId(row.get(1)?))))?
        .collect::<Result<_, _>>()?;
    let mut all = AllSums::new();
    for ((collection, kind), one) in sums {
        let Some(phone) = phones.get(&collection) else {
            continue;
        };
        let sum = all.entry((phone.clone(), kind)).or_default();
        sum.present += one.present;
        sum.gone += one.gone;
        sum.bytes += one.bytes;
        sum.verified += one.verified;
        sum.verified_gone += one.verified_gone;
        sum.damaged += one.damaged;
    }
    Ok(all)
}

fn row(
    index: &Connection,
    phone: &Identity,
    kind: Kind,
    sums: Sums,
    checked: Option<Time>,
) -> Result<Status, ArchiveError> {
    let (read_with, last) = told(index, phone, kind)?;
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
        .query_row(params![phone.id.0, KindSql(read_with)], |row| {
            row.get::<_, Option<Millis>>(0)
        })?;
    Ok(Status {
        phone: phone.clone(),
        kind,
        on_phone: last.listed,
        present: sums.present,
        gone: sums.gone,
        bytes: sums.bytes,
        verified: sums.verified,
        verified_gone: sums.verified_gone,
        verified_at: checked,
        damaged: sums.damaged,
        without_picture: match kind {
            Kind::Contact => pictures::lacking(index, &phone.id)?,
            _ => 0,
        },
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

/// How a kind was read last, and with which kind. Groups that are cards of an address book are read with its contacts.
fn told(index: &Connection, phone: &Identity, kind: Kind) -> Result<(Kind, LastReading), ArchiveError> {
    let own = last_reading(index, phone, kind)?;
    let cards = match kind {
        Kind::Contact | Kind::Group => groups::shown(index, &phone.id, None)?,
        _ => None,
    };
    let Some(cards) = cards else {
        return Ok((kind, own));
    };
    let listed = own.listed;
    if kind == Kind::Contact {
        let listed = listed.map(|listed| listed.saturating_sub(cards));
        return Ok((kind, LastReading { listed, ..own }));
    }
    if !own.reading.as_ref().is_none_or(Reading::is_beyond_link) {
        let listed = listed.map(|listed| listed + cards);
        return Ok((kind, LastReading { listed, ..own }));
    }
    let contacts = last_reading(index, phone, Kind::Contact)?;
    let listed = contacts.listed.map(|_| cards);
    Ok((Kind::Contact, LastReading { listed, ..contacts }))
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
