//! What a run is asked to do.

use std::fmt;
use std::sync::Arc;

use sidekeep_model::{Kind, SourceName, Time};

/// What a run is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The way by which the phone is reached, as the journal names it.
    pub source: SourceName,
    /// What to read; empty means everything that the link offers. Always read in the order of [`Kind`].
    pub kinds: Vec<Kind>,
    /// Rescue mode (PRODUCT R1): full listings, durable within a second of arrival, and nothing is marked as gone.
    pub rescue: bool,
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
            clock: Clock::system(),
        }
    }

    /// Whether this kind is asked for.
    pub(crate) fn asks_for(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
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
