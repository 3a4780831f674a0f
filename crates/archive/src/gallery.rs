//! What a window needs to lay out every photo and every day: narrow rows, and many of them. What else is known of an
//! item is [`crate::Archive::list`]'s to tell.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use rusqlite::types::Value;
use rusqlite::{Connection, Row};
use serde::Deserialize;
use sidekeep_model::{Collection, Digest, ItemId, Kind, Marks, Media, Time};

use crate::index::query::{Conditions, NOW, THEN, collections};
use crate::index::{DigestSql, Json, KindSql};
use crate::{ArchiveError, ArchiveErrorKind, Original, Query, StateRef};

/// A photo or film, as a tile among many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The item.
    pub id: ItemId,
    /// Photo or film.
    pub kind: Kind,
    /// Its bytes.
    pub digest: Digest,
    /// Wall time of capture.
    pub taken: NaiveDateTime,
    /// Width and height in pixels, as shown.
    pub size: Option<(u32, u32)>,
    /// Milliseconds of a film.
    pub duration: Option<u64>,
    /// The owner's favourite.
    pub favourite: bool,
    /// In the phone's bin.
    pub trashed: bool,
    /// The phone made it of its own screen, by its folder or name.
    pub screenshot: bool,
    /// The kept bytes are damaged or lost, or were broken when they came.
    pub broken: bool,
    /// Still on the phone.
    pub present: bool,
}

/// An event that may touch some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgendaRow {
    /// The item.
    pub id: ItemId,
    /// Its calendar: its place among those of [`crate::Archive::collections`] that hold events or tasks.
    pub calendar: u32,
    /// For reading its bytes.
    pub state: StateRef,
}

/// What of an [`Original`] a tile shows.
#[derive(Deserialize)]
struct Narrow {
    facts: NarrowFacts,
}

#[derive(Deserialize)]
struct NarrowFacts {
    width: Option<u32>,
    height: Option<u32>,
    duration: Option<u64>,
    #[serde(default)]
    broken: bool,
}

/// The photos and films that match, newest first by wall time; of the query the kinds, the phones, `as_of` and `gone`.
pub(crate) fn gallery(index: &Connection, query: &Query) -> Result<Vec<Tile>, ArchiveError> {
    let kinds = query.kinds.iter().copied().filter(|kind| kind.is_file());
    let kinds: Vec<Kind> = kinds.collect();
    let both = [Kind::Photo, Kind::Film];
    let Source {
        versions,
        there,
        said,
        conditions,
    } = Source::of(if kinds.is_empty() { &both } else { &kinds }, query);
    // Every table is read from its beginning to its end: looking a hundred thousand originals up one by one, in the
    // order of the items, takes five times as long.
    let originals = originals(index)?;
    let sql = format!(
        "SELECT i.id, i.kind, {said}.start, v.digest, v.marks, {there}, i.collection, i.remote, i.title
         FROM items i NOT INDEXED JOIN collections c ON c.seq = i.collection {versions}{}",
        conditions.text
    );
    let folders: HashMap<i64, bool> = collections(index)?
        .into_iter()
        .map(|(seq, collection)| (seq, is_of_screenshots(&collection)))
        .collect();
    let mut statement = index.prepare(&sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(conditions.values))?;
    let mut tiles = Vec::new();
    while let Some(row) = rows.next()? {
        tiles.push(tile(row, &folders, &originals)?);
    }
    tiles.sort_unstable_by_key(|tile: &Tile| (std::cmp::Reverse(tile.taken), tile.id.0));
    Ok(tiles)
}

/// What tiles show of every original, and whether it is damaged.
fn originals(index: &Connection) -> rusqlite::Result<HashMap<Digest, (NarrowFacts, bool)>> {
    let mut statement = index.prepare("SELECT digest, original, damage IS NOT NULL FROM originals")?;
    let mut rows = statement.query([])?;
    let mut originals = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(narrow) = serde_json::from_str::<Narrow>(row.get_ref(1)?.as_str()?) {
            originals.insert(row.get::<_, DigestSql>(0)?.0, (narrow.facts, row.get(2)?));
        }
    }
    Ok(originals)
}

fn tile(
    row: &Row<'_>,
    folders: &HashMap<i64, bool>,
    originals: &HashMap<Digest, (NarrowFacts, bool)>,
) -> rusqlite::Result<Tile> {
    let digest = row.get::<_, DigestSql>(3)?.0;
    let original = originals.get(&digest);
    // Nearly all have no marks but a time and a counter, which nobody needs here.
    let marks = row.get_ref(4)?.as_str()?;
    let marks: Marks = if marks.contains("true") {
        serde_json::from_str(marks).unwrap_or_default()
    } else {
        Marks::default()
    };
    let start = row.get_ref(2)?.as_str_or_null()?;
    let screenshot = folders.get(&row.get(6)?).copied().unwrap_or_default()
        || is_screenshot(row.get_ref(7)?.as_str()?)
        || is_screenshot(row.get_ref(8)?.as_str()?);
    Ok(Tile {
        id: ItemId(row.get::<_, i64>(0)?.cast_unsigned()),
        kind: row.get::<_, KindSql>(1)?.0,
        digest,
        taken: start.and_then(wall).unwrap_or_default(),
        size: original.and_then(|(facts, _)| facts.width.zip(facts.height)),
        duration: original.and_then(|(facts, _)| facts.duration),
        favourite: marks.favourite,
        trashed: marks.trashed,
        screenshot,
        // Without an original its bytes are lost.
        broken: original.is_none_or(|(facts, damaged)| *damaged || facts.broken),
        present: row.get(5)?,
    })
}

/// `2024-05-03T14:00:00`, which is all that the index writes.
fn wall(text: &str) -> Option<NaiveDateTime> {
    let number = |at: std::ops::Range<usize>| text.get(at)?.parse::<u32>().ok();
    let date = NaiveDate::from_ymd_opt(text.get(0..4)?.parse().ok()?, number(5..7)?, number(8..10)?)?;
    date.and_hms_opt(number(11..13)?, number(14..16)?, number(17..19)?)
}

/// Android and its makers keep them in a folder of this name, in every language.
fn is_of_screenshots(collection: &Collection) -> bool {
    collection.name.eq_ignore_ascii_case("screenshots") || is_screenshot(collection.id.as_str())
}

/// The path has such a folder, or the file's name begins so.
fn is_screenshot(path: &str) -> bool {
    const WORD: &str = "screenshot";
    path.split('/').any(|part| {
        part.get(..WORD.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(WORD))
    })
}

/// The events that may touch `from..to` in any zone: single ones by their wall times, series always.
pub(crate) fn agenda(
    index: &Connection,
    from: NaiveDateTime,
    to: NaiveDateTime,
    as_of: Option<Time>,
) -> Result<Vec<AgendaRow>, ArchiveError> {
    let places: HashMap<i64, u32> = index
        .prepare_cached("SELECT seq FROM collections WHERE kind IN (?1, ?2) ORDER BY phone, kind, seq")?
        .query_map([KindSql(Kind::Event), KindSql(Kind::Task)], |row| row.get(0))?
        .zip(0..)
        .map(|(seq, place)| Ok((seq?, place)))
        .collect::<rusqlite::Result<_>>()?;
    let query = Query {
        as_of,
        ..Query::default()
    };
    let Source {
        versions,
        said,
        mut conditions,
        ..
    } = Source::of(&[Kind::Event], &query);
    let text = |wall: NaiveDateTime| Value::from(wall.format("%Y-%m-%dT%H:%M:%S").to_string());
    conditions.and(
        &format!(
            "{said}.start IS NOT NULL AND ({said}.stop IS NULL OR ({said}.stop >= ? AND {said}.start < ?))"
        ),
        [text(from), text(to)],
    );
    let sql = format!(
        "SELECT i.id, i.collection, v.digest, v.media
         FROM items i JOIN collections c ON c.seq = i.collection {versions}{}",
        conditions.text
    );
    let mut statement = index.prepare(&sql)?;
    let rows = statement.query_map(rusqlite::params_from_iter(conditions.values), |row| {
        Ok(AgendaRow {
            id: ItemId(row.get::<_, i64>(0)?.cast_unsigned()),
            calendar: places.get(&row.get(1)?).copied().unwrap_or_default(),
            state: StateRef {
                digest: row.get::<_, DigestSql>(2)?.0,
                media: Media(row.get::<_, Option<String>>(3)?.unwrap_or_default()),
            },
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The state of one item that counts, with its file if it is one: what showing a picture needs. With `tag`, the state
/// whose digest begins with these hex digits, if the item ever had it.
pub(crate) fn shown(
    index: &Connection,
    id: ItemId,
    tag: Option<&str>,
) -> Result<(Kind, StateRef, Option<Original>), ArchiveError> {
    let mut statement = index.prepare_cached(
        "SELECT i.kind, v.digest, v.media, o.original, lower(substr(hex(v.digest), 1, length(?2))) = ?2 AS tagged
         FROM items i JOIN versions v ON v.item = i.seq LEFT JOIN originals o ON o.digest = v.digest
         WHERE i.id = ?1 AND (v.seq = i.current OR tagged)
         ORDER BY tagged DESC, v.seq = i.current DESC, v.seq DESC LIMIT 1",
    )?;
    let mut rows = statement.query((id.0.cast_signed(), tag))?;
    let Some(row) = rows.next()? else {
        return Err(ArchiveError::new(ArchiveErrorKind::NotFound, id.to_string()));
    };
    let state = StateRef {
        digest: row.get::<_, DigestSql>(1)?.0,
        media: Media(row.get::<_, Option<String>>(2)?.unwrap_or_default()),
    };
    let original = row.get::<_, Option<Json<Original>>>(3)?.map(|json| json.0);
    Ok((row.get::<_, KindSql>(0)?.0, state, original))
}

/// Where rows come from: the versions that count, and which items.
struct Source {
    versions: &'static str,
    /// Says that an item is there.
    there: &'static str,
    /// Has the times of the state that counts: `i` for now, `v` for another time.
    said: &'static str,
    conditions: Conditions,
}

impl Source {
    fn of(kinds: &[Kind], query: &Query) -> Self {
        let mut conditions = Conditions::default();
        let (versions, there, said) = match query.as_of {
            Some(at) => {
                conditions.values.push(Value::from(at.millis()));
                (THEN, "(l.change <> 'gone')", "v")
            }
            None => (NOW, "i.present", "i"),
        };
        conditions.one_of(
            "i.kind",
            kinds.iter().map(|kind| Value::from(*kind as i64)).collect(),
        );
        conditions.and(&format!("{there} = ?"), [Value::from(!query.gone)]);
        conditions.of_phones(&query.phones);
        Self {
            versions,
            there,
            said,
            conditions,
        }
    }
}
