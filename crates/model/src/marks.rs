//! The phone's own words about an item, kept beside its bytes.

use serde::{Deserialize, Serialize};

/// What the phone says of an item besides its bytes. Strings stay as the phone wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// File name on the phone, byte for byte where it was UTF-8. May be hostile; never a path of ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Last modification (ms since the epoch) by the phone's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    /// Last modification by the phone's wall clock, where the phone tells no zone: `20240503T140322`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_wall: Option<String>,
    /// Date taken (ms since the epoch) by the phone's media index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<i64>,
    /// The owner's favourite.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub favourite: bool,
    /// In the phone's bin.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trashed: bool,
    /// The phone's change counter of this row (MediaStore `generation_modified`, raw contact `version`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<i64>,
}
