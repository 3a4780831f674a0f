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
    /// Index into the known items, if it is one.
    pub known: Option<usize>,
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

/// Plans one collection. `known` are the archive's items of this collection, and of no other. `doubted`: bytes may be
/// others though the fingerprint is the one that is known.
pub fn plan(known: &[Known], collected: &Collected, doubted: impl Fn(&Known, &Entry) -> bool) -> Plan {
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
                known: None,
                cause: Cause::New,
            }),
            Some(&at) => match compare(&known[at], listing, doubted(&known[at], listing)) {
                Step::Fetch(cause) => plan.fetch.push(Fetch {
                    entry,
                    known: Some(at),
                    cause,
                }),
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

/// Gives listed entries back what only the phone's media index says, where they do not come from it (it was not readable, or
/// this way has none): not knowing that a picture is a favourite does not make it less of one. Where the file itself
/// changed, its old date says nothing.
pub(crate) fn recall(known: &[Known], collected: &mut Collected) {
    let indexed = known.iter().filter(|item| item.marks.generation.is_some());
    let indexed: HashMap<&RemoteId, &Known> = indexed.map(|item| (&item.remote, item)).collect();
    for entry in &mut collected.entries {
        let Some(known) = indexed
            .get(&entry.remote)
            .filter(|_| entry.marks.generation.is_none())
        else {
            continue;
        };
        entry.marks.favourite = known.marks.favourite;
        entry.marks.generation = known.marks.generation;
        if known.fingerprint == entry.fingerprint {
            entry.marks.taken = known.marks.taken;
        }
    }
}

enum Step {
    Fetch(Cause),
    Restate(Restated),
    Nothing,
}

fn compare(known: &Known, listed: &Entry, doubted: bool) -> Step {
    if known.digest.is_none() {
        return Step::Fetch(Cause::Damaged);
    }
    let same_bytes = listed.unchanged || !doubted && known.fingerprint == listed.fingerprint;
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sidekeep_model::{Collection, Digest, Marks, Reading, Reason, Why};

    fn known(remote: &str, fingerprint: &str) -> Known {
        let digest = Some(Digest::of(fingerprint.as_bytes()));
        Known {
            collection: "c".into(),
            remote: remote.into(),
            fingerprint: fingerprint.into(),
            digest,
            media: "text/vcard".into(),
            size: Some(1),
            path: None,
            present: true,
            counted: digest,
            pending: false,
            marks: Marks::default(),
            elsewhere: false,
        }
    }

    fn entry(remote: &str, fingerprint: &str) -> Entry {
        Entry {
            remote: remote.into(),
            fingerprint: fingerprint.into(),
            unchanged: false,
            size: Some(1),
            marks: Marks::default(),
        }
    }

    fn listing(entries: Vec<Entry>) -> Collected {
        Collected {
            collection: Collection {
                id: "c".into(),
                name: "c".into(),
                account: None,
                colour: None,
                read_only: false,
                derived: false,
            },
            reading: Reading::Complete,
            entries,
            extent: Extent::Full,
        }
    }

    fn hiding() -> Reading {
        Reading::partial(vec![Why::new(Reason::Refused)])
    }

    fn favourite() -> Marks {
        Marks {
            favourite: true,
            ..Marks::default()
        }
    }

    #[test]
    fn what_only_the_index_says_outlives_a_walk() {
        let indexed = Marks {
            favourite: true,
            taken: Some(5),
            generation: Some(7),
            ..Marks::default()
        };
        let check = |fingerprint, marks: Marks, expected: &Marks| {
            let known = Known {
                marks: indexed.clone(),
                ..known("1", "a")
            };
            let listed = Entry {
                marks,
                ..entry("1", fingerprint)
            };
            let mut collected = listing(vec![listed, entry("2", "a")]);
            recall(&[known], &mut collected);
            assert_eq!(collected.entries[0].marks, *expected, "{fingerprint}");
            assert_eq!(collected.entries[1].marks, Marks::default(), "never seen before");
        };
        let changed = Marks {
            taken: None,
            ..indexed.clone()
        };
        check("a", Marks::default(), &indexed);
        check("b", Marks::default(), &changed);
        // The index itself was asked.
        let no_more = Marks {
            generation: Some(8),
            ..Marks::default()
        };
        check("a", no_more.clone(), &no_more);
    }

    /// One known item against one listed entry with the same id.
    #[test]
    fn a_fingerprint_that_proves_nothing() {
        let check = |known: Known, entry: Entry, fetched: usize| {
            let plan = plan(&[known], &listing(vec![entry]), |_, _| true);
            assert_eq!(plan.fetch.len(), fetched);
            assert_eq!(plan.restate.len() as u64 + plan.unchanged, 1 - fetched as u64);
        };
        let absent = Known {
            present: false,
            ..known("1", "a")
        };
        check(known("1", "a"), entry("1", "a"), 1);
        check(absent, entry("1", "a"), 1);
        // The phone vouches for it by other means.
        let unchanged = Entry {
            unchanged: true,
            ..entry("1", "a")
        };
        check(known("1", "a"), unchanged, 0);
    }

    #[test]
    fn one_item() {
        enum Expected {
            Fetch(Cause),
            Restate(Restated),
            Nothing,
        }
        use Expected::*;
        let check = |case: &str, known: Known, entry: Entry, expected: Expected| {
            let plan = plan(&[known], &listing(vec![entry]), |_, _| false);
            let expected = match expected {
                Fetch(cause) => Plan {
                    fetch: vec![super::Fetch {
                        entry: 0,
                        known: Some(0),
                        cause,
                    }],
                    ..Plan::default()
                },
                Restate(cause) => Plan {
                    restate: vec![super::Restate {
                        entry: 0,
                        known: 0,
                        cause,
                    }],
                    ..Plan::default()
                },
                Nothing => Plan {
                    unchanged: 1,
                    ..Plan::default()
                },
            };
            assert_eq!(plan, expected, "{case}");
        };
        let kept = || known("1", "a");
        let absent = || Known {
            present: false,
            ..kept()
        };
        let pending = || Known {
            pending: true,
            ..kept()
        };
        let damaged = || Known {
            digest: None,
            size: None,
            ..kept()
        };
        let unchanged = |fingerprint| Entry {
            unchanged: true,
            ..entry("1", fingerprint)
        };
        let starred = || Entry {
            marks: favourite(),
            ..entry("1", "a")
        };
        check("as it was", kept(), entry("1", "a"), Nothing);
        check("edited", kept(), entry("1", "b"), Fetch(Cause::Changed));
        check("the phone vouches for it", kept(), unchanged("b"), Nothing);
        check("made a favourite", kept(), starred(), Restate(Restated::Marked));
        check("damaged here", damaged(), entry("1", "a"), Fetch(Cause::Damaged));
        check(
            "damaged here, unchanged there",
            damaged(),
            unchanged("a"),
            Fetch(Cause::Damaged),
        );
        check(
            "back as it was",
            absent(),
            entry("1", "a"),
            Restate(Restated::Back),
        );
        check(
            "back, and edited",
            absent(),
            entry("1", "b"),
            Fetch(Cause::Changed),
        );
        check(
            "held back before",
            pending(),
            entry("1", "a"),
            Restate(Restated::Pending),
        );
        check(
            "held back, then edited",
            pending(),
            entry("1", "b"),
            Fetch(Cause::Changed),
        );
    }

    #[test]
    fn what_is_not_listed() {
        let check = |reading: Reading, extent: Extent, (gone, unseen, absent): (&[usize], u64, u64)| {
            let mut items = vec![known("1", "a"), known("2", "a"), known("3", "a")];
            items[2].present = false;
            let collected = Collected {
                reading: reading.clone(),
                extent: extent.clone(),
                ..listing(Vec::new())
            };
            let plan = plan(&items, &collected, |_, _| false);
            let case = format!("{reading:?} {extent:?}");
            assert_eq!(
                (&plan.gone[..], plan.unseen, plan.absent),
                (gone, unseen, absent),
                "{case}"
            );
        };
        let pictures = Reading::partial(vec![Why::new(Reason::PicturesUnreadable)]);
        let nothing = Reading::unavailable(Why::new(Reason::Missing));
        let named = || Extent::Delta {
            gone: vec!["2".into(), "3".into(), "never seen".into()],
        };
        check(Reading::Complete, Extent::Full, (&[0, 1], 0, 1));
        check(pictures, Extent::Full, (&[0, 1], 0, 1));
        check(hiding(), Extent::Full, (&[], 2, 1));
        check(nothing, Extent::Full, (&[], 2, 1));
        check(Reading::Complete, named(), (&[1], 1, 1));
        check(hiding(), named(), (&[], 2, 1));
    }

    #[test]
    fn a_repeated_id_is_asked_for_once() {
        let plan = plan(&[], &listing(vec![entry("1", "a"), entry("1", "b")]), |_, _| {
            false
        });
        assert_eq!((plan.fetch.len(), plan.doubles), (1, 1));
    }

    #[test]
    fn pictures_come_newest_first_and_the_rest_as_listed() {
        let at = |remote: &str, taken, modified| Entry {
            marks: Marks {
                taken,
                modified,
                ..Marks::default()
            },
            ..entry(remote, "a")
        };
        let entries = [
            at("undated", None, None),
            at("old", Some(1), Some(9)),
            at("new", Some(5), None),
            at("middle", None, Some(3)),
        ];
        let check = |kind, expected: [&str; 4]| {
            let mut wanted = [0, 1, 2, 3];
            order(kind, &mut wanted, |at| &entries[*at]);
            assert_eq!(wanted.map(|at| entries[at].remote.as_str()), expected);
        };
        check(Kind::Photo, ["new", "middle", "old", "undated"]);
        check(Kind::Contact, ["undated", "old", "new", "middle"]);
    }

    fn any_known() -> impl Strategy<Value = Vec<Known>> {
        let item = (0..12u8, 0..3u8, any::<[bool; 4]>());
        proptest::collection::vec(item, 0..12).prop_map(|items| {
            let mut all: Vec<Known> = items
                .into_iter()
                .map(|(remote, fingerprint, [present, kept, pending, starred])| Known {
                    present,
                    pending: pending && kept,
                    digest: kept.then(|| Digest::of(&[fingerprint])),
                    marks: if starred { favourite() } else { Marks::default() },
                    ..known(&remote.to_string(), &fingerprint.to_string())
                })
                .collect();
            all.sort_by(|a, b| a.remote.cmp(&b.remote));
            all.dedup_by(|a, b| a.remote == b.remote);
            all
        })
    }

    fn any_listing() -> impl Strategy<Value = Collected> {
        let item = (0..12u8, 0..3u8, any::<bool>());
        let gone = proptest::collection::vec(0..12u8, 0..4);
        (
            proptest::collection::vec(item, 0..12),
            any::<bool>(),
            proptest::option::of(gone),
        )
            .prop_map(|(items, hides, gone)| {
                let entries = items.into_iter().map(|(remote, fingerprint, starred)| Entry {
                    marks: if starred { favourite() } else { Marks::default() },
                    ..entry(&remote.to_string(), &fingerprint.to_string())
                });
                Collected {
                    reading: if hides { hiding() } else { Reading::Complete },
                    extent: gone.map_or(Extent::Full, |gone| Extent::Delta {
                        gone: gone.iter().map(|remote| remote.to_string().into()).collect(),
                    }),
                    ..listing(entries.collect())
                }
            })
    }

    /// The archive's view after a plan was carried out and accepted.
    fn carry_out(known: &[Known], collected: &Collected, plan: &Plan) -> Vec<Known> {
        let mut after = known.to_vec();
        for &gone in &plan.gone {
            after[gone].present = false;
        }
        let fetched = plan.fetch.iter().map(|fetch| (fetch.entry, fetch.known));
        let restated = plan
            .restate
            .iter()
            .map(|restate| (restate.entry, Some(restate.known)));
        for (entry, at) in fetched.chain(restated) {
            let entry = &collected.entries[entry];
            let state = Known {
                marks: entry.marks.clone(),
                ..super::tests::known(entry.remote.as_str(), entry.fingerprint.as_str())
            };
            match at {
                Some(at) => after[at] = state,
                None => after.push(state),
            }
        }
        after
    }

    proptest! {
        #[test]
        fn every_id_is_accounted_for_exactly_once(known in any_known(), collected in any_listing()) {
            let plan = plan(&known, &collected, |_, _| false);
            let (unchanged, doubles) = (plan.unchanged as usize, plan.doubles as usize);
            prop_assert_eq!(
                plan.fetch.len() + plan.restate.len() + unchanged + doubles,
                collected.entries.len()
            );
            let mut entries: Vec<usize> = plan.fetch.iter().map(|fetch| fetch.entry)
                .chain(plan.restate.iter().map(|restate| restate.entry)).collect();
            entries.sort_unstable();
            entries.dedup();
            prop_assert_eq!(entries.len(), plan.fetch.len() + plan.restate.len());

            let matched = known.iter()
                .filter(|item| collected.entries.iter().any(|entry| entry.remote == item.remote))
                .count();
            let rest = plan.gone.len() + plan.unseen as usize + plan.absent as usize;
            prop_assert_eq!(matched + rest, known.len());
        }

        #[test]
        fn nothing_is_gone_that_is_listed_or_hidden(known in any_known(), collected in any_listing()) {
            let plan = plan(&known, &collected, |_, _| false);
            prop_assert!(collected.reading.lists_everything() || plan.gone.is_empty());
            for at in plan.gone {
                prop_assert!(known[at].present);
                prop_assert!(collected.entries.iter().all(|entry| entry.remote != known[at].remote));
            }
        }

        #[test]
        fn a_plan_carried_out_leaves_nothing_to_do(known in any_known(), collected in any_listing()) {
            let first = plan(&known, &collected, |_, _| false);
            let after = carry_out(&known, &collected, &first);
            let second = plan(&after, &collected, |_, _| false);
            prop_assert_eq!(second.fetch, []);
            prop_assert_eq!(second.restate, []);
            prop_assert_eq!(second.gone, Vec::<usize>::new());
        }
    }
}
