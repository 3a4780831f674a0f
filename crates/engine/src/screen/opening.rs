//! What stands when the window opens.

use serde::Serialize;
use ts_rs::TS;

use super::Trouble;

/// What stands when the window opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Opening {
    /// Whether there is an archive.
    pub state: OpeningState,
    /// The archive's folder, whether or not it exists.
    pub archive: String,
    /// It is the demo's archive.
    pub demo: bool,
    /// Sidekeep's version.
    pub version: String,
    /// Why the archive cannot be opened, when there is one and it cannot.
    pub trouble: Option<Trouble>,
    /// The archive holds messages.
    pub has_messages: bool,
    /// The archive holds calls.
    pub has_calls: bool,
    /// The archive holds nothing yet.
    pub empty: bool,
    /// The archive's folder cannot be written: everything can be looked at and exported, nothing mirrored.
    pub read_only: bool,
}

/// Whether there is an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum OpeningState {
    /// None yet: the first start.
    First,
    /// There is one, or trouble with one.
    Ready,
}
