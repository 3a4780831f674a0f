//! Reading items out of the index.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono::NaiveDateTime;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};
use sidekeep_model::{
    Collection, CollectionId, Fingerprint, ItemId, Kind, Media, PhoneId, RemoteId, SourceName,
};

use super::apply::{RunRow, link_of};
use super::{DigestSql, Json, KindSql, Millis, Word};
use crate::{ArchiveError, Content, Item, Known, Query, StateRef};

/// The columns of an [`Item`]; `v` is the version whose bytes count, `l` the last version that counts.
const ITEM: &str = "SELECT i.id, v.kind, c.seq, i.source, i.remote, l.change, v.digest, v.media, p.size, o.original,
    coalesce(p.damage, o.damage), i.first_seen, l.at, v.marks, v.fingerprint, v.title, c.phone, i.present, i.last_changed, c.kind
  FROM items i JOIN collections c ON c.seq = i.collection ";
/// Where the bytes of `v` are.
const BYTES: &str =
    "LEFT JOIN payloads p ON p.digest = v.digest LEFT JOIN originals o ON o.digest = v.digest ";
/// The versions that count now.
pub(crate) const NOW: &str = "JOIN versions v ON v.seq = i.current JOIN versions l ON l.seq = i.current ";
/// The versions that counted at ?1.
pub(crate) const THEN: &str = "JOIN versions v ON v.seq = (SELECT max(seq) FROM versions WHERE item = i.seq AND counted = 1
      AND digest IS NOT NULL AND at <= ?1)
    JOIN versions l ON l.seq = (SELECT max(seq) FROM versions WHERE item = i.seq AND counted = 1 AND at <= ?1) ";

/// Builds a statement's conditions and values.
#[derive(Default)]
pub(crate) struct Conditions {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

impl Conditions {
    pub(crate) fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text
            .push_str(if self.text.is_empty() { "WHERE " } else { " AND " });
        self.text.push_str(condition);
        self.values.extend(values);
    }

    /// Only these phones; all where none is named.
    pub(crate) fn of_phones(&mut self, phones: &[PhoneId]) {
        if !phones.is_empty() {
            let phones = phones.iter().map(|phone| Value::from(phone.0.clone()));
            self.one_of("c.phone", phones.collect());
        }
    }

    pub(crate) fn one_of(&mut self, column: &str, values: Vec<Value>) {
        let marks = vec!["?"; values.len()].join(", ");
        self.and(&format!("{column} IN ({marks})"), values);
    }
}

/// Hands over the items that match.
pub(crate) fn each(
    index: &Connection,
    query: &Query,
    take: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<(), ArchiveError> {
    let mut conditions = Conditions::default();
    if let Some(at) = query.as_of {
        conditions.values.push(Value::from(at.millis()));
    }
    // What an item said then is in the version; what it says now is in the item as well, under an index.
    let (said, changed) = match query.as_of {
        Some(_) => ("v", "l.at"),
        None => ("i", "i.last_changed"),
    };
    if !query.kinds.is_empty() {
        conditions.one_of(
            &format!("{said}.kind"),
            query.kinds.iter().map(|kind| Value::from(*kind as i64)).collect(),
        );
    }
    if let Some(kind) = query.listed {
        conditions.and("c.kind = ?", [Value::from(kind as i64)]);
    }
    conditions.of_phones(&query.phones);
    if let Some(collection) = &query.collection {
        conditions.and("c.id = ?", [Value::from(collection.0.clone())]);
    }
    if query.ids.is_empty() {
        let there = match query.as_of {
            Some(_) => "(l.change <> 'gone')",
            None => "i.present",
        };
        conditions.and(&format!("{there} = ?"), [Value::from(!query.gone)]);
    } else {
        conditions.one_of(
            "i.id",
            query
                .ids
                .iter()
                .map(|id| Value::from(id.0.cast_signed()))
                .collect(),
        );
    }
    let changed = format!("strftime('%Y-%m-%dT%H:%M:%S', {changed} / 1000, 'unixepoch')");
    let text = |wall: NaiveDateTime| Value::from(wall.format("%Y-%m-%dT%H:%M:%S").to_string());
    let (since, until) = (query.since.map(text), query.until.map(text));
    if !query.kinds.is_empty() && query.kinds.iter().all(|kind| kind.is_file()) {
        // They last no time, and what they are sorted by begins with it, under an index.
        for (side, wall) in [(">=", since), ("<", until)] {
            if let Some(wall) = wall {
                conditions.and(&format!("{said}.sort {side} ?"), [wall]);
            }
        }
    } else {
        if let Some(since) = since {
            conditions.and(
                &format!(
                    "CASE WHEN {said}.start IS NULL THEN {changed} >= ? ELSE {said}.stop IS NULL OR {said}.stop >= ? END"
                ),
                [since.clone(), since],
            );
        }
        if let Some(until) = until {
            conditions.and(&format!("coalesce({said}.start, {changed}) < ?"), [until]);
        }
    }
    let versions = if query.as_of.is_some() { THEN } else { NOW };
    let mut sql = format!(
        "{ITEM}{versions}{BYTES}{} ORDER BY {said}.kind, {said}.sort, i.seq",
        conditions.text
    );
    if let Some(limit) = query.limit {
        sql.push_str(" LIMIT ?");
        conditions
            .values
            .push(Value::from(i64::try_from(limit).unwrap_or(i64::MAX)));
    }
    let mut items = Items::of(index, query.as_of.is_some())?;
    let mut statement = index.prepare(&sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(conditions.values))?;
    while let Some(row) = rows.next()? {
        if take(items.read(row)?).is_break() {
            break;
        }
    }
    Ok(())
}

/// The items with these numbers, in this order.
pub(crate) fn by_seq(index: &Connection, seqs: &[i64]) -> Result<Vec<Item>, ArchiveError> {
    let mut items = Items::of(index, false)?;
    let mut statement = index.prepare_cached(&format!("{ITEM}{NOW}{BYTES}WHERE i.seq = ?1"))?;
    seqs.iter()
        .map(|seq| {
            let mut rows = statement.query([seq])?;
            match rows.next()? {
                Some(row) => items.read(row).map(Some),
                None => Ok(None),
            }
        })
        .filter_map(Result::transpose)
        .collect()
}

/// Reads rows of [`ITEM`].
struct Items {
    collections: HashMap<i64, Arc<Collection>>,
    then: bool,
}

impl Items {
    fn of(index: &Connection, then: bool) -> Result<Self, ArchiveError> {
        Ok(Self {
            collections: collections(index)?,
            then,
        })
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Item, ArchiveError> {
        let digest = row.get::<_, DigestSql>(6)?.0;
        let media = Media(row.get::<_, Option<String>>(7)?.unwrap_or_default());
        let content = match row.get::<_, Option<Json<_>>>(9)? {
            Some(Json(original)) => Content::File(original),
            None => Content::Payload {
                size: row.get::<_, Option<u64>>(8)?.unwrap_or_default(),
            },
        };
        let lost = no_bytes(row)?;
        let damage = row.get::<_, Option<Word<_>>>(10)?.map(|word| word.0);
        let (present, changed) = if self.then {
            (row.get::<_, String>(5)? != "gone", row.get::<_, Millis>(12)?.0)
        } else {
            (row.get(17)?, row.get::<_, Millis>(18)?.0)
        };
        let collection = self
            .collections
            .get(&row.get::<_, i64>(2)?)
            .cloned()
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        Ok(Item {
            id: ItemId(row.get::<_, i64>(0)?.cast_unsigned()),
            kind: row.get::<_, KindSql>(1)?.0,
            listed: row.get::<_, KindSql>(19)?.0,
            phone: PhoneId(row.get(16)?),
            source: SourceName(row.get(3)?),
            collection,
            remote: RemoteId(row.get(4)?),
            present,
            digest,
            content,
            damage: damage.or(lost.then_some(crate::Fault::Missing)),
            first_seen: row.get::<_, Millis>(11)?.0,
            last_changed: changed,
            marks: row.get::<_, Json<_>>(13)?.0,
            fingerprint: Fingerprint(row.get::<_, Option<String>>(14)?.unwrap_or_default()),
            title: row.get(15)?,
            state: StateRef {
                digest,
                media: media.clone(),
            },
            media,
        })
    }
}

/// Neither a payload nor an original holds the bytes: the line that brought them is broken.
fn no_bytes(row: &Row<'_>) -> Result<bool, ArchiveError> {
    Ok(row.get::<_, Option<u64>>(8)?.is_none() && row.get::<_, Option<String>>(9)?.is_none())
}

/// Every collection by its number.
pub(crate) fn collections(index: &Connection) -> Result<HashMap<i64, Arc<Collection>>, ArchiveError> {
    Ok(index
        .prepare_cached("SELECT seq, description FROM collections")?
        .query_map([], |row| Ok((row.get(0)?, Arc::new(row.get::<_, Json<_>>(1)?.0))))?
        .collect::<Result<_, _>>()?)
}

/// What a run must know to plan: the latest kept state of each item of a kind.
pub(crate) fn known(
    index: &Connection,
    phone: &PhoneId,
    link: &str,
    kind: Kind,
) -> Result<Vec<Known>, ArchiveError> {
    let mut statement = index.prepare_cached(
        "SELECT c.id, i.remote, l.fingerprint, l.digest, l.media, coalesce(p.size, o.size), o.path, i.present, v.digest,
           l.counted, l.marks, coalesce(p.damage, o.damage) IS NOT NULL, c.link <> ?3
         FROM items i JOIN collections c ON c.seq = i.collection
           JOIN versions l ON l.seq = i.latest JOIN versions v ON v.seq = i.current
           LEFT JOIN payloads p ON p.digest = l.digest LEFT JOIN originals o ON o.digest = l.digest
         WHERE c.phone = ?1 AND c.kind = ?2",
    )?;
    let mut rows = statement.query(rusqlite::params![phone.0, KindSql(kind), link])?;
    let mut known = Vec::new();
    while let Some(row) = rows.next()? {
        let digest = row.get::<_, Option<DigestSql>>(3)?.map(|digest| digest.0);
        let size: Option<u64> = row.get(5)?;
        let lost = size.is_none() || row.get(11)?;
        known.push(Known {
            collection: CollectionId(row.get(0)?),
            remote: RemoteId(row.get(1)?),
            fingerprint: Fingerprint(row.get::<_, Option<String>>(2)?.unwrap_or_default()),
            digest: digest.filter(|_| !lost),
            media: Media(row.get::<_, Option<String>>(4)?.unwrap_or_default()),
            size: size.filter(|_| !lost),
            path: row.get(6)?,
            present: row.get(7)?,
            counted: row.get::<_, Option<DigestSql>>(8)?.map(|digest| digest.0),
            pending: !row.get::<_, bool>(9)?,
            marks: row.get::<_, Json<_>>(10)?.0,
            elsewhere: row.get(12)?,
        });
    }
    Ok(known)
}

/// Whether something that is on the phone has its latest bytes damaged, lost or kept aside, so that only a full listing
/// sets it right.
pub(crate) fn wants(
    index: &Connection,
    phone: &PhoneId,
    link: &str,
    kind: Kind,
) -> Result<bool, ArchiveError> {
    Ok(index
        .prepare_cached(
            "SELECT EXISTS (SELECT 1
             FROM items i JOIN collections c ON c.seq = i.collection JOIN versions l ON l.seq = i.latest
               LEFT JOIN payloads p ON p.digest = l.digest LEFT JOIN originals o ON o.digest = l.digest
             WHERE c.phone = ?1 AND c.kind = ?2 AND c.link = ?3 AND i.present
               AND (NOT l.counted OR coalesce(p.size, o.size) IS NULL OR coalesce(p.damage, o.damage) IS NOT NULL))",
        )?
        .query_row(rusqlite::params![phone.0, KindSql(kind), link], |row| row.get(0))?)
}

/// Whether the index describes a collection just so, as listed over this run's way.
pub(crate) fn describes(
    index: &Connection,
    run: &RunRow,
    kind: Kind,
    collection: &Collection,
) -> Result<bool, ArchiveError> {
    let Some(phone) = &run.phone else {
        return Ok(false);
    };
    let known: Option<Collection> = index
        .prepare_cached(
            "SELECT description FROM collections
             WHERE phone = ?1 AND kind = ?2 AND id = ?3 AND link = ?4 AND file <> ''",
        )?
        .query_row(
            rusqlite::params![phone.0, KindSql(kind), collection.id.0, link_of(run)],
            |row| Ok(row.get::<_, Json<_>>(0)?.0),
        )
        .optional()?;
    Ok(known.is_some_and(|known| known == *collection))
}
