//! Over adb: photos against `adb pull -a`, on loopback and behind a long way; and a second run with nothing new.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sidekeep_testphones::adbd::INSIDE_PORT;
use sidekeep_testphones::delay::Delay;
use sidekeep_testphones::{Providers, bulk, demo};
use sidekeep_tests::{Phone, built};

use crate::Bench;
use sidekeep_tests::measure::{Cost, cost, median};

const MB: usize = 1_000_000;

fn with_photos(count: usize, bytes: usize) -> Phone {
    Phone::with(|folder, mount| {
        let providers = Providers::create(&demo::database(folder)).unwrap();
        bulk::photos(&demo::storage(folder), count, bytes).unwrap();
        bulk::media(&providers, mount, count, bytes).unwrap();
    })
}

/// Sidekeep and its peer in turn, three times; the medians and the ratio of each pair's wall times.
pub(crate) fn duel(mut ours: impl FnMut() -> Cost, mut theirs: impl FnMut() -> Cost) -> (Cost, Cost, f64) {
    let pairs: Vec<(Cost, Cost)> = (0..3).map(|_| (ours(), theirs())).collect();
    let middle = |pick: &dyn Fn(&(Cost, Cost)) -> f64| median(pairs.iter().map(pick).collect());
    let side = |pick: fn(&(Cost, Cost)) -> Cost| Cost {
        wall: middle(&|pair| pick(pair).wall),
        cpu: middle(&|pair| pick(pair).cpu),
        peak: middle(&|pair| pick(pair).peak),
    };
    let ratio = middle(&|(ours, theirs)| ours.wall / theirs.wall);
    (side(|pair| pair.0), side(|pair| pair.1), ratio)
}

pub(crate) fn told(cost: Cost) -> String {
    format!(
        "{:.2} s wall, {:.2} s CPU, {:.0} MB peak",
        cost.wall, cost.cpu, cost.peak
    )
}

pub(crate) fn photos(bench: &mut Bench) {
    let mut phone = with_photos(1000, 2 * MB);
    let source = format!("adb://127.0.0.1:{INSIDE_PORT}{}", phone.storage().display());
    let pulled = bench.fresh("pulled");
    let serial = format!("127.0.0.1:{INSIDE_PORT}");
    assert!(
        phone
            .adbd
            .adb()
            .unwrap()
            .args(["connect", &serial])
            .status()
            .unwrap()
            .success()
    );
    let folder = phone.storage().join("DCIM");
    let pull = std::cell::RefCell::new(&mut phone);
    let (ours, theirs, ratio) = duel(
        || {
            let archive = bench.fresh("archive");
            let mut command = pull.borrow().adbd.command(built("sidekeep"));
            let cost = cost(command.arg("--archive").arg(&archive).args(["mirror", &source]));
            std::fs::remove_dir_all(archive).unwrap();
            cost
        },
        || {
            std::fs::create_dir_all(&pulled).unwrap();
            let mut command = pull.borrow_mut().adbd.adb().unwrap();
            let cost = cost(
                command
                    .args(["-s", &serial, "pull", "-a"])
                    .arg(&folder)
                    .arg(&pulled),
            );
            std::fs::remove_dir_all(&pulled).unwrap();
            cost
        },
    );
    bench.row(
        "1,000 photos of 2 MB over adb on loopback",
        // Both run in the phone's namespace, where only the clock can be read from here.
        format!("{:.2} s wall ({ratio:.2} of the peer)", ours.wall),
        format!("adb pull -a: {:.2} s wall", theirs.wall),
        "1.15 of adb pull -a",
    );
    let archive = bench.fresh("archive");
    let sidekeep = |arguments: &[&str]| {
        let mut command = phone.adbd.command(built("sidekeep"));
        cost(command.arg("--archive").arg(&archive).args(arguments))
    };
    sidekeep(&["mirror", &source]);
    let verified: Vec<f64> = (0..3).map(|_| sidekeep(&["verify"]).wall).collect();
    bench.row(
        "verify of these 2 GB",
        format!("{:.2} GB/s", 2.0 / median(verified)),
        String::new(),
        "1 GB/s or the disk's speed",
    );
    std::fs::remove_dir_all(archive).unwrap();
}

pub(crate) fn delay(bench: &mut Bench) {
    let phone = with_photos(200, 2 * MB);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let delay = runtime
        .block_on(Delay::start(phone.adbd.address(), Duration::from_millis(5)))
        .unwrap();
    let serial = delay.address().to_string();
    let source = format!("adb://{serial}{}", phone.storage().display());
    let words = phone.adbd.adb_words().unwrap();
    let home = bench.fresh("home");
    std::fs::create_dir_all(&home).unwrap();
    let socket = format!("localfilesystem:{}", home.join("adb").display());
    let client = || {
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .env("HOME", &home)
            .env("ADB_SERVER_SOCKET", &socket);
        command
    };
    let mut server = Server::start(client(), &home.join("adb"));
    assert!(client().args(["connect", &serial]).status().unwrap().success());
    let folder = phone.storage().join("DCIM");
    let pulled = bench.fresh("pulled");
    let (ours, theirs, ratio) = duel(
        || {
            let archive = bench.fresh("archive");
            let cost = cost(
                Command::new(built("sidekeep"))
                    .arg("--archive")
                    .arg(&archive)
                    .args(["mirror", &source]),
            );
            std::fs::remove_dir_all(archive).unwrap();
            cost
        },
        || {
            std::fs::create_dir_all(&pulled).unwrap();
            let cost = cost(
                client()
                    .args(["-s", &serial, "pull", "-a"])
                    .arg(&folder)
                    .arg(&pulled),
            );
            std::fs::remove_dir_all(&pulled).unwrap();
            cost
        },
    );
    server.end();
    bench.row(
        "200 photos of 2 MB behind a 10 ms round trip",
        format!("{} ({ratio:.2} of the peer)", told(ours)),
        format!("adb pull -a: {:.2} s wall", theirs.wall),
        "0.4 of adb pull -a",
    );
}

/// An adb server that ends with the bench.
struct Server(std::process::Child);

impl Server {
    fn start(mut command: Command, socket: &Path) -> Self {
        let null = std::process::Stdio::null;
        let child = command
            .args(["server", "nodaemon"])
            .stdin(null())
            .stdout(null())
            .stderr(null())
            .spawn()
            .unwrap();
        let server = Self(child);
        for _ in 0..500 {
            if std::os::unix::net::UnixStream::connect(socket).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the adb server did not start");
    }

    fn end(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

pub(crate) fn again(bench: &mut Bench) {
    let phone = Phone::with(|folder, mount| {
        let providers = Providers::create(&demo::database(folder)).unwrap();
        bulk::photos(&demo::storage(folder), 20_000, 4_000).unwrap();
        bulk::media(&providers, mount, 20_000, 4_000).unwrap();
        bulk::contacts(&providers, 10_000).unwrap();
        bulk::events(&providers, 5_000).unwrap();
    });
    let archive = bench.fresh("archive");
    let run = || {
        let mut command = Command::new(built("sidekeep"));
        cost(
            command
                .arg("--archive")
                .arg(&archive)
                .args(["mirror", &phone.source()]),
        )
    };
    let first = run();
    let again: Vec<Cost> = (0..5).map(|_| run()).collect();
    let cpu = median(again.iter().map(|cost| cost.cpu).collect());
    let wall = median(again.iter().map(|cost| cost.wall).collect());
    bench.row(
        "second run, nothing new (20,000 photos, 10,000 contacts, 5,000 events)",
        format!("{cpu:.2} s CPU of ours, {wall:.2} s wall with the phone's answers"),
        format!("the first run: {}", told(first)),
        "1 s of our own work",
    );
}
