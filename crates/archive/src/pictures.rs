//! Pictures that contacts name by an address instead of holding them (RFC 6350 §6.2.4): which are wanted, and a contact
//! with its picture in it. The contact's own bytes stay as they came.

use rusqlite::{Connection, OptionalExtension, params};
use sidekeep_model::{CollectionId, Digest, Kind, Media, PhoneId, RemoteId, Time};

use crate::index::{DigestSql, KindSql, Word};
use crate::shelf::Shelf;
use crate::{ArchiveError, ArchiveErrorKind, NoPicture, StateRef};

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

/// After so long it is asked again whether there is a picture where there was none, in milliseconds: a week. A server in
/// trouble says so of everything.
const AGAIN: i64 = 7 * 24 * 3600 * 1000;

/// See [`crate::Run::wanted_pictures`].
pub(crate) fn wanted(
    index: &Connection,
    phone: &PhoneId,
    link: &str,
    now: Time,
) -> Result<Vec<WantedPicture>, ArchiveError> {
    // Those that are not kept, also not of another account that has the very same contact.
    const OPEN: &str = "FROM pictures n
        WHERE n.phone = ?1 AND (n.digest IS NOT NULL OR n.asked IS NULL OR n.asked < ?2)
          AND NOT EXISTS (SELECT 1 FROM pictures m JOIN payloads p ON p.digest = m.digest
                          WHERE m.contact = n.contact AND p.damage IS NULL)";
    let before = now.millis() - AGAIN;
    // Most runs end here, without a look at all contacts.
    let any: bool = index
        .prepare_cached(&format!("SELECT EXISTS (SELECT 1 {OPEN})"))?
        .query_row(params![phone.0, before], |row| row.get(0))?;
    if !any {
        return Ok(Vec::new());
    }
    let mut statement = index.prepare_cached(&format!(
        "SELECT c.id, i.remote, o.contact, o.address
         FROM items i JOIN collections c ON c.seq = i.collection JOIN versions l ON l.seq = i.latest
           JOIN (SELECT n.contact, n.address {OPEN}) o ON o.contact = l.digest
         WHERE c.phone = ?1 AND c.kind = ?3 AND c.link = ?4 AND i.present ORDER BY i.seq"
    ))?;
    let contacts = params![phone.0, before, KindSql(Kind::Contact), link];
    let rows = statement.query_map(contacts, |row| {
        Ok(WantedPicture {
            collection: CollectionId(row.get(0)?),
            remote: RemoteId(row.get(1)?),
            of: row.get::<_, DigestSql>(2)?.0,
            address: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// See [`crate::Run::without_picture`].
pub(crate) fn without(
    index: &Connection,
    phone: &PhoneId,
    link: &str,
) -> Result<Vec<(NoPicture, u64)>, ArchiveError> {
    let any: bool = index
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM pictures WHERE phone = ?1 AND none IS NOT NULL)")?
        .query_row([&phone.0], |row| row.get(0))?;
    if !any {
        return Ok(Vec::new());
    }
    let mut statement = index.prepare_cached(
        "SELECT n.none, count(*)
         FROM items i JOIN collections c ON c.seq = i.collection JOIN versions v ON v.seq = i.current
           JOIN pictures n ON n.contact = v.digest AND n.phone = c.phone
         WHERE c.phone = ?1 AND c.kind = ?2 AND c.link = ?3 AND i.present AND n.none IS NOT NULL AND n.digest IS NULL
         GROUP BY n.none ORDER BY n.none",
    )?;
    let rows = statement.query_map(params![phone.0, KindSql(Kind::Contact), link], |row| {
        Ok((row.get::<_, Word<NoPicture>>(0)?.0, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many contacts that are on a phone name a picture that is not kept, over whichever way they came.
pub(crate) fn lacking(index: &Connection, phone: &PhoneId) -> Result<u64, ArchiveError> {
    let any: bool = index
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM pictures WHERE phone = ?1 AND digest IS NULL)")?
        .query_row([&phone.0], |row| row.get(0))?;
    if !any {
        return Ok(0);
    }
    // The picture of another account's very same contact is shown with this one, too.
    Ok(index
        .prepare_cached(
            "SELECT count(*)
             FROM items i JOIN collections c ON c.seq = i.collection JOIN versions v ON v.seq = i.current
               JOIN pictures n ON n.contact = v.digest AND n.phone = c.phone
             WHERE c.phone = ?1 AND c.kind = ?2 AND i.present AND n.digest IS NULL
               AND NOT EXISTS (SELECT 1 FROM pictures m WHERE m.contact = n.contact AND m.digest IS NOT NULL)",
        )?
        .query_row(params![phone.0, KindSql(Kind::Contact)], |row| row.get(0))?)
}

/// `raw`, the bytes of this state, with the picture in it that they name by an address, where that is kept.
pub(crate) fn pictured(
    index: &Connection,
    shelf: &Shelf,
    state: &StateRef,
    raw: Vec<u8>,
) -> Result<Vec<u8>, ArchiveError> {
    let kept = index
        .prepare_cached("SELECT digest, media FROM pictures WHERE contact = ?1 AND digest IS NOT NULL ORDER BY asked DESC LIMIT 1")?
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
