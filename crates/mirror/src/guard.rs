//! What not to believe: the mass-change brake and the field-loss alarm (PRODUCT R4, R5). Pure; the run decides what to
//! do with a suspicion (it holds the collection's changes back and keeps every byte).
//!
//! All thresholds are here:
//! - A collection that held items and is empty, or is no longer listed, is suspicious whatever its size. A folder of
//!   photos is not: folders come and go with their last picture, so it is judged by numbers alone.
//! - [`is_mass`]: more than 10 items and more than 10 % of what was there before. Ten items are what a person deletes
//!   by hand in one sitting; a tenth of a large collection is what a tidy-up may touch.
//! - A field lost by every item that had it, if at least [`FEW`] had it. Ten losses may be all there was of a small
//!   address book, and "every number is gone" is never a person's edit; one or two may well be.
//! - A new collection is never suspicious, and an item that is found in another collection with the same bytes has
//!   moved and is not lost.
//! - The same thresholds hold for all the believed collections of a kind together ([`guard_kind`]): a phone that loses
//!   ten pictures from each of twenty folders has lost two hundred. Those held back for themselves are left out, since
//!   what the server did to one address book is no reason to doubt ten edits in another; but where nothing of the kind
//!   is left at all, nothing is left out.

use sidekeep_archive::Suspicion;

/// Fewest items with a field for its loss by all of them to be suspicious.
pub const FEW: u64 = 3;

/// What became of one collection between the archive's current view and this run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Items present before, by the archive's current view.
    pub before: u64,
    /// Of these, gone now and found nowhere else.
    pub lost: u64,
    /// Of these, gone now but found in another collection, or under another id, with the same bytes.
    pub moved: u64,
    /// Of these, with other bytes now.
    pub changed: u64,
    /// Items present now, those included that nothing can be said of.
    pub after: u64,
    /// The phone no longer lists the collection.
    pub vanished: bool,
    /// The collection is a folder of photos or films.
    pub folder: bool,
    /// Fields that items had before and lack now; only those still there count.
    pub fields: Vec<FieldShift>,
}

/// What became of one field in one collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldShift {
    /// Its name, one of [`crate::profile::FIELDS`].
    pub field: &'static str,
    /// Items that had a value and have none now.
    pub lost: u64,
    /// Items that had a value before.
    pub before: u64,
}

/// More than max(10, 10 %) of `before`.
pub fn is_mass(part: u64, before: u64) -> bool {
    part > 10 && part.saturating_mul(10) > before
}

/// A field's loss that no person's edits explain.
pub fn is_field_loss(lost: u64, before: u64) -> bool {
    is_mass(lost, before) || (before >= FEW && lost >= before)
}

/// What not to believe of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guarded {
    /// Why each collection's changes should be held back, in the order of the shifts; empty where they should not.
    pub collections: Vec<Vec<Suspicion>>,
    /// What is suspicious only of the kind as a whole, in numbers of the kind. Each collection that has a part in it
    /// has it among its own.
    pub whole: Vec<Suspicion>,
}

/// Judges all collections of a kind: each by itself, then all that would be believed as if they were one.
pub fn guard_kind(shifts: &[Shift]) -> Guarded {
    let mut collections: Vec<Vec<Suspicion>> = shifts.iter().map(guard).collect();
    let nothing_left = shifts.iter().all(|shift| shift.after == 0);
    let together = shifts
        .iter()
        .zip(&collections)
        .filter(|(_, suspicions)| nothing_left || suspicions.is_empty())
        .fold(Shift::default(), |sum, (shift, _)| sum.and(shift));
    let mut believed: Vec<(&Shift, &mut Vec<Suspicion>)> = shifts
        .iter()
        .zip(&mut collections)
        .filter(|(_, suspicions)| suspicions.is_empty())
        .collect();
    let mut whole = guard(&together);
    whole.retain(|suspicion| believed.iter().any(|(shift, _)| shift.has_part_in(suspicion)));
    for (shift, suspicions) in &mut believed {
        let parts = whole.iter().filter(|suspicion| shift.has_part_in(suspicion));
        suspicions.extend(parts.cloned());
    }
    Guarded { collections, whole }
}

impl Guarded {
    /// So many collections, and nothing to say of them.
    pub(crate) fn nothing(collections: usize) -> Self {
        Self {
            collections: vec![Vec::new(); collections],
            whole: Vec::new(),
        }
    }
}

impl Shift {
    /// Two collections as if they were one.
    fn and(mut self, other: &Shift) -> Shift {
        self.before += other.before;
        self.lost += other.lost;
        self.moved += other.moved;
        self.changed += other.changed;
        self.after += other.after;
        self.folder |= other.folder;
        for field in &other.fields {
            match self.fields.iter_mut().find(|sum| sum.field == field.field) {
                Some(sum) => {
                    sum.lost += field.lost;
                    sum.before += field.before;
                }
                None => self.fields.push(field.clone()),
            }
        }
        self
    }

    fn has_part_in(&self, suspicion: &Suspicion) -> bool {
        match suspicion {
            Suspicion::Emptied { .. } | Suspicion::Vanished { .. } | Suspicion::Lost { .. } => self.lost > 0,
            Suspicion::Changed { .. } => self.changed > 0,
            Suspicion::FieldLost { field, .. } => self
                .fields
                .iter()
                .any(|shift| shift.field == field && shift.lost > 0),
        }
    }
}

/// Why this collection's changes should be held back by what became of it alone; empty if they should not.
pub fn guard(shift: &Shift) -> Vec<Suspicion> {
    let before = shift.before;
    let mut suspicions = Vec::new();
    let judged = if shift.folder {
        is_mass(shift.lost, before)
    } else {
        shift.lost > 0
    };
    if judged && shift.vanished {
        suspicions.push(Suspicion::Vanished { before });
    } else if judged && shift.after == 0 {
        suspicions.push(Suspicion::Emptied { before });
    } else if is_mass(shift.lost, before) {
        suspicions.push(Suspicion::Lost {
            lost: shift.lost,
            before,
        });
    }
    if is_mass(shift.changed, before) {
        suspicions.push(Suspicion::Changed {
            changed: shift.changed,
            before,
        });
    }
    for field in &shift.fields {
        if is_field_loss(field.lost, field.before) {
            suspicions.push(Suspicion::FieldLost {
                field: field.field.to_owned(),
                lost: field.lost,
                before: field.before,
            });
        }
    }
    suspicions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shift(before: u64, lost: u64, changed: u64) -> Shift {
        Shift {
            before,
            lost,
            changed,
            after: before - lost,
            ..Shift::default()
        }
    }

    #[test]
    fn the_brake() {
        let check = |shift: Shift, expected: &[Suspicion]| assert_eq!(guard(&shift), expected, "{shift:?}");
        // The Sidekick's own numbers: 64 contacts out of the 300.
        check(
            shift(300, 236, 0),
            &[Suspicion::Lost {
                lost: 236,
                before: 300,
            }],
        );
        check(shift(300, 30, 30), &[]);
        check(
            shift(300, 31, 31),
            &[
                Suspicion::Lost {
                    lost: 31,
                    before: 300,
                },
                Suspicion::Changed {
                    changed: 31,
                    before: 300,
                },
            ],
        );
        check(shift(12, 10, 10), &[]);
        check(shift(12, 11, 0), &[Suspicion::Lost { lost: 11, before: 12 }]);
        check(shift(3, 3, 0), &[Suspicion::Emptied { before: 3 }]);
        check(shift(1, 1, 0), &[Suspicion::Emptied { before: 1 }]);
        check(shift(0, 0, 0), &[]);
        // The last few pictures of a folder go, and the folder with them; a full folder does not go unnoticed.
        let folder = |lost, vanished| Shift {
            folder: true,
            vanished,
            ..shift(lost, lost, 0)
        };
        check(folder(10, true), &[]);
        check(folder(10, false), &[]);
        check(folder(11, true), &[Suspicion::Vanished { before: 11 }]);
        check(folder(11, false), &[Suspicion::Emptied { before: 11 }]);
        check(
            Shift {
                vanished: true,
                ..shift(5, 5, 0)
            },
            &[Suspicion::Vanished { before: 5 }],
        );
    }

    #[test]
    fn what_moved_is_not_lost() {
        let renamed = Shift {
            before: 40,
            moved: 40,
            vanished: true,
            ..Shift::default()
        };
        assert_eq!(guard(&renamed), []);
        let emptied = Shift {
            before: 40,
            moved: 39,
            lost: 1,
            ..Shift::default()
        };
        assert_eq!(guard(&emptied), [Suspicion::Emptied { before: 40 }]);
    }

    #[test]
    fn the_collections_of_a_kind_together() {
        #[track_caller]
        fn check(shifts: &[Shift], whole: &[Suspicion], held: &[usize]) {
            let guarded = guard_kind(shifts);
            let found: Vec<usize> = (0..shifts.len())
                .filter(|at| !guarded.collections[*at].is_empty())
                .collect();
            assert_eq!((guarded.whole.as_slice(), found.as_slice()), (whole, held));
            for (shift, suspicions) in shifts.iter().zip(&guarded.collections) {
                let own = guard(shift);
                let expected = if own.is_empty() { whole } else { &own };
                assert!(
                    suspicions.iter().all(|suspicion| expected.contains(suspicion)),
                    "{shift:?}: {suspicions:?}"
                );
            }
        }
        let folder = |before, lost| Shift {
            folder: true,
            vanished: before == lost,
            ..shift(before, lost, 0)
        };
        let all = |count: usize| (0..count).collect::<Vec<_>>();
        // Each folder lost what a person deletes in one sitting; the phone lost all.
        check(
            &vec![folder(10, 10); 20],
            &[Suspicion::Emptied { before: 200 }],
            &all(20),
        );
        // One collection is judged as ever, and so are ten pictures in all.
        check(&[folder(10, 10)], &[], &[]);
        check(&vec![folder(2, 2); 5], &[], &[]);
        check(
            &[folder(5, 5), folder(6, 6)],
            &[Suspicion::Emptied { before: 11 }],
            &all(2),
        );
        check(
            &vec![shift(10, 9, 0); 10],
            &[Suspicion::Lost {
                lost: 90,
                before: 100,
            }],
            &all(10),
        );
        // Only those with a part in it are held back, and a tenth of the kind is a tidy-up.
        let tidied = |rest| [folder(30, 4), folder(30, 4), folder(30, 4), folder(rest, 0)];
        check(&tidied(30), &[], &[]);
        check(
            &tidied(20),
            &[Suspicion::Lost {
                lost: 12,
                before: 110,
            }],
            &all(3),
        );
        // What moved from one folder to another is not lost.
        let from = Shift {
            before: 60,
            moved: 60,
            vanished: true,
            folder: true,
            ..Shift::default()
        };
        let to = Shift {
            after: 60,
            folder: true,
            ..Shift::default()
        };
        check(&[from, to], &[], &[]);
        // An emptied collection is no reason to doubt edits in others, unless nothing at all is left.
        check(&[folder(500, 500), folder(40, 9)], &[], &[0]);
        check(
            &[folder(500, 500), folder(9, 9)],
            &[Suspicion::Emptied { before: 509 }],
            &all(2),
        );
        check(&[shift(5, 5, 0), shift(7, 7, 0)], &[], &all(2));
        let phones = |lost, before| Shift {
            fields: vec![FieldShift {
                field: "phones",
                lost,
                before,
            }],
            ..shift(1, 0, lost)
        };
        let lost = |lost, before| Suspicion::FieldLost {
            field: "phones".into(),
            lost,
            before,
        };
        let changed = |changed, before| Suspicion::Changed { changed, before };
        check(
            &vec![phones(1, 1); 300],
            &[changed(300, 300), lost(300, 300)],
            &all(300),
        );
        check(&vec![phones(1, 1); 3], &[lost(3, 3)], &all(3));
        check(&vec![phones(1, 1); 2], &[], &[]);
        check(
            &[phones(1, 1), phones(1, 1), phones(1, 1), phones(0, 1)],
            &[],
            &[],
        );
    }

    #[test]
    fn the_field_alarm() {
        for (lost, before, expected) in [
            (300, 300, true),
            (31, 300, true),
            (30, 300, false),
            (10, 100, false),
            (11, 100, true),
            (3, 3, true),
            (2, 3, false),
            (2, 2, false),
            (0, 0, false),
            (0, 300, false),
        ] {
            assert_eq!(is_field_loss(lost, before), expected, "{lost} of {before}");
        }
    }

    proptest! {
        #[test]
        fn a_new_collection_is_never_suspicious(after in 0u64..1000, vanished: bool) {
            let shift = Shift { after, vanished, ..Shift::default() };
            prop_assert_eq!(guard(&shift), []);
        }

        #[test]
        fn losing_more_is_never_less_suspicious(before in 1u64..2000, lost in 0u64..2000) {
            let lost = lost.min(before - 1);
            let (less, more) = (guard(&shift(before, lost, 0)), guard(&shift(before, lost + 1, 0)));
            prop_assert!(less.len() <= more.len());
        }

        #[test]
        fn one_collection_is_judged_by_itself(
            before in 0u64..200,
            lost in 0u64..200,
            changed in 0u64..200,
            folder: bool,
            vanished: bool,
        ) {
            let lost = lost.min(before);
            let changed = changed.min(before - lost);
            let one = Shift { folder, vanished, ..shift(before, lost, changed) };
            let guarded = guard_kind(std::slice::from_ref(&one));
            prop_assert_eq!(guarded.collections, vec![guard(&one)]);
            prop_assert_eq!(guarded.whole, vec![]);
        }
    }
}
