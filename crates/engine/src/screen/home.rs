//! Home: am I safe, and if not, what is missing? (PRODUCT R15, R16, R20)

use serde::Serialize;
use sidekeep_model::{Kind, PhoneId, Reading, SourceName, Time};
use ts_rs::TS;

use super::HoldRow;

/// Everything that Home shows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Home {
    /// One card per phone, most recently mirrored first.
    pub phones: Vec<PhoneCard>,
    /// Questions that only the owner can decide.
    pub holds: Vec<HoldRow>,
    /// When the whole archive was last re-read.
    pub verified_at: Option<Time>,
    /// Files found damaged or missing by the last check.
    pub damaged: u64,
    /// Bytes that the archive keeps.
    pub bytes: u64,
}

/// One phone.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PhoneCard {
    /// The phone.
    pub id: PhoneId,
    /// The owner's or the maker's name for it.
    pub name: String,
    /// Model, when the phone says one.
    pub model: Option<String>,
    /// System and version.
    pub system: Option<String>,
    /// Ways to it, best first.
    pub links: Vec<PhoneLink>,
    /// Each kind of data, in the order of a run. No kind is hidden.
    pub kinds: Vec<KindRow>,
    /// The one honest verdict.
    pub safety: Safety,
    /// When it was last tried.
    pub last_run: Option<Time>,
    /// When everything that its links can read was last read completely, with nothing held back.
    pub last_complete: Option<Time>,
    /// The last complete reading is older than seven days, or there was none.
    pub overdue: bool,
}

/// The first thing that is not well with a phone, or that all is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "safety")]
pub enum Safety {
    /// Everything that the link can read is kept, and lately.
    Complete,
    /// Nothing was ever read completely.
    Never,
    /// Complete, but too long ago.
    Overdue,
    /// A suspicious change waits for the owner.
    Held {
        /// Of this kind.
        kind: Kind,
    },
    /// Kept bytes are damaged.
    Damaged {
        /// Of this kind.
        kind: Kind,
        /// How many items.
        items: u64,
    },
    /// On the phone but not kept.
    Short {
        /// Of this kind.
        kind: Kind,
        /// How many items.
        items: u64,
    },
    /// A kind could not be read whole.
    Incomplete {
        /// This kind.
        kind: Kind,
        /// Why.
        reading: Reading,
    },
}

/// One way to a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PhoneLink {
    /// The source, as the owner wrote it.
    pub source: SourceName,
    /// The name it is remembered by.
    pub name: Option<String>,
    /// What kind of way.
    pub link: LinkKind,
    /// It answers now. None: nobody was asked.
    pub ready: Option<bool>,
    /// Why it does not answer, and so what it needs from the person.
    pub needs: Option<super::TroubleKind>,
}

/// Kinds of ways to a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A cable.
    Usb,
    /// The network.
    Network,
    /// A folder: card reader, exports.
    Folder,
}

/// One row of proof.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KindRow {
    /// The kind.
    pub kind: Kind,
    /// On the phone, by the last reading; None when it could not be read.
    pub on_phone: Option<u64>,
    /// Kept and on the phone.
    pub kept: u64,
    /// Kept and no longer on the phone.
    pub gone: u64,
    /// Bytes kept.
    pub bytes: u64,
    /// Found right by the last full check.
    pub verified: u64,
    /// When that check ran.
    pub verified_at: Option<Time>,
    /// Damaged here.
    pub damaged: u64,
    /// Collections held back.
    pub held: u64,
    /// What the readers last said; None: never tried.
    pub reading: Option<Reading>,
    /// This link can never carry the kind, which is no fault of the phone's.
    pub beyond_link: bool,
}
