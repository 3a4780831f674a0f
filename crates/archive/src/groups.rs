//! Who is in the groups that are cards of an address book (RFC 6350 §6.1.4). Such a card names contacts of its book by
//! their UIDs; the book itself stays one collection of cards, each kept as it came. Groups of Android, which are rows of
//! their own, are named by their contacts.

use std::collections::HashMap;
use std::ops::ControlFlow;

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use serde::Serialize;
use sidekeep_formats::vcard::CardGroup;
use sidekeep_model::{CollectionId, ItemId, Kind, PhoneId, Time};
use ts_rs::TS;

use crate::index::KindSql;
use crate::index::query::{Conditions, NOW, THEN, each};
use crate::shelf::Shelf;
use crate::{ArchiveError, ArchiveErrorKind, Item, Query};

/// Who can be in groups, and who is, now or at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    /// Of each address book with groups its contacts by their UIDs, as groups name them.
    books: HashMap<Book, HashMap<String, Vec<Member>>>,
    /// Names of groups by the contacts that are in them.
    names: HashMap<ItemId, Vec<String>>,
}

/// An address book: its phone and its id there.
type Book = (PhoneId, CollectionId);

/// The members of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Members {
    /// Contacts of its address book, in the order of the card.
    #[serde(rename = "members")]
    pub found: Vec<Member>,
    /// How many more it names, which its address book does not have. They stay in the kept card.
    pub missing: u64,
}

/// A contact in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Member {
    /// The contact.
    pub id: ItemId,
    /// Its name.
    pub name: String,
}

impl Groups {
    /// The members of a group of an address book.
    pub fn members(&self, phone: &PhoneId, book: &CollectionId, group: &CardGroup) -> Members {
        let book = self.books.get(&(phone.clone(), book.clone()));
        let mut members = Members::default();
        for uid in &group.members {
            match book.and_then(|book| book.get(uid)?.first()) {
                Some(member) => members.found.push(member.clone()),
                None => members.missing += 1,
            }
        }
        members
    }

    /// The names of the groups that a contact is in, sorted, without doubles.
    pub fn of(&self, contact: ItemId) -> &[String] {
        self.names.get(&contact).map_or(&[], Vec::as_slice)
    }

    /// See [`crate::Archive::groups`].
    pub(crate) fn read(index: &Connection, shelf: &Shelf, as_of: Option<Time>) -> Result<Self, ArchiveError> {
        let mut groups = Self::default();
        for gone in [false, true] {
            let query = Query {
                kinds: vec![Kind::Group],
                listed: Some(Kind::Contact),
                as_of,
                gone,
                ..Query::default()
            };
            let mut cards = Vec::new();
            each(index, &query, &mut |item| {
                cards.push(item);
                ControlFlow::Continue(())
            })?;
            for card in cards {
                let book = (card.phone.clone(), card.collection.id.clone());
                if !groups.books.contains_key(&book) {
                    let contacts = contacts(index, &book, as_of)?;
                    groups.books.insert(book.clone(), contacts);
                }
                // What is gone is no group of anybody any more, and one without a name cannot be told.
                if !gone && !card.title.is_empty() {
                    groups.name(&book, &card, index, shelf)?;
                }
            }
        }
        for names in groups.names.values_mut() {
            names.sort();
            names.dedup();
        }
        Ok(groups)
    }

    /// Notes the name of a group with each of its members.
    fn name(
        &mut self,
        book: &Book,
        card: &Item,
        index: &Connection,
        shelf: &Shelf,
    ) -> Result<(), ArchiveError> {
        let raw = match shelf.payload(index, &card.digest) {
            Ok(raw) => raw,
            // A check tells of it.
            Err(error)
                if matches!(
                    error.kind(),
                    ArchiveErrorKind::Damaged | ArchiveErrorKind::NotFound
                ) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Some(group) = sidekeep_formats::card_group(&card.media, &raw) else {
            return Ok(());
        };
        let contacts = self.books.get(book);
        let members = group.members.iter().filter_map(|uid| contacts?.get(uid));
        for member in members.flatten() {
            self.names.entry(member.id).or_default().push(card.title.clone());
        }
        Ok(())
    }
}

/// The contacts of an address book by their UIDs; those that are there before those that are gone.
fn contacts(
    index: &Connection,
    (phone, book): &Book,
    as_of: Option<Time>,
) -> Result<HashMap<String, Vec<Member>>, ArchiveError> {
    let (versions, there) = match as_of {
        Some(_) => (THEN, "l.change <> 'gone'"),
        None => (NOW, "i.present"),
    };
    let mut conditions = Conditions::default();
    conditions.values.extend(as_of.map(|at| Value::from(at.millis())));
    conditions.and("c.phone = ?", [Value::from(phone.0.clone())]);
    conditions.and("c.kind = ?", [Value::from(Kind::Contact as i64)]);
    conditions.and("c.id = ?", [Value::from(book.0.clone())]);
    conditions.and("v.uid IS NOT NULL", []);
    let mut statement = index.prepare(&format!(
        "SELECT v.uid, i.id, v.title FROM items i JOIN collections c ON c.seq = i.collection {versions}{}
         ORDER BY {there} DESC, i.seq",
        conditions.text
    ))?;
    let mut rows = statement.query(rusqlite::params_from_iter(conditions.values))?;
    let mut contacts: HashMap<String, Vec<Member>> = HashMap::new();
    while let Some(row) = rows.next()? {
        contacts.entry(row.get(0)?).or_default().push(Member {
            id: ItemId(row.get::<_, i64>(1)?.cast_unsigned()),
            name: row.get(2)?,
        });
    }
    Ok(contacts)
}

/// Of the cards that the last reading of a phone's contacts showed, so many are groups; None where it never had one.
/// What a reading shows is known before it counts.
pub(crate) fn shown(
    index: &Connection,
    phone: &PhoneId,
    collection: Option<&str>,
) -> Result<Option<u64>, ArchiveError> {
    let (all, shown): (u64, u64) = index
        .prepare_cached(
            "SELECT count(*), coalesce(sum(l.digest IS NOT NULL), 0)
             FROM items i JOIN collections c ON c.seq = i.collection
               JOIN versions l ON l.seq = (SELECT max(seq) FROM versions WHERE item = i.seq)
             WHERE i.kind = ?1 AND c.kind = ?2 AND c.phone = ?3 AND (?4 IS NULL OR c.id = ?4)",
        )?
        .query_row(
            params![KindSql(Kind::Group), KindSql(Kind::Contact), phone.0, collection],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
    Ok((all > 0).then_some(shown))
}
