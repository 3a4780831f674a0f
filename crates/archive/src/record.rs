//! The lines of a journal file: what a run found, in the order it was found. These types are the archive's format;
//! docs/archive-format.md describes them for people. Fields are only ever added, and a reader ignores those it does
//! not know.

use serde::{Deserialize, Serialize};
use sidekeep_model::{
    Collection, CollectionId, Digest, Facts, Fingerprint, Identity, Kind, Marks, Media, Reading, RemoteId,
    RunId, SourceName, Taken, Time,
};
use ts_rs::TS;

/// One line of a journal file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// The first line of a run.
    Run(Begin),
    /// A collection as the phone described it, when first seen or when its description changed.
    Collection(CollectionRecord),
    /// An item's new state.
    Item(Box<Record>),
    /// The picture that a contact names by an address.
    Picture(Box<PictureRecord>),
    /// What was decided about one collection; its changes count from here on (or not).
    Verdict(Verdict),
    /// The owner's decision about a held-back run.
    Decision(Decision),
    /// The result of re-reading the archive.
    Check(Check),
    /// What a restore sets out to write; comes before its first write.
    Restore(Restore),
    /// What came of a restore; comes after the phone was read again.
    Restored(Restored),
    /// The end of a run.
    End(End),
    /// The last line: the digest of every byte before it. A file without a seal belongs to a run that was cut off.
    Seal(Seal),
}

/// The first line of a journal file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// Archive format version that the line was written under.
    pub format: u32,
    /// This run.
    pub id: RunId,
    /// What the file is about.
    pub purpose: Purpose,
    /// When it began, by this computer's clock.
    pub at: Time,
    /// The phone, for a mirror run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Identity>,
    /// The source, for a mirror run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceName>,
    /// What the run sets out to read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// The run before, by name, and its seal: the chain. None for the first run of an archive.
    pub prev: Option<Link>,
}

/// Why a journal file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// A phone was mirrored.
    Mirror,
    /// A phone was mirrored in rescue mode.
    Rescue,
    /// The owner decided about a held-back run.
    Decision,
    /// The archive was re-read.
    Check,
    /// Something kept was written back to a phone, which was then read again.
    Restore,
}

/// The seal of an earlier journal file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The run.
    pub run: RunId,
    /// Its seal's digest.
    pub digest: Digest,
}

/// A collection as the phone described it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRecord {
    /// The kind it holds.
    pub kind: Kind,
    /// The description.
    #[serde(flatten)]
    pub collection: Collection,
}

/// How an item's state relates to the archive's view before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Never seen before.
    Seen,
    /// Other bytes than before.
    Changed,
    /// Same bytes, other marks or fingerprint (touched, moved to the bin, made a favourite).
    Marked,
    /// No longer on the phone.
    Gone,
    /// On the phone again.
    Back,
}

/// An item's new state. `Gone` has neither digest nor body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id.
    pub remote: RemoteId,
    /// What happened.
    pub change: Change,
    /// When this computer wrote it down.
    pub at: Time,
    /// BLAKE3 of the raw bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Type of the raw bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    /// Where the raw bytes are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The phone's mark of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// The phone's own words.
    #[serde(default)]
    pub marks: Marks,
}

/// What is at the address that a contact's bytes name as its picture (PHOTO by URI). It belongs to those very bytes: when
/// the contact changes, the address is asked again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// The contact's collection.
    pub collection: CollectionId,
    /// The contact.
    pub remote: RemoteId,
    /// BLAKE3 of the contact's raw bytes.
    pub of: Digest,
    /// The address.
    pub address: String,
    /// When this computer wrote it down.
    pub at: Time,
    /// The picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<KeptPicture>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none: Option<NoPicture>,
}

/// Why a contact's picture is not kept, where that is an answer and not a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoPicture {
    /// There is nothing at the address.
    Missing,
    /// It lies where the link does not go, may not be seen, or is nothing that contacts have for a picture.
    Unusable,
}

/// A kept picture of a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptPicture {
    /// BLAKE3 of its bytes.
    pub digest: Digest,
    /// Its type, by its bytes.
    pub media: Media,
    /// Where its bytes are: an object, or the same as an earlier one's.
    pub body: Body,
}

/// Where an item's raw bytes are.
#[expect(
    clippy::large_enum_variant,
    reason = "a record, which holds one, is boxed itself"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Here: short UTF-8 text, byte for byte.
    Raw(String),
    /// In `.sidekeep/objects`, under the record's digest, zstd-compressed.
    Object {
        /// Length of the raw bytes.
        size: u64,
    },
    /// The same bytes as an earlier record with this digest.
    Same,
    /// An original under `Photos/`.
    File(Original),
}

/// An original file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Original {
    /// Below the archive's root, `/`-separated: `Photos/2024/2024-05-03/IMG_1234.HEIC`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 (hex), for SHA256SUMS.
    pub sha256: String,
    /// Capture time by which it is filed, from the best source known.
    pub taken: Taken,
    /// Facts from the bytes.
    pub facts: Facts,
}

/// What was decided about one collection of a run. Changes of items that were known before count only under an
/// accepted verdict; new items count at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The kind.
    pub kind: Kind,
    /// The collection; None speaks of the kind as a whole (nothing of it could be listed).
    pub collection: Option<CollectionId>,
    /// What the reader said.
    pub reading: Reading,
    /// Whether the changes count.
    pub accepted: bool,
    /// Why they do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<Suspicion>,
    /// Numbers.
    pub counts: Counts,
    /// The link's mark for the next incremental listing; only set when everything listed was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Why a collection's changes were held back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case", tag = "suspicion")]
pub enum Suspicion {
    /// It is empty now.
    Emptied {
        /// Items before.
        before: u64,
    },
    /// Too many items are gone.
    Lost {
        /// Gone now.
        lost: u64,
        /// Items before.
        before: u64,
    },
    /// Too many items changed.
    Changed {
        /// Changed now.
        changed: u64,
        /// Items before.
        before: u64,
    },
    /// Too many items lost a field that they had.
    FieldLost {
        /// `phones`, `emails`, `addresses`, `photo`, `name`, `start`, ...
        field: String,
        /// Items that lost every value of it.
        lost: u64,
        /// Items that had it before.
        before: u64,
    },
    /// A collection that held items is no longer listed.
    Vanished {
        /// Items before.
        before: u64,
    },
}

/// Numbers of one collection in one run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Counts {
    /// On the phone now.
    pub listed: u64,
    /// Of these, groups that are cards of an address book.
    pub groups: u64,
    /// Of these, what is no card or calendar object at all, such as a text that lies among them. It is kept as it came.
    pub foreign: u64,
    /// New.
    pub seen: u64,
    /// Other bytes.
    pub changed: u64,
    /// No longer there.
    pub gone: u64,
    /// There again.
    pub back: u64,
    /// Listed but not read.
    pub unread: u64,
    /// Bytes received.
    pub bytes: u64,
}

/// The owner's decision about a held-back run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The held-back run.
    pub run: RunId,
    /// Accept its changes, or refuse them.
    pub accept: bool,
}

/// The result of re-reading the archive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Journal files, objects and originals read.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What is wrong.
    pub damage: Vec<Damage>,
    /// Files below `Photos` that no record names, or none any more since their bytes were altered and fetched anew beside
    /// them; as paths below the archive's root. Nothing that is kept is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Only a part was read (`--sample`).
    #[serde(default)]
    pub sample: bool,
}

impl Check {
    /// A loss that was noticed without reading a file.
    pub(crate) fn note(damage: Vec<Damage>) -> Self {
        Self {
            damage,
            sample: true,
            ..Self::default()
        }
    }
}

/// One damaged or missing file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// Below the archive's root.
    pub path: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is not there.
    Missing,
    /// Its bytes are not those that were kept.
    Altered,
    /// It could not be read.
    Unreadable,
    /// A journal line in the middle of a file is damaged.
    BrokenLine,
    /// The digest of the run before is not the one named: a journal file is missing, altered or out of place.
    BrokenChain,
}

/// What a restore sets out to write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restore {
    /// The state that was asked for; None is the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Time>,
    /// What was to happen to items that both the phone and the archive have.
    pub policy: Policy,
    /// Items asked for.
    pub asked: u64,
    /// Items to add.
    pub add: u64,
    /// Items to change.
    pub update: u64,
}

/// What happens to an item that the phone has otherwise than the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The phone's stays, and the archive's is added beside it.
    KeepBoth,
    /// Both become one, field by field.
    Merge,
    /// The phone's stays; only what it does not have is added.
    KeepPhone,
    /// The archive's takes the place of the phone's, which is kept in the archive.
    KeepArchive,
}

/// What came of a restore. Every item asked for is counted once in the first seven.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Restored {
    /// Added to the phone.
    pub added: u64,
    /// Changed on the phone.
    pub updated: u64,
    /// On the phone already as asked for.
    pub same: u64,
    /// Otherwise on the phone, and left so as the policy says.
    pub kept: u64,
    /// Changed on the phone meanwhile; not written.
    pub conflicts: u64,
    /// Not to be written: a read-only or unknown collection, bytes that are damaged here.
    pub refused: u64,
    /// The phone did not take them, or it is not known whether it did.
    pub failed: u64,
    /// Of those added and changed: read again and found as they were written.
    pub confirmed: u64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything it set out to read was read.
    Complete,
    /// Some was not.
    Partial,
    /// It could not go on (link lost, disk full).
    Failed,
    /// The owner stopped it.
    Cancelled,
    /// It was cut off; the next run wrote this end.
    Interrupted,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// When, by this computer's clock.
    pub at: Time,
    /// How.
    pub outcome: Outcome,
}

/// The seal: nothing is appended after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// Lines before it.
    pub lines: u64,
    /// BLAKE3 of every byte before it; the first line holds the digest of the run before, so the seals are a chain.
    pub digest: Digest,
}
