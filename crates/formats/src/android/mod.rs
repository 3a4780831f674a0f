//! Rows of Android's contacts and calendar providers: the payload that links keep (canonical JSON, so that equal rows
//! are equal bytes), and what the rows mean as vCard and iCalendar.
//!
//! Source: AOSP ContactsContract and CalendarContract. The rows are kept as the phone gave them, so that a better
//! mapping later improves everything kept before.

mod contact;
mod event;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use contact::{NewContact, vcard};
pub(crate) use contact::{model as contact_model, vcard_losses};
pub use event::{NewEvent, NoRows, icalendar};
pub(crate) use event::{icalendar_losses, icalendar_without_zones};

/// The bytes are not the JSON of such rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the rows of an Android provider")]
pub struct RowsError;

/// One provider row: column name to text. SQL NULL is absent; everything else is the text that the phone gave.
pub type Row = BTreeMap<String, String>;

/// One raw contact with its data rows, sorted by `_id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRows {
    /// Columns of `raw_contacts` that its owner can see (account_name, account_type, sourceid, starred, contact_id...).
    pub raw_contact: Row,
    /// Columns of `data` with `mimetype`, each row whole. A `group_membership` row also carries `group_title`.
    pub data: Vec<Row>,
}

/// One event series: the master row, its exception rows, and what hangs on each by `event_id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRows {
    /// The row of `events` with no `original_id` (or an exception whose master is not there).
    pub event: Row,
    /// Rows of `events` that replace or cancel one instance, sorted by `originalInstanceTime`, then `_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Row>,
    /// Rows of `attendees`: the master's, then each exception's, sorted by `_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<Row>,
    /// Rows of `reminders`: the master's, then each exception's, sorted by `_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Row>,
    /// Rows of `extendedproperties`: the master's, then each exception's, sorted by `_id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended: Vec<Row>,
}

/// One row of `groups`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRow {
    /// Its columns (title, account_name, account_type, sourceid, system_id, notes).
    pub group: Row,
}
