//! At the cable of an emulated computer: the CPU time of what a long file takes beyond a short one, against the programs that
//! others wrote for the same device. What a program needs to start is in neither; the kernel's own work is in both.

use sidekeep_testphones::machine::Machine;
use sidekeep_tests::built;
use sidekeep_tests::measure::median;

use crate::Bench;

const MB: usize = 1_000_000;
/// Of the long file.
const LONG: usize = 200 * MB;
const TIMES: usize = 3;
/// Clock ticks in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;

fn film(bytes: usize) -> Vec<u8> {
    let noise = (0..bytes as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8);
    b"\0\0\0\x18ftypmp42".iter().copied().chain(noise).collect()
}

/// CPU seconds of a command there, and of what it waited for.
fn cpu(machine: &mut Machine, command: &str) -> f64 {
    let timed = format!("({command}) > /tmp/said 2>&1 || {{ cat /tmp/said; exit 1; }}; times");
    let said = machine.done(&format!("sh -c '{timed}'"));
    let last = said.lines().last().unwrap();
    last.split_whitespace().map(seconds).sum()
}

/// `1m2.5s`.
fn seconds(text: &str) -> f64 {
    let (minutes, seconds) = text.trim_end_matches('s').split_once('m').unwrap();
    minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
}

/// CPU seconds of a process there since it began.
fn spent(machine: &mut Machine, pid: &str) -> f64 {
    let stat = machine.done(&format!("cat /proc/{pid}/stat"));
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let ticks = rest.split(' ').skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// The median CPU seconds of a GB, of what the long file takes beyond the short one.
fn of_a_gb(mut with: impl FnMut(bool) -> f64) -> f64 {
    let rounds = (0..TIMES).map(|_| with(true) - with(false));
    median(rounds.collect()) / (LONG as f64 / 1e9)
}

fn mirror(machine: &mut Machine, source: &str) -> f64 {
    let program = built("sidekeep");
    let spent = cpu(
        machine,
        &format!(
            "{} --archive /tmp/archive mirror {source} --only films",
            program.display()
        ),
    );
    machine.done("rm -r /tmp/archive");
    spent
}

fn row(bench: &mut Bench, what: &str, ours: f64, peer: (&str, f64)) {
    let (name, theirs) = peer;
    bench.row(
        &format!("CPU of a GB {what}, emulated"),
        format!("{ours:.1} s ({:.2} of the peer)", ours / theirs),
        format!("{name}: {theirs:.1} s"),
        "1.2 of the peer",
    );
}

pub(crate) fn mtp(bench: &mut Bench) {
    let mut machine = Machine::start().unwrap();
    let phone = |name: &str, bytes: usize| {
        let folder = machine.shared().join(name);
        std::fs::create_dir_all(folder.join("DCIM")).unwrap();
        std::fs::write(folder.join("DCIM/VID_1.mp4"), film(bytes)).unwrap();
        folder
    };
    let phones = [phone("short", 1), phone("long", LONG)];
    let (files, get) = (
        Machine::program("usr/bin/mtp-files"),
        Machine::program("usr/bin/mtp-getfile"),
    );
    let mut with = |long: bool, ours: bool| {
        machine.plug("CABLE", &phones[usize::from(long)]).unwrap();
        let spent = match ours {
            true => mirror(&mut machine, "mtp:CABLE"),
            false => {
                let listed = machine.done(&format!("{files} 2> /tmp/log"));
                let mut ids = listed.lines().filter_map(|line| line.strip_prefix("File ID: "));
                let id = ids.next_back().unwrap();
                let spent = cpu(&mut machine, &format!("{get} {id} /tmp/got"));
                machine.done("rm /tmp/got");
                spent
            }
        };
        machine.unplug("CABLE").unwrap();
        machine
            .wait_for("! grep -qx CABLE /sys/bus/usb/devices/*/serial")
            .unwrap();
        spent
    };
    let ours = of_a_gb(|long| with(long, true));
    let theirs = of_a_gb(|long| with(long, false));
    row(bench, "over MTP", ours, ("mtp-getfile", theirs));
}

pub(crate) fn adb(bench: &mut Bench) {
    const SERIAL: &str = "CABLE";
    let mut machine = Machine::start().unwrap();
    for (name, bytes) in [("short", 1), ("long", LONG)] {
        std::fs::write(machine.shared().join(name), film(bytes)).unwrap();
    }
    let providers = machine.shared().join("providers.db");
    sidekeep_testphones::Providers::create(&providers).unwrap();
    machine.done(&format!("cp {}/providers.db /tmp", Machine::SHARED));
    machine.done(&format!("mkdir {}/DCIM", Machine::STORAGE));
    machine.plug_adbd(SERIAL, "/tmp/providers.db").unwrap();
    let film = format!("{}/DCIM/VID_1.mp4", Machine::STORAGE);
    let place = |machine: &mut Machine, long: bool| {
        let name = if long { "long" } else { "short" };
        machine.done(&format!("cp {}/{name} {film}", Machine::SHARED));
    };
    let ours = of_a_gb(|long| {
        place(&mut machine, long);
        mirror(&mut machine, &format!("adb-usb:{SERIAL}"))
    });

    let adb = Machine::adb().unwrap();
    machine.done("ip link set lo up");
    machine.done(&format!(
        "(exec {adb} server nodaemon > /tmp/adb.log 2>&1) & echo $! > /tmp/adb.pid"
    ));
    machine
        .wait_for(&format!("{adb} devices | grep -q '{SERIAL}.*device$'"))
        .unwrap();
    let server = machine.done("cat /tmp/adb.pid").trim().to_owned();
    let theirs = of_a_gb(|long| {
        place(&mut machine, long);
        let before = spent(&mut machine, &server);
        let client = cpu(&mut machine, &format!("{adb} pull -a {film} /tmp/got"));
        machine.done("rm /tmp/got");
        client + spent(&mut machine, &server) - before
    });
    row(
        bench,
        "over adb at the cable",
        ours,
        ("adb pull -a, with its server", theirs),
    );
}
