//! Phones with wireless debugging in a network of their own: found by themselves, paired, mirrored, and found again at another
//! port. What answers is a real adbd behind its lock; who announces it, and what else is said on the network, is ours, and
//! another's mDNS hears the same.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sidekeep_testphones::apart::{self, is_apart};
use sidekeep_testphones::door::{Door, GUID, Lock, Tls};
use sidekeep_testphones::mdns::{Advert, CONNECT, PAIRING, Responder, answer};
use sidekeep_tests::{Phone, Sidekeep, ended, tool};
use tokio::runtime::Runtime;

const CODE: &str = "391604";
const SOURCE: &str = "adb-wifi:adb-SIDEKEEP-door";
/// As long as anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A phone in the network, and what carries it.
struct Air {
    phone: Phone,
    door: Option<Door>,
    responder: Responder,
    runtime: Runtime,
    folder: tempfile::TempDir,
}

impl Air {
    fn new() -> Self {
        let phone = Phone::demo();
        let runtime = Runtime::new().unwrap();
        let lock = Lock::Tls(Tls::Phone);
        let door = Door::start_at(apart::ADDRESS, lock, phone.adbd.address());
        Self {
            door: Some(runtime.block_on(door).unwrap()),
            responder: Responder::start(apart::ADDRESS).unwrap(),
            phone,
            runtime,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn sidekeep(&self) -> Sidekeep {
        Sidekeep::at(&self.folder.path().join("archive"))
    }

    fn door(&self) -> &Door {
        self.door.as_ref().unwrap()
    }

    fn announce(&self) {
        self.responder.announce(self.advert(GUID)).unwrap();
    }

    fn advert(&self, name: &str) -> Advert {
        Advert {
            service: CONNECT,
            name: name.to_owned(),
            address: self.door().address(),
        }
    }

    /// Debugging is switched off and on again: it listens at another port.
    fn restart(&mut self) {
        let door = self.door.take().unwrap();
        self.door = Some(self.runtime.block_on(door.restart()).unwrap());
    }

    /// This computer is paired, as by the code.
    fn paired(&self, sidekeep: &Sidekeep) {
        let dialog = self.runtime.block_on(self.door().show_code(CODE)).unwrap();
        let typing = Sidekeep::typed(sidekeep.archive(), CODE);
        typing.expect(0, &["pair", &dialog.address().to_string()]);
        self.runtime.block_on(dialog.paired());
    }
}

/// The source and state of each way that is told.
fn told(sidekeep: &Sidekeep) -> Vec<(String, String)> {
    sidekeep.json(&["phones"]).iter().map(way).collect()
}

fn way(line: &Value) -> (String, String) {
    let text = |name: &str| line[name].as_str().unwrap().to_owned();
    (text("source"), text("state"))
}

fn is(source: &str, state: &str) -> Vec<(String, String)> {
    vec![(source.to_owned(), state.to_owned())]
}

#[test]
fn a_phone_is_found_paired_mirrored_and_found_again_at_another_port() {
    if !is_apart("wifi::a_phone_is_found_paired_mirrored_and_found_again_at_another_port") {
        return;
    }
    let mut air = Air::new();
    let sidekeep = air.sidekeep();
    let typing = Sidekeep::typed(sidekeep.archive(), CODE);
    let begun = Instant::now();
    assert_eq!(told(&sidekeep), []);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());

    air.announce();
    assert_eq!(told(&sidekeep), is(SOURCE, "not-paired"));
    let listed = sidekeep.expect(0, &["phones"]);
    assert!(
        listed.contains("SIDEKEEP") && listed.contains("sidekeep pair"),
        "{listed}"
    );

    // The pairing needs no address.
    let nobody = typing.run(&["pair"]);
    assert!(
        nobody.code == 1 && nobody.err.contains("Pair device with pairing code"),
        "{}",
        nobody.err
    );
    let dialog = air.runtime.block_on(air.door().show_code(CODE)).unwrap();
    let pairing = Advert {
        service: PAIRING,
        name: GUID.to_owned(),
        address: dialog.address(),
    };
    air.responder.announce(pairing.clone()).unwrap();
    let other = Advert {
        name: "adb-OTHER-x".to_owned(),
        ..pairing
    };
    air.responder.announce(other).unwrap();
    let several = typing.run(&["pair"]);
    assert!(
        several.code == 2 && several.err.contains("Several phones"),
        "{}",
        several.err
    );
    air.responder.withdraw("adb-OTHER-x").unwrap();
    let paired = typing.run(&["pair"]);
    let said = String::from_utf8_lossy(&paired.out);
    assert_eq!(paired.code, 0, "{}", paired.err);
    assert!(said.contains(&format!("sidekeep add {SOURCE}")), "{said}");
    assert!(
        paired.err.contains(&dialog.address().to_string()),
        "{}",
        paired.err
    );
    air.runtime.block_on(dialog.paired());
    assert_eq!(told(&sidekeep), is(SOURCE, "ready"));

    // A real phone's storage is where others have it; this one says where.
    let source = format!("{SOURCE}{}", air.phone.storage().display());
    sidekeep.expect(0, &["add", &source, "--name", "mira"]);
    let run = &sidekeep.json(&["mirror", "mira"])[0];
    assert_eq!(
        (&run["outcome"], &run["held"]),
        (&"complete".into(), &0.into()),
        "{run}"
    );
    let phone = sidekeep.json(&["phones"])[0]["phone"].clone();
    assert!(phone.as_str().unwrap().starts_with("android:"), "{phone}");

    air.restart();
    air.announce();
    assert_eq!(told(&sidekeep), is(&source, "ready"));
    air.phone.providers.delete_contact(2).unwrap();
    let run = &sidekeep.json(&["mirror", "mira"])[0];
    assert_eq!(run["outcome"], "complete", "{run}");
    assert_eq!(sidekeep.json(&["list", "contacts", "--gone"]).len(), 1);
    // By another way it is the same phone.
    let direct = format!("adb://{}{}", air.door().address(), air.phone.storage().display());
    let run = &sidekeep.json(&["mirror", &direct])[0];
    assert_eq!(run["phone"]["id"], phone, "{run}");

    air.responder.withdraw(GUID).unwrap();
    assert_eq!(told(&sidekeep), is(&source, "unreachable"));
    let gone = sidekeep.run(&["mirror", "mira"]);
    assert!(
        gone.code == 1 && gone.err.contains("same network"),
        "{}",
        gone.err
    );
}

/// A way to the phone that ends for good after so many bytes from it, however many connections carry them.
fn ending(phone: SocketAddr, bytes: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut left = bytes;
        while left > 0 {
            let (near, _) = listener.accept().unwrap();
            let far = TcpStream::connect(phone).unwrap();
            let (mut from_near, mut to_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            let up = std::thread::spawn(move || std::io::copy(&mut from_near, &mut to_far));
            left -=
                usize::try_from(std::io::copy(&mut (&far).take(left as u64), &mut &near).unwrap()).unwrap();
            for end in [near, far] {
                // The other side may have ended it already.
                let _ = end.shutdown(Shutdown::Both);
            }
            let _ = up.join();
        }
    });
    address
}

#[test]
fn a_run_that_loses_its_link_goes_on_over_wifi() {
    if !is_apart("wifi::a_run_that_loses_its_link_goes_on_over_wifi") {
        return;
    }
    let air = Air::new();
    let sidekeep = air.sidekeep();
    air.paired(&sidekeep);
    let root = air.phone.storage();
    sidekeep.expect(
        0,
        &["add", &format!("{SOURCE}{}", root.display()), "--name", "air"],
    );
    air.announce();
    sidekeep.json(&["mirror", "air", "--only", "groups"]);
    let lost = ending(air.phone.adbd.address(), 300_000);
    let run = &sidekeep.json(&["mirror", &format!("adb://{lost}{}", root.display())])[0];
    assert_eq!(run["outcome"], "complete", "{run}");
    let runs = sidekeep.json(&["history"]);
    let by: Vec<_> = runs
        .iter()
        .map(|run| (run["source"].as_str().unwrap(), run["outcome"].as_str().unwrap()))
        .collect();
    assert!(
        matches!(by[..], [(new, "complete"), (old, "failed"), ..] if new.starts_with(SOURCE) && old.starts_with("adb://")),
        "{by:?}"
    );
    assert_eq!(sidekeep.json(&["list", "photos"]).len(), 29);
    sidekeep.expect(0, &["verify"]);
}

/// A process that is ended when the journey is.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn who_watches_is_told_of_arrivals_moves_and_departures() {
    if !is_apart("wifi::who_watches_is_told_of_arrivals_moves_and_departures") {
        return;
    }
    let mut air = Air::new();
    let sidekeep = air.sidekeep();
    air.paired(&sidekeep);
    let mut watch = sidekeep.command(&["--json", "phones", "--watch"]);
    let mut watch = Running(watch.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines();
    let mut next = || way(&serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap());
    for round in 0..2 {
        air.announce();
        assert_eq!(vec![next()], is(SOURCE, "ready"), "{round}");
        air.responder.withdraw(GUID).unwrap();
        let begun = Instant::now();
        assert_eq!(vec![next()], is(SOURCE, "unreachable"), "{round}");
        // They were just asked, and nobody waited for the time when all are asked again.
        assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
        air.restart();
    }

    // It goes without a word: nobody answers at its door, and nobody announces it any longer.
    air.announce();
    assert_eq!(vec![next()], is(SOURCE, "ready"));
    air.responder.fall_silent();
    air.door = None;
    assert_eq!(vec![next()], is(SOURCE, "unreachable"));
}

#[test]
fn a_phone_scans_the_code_and_is_paired() {
    if !is_apart("wifi::a_phone_scans_the_code_and_is_paired") {
        return;
    }
    let air = Air::new();
    let sidekeep = air.sidekeep();
    air.announce();
    let mut pair = sidekeep.command(&["--json", "pair", "--qr"]);
    let pair = pair
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pair = Running(pair);
    let mut drawn = Vec::new();
    let mut lines = BufReader::new(pair.0.stderr.take().unwrap()).lines();
    let waits = lines.find_map(|line| {
        let line = line.unwrap();
        let says = line.contains("Waiting").then(|| line.clone());
        drawn.push(line);
        says
    });
    assert!(waits.unwrap().contains("Pair device with QR code"));
    let text = scanned(&drawn[..drawn.len() - 1]);
    let inner = text
        .strip_prefix("WIFI:T:ADB;S:")
        .unwrap()
        .strip_suffix(";;")
        .unwrap();
    let (name, password) = inner.split_once(";P:").unwrap();

    let dialog = air.runtime.block_on(air.door().show_code(password)).unwrap();
    let pairing = Advert {
        service: PAIRING,
        name: name.to_owned(),
        address: dialog.address(),
    };
    air.responder.announce(pairing).unwrap();
    let mut out = String::new();
    pair.0.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(pair.0.wait().unwrap().success());
    air.runtime.block_on(dialog.paired());
    let told_then: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&told_then["phone"], &told_then["source"]),
        (&GUID.into(), &SOURCE.into()),
        "{out}"
    );
    assert_eq!(told(&sidekeep), is(SOURCE, "ready"));
}

/// What another's reader finds in half blocks, dark on light.
fn scanned(lines: &[String]) -> String {
    const MODULE: usize = 4;
    let rows: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    let (width, height) = (rows[0].len(), 2 * rows.len());
    let is_dark = |x: usize, y: usize| {
        let half = if y.is_multiple_of(2) {
            '\u{2580}'
        } else {
            '\u{2584}'
        };
        [half, '\u{2588}'].contains(&rows[y / 2][x])
    };
    let grey = |x, y| if is_dark(x / MODULE, y / MODULE) { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width * MODULE, height * MODULE, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "{}", lines.join("\n"));
    grids[0].decode().unwrap().1
}

#[test]
fn whatever_is_said_on_the_network_stays_within_bounds() {
    if !is_apart("wifi::whatever_is_said_on_the_network_stays_within_bounds") {
        return;
    }
    let air = Air::new();
    let sidekeep = air.sidekeep();
    let inside = TcpListener::bind("127.0.0.1:0").unwrap();
    inside.set_nonblocking(true).unwrap();
    let mut watch = sidekeep.command(&["--json", "phones", "--watch"]);
    let mut watch = Running(watch.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines();

    air.announce();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(vec![way(&first)], is(SOURCE, "not-paired"));

    // Addresses of this computer itself, names that command a terminal, and packets that are none.
    let inward = Advert {
        address: inside.local_addr().unwrap(),
        ..air.advert("adb-INWARD-x")
    };
    air.responder.announce(inward).unwrap();
    for name in [
        "adb-\u{1b}[2J\u{7}-x",
        "adb-\u{202e}-x",
        "a/../../b",
        "adb-A\nB-x",
    ] {
        air.responder.announce(air.advert(name)).unwrap();
    }
    let whole = answer(&air.advert("adb-WHOLE-x"), 120);
    for end in 0..whole.len() {
        air.responder.send(&whole[..end]).unwrap();
    }
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 0xFF;
        air.responder.send(&altered).unwrap();
    }
    // A name that leads to itself, and one that leads out of the packet.
    for pointer in [[0xC0, 12], [0xFF, 0xFF]] {
        let looped = [
            &[0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0][..],
            &pointer,
            &[0, 12, 0, 1, 0, 0, 0, 9, 0, 2, 0xC0, 12],
        ];
        air.responder.send(&looped.concat()).unwrap();
    }
    for number in 0..3000 {
        air.responder
            .send(&answer(&air.advert(&format!("adb-FLOOD{number}-x")), 120))
            .unwrap();
    }
    // It is still there, and still told.
    let begun = Instant::now();
    let found = told(&sidekeep);
    assert!(found.contains(&is(SOURCE, "not-paired")[0]), "{found:?}");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    for (source, _) in &found {
        assert!(
            !source.contains(['\u{1b}', '\u{7}', '\n', '\u{202e}']) && !source.contains("INWARD"),
            "{source:?}"
        );
    }
    assert!(inside.accept().is_err(), "nobody was led to this computer itself");

    // Who has watched all this goes on.
    let (say, hear) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.try_for_each(|line| say.send(line.unwrap())));
    air.paired(&sidekeep);
    let mut sources = BTreeSet::new();
    loop {
        let line: Value = serde_json::from_str(&hear.recv_timeout(2 * PATIENCE).unwrap()).unwrap();
        let way = way(&line);
        if vec![way.clone()] == is(SOURCE, "ready") {
            break;
        }
        sources.insert(way.0);
    }
    assert!(sources.len() <= 64, "{}", sources.len());
}

fn eye(words: &[&str]) -> Command {
    let mut eye = Command::new(tool("SIDEKEEP_PYTHON"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("mdns.py");
    eye.arg(script).arg(apart::ADDRESS.to_string()).args(words);
    eye
}

#[test]
fn anothers_mdns_hears_and_says_the_same() {
    if !is_apart("wifi::anothers_mdns_hears_and_says_the_same") {
        return;
    }
    let air = Air::new();
    let sidekeep = air.sidekeep();
    air.announce();
    let heard = ended(eye(&["hear"]).output().unwrap());
    let heard = format!("{}{}", String::from_utf8_lossy(&heard.out), heard.err);
    let address = air.door().address();
    let whole = format!(
        "{GUID}._adb-tls-connect._tcp.local. {} {} ",
        address.ip(),
        address.port()
    );
    assert!(heard.contains(&whole) && heard.contains("v=1"), "{heard}");

    let port = address.port().to_string();
    let theirs = eye(&["say", "adb-THEIRS-x7Qk2p", &port])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut theirs = Running(theirs.unwrap());
    let mut said = String::new();
    BufReader::new(theirs.0.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    assert_eq!(said, "said\n");
    let both = BTreeSet::from_iter(told(&sidekeep));
    let theirs_too = is("adb-wifi:adb-THEIRS-x7Qk2p", "not-paired");
    assert_eq!(
        both,
        BTreeSet::from_iter([is(SOURCE, "not-paired"), theirs_too].concat())
    );
    drop(theirs.0.stdin.take());
    assert!(theirs.0.wait().unwrap().success());
    assert_eq!(told(&sidekeep), is(SOURCE, "not-paired"), "it said goodbye");
}
