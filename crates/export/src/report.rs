//! What an export did, and what it could not do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use sidekeep_formats::Loss;
use sidekeep_formats::vcard;
use sidekeep_model::ItemId;
use sidekeep_pictures::Reduced;
use ts_rs::TS;

/// What an export did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Files written, in order.
    pub written: Vec<PathBuf>,
    /// Items in those files, and in files that were there already.
    pub items: u64,
    /// Of these, groups that are cards of an address book.
    pub groups: u64,
    /// Of these, pictures whose files were there already with the same bytes.
    pub already: u64,
    /// Items left out because the phone made them from other data (see [`crate::Order::derived`]).
    pub derived: u64,
    /// Items left out because another that is the same went along (see [`crate::Order::repeated`]).
    pub repeated: u64,
    /// Items left out, and why.
    pub skipped: Vec<(ItemId, Why)>,
    /// Fields that the target cannot hold, and the items that have them.
    pub losses: BTreeMap<Loss, Hits>,
    /// Contacts that only name the address of a picture, which is not kept: whoever reads the file has to find it there.
    pub addressed: Hits,
    /// What JPEGs lack, and the items whose pictures do.
    pub reduced: BTreeMap<Reduced, Hits>,
    /// What the self-check found in items that were written. Empty is proof; anything else is no success.
    pub complaints: Vec<(ItemId, Complaint)>,
}

/// Items that something is true of: how many, and which come first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many.
    pub items: u64,
    /// The first few.
    pub first: Vec<ItemId>,
}

impl Hits {
    /// As many are named as a person reads.
    const NAMED: usize = 3;

    pub(crate) fn add(&mut self, item: ItemId) {
        self.items += 1;
        if self.first.len() < Self::NAMED {
            self.first.push(item);
        }
    }
}

/// Why an item was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS)]
#[ts(rename = "Skipped")]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Its kept bytes are missing or altered.
    Damaged,
    /// Its bytes are not of the type that they claim.
    NotUnderstood,
    /// It has no bytes, so that no JPEG can be made of it.
    Empty,
    /// No JPEG can be made of it.
    NotConvertible,
    /// It has more pixels than are converted.
    TooLarge,
}

/// What the self-check found in an item that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// The second reader of vCards objects.
    Invalid(vcard::Complaint),
    /// This field reads back other than it is kept, and no loss says so. The name is the model's.
    Differs(&'static str),
    /// The second reader of calendars does not find it as it was written.
    Unread,
    /// The item does not read back at all.
    Missing,
}

/// How far an export has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items done.
    pub items: u64,
    /// Items in all.
    pub items_total: u64,
    /// Bytes of originals and payloads done.
    pub bytes: u64,
    /// Bytes of originals in all; 0 for contacts and calendars.
    pub bytes_total: u64,
}
