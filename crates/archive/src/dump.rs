//! The canonical text of everything kept: one JSON object a line, sorted, without run ids, times of reading, or
//! anything else that differs between two archives of the same states.

use std::io::{self, Write};

use rusqlite::{Connection, params};
use serde::Serialize;
use sidekeep_model::{Collection, Digest, Fingerprint, Identity, Kind, Marks, Taken};

use crate::index::{DigestSql, Json, KindSql};
use crate::{ArchiveError, Original, Suspicion, Verdict};

/// Why a dump ended early.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The archive could not be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The text could not be written where the caller wants it.
    #[error("the dump could not be written")]
    Output(#[source] io::Error),
}

impl From<rusqlite::Error> for DumpError {
    fn from(error: rusqlite::Error) -> Self {
        DumpError::Archive(error.into())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
    Phone(&'a Identity),
    Collection {
        phone: &'a str,
        kind: Kind,
        #[serde(flatten)]
        collection: &'a Collection,
    },
    Item {
        phone: &'a str,
        kind: Kind,
        collection: &'a str,
        remote: &'a str,
        present: bool,
        fingerprint: Option<Fingerprint>,
        marks: Marks,
        versions: Vec<State>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        aside: Vec<State>,
    },
    Picture {
        phone: &'a str,
        of: Digest,
        address: &'a str,
        picture: Option<Digest>,
    },
    Hold {
        phone: &'a str,
        kind: Kind,
        collection: Option<&'a str>,
        suspicions: &'a [Suspicion],
    },
}

/// A kept state: its bytes, and where they are if they are a file of their own.
#[derive(Serialize)]
struct State {
    digest: Digest,
    media: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
}

/// Writes the dump.
pub(crate) fn dump(index: &Connection, out: &mut dyn Write) -> Result<(), DumpError> {
    let mut put = |line: &Line<'_>| -> Result<(), DumpError> {
        serde_json::to_writer(&mut *out, line).map_err(|error| DumpError::Output(error.into()))?;
        out.write_all(b"\n").map_err(DumpError::Output)
    };
    let mut phones = index.prepare("SELECT id, name, model, system FROM phones ORDER BY id")?;
    let mut rows = phones.query([])?;
    while let Some(row) = rows.next()? {
        put(&Line::Phone(&Identity {
            id: row.get::<_, String>(0)?.into(),
            name: row.get(1)?,
            model: row.get(2)?,
            system: row.get(3)?,
        }))?;
    }
    let mut collections =
        index.prepare("SELECT phone, kind, description FROM collections ORDER BY phone, kind, id")?;
    let mut rows = collections.query([])?;
    while let Some(row) = rows.next()? {
        put(&Line::Collection {
            phone: &row.get::<_, String>(0)?,
            kind: row.get::<_, KindSql>(1)?.0,
            collection: &row.get::<_, Json<_>>(2)?.0,
        })?;
    }
    let mut items = index.prepare(
        "SELECT c.phone, c.kind, c.id, i.remote, i.present, v.fingerprint, v.marks, i.seq
         FROM items i JOIN collections c ON c.seq = i.collection JOIN versions v ON v.seq = i.current
         ORDER BY c.phone, c.kind, c.id, i.remote",
    )?;
    let mut rows = items.query([])?;
    while let Some(row) = rows.next()? {
        let (versions, aside) = states(index, row.get(7)?)?;
        put(&Line::Item {
            phone: &row.get::<_, String>(0)?,
            kind: row.get::<_, KindSql>(1)?.0,
            collection: &row.get::<_, String>(2)?,
            remote: &row.get::<_, String>(3)?,
            present: row.get(4)?,
            fingerprint: row.get::<_, Option<String>>(5)?.map(Into::into),
            marks: row.get::<_, Json<_>>(6)?.0,
            versions,
            aside,
        })?;
    }
    let mut pictures = index.prepare(
        "SELECT contact, address, digest, phone FROM pictures WHERE asked ORDER BY phone, contact",
    )?;
    let mut rows = pictures.query([])?;
    while let Some(row) = rows.next()? {
        put(&Line::Picture {
            phone: &row.get::<_, String>(3)?,
            of: row.get::<_, DigestSql>(0)?.0,
            address: &row.get::<_, String>(1)?,
            picture: row.get::<_, Option<DigestSql>>(2)?.map(|digest| digest.0),
        })?;
    }
    let mut holds = index.prepare(
        "SELECT phone, kind, collection, verdict FROM verdicts WHERE hold = 'open' ORDER BY phone, kind, collection",
    )?;
    let mut rows = holds.query([])?;
    while let Some(row) = rows.next()? {
        let verdict: Verdict = row.get::<_, Json<_>>(3)?.0;
        put(&Line::Hold {
            phone: &row.get::<_, String>(0)?,
            kind: row.get::<_, KindSql>(1)?.0,
            collection: row.get::<_, Option<String>>(2)?.as_deref(),
            suspicions: &verdict.suspicions,
        })?;
    }
    Ok(())
}

/// An item's states: those that count, in order and without repeats side by side; and those kept aside that never came
/// to count, sorted by digest.
fn states(index: &Connection, item: i64) -> Result<(Vec<State>, Vec<State>), ArchiveError> {
    let mut statement = index.prepare_cached(
        "SELECT v.digest, v.media, v.counted, p.size, o.original
         FROM versions v LEFT JOIN payloads p ON p.digest = v.digest LEFT JOIN originals o ON o.digest = v.digest
         WHERE v.item = ?1 AND v.digest IS NOT NULL ORDER BY v.seq",
    )?;
    let mut counted: Vec<State> = Vec::new();
    let mut aside: Vec<State> = Vec::new();
    let mut rows = statement.query(params![item])?;
    while let Some(row) = rows.next()? {
        let original: Option<Original> = row.get::<_, Option<Json<_>>>(4)?.map(|json| json.0);
        let state = State {
            digest: row.get::<_, DigestSql>(0)?.0,
            media: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
            size: match &original {
                Some(original) => Some(original.size),
                None => row.get(3)?,
            },
            path: original.as_ref().map(|original| original.path.clone()),
            sha256: original.as_ref().map(|original| original.sha256.clone()),
            taken: original.map(|original| original.taken),
        };
        if !row.get::<_, bool>(2)? {
            aside.push(state);
        } else if counted.last().is_none_or(|last| last.digest != state.digest) {
            counted.push(state);
        }
    }
    aside.retain(|state| counted.iter().all(|other| other.digest != state.digest));
    aside.sort_by_key(|state| state.digest);
    aside.dedup_by_key(|state| state.digest);
    Ok((counted, aside))
}
