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
    /// Items present now.
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

/// Why this collection's changes should be held back; empty if they should not.
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
    }
}
