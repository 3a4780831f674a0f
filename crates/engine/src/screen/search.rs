//! Finding anything by its words.

use serde::Serialize;
use sidekeep_model::{ItemId, Kind};
use ts_rs::TS;

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Found {
    /// The item.
    pub id: ItemId,
    /// Its kind.
    pub kind: Kind,
    /// Its title: name, summary, file name.
    pub title: String,
    /// What tells it from others of that title: the address book, calendar or folder.
    pub note: String,
    /// Still on the phone.
    pub present: bool,
}
