//! What every link must do, as one suite: [`check`] for a phone that holds still, [`stays_honest`] for one whose
//! operations fail, and [`writes`] for one that can be written to. A link's tests run them plain and with faults.
//!
//! The suite knows no link. It speaks of broken rules and leaves it to the test to fail.

mod writing;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_model::{CollectionId, Fingerprint, Kind, Reading, Reason, RemoteId};

use crate::{Cursor, Entry, ErrorKind, Extent, LinkError, Listing, Offer, Phone, Sink, Stat, Wanted};

pub use writing::writes;

/// A rule that a link broke.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule:?}: {what}")]
pub struct Breach {
    /// The rule.
    pub rule: Rule,
    /// Where, and what was found.
    pub what: String,
}

/// The rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The link itself does not fail while the phone is there.
    Stands,
    /// The identity is the same on each connection.
    SameIdentity,
    /// A kind that is not offered is listed as Unavailable, and Unavailable never comes with collections.
    Unavailable,
    /// Two listings of a phone that holds still are equal.
    SameListing,
    /// Ids are unique within a collection, collections within a listing.
    UniqueIds,
    /// A listing with its own cursor shows the same items; of changes it names none but in the state that they have (a
    /// server whose clock has seconds tells the last one again).
    CursorAgrees,
    /// Each wanted item comes exactly once, as begin, bytes, end, one after the other.
    EachOnce,
    /// Sizes are as listed and as told at the end.
    Size,
    /// The end tells the listed state, and equal states are equal bytes.
    State,
    /// A payload tells its media type.
    Media,
    /// A file from an offset is the tail of the whole file.
    Resume,
    /// An item that is not there ends as Missing (an empty one never does), and the others still come.
    Missing,
    /// What claims to be complete is the truth, and bytes that arrive whole are right.
    Honest,
    /// What is written is on the phone afterwards, and nothing else has changed.
    Written,
    /// A write whose condition does not hold is a conflict, and writes nothing.
    Condition,
}

/// Everything that a phone showed: listings, and the bytes of each item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    kinds: BTreeMap<Kind, Listing>,
    bytes: BTreeMap<Key, Bytes>,
}

type Key = (Kind, CollectionId, RemoteId);

impl Truth {
    /// How many items of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.kinds.get(&kind).map_or(0, |listing| {
            listing.collections.iter().map(|one| one.entries.len()).sum()
        })
    }

    /// What was said of a kind.
    pub fn listing(&self, kind: Kind) -> Option<&Listing> {
        self.kinds.get(&kind)
    }

    /// An item's bytes.
    pub fn bytes(&self, kind: Kind, collection: &str, remote: &str) -> Option<&Bytes> {
        self.bytes.get(&(kind, collection.into(), remote.into()))
    }
}

/// Runs the whole suite on phones that `make` connects to: the same phone each time, and nothing on it changes.
///
/// # Errors
/// The first broken rule.
pub async fn check<P, F>(mut make: F) -> Result<Truth, Breach>
where
    P: Phone,
    F: AsyncFnMut() -> P,
{
    let mut phone = make().await;
    let mut again = make().await;
    ensure(phone.identity() == again.identity(), Rule::SameIdentity, || {
        format!("{:?} and {:?}", phone.identity(), again.identity())
    })?;
    let mut truth = Truth::default();
    for kind in Kind::ALL {
        let listing = stands(phone.list(kind, None).await)?;
        shape(kind, phone.offers().of(kind), &listing)?;
        let second = stands(again.list(kind, None).await)?;
        if let Some(what) = difference(&listing, &second) {
            return Err(Breach {
                rule: Rule::SameListing,
                what: format!("{kind}: {what}"),
            });
        }
        if let Some(cursor) = &listing.cursor {
            cursor_agrees(&mut again, kind, &listing, cursor).await?;
        }
        let wanted = wanted(kind, &listing);
        let whole = bring(&mut phone, &wanted).await?;
        for (item, got) in wanted.iter().zip(&whole) {
            is_right(item, got)?;
            let key = (kind, item.collection.clone(), item.remote.clone());
            truth.bytes.insert(key, got.bytes.clone());
        }
        if kind.is_file() {
            tails(&mut phone, &wanted, &whole).await?;
        }
        missing(&mut phone, &wanted, &whole).await?;
        // A connection that has listed nothing is asked for what another one listed.
        let mut fresh = make().await;
        let fetched = bring(&mut fresh, &wanted[..wanted.len().min(2)]).await?;
        for (got, known) in fetched.iter().zip(&whole) {
            ensure(got.bytes == known.bytes, Rule::State, || {
                format!("{kind}: another connection")
            })?;
        }
        truth.kinds.insert(kind, listing);
    }
    Ok(truth)
}

/// Reads everything from a phone whose operations may fail, cut or corrupt, and compares what it claims with `truth`.
/// Failing is allowed; claiming to know better is not.
///
/// # Errors
/// The first broken rule.
pub async fn stays_honest(phone: &mut dyn Phone, truth: &Truth) -> Result<(), Breach> {
    for (kind, known) in &truth.kinds {
        let Ok(listing) = phone.list(*kind, None).await else {
            continue;
        };
        shape(*kind, phone.offers().of(*kind), &listing)?;
        if listing.reading.lists_everything() {
            let ids = |listing: &Listing| -> BTreeSet<CollectionId> {
                listing
                    .collections
                    .iter()
                    .map(|one| one.collection.id.clone())
                    .collect()
            };
            ensure(
                ids(&listing) == ids(known) || !known.reading.lists_everything(),
                Rule::Honest,
                || format!("{kind}: {listing:?}"),
            )?;
        }
        for collected in &listing.collections {
            let id = &collected.collection.id;
            let known = known.collections.iter().find(|one| one.collection.id == *id);
            let known: &[Entry] = known.map_or(&[], |one| &one.entries);
            let all = collected.entries.len() == known.len() || !collected.reading.lists_everything();
            let mut true_entries = collected.entries.iter().map(|entry| {
                known
                    .iter()
                    .any(|one| one.remote == entry.remote && one.fingerprint == entry.fingerprint)
            });
            ensure(all && true_entries.all(|is| is), Rule::Honest, || {
                format!("{kind} {id}: {collected:?}")
            })?;
        }
        let wanted = wanted(*kind, &listing);
        let mut tray = Tray::new(wanted.len());
        let fetched = phone.fetch(&wanted, &mut tray).await;
        tray.sound()?;
        for (item, got) in wanted.iter().zip(&tray.items) {
            ensure(got.outcome.is_some() || fetched.is_err(), Rule::EachOnce, || {
                format!("{item:?}")
            })?;
            let Some(Ok(stat)) = &got.outcome else { continue };
            let known = truth
                .bytes
                .get(&(*kind, item.collection.clone(), item.remote.clone()));
            // A reader that checks the state and the size notices everything else.
            let noticed = stat.fingerprint.as_ref() != Some(&item.fingerprint)
                || stat.size.is_some_and(|size| size != got.bytes.len() as u64);
            ensure(known == Some(&got.bytes) || noticed, Rule::Honest, || {
                format!("{kind} {}", item.remote)
            })?;
        }
    }
    Ok(())
}

fn ensure(holds: bool, rule: Rule, what: impl FnOnce() -> String) -> Result<(), Breach> {
    if holds {
        return Ok(());
    }
    let what = what().chars().take(2_000).collect();
    Err(Breach { rule, what })
}

fn stands<T>(outcome: Result<T, LinkError>) -> Result<T, Breach> {
    outcome.map_err(|error| Breach {
        rule: Rule::Stands,
        what: error.to_string(),
    })
}

/// What holds for any listing by itself.
fn shape(kind: Kind, offer: Offer, listing: &Listing) -> Result<(), Breach> {
    let unavailable = matches!(listing.reading, Reading::Unavailable { .. });
    let offered = offer == Offer::Readable;
    ensure(
        (offered || unavailable) && (!unavailable || listing.collections.is_empty()),
        Rule::Unavailable,
        || format!("{kind}: {listing:?}"),
    )?;
    let mut collections = BTreeSet::new();
    for collected in &listing.collections {
        let mut remotes = BTreeSet::new();
        let unique = collections.insert(&collected.collection.id)
            && collected
                .entries
                .iter()
                .all(|entry| remotes.insert(&entry.remote));
        ensure(unique, Rule::UniqueIds, || {
            format!("{kind}: {:?}", collected.collection.id)
        })?;
        let readable =
            !matches!(collected.reading, Reading::Unavailable { .. }) || collected.entries.is_empty();
        ensure(readable, Rule::Unavailable, || format!("{kind}: {collected:?}"))?;
    }
    Ok(())
}

/// Where two listings tell of different states, whatever order a link lists in.
fn difference(one: &Listing, other: &Listing) -> Option<String> {
    if said(&one.reading) != said(&other.reading) {
        return Some(format!("{:?} and {:?}", one.reading, other.reading));
    }
    let (one, other) = (items(one), items(other));
    let ids: BTreeSet<_> = one.keys().chain(other.keys()).copied().collect();
    ids.into_iter()
        .find(|id| one.get(id) != other.get(id))
        .map(|id| format!("{id}: {:?} and {:?}", one.get(id), other.get(id)))
}

/// What a reading says, without the phone's own words, which may tell a process id.
type Said = (bool, Vec<(Reason, u64)>);

fn said(reading: &Reading) -> Said {
    let unavailable = matches!(reading, Reading::Unavailable { .. });
    let why = reading.reasons().iter().map(|why| (why.reason, why.count));
    (unavailable, why.collect())
}

type Items<'a> = BTreeMap<&'a CollectionId, (Said, BTreeMap<&'a RemoteId, (&'a Fingerprint, Option<u64>)>)>;

fn items(listing: &Listing) -> Items<'_> {
    let collections = listing.collections.iter().map(|one| {
        let entries = one.entries.iter();
        let states = entries.map(|entry| (&entry.remote, (&entry.fingerprint, entry.size)));
        (&one.collection.id, (said(&one.reading), states.collect()))
    });
    collections.collect()
}

async fn cursor_agrees(
    phone: &mut dyn Phone,
    kind: Kind,
    listing: &Listing,
    cursor: &Cursor,
) -> Result<(), Breach> {
    let later = stands(phone.list(kind, Some(cursor)).await)?;
    for one in &listing.collections {
        let id = &one.collection.id;
        let found = later.collections.iter().find(|other| other.collection.id == *id);
        let state = |entries: &[Entry]| -> BTreeSet<(RemoteId, Fingerprint)> {
            let pair = |entry: &Entry| (entry.remote.clone(), entry.fingerprint.clone());
            entries.iter().map(pair).collect()
        };
        let agrees = match found {
            None => false,
            Some(found) => match &found.extent {
                Extent::Delta { gone } => {
                    gone.is_empty() && state(&found.entries).is_subset(&state(&one.entries))
                }
                Extent::Full => state(&found.entries) == state(&one.entries),
            },
        };
        ensure(agrees, Rule::CursorAgrees, || format!("{kind} {id}: {found:?}"))?;
    }
    ensure(
        said(&later.reading) == said(&listing.reading),
        Rule::CursorAgrees,
        || format!("{kind}: {later:?}"),
    )
}

/// Everything that a listing shows, from its first byte.
pub fn wanted(kind: Kind, listing: &Listing) -> Vec<Wanted> {
    let one = |collection: &CollectionId, entry: &Entry| Wanted {
        kind,
        collection: collection.clone(),
        remote: entry.remote.clone(),
        fingerprint: entry.fingerprint.clone(),
        size: entry.size,
        from: 0,
    };
    listing
        .collections
        .iter()
        .flat_map(|collected| {
            collected
                .entries
                .iter()
                .map(|entry| one(&collected.collection.id, entry))
        })
        .collect()
}

/// Fetches, and checks that each item came once.
async fn bring(phone: &mut dyn Phone, wanted: &[Wanted]) -> Result<Vec<Got>, Breach> {
    let mut tray = Tray::new(wanted.len());
    stands(phone.fetch(wanted, &mut tray).await)?;
    tray.sound()?;
    for (item, got) in wanted.iter().zip(&tray.items) {
        ensure(got.outcome.is_some(), Rule::EachOnce, || {
            format!("{} never came", item.remote)
        })?;
    }
    Ok(tray.items)
}

fn is_right(item: &Wanted, got: &Got) -> Result<(), Breach> {
    let remote = &item.remote;
    let stat = match &got.outcome {
        Some(Ok(stat)) => stat,
        other => {
            return Err(Breach {
                rule: Rule::Stands,
                what: format!("{remote}: {other:?}"),
            });
        }
    };
    let length = got.bytes.len() as u64;
    let sizes = [item.size, stat.size];
    ensure(
        sizes.into_iter().flatten().all(|size| size == length),
        Rule::Size,
        || format!("{remote}: {sizes:?} and {length} came"),
    )?;
    ensure(
        stat.fingerprint.as_ref() == Some(&item.fingerprint),
        Rule::State,
        || format!("{remote}: {:?} became {:?}", item.fingerprint, stat.fingerprint),
    )?;
    ensure(stat.media.is_some() || item.kind.is_file(), Rule::Media, || {
        format!("{remote}")
    })
}

/// Every file from its middle, its last byte and its end.
async fn tails(phone: &mut dyn Phone, wanted: &[Wanted], whole: &[Got]) -> Result<(), Breach> {
    let offsets: [fn(u64) -> u64; 3] = [|size| size / 2, |size| size.saturating_sub(1), |size| size];
    for offset in offsets {
        let parts: Vec<Wanted> = wanted
            .iter()
            .zip(whole)
            .map(|(item, got)| Wanted {
                from: offset(got.bytes.len() as u64),
                ..item.clone()
            })
            .collect();
        for ((item, tail), got) in parts.iter().zip(bring(phone, &parts).await?).zip(whole) {
            let from = usize::try_from(item.from)
                .unwrap_or(usize::MAX)
                .min(got.bytes.len());
            let right = tail.bytes[..] == got.bytes[from..] && matches!(tail.outcome, Some(Ok(_)));
            ensure(right, Rule::Resume, || {
                format!("{} from {from}: {:?}", item.remote, tail.outcome)
            })?;
        }
    }
    Ok(())
}

/// One item that is not there, among others that are.
async fn missing(phone: &mut dyn Phone, wanted: &[Wanted], whole: &[Got]) -> Result<(), Breach> {
    let Some(first) = wanted.first() else {
        return Ok(());
    };
    let absent = Wanted {
        remote: RemoteId::from("987654321"),
        ..first.clone()
    };
    let asked: Vec<Wanted> = [first, &absent]
        .into_iter()
        .chain(&wanted[1..])
        .cloned()
        .collect();
    let mut got = bring(phone, &asked).await?;
    let absent = got.remove(1);
    let is_missing =
        |got: &Got| matches!(&got.outcome, Some(Err(error)) if *error.kind() == ErrorKind::Missing);
    ensure(
        is_missing(&absent) && absent.bytes.is_empty(),
        Rule::Missing,
        || format!("{:?}", absent.outcome),
    )?;
    let rest = got
        .iter()
        .zip(whole)
        .all(|(got, known)| got.bytes == known.bytes && !is_missing(got));
    ensure(rest, Rule::Missing, || {
        "the items beside a missing one".to_owned()
    })
}

/// What came of one item.
#[derive(Debug, Default)]
struct Got {
    bytes: Bytes,
    outcome: Option<Result<Stat, LinkError>>,
}

/// A sink that keeps everything and watches the order of calls.
#[derive(Debug, Default)]
struct Tray {
    items: Vec<Got>,
    current: Option<(usize, Vec<u8>)>,
    broken: Option<String>,
}

impl Tray {
    fn new(count: usize) -> Self {
        Self {
            items: (0..count).map(|_| Got::default()).collect(),
            ..Self::default()
        }
    }

    fn sound(&self) -> Result<(), Breach> {
        ensure(self.broken.is_none(), Rule::EachOnce, || {
            self.broken.clone().unwrap_or_default()
        })
    }

    fn broke(&mut self, what: String) {
        self.broken.get_or_insert(what);
    }
}

#[async_trait]
impl Sink for Tray {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        let again = self.items.get(index).is_none_or(|got| got.outcome.is_some());
        if again || self.current.is_some() {
            self.broke(format!(
                "begin {index} within {:?}",
                self.current.as_ref().map(|(n, _)| n)
            ));
        }
        self.current = Some((index, Vec::new()));
        Ok(())
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        match &mut self.current {
            Some((_, all)) => all.extend_from_slice(&bytes),
            None => self.broke("bytes outside of an item".to_owned()),
        }
        Ok(())
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        match self.current.take() {
            Some((index, bytes)) if index < self.items.len() => {
                self.items[index] = Got {
                    bytes: bytes.into(),
                    outcome: Some(outcome),
                };
            }
            _ => self.broke("end outside of an item".to_owned()),
        }
        Ok(())
    }
}
