//! Phones that ask who comes: the door is true because the `adb` that others wrote goes through it and is kept out by it, and
//! our client is true because it does the same at that door. Behind it is a real adbd.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod phones;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use phones::{Fixture, wire};
use sidekeep_links::adb::pairing::{PairingError, pair};
use sidekeep_links::adb::{self, Access, Device, Key};
use sidekeep_links::{ErrorKind, LinkError, Phone as _};
use sidekeep_model::Kind;
use sidekeep_testphones::adbd::{AdbServer, Adbd};
use sidekeep_testphones::door::{Door, GUID, Lock, Tls};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

const DEADLINE: Duration = Duration::from_secs(20);
const CODE: &str = "391604";

struct Phone {
    adbd: Adbd,
    folder: TempDir,
}

fn phone() -> Phone {
    let folder = tempfile::tempdir().unwrap();
    let storage = folder.path().join("storage");
    fs::create_dir(&storage).unwrap();
    let adbd = Adbd::start(&storage, &folder.path().join("none.db")).unwrap();
    Phone { adbd, folder }
}

impl Phone {
    async fn door(&self, lock: Lock) -> Door {
        Door::start(lock, self.adbd.address()).await.unwrap()
    }
}

async fn connect(address: SocketAddr, access: &Access) -> Result<Device, LinkError> {
    Device::tcp(&address.ip().to_string(), address.port(), DEADLINE, access).await
}

async fn paired(address: SocketAddr, code: &str, key: &Key) -> Result<String, PairingError> {
    pair(&address.ip().to_string(), address.port(), code, key, DEADLINE).await
}

fn kind<T>(outcome: Result<T, LinkError>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind().clone())
}

fn pairing_kind(outcome: Result<String, PairingError>) -> Option<ErrorKind> {
    match outcome {
        Err(PairingError::Link(error)) => Some(error.kind().clone()),
        other => panic!("{other:?}"),
    }
}

/// What the phone's shell answers.
async fn says(device: &Device) -> Vec<u8> {
    device.shell("echo hello", 100).await.unwrap().stdout
}

/// What `adb` says, off the runtime that serves the door.
async fn adb(server: &AdbServer, arguments: &[&str]) -> String {
    let mut command = server.command(arguments);
    let ended = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    )
}

/// Asks `adb` until it says this.
async fn until(server: &AdbServer, arguments: &[&str], expected: &str) {
    let mut said = String::new();
    let asking = async {
        while !said.contains(expected) {
            said = adb(server, arguments).await;
        }
    };
    assert!(
        tokio::time::timeout(DEADLINE, asking).await.is_ok(),
        "{arguments:?}: {said}"
    );
}

fn adbs_key(home: &Path) -> String {
    fs::read_to_string(home.join(".android/adbkey.pub"))
        .unwrap()
        .trim()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn adb_is_asked_for_a_signature_and_let_in_once_it_is_allowed() {
    let phone = phone();
    let door = phone.door(Lock::Signature).await;
    let server = AdbServer::start(phone.folder.path()).unwrap();
    let serial = door.address().to_string();
    adb(&server, &["connect", &serial]).await;
    until(&server, &["devices"], &format!("{serial}\tunauthorized")).await;
    let shown = door.allow().await;
    assert_eq!(shown, adbs_key(phone.folder.path()));
    until(&server, &["devices"], &format!("{serial}\tdevice")).await;
    assert_eq!(
        adb(&server, &["-s", &serial, "shell", "echo hello"]).await,
        "hello\n"
    );

    // A signature is enough from now on.
    adb(&server, &["disconnect", &serial]).await;
    until(&server, &["connect", &serial], "connected to").await;
    until(&server, &["devices"], &format!("{serial}\tdevice")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn adb_pairs_and_comes_in_tls() {
    let phone = phone();
    let door = phone.door(Lock::Tls(Tls::Phone)).await;
    let server = AdbServer::start(phone.folder.path()).unwrap();
    let serial = door.address().to_string();
    let said = adb(&server, &["connect", &serial]).await;
    assert!(said.contains("failed to connect"), "{said}");

    let dialog = door.show_code(CODE).await.unwrap();
    let at = dialog.address().to_string();
    let said = adb(&server, &["pair", &at, "391605"]).await;
    assert!(said.contains("error") && !said.contains("Successfully"), "{said}");
    let said = adb(&server, &["connect", &serial]).await;
    assert!(said.contains("failed to connect"), "{said}");

    let said = adb(&server, &["pair", &at, CODE]).await;
    assert!(
        said.contains("Successfully paired") && said.contains(GUID),
        "{said}"
    );
    until(&server, &["connect", &serial], "connected to").await;
    until(&server, &["devices"], &format!("{serial}\tdevice")).await;
    assert_eq!(
        adb(&server, &["-s", &serial, "shell", "echo hello"]).await,
        "hello\n"
    );
}

#[test]
fn a_key_says_the_same_in_adbs_words() {
    let phone = phone();
    let server = AdbServer::start(phone.folder.path()).unwrap();
    for name in ["one", "two", "three"] {
        let path = phone.folder.path().join(name);
        let made = server
            .command(&["keygen", &path.to_string_lossy()])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let key = Key::from_pem(&fs::read_to_string(&path).unwrap()).unwrap();
        let theirs = fs::read_to_string(path.with_extension("pub")).unwrap();
        let bare = |text: &str| text.split_whitespace().next().unwrap().to_owned();
        assert_eq!(bare(&key.public_text().unwrap()), bare(&theirs));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_signature_opens_the_door() {
    let phone = phone();
    let door = phone.door(Lock::Signature).await;
    let key = Key::generate().unwrap();
    assert_eq!(
        kind(connect(door.address(), &Access::default()).await),
        Some(ErrorKind::NotTrusted)
    );
    let access = Access::with(key.clone());
    assert_eq!(
        kind(connect(door.address(), &access).await),
        Some(ErrorKind::NotTrusted)
    );
    assert_eq!(door.asked(), None, "nobody was troubled");

    let impatient = access.clone().patience(Duration::from_millis(300));
    assert_eq!(
        kind(connect(door.address(), &impatient).await),
        Some(ErrorKind::NotTrusted)
    );
    assert_eq!(door.asked(), Some(key.public_text().unwrap()));

    let patient = access.clone().patience(DEADLINE);
    let (device, _) = tokio::join!(connect(door.address(), &patient), door.allow());
    assert_eq!(says(&device.unwrap()).await, b"hello\n");
    // It is known from now on, without the owner.
    assert_eq!(
        says(&connect(door.address(), &access).await.unwrap()).await,
        b"hello\n"
    );
    let another = Access::with(Key::generate().unwrap());
    assert_eq!(
        kind(connect(door.address(), &another).await),
        Some(ErrorKind::NotTrusted)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn our_pairing_opens_the_door_in_tls() {
    let phone = phone();
    let door = phone.door(Lock::Tls(Tls::Phone)).await;
    let key = Key::generate().unwrap();
    let access = Access::with(key.clone());
    for nobody in [&Access::default(), &access, &access.clone().patience(DEADLINE)] {
        assert_eq!(
            kind(connect(door.address(), nobody).await),
            Some(ErrorKind::NotPaired)
        );
    }
    let dialog = door.show_code(CODE).await.unwrap();
    for wrong in ["391605", "", "39160"] {
        let outcome = paired(dialog.address(), wrong, &key).await;
        assert!(
            matches!(outcome, Err(PairingError::WrongCode)),
            "{wrong:?}: {outcome:?}"
        );
    }
    assert_eq!(
        kind(connect(door.address(), &access).await),
        Some(ErrorKind::NotPaired)
    );

    assert_eq!(paired(dialog.address(), CODE, &key).await.unwrap(), GUID);
    let device = connect(door.address(), &access).await.unwrap();
    assert_eq!(says(&device).await, b"hello\n");
    // More than one record of TLS, both ways at once.
    let much = device
        .shell("head -c 20000000 /dev/zero", 20_000_000)
        .await
        .unwrap();
    assert_eq!(much.stdout.len(), 20_000_000);
    drop(dialog);
    let another = Access::with(Key::generate().unwrap());
    assert_eq!(
        kind(connect(door.address(), &another).await),
        Some(ErrorKind::NotPaired)
    );
}

/// The simulated Android behind the door is the same phone as at its own address, by every lock.
#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_phone_behind_the_door() {
    let fixture = Fixture::full(Some("/sdcard"));
    let phone = fixture.serve().await;
    let key = Key::generate().unwrap();
    let access = Access::with(key.clone());
    let listed = async |address: SocketAddr| {
        let (host, port) = (address.ip().to_string(), address.port());
        let mut phone = adb::connect(&host, port, "/sdcard", &access).await.unwrap();
        let contacts = phone.list(Kind::Contact, None).await.unwrap();
        let photos = phone.list(Kind::Photo, None).await.unwrap();
        (phone.identity().clone(), contacts, photos)
    };
    let plain = listed(phone.address()).await;
    for lock in [Lock::Signature, Lock::Tls(Tls::Phone)] {
        let door = Door::start(lock, phone.address()).await.unwrap();
        door.trust(&key.public_text().unwrap());
        assert_eq!(listed(door.address()).await, plain, "{lock:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn doors_of_other_kinds() {
    let phone = phone();
    let key = Key::generate().unwrap();
    let access = Access::with(key.clone());
    let old = phone.door(Lock::Tls(Tls::Old)).await;
    old.trust(&key.public_text().unwrap());
    assert_eq!(
        kind(connect(old.address(), &access).await),
        Some(ErrorKind::Unsupported)
    );
    // Who asks for no certificate lets everybody in; a phone's certificate says nothing either.
    let blind = phone.door(Lock::Tls(Tls::Blind)).await;
    assert_eq!(
        says(&connect(blind.address(), &access).await.unwrap()).await,
        b"hello\n"
    );
    // A port that greets takes no code, and one that takes a code does not greet.
    assert_eq!(
        pairing_kind(paired(phone.adbd.address(), CODE, &key).await),
        Some(ErrorKind::Unplugged)
    );
    let dialog = blind.show_code(CODE).await.unwrap();
    let greeted = kind(connect(dialog.address(), &access).await);
    assert!(
        matches!(greeted, Some(ErrorKind::Garbled | ErrorKind::Unplugged)),
        "{greeted:?}"
    );
}

/// Listens, and tells everybody this before it hangs up.
async fn stranger(words: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.write_all(words).await;
            // Until the other side has hung up: a reset would take the words along.
            let _ = socket.shutdown().await;
            let _ = tokio::io::copy(&mut socket, &mut tokio::io::sink()).await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_that_take_a_code() {
    let key = Key::generate().unwrap();
    for (words, expected) in [
        (&b""[..], ErrorKind::Unplugged),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", ErrorKind::Garbled),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ErrorKind::Garbled),
        // A handshake record that promises more than it has, and an alert.
        (b"\x16\x03\x03\xff\xff\x02", ErrorKind::Garbled),
        (b"\x15\x03\x03\x00\x02\x02\x28", ErrorKind::Garbled),
    ] {
        let outcome = pairing_kind(paired(stranger(words).await, CODE, &key).await);
        assert_eq!(outcome, Some(expected), "{}", String::from_utf8_lossy(words));
    }
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    assert_eq!(
        pairing_kind(paired(nobody, CODE, &key).await),
        Some(ErrorKind::Unplugged)
    );
}

/// The wire ends after any number of bytes: nobody is paired by halves, and nobody waits.
#[tokio::test(flavor = "multi_thread")]
async fn pairing_over_a_wire_that_ends() {
    let phone = phone();
    let door = phone.door(Lock::Tls(Tls::Phone)).await;
    let dialog = door.show_code(CODE).await.unwrap();
    let key = Key::generate().unwrap();
    let mut bytes = 0;
    let whole = loop {
        match paired(wire(dialog.address(), bytes).await, CODE, &key).await {
            Ok(_) => break bytes,
            Err(PairingError::Link(error)) => {
                let cut = matches!(error.kind(), ErrorKind::Unplugged | ErrorKind::Garbled);
                assert!(cut, "after {bytes} bytes: {error}");
            }
            Err(error) => panic!("after {bytes} bytes: {error}"),
        }
        bytes += 1 + bytes / 10;
    };
    assert!(whole > 8192, "{whole}");
}

/// The same for coming in.
#[tokio::test(flavor = "multi_thread")]
async fn greeting_over_a_wire_that_ends() {
    let phone = phone();
    let key = Key::generate().unwrap();
    let access = Access::with(key.clone());
    for lock in [Lock::Signature, Lock::Tls(Tls::Phone)] {
        let door = phone.door(lock).await;
        door.trust(&key.public_text().unwrap());
        let mut bytes = 0;
        let whole = loop {
            match connect(wire(door.address(), bytes).await, &access).await {
                Ok(_) => break bytes,
                Err(error) => {
                    let cut = matches!(error.kind(), ErrorKind::Unplugged | ErrorKind::Garbled);
                    assert!(cut, "{lock:?} after {bytes} bytes: {error}");
                }
            }
            bytes += 1 + bytes / 10;
        };
        assert!(whole > 100, "{lock:?} {whole}");
    }
}
