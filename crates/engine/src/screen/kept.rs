//! What the archive knows of any item, whatever its kind.

use serde::Serialize;
use sidekeep_archive::Fault;
use sidekeep_model::{Digest, ItemId, Kind, PhoneId, SourceName, Time};
use ts_rs::TS;

/// What the archive knows of an item besides what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Kept {
    /// The item.
    pub id: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Its title: name, summary, file name.
    pub title: String,
    /// The phone.
    pub phone: PhoneId,
    /// The phone's name for people.
    pub phone_name: String,
    /// The source by which it last came.
    pub source: SourceName,
    /// Name of its address book, calendar or folder.
    pub collection: String,
    /// The account that belongs to.
    pub account: Option<String>,
    /// Still on the phone.
    pub present: bool,
    /// BLAKE3 of the raw bytes.
    pub digest: Digest,
    /// When this computer first saw it.
    pub first_seen: Time,
    /// When its state last changed.
    pub last_changed: Time,
    /// What is wrong with the kept bytes, as of the last check.
    pub damage: Option<Fault>,
}
