//! A person or firm, as parsed for showing, searching and comparing. The raw bytes stay the truth: what this model
//! does not name (unknown properties, parameters, groups of lines) lives on in them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Digest, Media};

/// A contact. Field names are the JSON contract of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Contact {
    /// UID (RFC 6350 §6.7.6), if the card has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Display name: FN, or made from N, ORG, e-mail or number, in this order, when FN is empty.
    pub name: String,
    /// N, where present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Name>,
    /// NICKNAME.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nicknames: Vec<String>,
    /// TEL, as written.
    pub phones: Vec<Labelled>,
    /// EMAIL.
    pub emails: Vec<Labelled>,
    /// ADR.
    pub addresses: Vec<Address>,
    /// ORG, its units joined by "; ".
    pub org: Option<String>,
    /// TITLE.
    pub title: Option<String>,
    /// BDAY: `1990-05-03`, `--05-03`, or text.
    pub birthday: Option<String>,
    /// ANNIVERSARY, X-ABDATE, Android events: label and date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<Labelled>,
    /// URL.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<Labelled>,
    /// IMPP and X- messengers, as URIs or `service:handle`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messengers: Vec<Labelled>,
    /// RELATED, X-ABRELATEDNAMES, Android relations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<Labelled>,
    /// NOTE, several joined by a blank line.
    pub notes: Option<String>,
    /// CATEGORIES and group memberships, in order, without doubles.
    pub groups: Vec<String>,
    /// PHOTO held inline, or by URI.
    pub photo: Option<Portrait>,
}

/// N (RFC 6350 §6.2.2). Several values of one part are joined by a space.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Name {
    /// Family name.
    pub family: String,
    /// Given name.
    pub given: String,
    /// Middle names.
    pub middle: String,
    /// Honorific prefix.
    pub prefix: String,
    /// Honorific suffix.
    pub suffix: String,
}

/// A value with its types (`home`, `work`, `cell`, lower case, in order) and its custom label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Labelled {
    /// As written, unescaped.
    pub value: String,
    /// TYPE parameters, lower case; `pref` included.
    pub types: Vec<String>,
    /// X-ABLabel, X-LABEL or Android's custom label, without Apple's `_$!<…>!$_`.
    pub label: Option<String>,
}

/// ADR (RFC 6350 §6.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Address {
    /// Post office box.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub po_box: String,
    /// Extended address (flat, neighbourhood).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub extended: String,
    /// Street with number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Town.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// State or province.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Postcode.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// Country.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// The whole address as one text where only that is known (Android's formatted address, LABEL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// TYPE parameters, lower case.
    pub types: Vec<String>,
    /// Custom label.
    pub label: Option<String>,
}

/// A contact's picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Portrait {
    /// Of the decoded bytes, when held inline.
    pub digest: Option<Digest>,
    /// Media type, as declared or found from the bytes.
    pub media: Option<Media>,
    /// Pixels; absent when not yet read from the bytes.
    pub width: Option<u32>,
    /// Pixels; absent when not yet read from the bytes.
    pub height: Option<u32>,
    /// Where the picture is, when it is not held inline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}
