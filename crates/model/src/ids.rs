//! Names of phones, sources, collections, items and runs.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Digest, Kind, Time};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        pub struct $name(pub String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id! {
    /// One phone, stable over links and reconnects: `android:<serial>`, `folder:<path>`. Text from outside; never a
    /// path by itself.
    PhoneId
}
text_id! {
    /// One way to one phone, as the owner wrote it: `adb://127.0.0.1:5601/sdcard`, `folder:/media/card`.
    SourceName
}
text_id! {
    /// The link's own id of an address book, calendar or folder within a kind; unique per phone, link and kind.
    CollectionId
}
text_id! {
    /// The phone's own id of an item within its collection: a row id, a path below the shared storage, an href.
    RemoteId
}
text_id! {
    /// The phone's own mark of an item's state (version, `size:mtime`, ETag). Equal marks mean unchanged bytes.
    Fingerprint
}
text_id! {
    /// A media type, such as `text/vcard`; for files the type found from the bytes.
    Media
}
text_id! {
    /// A run: `20261122T133405Z-1f3a`. Sorts by start.
    RunId
}

impl Media {
    /// One vCard of any version, as it came.
    pub const VCARD: &'static str = "text/vcard";
    /// One iCalendar object as it came: all components of one UID and the zones they need.
    pub const ICALENDAR: &'static str = "text/calendar";
    /// One raw contact of Android's provider: its rows as JSON (see `sidekeep_formats::android`).
    pub const ANDROID_CONTACT: &'static str = "application/vnd.sidekeep.android-contact+json";
    /// One event series of Android's provider: its rows as JSON.
    pub const ANDROID_EVENT: &'static str = "application/vnd.sidekeep.android-event+json";
    /// One group of Android's contacts provider: its row as JSON.
    pub const ANDROID_GROUP: &'static str = "application/vnd.sidekeep.android-group+json";
}

impl RunId {
    /// The run that starts at `at`; `salt` tells runs of the same second apart.
    pub fn new(at: Time, salt: u16) -> Self {
        Self(format!("{}-{salt:04x}", at.utc().format("%Y%m%dT%H%M%SZ")))
    }
}

/// Who a phone is: its id, and what its owner would call it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Stable id.
    pub id: PhoneId,
    /// The owner's or the maker's name for it.
    pub name: String,
    /// Model, when the phone says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// System and version, such as `Android 15`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
}

/// An address book, calendar, to-do list or photo folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Id within the phone, link and kind.
    pub id: CollectionId,
    /// Its name on the phone.
    pub name: String,
    /// The account it belongs to, such as `com.google:ada@example.org`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// `#RRGGBB`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// The phone says that its owner may not write here (subscribed, read-only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// Made by the phone from other data (birthdays from contacts, messenger and SIM copies); left out of exports
    /// unless asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
}

/// An item's id for people and scripts: 16 hex digits, the same on every machine that mirrors the same phone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct ItemId(pub u64);

impl ItemId {
    /// The id of what `phone` calls `remote` in `collection` of `kind`.
    pub fn of(phone: &PhoneId, kind: Kind, collection: &CollectionId, remote: &RemoteId) -> Self {
        let key = [&phone.0, kind.name(), &collection.0, &remote.0];
        let mut bytes = Vec::with_capacity(key.iter().map(|part| part.len() + 8).sum());
        for part in key {
            // Lengths keep ("ab", "c") and ("a", "bc") apart.
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        let mut first = [0; 8];
        first.copy_from_slice(&Digest::of(&bytes).as_bytes()[..8]);
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an item's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an item's id: 16 hex digits are needed")]
pub struct ItemIdError;

impl std::str::FromStr for ItemId {
    type Err = ItemIdError;

    fn from_str(text: &str) -> Result<Self, ItemIdError> {
        if text.len() != 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ItemIdError);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| ItemIdError)
    }
}

impl Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_parts_apart() {
        let id = |collection: &str, remote: &str| {
            ItemId::of(&"p".into(), Kind::Contact, &collection.into(), &remote.into())
        };
        assert_ne!(id("ab", "c"), id("a", "bc"));
        assert_eq!(id("ab", "c").to_string().parse(), Ok(id("ab", "c")));
        assert_eq!("xyz".parse::<ItemId>(), Err(ItemIdError));
        assert_eq!("+123456789abcdef".parse::<ItemId>(), Err(ItemIdError));
    }
}
