//! One collection on its way through a run: what was known, what is listed, what is planned, and what came of it.

use std::collections::{BTreeMap, HashSet};

use sidekeep_archive::{Change, Counts, ItemKey, Known};
use sidekeep_links::{Collected, Entry, Extent, Listing};
use sidekeep_model::{Collection, CollectionId, Digest, Kind, Media, Reading, Reason, RemoteId, Why};

use crate::plan::{Plan, plan, recall};
use crate::profile::Profile;

/// One collection on its way through a run.
pub(crate) struct Desk {
    pub(crate) kind: Kind,
    pub(crate) known: Vec<Known>,
    pub(crate) collected: Collected,
    pub(crate) plan: Plan,
    pub(crate) place: Place,
    pub(crate) counts: Counts,
    /// Items that could not be read, by reason.
    pub(crate) troubles: BTreeMap<Reason, Why>,
    /// Files that came whole and are empty, cut off on the phone, or no picture.
    pub(crate) broken: u64,
    /// Known items with other bytes than those that count.
    pub(crate) changed: Vec<Altered>,
    /// Entries that were kept in this run and were not present before: what a lost item may have become.
    pub(crate) arrived: Vec<usize>,
}

/// Where a collection stands in the listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The phone lists it.
    Listed,
    /// The archive has it, and the phone's complete list of collections has it no more.
    Vanished,
    /// The archive has it, and the list of collections may hide it.
    Hidden,
}

/// A known item whose bytes are others than those that count.
pub(crate) struct Altered {
    /// Index into `known`.
    pub(crate) known: usize,
    /// What it has now: the profile of bytes just read, or where to find them.
    pub(crate) now: Now,
}

/// The new state of an altered item.
pub(crate) enum Now {
    /// Bytes just read.
    Read(Profile),
    /// Bytes kept by an earlier run.
    Kept(Digest, Media),
}

/// Places on a phone.
pub(crate) type Written = HashSet<(CollectionId, RemoteId)>;

impl Desk {
    fn new(kind: Kind, known: Vec<Known>, mut collected: Collected, place: Place, written: &Written) -> Self {
        recall(&known, &mut collected);
        // Servers are known that count the states of an item that is made anew from the beginning. What a phone names as
        // changed, what is there again, and what was just written is read whatever its fingerprint; of files, which are
        // many and large, the fingerprint has size and time.
        let delta = matches!(collected.extent, Extent::Delta { .. });
        let id = &collected.collection.id;
        let plan = plan(&known, &collected, |known, entry| {
            let was_written = || written.contains(&(id.clone(), entry.remote.clone()));
            !kind.is_file() && (delta || !known.present || was_written())
        });
        Self {
            kind,
            known,
            collected,
            plan,
            place,
            counts: Counts::default(),
            troubles: BTreeMap::new(),
            broken: 0,
            changed: Vec::new(),
            arrived: Vec::new(),
        }
    }

    pub(crate) fn id(&self) -> &CollectionId {
        &self.collected.collection.id
    }

    pub(crate) fn entry(&self, entry: usize) -> &Entry {
        &self.collected.entries[entry]
    }

    pub(crate) fn key(&self, remote: &RemoteId) -> ItemKey {
        ItemKey {
            kind: self.kind,
            collection: self.id().clone(),
            remote: remote.clone(),
        }
    }

    /// Items on the phone before, by what counts.
    pub(crate) fn before(&self) -> u64 {
        self.known.iter().filter(|known| known.present).count() as u64
    }

    /// Items on the phone now, as far as the listing says.
    pub(crate) fn listed(&self) -> u64 {
        let listed = self.collected.entries.len() as u64 - self.plan.doubles;
        match self.collected.extent {
            Extent::Full => listed,
            Extent::Delta { .. } => listed + self.plan.unseen,
        }
    }

    /// Items on the phone now for all that is known: what may not be called gone is taken to be there.
    pub(crate) fn after(&self) -> u64 {
        self.collected.entries.len() as u64 - self.plan.doubles + self.plan.unseen
    }

    /// Known items that are there as they were and are none of the kind ([`sidekeep_formats::is_kind`]).
    pub(crate) fn foreign(&self) -> u64 {
        let gone = self.plan.gone.iter();
        let fetched = self.plan.fetch.iter().filter_map(|fetch| fetch.known.as_ref());
        let others: HashSet<&usize> = gone.chain(fetched).collect();
        let foreign = |known: &Known| known.present && !sidekeep_formats::is_kind(self.kind, &known.media);
        let known = self.known.iter().enumerate();
        known
            .filter(|(at, known)| foreign(known) && !others.contains(at))
            .count() as u64
    }

    /// The items that the listing shows: in a list of changes also those that it does not name.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (CollectionId, RemoteId)> + '_ {
        let named = self.collected.entries.iter().map(|entry| &entry.remote);
        let is_delta = matches!(self.collected.extent, Extent::Delta { .. });
        let unnamed = self
            .known
            .iter()
            .enumerate()
            .filter(move |(at, known)| is_delta && known.present && !self.plan.gone.contains(at));
        let all = named.chain(unnamed.map(|(_, known)| &known.remote));
        all.map(|remote| (self.id().clone(), remote.clone()))
    }

    /// Notes what the archive said to an item of this collection; `now` is its state if the bytes are others.
    pub(crate) fn note(
        &mut self,
        entry: usize,
        known: Option<usize>,
        change: Option<Change>,
        now: impl FnOnce() -> Now,
    ) {
        let present = known.filter(|at| self.known[*at].present);
        match change {
            Some(Change::Seen) => self.counts.seen += 1,
            Some(Change::Changed) => {
                self.counts.changed += 1;
                if let Some(known) = present {
                    self.changed.push(Altered { known, now: now() });
                }
            }
            Some(Change::Back) => self.counts.back += 1,
            Some(Change::Marked | Change::Gone) | None => {}
        }
        if present.is_none() {
            self.arrived.push(entry);
        }
    }

    /// Notes an item that could not be read.
    pub(crate) fn trouble(&mut self, why: Why) {
        self.counts.unread += 1;
        self.troubles
            .entry(why.reason)
            .and_modify(|seen| seen.count += 1)
            .or_insert(Why { count: 1, ..why });
    }

    /// Nothing more came from the phone; at most this collection may be lacking.
    pub(crate) fn stop(&mut self, why: &Why) {
        self.troubles.entry(why.reason).or_insert_with(|| why.clone());
    }

    /// What the reader said, and what became of single items.
    pub(crate) fn reading(&self) -> Reading {
        let troubles = self.troubles.values().cloned().collect();
        self.collected.reading.clone().and(Reading::partial(troubles))
    }
}

/// A desk for each collection: those listed, and those that came by this way before and are not listed now.
/// `written` are places that a restore wrote to just before.
pub(crate) fn desks(kind: Kind, known: Vec<Known>, listing: Listing, written: &Written) -> Vec<Desk> {
    let mut shelves: BTreeMap<CollectionId, Vec<Known>> = BTreeMap::new();
    for item in known {
        match shelves.get_mut(&item.collection) {
            Some(shelf) => shelf.push(item),
            None => {
                shelves.insert(item.collection.clone(), vec![item]);
            }
        }
    }
    let mut desks: Vec<Desk> = listing
        .collections
        .into_iter()
        .map(|collected| {
            let known = shelves.remove(&collected.collection.id).unwrap_or_default();
            Desk::new(kind, known, collected, Place::Listed, written)
        })
        .collect();
    let hiding = listing
        .reading
        .reasons()
        .iter()
        .find(|why| why.reason.hides_items());
    let (place, reading) = match hiding {
        None => (Place::Vanished, Reading::Complete),
        Some(why) => (Place::Hidden, Reading::unavailable(why.clone())),
    };
    for (id, known) in shelves {
        // One that vanished and was accepted long ago has nothing left to say.
        if !known.iter().any(|item| item.present && !item.elsewhere) {
            continue;
        }
        let collected = Collected {
            collection: Collection {
                name: id.to_string(),
                id,
                account: None,
                colour: None,
                read_only: false,
                derived: false,
            },
            reading: reading.clone(),
            entries: Vec::new(),
            extent: Extent::Full,
        };
        desks.push(Desk::new(kind, known, collected, place, written));
    }
    desks
}
