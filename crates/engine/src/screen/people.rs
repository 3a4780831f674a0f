//! Contacts.

use serde::Serialize;
use sidekeep_model::{Contact, ItemId, PhoneId};
use ts_rs::TS;

use super::{Kept, VersionRow};

/// One line of the list of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Person {
    /// The item.
    pub id: ItemId,
    /// The name to show; may be empty or anything at all.
    pub name: String,
    /// Firm, first number or first address: what tells two of one name apart.
    pub note: String,
    /// What the list is sorted by: the name without marks and case.
    pub key: String,
    /// What an instant search looks in: name, nicknames, firm, numbers (digits only too), addresses; folded.
    pub text: String,
    /// It has a picture, at `portrait/<id>` of the photo protocol.
    pub portrait: bool,
    /// The phone.
    pub phone: PhoneId,
    /// Name of its address book or account.
    pub collection: String,
    /// Still on the phone.
    pub present: bool,
    /// A copy that a messenger or the SIM made.
    pub derived: bool,
}

/// One contact.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonDetail {
    /// What the archive knows of it.
    pub kept: Kept,
    /// The fields; None when the kept bytes cannot be interpreted by this version.
    pub contact: Option<Contact>,
    /// All its states, newest first, each with its fields.
    pub versions: Vec<VersionRow>,
    /// The kept bytes as vCard, for dragging out and for the curious.
    pub vcard: String,
}
