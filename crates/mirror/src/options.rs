//! What a run is asked to do.

use std::fmt;
use std::sync::Arc;

use sidekeep_archive::Known;
use sidekeep_links::Listing;
use sidekeep_model::{CollectionId, Kind, SourceName, Time};

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The way by which the phone is reached, as the journal names it.
    pub source: SourceName,
    /// What to read; empty means everything that the link offers. Always read in the order of [`Kind`].
    pub kinds: Vec<Kind>,
    /// Rescue mode (PRODUCT R1): full listings, durable within a second of arrival, and nothing is marked as gone.
    pub rescue: bool,
    /// Collections that are left out by their owner's choice. Nothing is said of them: what was kept of them before stays
    /// as it is.
    pub leave_out: Vec<(Kind, CollectionId)>,
    /// This computer's clock.
    pub clock: Clock,
}

impl Options {
    /// Everything that the link offers, by the system's clock.
    pub fn new(source: SourceName) -> Self {
        Self {
            source,
            kinds: Vec::new(),
            rescue: false,
            leave_out: Vec::new(),
            clock: Clock::system(),
        }
    }

    /// Whether this kind is asked for.
    pub(crate) fn asks_for(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Takes out of both what its owner left out. The listing then ends no question: what was not looked at now is listed
    /// again once it is wanted.
    pub(crate) fn choose(&self, kind: Kind, known: &mut Vec<Known>, listing: &mut Listing) {
        let left_out = |id: &CollectionId| {
            let mut left_out = self.leave_out.iter();
            left_out.any(|(of, left_out)| *of == kind && left_out == id)
        };
        let before = (known.len(), listing.collections.len());
        known.retain(|known| !left_out(&known.collection));
        listing
            .collections
            .retain(|collected| !left_out(&collected.collection.id));
        if (known.len(), listing.collections.len()) != before {
            listing.cursor = None;
        }
    }
}

/// A clock that is passed in.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::new(|| chrono::Utc::now().into())
    }

    /// Any clock.
    pub fn new(now: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
