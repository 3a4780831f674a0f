//! What is to be written: the wanted items against what the phone has now. Pure; it looks at what items say by their
//! digests and UIDs and never at their bytes.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use sidekeep_archive::Policy;
use sidekeep_model::{Collection, CollectionId, Digest, RemoteId};
use ts_rs::TS;

/// What an item says, as far as telling it from others needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its UID.
    pub uid: Option<String>,
    /// What it says besides ([`sidekeep_formats::merge::meaning`]).
    pub meaning: Digest,
}

/// An item to be on the phone.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The collection that it was in.
    pub collection: Collection,
    /// Its id there.
    pub remote: RemoteId,
    /// It was on this very phone.
    pub here: bool,
    /// Of its bytes.
    pub digest: Digest,
    /// None when its bytes cannot be read.
    pub said: Option<Said>,
}

/// An item on the phone.
#[derive(Clone, Debug)]
pub struct There {
    /// Its collection.
    pub collection: CollectionId,
    /// Its id there.
    pub remote: RemoteId,
    /// None when its state now is not known.
    pub said: Option<Said>,
}

/// A collection on the phone.
#[derive(Clone, Debug)]
pub struct Place {
    /// The collection.
    pub collection: Collection,
    /// Everything in it is listed, so that what is not listed may be added.
    pub whole: bool,
    /// A new item keeps its UID there ([`sidekeep_links::Writing::keeps_uids`]).
    pub keeps_uids: bool,
}

/// What is to happen to one wanted item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is added.
    Add {
        /// Index of the place.
        place: usize,
        /// The id that it had there.
        before: Option<RemoteId>,
        /// The UID that it gets; None is its own.
        uid: Option<String>,
    },
    /// What the phone has is changed.
    Update {
        /// Index of the item on the phone.
        there: usize,
    },
    /// The phone has it as wanted.
    Same,
    /// The phone has it otherwise, and that stays.
    Kept {
        /// Index of the item on the phone.
        there: usize,
    },
    /// Nothing can be written.
    Not(Obstacle),
}

/// Why an item cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Obstacle {
    /// The phone has no collection for it, or several and none that is its own.
    NoPlace,
    /// Its collection may not be written to.
    ReadOnly,
    /// Not everything in its collection could be listed or read: it may be there already.
    Unseen,
    /// An item of its UID is in another collection.
    Elsewhere,
    /// It is no item of this kind, but a file that lay among them.
    Foreign,
    /// Its bytes are damaged here, or are nothing that can be written.
    Damaged,
}

/// One step for each wanted item, in their order. No item of the phone is the counterpart of two.
pub fn plan(
    wanted: &[Wanted],
    there: &[There],
    places: &[Place],
    policy: Policy,
    into: Option<&CollectionId>,
) -> Vec<Step> {
    let mut planner = Planner::new(there, places, policy);
    let goals: Vec<Result<Goal<'_>, Without>> = (0..wanted.len())
        .map(|at| planner.goal(at, &wanted[at], into))
        .collect();
    // The surest likeness of all items comes first, so that none takes what is surely another's.
    let mut counterparts = vec![None; wanted.len()];
    for likeness in LIKENESSES {
        for (goal, counterpart) in goals.iter().zip(&mut counterparts) {
            if let (Ok(goal), None) = (goal, *counterpart) {
                *counterpart = planner.counterpart(goal, likeness);
                planner.taken.extend(*counterpart);
            }
        }
    }
    let mut steps: Vec<Step> = Vec::with_capacity(wanted.len());
    for (goal, counterpart) in goals.into_iter().zip(counterparts) {
        let step = match goal {
            Ok(goal) => planner.step(&goal, counterpart),
            Err(Without::Place(obstacle)) => Step::Not(obstacle),
            // What stands for the first stands for both.
            Err(Without::Difference(first)) => match &steps[first] {
                Step::Not(obstacle) => Step::Not(*obstacle),
                Step::Kept { there } => Step::Kept { there: *there },
                Step::Add { .. } | Step::Update { .. } | Step::Same => Step::Same,
            },
        };
        steps.push(step);
    }
    steps
}

/// A wanted item and where it goes.
struct Goal<'a> {
    wanted: &'a Wanted,
    said: &'a Said,
    /// Index of the place.
    place: usize,
    /// The place is where it was.
    at_home: bool,
}

/// Why a wanted item has no goal of its own.
enum Without {
    /// It cannot be written anywhere.
    Place(Obstacle),
    /// The same, word for word, is wanted in the same place already, by the item with this index.
    Difference(usize),
}

/// By what an item of the phone is taken for the wanted one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    UidAndWords,
    Uid,
    Id,
    Words,
}

/// The surest first.
const LIKENESSES: [Likeness; 4] = [
    Likeness::UidAndWords,
    Likeness::Uid,
    Likeness::Id,
    Likeness::Words,
];

/// The UID of a copy beside the phone's own: the same each time, so that a second restore finds it.
fn copy_uid(wanted: &Wanted) -> String {
    format!("sidekeep-copy-{}", &wanted.digest.to_hex()[..32])
}

struct Planner<'a> {
    there: &'a [There],
    places: &'a [Place],
    policy: Policy,
    by_remote: HashMap<(&'a CollectionId, &'a RemoteId), usize>,
    by_uid: HashMap<(&'a CollectionId, &'a str), Vec<usize>>,
    by_meaning: HashMap<(&'a CollectionId, Digest), Vec<usize>>,
    uids: HashSet<&'a str>,
    /// Items of the phone that are a wanted item's counterpart.
    taken: HashSet<usize>,
    /// What was asked for so far, by place, and by which item.
    asked: HashMap<(CollectionId, Option<String>, Digest), usize>,
    /// UIDs that are added, by place.
    added: HashSet<(CollectionId, String)>,
}

impl<'a> Planner<'a> {
    fn new(there: &'a [There], places: &'a [Place], policy: Policy) -> Self {
        let mut planner = Self {
            there,
            places,
            policy,
            by_remote: HashMap::new(),
            by_uid: HashMap::new(),
            by_meaning: HashMap::new(),
            uids: HashSet::new(),
            taken: HashSet::new(),
            asked: HashMap::new(),
            added: HashSet::new(),
        };
        for (at, item) in there.iter().enumerate() {
            planner.by_remote.insert((&item.collection, &item.remote), at);
            let Some(said) = &item.said else { continue };
            let meaning = (&item.collection, said.meaning);
            planner.by_meaning.entry(meaning).or_default().push(at);
            if let Some(uid) = &said.uid {
                planner
                    .by_uid
                    .entry((&item.collection, uid))
                    .or_default()
                    .push(at);
                planner.uids.insert(uid);
            }
        }
        planner
    }

    fn goal<'w>(
        &mut self,
        at: usize,
        wanted: &'w Wanted,
        into: Option<&CollectionId>,
    ) -> Result<Goal<'w>, Without> {
        let said = wanted.said.as_ref().ok_or(Without::Place(Obstacle::Damaged))?;
        let place = place(wanted, self.places, into).ok_or(Without::Place(Obstacle::NoPlace))?;
        let collection = &self.places[place].collection.id;
        let asked = (collection.clone(), said.uid.clone(), said.meaning);
        let first = *self.asked.entry(asked).or_insert(at);
        if first != at {
            return Err(Without::Difference(first));
        }
        Ok(Goal {
            wanted,
            said,
            place,
            at_home: wanted.here && wanted.collection.id == *collection,
        })
    }

    fn step(&mut self, goal: &Goal<'_>, counterpart: Option<usize>) -> Step {
        let Goal {
            wanted, said, place, ..
        } = *goal;
        let Place {
            collection, whole, ..
        } = &self.places[place];
        if let Some(there) = counterpart {
            let Some(now) = &self.there[there].said else {
                return Step::Not(Obstacle::Unseen);
            };
            if now.meaning == said.meaning {
                return Step::Same;
            }
        }
        if collection.read_only || collection.derived {
            return Step::Not(Obstacle::ReadOnly);
        }
        match (counterpart, self.policy) {
            (Some(there), Policy::KeepPhone) => Step::Kept { there },
            (Some(there), Policy::Merge | Policy::KeepArchive) => Step::Update { there },
            (Some(there), Policy::KeepBoth) => self.copy(wanted, said, place, there),
            (None, _) if !whole => Step::Not(Obstacle::Unseen),
            (None, _) => self.add(goal),
        }
    }

    /// The phone's item that is the wanted one, and no other's.
    fn counterpart(&self, goal: &Goal<'_>, likeness: Likeness) -> Option<usize> {
        let Goal { wanted, said, .. } = goal;
        let place = &self.places[goal.place];
        let collection = &place.collection.id;
        let free = |at: &&usize| !self.taken.contains(*at);
        let at_home = self
            .by_remote
            .get(&(collection, &wanted.remote))
            .filter(|_| goal.at_home);
        let found = match likeness {
            Likeness::UidAndWords | Likeness::Uid => {
                let uid = said.uid.as_deref()?;
                let says_it = |at: &&usize| {
                    let now = self.there[**at].said.as_ref();
                    likeness == Likeness::Uid || now.is_some_and(|now| now.meaning == said.meaning)
                };
                let alike = self.by_uid.get(&(collection, uid))?;
                let same_id = at_home.filter(|at| alike.contains(*at));
                same_id
                    .filter(free)
                    .filter(says_it)
                    .or_else(|| alike.iter().filter(free).find(says_it))
            }
            Likeness::Id => at_home.filter(free).filter(|at| match &self.there[**at].said {
                // An id that another item has now.
                Some(now) => now.uid.is_none() || said.uid.is_none() || now.uid == said.uid,
                None => true,
            }),
            // One with a UID is found by it or not at all, where that stays.
            Likeness::Words if said.uid.is_some() && place.keeps_uids => None,
            Likeness::Words => {
                let alike = self.by_meaning.get(&(collection, said.meaning))?;
                alike.iter().find(free)
            }
        };
        found.copied()
    }

    /// A copy beside the phone's own.
    fn copy(&mut self, wanted: &Wanted, said: &Said, place: usize, own: usize) -> Step {
        let Place {
            collection, whole, ..
        } = &self.places[place];
        let uid = copy_uid(wanted);
        let copies = self.by_uid.get(&(&collection.id, uid.as_str()));
        match copies.and_then(|copies| copies.first()) {
            Some(there) => {
                self.taken.insert(*there);
                match &self.there[*there].said {
                    Some(now) if now.meaning == said.meaning => Step::Same,
                    _ => Step::Kept { there: own },
                }
            }
            None if !whole => Step::Not(Obstacle::Unseen),
            None => {
                self.added.insert((collection.id.clone(), uid.clone()));
                Step::Add {
                    place,
                    before: None,
                    uid: Some(uid),
                }
            }
        }
    }

    /// An item that the place does not have.
    fn add(&mut self, goal: &Goal<'_>) -> Step {
        let Goal {
            wanted,
            said,
            place,
            at_home,
        } = *goal;
        let collection = &self.places[place].collection.id;
        if let Some(own) = &said.uid {
            let is_here = self.by_uid.contains_key(&(collection, own.as_str()));
            let is_added = !self.added.insert((collection.clone(), own.clone()));
            if is_here || is_added {
                // Two items of one UID were kept: the second goes back under one of its own, as a copy does.
                return match self.by_uid.get(&(collection, copy_uid(wanted).as_str())) {
                    Some(_) => Step::Same,
                    None => Step::Add {
                        place,
                        before: None,
                        uid: Some(copy_uid(wanted)),
                    },
                };
            }
            if self.uids.contains(own.as_str()) {
                self.added.remove(&(collection.clone(), own.clone()));
                return Step::Not(Obstacle::Elsewhere);
            }
        }
        let is_free = !self.by_remote.contains_key(&(collection, &wanted.remote));
        Step::Add {
            place,
            before: (at_home && is_free).then(|| wanted.remote.clone()),
            // One without gets one made of its bytes, and is found again by what it says.
            uid: None,
        }
    }
}

/// Where an item goes: into the collection that was named, the one that it was in, one of the same name, or the only one
/// that can be written to.
fn place(wanted: &Wanted, places: &[Place], into: Option<&CollectionId>) -> Option<usize> {
    let find = |is: &dyn Fn(&Collection) -> bool| {
        let mut found = places
            .iter()
            .enumerate()
            .filter(|(_, place)| is(&place.collection));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    };
    if let Some(into) = into {
        return find(&|collection| collection.id == *into);
    }
    find(&|collection| wanted.here && collection.id == wanted.collection.id)
        .or_else(|| find(&|collection| collection.name == wanted.collection.name))
        .or_else(|| find(&|collection| !collection.read_only && !collection.derived))
}

#[cfg(test)]
mod tests;
