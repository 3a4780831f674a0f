//! What is new about an item: its state before, and how a state that the phone gave differs.

use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::{Digest, Fingerprint, ItemId, Marks};

use crate::index::{DigestSql, Json};
use crate::{ArchiveError, Change};

/// What the archive knows of an item before a record.
pub(crate) struct Before {
    pub(crate) present: bool,
    pub(crate) counted: Option<Digest>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) marks: Marks,
    pub(crate) latest: Option<Digest>,
    pub(crate) latest_media: Option<String>,
    pub(crate) latest_counted: bool,
}

impl Before {
    /// What is known of an item; None when it was never seen.
    pub(crate) fn of(index: &Connection, id: ItemId) -> Result<Option<Self>, ArchiveError> {
        Ok(index
            .prepare_cached(
                "SELECT i.present, v.digest, v.fingerprint, v.marks, l.digest, l.media, l.counted
                 FROM items i JOIN versions v ON v.seq = i.current JOIN versions l ON l.seq = i.latest
                 WHERE i.id = ?1",
            )?
            .query_row([id.0.cast_signed()], |row| {
                Ok(Self {
                    present: row.get(0)?,
                    counted: row.get::<_, Option<DigestSql>>(1)?.map(|digest| digest.0),
                    fingerprint: row.get(2)?,
                    marks: row.get::<_, Json<_>>(3)?.0,
                    latest: row.get::<_, Option<DigestSql>>(4)?.map(|digest| digest.0),
                    latest_media: row.get(5)?,
                    latest_counted: row.get(6)?,
                })
            })
            .optional()?)
    }
}

/// What is new about an item whose bytes are `digest`, by the state that counts. None: nothing.
pub(crate) fn change(
    before: Option<&Before>,
    digest: &Digest,
    kept: bool,
    fingerprint: &Fingerprint,
    marks: &Marks,
) -> Option<Change> {
    let Some(before) = before else {
        return Some(Change::Seen);
    };
    if !before.present {
        return Some(Change::Back);
    }
    if before.counted != Some(*digest) {
        return Some(Change::Changed);
    }
    let same_words = before.fingerprint.as_deref() == Some(fingerprint.as_str()) && before.marks == *marks;
    // Lost bytes that came again, and bytes kept aside that the phone no longer has, are set right by a record too.
    (!same_words || !kept || !before.latest_counted).then_some(Change::Marked)
}
