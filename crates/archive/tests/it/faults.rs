//! Every operation on the disk fails once, and the world stops at every one of them. Afterwards the archive is whole,
//! and a run that is left alone brings it to where an undisturbed one would be.

use std::collections::HashMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sidekeep_archive::{ArchiveErrorKind, Disk, Gate, Op, Pass, VerifyOptions, Writer};
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
        .with(Kind::Event, "work", "1", event("1", "Dinner", "20240503T190000"))
        .with(Kind::Photo, "DCIM", "a/IMG_1.jpg", "one")
        .with(Kind::Photo, "DCIM", "b/IMG_1.jpg", "two")
        .with(Kind::Photo, "DCIM", "c/IMG_2.jpg", "one")
        .with(Kind::Photo, "DCIM", "d/IMG_3.jpg", vec![7; 5000]);
    let second = first
        .clone()
        .with(Kind::Contact, "book", "1", card("Ada L.", "1"))
        .without(Kind::Contact, "book", "3")
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
    let gate = Arc::new(Nth {
        way,
        nth,
        seen: AtomicUsize::new(0),
        fired: AtomicBool::new(false),
        durable: Mutex::default(),
    });
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
    let fired = gate.fired.load(Ordering::SeqCst);
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(dump(&writer), expected, "{way:?} {nth}");
    let options = VerifyOptions {
        at: at(1000),
        sample: None,
        jobs: 1,
    };
    let check = writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(check.damage, [], "{way:?} {nth}");
    rebuilds_the_same(&mut writer);
    fired
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
