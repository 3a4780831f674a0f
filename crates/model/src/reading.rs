//! How much a reader saw: Complete, Partial or Unavailable, and why (PRODUCT R6).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a reader says of its own answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase", tag = "reading")]
pub enum Reading {
    /// Everything there is was seen.
    Complete,
    /// Some was seen; what is missing and why. Never empty.
    Partial {
        /// Each distinct reason.
        why: Vec<Why>,
    },
    /// Nothing can be said. Not the same as empty.
    Unavailable {
        /// The reason.
        why: Why,
    },
}

/// One reason, how many items it hit (0: unknown or not about items), and the phone's own text for the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Why {
    /// What kind of reason.
    pub reason: Reason,
    /// How many items.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub count: u64,
    /// The phone's own text, at most a few hundred bytes; for diagnosis, not for matching.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The phone refused: a permission is missing.
    Refused,
    /// The phone has no such provider or folder.
    Missing,
    /// The link cannot carry this kind at all.
    Unsupported,
    /// The answer could not be understood.
    Garbled,
    /// The link went away.
    Unplugged,
    /// The phone is locked.
    Locked,
    /// The phone does not trust this computer yet.
    NotTrusted,
    /// Another program holds the phone, or it did not answer in time.
    Busy,
    /// Single items could not be read; the rest is here.
    ItemsUnreadable,
    /// Files changed while they were read; the next run fetches them again.
    ItemsChanging,
    /// Names the archive's rules or the link cannot carry.
    ItemsUnnameable,
    /// Contact pictures cannot be read over this link; the contacts themselves are complete.
    PicturesUnreadable,
    /// The media index was not readable: files were found by walking folders; favourites and the bin are unknown.
    WalkedOnly,
    /// Only what the owner picked was looked at; nothing is known of the rest.
    Picked,
    /// A storage that was there before, such as a memory card, is not in the phone; nothing is known of what is on it.
    StorageAway,
    /// The run was cancelled.
    Cancelled,
    /// This computer's disk is full or failed.
    Disk,
}

impl Reason {
    /// Items may exist that the listing does not show, so absence proves nothing.
    pub const fn hides_items(self) -> bool {
        !matches!(
            self,
            Reason::ItemsUnreadable | Reason::ItemsChanging | Reason::PicturesUnreadable | Reason::WalkedOnly
        )
    }
}

impl Why {
    /// A bare reason.
    pub fn new(reason: Reason) -> Self {
        Self {
            reason,
            count: 0,
            detail: String::new(),
        }
    }

    /// With the number of items it hit.
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// With the phone's own text, cut to 300 bytes at a character's edge.
    pub fn detail(mut self, text: &str) -> Self {
        let mut end = text.len().min(300);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.detail = text[..end].to_owned();
        self
    }

    /// Two with the same reason as one: counts are added, and each distinct detail is said once.
    fn and(mut self, other: &Why) -> Self {
        self.count += other.count;
        for part in other.detail.split("; ").filter(|part| !part.is_empty()) {
            if self.detail.is_empty() {
                self.detail = part.to_owned();
            } else if !self.detail.split("; ").any(|said| said == part) {
                let both = format!("{}; {part}", self.detail);
                self = self.detail(&both);
            }
        }
        self
    }
}

impl Reading {
    /// Complete if `why` is empty, Partial otherwise.
    pub fn partial(why: Vec<Why>) -> Self {
        if why.is_empty() {
            Reading::Complete
        } else {
            Reading::Partial { why }
        }
    }

    /// Unavailable for one reason.
    pub fn unavailable(why: Why) -> Self {
        Reading::Unavailable { why }
    }

    /// Every item that exists was listed, so that an item not listed is gone. Contents may still be lacking
    /// (contact pictures over adb, a file that grew while it was read).
    pub fn lists_everything(&self) -> bool {
        match self {
            Reading::Complete => true,
            Reading::Partial { why } => !why.iter().any(|why| why.reason.hides_items()),
            Reading::Unavailable { .. } => false,
        }
    }

    /// Exactly Complete.
    pub fn is_complete(&self) -> bool {
        matches!(self, Reading::Complete)
    }

    /// The link cannot carry this kind at all. That is no fault of the phone's and makes nothing incomplete, but it is
    /// always said.
    pub fn is_beyond_link(&self) -> bool {
        matches!(self, Reading::Unavailable { why } if why.reason == Reason::Unsupported)
    }

    /// All reasons.
    pub fn reasons(&self) -> &[Why] {
        match self {
            Reading::Complete => &[],
            Reading::Partial { why } => why,
            Reading::Unavailable { why } => std::slice::from_ref(why),
        }
    }

    /// Both answers together: the worse of the two, with all reasons; equal reasons add their counts and details.
    pub fn and(self, other: Reading) -> Reading {
        match (self, other) {
            (Reading::Unavailable { why }, _) | (_, Reading::Unavailable { why }) => {
                Reading::Unavailable { why }
            }
            (a, b) => {
                let mut all: Vec<Why> = Vec::new();
                for why in a.reasons().iter().chain(b.reasons()) {
                    match all.iter_mut().find(|seen| seen.reason == why.reason) {
                        Some(seen) => *seen = seen.clone().and(why),
                        None => all.push(why.clone()),
                    }
                }
                Reading::partial(all)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reasons_that_hide_no_items_allow_gone() {
        let partial = |reason| Reading::partial(vec![Why::new(reason)]);
        assert!(Reading::Complete.lists_everything());
        assert!(partial(Reason::PicturesUnreadable).lists_everything());
        assert!(!partial(Reason::Refused).lists_everything());
        assert!(!Reading::unavailable(Why::new(Reason::WalkedOnly)).lists_everything());
        assert!(
            !partial(Reason::PicturesUnreadable)
                .and(partial(Reason::Unplugged))
                .lists_everything(),
            "one hiding reason is enough"
        );
    }

    #[test]
    fn detail_is_cut_at_a_character() {
        assert_eq!(
            Why::new(Reason::Refused).detail(&"é".repeat(200)).detail.len(),
            300
        );
        assert_eq!(
            Why::new(Reason::Refused)
                .detail(&format!("x{}", "é".repeat(200)))
                .detail
                .len(),
            299
        );
    }

    #[test]
    fn together_is_the_worse() {
        let items = |n| Reading::partial(vec![Why::new(Reason::ItemsUnreadable).count(n)]);
        assert_eq!(items(1).and(items(2)), items(3));
        let says = |text: &str| Reading::partial(vec![Why::new(Reason::Garbled).count(1).detail(text)]);
        let check = |parts: &[&str], expected: &str| {
            let all = parts
                .iter()
                .fold(Reading::Complete, |all, text| all.and(says(text)));
            let [why] = all.reasons() else {
                panic!("{all:?}");
            };
            assert_eq!(
                (why.count, why.detail.as_str()),
                (parts.len() as u64, expected),
                "{parts:?}"
            );
        };
        check(&["a.vcf", "b.vcf", "a.vcf"], "a.vcf; b.vcf");
        check(&["", "a", ""], "a");
        check(&["a; b", "b; c"], "a; b; c");
        let long = "x".repeat(200);
        let other = "y".repeat(200);
        let cut = format!("{long}; {}", "y".repeat(98));
        check(&[&long, &other, &other], &cut);
        let gone = Reading::unavailable(Why::new(Reason::Unplugged));
        assert_eq!(Reading::Complete.and(gone.clone()), gone);
    }
}
