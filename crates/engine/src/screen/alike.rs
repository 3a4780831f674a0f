//! The same contact, event or to-do from two sources of one phone, found so that it can be shown once.
//!
//! Only what means exactly the same, property by property, is taken for the same, and only across sources: what one
//! source has twice stays twice. Of each source everything counts as much as before; nothing is joined in the archive.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sidekeep_archive::{Archive, ArchiveError, ArchiveErrorKind, Item, Query, StateRef};
use sidekeep_formats::merge::meaning;
use sidekeep_model::{Digest, ItemId, Kind, PhoneId};

use super::kept::on_all_cores;
use crate::{Engine, EngineError, Grouping};

/// What kept bytes mean; None for those that cannot be read. They never change, so that each is read once.
#[derive(Debug, Default)]
pub(super) struct Meanings(HashMap<Digest, Option<Digest>>);

/// An item that may be the same as another.
pub(super) struct Candidate<'a> {
    phone: &'a PhoneId,
    kind: Kind,
    state: &'a StateRef,
    /// What items that mean the same have in common and that is known without reading them; those that differ in it are
    /// not the same.
    hint: u64,
}

impl<'a> Candidate<'a> {
    /// `known`: what is known of it without reading.
    pub(super) fn new(phone: &'a PhoneId, kind: Kind, state: &'a StateRef, known: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        known.hash(&mut hasher);
        let hint = hasher.finish();
        Self {
            phone,
            kind,
            state,
            hint,
        }
    }

    pub(super) fn of(item: &'a Item, known: impl Hash) -> Self {
        Self::new(&item.phone, item.listed, &item.state, known)
    }
}

/// The rows that are shown, in their order. What is shown as another row (`shown_as`, see [`Meanings::shown_as`]) is given
/// to that one by `join`.
pub(super) fn folded<T>(
    rows: impl IntoIterator<Item = T>,
    shown_as: &[usize],
    join: impl Fn(&mut T, T),
) -> Vec<T> {
    let mut rows: Vec<Option<T>> = rows.into_iter().map(Some).collect();
    for (at, first) in shown_as
        .iter()
        .copied()
        .enumerate()
        .filter(|(at, first)| at != first)
    {
        let other = rows.get_mut(at).and_then(Option::take);
        if let (Some(other), Some(Some(row))) = (other, rows.get_mut(first)) {
            join(row, other);
        }
    }
    rows.into_iter().flatten().collect()
}

impl Meanings {
    /// For each item the place of the one that it is shown as: its own, or that of the same item from another source of
    /// the same phone. The phone's own comes before that of what belongs to it.
    ///
    /// # Errors
    /// When the archive cannot be read. Damaged bytes are the same as no others.
    pub(super) fn shown_as(
        &mut self,
        archive: &Archive,
        grouping: &Grouping,
        items: &[Candidate<'_>],
    ) -> Result<Vec<usize>, EngineError> {
        let mut shown: Vec<usize> = (0..items.len()).collect();
        if grouping.is_empty() {
            return Ok(shown);
        }
        let mut heads: HashMap<&PhoneId, &PhoneId> = HashMap::new();
        let mut alike: HashMap<(&PhoneId, Kind, u64), Vec<usize>> = HashMap::new();
        for (at, item) in items.iter().enumerate() {
            let head = heads
                .entry(item.phone)
                .or_insert_with(|| grouping.head(item.phone));
            alike.entry((head, item.kind, item.hint)).or_default().push(at);
        }
        let several = |places: &Vec<usize>| {
            let mut phones = places.iter().map(|at| items[*at].phone);
            let first = phones.next();
            phones.any(|phone| Some(phone) != first)
        };
        alike.retain(|_, places| several(places));
        self.read(archive, alike.values().flatten().map(|at| &items[*at]))?;
        for ((head, ..), places) in alike {
            // The nth of one source is the nth of another, so that what a source has twice is shown twice.
            let mut nth: HashMap<(&PhoneId, Digest), usize> = HashMap::new();
            let mut first: HashMap<(Digest, usize), usize> = HashMap::new();
            let mut places: Vec<usize> = places;
            places.sort_by_key(|at| (items[*at].phone != head, items[*at].phone, *at));
            for at in places {
                let item = &items[at];
                let Some(Some(meaning)) = self.0.get(&item.state.digest) else {
                    continue;
                };
                let count = nth.entry((item.phone, *meaning)).or_default();
                shown[at] = *first.entry((*meaning, *count)).or_insert(at);
                *count += 1;
            }
        }
        Ok(shown)
    }

    /// Reads what was not read before, on all cores.
    fn read<'a>(
        &mut self,
        archive: &Archive,
        items: impl Iterator<Item = &'a Candidate<'a>>,
    ) -> Result<(), EngineError> {
        let mut seen = HashSet::new();
        let new: Vec<(Kind, &StateRef)> = items
            .map(|item| (item.kind, item.state))
            .filter(|(_, state)| !self.0.contains_key(&state.digest) && seen.insert(state.digest))
            .collect();
        self.0.extend(on_all_cores(archive, &new, meanings)?);
        Ok(())
    }
}

fn meanings(
    archive: &Archive,
    states: &[(Kind, &StateRef)],
) -> Result<Vec<(Digest, Option<Digest>)>, ArchiveError> {
    let mut read = Vec::with_capacity(states.len());
    for (kind, state) in states {
        let meaning = match archive.raw(state) {
            // One that a foreign parser cannot bear must not hide all others.
            Ok(raw) => catch_unwind(AssertUnwindSafe(|| meaning(*kind, &state.media, &raw).ok()))
                .ok()
                .flatten(),
            Err(error) if error.kind() == ArchiveErrorKind::Damaged => None,
            Err(error) => return Err(error),
        };
        read.push((state.digest, meaning));
    }
    Ok(read)
}

impl Engine {
    /// Of the contacts, events and to-dos that a query finds, those that are another's same from another source of the
    /// same phone: whoever writes the others writes them too. Nothing of a query that names its items.
    ///
    /// # Errors
    /// When the archive or the list of sources cannot be read.
    pub fn repeated(&self, archive: &Archive, query: &Query) -> Result<BTreeSet<ItemId>, EngineError> {
        let grouping = self.grouping()?;
        let mut items = Vec::new();
        if !grouping.is_empty() && query.ids.is_empty() {
            archive.each(&query.clone().with_groups(), &mut |item| {
                if !item.kind.is_file() {
                    items.push(item);
                }
                ControlFlow::Continue(())
            })?;
        }
        let candidates: Vec<Candidate<'_>> = items
            .iter()
            .map(|item| Candidate::of(item, (&item.title, item.collection.derived)))
            .collect();
        let shown = Meanings::default().shown_as(archive, &grouping, &candidates)?;
        let repeated = items.iter().zip(shown).enumerate();
        Ok(repeated
            .filter(|(at, (_, shown))| at != shown)
            .map(|(_, (item, _))| item.id)
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_folded_into_those_they_are_shown_as() {
        let check = |shown_as: &[usize], expected: &[&str]| {
            let rows = ["a", "b", "c", "d"].map(str::to_owned);
            let folded = folded(rows, shown_as, |row, other| row.push_str(&other));
            assert_eq!(folded, expected, "{shown_as:?}");
        };
        check(&[0, 1, 2, 3], &["a", "b", "c", "d"]);
        check(&[0, 0, 2, 0], &["abd", "c"]);
        check(&[2, 1, 2, 1], &["bd", "ca"]);
    }
}
