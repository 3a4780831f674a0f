//! One phone reached over one link.

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_model::{
    Collection, CollectionId, Fingerprint, Identity, Kind, Marks, Media, Reading, RemoteId, Why,
};

use crate::{ErrorKind, LinkError, Writing};

/// One phone reached over one link. Listing is cheap, fetching is streamed, and nothing is written but by [`Writing`].
#[async_trait]
pub trait Phone: Send {
    /// Who the phone is; stable over links and reconnects.
    fn identity(&self) -> &Identity;

    /// Which kinds this link can read, or why not. Does not ask the phone.
    fn offers(&self) -> Offers;

    /// What is there now. `since` is the cursor of an earlier listing of this kind by this link; entries that have
    /// not changed since may then come back with [`Entry::unchanged`] set.
    ///
    /// # Errors
    /// Only when the link itself is lost. A refusal, a missing provider or a garbled answer is a
    /// [`Reading::Unavailable`] inside the listing.
    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError>;

    /// Brings the bytes of `wanted` (all of one kind, as listed last) into `out`, one whole item after the other and
    /// each exactly once unless the call fails. A failure of one item goes to [`Sink::end`] and does not stop the rest.
    ///
    /// # Errors
    /// When the link is lost or the sink stops; the item under way then gets no `end`.
    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError>;

    /// Brings the pictures at these addresses, which contacts name instead of holding them (RFC 6350 §6.2.4), into `out`,
    /// as [`Phone::fetch`] brings items. One that is not there ends with [`crate::ErrorKind::Missing`]; one that lies where
    /// this link does not go, may not be seen or is no picture, with [`crate::ErrorKind::Unsupported`]. Both are answers;
    /// whatever else one ends with may pass.
    ///
    /// # Errors
    /// When the link is lost or the sink stops.
    async fn pictures(&mut self, addresses: &[String], out: &mut dyn Sink) -> Result<(), LinkError> {
        for (index, address) in addresses.iter().enumerate() {
            out.begin(index).await?;
            let elsewhere = LinkError::new(ErrorKind::Unsupported, address);
            out.end(Err(elsewhere)).await?;
        }
        Ok(())
    }

    /// The same phone for writing; None when this link only reads.
    fn writing(&mut self) -> Option<&mut dyn Writing> {
        None
    }
}

/// Where fetched bytes go. Calls come as `begin`, any number of `bytes`, `end`, for one item after the other.
#[async_trait]
pub trait Sink: Send {
    /// The item `wanted[index]` begins.
    async fn begin(&mut self, index: usize) -> Result<(), LinkError>;

    /// The next bytes of the current item, from [`Wanted::from`] on.
    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError>;

    /// The current item is whole, or failed.
    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError>;
}

/// What the phone says of an item after its bytes were sent. A file whose size or time differs from the listing has
/// changed while it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The state that the bytes belong to.
    pub fingerprint: Option<Fingerprint>,
    /// Whole size in bytes.
    pub size: Option<u64>,
    /// Media type of a payload; files are typed by their bytes.
    pub media: Option<Media>,
}

/// An item to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its kind.
    pub kind: Kind,
    /// Its collection.
    pub collection: CollectionId,
    /// The phone's id.
    pub remote: RemoteId,
    /// As listed.
    pub fingerprint: Fingerprint,
    /// As listed, where known.
    pub size: Option<u64>,
    /// Skip this many bytes (files only): they are here already.
    pub from: u64,
}

/// An opaque mark of how far a listing read; only the link that made it understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub String);

/// What is there, by collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// How much of the set of collections was seen. Unavailable here means: nothing is known of any collection.
    pub reading: Reading,
    /// Each collection, empty ones included.
    pub collections: Vec<Collected>,
    /// For the next incremental listing.
    pub cursor: Option<Cursor>,
}

/// One collection's part of a [`Listing`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collected {
    /// The collection.
    pub collection: Collection,
    /// How much of it was seen.
    pub reading: Reading,
    /// What was seen, without doubles by `remote`.
    pub entries: Vec<Entry>,
    /// How the entries relate to the whole collection.
    pub extent: Extent,
}

/// How a listing's entries relate to the whole collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Every item of the collection is listed: what is not listed is gone (if the reading allows).
    Full,
    /// Only what changed since the cursor is listed, and these are gone.
    Delta {
        /// Ids that no longer exist.
        gone: Vec<RemoteId>,
    },
}

/// One item as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The phone's id within its collection. For files: the path below the shared storage, `/`-separated.
    pub remote: RemoteId,
    /// Its state; equal fingerprints mean equal bytes.
    pub fingerprint: Fingerprint,
    /// The phone itself says that the item has not changed since the cursor.
    pub unchanged: bool,
    /// Size in bytes, where known.
    pub size: Option<u64>,
    /// The phone's own words about it.
    pub marks: Marks,
}

/// Which kinds a link can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offers(pub Vec<(Kind, Offer)>);

/// Whether a link can read a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It can be asked for.
    Readable,
    /// This link cannot, and why.
    Not(Why),
}

impl Offers {
    /// The offer for a kind; a kind not named is not offered.
    pub fn of(&self, kind: Kind) -> Offer {
        self.0
            .iter()
            .find(|(offered, _)| *offered == kind)
            .map(|(_, offer)| offer.clone())
            .unwrap_or_else(|| Offer::Not(Why::new(sidekeep_model::Reason::Unsupported)))
    }
}

impl Listing {
    /// Nothing can be said of this kind.
    pub fn unavailable(why: Why) -> Self {
        Self {
            reading: Reading::unavailable(why),
            collections: Vec::new(),
            cursor: None,
        }
    }
}
