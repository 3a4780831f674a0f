//! The real adbd in its namespace, spoken to by the adb client of the same build and by bytes of our own.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use sidekeep_testphones::Providers;
use sidekeep_testphones::adbd::{Adbd, INSIDE_PORT};

struct Phone {
    folder: tempfile::TempDir,
    adbd: Adbd,
}

fn phone() -> Phone {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("sdcard")).unwrap();
    fs::write(folder.path().join("sdcard/grüße.txt"), "hello").unwrap();
    let database = folder.path().join("phone.db");
    let providers = Providers::create(&database).unwrap();
    let account = providers.account(None, None).unwrap();
    providers
        .contact(
            account,
            &[serde_json::json!({ "mimetype": "name", "data1": "Zoë, data2=x" })],
        )
        .unwrap();
    drop(providers);
    let adbd = Adbd::start(&folder.path().join("sdcard"), &database).unwrap();
    Phone { folder, adbd }
}

impl Phone {
    fn adb(&mut self, words: &[&str]) -> (String, String) {
        let serial = format!("127.0.0.1:{INSIDE_PORT}");
        let output = self
            .adbd
            .adb()
            .unwrap()
            .args(["-s", &serial])
            .args(words)
            .output()
            .unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    }
}

#[test]
fn the_adb_client_reads_it() {
    let mut phone = phone();
    let connected = phone
        .adbd
        .adb()
        .unwrap()
        .args(["connect", &format!("127.0.0.1:{INSIDE_PORT}")])
        .output()
        .unwrap();
    assert!(connected.status.success(), "{connected:?}");
    let uri = "content://com.android.contacts/data";
    assert_eq!(
        phone.adb(&[
            "shell",
            &format!("content query --uri {uri} --projection _id:data1")
        ]),
        ("Row: 0 _id=1, data1=Zoë, data2=x\n".to_owned(), String::new())
    );
    let (out, err) = phone.adb(&["shell", "content query --uri content://nothing; echo $?"]);
    assert_eq!(out, "0\n");
    assert!(
        err.starts_with("Error while accessing provider:nothing\n"),
        "{err}"
    );
    assert_eq!(phone.adb(&["shell", "getprop ro.product.model"]).0, "Testphone\n");
    let here = phone.folder.path().join("here.txt");
    let there = phone.adbd.storage().join("grüße.txt");
    phone.adb(&["pull", there.to_str().unwrap(), here.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(here).unwrap(), "hello");
}

#[test]
fn our_loopback_reaches_it_until_it_is_unplugged() {
    let mut phone = phone();
    let mut stream = TcpStream::connect(phone.adbd.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(&connect_packet()).unwrap();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"CNXN");
    phone.adbd.unplug();
    let mut rest = Vec::new();
    // Either the end or a reset: the connection is over.
    let _ = stream.read_to_end(&mut rest);
    assert!(TcpStream::connect(phone.adbd.address()).is_err());
}

fn connect_packet() -> Vec<u8> {
    let banner = b"host::features=shell_v2";
    let command = u32::from_le_bytes(*b"CNXN");
    let words = [command, 0x0100_0001, 1 << 20, banner.len() as u32, 0, !command];
    let mut packet: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    packet.extend_from_slice(banner);
    packet
}
