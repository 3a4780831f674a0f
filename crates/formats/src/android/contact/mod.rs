//! Rows of Android's contacts provider as vCard.
//!
//! Source: AOSP ContactsContract.CommonDataKinds for the columns. The same rows give the same bytes: no clock, no
//! chance. A label of one's own becomes an item group with X-ABLabel, as on the iPhone.
//!
//! | mimetype | vCard |
//! |---|---|
//! | `name` | N, FN; X-PHONETIC-FIRST-NAME, -MIDDLE-NAME, -LAST-NAME; a second one as a row |
//! | `nickname` | NICKNAME, with a type for maiden names, short names, initials |
//! | `phone_v2`, `email_v2`, `website`, `sip_address` | TEL, EMAIL, URL, IMPP |
//! | `postal-address_v2` | ADR, or its formatted text as LABEL where that is all there is |
//! | `im` | IMPP with X-SERVICE-TYPE |
//! | `organization` | ORG, TITLE, ROLE, X-PHONETIC-ORG, X-ANDROID-ORG-SYMBOL, X-ANDROID-OFFICE |
//! | `relation`, `contact_event` | RELATED (X-ABRELATEDNAMES), BDAY, ANNIVERSARY, X-ABDATE |
//! | `note` | NOTE |
//! | `group_membership` | CATEGORIES, by the group's title |
//! | `photo` | left out: over adb only its number is known |
//! | any other | the row itself as X-ANDROID-CUSTOM |
//!
//! `is_primary` and `is_super_primary` become PREF, `starred` X-ANDROID-STARRED.

mod data;
mod rows;
mod types;

#[cfg(test)]
mod tests;

use sidekeep_model::{Contact, Hasher};

use super::{ContactRows, GroupRow, Row, RowsError};
use crate::line::{Line, text};
use crate::vcard::{Version, from_neutral, interpret};
use crate::{Dialect, Loss, Read};

pub use rows::NewContact;

impl ContactRows {
    /// Canonical JSON: equal rows are equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("maps of strings to strings are always JSON")
    }

    /// From JSON.
    ///
    /// # Errors
    /// When it is not the JSON of a contact.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RowsError> {
        serde_json::from_slice(bytes).map_err(|_| RowsError)
    }
}

impl GroupRow {
    /// Canonical JSON: equal rows are equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("maps of strings to strings are always JSON")
    }

    /// From JSON.
    ///
    /// # Errors
    /// When it is not the JSON of a group.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RowsError> {
        serde_json::from_slice(bytes).map_err(|_| RowsError)
    }

    /// What its owner calls it; empty when it has no title.
    pub fn title(&self) -> &str {
        column(&self.group, "title")
    }
}

/// The contact as vCard 3.0, which every importer reads.
pub fn vcard(rows: &ContactRows) -> Vec<u8> {
    from_neutral(lines(rows), Version::V3, Dialect::Plain)
        .text
        .into_bytes()
}

/// What [`vcard`] leaves out: characters that no line can hold.
pub(crate) fn vcard_losses(rows: &ContactRows) -> Vec<Loss> {
    from_neutral(lines(rows), Version::V3, Dialect::Plain).losses
}

/// The contact as the model; the same as reading [`vcard`], without writing it.
pub(crate) fn model(rows: &ContactRows) -> Read<Contact> {
    let lines = lines(rows).into_iter().map(|line| (0, line)).collect();
    interpret(lines, Vec::new())
}

/// The contact as plain 4.0 lines.
fn lines(rows: &ContactRows) -> Vec<Line> {
    let raw = &rows.raw_contact;
    let mut card = data::Lines::new();
    card.push(Line::new("UID", uid(rows)));
    for row in &rows.data {
        card.row(row);
    }
    card.finish_groups();
    let mut lines = card.into_lines();
    let display = column(raw, "display_name").trim();
    if !display.is_empty() && !lines.iter().any(|line| line.is("FN") || line.is("N")) {
        lines.insert(1, Line::new("FN", text::escape(display)));
    }
    if column(raw, "starred") == "1" {
        lines.push(Line::new("X-ANDROID-STARRED", "1"));
    }
    if column(raw, "send_to_voicemail") == "1" {
        lines.push(Line::new("X-ANDROID-SEND-TO-VOICEMAIL", "1"));
    }
    let ringtone = column(raw, "custom_ringtone");
    if !ringtone.is_empty() {
        lines.push(Line::new("X-ANDROID-RINGTONE", text::escape(ringtone)));
    }
    lines
}

/// A UID that stays when the contact changes: of the account and the account's own name for the contact, which are
/// the same on every phone with that account; else of the phone's number for it.
fn uid(rows: &ContactRows) -> String {
    let raw = &rows.raw_contact;
    let source = column(raw, "sourceid");
    let local = rows
        .data
        .first()
        .map(|row| column(row, "raw_contact_id"))
        .unwrap_or_default();
    let mut key = Hasher::new();
    for name in ["account_type", "account_name", "data_set"] {
        let value = column(raw, name);
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        key.update(&(value.len() as u64).to_le_bytes())
            .update(value.as_bytes());
    }
    if source.is_empty() {
        key.update(b"raw_contact_id\0").update(local.as_bytes());
        if local.is_empty() {
            key.update(column(raw, "display_name").as_bytes());
        }
    } else {
        key.update(b"sourceid\0").update(source.as_bytes());
    }
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&key.digest().as_bytes()[..16]);
    // Version 8 (RFC 9562 §5.8): made by a rule of our own.
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut uid = String::from("urn:uuid:");
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            uid.push('-');
        }
        uid.push_str(&format!("{byte:02x}"));
    }
    uid
}

/// A column's text; empty where it is NULL.
fn column<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).map(String::as_str).unwrap_or_default()
}
