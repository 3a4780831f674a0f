//! The index: an SQLite file that caches the journal. The only SQL of the product is in this folder and in the readers
//! that lean on it; nothing is stored here that the journal does not say.

pub(crate) mod apply;
pub(crate) mod catch_up;
mod judge;
pub(crate) mod query;

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sidekeep_model::{Digest, Kind, Time};

use crate::{ArchiveError, ArchiveErrorKind, layout};

/// The schema's version. An index of any other version is made anew.
const VERSION: i64 = 1;
const SCHEMA: &str = include_str!("schema.sql");
/// How long a statement waits for a lock. Readers of a WAL file never need one; this covers SQLite's own moments of
/// recovery and checkpoint.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the index for reading, if it is there and of this version.
pub(crate) fn open_to_read(root: &Path) -> Result<Option<Connection>, ArchiveError> {
    let path = layout::below(root, layout::INDEX);
    if !path.is_file() {
        return Ok(None);
    }
    // Read-write, since a reader of a WAL file takes part in its shared memory; `query_only` keeps it from writing. On
    // a disk that cannot be written SQLite falls back to reading.
    let connection = match connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        Ok(connection) => connection,
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => return Ok(None),
        Err(error) => return Err(error),
    };
    match version(&connection) {
        Ok(VERSION) => {
            connection.pragma_update(None, "query_only", true)?;
            Ok(Some(connection))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => Ok(None),
        Err(error) => Err(error),
    }
}

/// Opens the index for writing, making an empty one where there is none, where it is of another version, and where it
/// is no database any more. The second value says that it is new.
pub(crate) fn open_to_write(root: &Path) -> Result<(Connection, bool), ArchiveError> {
    let path = layout::below(root, layout::INDEX);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let opened = connect(&path, flags).and_then(|connection| {
        let version = version(&connection)?;
        Ok((connection, version))
    });
    match opened {
        Ok((connection, VERSION)) => return Ok((connection, false)),
        Ok(_) => {}
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => {
            tracing::warn!(%error, "the index is damaged; it is made anew");
        }
        Err(error) => return Err(error),
    }
    // The index is a cache: throwing it away loses nothing.
    for ending in ["", "-wal", "-shm"] {
        let file = path.with_file_name(format!("index.db{ending}"));
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ArchiveError::io(file, error));
            }
            _ => {}
        }
    }
    let connection = connect(&path, flags)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    create(&connection)?;
    connection.execute_batch("COMMIT")?;
    Ok((connection, true))
}

/// Makes the tables, in the transaction under way.
fn create(connection: &Connection) -> Result<(), ArchiveError> {
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Empties the index, in the transaction under way.
fn clear(connection: &Connection) -> Result<(), ArchiveError> {
    connection.execute_batch(
        "DROP TABLE runs; DROP TABLE phones; DROP TABLE collections; DROP TABLE items; DROP TABLE versions;
         DROP TABLE payloads; DROP TABLE originals; DROP TABLE verdicts; DROP TABLE checks; DROP TABLE words;",
    )?;
    create(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, ArchiveError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // A plan is made once: with a partial index in the schema SQLite would otherwise prepare a statement anew whenever
    // a value that it compares changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // NORMAL: a commit may be lost with the power, never half; the journal then brings it back.
    connection.execute_batch(
        "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

fn version(connection: &Connection) -> Result<i64, ArchiveError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// A digest as a 32-byte blob.
#[derive(Clone, Copy)]
pub(crate) struct DigestSql(pub(crate) Digest);

impl ToSql for DigestSql {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_bytes().as_slice()))
    }
}

impl FromSql for DigestSql {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes: [u8; 32] = value
            .as_blob()?
            .try_into()
            .map_err(|_| FromSqlError::InvalidBlobSize {
                expected_size: 32,
                blob_size: 0,
            })?;
        Ok(Self(Digest::from_bytes(bytes)))
    }
}

/// A value as JSON text.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(ToSqlOutput::from)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Json)
            .map_err(FromSqlError::other)
    }
}

/// A unit variant by the name that JSON gives it, without quotes.
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(ToSqlOutput::from(word)),
            Ok(_) => Err(rusqlite::Error::ToSqlConversionFailure("not a word".into())),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: DeserializeOwned> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_value(serde_json::Value::from(value.as_str()?))
            .map(Word)
            .map_err(FromSqlError::other)
    }
}

/// A time as milliseconds.
pub(crate) struct Millis(pub(crate) Time);

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.millis()))
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Time::from_millis(value.as_i64()?)
            .map(Millis)
            .ok_or(FromSqlError::InvalidType)
    }
}

/// A kind as its place in the order of a run.
pub(crate) struct KindSql(pub(crate) Kind);

impl ToSql for KindSql {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0 as i64))
    }
}

impl FromSql for KindSql {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        usize::try_from(value.as_i64()?)
            .ok()
            .and_then(|at| Kind::ALL.get(at))
            .copied()
            .map(KindSql)
            .ok_or(FromSqlError::InvalidType)
    }
}
