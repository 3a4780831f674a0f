//! Files that are no ordinary photo: empty, growing while they are read, with a hole of five gigabytes, with more pixels
//! than any memory holds. Each is kept or left out with a reason, and costs no more than it must.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use sidekeep_testphones::{Providers, bulk, demo};
use sidekeep_tests::measure::measured;
use sidekeep_tests::{Phone, Sidekeep};

/// The most memory that any command may take, in MB.
const MOST: f64 = 200.0;

/// A folder that is a phone, and an archive.
fn folder() -> (tempfile::TempDir, String, Sidekeep) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("phone/DCIM")).unwrap();
    let source = format!("folder:{}", dir.path().join("phone").display());
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    (dir, source, sidekeep)
}

fn kept(sidekeep: &Sidekeep, row: &serde_json::Value) -> std::path::PathBuf {
    sidekeep.archive().join(row["path"].as_str().unwrap())
}

#[test]
fn an_empty_photo_is_kept_and_told_when_it_is_exported() {
    let (dir, source, sidekeep) = folder();
    fs::write(dir.path().join("phone/DCIM/IMG_1.jpg"), "").unwrap();
    let ended = sidekeep.run(&["mirror", &source]);
    let told = "1 file is empty, cut short or no picture; it is kept as it is.";
    assert!(ended.code == 0 && ended.err.contains(told), "{}", ended.err);
    let row = sidekeep.json(&["list", "photos"]).remove(0);
    assert_eq!((&row["size"], &row["name"]), (&0.into(), &"IMG_1.jpg".into()));
    assert_eq!(fs::metadata(kept(&sidekeep, &row)).unwrap().len(), 0);
    sidekeep.expect(0, &["verify"]);

    let to = dir.path().join("jpegs");
    let ended = sidekeep.run(&["export", "photos", "--jpeg", "--to", to.to_str().unwrap()]);
    assert_eq!(ended.code, 3, "{}", ended.err);
    let said = format!("{}{}", String::from_utf8_lossy(&ended.out), ended.err);
    assert!(said.contains("it came empty"), "{said}");
}

#[test]
fn a_card_that_was_cut_off_does_not_replace_the_whole_one() {
    let (dir, source, sidekeep) = folder();
    let file = dir.path().join("phone/all.vcf");
    let card = |name: &str| format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{name}\r\nFN:{name}\r\nEND:VCARD\r\n");
    let whole = card("Ada") + &card("Bob");
    fs::write(&file, &whole).unwrap();
    sidekeep.expect(0, &["mirror", &source]);
    let names = || -> Vec<_> {
        let contacts = sidekeep.json(&["list", "contacts"]);
        contacts.iter().map(|contact| contact["name"].clone()).collect()
    };
    assert_eq!(names(), ["Ada", "Bob"]);
    fs::write(&file, &whole[..whole.rfind("Bob").unwrap()]).unwrap();
    let said = sidekeep.expect(3, &["mirror", &source]);
    assert!(said.contains("1 item could not be read"), "{said}");
    assert_eq!(names(), ["Ada", "Bob"], "the last whole state stays");
}

#[test]
fn a_kind_that_no_folder_has_says_why_it_failed() {
    let (_dir, source, sidekeep) = folder();
    let said = sidekeep.expect(1, &["mirror", &source, "--only", "groups"]);
    assert!(said.contains("cannot be read over this link: groups"), "{said}");
    assert!(
        said.contains("failed. Nothing could be read; why is said above."),
        "{said}"
    );
}

/// Mirrors while the file grows without a pause, then once more when it holds still.
fn check_growing(source: &str, folder: &Path, sidekeep: &Sidekeep) {
    let steady = vec![1; 300_000];
    fs::write(folder.join("steady.jpg"), &steady).unwrap();
    let mut growing = File::create(folder.join("growing.mp4")).unwrap();
    growing.write_all(&vec![7; 64 << 20]).unwrap();

    let stop = AtomicBool::new(false);
    let ended = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                growing.write_all(b"x").unwrap();
            }
        });
        let ended = sidekeep.run(&["mirror", source]);
        stop.store(true, Ordering::Relaxed);
        ended
    });
    let out = String::from_utf8_lossy(&ended.out).into_owned();
    assert_eq!(ended.code, 3, "{out}{}", ended.err);
    assert!(out.contains("1 file was changing while it was read"), "{out}");
    let rows = sidekeep.json(&["list", "photos"]);
    assert_eq!(
        rows.len(),
        1,
        "half of one state and half of another is not kept: {rows:?}"
    );
    assert_eq!(fs::read(kept(sidekeep, &rows[0])).unwrap(), steady);

    sidekeep.expect(0, &["mirror", source]);
    let rows = sidekeep.json(&["list", "photos"]);
    let film = rows.iter().find(|row| row["name"] == "growing.mp4").unwrap();
    let whole = fs::read(folder.join("growing.mp4")).unwrap();
    assert!(fs::read(kept(sidekeep, film)).unwrap() == whole);
    sidekeep.expect(0, &["verify"]);
}

#[test]
fn a_film_that_grows_while_it_is_read_comes_when_it_holds_still() {
    let (dir, source, sidekeep) = folder();
    check_growing(&source, &dir.path().join("phone/DCIM"), &sidekeep);

    let phone = Phone::with(|folder, _| {
        fs::create_dir_all(demo::storage(folder).join("DCIM")).unwrap();
        Providers::create(&demo::database(folder)).unwrap();
    });
    let sidekeep = Sidekeep::at(&dir.path().join("other"));
    check_growing(&phone.source(), &phone.storage().join("DCIM"), &sidekeep);
}

#[test]
fn a_hole_of_five_gigabytes_takes_no_room() {
    let (dir, source, sidekeep) = folder();
    let film = dir.path().join("phone/DCIM/VID_1.mp4");
    let length = (5 << 30) + 7;
    let mut file = File::create(&film).unwrap();
    file.write_all(b"\0\0\0\x18ftypmp42").unwrap();
    file.set_len(length).unwrap();

    let (cost, status) = measured(&mut sidekeep.command(&["mirror", &source]));
    assert_eq!(status.code(), Some(0));
    assert!(cost.peak < MOST, "{} MB", cost.peak);
    let row = sidekeep.json(&["list", "photos"]).remove(0);
    let facts = fs::metadata(kept(&sidekeep, &row)).unwrap();
    assert_eq!(facts.len(), length);
    assert!(facts.blocks() * 512 < 8 << 20, "{} blocks", facts.blocks());
}

#[test]
fn a_picture_of_400_million_pixels_is_kept_and_not_converted() {
    let (dir, source, sidekeep) = folder();
    let picture = dir.path().join("phone/DCIM/IMG_1.png");
    bulk::black_png(&picture, 20_000, 20_000).unwrap();

    let (cost, status) = measured(&mut sidekeep.command(&["mirror", &source]));
    assert_eq!(status.code(), Some(0));
    assert!(cost.peak < MOST, "{} MB", cost.peak);
    let row = sidekeep.json(&["list", "photos"]).remove(0);
    assert_eq!((&row["width"], &row["height"]), (&20_000.into(), &20_000.into()));

    let to = dir.path().join("jpegs");
    let export = ["export", "photos", "--jpeg", "--to", to.to_str().unwrap()];
    let (cost, status) = measured(&mut sidekeep.command(&export));
    assert_eq!(status.code(), Some(3));
    assert!(cost.peak < MOST, "{} MB", cost.peak);
    let ended = sidekeep.run(&export);
    let said = format!("{}{}", String::from_utf8_lossy(&ended.out), ended.err);
    assert!(
        said.contains("it is too large to convert; export it with --originals"),
        "{said}"
    );
    sidekeep.expect(
        0,
        &["export", "photos", "--originals", "--to", to.to_str().unwrap()],
    );
}
