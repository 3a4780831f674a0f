//! MediaStore, the phone's own index of photos and films.
//!
//! Source: AOSP MediaProvider. The provider is strict: plain columns only. The shell sees every app's files, with their
//! places.

use serde::{Deserialize, Serialize};
use sidekeep_formats::android::Row;
use sidekeep_model::Kind;

use super::super::content::{Content, Shell, Table};
use super::paths::Root;
use crate::{Cursor, ErrorKind, LinkError};

const IMAGES: &str = "content://media/external/images/media";
const VIDEO: &str = "content://media/external/video/media";

/// Android 11 and later.
const COLUMNS: [&str; 7] = [
    "_size",
    "date_modified",
    "datetaken",
    "is_favorite",
    "is_trashed",
    "generation_modified",
    "_data",
];

/// Android 10.
const OLD_COLUMNS: [&str; 4] = ["_size", "date_modified", "datetaken", "_data"];

/// The bin is shown only on request. The key's colon is escaped, as `content` wants it since it takes extras for
/// queries (Android 12).
const WITH_BIN: [&str; 1] = [r"android\:query-arg-match-trashed:i:1"];

/// One row of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Indexed {
    /// Absolute path, by the root's name of the storage.
    pub(super) path: String,
    /// Bytes, as of the last scan.
    pub(super) size: Option<u64>,
    /// Seconds since the epoch, as of the last scan.
    pub(super) modified: Option<i64>,
    /// Date taken, milliseconds since the epoch.
    pub(super) taken: Option<i64>,
    pub(super) favourite: bool,
    pub(super) trashed: bool,
    pub(super) generation: Option<i64>,
}

/// All rows of a kind below the root, and how many could not be read.
///
/// # Errors
/// Whatever keeps the index from being read.
pub(super) async fn read<S: Shell>(
    content: &Content<S>,
    root: &Root,
    kind: Kind,
) -> Result<(Vec<Indexed>, u64), LinkError> {
    let uri = if kind == Kind::Film { VIDEO } else { IMAGES };
    let tries: [(&[&str], &[&str]); 3] = [(&COLUMNS, &WITH_BIN), (&COLUMNS, &[]), (&OLD_COLUMNS, &[])];
    let mut refused = LinkError::new(ErrorKind::Unsupported, uri);
    for (columns, extras) in tries {
        let table = Table { uri, columns, extras };
        match content.whole_as(&table, "", |_, row| indexed(row, root)).await {
            Ok(found) => {
                let rows = found.rows.into_iter().flatten().collect();
                return Ok((rows, found.unreadable.len() as u64));
            }
            Err(error) if *error.kind() == ErrorKind::Unsupported => refused = error,
            Err(error) => return Err(error),
        }
    }
    Err(refused)
}

fn indexed(row: Row, root: &Root) -> Option<Indexed> {
    let number = |column: &str| row.get(column)?.parse::<i64>().ok();
    Some(Indexed {
        size: number("_size").and_then(|size| u64::try_from(size).ok()),
        modified: number("date_modified"),
        taken: number("datetaken"),
        favourite: number("is_favorite") == Some(1),
        trashed: number("is_trashed") == Some(1),
        generation: number("generation_modified"),
        path: root.path_of(&root.remote(row.get("_data")?)?),
    })
}

/// How far the index had come when a listing began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Generation {
    version: String,
    generation: i64,
}

impl Generation {
    /// Asks the phone; None where it keeps no generations (Android 10) or does not tell.
    ///
    /// # Errors
    /// When the link is lost.
    pub(super) async fn now<S: Shell>(content: &Content<S>) -> Result<Option<Self>, LinkError> {
        let ask = async |method| {
            content
                .call(
                    "content://media",
                    method,
                    "android.intent.extra.TEXT:s:external_primary",
                )
                .await
        };
        let (version, generation) = (ask("get_version").await, ask("get_generation").await);
        match (version, generation) {
            (Err(error), _) | (_, Err(error)) => {
                if error.is_fatal() {
                    Err(error)
                } else {
                    Ok(None)
                }
            }
            (Ok(version), Ok(generation)) => {
                let version = version.strip_prefix("android.intent.extra.TEXT=");
                let generation = generation
                    .strip_prefix("android.intent.extra.INDEX=")
                    .and_then(|text| text.parse().ok());
                Ok(version.zip(generation).map(|(version, generation)| Self {
                    version: version.to_owned(),
                    generation,
                }))
            }
        }
    }

    pub(super) fn from_cursor(cursor: &Cursor) -> Option<Self> {
        serde_json::from_str(&cursor.0).ok()
    }

    pub(super) fn cursor(&self) -> Option<Cursor> {
        serde_json::to_string(self).ok().map(Cursor)
    }

    /// A row has not changed since the listing that began here. `now` shows that the index was not rebuilt since.
    pub(super) fn covers(&self, row: &Indexed, now: &Self) -> bool {
        self.version == now.version
            && row
                .generation
                .is_some_and(|generation| generation <= self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebuilt_index_covers_nothing() {
        let mark = |version: &str, generation| Generation {
            version: version.to_owned(),
            generation,
        };
        let row = |generation| Indexed {
            generation,
            ..Indexed::default()
        };
        let since = mark("1", 10);
        assert!(since.covers(&row(Some(10)), &mark("1", 12)));
        assert!(!since.covers(&row(Some(11)), &mark("1", 12)));
        assert!(!since.covers(&row(None), &mark("1", 12)));
        assert!(!since.covers(&row(Some(1)), &mark("2", 12)));
        assert_eq!(Generation::from_cursor(&since.cursor().unwrap()), Some(since));
        assert_eq!(Generation::from_cursor(&Cursor("nonsense".to_owned())), None);
    }
}
