//! Phones over MTP: mtp-rs's virtual device answers with the protocol's own bytes, out of folders.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mtp_rs::transport::virtual_device::VirtualTransport;
use mtp_rs::virtual_device::{VirtualDeviceConfig, VirtualStorageConfig};
use sidekeep_links::conformance::{self, Truth};
use sidekeep_links::mtp::{Attached, MtpPhone, State};
use sidekeep_links::{ErrorKind, Phone};
use sidekeep_model::{Kind, Reading, Reason};
use sidekeep_testphones::{Fault, Faulty};
use tempfile::TempDir;

/// A phone's storage and its card, as folders.
fn storages() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        phones::touch(&path, phones::MODIFIED);
    };
    put("phone/DCIM/Camera/a.jpg", &phones::bytes("a", 150_000));
    put("phone/DCIM/Camera/b.jpg", b"");
    put("phone/DCIM/Camera/c.mp4", &phones::bytes("c", (2 << 20) + 7));
    put("phone/Pictures/größe 😀.png", &phones::bytes("d", 1 << 20));
    put("phone/Music/cover.jpg", b"cover");
    put("card/DCIM/Camera/a.jpg", &phones::bytes("e", 9_000));
    folder
}

fn config(folder: &Path, serial: &str) -> VirtualDeviceConfig {
    let storage = |name: &str| VirtualStorageConfig {
        description: name.to_owned(),
        capacity: 1 << 30,
        backing_dir: folder.join(name),
        read_only: true,
    };
    VirtualDeviceConfig {
        manufacturer: "Maker".to_owned(),
        model: "Virtual".to_owned(),
        serial: serial.to_owned(),
        storages: vec![storage("phone"), storage("card")],
        watch_backing_dirs: false,
        ..VirtualDeviceConfig::default()
    }
}

async fn open(config: &VirtualDeviceConfig) -> MtpPhone {
    let attached = Attached {
        serial: config.serial.clone(),
        name: config.model.clone(),
        vendor: 0x18D1,
        state: State::Locked,
    };
    let config = config.clone();
    let make = move || Arc::new(VirtualTransport::new(config.clone())) as Arc<_>;
    let phone = MtpPhone::over_transport(make, &attached).await.unwrap();
    phone.found_before(BTreeMap::new())
}

/// The virtual device does not say that it is Android, so everything on it is looked at.
fn counts(truth: &Truth) -> [usize; 2] {
    [Kind::Photo, Kind::Film].map(|kind| truth.count(kind))
}

#[tokio::test]
async fn the_virtual_device_passes_the_suite_plain_and_with_faults() {
    let folder = storages();
    let config = config(folder.path(), "suite");
    let make = async || open(&config).await;
    let truth = conformance::check(make).await.unwrap();
    assert_eq!(counts(&truth), [5, 1]);
    let photos = truth.listing(Kind::Photo).unwrap();
    assert!(photos.reading.is_complete());
    assert!(photos.collections.iter().all(|one| one.reading.is_complete()));
    let name = "Pictures/größe 😀.png";
    assert_eq!(
        truth.bytes(Kind::Photo, "Pictures", name).unwrap()[..],
        phones::bytes("d", 1 << 20)
    );
    let faults = [
        Fault::Fail(ErrorKind::Garbled),
        Fault::Fail(ErrorKind::Unplugged),
        Fault::Cut,
        Fault::Corrupt,
        Fault::Delay(Duration::from_millis(2)),
    ];
    for fault in faults {
        for nth in 1.. {
            let mut phone = Faulty::new(make().await).at(nth, fault.clone());
            conformance::stays_honest(&mut phone, &truth).await.unwrap();
            if !phone.fired() {
                assert!(nth > 10, "the loop must have spoilt something");
                break;
            }
        }
    }
}

#[tokio::test]
async fn devices_that_can_do_less_pass_it_too() {
    let folder = storages();
    let full = config(folder.path(), "less");
    let check = async |config: VirtualDeviceConfig| {
        let truth = conformance::check(async || open(&config).await).await.unwrap();
        assert_eq!(counts(&truth), [5, 1]);
    };
    check(VirtualDeviceConfig {
        supports_object_prop_list: false,
        ..full.clone()
    })
    .await;
    check(VirtualDeviceConfig {
        supports_partial_object_64: false,
        ..full.clone()
    })
    .await;
    check(VirtualDeviceConfig {
        supports_partial_object_64: false,
        supports_partial_object: false,
        dates_include_offset: true,
        ..full
    })
    .await;
}

#[tokio::test]
async fn an_object_that_is_not_described_hides_its_folder() {
    let folder = storages();
    let config = VirtualDeviceConfig {
        undescribable_objects: vec!["DCIM/Camera/b.jpg".to_owned()],
        ..config(folder.path(), "undescribed")
    };
    let listing = open(&config).await.list(Kind::Photo, None).await.unwrap();
    let camera = listing
        .collections
        .iter()
        .find(|one| one.collection.id.as_str() == "DCIM/Camera");
    let camera = camera.unwrap();
    assert!(!camera.reading.lists_everything());
    let names: Vec<&str> = camera.entries.iter().map(|entry| entry.remote.as_str()).collect();
    assert_eq!(names, ["DCIM/Camera/a.jpg"]);
}

#[tokio::test]
async fn chosen_folders_are_looked_into_instead() {
    let folder = storages();
    let config = config(folder.path(), "chosen");
    let mut phone = open(&config).await.folders(vec!["music".to_owned()]);
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    let all = listing.collections.iter().flat_map(|one| &one.entries);
    let names: Vec<&str> = all.map(|entry| entry.remote.as_str()).collect();
    assert_eq!(names, ["Music/cover.jpg"]);
}

#[tokio::test]
async fn an_empty_storage_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("phone")).unwrap();
    fs::create_dir(folder.path().join("card")).unwrap();
    let mut phone = open(&config(folder.path(), "empty")).await;
    let listing = phone.list(Kind::Photo, None).await.unwrap();
    assert!(matches!(listing.reading, Reading::Unavailable { why } if why.reason == Reason::Locked));
    let error = phone.ready(Duration::ZERO).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Locked);
}
