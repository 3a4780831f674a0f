//! A run that is cancelled, or dropped, at every step: it ends in good order, and the next run finishes the work.

use async_trait::async_trait;
use bytes::Bytes;
use sidekeep_archive::{ArchiveErrorKind, Outcome, Writer};
use sidekeep_links::{Cursor, LinkError, Listing, Offers, Phone, Sink, Stat, Wanted};
use sidekeep_mirror::{Phase, Watch, run};
use sidekeep_model::{Identity, Kind};

use crate::stage::{Stage, options, small};

/// A phone whose owner cancels during its Nth operation.
struct Impatient<P> {
    phone: P,
    step: Step,
}

struct Step {
    left: u64,
    watch: Watch,
}

impl Step {
    fn take(&mut self) {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.watch.cancel();
        }
    }
}

struct Steps<'a>(&'a mut Step, &'a mut dyn Sink);

#[async_trait]
impl Sink for Steps<'_> {
    async fn begin(&mut self, index: usize) -> Result<(), LinkError> {
        self.0.take();
        self.1.begin(index).await
    }

    async fn bytes(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        self.0.take();
        self.1.bytes(bytes).await
    }

    async fn end(&mut self, outcome: Result<Stat, LinkError>) -> Result<(), LinkError> {
        self.0.take();
        self.1.end(outcome).await
    }
}

#[async_trait]
impl<P: Phone> Phone for Impatient<P> {
    fn identity(&self) -> &Identity {
        self.phone.identity()
    }

    fn offers(&self) -> Offers {
        self.phone.offers()
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        self.step.take();
        self.phone.list(kind, since).await
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        self.phone.fetch(wanted, &mut Steps(&mut self.step, out)).await
    }

    async fn pictures(&mut self, addresses: &[String], out: &mut dyn Sink) -> Result<(), LinkError> {
        self.phone
            .pictures(addresses, &mut Steps(&mut self.step, out))
            .await
    }
}

#[tokio::test]
async fn cancelled_at_every_step() {
    let undisturbed = Stage::new();
    undisturbed.mirror(&mut small()).await;
    let expected = undisturbed.dump();
    for left in 1.. {
        let stage = Stage::new();
        let watch = Watch::new();
        let mut phone = Impatient {
            phone: small(),
            step: Step {
                left,
                watch: watch.clone(),
            },
        };
        let report = stage.mirror_with(&mut phone, &options(), &watch).await.unwrap();
        if !watch.is_cancelled() {
            assert!(left > 10);
            assert_eq!(report.outcome, Outcome::Complete);
            break;
        }
        // During the last listing there is nothing left to cancel.
        assert!(
            matches!(report.outcome, Outcome::Cancelled | Outcome::Complete),
            "{left}"
        );
        assert_eq!(watch.progress().borrow().phase, Phase::Done);
        assert_eq!(stage.mirror(&mut phone.phone).await.outcome, Outcome::Complete);
        assert_eq!(stage.dump(), expected, "cancelled at step {left}");
    }
}

#[tokio::test]
async fn cancelled_before_it_began() {
    let stage = Stage::new();
    let watch = Watch::new();
    watch.cancel();
    let report = stage.mirror_with(&mut small(), &options(), &watch).await.unwrap();
    assert_eq!(report.outcome, Outcome::Cancelled);
    assert_eq!(report.counts().seen, 0);
}

/// Hands out no bytes, ever, once it begins to fetch.
struct Stuck(
    sidekeep_testphones::FakePhone,
    tokio::sync::mpsc::UnboundedSender<()>,
);

#[async_trait]
impl Phone for Stuck {
    fn identity(&self) -> &Identity {
        self.0.identity()
    }

    fn offers(&self) -> Offers {
        self.0.offers()
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        self.0.list(kind, since).await
    }

    async fn fetch(&mut self, _: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        out.begin(0).await?;
        self.1.send(()).unwrap();
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_dropped_run_lets_go_of_the_archive() {
    let stage = Stage::new();
    let (stuck, mut reached) = tokio::sync::mpsc::unbounded_channel();
    let mut phone = Stuck(small(), stuck);
    let (options, watch) = (options(), Watch::new());
    tokio::select! {
        _ = run(&mut phone, stage.writer(), &options, &watch) => panic!("it cannot end"),
        _ = reached.recv() => {}
    }
    // The thread notices, seals the journal and ends by itself.
    let mut progress = watch.progress();
    progress
        .wait_for(|progress| progress.phase == Phase::Done)
        .await
        .unwrap();
    let writer = loop {
        match Writer::open(&stage.root()) {
            Err(error) if error.kind() == ArchiveErrorKind::Busy => tokio::task::yield_now().await,
            other => break other.unwrap(),
        }
    };
    let runs = writer.runs().unwrap();
    assert_eq!(runs[0].end.map(|(_, outcome)| outcome), Some(Outcome::Cancelled));
}
