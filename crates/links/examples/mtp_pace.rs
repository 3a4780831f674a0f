//! How long the listing of a phone over MTP takes on mtp-rs's virtual device, beside mtp-rs's own listing of the same:
//! `cargo run --release -p sidekeep-links --example mtp_pace [OBJECTS]`. The device itself looks through all its objects
//! for each that it tells, and most of the time is its own.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement prints its figure and stops at what it cannot do"
)]

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use mtp_rs::MtpDevice;
use mtp_rs::transport::virtual_device::VirtualTransport;
use mtp_rs::virtual_device::{VirtualDeviceConfig, VirtualStorageConfig};
use sidekeep_links::Phone;
use sidekeep_links::mtp::{Attached, MtpPhone, State};
use sidekeep_model::Kind;

/// Objects in one folder.
const ALBUM: usize = 500;

#[tokio::main]
async fn main() {
    let objects = std::env::args()
        .nth(1)
        .map_or(20_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    for at in 0..objects {
        let album = folder.path().join(format!("DCIM/{:03}", at / ALBUM));
        fs::create_dir_all(&album).unwrap();
        fs::write(album.join(format!("IMG_{at:05}.jpg")), b"").unwrap();
    }
    let config = VirtualDeviceConfig {
        storages: vec![VirtualStorageConfig {
            description: "Internal".to_owned(),
            capacity: 1 << 30,
            backing_dir: folder.path().to_owned(),
            read_only: true,
        }],
        watch_backing_dirs: false,
        ..VirtualDeviceConfig::default()
    };
    let attached = Attached {
        serial: config.serial.clone(),
        name: config.model.clone(),
        vendor: 0x18D1,
        state: State::Locked,
    };
    let again = config.clone();
    let make = move || Arc::new(VirtualTransport::new(config.clone())) as Arc<_>;
    let mut phone = MtpPhone::over_transport(make, &attached).await.unwrap();
    let begun = Instant::now();
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let took = begun.elapsed();
    let listed: usize = listing.collections.iter().map(|one| one.entries.len()).sum();
    println!("{listed} of {objects} objects listed in {took:.2?}");
    let device = MtpDevice::builder().open_virtual(again).await.unwrap();
    let storages = device.storages().await.unwrap();
    let begun = Instant::now();
    let all = storages[0].list_objects_recursive(None).await.unwrap();
    println!(
        "{} objects listed by mtp-rs in {:.2?}",
        all.len(),
        begun.elapsed()
    );
}
