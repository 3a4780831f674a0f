//! Pictures that contacts name by an address instead of holding them (RFC 6350 §6.2.4): which are wanted, and a contact
//! with its picture in it. The contact's own bytes stay as they came.

use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::{CollectionId, Digest, Kind, Media, PhoneId, RemoteId};

use crate::index::{DigestSql, KindSql};
use crate::shelf::Shelf;
use crate::{ArchiveError, ArchiveErrorKind, StateRef};

/// A picture to ask the phone for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedPicture {
    /// The contact's collection.
    pub collection: CollectionId,
    /// The contact.
    pub remote: RemoteId,
    /// BLAKE3 of the contact's latest bytes.
    pub of: Digest,
    /// The address that they name.
    pub address: String,
}

/// See [`crate::Run::wanted_pictures`].
pub(crate) fn wanted(
    index: &Connection,
    phone: &PhoneId,
    link: &str,
) -> Result<Vec<WantedPicture>, ArchiveError> {
    const OPEN: &str = "FROM pictures n LEFT JOIN payloads p ON p.digest = n.digest
        WHERE n.asked = 0 OR (n.digest IS NOT NULL AND (p.digest IS NULL OR p.damage IS NOT NULL))";
    // Most runs end here, without a look at all contacts.
    let any: bool = index
        .prepare_cached(&format!("SELECT EXISTS (SELECT 1 {OPEN})"))?
        .query_row([], |row| row.get(0))?;
    if !any {
        return Ok(Vec::new());
    }
    let mut statement = index.prepare_cached(&format!(
        "SELECT c.id, i.remote, o.contact, o.address
         FROM items i JOIN collections c ON c.seq = i.collection JOIN versions l ON l.seq = i.latest
           JOIN (SELECT n.contact, n.address {OPEN}) o ON o.contact = l.digest
         WHERE c.phone = ?1 AND c.kind = ?2 AND c.link = ?3 AND i.present ORDER BY i.seq"
    ))?;
    let rows = statement.query_map(rusqlite::params![phone.0, KindSql(Kind::Contact), link], |row| {
        Ok(WantedPicture {
            collection: CollectionId(row.get(0)?),
            remote: RemoteId(row.get(1)?),
            of: row.get::<_, DigestSql>(2)?.0,
            address: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// `raw`, the bytes of this state, with the picture in it that they name by an address, where that is kept.
pub(crate) fn pictured(
    index: &Connection,
    shelf: &Shelf,
    state: &StateRef,
    raw: Vec<u8>,
) -> Result<Vec<u8>, ArchiveError> {
    let kept = index
        .prepare_cached("SELECT digest, media FROM pictures WHERE contact = ?1 AND digest IS NOT NULL")?
        .query_row([DigestSql(state.digest)], |row| {
            Ok((row.get::<_, DigestSql>(0)?.0, Media(row.get(1)?)))
        })
        .optional()?;
    let Some((digest, media)) = kept else {
        return Ok(raw);
    };
    match shelf.payload(index, &digest) {
        Ok(picture) => {
            let whole = sidekeep_formats::with_portrait(&state.media, &raw, (&media, &picture));
            Ok(whole.unwrap_or(raw))
        }
        // The contact is more than its picture; a check tells of what is lost, and the next run asks for it again.
        Err(error)
            if matches!(
                error.kind(),
                ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
            ) =>
        {
            Ok(raw)
        }
        Err(error) => Err(error),
    }
}
