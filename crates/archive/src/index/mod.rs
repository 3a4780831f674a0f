//! The index: an SQLite file that caches the journal. Nothing is stored here that the journal does not say. Only this
//! crate speaks SQL to an archive: in this folder are the tables and what fills them, beside each reader what it asks.

pub(crate) mod apply;
pub(crate) mod catch_up;
mod judge;
mod names;
pub(crate) mod query;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sidekeep_model::{Digest, Kind, Time};

use crate::{ArchiveError, ArchiveErrorKind, layout};

/// The schema's version. An index of any other version is made anew.
const VERSION: i64 = 6;
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
    // Read-write, since a reader of a WAL file takes part in its shared memory; `query_only` keeps it from writing.
    let opened = match open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
        // On a disk that cannot be written there is no shared memory to take part in.
        Err(error) if is_unwritable(&error) => {
            if !is_settled(&path) {
                return Err(ArchiveError::caused(ArchiveErrorKind::Denied, path, error));
            }
            open_unchanging(&path)
        }
        // On a full disk there may be no room for it; then nobody else takes part in it either.
        Err(error) if is_without_room(&error) => open_alone(&path),
        opened => opened,
    };
    let is_cut = opened.as_ref().is_err_and(is_cut_short);
    match opened.map_err(ArchiveError::from) {
        Ok((connection, VERSION)) => {
            connection.pragma_update(None, "query_only", true)?;
            // Readers are many in one process, and the system remembers the pages for all of them.
            connection.pragma_update(None, "cache_size", -2048)?;
            Ok(Some(connection))
        }
        Ok(_) => Ok(None),
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => Ok(None),
        // Another program throws it away just now, to make it anew, or has begun the new one.
        Err(_) if is_cut || !path.is_file() => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_unwritable(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
    )
}

/// The file, its log or their shared memory ended sooner than it should.
fn is_cut_short(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHORT_READ)
}

/// There was no room for the memory that processes share.
pub(crate) fn is_without_room(error: &rusqlite::Error) -> bool {
    error
        .sqlite_error()
        .is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE)
}

/// Opens an index so that the log's own index is in this process's memory, not in memory shared with others, who are
/// kept out meanwhile (<https://sqlite.org/wal.html>, "Use of WAL Without Shared-Memory").
fn open_alone(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Before anything else is asked: afterwards it would be too late.
    connection.pragma_update(None, "locking_mode", "exclusive")?;
    versioned(configured(connection)?)
}

/// Whether all that was committed is in the index's own file, none of it in the log beside it.
fn is_settled(path: &Path) -> bool {
    std::fs::metadata(path.with_file_name("index.db-wal")).map_or(true, |log| log.len() == 0)
}

/// Opens an index that nobody changes meanwhile: without locks, log and shared memory
/// (<https://sqlite.org/uri.html>, "immutable").
fn open_unchanging(path: &Path) -> rusqlite::Result<(Connection, i64)> {
    open(
        Path::new(&unchanging_uri(path)),
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
    )
}

fn unchanging_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    // After two slashes an absolute path would begin with a host.
    if path.is_absolute() {
        uri.push_str(if cfg!(windows) { "///" } else { "//" });
    }
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b':' if cfg!(windows) => uri.push(':'),
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => _ = write!(uri, "%{byte:02X}"),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Opens the index for writing, making an empty one where there is none, where it is of another version, and where it
/// is no database any more. No reader takes an empty one for an archive where nothing is kept: it has no version until
/// [`filled`].
pub(crate) fn open_to_write(root: &Path) -> Result<Connection, ArchiveError> {
    let path = layout::below(root, layout::INDEX);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    match open(&path, flags).map_err(ArchiveError::from) {
        Ok((connection, VERSION)) => return Ok(connection),
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
    connection.execute_batch(SCHEMA)?;
    connection.execute_batch("COMMIT")?;
    Ok(connection)
}

/// Says that the index holds the journal, in the transaction that brought it there or after it.
pub(crate) fn filled(connection: &Connection) -> Result<(), ArchiveError> {
    if version(connection)? != VERSION {
        connection.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(())
}

/// An empty index outside the archive, which ends with the connection. SQLite keeps it in memory while it is small, then
/// in a temporary file without a name.
pub(crate) fn passing() -> Result<Connection, ArchiveError> {
    let connection = configured(Connection::open("")?)?;
    connection.execute_batch(SCHEMA)?;
    Ok(connection)
}

/// Empties the index, in the transaction under way.
fn clear(connection: &Connection) -> Result<(), ArchiveError> {
    connection.execute_batch(
        "DROP TABLE runs; DROP TABLE phones; DROP TABLE collections; DROP TABLE items; DROP TABLE versions;
         DROP TABLE pictures; DROP TABLE payloads; DROP TABLE originals; DROP TABLE verdicts; DROP TABLE checks;
         DROP TABLE sums; DROP TABLE words;",
    )?;
    Ok(connection.execute_batch(SCHEMA)?)
}

/// Opens the file and asks for its schema's version.
fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<(Connection, i64)> {
    versioned(connect(path, flags)?)
}

fn versioned(connection: Connection) -> rusqlite::Result<(Connection, i64)> {
    let version = version(&connection)?;
    Ok((connection, version))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    configured(Connection::open_with_flags(
        path,
        flags | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
}

fn configured(connection: Connection) -> rusqlite::Result<Connection> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that mean something else in a URI.
    const ODD: &str = "50%20 of b#c &é=1";

    #[cfg(unix)]
    #[test]
    fn a_path_keeps_its_meaning_in_a_uri() {
        for (path, uri) in [
            ("/a/b.db", "file:///a/b.db?immutable=1"),
            ("a b/c.db", "file:a%20b/c.db?immutable=1"),
            ("//a", "file:////a?immutable=1"),
            ("/é?x=1#%", "file:///%C3%A9%3Fx%3D1%23%25?immutable=1"),
            ("/c:\\d", "file:///c%3A%5Cd?immutable=1"),
        ] {
            assert_eq!(unchanging_uri(Path::new(path)), uri);
        }
    }

    #[test]
    fn an_index_is_read_without_touching_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join(ODD);
        let inner = root.join(layout::INNER);
        std::fs::create_dir_all(&inner).unwrap();
        let index = open_to_write(&root).unwrap();
        assert!(open_to_read(&root).unwrap().is_none(), "nothing fills it yet");
        filled(&index).unwrap();
        assert!(open_to_read(&root).unwrap().is_some());
        let path = layout::below(&root, layout::INDEX);
        assert!(!is_settled(&path), "what was just written is in the log");
        drop(index);
        assert!(is_settled(&path));

        let (index, version) = open_unchanging(&path).unwrap();
        assert_eq!(version, VERSION);
        let runs: i64 = index
            .query_row("SELECT count(*) FROM runs", [], |row| row.get(0))
            .unwrap();
        assert_eq!(runs, 0);
        assert!(
            index
                .execute("DELETE FROM runs", [])
                .is_err_and(|error| is_unwritable(&error))
        );
        let names: Vec<_> = std::fs::read_dir(&inner)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["index.db"], "no log, no shared memory");
    }
}
