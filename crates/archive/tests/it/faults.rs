//! Every operation on the disk fails once, and the world stops at every one of them. Afterwards the archive is whole,
//! and a run that is left alone brings it to where an undisturbed one would be.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sidekeep_archive::{ArchiveErrorKind, Check, Disk, Fault, Gate, Op, Pass, VerifyOptions, Writer};
use sidekeep_model::Kind;

use crate::support::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// One operation fails for want of room; the next would succeed.
    Full,
    /// One operation fails as a broken disk does.
    Broken,
    /// From here on nothing happens any more; what was written is there (kill -9).
    Stop,
    /// The same, in the middle of a write where it is one.
    Tear,
    /// From here on nothing happens any more, and what was not synced is lost.
    PowerCut,
}

struct Nth {
    way: Way,
    nth: usize,
    seen: AtomicUsize,
    fired: AtomicBool,
    /// Lengths up to which files with later writes are durable.
    durable: Mutex<HashMap<PathBuf, u64>>,
}

impl Gate for Nth {
    fn pass(&self, op: Op, path: &Path) -> Pass {
        let number = self.seen.fetch_add(1, Ordering::SeqCst) + 1;
        let lasting = matches!(self.way, Way::Stop | Way::Tear | Way::PowerCut);
        if number != self.nth && !(lasting && number > self.nth) {
            self.note(op, path);
            return Pass::Go;
        }
        self.fired.store(true, Ordering::SeqCst);
        match (self.way, op) {
            (Way::Full, Op::Write(length)) => Pass::Torn(length / 2, io::ErrorKind::StorageFull.into()),
            (Way::Full, _) => Pass::Fail(io::ErrorKind::StorageFull.into()),
            (Way::Tear, Op::Write(length)) if number == self.nth => {
                Pass::Torn(length / 2, io::Error::other("stopped"))
            }
            _ => Pass::Fail(io::Error::other("stopped")),
        }
    }
}

impl Nth {
    fn new(way: Way, nth: usize) -> Arc<Self> {
        Arc::new(Self {
            way,
            nth,
            seen: AtomicUsize::new(0),
            fired: AtomicBool::new(false),
            durable: Mutex::default(),
        })
    }

    fn fired(&self) -> bool {
        self.fired.load(Ordering::SeqCst)
    }

    fn note(&self, op: Op, path: &Path) {
        let mut durable = self.durable.lock().unwrap();
        match op {
            Op::Write(_) => {
                let length = std::fs::metadata(path).map_or(0, |facts| facts.len());
                durable.entry(path.to_owned()).or_insert(length);
            }
            Op::Sync => {
                durable.remove(path);
            }
            _ => {}
        }
    }

    fn lose_power(&self) {
        for (path, length) in self.durable.lock().unwrap().iter() {
            if let Ok(file) = std::fs::OpenOptions::new().write(true).open(path) {
                file.set_len(*length).unwrap();
            }
        }
    }
}

/// Three states of a phone, with what makes trouble: big payloads, odd bytes, names that clash, doubles.
fn worlds() -> Vec<Phone> {
    let first = Phone::default()
        .with(Kind::Contact, "book", "1", card("Ada", "1"))
        .with(Kind::Contact, "book", "2", vec![b'x'; 20_000])
        .with(Kind::Contact, "book", "3", card("Cleo", "3"))
        .with(
            Kind::Contact,
            "book",
            "5",
            card_with_address("Eve", "https://e.org/1"),
        )
        .with(Kind::Event, "work", "1", event("1", "Dinner", "20240503T190000"))
        .with(Kind::Photo, "DCIM", "a/IMG_1.jpg", "one")
        .with(Kind::Photo, "DCIM", "b/IMG_1.jpg", "two")
        .with(Kind::Photo, "DCIM", "c/IMG_2.jpg", "one")
        .with(
            Kind::Photo,
            "DCIM",
            "d/IMG_3.jpg",
            [[7; 2500], [0; 2500]].concat(),
        );
    let second = first
        .clone()
        .with(Kind::Contact, "book", "1", card("Ada L.", "1"))
        .without(Kind::Contact, "book", "3")
        .with(
            Kind::Contact,
            "book",
            "5",
            card_with_address("Eve", "https://e.org/2"),
        )
        .with(Kind::Contact, "book", "4", vec![0xff; 100])
        .with(Kind::Photo, "DCIM", "a/IMG_1.jpg", "one, edited")
        .with(Kind::Photo, "DCIM", "e/IMG_3.jpg", "five")
        .without(Kind::Photo, "DCIM", "b/IMG_1.jpg");
    let third = second
        .clone()
        .with(Kind::Contact, "book", "3", card("Cleo", "3"))
        .with(Kind::Photo, "DCIM", "b/IMG_1.jpg", "two");
    vec![first, second, third]
}

fn undisturbed() -> String {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    for (seconds, phone) in (0..).step_by(10).zip(&worlds()) {
        mirror(&mut writer, phone, seconds).unwrap();
    }
    dump(&writer)
}

/// Mirrors the three states; the `nth` operation goes wrong. False when there is no such operation.
fn disturbed(way: Way, nth: usize, expected: &str) -> bool {
    let dir = scratch();
    let gate = Nth::new(way, nth);
    let mut writer = Writer::open_on(dir.path(), Disk::gated(gate.clone()));
    for (seconds, phone) in (0..).step_by(10).zip(&worlds()) {
        let mut tries = 0;
        loop {
            tries += 1;
            assert!(tries <= 3, "{way:?} {nth}: does not recover");
            let done = match &mut writer {
                Ok(writer) => mirror(writer, phone, seconds + tries).map_err(|error| error.kind()),
                Err(error) => Err(error.kind()),
            };
            let Err(kind) = done else { break };
            if way == Way::Full {
                assert_eq!(kind, ArchiveErrorKind::Full, "{nth}");
            }
            if writer.is_ok() && matches!(way, Way::Full | Way::Broken) {
                // The same process goes on with what it has.
                continue;
            }
            drop(writer);
            if way == Way::PowerCut {
                gate.lose_power();
            }
            writer = Writer::open(dir.path());
        }
    }
    drop(writer);
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(dump(&writer), expected, "{way:?} {nth}");
    assert_eq!(verify(&mut writer).damage, [], "{way:?} {nth}");
    rebuilds_the_same(&mut writer);
    gate.fired()
}

fn verify(writer: &mut Writer) -> Check {
    let options = VerifyOptions {
        at: at(1000),
        sample: None,
        jobs: 1,
    };
    writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap()
}

fn each_operation(way: Way) {
    let expected = undisturbed();
    let count = (1..).take_while(|nth| disturbed(way, *nth, &expected)).count();
    assert!(count > 50, "only {count} operations were tried");
}

#[test]
fn a_full_disk_at_every_operation() {
    each_operation(Way::Full);
}

#[test]
fn a_failing_disk_at_every_operation() {
    each_operation(Way::Broken);
}

#[test]
fn a_kill_at_every_operation() {
    each_operation(Way::Stop);
}

#[test]
fn a_kill_within_every_write() {
    each_operation(Way::Tear);
}

#[test]
fn a_power_cut_at_every_operation() {
    each_operation(Way::PowerCut);
}

/// What was left of an archive, to be healed on a disk that fails again.
struct Wreck {
    dir: tempfile::TempDir,
    /// What the phone has.
    phone: Phone,
    /// The journal file that is lost, if one is.
    lost: Option<String>,
}

/// A run that was stopped at its `nth` operation; None when it got through. `harm` is done to what it left.
fn stopped(nth: usize, harm: fn(&Path)) -> Option<Wreck> {
    let [first, second, _] = <[Phone; 3]>::try_from(worlds()).ok()?;
    let dir = scratch();
    mirror(&mut Writer::open(dir.path()).unwrap(), &first, 0).unwrap();
    let gate = Nth::new(Way::Stop, nth);
    if let Ok(mut writer) = Writer::open_on(dir.path(), Disk::gated(gate.clone())) {
        // The next process sees what it left.
        let _ = mirror(&mut writer, &second, 10);
    }
    harm(dir.path());
    gate.fired().then_some(Wreck {
        dir,
        phone: second,
        lost: None,
    })
}

/// Nothing but the stop.
fn unharmed(_: &Path) {}

/// Photos that the journal names and that were on their way to their places are lost.
fn lose_arrivals(root: &Path) {
    for entry in std::fs::read_dir(root.join(".sidekeep/incoming")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

/// Two whole runs, and the journal of the second is lost.
fn without_its_newest_journal() -> Wreck {
    let dir = scratch();
    let mut worlds = worlds();
    let mut writer = Writer::open(dir.path()).unwrap();
    mirror(&mut writer, &worlds[0], 0).unwrap();
    mirror(&mut writer, &worlds[1], 10).unwrap();
    let newest = writer.runs().unwrap().remove(0).id;
    drop(writer);
    let file = walkdir::WalkDir::new(dir.path().join(".sidekeep/journal"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .find(|path| path.file_stem().is_some_and(|name| *name == *newest.as_str()))
        .unwrap();
    std::fs::remove_file(&file).unwrap();
    Wreck {
        dir,
        phone: worlds.remove(1),
        lost: Some(file.file_name().unwrap().to_str().unwrap().to_owned()),
    }
}

fn copy(from: &Path) -> tempfile::TempDir {
    let to = scratch();
    for entry in walkdir::WalkDir::new(from).min_depth(1) {
        let entry = entry.unwrap();
        let target = to.path().join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            std::fs::create_dir(target).unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
    to
}

/// Heals a copy of the wreck while the `nth` operation goes wrong, then in peace, and mirrors. False when healing has
/// no such operation.
fn healed(wreck: &Wreck, way: Way, nth: usize, expected: &str) -> bool {
    let dir = copy(wreck.dir.path());
    let gate = Nth::new(way, nth);
    if let Err(error) = Writer::open_on(dir.path(), Disk::gated(gate.clone())) {
        assert!(
            way != Way::Full || error.kind() == ArchiveErrorKind::Full,
            "{nth}: {error}"
        );
    }
    let mut writer = Writer::open(dir.path()).unwrap();
    if let Some(lost) = &wreck.lost {
        let told = writer.checks().unwrap().into_iter().any(|checked| {
            let damage = &checked.check.damage;
            damage
                .iter()
                .any(|damage| damage.path.ends_with(lost.as_str()) && damage.fault == Fault::Missing)
        });
        assert!(told, "{way:?} {nth}: the loss is in the history");
    }
    mirror(&mut writer, &wreck.phone, 20).unwrap();
    assert_eq!(dump(&writer), expected, "{way:?} {nth}");
    for damage in verify(&mut writer).damage {
        // What healing found lost is told once more by the first check.
        let lost = wreck.lost.as_ref();
        assert!(
            lost.is_some_and(|lost| damage.path.ends_with(lost.as_str())),
            "{way:?} {nth}: {damage:?}"
        );
    }
    rebuilds_the_same(&mut writer);
    gate.fired()
}

/// Healing fails in this way at each of its operations in turn; returns how many it has.
fn each_operation_of_healing(wreck: &Wreck, way: Way) -> usize {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    for (seconds, phone) in (0..).step_by(10).zip(&worlds()[..2]) {
        mirror(&mut writer, phone, seconds).unwrap();
    }
    let expected = dump(&writer);
    (1..)
        .take_while(|nth| healed(wreck, way, *nth, &expected))
        .count()
}

fn each_stop_and_each_operation_of_healing(harm: fn(&Path)) {
    let wrecks = (1..).map_while(|nth| stopped(nth, harm));
    let counts: Vec<usize> = wrecks
        .map(|wreck| each_operation_of_healing(&wreck, Way::Tear))
        .collect();
    assert!(counts.len() > 20, "only {} stops", counts.len());
    assert!(counts.iter().any(|count| *count >= 5), "{counts:?}");
}

#[test]
fn healing_after_each_stop_is_stopped_at_every_operation() {
    each_stop_and_each_operation_of_healing(unharmed);
}

#[test]
fn healing_without_the_arrivals_is_stopped_at_every_operation() {
    each_stop_and_each_operation_of_healing(lose_arrivals);
}

#[test]
fn healing_a_lost_journal_fails_at_every_operation() {
    let wreck = without_its_newest_journal();
    for way in [Way::Full, Way::Broken, Way::Tear] {
        let count = each_operation_of_healing(&wreck, way);
        assert!(count >= 5, "{way:?}: only {count} operations");
    }
}
