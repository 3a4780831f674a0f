//! How far a run is: one typed value that carries the whole run, published at most ten times a second.
//!
//! Numbers and kinds only; the words belong to whoever shows them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use sidekeep_model::{Kind, Time};
use tokio::sync::watch;
use ts_rs::TS;

/// Least time between two publications within one phase, in milliseconds.
const THROTTLE: i64 = 100;
/// The span over which the rate is taken, in milliseconds.
const WINDOW: i64 = 5_000;
/// A rate from less than this is noise, in milliseconds.
const SETTLED: i64 = 500;

/// A run as it stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Each kind of the run, in its order.
    pub kinds: Vec<KindProgress>,
    /// Bytes per second over the last seconds.
    pub rate: u64,
    /// Until everything listed so far is here; None while it cannot be said. Kinds not yet listed are not counted.
    pub left: Option<Duration>,
    /// Collections held back so far.
    pub suspicious: u64,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "phase", content = "kind")]
pub enum Phase {
    /// It has not begun.
    #[default]
    Starting,
    /// Asking the phone what there is.
    Listing(Kind),
    /// Fetching what is new or changed.
    Fetching(Kind),
    /// Comparing before and after, and writing down what is gone.
    Judging(Kind),
    /// Writing to the phone, in a restore.
    Writing(Kind),
    /// Sealing the journal and replacing the views.
    Finishing,
    /// It has ended.
    Done,
}

/// One kind's part of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct KindProgress {
    /// The kind.
    pub kind: Kind,
    /// On the phone, once it is listed.
    pub listed: Option<u64>,
    /// Items to fetch, once it is listed.
    pub items: Option<u64>,
    /// Items fetched, or given up.
    pub items_done: u64,
    /// Bytes to fetch, as far as the phone says sizes; None until it is listed.
    pub bytes: Option<u64>,
    /// Bytes received, or found here from an earlier run.
    pub bytes_done: u64,
    /// Items that could not be read.
    pub unread: u64,
    /// Everything of this kind has been decided.
    pub done: bool,
}

impl KindProgress {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            listed: None,
            items: None,
            items_done: 0,
            bytes: None,
            bytes_done: 0,
            unread: 0,
            done: false,
        }
    }
}

/// A run's two handles for whoever started it: see how far it is, and cancel it. Clones share one run.
#[derive(Clone, Debug)]
pub struct Watch {
    progress: Arc<watch::Sender<Progress>>,
    cancelled: Arc<watch::Sender<bool>>,
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}

impl Watch {
    /// For one run.
    pub fn new() -> Self {
        Self {
            progress: Arc::new(watch::Sender::new(Progress::default())),
            cancelled: Arc::new(watch::Sender::new(false)),
        }
    }

    /// The progress from now on; only the newest value is kept, so a slow reader never holds the run up.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Asks the run to stop. It finishes the write under way, seals the journal and ends as cancelled; what has
    /// arrived is kept.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    /// Returns once [`cancel`](Self::cancel) was called.
    pub async fn cancelled(&self) {
        let mut cancelled = self.cancelled.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = cancelled.wait_for(|cancelled| *cancelled).await;
    }
}

/// Keeps the progress of one run and publishes it.
pub(crate) struct Meter {
    watch: Watch,
    progress: Progress,
    published: Option<Time>,
    rate: Rate,
}

impl Meter {
    pub(crate) fn new(watch: Watch, kinds: &[Kind]) -> Self {
        let progress = Progress {
            kinds: kinds.iter().copied().map(KindProgress::new).collect(),
            ..Progress::default()
        };
        Self {
            watch,
            progress,
            published: None,
            rate: Rate::default(),
        }
    }

    /// A new phase begins; published at once.
    pub(crate) fn phase(&mut self, phase: Phase, now: Time) {
        if matches!(phase, Phase::Fetching(_)) {
            self.rate = Rate::default();
        }
        self.progress.phase = phase;
        self.publish(now);
    }

    /// Changes one kind's numbers; published when it is time.
    pub(crate) fn kind(&mut self, kind: Kind, now: Time, change: impl FnOnce(&mut KindProgress)) {
        if let Some(progress) = self
            .progress
            .kinds
            .iter_mut()
            .find(|progress| progress.kind == kind)
        {
            change(progress);
        }
        let due = self
            .published
            // A clock that was set back must not silence the run.
            .is_none_or(|last| !(0..THROTTLE).contains(&(now.millis() - last.millis())));
        if due {
            self.publish(now);
        }
    }

    /// One more collection is held back.
    pub(crate) fn suspicious(&mut self) {
        self.progress.suspicious += 1;
    }

    fn publish(&mut self, now: Time) {
        self.published = Some(now);
        let sum = |part: fn(&KindProgress) -> u64| self.progress.kinds.iter().map(part).sum();
        let (bytes, items) = (sum(|kind| kind.bytes_done), sum(|kind| kind.items_done));
        self.rate.add(now, bytes, items);
        let speed = self.rate.per_second();
        self.progress.rate = speed.map_or(0, |(bytes, _)| bytes as u64);
        self.progress.left = speed.and_then(|speed| left(&self.progress.kinds, speed));
        self.watch.progress.send_replace(self.progress.clone());
    }
}

/// The time until everything listed so far is here, at this many bytes and items a second.
fn left(kinds: &[KindProgress], (bytes_rate, items_rate): (f64, f64)) -> Option<Duration> {
    let bytes: u64 = kinds
        .iter()
        .map(|kind| kind.bytes.unwrap_or(0).saturating_sub(kind.bytes_done))
        .sum();
    let items: u64 = kinds
        .iter()
        .map(|kind| kind.items.unwrap_or(0).saturating_sub(kind.items_done))
        .sum();
    // Files are paced by their bytes; payloads have no known sizes and are paced by their number.
    let seconds = if bytes > 0 {
        bytes as f64 / bytes_rate
    } else if items > 0 {
        items as f64 / items_rate
    } else {
        return None;
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// Bytes and items a second over the last few seconds.
#[derive(Default)]
struct Rate {
    samples: VecDeque<(i64, u64, u64)>,
}

impl Rate {
    fn add(&mut self, now: Time, bytes: u64, items: u64) {
        let now = now.millis();
        if self.samples.back().is_some_and(|(last, ..)| *last > now) {
            self.samples.clear();
        }
        self.samples.push_back((now, bytes, items));
        // The newest sample older than the window stays: it is the window's left edge.
        while self.samples.len() > 2 && now - self.samples[1].0 >= WINDOW {
            self.samples.pop_front();
        }
    }

    fn per_second(&self) -> Option<(f64, f64)> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let millis = last.0 - first.0;
        let rate = |from: u64, to: u64| to.saturating_sub(from) as f64 * 1000.0 / millis as f64;
        (millis >= SETTLED).then(|| (rate(first.1, last.1), rate(first.2, last.2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Time {
        Time::from_millis(1_700_000_000_000 + millis).unwrap()
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        rate.add(at(0), 0, 0);
        assert_eq!(rate.per_second(), None, "one sample says nothing");
        rate.add(at(1000), 1_000_000, 1);
        assert_eq!(rate.per_second(), Some((1_000_000.0, 1.0)));
        for second in 2..=20 {
            rate.add(at(second * 1000), 1_000_000, 1);
        }
        assert_eq!(rate.per_second(), Some((0.0, 0.0)), "a stall shows");
        rate.add(at(0), 5, 5);
        assert_eq!(rate.per_second(), None, "a clock set back starts over");
    }

    #[test]
    fn time_left_goes_by_bytes_then_by_items() {
        let kind = |bytes, bytes_done, items, items_done| KindProgress {
            bytes: Some(bytes),
            bytes_done,
            items: Some(items),
            items_done,
            ..KindProgress::new(Kind::Photo)
        };
        let check = |kinds: &[KindProgress], expected| {
            assert_eq!(left(kinds, (100.0, 10.0)).map(|left| left.as_secs()), expected);
        };
        check(&[kind(1000, 0, 5, 0)], Some(10));
        check(&[kind(0, 0, 50, 0)], Some(5));
        check(&[kind(0, 0, 5, 5)], None);
        check(&[KindProgress::new(Kind::Film)], None);
        assert_eq!(
            left(&[kind(1000, 0, 5, 0)], (0.0, 0.0)),
            None,
            "a stall has no end"
        );
    }

    #[test]
    fn publications_are_throttled_but_a_phase_is_told_at_once() {
        let watch = Watch::new();
        let mut progress = watch.progress();
        let mut meter = Meter::new(watch, &[Kind::Photo]);
        let mut published = |meter: &mut Meter, now| {
            meter.kind(Kind::Photo, at(now), |kind| kind.items_done += 1);
            let changed = progress.has_changed().unwrap();
            let items = progress.borrow_and_update().kinds[0].items_done;
            (changed, items)
        };
        assert_eq!(published(&mut meter, 0), (true, 1));
        assert_eq!(published(&mut meter, 50), (false, 1));
        assert_eq!(published(&mut meter, 100), (true, 3));
        assert_eq!(published(&mut meter, 101), (false, 3));
        meter.phase(Phase::Finishing, at(102));
        assert_eq!(
            published(&mut meter, 103),
            (true, 4),
            "the phase told it, not this change"
        );
        assert_eq!(published(&mut meter, -5000), (true, 6), "a clock set back");
    }
}
