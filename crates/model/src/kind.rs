//! The kinds of data a phone holds, in the order in which a run reads them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A kind of data. The order of the variants is the order inside a run: what is small and dear comes first, films
/// come last (PRODUCT R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A person or firm: one raw contact, one vCard.
    Contact,
    /// A named set of contacts, empty ones included.
    Group,
    /// A calendar entry: a series with its overrides is one item.
    Event,
    /// A to-do.
    Task,
    /// An SMS or MMS.
    Message,
    /// A line of the call log.
    Call,
    /// A still picture.
    Photo,
    /// A moving picture.
    Film,
}

/// The text names no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind {0:?}")]
pub struct KindError(pub String);

impl Kind {
    /// Every kind, in the order of a run.
    pub const ALL: [Kind; 8] = [
        Kind::Contact,
        Kind::Group,
        Kind::Event,
        Kind::Task,
        Kind::Message,
        Kind::Call,
        Kind::Photo,
        Kind::Film,
    ];

    /// The singular, as JSON and the journal write it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Contact => "contact",
            Kind::Group => "group",
            Kind::Event => "event",
            Kind::Task => "task",
            Kind::Message => "message",
            Kind::Call => "call",
            Kind::Photo => "photo",
            Kind::Film => "film",
        }
    }

    /// The plural, as the command line takes it.
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Contact => "contacts",
            Kind::Group => "groups",
            Kind::Event => "events",
            Kind::Task => "tasks",
            Kind::Message => "messages",
            Kind::Call => "calls",
            Kind::Photo => "photos",
            Kind::Film => "films",
        }
    }

    /// Kept as an original file under `Photos/` rather than as a payload in the journal.
    pub const fn is_file(self) -> bool {
        matches!(self, Kind::Photo | Kind::Film)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = KindError;

    /// Takes the singular or the plural.
    fn from_str(text: &str) -> Result<Self, KindError> {
        Kind::ALL
            .into_iter()
            .find(|kind| text == kind.name() || text == kind.plural())
            .ok_or_else(|| KindError(text.to_owned()))
    }
}
