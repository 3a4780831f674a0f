//! Over MTP: the listing of twenty thousand photos on mtp-rs's virtual device, which looks through all its objects for
//! many a question. What is its own time is measured at the wire, so that the rest is ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use mtp_rs::ptp::PtpError;
use mtp_rs::transport::Transport;
use mtp_rs::transport::virtual_device::VirtualTransport;
use mtp_rs::virtual_device::{VirtualDeviceConfig, VirtualStorageConfig};
use sidekeep_engine::{Attached, CableState, MtpPhone, Phone};
use sidekeep_model::Kind;
use sidekeep_tests::measure::{median, processor_time, thread_time};

use crate::Bench;

const OBJECTS: usize = 20_000;
/// Objects in one folder.
const ALBUM: usize = 500;

/// A device whose answering is timed.
struct Timed {
    device: VirtualTransport,
    spent: Arc<Spent>,
}

/// Nanoseconds that a device took: by the clock, and of the processor.
#[derive(Default)]
struct Spent {
    wall: AtomicU64,
    processor: AtomicU64,
}

impl Timed {
    async fn timed<T>(&self, answer: impl Future<Output = T>) -> T {
        // The virtual device answers within the call, on the thread that asks.
        let (begun, processor) = (Instant::now(), thread_time());
        let answered = answer.await;
        let took = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.spent.wall.fetch_add(took, Ordering::Relaxed);
        let took = thread_time().saturating_sub(processor);
        self.spent.processor.fetch_add(took, Ordering::Relaxed);
        answered
    }
}

#[async_trait]
impl Transport for Timed {
    async fn send_bulk(&self, data: &[u8]) -> Result<(), PtpError> {
        self.timed(self.device.send_bulk(data)).await
    }

    async fn receive_bulk(&self, most: usize) -> Result<Vec<u8>, PtpError> {
        self.timed(self.device.receive_bulk(most)).await
    }

    async fn receive_interrupt(&self) -> Result<Vec<u8>, PtpError> {
        self.device.receive_interrupt().await
    }

    async fn cancel_transfer(&self, transaction: u32, idle: Duration) -> Result<(), PtpError> {
        self.device.cancel_transfer(transaction, idle).await
    }
}

/// Seconds of one listing by the clock and of the processor, and those of the device in it.
async fn listed(config: VirtualDeviceConfig) -> [f64; 4] {
    let spent = Arc::new(Spent::default());
    let attached = Attached {
        serial: config.serial.clone(),
        name: config.model.clone(),
        vendor: 0x18D1,
        state: CableState::Locked,
    };
    let told = Arc::clone(&spent);
    let make = move || {
        let device = VirtualTransport::new(config.clone());
        let spent = Arc::clone(&told);
        Arc::new(Timed { device, spent }) as Arc<dyn Transport>
    };
    let mut phone = MtpPhone::over_transport(make, &attached).await.unwrap();
    let device = || {
        let both = [&spent.wall, &spent.processor];
        both.map(|one| Duration::from_nanos(one.load(Ordering::Relaxed)).as_secs_f64())
    };
    let before = device();
    let (begun, processor) = (Instant::now(), processor_time());
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let (wall, processor) = (begun.elapsed().as_secs_f64(), processor_time() - processor);
    let items: usize = listing.collections.iter().map(|one| one.entries.len()).sum();
    assert_eq!(items, OBJECTS);
    let after = device();
    [wall, processor, after[0] - before[0], after[1] - before[1]]
}

pub(crate) fn listing(bench: &mut Bench) {
    let folder = bench.fresh("mtp");
    for at in 0..OBJECTS {
        let album = folder.join(format!("DCIM/{:03}", at / ALBUM));
        std::fs::create_dir_all(&album).unwrap();
        std::fs::write(album.join(format!("IMG_{at:05}.jpg")), b"").unwrap();
    }
    let config = VirtualDeviceConfig {
        storages: vec![VirtualStorageConfig {
            description: "Internal".to_owned(),
            capacity: 1 << 30,
            backing_dir: folder,
            read_only: true,
        }],
        watch_backing_dirs: false,
        ..VirtualDeviceConfig::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let all: Vec<[f64; 4]> = (0..3).map(|_| runtime.block_on(listed(config.clone()))).collect();
    let middle = |of: &dyn Fn(&[f64; 4]) -> f64| median(all.iter().map(of).collect());
    let (wall, device) = (middle(&|one| one[0]), middle(&|one| one[2]));
    let (ours, processor) = (middle(&|one| one[0] - one[2]), middle(&|one| one[1] - one[3]));
    bench.row(
        "MTP: 20,000 objects listed",
        format!(
            "{wall:.2} s wall; ours of it {ours:.2} s ({:.1} %), {processor:.2} s CPU",
            100.0 * ours / wall
        ),
        format!("the virtual device by itself: {device:.2} s"),
        "2 s",
    );
}
