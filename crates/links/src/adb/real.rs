//! The transport against a real adbd (Debian's build), which nobody here wrote: today's protocol, the one without
//! windows, and the one before Android 8.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::PathBuf;
use std::time::Duration;

use sidekeep_testphones::adbd::{AdbServer, Adbd};
use sidekeep_testphones::delay::Delay;

use super::connection::{DELAYED_ACK, FEATURES};
use super::{Access, Device, FileStat, Get, Piece, attached, quote};
use crate::ErrorKind::{self, *};
use crate::LinkError;

const DEADLINE: Duration = Duration::from_secs(20);

/// adbd over a folder.
struct Phone {
    adbd: Adbd,
    root: PathBuf,
    _folder: tempfile::TempDir,
}

fn phone() -> Phone {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("storage");
    fs::create_dir(&root).expect("a folder");
    let adbd = Adbd::start(&root, &folder.path().join("none.db")).expect("adbd starts");
    Phone {
        adbd,
        root,
        _folder: folder,
    }
}

impl Phone {
    fn path(&self, name: impl AsRef<OsStr>) -> Vec<u8> {
        self.root.join(name.as_ref()).as_os_str().as_bytes().to_vec()
    }

    /// Connected in each of the ways that phones differ.
    async fn devices(&self) -> [(&'static str, Device); 3] {
        let address = self.adbd.address();
        let host = address.ip().to_string();
        let without: Vec<&str> = FEATURES
            .iter()
            .copied()
            .filter(|feature| *feature != DELAYED_ACK)
            .collect();
        let new = Device::tcp(&host, address.port(), DEADLINE, &Access::default())
            .await
            .expect("connects");
        let classic = Device::tcp_offering(&host, address.port(), DEADLINE, &without, &Access::default())
            .await
            .expect("connects");
        let old = classic.clone().without(&["stat_v2", "ls_v2", "sendrecv_v2"]);
        assert!(new.has_window() && !classic.has_window());
        [
            ("with windows", new),
            ("one by one", classic),
            ("before Android 8", old),
        ]
    }
}

/// Bytes that look like no others.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Each file's bytes and how it ended.
type Received = Vec<(Vec<u8>, Result<FileStat, ErrorKind>)>;

async fn receive(device: &Device, gets: Vec<Get>) -> Result<Received, LinkError> {
    let mut sync = device.sync().await?;
    let mut receiving = sync.receive_all(gets);
    let mut files = Vec::new();
    let mut bytes = Vec::new();
    while let Some(piece) = receiving.next().await? {
        match piece {
            Piece::Begin(index) => assert_eq!((index, bytes.len()), (files.len(), 0)),
            Piece::Bytes(more) => bytes.extend_from_slice(&more),
            Piece::End(outcome) => {
                files.push((
                    std::mem::take(&mut bytes),
                    outcome.map_err(|error| error.kind().clone()),
                ));
            }
        }
    }
    Ok(files)
}

fn whole(paths: impl IntoIterator<Item = Vec<u8>>) -> Vec<Get> {
    paths.into_iter().map(|path| Get { path, from: 0 }).collect()
}

/// Names that break a client which quotes, cuts or decodes where it should not.
const NAMES: &[&[u8]] = &[
    b"plain.jpg",
    b"with space, comma = and 'quotes' \"$(reboot)\" `x`.jpg",
    "Gr\u{fc}\u{df}e \u{1f600} \u{202e}gpj.exe".as_bytes(),
    b"new\nline",
    b"\xff\xfe not UTF-8",
    b"-rf",
    b"back\\slash*?[",
];

#[tokio::test(flavor = "multi_thread")]
async fn names_sizes_and_times() {
    let phone = phone();
    let mut expected = BTreeMap::new();
    for (at, name) in NAMES.iter().enumerate() {
        let path = phone.root.join(OsStr::from_bytes(name));
        fs::write(&path, noise(at as u64, at * 1000)).expect("writes");
        expected.insert(name.to_vec(), (0o100_000, at as u64 * 1000));
    }
    // Larger than 32 bits, and no disk for it: sizes are what is asked about.
    let huge = File::create(phone.root.join("huge.mp4")).expect("creates");
    huge.set_len((5 << 30) + 7).expect("sparse");
    expected.insert(b"huge.mp4".to_vec(), (0o100_000, (5 << 30) + 7));
    fs::create_dir(phone.root.join("folder.jpg")).expect("creates");
    symlink("plain.jpg", phone.root.join("link")).expect("links");
    symlink("nowhere", phone.root.join("dangling")).expect("links");
    symlink(".", phone.root.join("loop")).expect("links");
    for (mode, names) in [
        (0o040_000, &["folder.jpg"][..]),
        (0o120_000, &["link", "dangling", "loop"]),
    ] {
        for name in names {
            let size = fs::symlink_metadata(phone.root.join(name))
                .expect("is there")
                .size();
            expected.insert(name.as_bytes().to_vec(), (mode, size));
        }
    }

    for (how, device) in phone.devices().await {
        let old = how == "before Android 8";
        let mut sync = device.sync().await.expect("opens");
        let entries = sync.list(phone.root.as_os_str().as_bytes()).await.expect("lists");
        let mut found = BTreeMap::new();
        for entry in &entries {
            let stat = entry.stat.expect("is known");
            let path = phone.path(OsStr::from_bytes(&entry.name));
            let real = fs::symlink_metadata(OsStr::from_bytes(&path)).expect("is there");
            assert_eq!((stat.mtime, stat.mode), (real.mtime(), real.mode()), "{how}");
            assert_eq!(sync.lstat(&path).await.expect("is there"), stat, "{how}");
            found.insert(entry.name.clone(), (stat.mode & 0o170_000, stat.size));
        }
        assert_eq!(found.len(), entries.len());
        let mut expected = expected.clone();
        if old {
            // The old protocol has 32 bits for a size.
            expected.insert(b"huge.mp4".to_vec(), (0o100_000, (1 << 30) + 7));
        }
        assert_eq!(found, expected, "{how}");

        if !old {
            assert!(sync.stat(&phone.path("link")).await.expect("is there").is_file());
            assert!(sync.stat(&phone.path("loop")).await.expect("is there").is_dir());
            assert_eq!(
                sync.stat(&phone.path("dangling"))
                    .await
                    .expect_err("leads nowhere")
                    .kind(),
                &Missing
            );
        }
        for path in ["none", "plain.jpg/below"] {
            assert_eq!(
                sync.stat(&phone.path(path))
                    .await
                    .expect_err("is not there")
                    .kind(),
                &Missing,
                "{how}"
            );
            assert_eq!(
                sync.list(&phone.path(path))
                    .await
                    .expect_err("is not there")
                    .kind(),
                &Missing,
                "{how}"
            );
        }
        assert_eq!(
            sync.list(&phone.path("plain.jpg"))
                .await
                .expect_err("no folder")
                .kind(),
            &Missing,
            "{how}"
        );
        assert_eq!(
            sync.list(&phone.path("folder.jpg")).await.expect("is empty"),
            [],
            "{how}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_whole_and_in_order_with_bad_ones_between() {
    let phone = phone();
    let mut wanted = Vec::new();
    for (at, name) in NAMES.iter().enumerate() {
        let bytes = noise(at as u64, [0, 1, 65_535, 65_536, 65_537, 3_000_000, 200_000][at]);
        fs::write(phone.root.join(OsStr::from_bytes(name)), &bytes).expect("writes");
        wanted.push((phone.path(OsStr::from_bytes(name)), Ok(bytes)));
    }
    fs::create_dir(phone.root.join("folder.jpg")).expect("creates");
    for at in 0..150_u64 {
        let name = format!("{at}.jpg");
        let bytes = noise(at, (at * 997 % 20_000) as usize);
        fs::write(phone.root.join(&name), &bytes).expect("writes");
        wanted.push((phone.path(&name), Ok(bytes)));
        match at % 40 {
            7 => wanted.push((phone.path("none"), Err(Missing))),
            8 => wanted.push((phone.path("folder.jpg"), Err(Unsupported))),
            30 => wanted.push((phone.path("0.jpg/below"), Err(Missing))),
            _ => {}
        }
    }
    for (how, device) in phone.devices().await {
        let gets = whole(wanted.iter().map(|(path, _)| path.clone()));
        let files = receive(&device, gets).await.expect("the link holds");
        assert_eq!(files.len(), wanted.len());
        for ((bytes, end), (path, expected)) in files.iter().zip(&wanted) {
            let path = String::from_utf8_lossy(path);
            match (expected, end) {
                (Ok(expected), Ok(stat)) => {
                    assert!(
                        bytes == expected,
                        "{how}: {path}: {} of {} bytes",
                        bytes.len(),
                        expected.len()
                    );
                    assert_eq!(stat.size, expected.len() as u64, "{how}: {path}");
                }
                (Err(expected), Err(kind)) => assert_eq!(kind, expected, "{how}: {path}"),
                _ => panic!("{how}: {path}: {end:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_half_received_files() {
    let phone = phone();
    let bytes = noise(1, 2_500_000);
    let name = "it's a film.mp4";
    fs::write(phone.root.join(name), &bytes).expect("writes");
    let huge = File::create(phone.root.join("huge.mp4")).expect("creates");
    let size = (5 << 30) + 7;
    huge.set_len(size).expect("sparse");
    for (how, device) in phone.devices().await {
        let offsets = [1, 65_536, 2_499_999, 2_500_000];
        let mut gets: Vec<Get> = offsets
            .iter()
            .map(|from| Get {
                path: phone.path(name),
                from: *from,
            })
            .collect();
        // One in the middle of whole ones, one that is shorter than what is here, one that is gone.
        gets.insert(
            1,
            Get {
                path: phone.path(name),
                from: 0,
            },
        );
        gets.push(Get {
            path: phone.path(name),
            from: 2_500_001,
        });
        gets.push(Get {
            path: phone.path("none"),
            from: 5,
        });
        gets.push(Get {
            path: phone.path("huge.mp4"),
            from: size - 100_000,
        });
        let files = receive(&device, gets.clone()).await.expect("the link holds");
        let (wholes, bad) = files.split_at(5);
        for ((received, end), get) in wholes.iter().zip(&gets) {
            assert!(
                *received == bytes[get.from as usize..],
                "{how}: from {}",
                get.from
            );
            assert_eq!(end.as_ref().expect("is whole").size, 2_500_000, "{how}");
        }
        let ends: Vec<_> = bad
            .iter()
            .map(|(bytes, end)| (bytes.len(), end.as_ref().map(drop)))
            .collect();
        assert_eq!(
            ends,
            [(0, Err(&Busy(None))), (0, Err(&Missing)), (100_000, Ok(()))],
            "{how}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_answer_in_full() {
    let phone = phone();
    for (how, device) in phone.devices().await {
        let output = device
            .shell("echo out; echo err >&2; exit 3", 100)
            .await
            .expect("runs");
        assert_eq!(
            (&output.stdout[..], &output.stderr[..], output.exit),
            (&b"out\n"[..], &b"err\n"[..], 3),
            "{how}"
        );
        let output = device.shell("cat", 100).await.expect("input is at its end");
        assert_eq!((output.stdout.len(), output.exit), (0, 0), "{how}");

        for name in NAMES {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            let output = device
                .shell(&format!("printf %s {}", quote(name)), 1000)
                .await
                .expect("runs");
            assert_eq!(String::from_utf8_lossy(&output.stdout), name, "{how}");
        }
        // Every byte comes as it is: no terminal is between.
        let output = device
            .shell(r"printf '\000\001\003\004\r\n\r\377'", 100)
            .await
            .expect("runs");
        assert_eq!(output.stdout, b"\0\x01\x03\x04\r\n\r\xff", "{how}");

        let much = "head -c 20000000 /dev/zero; head -c 100000 /dev/zero >&2";
        let output = device.shell(much, 20_000_000).await.expect("runs");
        assert_eq!(
            (output.stdout.len(), output.stderr.len()),
            (20_000_000, 100_000),
            "{how}"
        );
        assert_eq!(
            device.shell(much, 1000).await.expect_err("too much").kind(),
            &Garbled,
            "{how}"
        );
        let output = device.shell("true", 0).await.expect("the connection holds");
        assert_eq!(output.exit, 0, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_streams_at_once_and_many_given_up() {
    let phone = phone();
    for (how, device) in phone.devices().await {
        let mut running = tokio::task::JoinSet::new();
        for n in 0..40 {
            let device = device.clone();
            running.spawn(async move { (n, device.shell(&format!("echo {n}"), 100).await) });
        }
        while let Some(done) = running.join_next().await {
            let (n, output) = done.expect("no panic");
            assert_eq!(output.expect("runs").stdout, format!("{n}\n").as_bytes(), "{how}");
        }
        // Leaving streams open would run into adbd's limits, and their commands would go on for ever.
        for n in 0..100 {
            let patience = Duration::from_micros(n * 50);
            let _ = tokio::time::timeout(patience, device.shell("cat /dev/zero", 1 << 30)).await;
        }
        assert_eq!(
            device.shell("echo fine", 100).await.expect("runs").stdout,
            b"fine\n",
            "{how}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cable_is_pulled() {
    for way in 0..3 {
        let mut phone = phone();
        fs::write(phone.root.join("film.mp4"), noise(1, 100_000_000)).expect("writes");
        let path = phone.path("film.mp4");
        let (how, device) = phone.devices().await.into_iter().nth(way).expect("one of them");
        let mut sync = device.sync().await.expect("opens");
        let mut receiving = sync.receive_all(whole([path]));
        receiving.next().await.expect("begins");
        receiving.next().await.expect("some bytes");
        phone.adbd.unplug();
        let error = loop {
            match receiving.next().await {
                Ok(Some(Piece::End(outcome))) => panic!("{how}: {outcome:?}"),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), &Unplugged, "{how}");
        assert_eq!(
            device.shell("true", 0).await.expect_err("is gone").kind(),
            &Unplugged,
            "{how}"
        );
        let host = phone.adbd.address();
        let again = Device::tcp(&host.ip().to_string(), host.port(), DEADLINE, &Access::default()).await;
        assert_eq!(again.expect_err("is gone").kind(), &Unplugged, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_way_costs_few_round_trips() {
    let phone = phone();
    let paths: Vec<String> = (0..60).map(|n| format!("{n}.jpg")).collect();
    for (at, path) in paths.iter().enumerate() {
        fs::write(phone.root.join(path), noise(at as u64, 100_000)).expect("writes");
    }
    let one_way = Duration::from_millis(20);
    let delay = Delay::start(phone.adbd.address(), one_way)
        .await
        .expect("a proxy");
    let host = delay.address();
    let device = Device::tcp(&host.ip().to_string(), host.port(), DEADLINE, &Access::default())
        .await
        .expect("connects");
    let began = std::time::Instant::now();
    let files = receive(&device, whole(paths.iter().map(|path| phone.path(path))))
        .await
        .expect("the link holds");
    for (at, (bytes, end)) in files.iter().enumerate() {
        assert!(end.is_ok() && *bytes == noise(at as u64, 100_000));
    }
    // One to open, one for the first files, one for the rest; a client that asks one by one needs sixty.
    let trips = began.elapsed().as_secs_f64() / (2.0 * one_way.as_secs_f64());
    assert!(trips < 40.0, "{trips} round trips");
}

#[tokio::test(flavor = "multi_thread")]
async fn through_an_adb_server() {
    let mut phone = phone();
    let home = tempfile::tempdir().expect("a folder");
    let server = AdbServer::start(home.path()).expect("an adb server");
    let (address, serial) = (server.address(), phone.adbd.address().to_string());
    let connected = server.command(&["connect", &serial]).output().expect("runs");
    assert!(connected.status.success(), "{connected:?}");
    let known = attached(address, DEADLINE).await.expect("answers");
    assert!(
        known
            .iter()
            .any(|one| one.serial == serial && one.state == "device"),
        "{known:?}"
    );

    let none = Device::server(address, "no such phone", DEADLINE).await;
    assert_eq!(none.expect_err("is not known").kind(), &Unplugged);
    let device = Device::server(address, &serial, DEADLINE)
        .await
        .expect("is known");
    assert!(device.banner().has("shell_v2"), "{:?}", device.banner());

    let output = device
        .shell("echo out; echo err >&2; exit 3", 100)
        .await
        .expect("runs");
    assert_eq!(
        (&output.stdout[..], &output.stderr[..], output.exit),
        (&b"out\n"[..], &b"err\n"[..], 3)
    );
    let refused = device.open("nonsense:", 1000).await;
    assert_eq!(refused.expect_err("no such service").kind(), &Unsupported);

    let mut gets = Vec::new();
    for at in 0..30_u64 {
        let name = format!("{at}.jpg");
        fs::write(phone.root.join(&name), noise(at, 150_000)).expect("writes");
        gets.push(Get {
            path: phone.path(&name),
            from: if at == 11 { 100_000 } else { 0 },
        });
    }
    gets.push(Get {
        path: phone.path("none"),
        from: 0,
    });
    let files = receive(&device, gets).await.expect("the link holds");
    assert_eq!(files[30], (Vec::new(), Err(Missing)));
    for (at, (bytes, end)) in files[..30].iter().enumerate() {
        let expected = noise(at as u64, 150_000);
        assert!(
            end.is_ok() && *bytes == expected[if at == 11 { 100_000 } else { 0 }..],
            "{at}: {end:?}"
        );
    }

    phone.adbd.unplug();
    let gone = device.shell("true", 0).await.expect_err("is gone");
    assert!(matches!(gone.kind(), Unplugged | Busy(_)), "{gone}");
    drop(server);
    let gone = device.shell("true", 0).await.expect_err("the server is gone");
    assert_eq!(gone.kind(), &Missing);
}
