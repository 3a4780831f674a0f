//! A phone at the cable, in an emulated computer with a real USB stack: the command that was built finds it, mirrors it,
//! bears its being pulled out, and what arrived is what other programs read from the same device.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use sidekeep_testphones::demo;
use sidekeep_testphones::machine::Machine;
use sidekeep_tests::built;

/// Bytes that look like a photo, and differ from one to the next.
fn photo(seed: u32, length: u32) -> Vec<u8> {
    let noise = (0..length).map(|at| (at.wrapping_mul(2_654_435_761).wrapping_add(seed * 97) >> 13) as u8);
    b"\xFF\xD8\xFF\xE0".iter().copied().chain(noise).collect()
}

/// The command, with an archive of its own there.
fn sidekeep(arguments: &str) -> String {
    let program = built("sidekeep");
    format!("{} --archive /tmp/archive --json {arguments}", program.display())
}

/// Runs it and reads what it prints.
fn json(machine: &mut Machine, code: i32, arguments: &str) -> Vec<Value> {
    let (out, ended) = machine.run(&sidekeep(arguments)).unwrap();
    assert_eq!(ended, code, "{arguments}: {out}\n{}", machine.log());
    let lines = out.lines().filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The files of a folder there, each by its name and its SHA-256.
fn files(machine: &mut Machine, folder: &str) -> Vec<(String, String)> {
    let out = machine.done(&format!("find {folder} -type f -exec sha256sum '{{}}' +"));
    let line = |line: &str| {
        let (sum, path) = line.split_once("  ").unwrap();
        let name = Path::new(path).file_name().unwrap();
        (name.to_string_lossy().into_owned(), sum.to_owned())
    };
    out.lines().filter(|line| !line.is_empty()).map(line).collect()
}

/// The same where no two have the same name.
fn sums(machine: &mut Machine, folder: &str) -> BTreeMap<String, String> {
    files(machine, folder).into_iter().collect()
}

/// What the tests below believe of a command's end is so.
#[test]
#[ignore = "the emulated computer may not be there; `cargo xtask test` fetches it"]
fn a_command_ends_as_it_ends() {
    let mut machine = Machine::start().unwrap();
    for (command, out, code) in [
        ("true", "", 0),
        ("false", "", 1),
        ("echo a; echo b; (exit 7)", "a\nb\n", 7),
        ("printf 'no end of line'", "no end of line", 0),
        ("test -e /nowhere", "", 1),
    ] {
        let (said, ended) = machine.run(command).unwrap();
        assert_eq!((said.as_str(), ended), (out, code), "{command}");
    }
}

#[test]
#[ignore = "the emulated computer may not be there; `cargo xtask test` fetches it"]
fn photos_over_mtp_and_the_cable_is_pulled() {
    let mut machine = Machine::start().unwrap();
    let phone = machine.shared().join("phone");
    let camera = phone.join("DCIM/Camera");
    fs::create_dir_all(&camera).unwrap();
    for number in 0..6 {
        fs::write(camera.join(format!("IMG_{number}.jpg")), photo(number, 60_000)).unwrap();
    }

    // Nothing is there; then it is, and that is told by itself.
    assert_eq!(json(&mut machine, 0, "phones"), [] as [Value; 0]);
    machine.start_udev().unwrap();
    machine.done(&format!("({} > /tmp/watch) &", sidekeep("phones --watch")));
    let begun = Instant::now();
    machine.plug("CABLE1", &phone).unwrap();
    machine
        .wait_for("grep -q 'mtp:CABLE1.*ready' /tmp/watch")
        .unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(14),
        "sooner than it would be looked for"
    );
    machine.unplug("CABLE1").unwrap();
    machine
        .wait_for("grep -q 'mtp:CABLE1.*unreachable' /tmp/watch")
        .unwrap();
    machine.plug("CABLE1", &phone).unwrap();
    let phones = json(&mut machine, 0, "phones");
    assert_eq!(phones.len(), 1, "{phones:?}");
    assert_eq!(phones[0]["source"], "mtp:CABLE1", "{phones:?}");

    json(&mut machine, 0, "mirror mtp:CABLE1");
    json(&mut machine, 0, "verify");
    let there = format!("{}/phone", Machine::SHARED);
    let kept = sums(&mut machine, "/tmp/archive/Photos");
    assert_eq!(kept.len(), 6);
    assert_eq!(kept, sums(&mut machine, &there));

    // Nothing new costs no bytes.
    let again = json(&mut machine, 0, "mirror mtp:CABLE1");
    let last = again.last().unwrap();
    assert_eq!(
        (&last["counts"]["listed"], &last["counts"]["bytes"]),
        (&6.into(), &0.into()),
        "{last}"
    );

    // Another program sees the same.
    let files = Machine::program("usr/bin/mtp-files");
    let (listed, _) = machine.run(&format!("{files} 2>&1")).unwrap();
    for name in kept.keys() {
        assert!(listed.contains(&format!("Filename: {name}")), "{listed}");
    }
    let last = listed
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("File ID: "));
    let get = Machine::program("usr/bin/mtp-getfile");
    let (said, code) = machine
        .run(&format!("{get} {} /tmp/got 2>&1", last.unwrap()))
        .unwrap();
    assert_eq!(code, 0, "{said}");
    let got = sums(&mut machine, "/tmp/got");
    let known = sums(&mut machine, &format!("{}/phone", Machine::SHARED));
    assert!(
        known.values().any(|sum| got.values().any(|other| other == sum)),
        "{got:?}"
    );

    // Pulled out in the middle of a long file; what was there stays, and the rest comes when it is back.
    fs::write(camera.join("IMG_LONG.jpg"), photo(99, 24_000_000)).unwrap();
    machine.unplug("CABLE1").unwrap();
    machine.plug("CABLE1", &phone).unwrap();
    let mirror = sidekeep("mirror mtp:CABLE1");
    machine
        .run(&format!("({mirror} > /tmp/out; echo $? > /tmp/code) &"))
        .unwrap();
    machine
        .wait_for("test -n \"$(find /tmp/archive/.sidekeep/incoming -type f -size +3000k)\"")
        .unwrap();
    machine.unplug("CABLE1").unwrap();
    machine.wait_for("test -s /tmp/code").unwrap();
    let (code, _) = machine.run("cat /tmp/code").unwrap();
    assert_ne!(code.trim(), "0", "{}", machine.log());
    assert_eq!(sums(&mut machine, "/tmp/archive/Photos"), kept);
    assert_eq!(json(&mut machine, 0, "list photos --gone"), [] as [Value; 0]);
    let waits = "find /tmp/archive/.sidekeep/incoming -type f -size +3000k | grep -q .";
    assert_eq!(machine.run(waits).unwrap().1, 0, "what had come is kept");

    machine.plug("CABLE1", &phone).unwrap();
    json(&mut machine, 0, "mirror mtp:CABLE1");
    assert_eq!(
        sums(&mut machine, "/tmp/archive/Photos"),
        sums(&mut machine, &there)
    );
    json(&mut machine, 0, "verify");
}

/// The demo's phone behind Android's own adbd: everything comes over the cable, without an adb server and with one.
#[test]
#[ignore = "the emulated computer may not be there; `cargo xtask test` fetches it"]
fn everything_over_adb_at_the_cable() {
    let mut machine = Machine::start().unwrap();
    let made = machine.shared().join("demo");
    fs::create_dir(&made).unwrap();
    let contents = demo::write(&made, Machine::STORAGE).unwrap();
    let there = |path: PathBuf| {
        let below = path.strip_prefix(&made).unwrap();
        format!("{}/demo/{}", Machine::SHARED, below.display())
    };
    let (storage, database) = (there(demo::storage(&made)), there(demo::database(&made)));
    machine.done(&format!(
        "cp -r {storage}/. {} && cp {database} /tmp/providers.db",
        Machine::STORAGE
    ));
    machine.plug_adbd(demo::SERIAL, "/tmp/providers.db").unwrap();

    let source = format!("adb-usb:{}", demo::SERIAL);
    let phones = json(&mut machine, 0, "phones");
    assert_eq!(phones.len(), 1, "{phones:?}");
    assert_eq!(phones[0]["source"], source, "{phones:?}");
    json(&mut machine, 0, &format!("mirror {source}"));
    json(&mut machine, 0, "verify");
    assert_eq!(json(&mut machine, 0, "list contacts").len(), contents.contacts);
    let pictures = contents.photos + contents.films;
    all_are_kept(&mut machine, pictures);

    // Pulled out in the middle of a long film; the rest comes when it is back.
    let long = machine.shared().join("VID_LONG.mp4");
    fs::write(&long, photo(99, 24_000_000)).unwrap();
    machine.done(&format!(
        "cp {}/VID_LONG.mp4 {}/DCIM/",
        Machine::SHARED,
        Machine::STORAGE
    ));
    let mirror = sidekeep(&format!("mirror {source} --only films"));
    machine.done(&format!("({mirror} > /tmp/out; echo $? > /tmp/code) &"));
    machine
        .wait_for("test -n \"$(find /tmp/archive/.sidekeep/incoming -type f -size +2000k)\"")
        .unwrap();
    machine.unplug_gadget().unwrap();
    machine.wait_for("test -s /tmp/code").unwrap();
    assert_ne!(machine.done("cat /tmp/code").trim(), "0");
    assert_eq!(json(&mut machine, 0, "phones")[0]["state"], "unreachable");
    all_are_kept(&mut machine, pictures);
    machine.plug_adbd(demo::SERIAL, "/tmp/providers.db").unwrap();
    json(&mut machine, 0, &format!("mirror {source} --only films"));
    all_are_kept(&mut machine, pictures + 1);
    json(&mut machine, 0, "verify");

    // Google's own program reads the same; and while its server holds the phone, it is reached through that.
    let adb = Machine::adb().unwrap();
    machine.done("ip link set lo up");
    machine.done(&format!("({adb} server nodaemon > /tmp/adb.log 2>&1) &"));
    machine
        .wait_for(&format!("{adb} devices | grep -q '{}.*device$'", demo::SERIAL))
        .unwrap();
    machine.done(&format!("{adb} pull -a {}/DCIM /tmp/pulled", Machine::STORAGE));
    let pulled = sums(&mut machine, "/tmp/pulled");
    assert!(pulled.contains_key("VID_LONG.mp4"), "{pulled:?}");
    let sent = sums(&mut machine, Machine::STORAGE);
    assert!(
        pulled.iter().all(|(name, sum)| sent.get(name) == Some(sum)),
        "{pulled:?} {sent:?}"
    );
    let phones = json(&mut machine, 0, "phones");
    assert_eq!(
        (phones.len(), &phones[0]["state"]),
        (1, &"ready".into()),
        "{phones:?}"
    );
    let again = json(&mut machine, 0, &format!("mirror {source}"));
    assert_eq!(again[0]["counts"]["bytes"], 0, "{again:?}");
}

/// So many pictures and films are kept, each of them as it is on the phone behind adbd.
#[track_caller]
fn all_are_kept(machine: &mut Machine, count: usize) {
    let kept = files(machine, "/tmp/archive/Photos");
    let sent = files(machine, Machine::STORAGE);
    let is_sent = |(_, sum): &&(String, String)| sent.iter().any(|(_, sent)| sent == sum);
    assert_eq!(kept.len(), count, "{kept:?}");
    assert_eq!(kept.iter().filter(is_sent).count(), count, "{kept:?} {sent:?}");
}

/// One that looks like an Android phone, on the kernel's own gadget: what it has in Download comes, too.
#[test]
#[ignore = "the emulated computer may not be there; `cargo xtask test` fetches it"]
fn photos_and_contacts_of_a_responder() {
    let mut machine = Machine::start().unwrap();
    let made = machine.shared().join("phone");
    fs::create_dir_all(made.join("DCIM/Camera")).unwrap();
    fs::create_dir_all(made.join("Download")).unwrap();
    for number in 0..3 {
        fs::write(
            made.join(format!("DCIM/Camera/Zo\u{eb} {number}.jpg")),
            photo(number, 60_000),
        )
        .unwrap();
    }
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Quay\r\nN:Quay;Ada;;;\r\nEND:VCARD\r\n";
    fs::write(made.join("Download/contacts.vcf"), card).unwrap();
    machine
        .run(&format!("cp -r {}/phone /tmp/phone", Machine::SHARED))
        .unwrap();
    machine.plug_responder("CABLE2", "/tmp/phone").unwrap();

    json(&mut machine, 0, "mirror mtp:CABLE2");
    json(&mut machine, 0, "verify");
    let kept = sums(&mut machine, "/tmp/archive/Photos");
    assert_eq!(kept.len(), 3);
    assert_eq!(kept, sums(&mut machine, "/tmp/phone/DCIM"));
    let contacts = json(&mut machine, 0, "list contacts");
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0]["name"], "Ada Quay");
}
