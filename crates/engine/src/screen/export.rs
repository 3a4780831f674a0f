//! Export: what, for whom, where to; what will be lost, and what was written.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sidekeep_formats::{Dialect, Fate};
use sidekeep_model::{CollectionId, ItemId, PhoneId, Time};
use sidekeep_pictures::Reduced;
use ts_rs::TS;

use crate::Skipped;

/// What to export, for whom, and where to.
#[derive(Clone, Debug, PartialEq, Deserialize, TS)]
pub struct ExportOrder {
    /// What.
    pub what: ExportWhat,
    /// Only these items; empty means all.
    pub ids: Vec<ItemId>,
    /// Only this phone.
    pub phone: Option<PhoneId>,
    /// Only this collection.
    pub collection: Option<CollectionId>,
    /// First day, `2024-05-03`.
    pub since: Option<NaiveDate>,
    /// Last day, inclusive.
    pub until: Option<NaiveDate>,
    /// As it was at this time.
    pub as_of: Option<Time>,
    /// Who will read it.
    pub dialect: Dialect,
    /// One file per contact.
    pub per_contact: bool,
    /// Pictures as JPEG of this quality; None: as they are.
    pub jpeg_quality: Option<u8>,
    /// Longest edge of such a JPEG in pixels.
    pub long_edge: Option<u32>,
    /// Also birthday calendars, messenger and SIM copies.
    pub derived: bool,
    /// Replace files that are in the way.
    pub replace: bool,
    /// The folder; None for a preview.
    pub to: Option<PathBuf>,
}

/// Kinds of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportWhat {
    /// .vcf
    Contacts,
    /// .ics
    Calendars,
    /// Originals or JPEG.
    Photos,
}

/// What an export wrote or would write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ExportDone {
    /// Items in the files.
    pub items: u64,
    /// Files, absolute; of a preview only their names. At most the first 500.
    pub files: Vec<String>,
    /// How many files in all.
    pub file_count: u64,
    /// Bytes in all. Of a preview of JPEGs: the bytes of their originals, since nothing is converted for a preview.
    pub bytes: u64,
    /// Pictures whose files were there already.
    pub already: u64,
    /// Items that were left out because the phone made them from other data.
    pub derived: u64,
    /// What the target cannot hold, most frequent first. Of a preview of JPEGs: only what is known without converting.
    pub losses: Vec<ExportLoss>,
    /// Items that could not be exported.
    pub left_out: Vec<LeftOut>,
    /// Items in files that do not read back as they are kept. Empty is the proof; anything else is no success.
    pub unproven: Vec<ItemId>,
}

/// What a target cannot hold, and how many items that hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ExportLoss {
    /// What.
    #[serde(flatten)]
    pub lost: Lost,
    /// How many items.
    pub items: u64,
    /// The titles of the first few.
    pub examples: Vec<String>,
}

/// What a target cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase", tag = "lost")]
pub enum Lost {
    /// A property of a contact or calendar entry.
    Field {
        /// Its name in the standard, upper case: `PHOTO`, `X-ABLABEL`.
        property: String,
        /// What becomes of it.
        fate: Fate,
    },
    /// Something of a picture that a JPEG cannot hold.
    Picture {
        /// What.
        reduced: Reduced,
    },
}

/// An item that could not be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    /// The item.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// Why.
    pub why: Skipped,
}
