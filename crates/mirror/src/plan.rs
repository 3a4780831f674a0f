//! What to do about one collection: known items × a listing → what to fetch, what to write down, what is gone. Pure.
//!
//! It never says that an item is gone unless the reading lists everything (PRODUCT R6), and it never asks for bytes
//! that the archive has.

use std::collections::{HashMap, HashSet};

use sidekeep_archive::Known;
use sidekeep_links::{Collected, Entry, Extent};
use sidekeep_model::{Kind, RemoteId};

/// What to do about one collection. Every listed entry is in exactly one of `fetch`, `restate`, `unchanged` and
/// `doubles`; every known item is matched by a listed entry or in exactly one of `gone`, `unseen` and `absent`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Bytes to ask the phone for.
    pub fetch: Vec<Fetch>,
    /// Items whose bytes are here, with something to write down about them.
    pub restate: Vec<Restate>,
    /// Items no longer on the phone, as indices into the known items.
    pub gone: Vec<usize>,
    /// Listed, and nothing to do.
    pub unchanged: u64,
    /// Present in the archive's view, not listed, and nothing may be said of them: the reading hides items, or only
    /// what changed was listed.
    pub unseen: u64,
    /// Gone before, and still not listed.
    pub absent: u64,
    /// Entries that repeat an id listed before; ignored.
    pub doubles: u64,
}

/// An item to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Index into the listed entries.
    pub entry: usize,
    /// Why its bytes are wanted.
    pub cause: Cause,
}

/// Why bytes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Never seen before.
    New,
    /// The phone's mark of its state differs from the kept one.
    Changed,
    /// The kept bytes are damaged or missing.
    Damaged,
}

/// An item to write down without fetching it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restate {
    /// Index into the listed entries.
    pub entry: usize,
    /// Index into the known items.
    pub known: usize,
    /// What there is to write down.
    pub cause: Restated,
}

/// What there is to write down about an item whose bytes are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restated {
    /// The phone says other words about the same bytes.
    Marked,
    /// It was gone and is listed again with the state that it had.
    Back,
    /// An earlier run kept this state but its changes did not come to count: it was cut off or held back.
    Pending,
}

/// Plans one collection. `known` are the archive's items of this collection, and of no other.
pub fn plan(known: &[Known], collected: &Collected) -> Plan {
    let by_remote: HashMap<&RemoteId, usize> = known
        .iter()
        .enumerate()
        .map(|(at, item)| (&item.remote, at))
        .collect();
    let mut listed: HashSet<&RemoteId> = HashSet::with_capacity(collected.entries.len());
    let mut plan = Plan::default();
    for (entry, listing) in collected.entries.iter().enumerate() {
        if !listed.insert(&listing.remote) {
            plan.doubles += 1;
            continue;
        }
        match by_remote.get(&listing.remote) {
            None => plan.fetch.push(Fetch {
                entry,
                cause: Cause::New,
            }),
            Some(&at) => match compare(&known[at], listing) {
                Step::Fetch(cause) => plan.fetch.push(Fetch { entry, cause }),
                Step::Restate(cause) => plan.restate.push(Restate {
                    entry,
                    known: at,
                    cause,
                }),
                Step::Nothing => plan.unchanged += 1,
            },
        }
    }

    let everything = collected.reading.lists_everything();
    let named_gone: HashSet<&RemoteId> = match &collected.extent {
        Extent::Full => HashSet::new(),
        Extent::Delta { gone } => gone.iter().collect(),
    };
    for (at, item) in known.iter().enumerate() {
        if listed.contains(&item.remote) {
            continue;
        }
        let gone = match collected.extent {
            Extent::Full => everything,
            Extent::Delta { .. } => everything && named_gone.contains(&item.remote),
        };
        match (item.present, gone) {
            (true, true) => plan.gone.push(at),
            (true, false) => plan.unseen += 1,
            (false, _) => plan.absent += 1,
        }
    }
    plan
}

enum Step {
    Fetch(Cause),
    Restate(Restated),
    Nothing,
}

fn compare(known: &Known, listed: &Entry) -> Step {
    if known.digest.is_none() {
        return Step::Fetch(Cause::Damaged);
    }
    let same_bytes = listed.unchanged || known.fingerprint == listed.fingerprint;
    if !same_bytes {
        return Step::Fetch(Cause::Changed);
    }
    if known.pending {
        Step::Restate(Restated::Pending)
    } else if !known.present {
        Step::Restate(Restated::Back)
    } else if known.marks != listed.marks {
        Step::Restate(Restated::Marked)
    } else {
        Step::Nothing
    }
}

/// The order in which entries of a kind are fetched: pictures newest first, since the newest are the ones that are
/// nowhere else; everything else as the phone listed it. What the phone gives no time for comes after what it does.
pub fn order<'a, T>(kind: Kind, wanted: &mut [T], entry: impl Fn(&T) -> &'a Entry) {
    if kind.is_file() {
        wanted.sort_by_cached_key(|item| {
            let marks = &entry(item).marks;
            std::cmp::Reverse(marks.taken.or(marks.modified))
        });
    }
}
