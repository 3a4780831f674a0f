//! Every link passes the conformance suite, and stays honest when its operations fail.

#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::net::SocketAddr;
use std::time::Duration;

use phones::Fixture;
use sidekeep_links::adb::{self, Access, AdbPhone, Key};
use sidekeep_links::conformance::{self, Truth};
use sidekeep_links::folder::FolderPhone;
use sidekeep_links::{ErrorKind, Phone};
use sidekeep_model::{Kind, Reading, Reason};
use sidekeep_testphones::door::{Door, Lock, Tls};
use sidekeep_testphones::{FakePhone, Fault, Faulty};

fn fake() -> FakePhone {
    let card =
        |name: &str| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n");
    FakePhone::new("pixel")
        .contact("1", &card("Ada"))
        .contact_in("work", "1", &card("Bob"))
        .group("1", "Friends")
        .photo("DCIM/Camera/a.jpg", phones::bytes("a", 150_000))
        .photo("DCIM/Camera/b.jpg", b"")
        .film("DCIM/Camera/c.mp4", phones::bytes("c", 200_000))
        .chunk(64 * 1024)
}

async fn connect(address: SocketAddr, root: &str) -> AdbPhone {
    adb::connect(
        &address.ip().to_string(),
        address.port(),
        root,
        &Access::default(),
    )
    .await
    .unwrap()
}

/// Every way in which an operation can fail. A delay is short: what is slow must be as right as what is not.
const FAULTS: [Fault; 5] = [
    Fault::Fail(ErrorKind::Garbled),
    Fault::Fail(ErrorKind::Unplugged),
    Fault::Cut,
    Fault::Corrupt,
    Fault::Delay(Duration::from_millis(2)),
];

/// The fault loop: operation 1, 1 + `step`, 1 + 2 `step` … fails in each way, until nothing fails any more.
async fn fault_loop<P: Phone>(truth: &Truth, step: usize, mut make: impl AsyncFnMut() -> P) {
    for fault in FAULTS {
        for nth in (1..).step_by(step) {
            let mut phone = Faulty::new(make().await).at(nth, fault.clone());
            conformance::stays_honest(&mut phone, truth).await.unwrap();
            if !phone.fired() {
                assert!(nth > 10, "the loop must have spoilt something");
                break;
            }
        }
    }
}

#[tokio::test]
async fn fake_phone() {
    let truth = conformance::check(async || fake()).await.unwrap();
    assert_eq!(truth.count(Kind::Photo), 2);
    conformance::check(async || fake().incremental()).await.unwrap();
    conformance::check(async || fake().incremental().deltas())
        .await
        .unwrap();
    conformance::check(async || Faulty::new(fake())).await.unwrap();
    fault_loop(&truth, 1, async || fake()).await;
}

#[tokio::test]
async fn folder() {
    let folder = phones::folder();
    let open = async || FolderPhone::open(folder.path()).unwrap();
    let truth = conformance::check(open).await.unwrap();
    let counts =
        [Kind::Contact, Kind::Event, Kind::Task, Kind::Photo, Kind::Film].map(|kind| truth.count(kind));
    assert_eq!(counts, [5, 3, 1, 3, 1]);
    fault_loop(&truth, 1, open).await;
}

#[tokio::test]
async fn simulated_android() {
    let fixture = Fixture::full(Some("/sdcard"));
    let android = fixture.serve().await;
    let open = async || connect(android.address(), "/sdcard").await;
    let truth = conformance::check(open).await.unwrap();
    shows_the_fixture(&truth);
    // What fails here fails above the link; tests/cut.rs fails below it.
    fault_loop(&truth, 23, open).await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn real_adbd() {
    let fixture = Fixture::full(None);
    let adbd = sidekeep_testphones::adbd::Adbd::start(&fixture.storage(), &fixture.database()).unwrap();
    let root = fixture.mount.clone();
    let open = async || connect(adbd.address(), &root).await;
    let truth = conformance::check(open).await.unwrap();
    shows_the_fixture(&truth);
    fault_loop(&truth, 31, open).await;
}

/// Wireless debugging: the same phone in TLS.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn real_adbd_in_tls() {
    let fixture = Fixture::full(None);
    let adbd = sidekeep_testphones::adbd::Adbd::start(&fixture.storage(), &fixture.database()).unwrap();
    let door = Door::start(Lock::Tls(Tls::Phone), adbd.address()).await.unwrap();
    let key = Key::generate().unwrap();
    door.trust(&key.public_text().unwrap());
    let access = Access::with(key);
    let (host, port) = (door.address().ip().to_string(), door.address().port());
    let open = async || adb::connect(&host, port, &fixture.mount, &access).await.unwrap();
    let truth = conformance::check(open).await.unwrap();
    shows_the_fixture(&truth);
    fault_loop(&truth, 61, open).await;
}

fn shows_the_fixture(truth: &Truth) {
    let counts =
        [Kind::Contact, Kind::Group, Kind::Event, Kind::Photo, Kind::Film].map(|kind| truth.count(kind));
    // Nasty values, one with a picture, one in each other account, one without rows; series, birthday, orphan.
    assert_eq!(counts, [phones::NASTY.len() + 4, 2, 3, 6, 1]);
    for kind in [Kind::Task, Kind::Message, Kind::Call] {
        let listing = truth.listing(kind).unwrap();
        assert_eq!(listing.reading.reasons()[0].reason, Reason::Unsupported);
    }
    for kind in [Kind::Group, Kind::Event, Kind::Photo, Kind::Film] {
        let listing = truth.listing(kind).unwrap();
        assert!(listing.reading.is_complete(), "{listing:?}");
        assert!(listing.collections.iter().all(|one| one.reading.is_complete()));
    }
    let contacts = truth.listing(Kind::Contact).unwrap();
    let google = contacts
        .collections
        .iter()
        .find(|one| one.collection.id.as_str() == "com.google:ada@example.org");
    let Reading::Partial { why } = &google.unwrap().reading else {
        panic!("pictures cannot be read");
    };
    assert_eq!((why[0].reason, why[0].count), (Reason::PicturesUnreadable, 1));
}
