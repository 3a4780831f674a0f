use std::fs;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::wire::{CLSE, CNXN, OKAY, OPEN, Packet, WRTE};
use super::*;

struct Phone {
    _folder: tempfile::TempDir,
    android: Android,
}

async fn phone() -> Phone {
    let folder = tempfile::tempdir().unwrap();
    let sdcard = folder.path().join("sdcard");
    fs::create_dir_all(sdcard.join("DCIM")).unwrap();
    fs::write(sdcard.join("DCIM/a.jpg"), vec![7; 200_000]).unwrap();
    fs::write(folder.path().join("secret"), "outside").unwrap();
    let database = folder.path().join("phone.db");
    drop(Providers::create(&database).unwrap());
    let android = Android::start(Storage::new("/sdcard", &sdcard), database)
        .await
        .unwrap();
    Phone {
        _folder: folder,
        android,
    }
}

/// A client that knows just enough.
struct Client {
    stream: TcpStream,
    next: u32,
}

impl Client {
    async fn connect(phone: &Phone) -> (Self, String) {
        let mut stream = TcpStream::connect(phone.android.address()).await.unwrap();
        let hello = Packet::new(CNXN, 0x0100_0001, 1 << 20).with(&b"host::features=shell_v2"[..]);
        wire::write(&mut stream, &hello).await.unwrap();
        let answer = wire::read(&mut stream).await.unwrap();
        assert_eq!(answer.command, CNXN);
        let banner = String::from_utf8(answer.payload.to_vec()).unwrap();
        (Self { stream, next: 1 }, banner)
    }

    /// Opens a service, sends `input`, and returns everything until the stream is closed; None when it is refused.
    async fn ask(&mut self, service: &str, input: &[u8]) -> Option<Vec<u8>> {
        let local = self.next;
        self.next += 1;
        let open = Packet::new(OPEN, local, 0).with(format!("{service}\0"));
        wire::write(&mut self.stream, &open).await.unwrap();
        let answer = wire::read(&mut self.stream).await.unwrap();
        if answer.command == CLSE {
            return None;
        }
        let remote = answer.arg0;
        if !input.is_empty() {
            let write = Packet::new(WRTE, local, remote).with(input.to_vec());
            wire::write(&mut self.stream, &write).await.unwrap();
        }
        let mut output = Vec::new();
        loop {
            let packet = wire::read(&mut self.stream).await.unwrap();
            match packet.command {
                WRTE => {
                    output.extend_from_slice(&packet.payload);
                    wire::write(&mut self.stream, &Packet::new(OKAY, local, remote))
                        .await
                        .unwrap();
                }
                CLSE => return Some(output),
                _ => {}
            }
        }
    }

    /// stdout, stderr and exit status.
    async fn shell(&mut self, command: &str) -> (String, String, u8) {
        let output = self.ask(&format!("shell,v2,raw:{command}"), &[]).await.unwrap();
        let (mut out, mut err, mut status) = (Vec::new(), Vec::new(), 255);
        let mut rest = &output[..];
        while let Some((id, after)) = rest.split_first() {
            let length = u32::from_le_bytes(after[..4].try_into().unwrap()) as usize;
            let bytes = &after[4..4 + length];
            match id {
                1 => out.extend_from_slice(bytes),
                2 => err.extend_from_slice(bytes),
                _ => status = bytes[0],
            }
            rest = &after[4 + length..];
        }
        (
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
            status,
        )
    }
}

fn request(id: &str, path: &str) -> Vec<u8> {
    [id.as_bytes(), &(path.len() as u32).to_le_bytes(), path.as_bytes()].concat()
}

#[tokio::test]
async fn commands_run_in_process() {
    let phone = phone().await;
    let (mut client, banner) = Client::connect(&phone).await;
    assert!(
        banner.starts_with("device::ro.product.name=testphone;ro.product.model=Testphone;"),
        "{banner}"
    );
    assert_eq!(
        client.shell("getprop ro.serialno").await,
        ("SK0000000001\n".to_owned(), String::new(), 0)
    );
    assert_eq!(
        client
            .shell("content query --uri content://com.android.contacts/data")
            .await,
        ("No result found.\n".to_owned(), String::new(), 0)
    );
    let (out, err, status) = client.shell("content query --uri content://nothing").await;
    assert_eq!((out.as_str(), status), ("", 0));
    assert!(
        err.starts_with("Error while accessing provider:nothing\n"),
        "{err}"
    );
    assert_eq!(client.shell("reboot").await.2, 127);
    assert_eq!(client.shell("cat /etc/passwd").await.2, 127);
    assert_eq!(
        client.shell("reboot 2>/dev/null && echo no; echo 'a  b'").await.0,
        "a  b\n"
    );
    assert_eq!(client.shell("getprop $(reboot)").await.2, 2);
    assert_eq!(client.shell("ls -a '/sdcard' 2>&1").await.0, ".\n..\nDCIM\n");
    assert_eq!(
        client.shell("ls -a '/sdcard/DCIM' >/dev/null 2>&1").await,
        (String::new(), String::new(), 0)
    );
    assert_eq!(
        client.shell("ls -a '/data' >/dev/null 2>&1").await,
        (String::new(), String::new(), 1)
    );
    assert_eq!(
        client
            .ask("exec:tail -c +199999 /sdcard/DCIM/a.jpg", &[])
            .await
            .unwrap(),
        [7, 7]
    );
    for refused in ["shell:getprop", "reboot:", "root:", "tcp:5555", "jdwp", ""] {
        assert_eq!(client.ask(refused, &[]).await, None, "{refused}");
    }
}

#[tokio::test]
async fn files_are_read_and_nothing_outside() {
    let phone = phone().await;
    let (mut client, _) = Client::connect(&phone).await;
    let both = [
        request("RECV", "/sdcard/DCIM/a.jpg"),
        request("RCV2", "/sdcard/DCIM/a.jpg"),
        b"RCV2\0\0\0\0".to_vec(),
        request("QUIT", ""),
    ]
    .concat();
    let mut output = &client.ask("sync:", &both).await.unwrap()[..];
    let mut bytes = 0;
    let mut dones = 0;
    while !output.is_empty() {
        let length = u32::from_le_bytes(output[4..8].try_into().unwrap()) as usize;
        match &output[..4] {
            b"DATA" => bytes += length,
            b"DONE" => dones += 1,
            other => panic!("{other:?}"),
        }
        output = &output[8 + length..];
    }
    assert_eq!((bytes, dones), (400_000, 2));
    for path in [
        "/sdcard/../secret",
        "/secret",
        "/etc/passwd",
        "/sdcard/DCIM",
        "/sdcard/missing",
    ] {
        let output = client.ask("sync:", &request("RECV", path)).await.unwrap();
        assert_eq!(&output[..4], b"FAIL", "{path}");
    }
    let output = client
        .ask("sync:", &request("SEND", "/sdcard/x,33188"))
        .await
        .unwrap();
    assert_eq!(&output[..4], b"FAIL");
}

#[tokio::test]
async fn folders_are_listed_in_both_versions() {
    let phone = phone().await;
    let (mut client, _) = Client::connect(&phone).await;
    let ask = [
        request("LST2", "/sdcard/DCIM/a.jpg"),
        request("STAT", "/sdcard/missing"),
        request("STA2", "/sdcard/missing"),
        request("LIST", "/sdcard"),
        request("LIS2", "/sdcard/DCIM"),
        request("LIS2", "/sdcard/missing"),
        request("QUIT", ""),
    ]
    .concat();
    let output = client.ask("sync:", &ask).await.unwrap();
    let mut rest = &output[..];
    let mut take = |length: usize| {
        let (head, tail) = rest.split_at(length);
        rest = tail;
        head.to_vec()
    };
    let stat = take(72);
    assert_eq!(
        (&stat[..8], &stat[24..28]),
        (&b"LST2\0\0\0\0"[..], &0o100_660_u32.to_le_bytes()[..])
    );
    assert_eq!(stat[40..48], 200_000_u64.to_le_bytes());
    assert_eq!(take(16), [&b"STAT"[..], &[0; 12]].concat());
    assert_eq!(take(72)[..8], *b"STA2\x02\0\0\0");
    assert_eq!(take(24)[20..], *b"DCIM");
    assert_eq!(take(20)[..4], *b"DONE");
    assert_eq!(take(76 + 5)[76..], *b"a.jpg");
    assert_eq!(take(76)[..4], *b"DONE");
    assert_eq!(take(76)[..4], *b"DONE");
    assert!(rest.is_empty());
}

#[tokio::test]
async fn nonsense_ends_the_connection_only() {
    let phone = phone().await;
    for nonsense in [&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], &[0xff; 64]] {
        let mut stream = TcpStream::connect(phone.android.address()).await.unwrap();
        stream.write_all(nonsense).await.unwrap();
        let mut answer = Vec::new();
        // The end, or a reset because not everything was read.
        let _ = stream.read_to_end(&mut answer).await;
        assert!(answer.is_empty());
    }
    let (mut client, _) = Client::connect(&phone).await;
    assert_eq!(client.shell("true").await.2, 0);
}
