//! A phone in memory: collections, items and readings are set by the test and may change between runs. It never
//! decides anything by itself and never fails unless it was told to.

mod pen;

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_links::{
    Collected, Cursor, Entry, ErrorKind, Extent, LinkError, Listing, Offer, Offers, Phone, Sink, Stat,
    Wanted, Writing,
};
use sidekeep_model::{
    Collection, CollectionId, Digest, Fingerprint, Identity, Kind, Marks, Media, PhoneId, Reading, RemoteId,
};

pub use self::pen::Pen;

/// A phone in memory. Built and changed by methods that take and return it:
///
/// ```
/// # use sidekeep_testphones::FakePhone;
/// # use sidekeep_model::Kind;
/// let mut phone = FakePhone::new("pixel")
///     .contact("1", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nN:;Ada;;;\r\nEND:VCARD\r\n")
///     .photo("DCIM/Camera/IMG_1.jpg", b"not really a picture");
/// // … a run with `&mut phone` …
/// phone = phone.remove(Kind::Contact, "1");
/// # assert_eq!(phone.count(Kind::Contact), 0);
/// ```
///
/// Kinds that were never mentioned are read as Complete and empty, except those given by [`FakePhone::offer`].
#[derive(Clone, Debug)]
pub struct FakePhone {
    identity: Identity,
    kinds: BTreeMap<Kind, Shelf>,
    /// Counts every change, like MediaStore's generation.
    generation: u64,
    incremental: bool,
    delta: bool,
    chunk: usize,
    asked: Vec<Asked>,
    writable: Option<Pen>,
    /// By address: what is there, or how asking for it fails.
    pictures: BTreeMap<String, Result<Bytes, ErrorKind>>,
    /// What somebody else puts there right before the next write.
    meddling: Option<(Kind, RemoteId, Bytes)>,
}

/// What a [`FakePhone`] was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A listing, and whether it came with a cursor.
    List(Kind, bool),
    /// One item's bytes, and from which offset.
    Fetch(Kind, RemoteId, u64),
    /// The picture at an address.
    Picture(String),
    /// A write, and the item to change; None for a new one.
    Write(Kind, Option<RemoteId>),
}

/// One item: its bytes, and what the phone says of it.
#[derive(Clone, Debug, Default)]
pub struct FakeItem {
    /// The bytes.
    pub bytes: Bytes,
    /// The media type that [`Stat`] names; None for files.
    pub media: Option<Media>,
    /// The phone's own words.
    pub marks: Marks,
}

#[derive(Clone, Debug)]
struct Shelf {
    offer: Offer,
    reading: Reading,
    collections: BTreeMap<CollectionId, Drawer>,
}

#[derive(Clone, Debug)]
struct Drawer {
    collection: Collection,
    reading: Reading,
    items: BTreeMap<RemoteId, Held>,
    /// Removed ids and the generation of their removal.
    removed: BTreeMap<RemoteId, u64>,
}

#[derive(Clone, Debug)]
struct Held {
    item: FakeItem,
    fingerprint: Fingerprint,
    generation: u64,
    fails: Option<ErrorKind>,
    /// What the item becomes as soon as its next fetch begins.
    becomes: Option<Bytes>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            offer: Offer::Readable,
            reading: Reading::Complete,
            collections: BTreeMap::new(),
        }
    }
}

impl FakePhone {
    /// An empty phone whose id is `fake:<name>`.
    pub fn new(name: &str) -> Self {
        Self {
            identity: Identity {
                id: PhoneId(format!("fake:{name}")),
                name: name.to_owned(),
                model: None,
                system: None,
            },
            kinds: BTreeMap::new(),
            generation: 0,
            incremental: false,
            delta: false,
            chunk: 64 * 1024,
            asked: Vec::new(),
            writable: None,
            pictures: BTreeMap::new(),
            meddling: None,
        }
    }

    /// What asking for the picture at an address brings; it is not there ([`ErrorKind::Missing`]) where nothing is said.
    pub fn picture(mut self, address: &str, picture: Result<&[u8], ErrorKind>) -> Self {
        self.pictures
            .insert(address.to_owned(), picture.map(Bytes::copy_from_slice));
        self
    }

    /// Adds or replaces a contact (a vCard as it would come) in the collection `phone`.
    pub fn contact(self, remote: &str, vcard: &str) -> Self {
        self.contact_in("phone", remote, vcard)
    }

    /// Adds or replaces a contact in a collection, which is made if need be.
    pub fn contact_in(self, collection: &str, remote: &str, vcard: &str) -> Self {
        self.payload(Kind::Contact, collection, remote, Media::VCARD, vcard.as_bytes())
    }

    /// Adds or replaces a group in the collection `phone`.
    pub fn group(self, remote: &str, title: &str) -> Self {
        let row = serde_json::json!({ "group": { "title": title } }).to_string();
        self.payload(Kind::Group, "phone", remote, Media::ANDROID_GROUP, row.as_bytes())
    }

    /// Adds or replaces an event (a whole VCALENDAR) in the collection `calendar`.
    pub fn event(self, remote: &str, icalendar: &str) -> Self {
        self.event_in("calendar", remote, icalendar)
    }

    /// Adds or replaces an event in a collection, which is made if need be.
    pub fn event_in(self, collection: &str, remote: &str, icalendar: &str) -> Self {
        self.payload(
            Kind::Event,
            collection,
            remote,
            Media::ICALENDAR,
            icalendar.as_bytes(),
        )
    }

    /// Adds or replaces a photo. Its collection is the folder of `path`, its id the whole path below the storage.
    pub fn photo(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.file(Kind::Photo, path, bytes.as_ref())
    }

    /// Adds or replaces a film, as [`FakePhone::photo`] does.
    pub fn film(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.file(Kind::Film, path, bytes.as_ref())
    }

    /// Adds or replaces any item. Bytes that are put again count as a change, as if the file was touched.
    pub fn item(mut self, kind: Kind, collection: &str, remote: &str, item: FakeItem) -> Self {
        self.generation += 1;
        let held = Held {
            fingerprint: fingerprint(&item.bytes, self.generation),
            item,
            generation: self.generation,
            fails: None,
            becomes: None,
        };
        let drawer = self.drawer(kind, collection);
        drawer.removed.remove(&RemoteId::from(remote));
        drawer.items.insert(remote.into(), held);
        self
    }

    /// Adds or changes a collection, empty if it is new.
    pub fn collection(mut self, kind: Kind, collection: Collection) -> Self {
        let id = collection.id.0.clone();
        self.drawer(kind, &id).collection = collection;
        self
    }

    /// Removes a collection with everything in it, as when an account is removed.
    pub fn remove_collection(mut self, kind: Kind, collection: &str) -> Self {
        if let Some(shelf) = self.kinds.get_mut(&kind) {
            shelf.collections.remove(&CollectionId::from(collection));
        }
        self
    }

    /// Removes an item wherever it is. Its collection stays.
    pub fn remove(mut self, kind: Kind, remote: &str) -> Self {
        self.generation += 1;
        let remote = RemoteId::from(remote);
        for drawer in self.drawers_of(kind) {
            if drawer.items.remove(&remote).is_some() {
                drawer.removed.insert(remote.clone(), 0);
            }
        }
        let generation = self.generation;
        for drawer in self.drawers_of(kind) {
            if let Some(at) = drawer.removed.get_mut(&remote).filter(|at| **at == 0) {
                *at = generation;
            }
        }
        self
    }

    /// Removes every item of a kind. The collections stay.
    pub fn remove_all(mut self, kind: Kind) -> Self {
        let all: Vec<RemoteId> = self
            .drawers_of(kind)
            .flat_map(|drawer| drawer.items.keys().cloned().collect::<Vec<_>>())
            .collect();
        for remote in all {
            self = self.remove(kind, remote.as_str());
        }
        self
    }

    /// Sets an item's marks; the bytes stay, the generation counts up.
    pub fn marks(mut self, kind: Kind, remote: &str, marks: Marks) -> Self {
        self.generation += 1;
        let generation = self.generation;
        for held in self.held(kind, remote) {
            held.item.marks = marks.clone();
            held.generation = generation;
        }
        self
    }

    /// Gives an item a new fingerprint while its bytes stay.
    pub fn touch(mut self, kind: Kind, remote: &str) -> Self {
        self.generation += 1;
        let generation = self.generation;
        for held in self.held(kind, remote) {
            held.generation = generation;
            held.fingerprint = fingerprint(&held.item.bytes, generation);
        }
        self
    }

    /// From now on each fetch of the item ends with this error.
    pub fn unreadable(mut self, kind: Kind, remote: &str, error: ErrorKind) -> Self {
        for held in self.held(kind, remote) {
            held.fails = Some(error.clone());
        }
        self
    }

    /// The item gets these bytes as soon as its next fetch begins, so that what is read belongs to another
    /// fingerprint than what was listed.
    pub fn changes_while_read(mut self, kind: Kind, remote: &str, bytes: impl AsRef<[u8]>) -> Self {
        for held in self.held(kind, remote) {
            held.becomes = Some(Bytes::copy_from_slice(bytes.as_ref()));
        }
        self
    }

    /// What a listing of `kind` says of the set of collections. With Unavailable the listing carries nothing else;
    /// the items stay for when it is set back.
    pub fn reading(mut self, kind: Kind, reading: Reading) -> Self {
        self.kinds.entry(kind).or_default().reading = reading;
        self
    }

    /// What a listing says of one collection. With Unavailable the collection is named but its items are not.
    pub fn collection_reading(mut self, kind: Kind, collection: &str, reading: Reading) -> Self {
        self.drawer(kind, collection).reading = reading;
        self
    }

    /// What [`Phone::offers`] says of `kind`.
    pub fn offer(mut self, kind: Kind, offer: Offer) -> Self {
        self.kinds.entry(kind).or_default().offer = offer;
        self
    }

    /// Listings carry a cursor, and with a cursor entries that have not changed are marked so.
    pub fn incremental(mut self) -> Self {
        self.incremental = true;
        self
    }

    /// Like [`FakePhone::incremental`], and with a cursor only what changed is listed ([`Extent::Delta`]).
    pub fn deltas(mut self) -> Self {
        self.incremental = true;
        self.delta = true;
        self
    }

    /// Largest number of bytes handed to a sink at once; 64 KiB unless set.
    pub fn chunk(mut self, bytes: usize) -> Self {
        self.chunk = bytes.max(1);
        self
    }

    /// It can be written to.
    pub fn writable(mut self, pen: Pen) -> Self {
        self.writable = Some(pen);
        self
    }

    /// Right before the next write somebody else changes an item, which is there, to these bytes.
    pub fn meddled(mut self, kind: Kind, remote: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.meddling = Some((kind, remote.into(), Bytes::copy_from_slice(bytes.as_ref())));
        self
    }

    /// Everything the phone was asked for, oldest first.
    pub fn asked(&self) -> &[Asked] {
        &self.asked
    }

    /// Forgets what it was asked for.
    pub fn forget_asked(mut self) -> Self {
        self.asked.clear();
        self
    }

    /// How many items of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.kinds.get(&kind).map_or(0, |shelf| {
            shelf.collections.values().map(|drawer| drawer.items.len()).sum()
        })
    }

    /// The bytes of an item.
    pub fn bytes(&self, kind: Kind, remote: &str) -> Option<&[u8]> {
        let shelf = self.kinds.get(&kind)?;
        let remote = RemoteId::from(remote);
        shelf
            .collections
            .values()
            .find_map(|drawer| drawer.items.get(&remote).map(|held| &held.item.bytes[..]))
    }

    fn payload(self, kind: Kind, collection: &str, remote: &str, media: &str, bytes: &[u8]) -> Self {
        let item = FakeItem {
            bytes: Bytes::copy_from_slice(bytes),
            media: Some(media.into()),
            marks: Marks::default(),
        };
        self.item(kind, collection, remote, item)
    }

    fn file(self, kind: Kind, path: &str, bytes: &[u8]) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let item = FakeItem {
            bytes: Bytes::copy_from_slice(bytes),
            media: None,
            marks: Marks {
                name: Some(name.to_owned()),
                ..Marks::default()
            },
        };
        self.item(kind, folder, path, item)
    }

    fn drawer(&mut self, kind: Kind, collection: &str) -> &mut Drawer {
        self.kinds
            .entry(kind)
            .or_default()
            .collections
            .entry(collection.into())
            .or_insert_with(|| Drawer {
                collection: Collection {
                    id: collection.into(),
                    name: collection.to_owned(),
                    account: None,
                    colour: None,
                    read_only: false,
                    derived: false,
                },
                reading: Reading::Complete,
                items: BTreeMap::new(),
                removed: BTreeMap::new(),
            })
    }

    fn drawers_of(&mut self, kind: Kind) -> impl Iterator<Item = &mut Drawer> {
        self.kinds
            .get_mut(&kind)
            .into_iter()
            .flat_map(|shelf| shelf.collections.values_mut())
    }

    fn held(&mut self, kind: Kind, remote: &str) -> impl Iterator<Item = &mut Held> {
        let remote = RemoteId::from(remote);
        self.drawers_of(kind)
            .filter_map(move |drawer| drawer.items.get_mut(&remote))
    }
}

/// The size, the generation and the start of the digest: two phones that were built differently never say the same
/// of different bytes.
fn fingerprint(bytes: &Bytes, generation: u64) -> Fingerprint {
    let digest = Digest::of(bytes).to_hex();
    Fingerprint(format!("{}:{generation}:{}", bytes.len(), &digest[..8]))
}

impl Drawer {
    fn listed(&self, since: Option<u64>, delta: bool) -> Collected {
        let hidden = matches!(self.reading, Reading::Unavailable { .. });
        let fresh = |generation: u64| since.is_none_or(|since| generation > since);
        let entries = self
            .items
            .iter()
            .filter(|(_, held)| !hidden && (!delta || fresh(held.generation)))
            .map(|(remote, held)| Entry {
                remote: remote.clone(),
                fingerprint: held.fingerprint.clone(),
                unchanged: !fresh(held.generation),
                size: Some(held.item.bytes.len() as u64),
                marks: held.item.marks.clone(),
            })
            .collect();
        let gone = self
            .removed
            .iter()
            .filter(|(_, generation)| !hidden && fresh(**generation))
            .map(|(remote, _)| remote.clone())
            .collect();
        Collected {
            collection: self.collection.clone(),
            reading: self.reading.clone(),
            entries,
            extent: if delta && since.is_some() {
                Extent::Delta { gone }
            } else {
                Extent::Full
            },
        }
    }
}

#[async_trait]
impl Phone for FakePhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        Offers(
            Kind::ALL
                .into_iter()
                .map(|kind| {
                    let offer = self
                        .kinds
                        .get(&kind)
                        .map_or(Offer::Readable, |shelf| shelf.offer.clone());
                    (kind, offer)
                })
                .collect(),
        )
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        self.asked.push(Asked::List(kind, since.is_some()));
        let shelf = self.kinds.get(&kind).cloned().unwrap_or_default();
        if let Offer::Not(why) = shelf.offer {
            return Ok(Listing::unavailable(why));
        }
        if let Reading::Unavailable { why } = shelf.reading {
            return Ok(Listing::unavailable(why));
        }
        // A cursor from the future is another phone's: everything is listed in full.
        let since = since
            .and_then(|cursor| cursor.0.parse().ok())
            .filter(|since| self.incremental && *since <= self.generation);
        let delta = self.delta && since.is_some();
        Ok(Listing {
            reading: shelf.reading,
            collections: shelf
                .collections
                .values()
                .map(|drawer| drawer.listed(since, delta))
                .collect(),
            cursor: self.incremental.then(|| Cursor(self.generation.to_string())),
        })
    }

    fn writing(&mut self) -> Option<&mut dyn Writing> {
        self.writable.is_some().then_some(self as &mut dyn Writing)
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        for (index, want) in wanted.iter().enumerate() {
            self.asked
                .push(Asked::Fetch(want.kind, want.remote.clone(), want.from));
            out.begin(index).await?;
            match self.open(want) {
                Err(error) => out.end(Err(error)).await?,
                Ok((held, chunk)) => {
                    let from = usize::try_from(want.from).unwrap_or(usize::MAX);
                    let mut rest = held.item.bytes.slice(from.min(held.item.bytes.len())..);
                    while !rest.is_empty() {
                        out.bytes(rest.split_to(chunk.min(rest.len()))).await?;
                    }
                    out.end(Ok(Stat {
                        fingerprint: Some(held.fingerprint),
                        size: Some(held.item.bytes.len() as u64),
                        media: held.item.media,
                    }))
                    .await?;
                }
            }
        }
        Ok(())
    }

    async fn pictures(&mut self, addresses: &[String], out: &mut dyn Sink) -> Result<(), LinkError> {
        for (index, address) in addresses.iter().enumerate() {
            self.asked.push(Asked::Picture(address.clone()));
            out.begin(index).await?;
            let there = self.pictures.get(address).cloned();
            let outcome = match there.unwrap_or(Err(ErrorKind::Missing)) {
                Ok(bytes) => {
                    let stat = Stat {
                        size: Some(bytes.len() as u64),
                        media: Some("image/jpeg".into()),
                        fingerprint: None,
                    };
                    out.bytes(bytes).await?;
                    Ok(stat)
                }
                Err(kind) => Err(LinkError::new(kind, address)),
            };
            out.end(outcome).await?;
        }
        Ok(())
    }
}

impl FakePhone {
    /// The item as it is at the moment its bytes are read.
    fn open(&mut self, want: &Wanted) -> Result<(Held, usize), LinkError> {
        let (generation, chunk) = (self.generation + 1, self.chunk);
        let held = self
            .kinds
            .get_mut(&want.kind)
            .and_then(|shelf| shelf.collections.get_mut(&want.collection))
            .and_then(|drawer| drawer.items.get_mut(&want.remote))
            .ok_or_else(|| LinkError::new(ErrorKind::Missing, want.remote.as_str()))?;
        if let Some(kind) = &held.fails {
            return Err(LinkError::new(kind.clone(), want.remote.as_str()));
        }
        if let Some(bytes) = held.becomes.take() {
            held.fingerprint = fingerprint(&bytes, generation);
            held.generation = generation;
            held.item.bytes = bytes;
            let held = held.clone();
            self.generation = generation;
            return Ok((held, chunk));
        }
        Ok((held.clone(), chunk))
    }
}
