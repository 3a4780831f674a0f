//! The disk is really full: a run stops and says so, nothing is lost, and it goes on when there is room.

use std::fs;
use std::io::Write;

use sidekeep_tests::{Phone, Sidekeep, SmallDisk, same};

use super::killed::fill;

/// How much the disk grows at a time; the archive needs several times this much.
const STEP: u64 = 3 << 19;

/// The command got through; or it ended as it must when the disk is full.
#[track_caller]
fn gets_through(sidekeep: &Sidekeep, arguments: &[&str]) -> bool {
    let ended = sidekeep.run(arguments);
    if ended.code == 0 {
        return true;
    }
    assert_eq!(ended.code, 1, "{arguments:?}: {}", ended.err);
    let words = "The disk is full. Everything that arrived before is kept";
    assert!(ended.err.contains(words), "{arguments:?}: {}", ended.err);
    false
}

/// Takes every byte that is left on the disk.
fn fill_up(disk: &SmallDisk) -> std::path::PathBuf {
    let path = disk.from_outside().join("somebody else's");
    let mut file = fs::File::create(&path).unwrap();
    for block in [1 << 16, 1] {
        while file.write_all(&vec![7; block]).is_ok() {}
    }
    path
}

#[test]
fn a_run_stops_and_goes_on_when_there_is_room() {
    let phone = Phone::with(fill);
    let source = phone.source();
    let dir = tempfile::tempdir().unwrap();
    let calm = Sidekeep::at(dir.path());
    calm.expect(0, &["mirror", &source]);

    let mut size = STEP / 2;
    let disk = SmallDisk::new(size);
    let sidekeep = Sidekeep::on(&disk);
    let mut kept = Vec::new();
    let mut stops = 0;
    while !gets_through(&sidekeep, &["mirror", &source]) {
        stops += 1;
        assert!(stops < 20, "still full at {size} bytes");
        let other = fill_up(&disk);
        for command in ["status", "history", "dump"] {
            sidekeep.expect(0, &[command]);
        }
        let now = sidekeep.json(&["list", "photos"]);
        for photo in &kept {
            assert!(now.contains(photo), "at {size} bytes: {photo}");
        }
        kept = now;
        if stops == 3 {
            for command in [&["mirror", &source][..], &["verify"], &["rebuild"]] {
                assert!(!gets_through(&sidekeep, command), "{command:?} needs no room?");
            }
        }
        fs::remove_file(other).unwrap();
        size += STEP;
        disk.resize(size);
        sidekeep.expect(0, &["verify"]);
    }
    assert!(stops >= 5, "the disk was full {stops} times only");
    assert!(!kept.is_empty());
    sidekeep.expect(0, &["verify"]);
    same(&sidekeep.expect(0, &["dump"]), &calm.expect(0, &["dump"]));
}
