//! A phone over MTP in an archive: its runs are complete, and nothing is called gone that could still be there. mtp-rs's
//! virtual device is the phone, out of folders.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use mtp_rs::ptp::PtpError;
use mtp_rs::transport::Transport;
use mtp_rs::transport::virtual_device::VirtualTransport;
use mtp_rs::virtual_device::{VirtualDeviceConfig, VirtualStorageConfig};
use sidekeep_engine::{Attached, CableState, MtpPhone, Options, Outcome, Query, Report, Watch};
use sidekeep_model::{Kind, SourceName};

use crate::stage::{Stage, card};

/// A phone with photos in albums of its own storage and of a second one, and its archive.
struct Cable {
    stage: Stage,
    storages: Vec<&'static str>,
}

const SOURCE: &str = "mtp:S1";

impl Cable {
    fn new() -> Self {
        let cable = Self {
            stage: Stage::new(),
            storages: vec!["own", "second"],
        };
        for path in [
            "own/DCIM/Camera/a.jpg",
            "own/DCIM/Camera/b.jpg",
            "own/Pictures/Trip/c.jpg",
            "own/Music/cover.jpg",
            "second/DCIM/Camera/d.jpg",
        ] {
            cable.put(path);
        }
        let source: SourceName = SOURCE.into();
        cable
            .stage
            .engine
            .remember(source.as_str(), None, Path::new("/"))
            .unwrap();
        cable
    }

    fn put(&self, path: &str) {
        self.stage.file(&format!("phone/{path}"), path);
    }

    fn remove(&self, path: &str) {
        fs::remove_dir_all(self.stage.folder.path().join("phone").join(path)).unwrap();
    }

    async fn mirror(&self) -> Report {
        self.mirror_until(u64::MAX).await
    }

    /// Mirrors by another way to the same phone.
    async fn mirror_over(&self, source: &str) -> Report {
        self.run(source, u64::MAX).await
    }

    /// Mirrors until so many bytes have come, and the cable is pulled.
    async fn mirror_until(&self, bytes: u64) -> Report {
        self.run(SOURCE, bytes).await
    }

    async fn run(&self, source: &str, bytes: u64) -> Report {
        let storage = |name: &&str| VirtualStorageConfig {
            description: (*name).to_owned(),
            capacity: 1 << 30,
            backing_dir: self.stage.folder.path().join("phone").join(name),
            read_only: true,
        };
        let config = VirtualDeviceConfig {
            serial: "S1".to_owned(),
            storages: self.storages.iter().map(storage).collect(),
            watch_backing_dirs: false,
            ..VirtualDeviceConfig::default()
        };
        let attached = Attached {
            serial: "S1".to_owned(),
            name: "Virtual".to_owned(),
            vendor: 0x18D1,
            state: CableState::Locked,
        };
        let left = Arc::new(AtomicU64::new(bytes));
        let make = move || {
            let device = VirtualTransport::new(config.clone());
            let left = Arc::clone(&left);
            Arc::new(Pulled { device, left }) as Arc<dyn Transport>
        };
        let phone = MtpPhone::over_transport(make, &attached).await.unwrap();
        let engine = &self.stage.engine;
        let mut phone = engine.informed(phone, &source.into()).unwrap();
        let options = Options {
            clock: self.stage.clock(),
            ..Options::new(source.into())
        };
        let watch = Watch::new();
        engine.mirror_phone(&mut phone, &options, &watch).await.unwrap()
    }

    /// Photos that are there and photos that are gone, for all that is known.
    fn photos(&self) -> (Vec<String>, Vec<String>) {
        let list = |gone| {
            let query = Query {
                kinds: vec![Kind::Photo],
                gone,
                ..Query::default()
            };
            let items = self.stage.archive().list(&query).unwrap();
            let mut names: Vec<String> = items.iter().map(|item| item.title.clone()).collect();
            names.sort();
            names
        };
        (list(false), list(true))
    }

    fn check(&self, present: &[&str], gone: &[&str]) {
        let (there, absent) = self.photos();
        assert_eq!((there, absent), (owned(present), owned(gone)));
    }
}

/// A device whose cable is pulled once so many bytes have come.
struct Pulled {
    device: VirtualTransport,
    left: Arc<AtomicU64>,
}

#[async_trait]
impl Transport for Pulled {
    async fn send_bulk(&self, data: &[u8]) -> Result<(), PtpError> {
        self.device.send_bulk(data).await
    }

    async fn receive_bulk(&self, most: usize) -> Result<Vec<u8>, PtpError> {
        let data = self.device.receive_bulk(most).await?;
        let left = self
            .left
            .load(Ordering::Relaxed)
            .saturating_sub(data.len() as u64);
        self.left.store(left, Ordering::Relaxed);
        match left {
            0 => Err(PtpError::Disconnected),
            _ => Ok(data),
        }
    }

    async fn receive_interrupt(&self) -> Result<Vec<u8>, PtpError> {
        self.device.receive_interrupt().await
    }

    async fn cancel_transfer(&self, transaction: u32, idle: Duration) -> Result<(), PtpError> {
        self.device.cancel_transfer(transaction, idle).await
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

const ALL: [&str; 5] = ["a.jpg", "b.jpg", "c.jpg", "cover.jpg", "d.jpg"];

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_all_there_is_is_complete_and_an_album_that_vanished_is_gone() {
    let cable = Cable::new();
    cable
        .stage
        .file("phone/own/Download/people.vcf", card("Ada", "UID:1\r\n"));
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    cable.check(&ALL, &[]);
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    cable.check(&ALL, &[]);
    cable.remove("own/Pictures/Trip");
    let report = cable.mirror().await;
    assert_eq!((report.outcome, report.held().count()), (Outcome::Complete, 0));
    cable.check(&["a.jpg", "b.jpg", "cover.jpg", "d.jpg"], &["c.jpg"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_is_out_or_empty_keeps_what_it_had() {
    let mut cable = Cable::new();
    cable.mirror().await;
    cable.storages = vec!["own"];
    for _ in 0..2 {
        let report = cable.mirror().await;
        assert_eq!((report.outcome, report.held().count()), (Outcome::Partial, 0));
        cable.check(&ALL, &[]);
    }
    cable.storages = vec!["own", "second"];
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    for empty in ["second", "own"] {
        let (full, aside) = (format!("phone/{empty}"), format!("phone/{empty} aside"));
        let at = |name: &str| cable.stage.folder.path().join(name);
        fs::rename(at(&full), at(&aside)).unwrap();
        fs::create_dir(at(&full)).unwrap();
        let report = cable.mirror().await;
        assert_eq!(
            (report.outcome, report.held().count()),
            (Outcome::Partial, 0),
            "{empty}"
        );
        cable.check(&ALL, &[]);
        fs::remove_dir(at(&full)).unwrap();
        fs::rename(at(&aside), at(&full)).unwrap();
    }
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    cable.check(&ALL, &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_chosen_and_what_is_kept_of_others_stays() {
    let cable = Cable::new();
    let choose = |folders: &[&str]| {
        let folders = owned(folders);
        cable
            .stage
            .engine
            .look_into_folders(&SOURCE.into(), &folders)
            .unwrap();
    };
    choose(&["DCIM", "Music"]);
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    let chosen = ["a.jpg", "b.jpg", "cover.jpg", "d.jpg"];
    cable.check(&chosen, &[]);
    // Something changes where nobody looks any more, and something where it is looked still.
    choose(&["DCIM"]);
    cable.remove("own/Music");
    cable.put("own/DCIM/Camera/e.jpg");
    let report = cable.mirror().await;
    assert_eq!(report.outcome, Outcome::Complete);
    let spoken_of = report
        .judged
        .iter()
        .filter_map(|judged| judged.verdict.collection.as_ref());
    assert!(spoken_of.clone().count() > 0);
    assert!(spoken_of.into_iter().all(|id| !id.as_str().contains("Music")));
    let now = ["a.jpg", "b.jpg", "cover.jpg", "d.jpg", "e.jpg"];
    cable.check(&now, &[]);
    // A folder within a collection: the rest of that is not looked at.
    cable.put("own/DCIM/Camera/deep/f.jpg");
    choose(&["DCIM/Camera/deep"]);
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    cable.check(&["a.jpg", "b.jpg", "cover.jpg", "d.jpg", "e.jpg", "f.jpg"], &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cable_pulled_anywhere_loses_nothing_and_the_next_run_goes_on() {
    let cable = Cable::new();
    cable
        .stage
        .file("phone/own/DCIM/Camera/film.mp4", vec![7; 600_000]);
    // Who the phone is comes first, and is not part of a run.
    for bytes in (1_000..600_000).step_by(60_000) {
        let report = cable.mirror_until(bytes).await;
        assert_eq!(report.outcome, Outcome::Failed, "{bytes}");
        assert_eq!(cable.photos().1, owned(&[]), "{bytes}");
    }
    assert_eq!(cable.mirror().await.outcome, Outcome::Complete);
    cable.check(&ALL, &[]);
    let report = cable.mirror_until(1_500).await;
    assert_eq!(report.outcome, Outcome::Failed);
    cable.check(&ALL, &[]);
}

/// What is seen over two ways is one photo, fetched once; what one of them does not show is not gone for that.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_by_one_way_is_known_over_another() {
    let cable = Cable::new();
    let check = |report: Report, listed, bytes| {
        let counts = report.counts();
        assert_eq!((counts.listed, counts.bytes > 0), (listed, bytes), "{counts:?}");
        assert_eq!(report.outcome, Outcome::Complete, "{report:?}");
    };
    check(cable.mirror_over("adb-usb:S1").await, 5, true);
    check(cable.mirror().await, 5, false);
    check(cable.mirror_over("adb-usb:S1").await, 5, false);
    cable.check(&ALL, &[]);

    let engine = &cable.stage.engine;
    engine
        .look_into_folders(&SOURCE.into(), &["DCIM".to_owned()])
        .unwrap();
    check(cable.mirror().await, 3, false);
    cable.check(&ALL, &[]);
    // The way that showed it says that it is gone.
    cable.remove("own/Pictures/Trip");
    check(cable.mirror().await, 3, false);
    cable.check(&ALL, &[]);
    check(cable.mirror_over("adb-usb:S1").await, 4, false);
    cable.check(&["a.jpg", "b.jpg", "cover.jpg", "d.jpg"], &["c.jpg"]);
}
