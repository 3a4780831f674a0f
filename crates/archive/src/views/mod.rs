//! What people see in the folder without Sidekeep: address books, calendars, checksums, a page that explains. Made from
//! the archive, replaced whole and atomically; nothing reads them back.

mod card;
mod readme;
mod sums;

use rusqlite::params;
use sidekeep_model::{Collection, Kind, Media};

use crate::disk::Disk;
use crate::error::At;
use crate::index::{DigestSql, Json, KindSql};
use crate::{Archive, ArchiveError, ArchiveErrorKind, StateRef, layout, status};

/// A collection whose view is out of date.
struct Stale {
    seq: i64,
    kind: Kind,
    phone: String,
    id: String,
    folder: String,
    file: String,
    collection: Collection,
    changed: i64,
}

/// Replaces the views that are out of date, the checksums and the page.
pub(crate) fn refresh(archive: &Archive, disk: &Disk) -> Result<(), ArchiveError> {
    // First: a view that another program holds open must not cost the owner this.
    status::keep(&archive.index);
    let stale = stale(archive)?;
    let mut written = Vec::new();
    for view in &stale {
        match view.kind {
            Kind::Contact => contacts(archive, disk, view)?,
            Kind::Event | Kind::Task => {
                // Events and to-dos of one calendar share a file.
                let key = (&view.phone, &view.id);
                if !written.contains(&key) {
                    calendar(archive, disk, view)?;
                    written.push(key);
                }
            }
            Kind::Group | Kind::Message | Kind::Call | Kind::Photo | Kind::Film => {}
        }
    }
    let root = &archive.root;
    if stale.iter().any(|view| view.kind.is_file()) || !layout::below(root, layout::SUMS).exists() {
        sums::replace(archive, disk)?;
    }
    readme::replace(archive, disk)?;
    for view in &stale {
        archive
            .index
            .prepare_cached("UPDATE collections SET viewed = ?2 WHERE seq = ?1")?
            .execute([view.seq, view.changed])?;
    }
    Ok(())
}

fn stale(archive: &Archive) -> Result<Vec<Stale>, ArchiveError> {
    Ok(archive
        .index
        .prepare_cached(
            "SELECT c.seq, c.kind, c.phone, c.id, p.folder, c.file, c.description, c.changed
             FROM collections c JOIN phones p ON p.id = c.phone WHERE c.changed > c.viewed ORDER BY c.seq",
        )?
        .query_map([], |row| {
            let id: String = row.get(3)?;
            let file: String = row.get(5)?;
            Ok(Stale {
                seq: row.get(0)?,
                kind: row.get::<_, KindSql>(1)?.0,
                phone: row.get(2)?,
                folder: row.get(4)?,
                file: if file.is_empty() {
                    crate::paths::safe_name(crate::paths::cut(&id, 200))
                } else {
                    file
                },
                id,
                collection: row.get::<_, Json<_>>(6)?.0,
                changed: row.get(7)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

/// `Contacts/<phone>/<account>.vcf`: the contacts that are on the phone, as they came where they came whole.
fn contacts(archive: &Archive, disk: &Disk, view: &Stale) -> Result<(), ArchiveError> {
    let path = layout::below(
        &archive.root,
        &format!("{}/{}/{}.vcf", layout::CONTACTS, view.folder, view.file),
    );
    disk.replace(&path, &mut |out| {
        each_payload(archive, view, &[Kind::Contact], &mut |media, raw| {
            match sidekeep_formats::as_vcard(media, raw) {
                Ok(card) => out.write_all(&card::whole(&card)).at(&path)?,
                Err(error) => tracing::warn!(%error, "a contact has no vCard in the view"),
            }
            Ok(())
        })
    })
}

/// `Calendars/<phone>/<calendar>.ics`: what is in the calendar on the phone, to-dos inside.
fn calendar(archive: &Archive, disk: &Disk, view: &Stale) -> Result<(), ArchiveError> {
    let path = layout::below(
        &archive.root,
        &format!("{}/{}/{}.ics", layout::CALENDARS, view.folder, view.file),
    );
    let mut objects = Vec::new();
    each_payload(archive, view, &[Kind::Event, Kind::Task], &mut |media, raw| {
        match sidekeep_formats::as_icalendar(media, raw) {
            Ok(object) => objects.push(object.into_owned()),
            Err(error) => tracing::warn!(%error, "a calendar item is not in the view"),
        }
        Ok(())
    })?;
    let text = sidekeep_formats::ical::join(
        &view.collection.name,
        view.collection.colour.as_deref(),
        objects.iter().map(Vec::as_slice),
    );
    disk.replace(&path, &mut |out| out.write_all(&text).at(&path))
}

/// Takes a payload with its type.
type Take<'a> = dyn FnMut(&Media, &[u8]) -> Result<(), ArchiveError> + 'a;

/// The payloads of what is on the phone in a collection, in the order of lists. Lost ones are passed over.
fn each_payload(
    archive: &Archive,
    view: &Stale,
    kinds: &[Kind],
    take: &mut Take<'_>,
) -> Result<(), ArchiveError> {
    for kind in kinds {
        let mut statement = archive.index.prepare_cached(
            "SELECT v.digest, v.media FROM items i JOIN collections c ON c.seq = i.collection
               JOIN versions v ON v.seq = i.current
             WHERE c.phone = ?1 AND c.kind = ?2 AND c.id = ?3 AND i.present ORDER BY i.sort, i.seq",
        )?;
        let mut rows = statement.query(params![view.phone, KindSql(*kind), view.id])?;
        while let Some(row) = rows.next()? {
            let digest = row.get::<_, DigestSql>(0)?.0;
            let media = Media(row.get::<_, Option<String>>(1)?.unwrap_or_default());
            let state = StateRef { digest, media };
            match archive.pictured(&state) {
                Ok(raw) => take(&state.media, &raw)?,
                Err(error)
                    if matches!(
                        error.kind(),
                        ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
                    ) =>
                {
                    tracing::warn!(%error, "a kept payload is damaged; the view goes without it");
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
