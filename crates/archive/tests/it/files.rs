//! Original files: received, resumed, named, folded, put back.

use std::fs;
use std::time::{Duration, SystemTime};

use sidekeep_archive::{Change, Content, Outcome, Query, Writer};
use sidekeep_model::{Kind, Marks};

use crate::support::*;

const WALL: &str = "2024-05-03T14:00:00";

/// Keeps photos `(remote, bytes)` in one run; the paths of all items afterwards, sorted by remote.
fn paths(photos: &[(&str, &str)]) -> Vec<String> {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    run.collection(Kind::Photo, &collection("DCIM")).unwrap();
    for (remote, bytes) in photos {
        photo(&mut run, remote, bytes.as_bytes(), WALL, 0).unwrap();
    }
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(1)).unwrap();
    rebuilds_the_same(&mut writer);
    let mut items = writer.list(&Query::default()).unwrap();
    items.sort_by(|a, b| a.remote.cmp(&b.remote));
    items
        .iter()
        .map(|item| {
            let path = writer.original(&item.state).unwrap();
            let Content::File(original) = &item.content else {
                panic!("{item:?}")
            };
            assert_eq!(path, dir.path().join(&original.path));
            assert_eq!(fs::metadata(&path).unwrap().len(), original.size);
            assert_eq!(sidekeep_model::Digest::of(&fs::read(&path).unwrap()), item.digest);
            assert_eq!(
                fs::metadata(&path).unwrap().modified().unwrap(),
                SystemTime::UNIX_EPOCH + Duration::from_secs(1_714_741_200)
            );
            assert_eq!(
                item.remote.0,
                *photos.iter().find(|(r, _)| *r == item.remote.0).unwrap().0
            );
            original.path.clone()
        })
        .collect()
}

#[test]
fn originals_are_filed_by_day_under_safe_names() {
    let day = |names: &[&str]| -> Vec<String> {
        names
            .iter()
            .map(|name| format!("Photos/2024/2024-05-03/{name}"))
            .collect()
    };
    for (photos, expected) in [
        (vec![("DCIM/Camera/IMG_1.jpg", "x")], vec!["IMG_1.jpg"]),
        (vec![("DCIM/empty.jpg", "")], vec!["empty.jpg"]),
        // Other bytes, the same name: counted on. The same bytes: one file.
        (
            vec![
                ("a/IMG_1.jpg", "x"),
                ("b/IMG_1.jpg", "y"),
                ("c/img_1.JPG", "z"),
                ("d/IMG_1.jpg", "x"),
            ],
            vec!["IMG_1.jpg", "IMG_1 (2).jpg", "img_1 (3).JPG", "IMG_1.jpg"],
        ),
        (
            vec![("a/\u{e9}.jpg", "x"), ("b/e\u{301}.jpg", "y")],
            vec!["\u{e9}.jpg", "\u{e9} (2).jpg"],
        ),
        (
            vec![("../../evil/..", "x"), ("C:\\CON", "y"), ("a/NUL.jpg", "z")],
            vec!["__", "C__CON", "_NUL.jpg"],
        ),
    ] {
        assert_eq!(paths(&photos), day(&expected), "{photos:?}");
    }
}

#[test]
fn nothing_of_the_owner_s_is_written_over() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let folder = dir.path().join("Photos/2024/2024-05-03");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("IMG_1.jpg"), "the owner's").unwrap();
    let phone = Phone::default().with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "the phone's");
    mirror(&mut writer, &phone, 0).unwrap();
    assert_eq!(fs::read(folder.join("IMG_1.jpg")).unwrap(), b"the owner's");
    assert_eq!(fs::read(folder.join("IMG_1 (2).jpg")).unwrap(), b"the phone's");
}

#[test]
fn changed_bytes_are_another_file() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "one");
    mirror(&mut writer, &phone, 0).unwrap();
    let phone = phone.with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "two");
    mirror(&mut writer, &phone, 10).unwrap();
    let versions = writer
        .versions(id(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg"))
        .unwrap();
    let bytes: Vec<_> = versions
        .iter()
        .map(|version| fs::read(writer.original(version.state.as_ref().unwrap()).unwrap()).unwrap())
        .collect();
    assert_eq!(bytes, [b"one", b"two"]);
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_half_received_file_goes_on_where_it_stopped() {
    let dir = scratch();
    let bytes: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
    let key = key(Kind::Photo, "DCIM", "film");
    let fingerprint = format!("{}:{WALL}", bytes.len()).as_str().into();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    assert_eq!(run.arrived(&key, &fingerprint), 0);
    let mut incoming = run.receive(&key, &fingerprint, None).unwrap();
    incoming.write(&bytes[..150_000]).unwrap();
    drop(incoming);
    assert_eq!(run.arrived(&key, &fingerprint), 150_000);
    // Another state of the same file begins anew.
    assert_eq!(run.arrived(&key, &"other".into()), 0);
    drop(run);
    drop(writer);

    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(10)).unwrap();
    let incoming = run.receive(&key, &fingerprint, None).unwrap();
    assert_eq!(incoming.len(), 150_000);
    assert_eq!(incoming.digest(), sidekeep_model::Digest::of(&bytes[..150_000]));
    drop(incoming);
    assert_eq!(
        photo(&mut run, "film", &bytes, WALL, 10).unwrap(),
        Some(Change::Seen)
    );
    assert_eq!(run.arrived(&key, &fingerprint), 0);
    run.finish(Outcome::Complete, at(11)).unwrap();
    let item = writer.list(&Query::default()).unwrap().remove(0);
    assert_eq!(fs::read(writer.original(&item.state).unwrap()).unwrap(), bytes);
    assert_eq!(item.digest, sidekeep_model::Digest::of(&bytes));
    let left = fs::read_dir(dir.path().join(".sidekeep/incoming"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

#[test]
fn a_hole_stays_a_hole() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    let mut bytes = vec![0; 4 << 20];
    bytes[0] = 1;
    bytes[2 << 20] = 2;
    photo(&mut run, "film", &bytes, WALL, 0).unwrap();
    run.finish(Outcome::Complete, at(1)).unwrap();
    let item = writer.list(&Query::default()).unwrap().remove(0);
    let path = writer.original(&item.state).unwrap();
    assert!(fs::read(&path).unwrap() == bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let taken = fs::metadata(&path).unwrap().blocks() * 512;
        assert!(taken < 1 << 20, "{taken} bytes of the disk");
    }
}

#[test]
fn a_file_that_changed_while_it_was_read_begins_anew() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let mut run = writer.begin(new_run(0)).unwrap();
    let key = key(Kind::Photo, "DCIM", "a.jpg");
    let mut incoming = run.receive(&key, &"1".into(), None).unwrap();
    incoming.write(b"first half of the old").unwrap();
    incoming.restart().unwrap();
    incoming.write(b"new").unwrap();
    assert_eq!(incoming.digest(), sidekeep_model::Digest::of(b"new"));
    let mut read = String::new();
    std::io::Read::read_to_string(&mut incoming.reader().unwrap(), &mut read).unwrap();
    assert_eq!(read, "new");
    incoming.discard().unwrap();
    assert_eq!(run.arrived(&key, &"1".into()), 0);
    // More is here than there can be: it is of another state.
    let mut incoming = run.receive(&key, &"2".into(), None).unwrap();
    incoming.write(b"0123456789").unwrap();
    drop(incoming);
    assert_eq!(run.receive(&key, &"2".into(), Some(5)).unwrap().len(), 0);
}

#[test]
fn a_lost_original_is_wanted_again_and_returns_to_its_place() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels");
    mirror(&mut writer, &phone, 0).unwrap();
    let path = dir.path().join("Photos/2024/2024-05-03/IMG_1.jpg");
    let whole = dump(&writer);
    for spoil in [&(|| fs::remove_file(&path).unwrap()) as &dyn Fn(), &|| {
        fs::write(&path, "pixelz").unwrap()
    }] {
        spoil();
        let options = sidekeep_archive::VerifyOptions {
            at: at(10),
            sample: None,
            jobs: 2,
        };
        let check = writer
            .verify(&options, &mut |_| std::ops::ControlFlow::Continue(()))
            .unwrap();
        assert_eq!(check.damage.len(), 1, "{check:?}");
        let item = writer.list(&Query::default()).unwrap().remove(0);
        assert_eq!(item.damage, Some(check.damage[0].fault));
        assert!(writer.original(&item.state).is_err());
        rebuilds_the_same(&mut writer);
        let run = writer.begin(new_run(15)).unwrap();
        let known = run.known(Kind::Photo).unwrap().remove(0);
        assert_eq!((known.digest, known.size), (None, None));
        drop(run);
        mirror(&mut writer, &phone, 20).unwrap();
        let item = writer.list(&Query::default()).unwrap().remove(0);
        assert_eq!(item.damage, None);
        assert_eq!(
            fs::read(writer.original(&item.state).unwrap()).unwrap(),
            b"pixels"
        );
        rebuilds_the_same(&mut writer);
        if !fs::read(&path).is_ok_and(|bytes| bytes == b"pixelz") {
            assert_eq!(dump(&writer), whole);
        }
    }
    assert_eq!(
        fs::read(&path).unwrap(),
        b"pixelz",
        "what is damaged stays where it is"
    );
}

#[test]
fn marks_of_a_photo_change_without_its_bytes() {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default().with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels");
    mirror(&mut writer, &phone, 0).unwrap();
    let mut run = writer.begin(new_run(10)).unwrap();
    let known = run.known(Kind::Photo).unwrap().remove(0);
    let favourite = Marks {
        favourite: true,
        ..Marks::default()
    };
    let key = key(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg");
    let change = run.mark(&key, &known.fingerprint, &favourite, at(10)).unwrap();
    assert_eq!(change, Some(Change::Marked));
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(11)).unwrap();
    let item = writer.list(&Query::default()).unwrap().remove(0);
    assert!(item.marks.favourite);
    assert!(writer.original(&item.state).is_ok());
    rebuilds_the_same(&mut writer);
}

#[test]
fn what_a_lost_journal_named_is_adopted_not_doubled() {
    let dir = scratch();
    let phone = Phone::default()
        .with(Kind::Photo, "DCIM", "DCIM/a/IMG_1.jpg", "pixels")
        .with(Kind::Photo, "DCIM", "DCIM/b/IMG_1.jpg", "others")
        .with(Kind::Photo, "DCIM", "DCIM/IMG_2.jpg", "more");
    let mut writer = Writer::open(dir.path()).unwrap();
    mirror(&mut writer, &phone, 0).unwrap();
    drop(writer);
    let inner = dir.path().join(".sidekeep");
    fs::remove_dir_all(inner.join("journal")).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(inner.join(format!("index.db{ending}")));
    }
    let folder = dir.path().join("Photos/2024/2024-05-03");
    // Of the same length, but other bytes: not the one that is coming.
    fs::write(folder.join("IMG_2.jpg"), "mine").unwrap();
    let mut writer = Writer::open(dir.path()).unwrap();
    // In another order than at first.
    let mut run = writer.begin(new_run(10)).unwrap();
    run.collection(Kind::Photo, &collection("DCIM")).unwrap();
    for (remote, bytes) in [
        ("b/IMG_1.jpg", "others"),
        ("a/IMG_1.jpg", "pixels"),
        ("IMG_2.jpg", "more"),
    ] {
        photo(&mut run, &format!("DCIM/{remote}"), bytes.as_bytes(), WALL, 10).unwrap();
    }
    run.verdict(verdict(Kind::Photo, "DCIM")).unwrap();
    run.finish(Outcome::Complete, at(11)).unwrap();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["IMG_1 (2).jpg", "IMG_1.jpg", "IMG_2 (2).jpg", "IMG_2.jpg"]
    );
    assert_eq!(fs::read(folder.join("IMG_2.jpg")).unwrap(), b"mine");
    let items = writer.list(&Query::default()).unwrap();
    assert_eq!(items.len(), 3);
    for item in items {
        let path = writer.original(&item.state).unwrap();
        assert_eq!(sidekeep_model::Digest::of(&fs::read(path).unwrap()), item.digest);
    }
    let incoming = fs::read_dir(inner.join("incoming")).unwrap().count();
    assert_eq!(incoming, 0, "received copies are discarded");
    rebuilds_the_same(&mut writer);
}
