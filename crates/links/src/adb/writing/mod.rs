//! Contacts and events that go back to an Android phone, each as new rows of a provider through `content insert`. What is
//! there already is never changed, and nothing is deleted.

mod contact;
mod event;

use async_trait::async_trait;
use sidekeep_formats::android::Row;
use sidekeep_model::{Kind, Media};

use super::phone::AdbPhone;
use crate::{Condition, Write, WriteError, Writing, Written};

/// Those of the rows that are not there, and what is there that is none of them. A row is there when the phone has one with
/// all of its columns.
fn missing(rows: &[Row], there: impl Iterator<Item = Row>) -> (Vec<&Row>, Vec<Row>) {
    let mut others: Vec<Row> = there.collect();
    let mut missing = Vec::new();
    for row in rows {
        let is_it = |there: &Row| row.iter().all(|(column, value)| there.get(column) == Some(value));
        match others.iter().position(is_it) {
            Some(at) => {
                others.swap_remove(at);
            }
            None => missing.push(row),
        }
    }
    (missing, others)
}

#[async_trait]
impl Writing for AdbPhone {
    async fn write(&mut self, write: &Write) -> Result<Written, WriteError> {
        let refused = |why: &str| Err(WriteError::Refused(why.to_owned()));
        let is = |media: &str| write.media == Media::from(media);
        match (write.kind, &write.condition) {
            (Kind::Contact | Kind::Event, Condition::Unchanged { .. }) => {
                refused("over the cable something is added, never changed")
            }
            (Kind::Contact, Condition::New { .. }) if is(Media::VCARD) => {
                contact::add(self.content(), write).await
            }
            (Kind::Event, Condition::New { .. }) if is(Media::ICALENDAR) => {
                event::add(self.content(), write).await
            }
            _ => refused("over the cable only contacts and events are written"),
        }
    }

    /// A contact has no column for it; an event has `uid2445`.
    fn keeps_uids(&self, kind: Kind) -> bool {
        kind != Kind::Contact
    }
}
