//! Contacts and events that go back to an Android phone, each as new rows of a provider through `content insert`. What is
//! there already is never changed, and nothing is deleted.

mod contact;
mod event;

use async_trait::async_trait;
use sidekeep_model::{Kind, Media};

use super::phone::AdbPhone;
use crate::{Condition, Write, WriteError, Writing, Written};

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
