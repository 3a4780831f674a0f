//! What phones and collections are called in the views: names that no other one has.

use sidekeep_model::{Collection, Kind, PhoneId};

use super::KindSql;
use super::apply::Applier;
use crate::{ArchiveError, paths};

impl Applier<'_> {
    /// A folder name in the views that no other phone has.
    pub(super) fn free_folder(&self, phone: &PhoneId, name: &str) -> Result<String, ArchiveError> {
        let others: Vec<String> = self
            .index
            .prepare_cached("SELECT folder FROM phones WHERE id <> ?1")?
            .query_map([&phone.0], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(free_name(name, &others))
    }

    /// A file name in the views that no other collection of this phone and area has. Events and to-dos of one calendar
    /// share a file.
    pub(super) fn free_file(
        &self,
        phone: &PhoneId,
        kind: Kind,
        collection: &Collection,
    ) -> Result<String, ArchiveError> {
        let mut others = Vec::new();
        let mut statement = self
            .index
            .prepare_cached("SELECT kind, id, file FROM collections WHERE phone = ?1 AND file <> ''")?;
        let mut rows = statement.query([&phone.0])?;
        while let Some(row) = rows.next()? {
            let other = row.get::<_, KindSql>(0)?.0;
            let file: String = row.get(2)?;
            if area(other) != area(kind) {
                continue;
            }
            if row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)? == collection.id.0 {
                return Ok(file);
            }
            others.push(file);
        }
        let name = match &collection.account {
            Some(account) if kind == Kind::Contact && collection.name.is_empty() => account,
            _ => &collection.name,
        };
        Ok(free_name(name, &others))
    }
}

/// Kinds that share a view.
fn area(kind: Kind) -> Kind {
    if kind == Kind::Task { Kind::Event } else { kind }
}

/// `name`, made safe and given a number if need be; room is left for an ending.
fn free_name(name: &str, others: &[String]) -> String {
    let safe = paths::safe_name(paths::cut(name, 200));
    let taken: Vec<String> = others.iter().map(|other| paths::clash_key(other)).collect();
    (1..)
        .map(|nth| match nth {
            1 => safe.clone(),
            // What follows a dot of the name is no ending.
            nth => format!("{safe} ({nth})"),
        })
        .find(|name| !taken.contains(&paths::clash_key(name)))
        .unwrap_or(safe)
}
