//! Small pictures, kept so that each is made once: `.sidekeep/thumbs.db`.
//!
//! A pure cache, and never an error to anybody: what is damaged is thrown away and begun anew, and where nothing can be
//! written (a read-only archive, a full disk) the pictures are kept in memory. It makes no picture itself.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use sidekeep_model::Digest;

use crate::index::DigestSql;
use crate::layout;

const VERSION: i64 = 1;
const SCHEMA: &str = include_str!("thumbs.sql");
/// Bytes of pictures kept on disk, and in memory.
const MOST_ON_DISK: u64 = 1 << 30;
const MOST_IN_MEMORY: u64 = 64 << 20;
/// Another process holds the file; a picture is sooner made than waited for.
const PATIENCE: Duration = Duration::from_millis(200);
/// How many of the oldest make room at once.
const OLDEST: i64 = 500;

/// What is known of a small picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thumb {
    /// The file as it was put in.
    Picture(Vec<u8>),
    /// None can be made; trying again would fail again.
    Bad,
}

/// The small pictures of one archive. Any thread may ask.
#[derive(Debug)]
pub struct Thumbs {
    store: Mutex<Option<Store>>,
}

#[derive(Debug)]
struct Store {
    /// None: in memory.
    path: Option<PathBuf>,
    index: Connection,
    /// Bytes of pictures in it.
    size: u64,
    most: u64,
    opening: i64,
}

impl Thumbs {
    /// The small pictures of the archive at `root`, on disk if that can be written.
    pub fn open(root: &Path) -> Self {
        Self::bounded(root, MOST_ON_DISK)
    }

    fn bounded(root: &Path, most: u64) -> Self {
        let path = layout::below(root, layout::THUMBS);
        let store = Store::on_disk(&path, most).or_else(|error| {
            tracing::debug!(%error, "small pictures are kept in memory");
            Store::in_memory()
        });
        Self {
            store: Mutex::new(store.ok()),
        }
    }

    /// The picture of `digest` whose longer side was asked to be `edge`; None when it has to be made.
    pub fn get(&self, digest: &Digest, edge: u32) -> Option<Thumb> {
        self.with(|store| store.get(digest, edge)).flatten()
    }

    /// Keeps a picture, or that none can be made.
    pub fn put(&self, digest: &Digest, edge: u32, thumb: &Thumb) {
        self.with(|store| store.put(digest, edge, thumb));
    }

    /// Does it, and on any failure does without: a damaged file is begun anew, and what cannot be written moves to
    /// memory.
    fn with<T>(&self, run: impl FnOnce(&mut Store) -> rusqlite::Result<T>) -> Option<T> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        match run(store.as_mut()?) {
            Ok(value) => Some(value),
            // Somebody else writes just now; that passes.
            Err(error)
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
                ) =>
            {
                None
            }
            Err(error) => {
                tracing::debug!(%error, "the small pictures are begun anew");
                let (path, most) = store.take().map(|old| (old.path, old.most)).unwrap_or_default();
                let anew = match path.filter(|_| is_damage(&error)) {
                    Some(path) => Store::anew(&path, most).or_else(|_| Store::in_memory()),
                    None => Store::in_memory(),
                };
                *store = anew.ok();
                None
            }
        }
    }
}

impl Store {
    fn on_disk(path: &Path, most: u64) -> rusqlite::Result<Self> {
        match Self::opened(path, most) {
            Err(error) if is_damage(&error) => Self::anew(path, most),
            opened => opened,
        }
    }

    /// Throws away what is there.
    fn anew(path: &Path, most: u64) -> rusqlite::Result<Self> {
        for ending in ["", "-wal", "-shm"] {
            // What cannot be removed cannot be opened either, which is told then.
            let _ = std::fs::remove_file(path.with_file_name(format!("thumbs.db{ending}")));
        }
        Self::opened(path, most)
    }

    fn opened(path: &Path, most: u64) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let index = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        index.busy_timeout(PATIENCE)?;
        index.pragma_update(None, "journal_mode", "wal")?;
        index.pragma_update(None, "synchronous", "normal")?;
        Self::of(Some(path.to_owned()), index, most)
    }

    fn in_memory() -> rusqlite::Result<Self> {
        Self::of(None, Connection::open_in_memory()?, MOST_IN_MEMORY)
    }

    fn of(path: Option<PathBuf>, mut index: Connection, most: u64) -> rusqlite::Result<Self> {
        let change = index.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match version {
            VERSION => {}
            0 => {
                change.execute_batch(SCHEMA)?;
                change.pragma_update(None, "user_version", VERSION)?;
            }
            // A cache of another version is no use, like a damaged one.
            _ => return Err(rusqlite::Error::InvalidQuery),
        }
        let (size, last): (u64, i64) = change.query_row(
            "SELECT coalesce(sum(size), 0), coalesce(max(used), 0) FROM thumbs",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        change.commit()?;
        Ok(Self {
            path,
            index,
            size,
            most,
            opening: last.saturating_add(1),
        })
    }

    fn get(&mut self, digest: &Digest, edge: u32) -> rusqlite::Result<Option<Thumb>> {
        let found = self
            .index
            .prepare_cached("SELECT seq, used, sum, bytes FROM thumbs WHERE digest = ?1 AND edge = ?2")?
            .query_row(params![DigestSql(*digest), edge], |row| {
                let bytes: Vec<u8> = row.get(3)?;
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, DigestSql>(2)?.0,
                    bytes,
                ))
            })
            .optional()?;
        let Some((seq, used, sum, bytes)) = found else {
            return Ok(None);
        };
        // SQLite does not notice altered bytes in its file; a spoilt picture would be shown for ever.
        if Digest::of(&bytes) != sum {
            return Err(rusqlite::Error::InvalidQuery);
        }
        if used != self.opening {
            self.index
                .prepare_cached("UPDATE thumbs SET used = ?2 WHERE seq = ?1")?
                .execute(params![seq, self.opening])?;
        }
        Ok(Some(if bytes.is_empty() {
            Thumb::Bad
        } else {
            Thumb::Picture(bytes)
        }))
    }

    fn put(&mut self, digest: &Digest, edge: u32, thumb: &Thumb) -> rusqlite::Result<()> {
        let bytes: &[u8] = match thumb {
            Thumb::Picture(bytes) => bytes,
            Thumb::Bad => &[],
        };
        let size = bytes.len() as u64;
        if size > self.most {
            return Ok(());
        }
        self.make_room(size)?;
        let added = self
            .index
            .prepare_cached(
                "INSERT INTO thumbs (digest, edge, used, size, sum, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                DigestSql(*digest),
                edge,
                self.opening,
                size,
                DigestSql(Digest::of(bytes)),
                bytes
            ])?;
        if added > 0 {
            self.size += size;
        }
        Ok(())
    }

    /// Lets those go that were not asked for longest, by openings, then by age.
    fn make_room(&mut self, size: u64) -> rusqlite::Result<()> {
        while self.size + size > self.most {
            let change = self.index.transaction()?;
            let (last, freed): (Option<i64>, u64) = change.query_row(
                "SELECT max(seq), coalesce(sum(size), 0) FROM (SELECT seq, size FROM thumbs ORDER BY used, seq LIMIT ?1)",
                [OLDEST],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            change.execute(
                "DELETE FROM thumbs WHERE seq IN (SELECT seq FROM thumbs ORDER BY used, seq LIMIT ?1)",
                [OLDEST],
            )?;
            change.commit()?;
            self.size = if last.is_some() {
                self.size.saturating_sub(freed)
            } else {
                0
            };
        }
        Ok(())
    }
}

/// The file is no database, or none of ours, or not what was written.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(
            code,
            // Unknown covers a missing table or column.
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown
        ),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn scratch() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join(layout::INNER)).unwrap();
        root
    }

    fn digest(number: u32) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    fn picture(byte: u8, size: usize) -> Thumb {
        Thumb::Picture(vec![byte; size])
    }

    fn is_on_disk(thumbs: &Thumbs) -> bool {
        let store = thumbs.store.lock().unwrap();
        store.as_ref().is_some_and(|store| store.path.is_some())
    }

    #[test]
    fn what_is_put_in_is_there_the_next_time() {
        let root = scratch();
        let thumbs = Thumbs::open(root.path());
        assert_eq!(thumbs.get(&digest(1), 320), None);
        thumbs.put(&digest(1), 320, &picture(1, 2000));
        thumbs.put(&digest(1), 1600, &picture(2, 20_000));
        thumbs.put(&digest(2), 320, &Thumb::Bad);
        // Two makers of one picture do not hurt each other.
        thumbs.put(&digest(1), 320, &picture(3, 2000));
        drop(thumbs);
        let thumbs = Thumbs::open(root.path());
        assert!(is_on_disk(&thumbs));
        assert_eq!(thumbs.get(&digest(1), 320), Some(picture(1, 2000)));
        assert_eq!(thumbs.get(&digest(1), 1600), Some(picture(2, 20_000)));
        assert_eq!(thumbs.get(&digest(2), 320), Some(Thumb::Bad));
        assert_eq!(thumbs.get(&digest(2), 1600), None);
    }

    #[test]
    fn the_longest_unused_makes_room() {
        let root = scratch();
        let most = 1000 * 1000;
        let thumbs = Thumbs::bounded(root.path(), most);
        for number in 0..1000 {
            thumbs.put(&digest(number), 320, &picture(7, 1000));
        }
        drop(thumbs);
        let thumbs = Thumbs::bounded(root.path(), most);
        assert!(thumbs.get(&digest(0), 320).is_some(), "full, not over");
        thumbs.put(&digest(1000), 320, &picture(7, 1000));
        assert!(thumbs.get(&digest(0), 320).is_some(), "asked for since");
        assert_eq!(thumbs.get(&digest(1), 320), None);
        assert!(thumbs.get(&digest(999), 320).is_some());
        assert!(thumbs.get(&digest(1000), 320).is_some());
        thumbs.put(&digest(1001), 320, &picture(7, 1000 * 1000 + 1));
        assert_eq!(thumbs.get(&digest(1001), 320), None, "larger than all");
    }

    #[test]
    fn whatever_stands_there_is_replaced() {
        let newer = {
            let root = scratch();
            let path = layout::below(root.path(), layout::THUMBS);
            let index = Connection::open(&path).unwrap();
            index.pragma_update(None, "user_version", 99).unwrap();
            drop(index);
            fs::read(path).unwrap()
        };
        let other = {
            let root = scratch();
            let path = layout::below(root.path(), layout::THUMBS);
            let index = Connection::open(&path).unwrap();
            index
                .execute_batch("CREATE TABLE thumbs (a); PRAGMA user_version = 1")
                .unwrap();
            drop(index);
            fs::read(path).unwrap()
        };
        for found in [b"no database at all".to_vec(), vec![0xff; 100_000], newer, other] {
            let root = scratch();
            fs::write(layout::below(root.path(), layout::THUMBS), found).unwrap();
            let thumbs = Thumbs::open(root.path());
            thumbs.put(&digest(1), 320, &picture(1, 2000));
            assert_eq!(thumbs.get(&digest(1), 320), Some(picture(1, 2000)));
            assert!(is_on_disk(&thumbs));
        }
    }

    /// Every page of the file spoilt in turn: what comes out is right or nothing, and afterwards it works again.
    #[test]
    fn damage_anywhere_gives_no_wrong_picture() {
        let root = scratch();
        let path = layout::below(root.path(), layout::THUMBS);
        let thumbs = Thumbs::open(root.path());
        for number in 0..20 {
            thumbs.put(&digest(number), 320, &picture(number as u8, 3000));
        }
        drop(thumbs);
        let whole = fs::read(&path).unwrap();
        for page in 0..whole.len() / 1000 {
            let mut spoilt = whole.clone();
            spoilt[page * 1000..][..500].fill(0x5a);
            fs::write(&path, &spoilt).unwrap();
            let thumbs = Thumbs::open(root.path());
            for number in 0..20 {
                let found = thumbs.get(&digest(number), 320);
                assert!(
                    found.is_none() || found == Some(picture(number as u8, 3000)),
                    "{page} {number}"
                );
            }
            thumbs.put(&digest(100), 320, &picture(1, 10));
            thumbs.put(&digest(100), 320, &picture(1, 10));
            assert_eq!(thumbs.get(&digest(100), 320), Some(picture(1, 10)), "{page}");
        }
    }

    #[test]
    fn where_nothing_can_be_written_memory_will_do() {
        // A folder in its place, an inner folder that is not there, and a whole archive that is not.
        let occupied = scratch();
        fs::create_dir(layout::below(occupied.path(), layout::THUMBS)).unwrap();
        let empty = tempfile::tempdir().unwrap();
        for root in [occupied.path(), empty.path(), &empty.path().join("gone")] {
            let thumbs = Thumbs::open(root);
            assert!(!is_on_disk(&thumbs));
            thumbs.put(&digest(1), 320, &picture(1, 2000));
            assert_eq!(thumbs.get(&digest(1), 320), Some(picture(1, 2000)));
        }
        assert!(!empty.path().join("gone").exists(), "nothing is made by looking");
    }
}
