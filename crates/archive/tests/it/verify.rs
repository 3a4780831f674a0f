//! What a check finds, and that finding it destroys nothing.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sidekeep_archive::{ArchiveErrorKind, Check, Damage, Fault, Query, VerifyOptions, Writer};
use sidekeep_model::Kind;

use crate::support::*;

fn check(writer: &mut Writer, seconds: i64) -> Check {
    let options = VerifyOptions {
        at: at(seconds),
        sample: None,
        jobs: 2,
    };
    writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap()
}

/// Three runs over contacts small and big, and photos.
fn archive() -> (tempfile::TempDir, Writer) {
    let dir = scratch();
    let mut writer = Writer::open(dir.path()).unwrap();
    let phone = Phone::default()
        .with(Kind::Contact, "book", "1", card("Ada", "1"))
        .with(Kind::Contact, "book", "2", vec![b'x'; 20_000])
        .with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels");
    mirror(&mut writer, &phone, 0).unwrap();
    let phone = phone.with(Kind::Contact, "book", "1", card("Bea", "1"));
    mirror(&mut writer, &phone, 10).unwrap();
    let phone = phone.with(Kind::Contact, "book", "3", card("Cleo", "1"));
    mirror(&mut writer, &phone, 20).unwrap();
    (dir, writer)
}

fn journals(root: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root.join(".sidekeep/journal"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

/// The bytes of everything that is kept: originals, journal, objects.
fn everything(root: &Path) -> Vec<Vec<u8>> {
    [
        "Photos",
        ".sidekeep/journal",
        ".sidekeep/objects",
        ".sidekeep/quarantine",
    ]
    .iter()
    .flat_map(|folder| walkdir::WalkDir::new(root.join(folder)))
    .filter_map(|entry| entry.ok())
    .filter(|entry| entry.file_type().is_file())
    .map(|entry| fs::read(entry.path()).unwrap())
    .collect()
}

#[test]
fn a_sound_archive_is_clean_and_counts_as_verified() {
    let (_dir, mut writer) = archive();
    assert!(writer.status().unwrap().iter().all(|row| row.verified == 0));
    let found = check(&mut writer, 100);
    assert_eq!(found.damage, []);
    // Three journals, an object and an original.
    assert_eq!(found.files, 5);
    for row in writer.status().unwrap() {
        assert_eq!((row.verified, row.damaged), (row.present, 0), "{row:?}");
        assert_eq!(row.verified_at, Some(at(100)));
    }
    let contacts = writer.status().unwrap().remove(0);
    assert_eq!(contacts.present, 3);
    assert_eq!(contacts.last_complete, Some(at(21)));
    // The check is part of the chain too.
    assert_eq!(check(&mut writer, 200).damage, []);
    rebuilds_the_same(&mut writer);
}

#[test]
fn every_kind_has_a_row_of_proof() {
    let (_dir, writer) = archive();
    let rows = writer.status().unwrap();
    let tried: Vec<(Kind, bool)> = rows.iter().map(|row| (row.kind, row.is_tried())).collect();
    let read = [Kind::Contact, Kind::Event, Kind::Photo];
    let expected: Vec<(Kind, bool)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, read.contains(&kind)))
        .collect();
    assert_eq!(tried, expected);
}

#[test]
fn a_file_that_no_record_names_is_told_and_is_no_damage() {
    let (dir, mut writer) = archive();
    let photos = dir.path().join("Photos");
    let day = photos.join("2024/2024-05-03");
    for litter in [".DS_Store", "Thumbs.db", "._IMG_1.jpg"] {
        fs::write(day.join(litter), "x").unwrap();
    }
    fs::create_dir(day.join("@eaDir")).unwrap();
    fs::write(day.join("@eaDir/IMG_1.jpg"), "x").unwrap();
    assert_eq!(check(&mut writer, 100).unknown, [] as [&str; 0]);

    fs::write(day.join("scan.jpg"), "x").unwrap();
    fs::write(photos.join("notes.txt"), "x").unwrap();
    let found = check(&mut writer, 200);
    assert_eq!(
        found.unknown,
        ["Photos/2024/2024-05-03/scan.jpg", "Photos/notes.txt"]
    );
    assert_eq!((&found.damage[..], found.files), (&[][..], 6));
    assert_eq!(writer.checks().unwrap()[0].check, found, "noted");
    assert!(day.join("scan.jpg").exists() && photos.join("notes.txt").exists());
    rebuilds_the_same(&mut writer);
}

/// What was fetched again beside an altered original is the original now, and the altered file is one that nothing names
/// any more: each check says so, lest it be taken for the picture.
#[test]
fn an_altered_original_that_was_fetched_again_is_told_as_long_as_it_lies_there() {
    let (dir, mut writer) = archive();
    let day = dir.path().join("Photos/2024/2024-05-03");
    fs::write(day.join("IMG_1.jpg"), "PIXELS").unwrap();
    assert_eq!(check(&mut writer, 100).damage.len(), 1);
    let phone = Phone::default().with(Kind::Photo, "DCIM", "DCIM/IMG_1.jpg", "pixels");
    mirror(&mut writer, &phone, 110).unwrap();
    assert_eq!(fs::read(day.join("IMG_1 (2).jpg")).unwrap(), b"pixels");
    let first = "Photos/2024/2024-05-03/IMG_1.jpg";
    for seconds in [200, 300] {
        let found = check(&mut writer, seconds);
        assert_eq!(
            (&found.damage[..], &found.unknown[..]),
            (&[][..], &[first.to_owned()][..])
        );
    }
    assert_eq!(fs::read(day.join("IMG_1.jpg")).unwrap(), b"PIXELS", "left alone");
    fs::remove_file(day.join("IMG_1.jpg")).unwrap();
    assert_eq!(check(&mut writer, 400).unknown, [] as [&str; 0]);
}

#[test]
fn a_damaged_object_is_set_aside_and_wanted_again() {
    let (dir, mut writer) = archive();
    let item = writer.item(id(Kind::Contact, "book", "2")).unwrap().unwrap();
    let hex = item.digest.to_hex();
    let path = dir.path().join(format!(".sidekeep/objects/{}/{hex}", &hex[..2]));
    fs::write(&path, "garbage").unwrap();
    assert_eq!(
        writer.raw(&item.state).unwrap_err().kind(),
        ArchiveErrorKind::Damaged
    );
    let found = check(&mut writer, 100);
    assert_eq!(
        found.damage,
        [Damage {
            path: format!(".sidekeep/objects/{}/{hex}", &hex[..2]),
            fault: Fault::Altered
        }]
    );
    let aside = dir.path().join(".sidekeep/quarantine").join(&hex);
    assert_eq!(fs::read(aside).unwrap(), b"garbage");
    let run = writer.begin(new_run(110)).unwrap();
    let known = run.known(Kind::Contact).unwrap();
    let wanted: Vec<_> = known.iter().filter(|known| known.digest.is_none()).collect();
    assert_eq!(wanted.len(), 1);
    drop(run);
    let mut run = writer.begin(new_run(120)).unwrap();
    run.payload(contact_item("2", "again", 120), &vec![b'x'; 20_000])
        .unwrap();
    run.verdict(verdict(Kind::Contact, "book")).unwrap();
    run.finish(sidekeep_archive::Outcome::Complete, at(121)).unwrap();
    assert_eq!(writer.raw(&item.state).unwrap(), vec![b'x'; 20_000]);
    assert_eq!(check(&mut writer, 200).damage, []);
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_broken_line_is_reported_and_its_item_wanted_again() {
    let (dir, mut writer) = archive();
    let first = journals(dir.path()).remove(0);
    let text = fs::read_to_string(&first).unwrap();
    let spoilt = text.replace("\"remote\":\"1\"", "\"remote\":!1!");
    fs::write(&first, &spoilt).unwrap();
    let before = everything(dir.path());
    let found = check(&mut writer, 100);
    let faults: Vec<Fault> = found.damage.iter().map(|damage| damage.fault).collect();
    assert_eq!(faults, [Fault::Altered, Fault::BrokenLine]);
    assert_eq!(fs::read_to_string(&first).unwrap(), spoilt, "never rewritten");
    let after = everything(dir.path());
    assert!(
        before.iter().all(|bytes| after.contains(bytes)),
        "nothing is deleted"
    );
    // The first state of contact 1 is lost, the second is there.
    let versions = writer.versions(id(Kind::Contact, "book", "1")).unwrap();
    assert_eq!(versions.len(), 1);
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_payload_altered_within_a_line_that_still_parses_is_found() {
    let (dir, mut writer) = archive();
    let second = journals(dir.path()).remove(1);
    let text = fs::read_to_string(&second).unwrap();
    fs::write(&second, text.replace("FN:Bea", "FN:Eve")).unwrap();
    let item = writer.item(id(Kind::Contact, "book", "1")).unwrap().unwrap();
    assert_eq!(
        writer.raw(&item.state).unwrap_err().kind(),
        ArchiveErrorKind::Damaged
    );
    let faults: Vec<Fault> = check(&mut writer, 100)
        .damage
        .iter()
        .map(|damage| damage.fault)
        .collect();
    assert_eq!(faults, [Fault::Altered, Fault::BrokenLine]);
}

#[test]
fn a_missing_or_replaced_journal_breaks_the_chain() {
    let (dir, mut writer) = archive();
    fs::remove_file(&journals(dir.path())[1]).unwrap();
    let faults: Vec<Fault> = check(&mut writer, 100)
        .damage
        .iter()
        .map(|damage| damage.fault)
        .collect();
    assert_eq!(faults, [Fault::Missing, Fault::BrokenChain]);
    // The journal is the truth: the lost run is gone from the index too, the rest is there.
    drop(writer);
    let writer = Writer::open(dir.path()).unwrap();
    let titles: Vec<String> = writer
        .list(&Query {
            kinds: vec![Kind::Contact],
            ..Query::default()
        })
        .unwrap()
        .into_iter()
        .map(|item| item.title)
        .collect();
    assert!(titles.contains(&"Cleo".to_owned()), "{titles:?}");
}

#[test]
fn an_owner_who_puts_a_file_back_is_believed_after_a_check() {
    let (dir, mut writer) = archive();
    let path = dir.path().join("Photos/2024/2024-05-03/IMG_1.jpg");
    let away = dir.path().join("away");
    fs::rename(&path, &away).unwrap();
    assert_eq!(check(&mut writer, 100).damage.len(), 1);
    fs::rename(&away, &path).unwrap();
    assert_eq!(check(&mut writer, 110).damage, []);
    let item = writer
        .list(&Query {
            kinds: vec![Kind::Photo],
            ..Query::default()
        })
        .unwrap()
        .remove(0);
    assert_eq!(item.damage, None);
    assert_eq!(writer.checks().unwrap().len(), 2);
}

#[test]
fn a_check_can_be_stopped_and_can_take_a_sample() {
    let (_dir, mut writer) = archive();
    let mut options = VerifyOptions {
        at: at(100),
        sample: None,
        jobs: 2,
    };
    let stopped = writer
        .verify(&options, &mut |_| ControlFlow::Break(()))
        .unwrap_err();
    assert_eq!(stopped.kind(), ArchiveErrorKind::Stopped);
    assert_eq!(writer.checks().unwrap(), []);
    options.sample = Some(0.0);
    let check = writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert!(check.sample);
    assert_eq!(check.files, 3, "journals only");
    assert!(
        writer
            .status()
            .unwrap()
            .iter()
            .all(|row| row.verified_at.is_none())
    );
    options.sample = Some(1.0);
    let check = writer
        .verify(&options, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(check.files, 6);
}

/// What is in the quarantine, by name.
fn quarantine(root: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root.join(".sidekeep/quarantine")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A file's path below the root, as a check names it.
fn below(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

#[test]
fn lost_journals_are_noticed_and_the_old_index_is_kept() {
    // How many of the newest of three journals are lost: a chain without them is whole.
    for lost in [1, 3] {
        let (dir, writer) = archive();
        drop(writer);
        let gone = journals(dir.path()).split_off(3 - lost);
        for path in &gone {
            fs::remove_file(path).unwrap();
        }
        // A reader heals, in a process of its own as it were; the check comes later.
        drop(sidekeep_archive::Archive::open(dir.path()).unwrap());
        assert_eq!(quarantine(dir.path()), ["index.db"]);
        let mut writer = Writer::open(dir.path()).unwrap();
        let expected: Vec<Damage> = gone
            .iter()
            .map(|path| Damage {
                path: below(dir.path(), path),
                fault: Fault::Missing,
            })
            .collect();
        assert_eq!(
            writer.checks().unwrap()[0].check.damage,
            expected,
            "in the history"
        );
        let found = check(&mut writer, 100);
        let journal = |damage: &&Damage| damage.path.starts_with(".sidekeep/journal");
        assert_eq!(
            found.damage.iter().filter(journal).collect::<Vec<_>>(),
            expected.iter().collect::<Vec<_>>()
        );
        let again = check(&mut writer, 200);
        assert_eq!(again.damage.iter().filter(journal).count(), 0, "told once");
        assert_eq!(quarantine(dir.path()), ["index.db"]);
        rebuilds_the_same(&mut writer);
    }
}

#[test]
fn a_lost_journal_that_is_put_back_is_not_missing_and_counts_again() {
    let (dir, mut writer) = archive();
    let before = dump(&writer);
    let newest = journals(dir.path()).remove(2);
    let away = dir.path().join("away");
    fs::rename(&newest, &away).unwrap();
    drop(writer);
    writer = Writer::open(dir.path()).unwrap();
    assert_ne!(dump(&writer), before);
    fs::rename(&away, &newest).unwrap();
    drop(writer);
    writer = Writer::open(dir.path()).unwrap();
    assert_eq!(check(&mut writer, 100).damage, []);
    assert_eq!(dump(&writer), before);
}

#[test]
fn a_sealed_journal_that_lost_its_end_is_told() {
    let (dir, writer) = archive();
    drop(writer);
    let newest = journals(dir.path()).remove(2);
    let text = fs::read_to_string(&newest).unwrap();
    let cut = text.find("{\"verdict\"").unwrap();
    fs::write(&newest, &text[..cut + 5]).unwrap();
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(writer.healed().cut, 5);
    assert_eq!(writer.healed().ended.len(), 1);
    assert_eq!(quarantine(dir.path()), ["index.db"]);
    let expected = [Damage {
        path: below(dir.path(), &newest),
        fault: Fault::Altered,
    }];
    assert_eq!(writer.healed().damage, expected);
    assert_eq!(check(&mut writer, 100).damage, expected);
    assert_eq!(writer.healed(), &sidekeep_archive::Healed::default());
    rebuilds_the_same(&mut writer);
}

#[test]
fn a_foreign_file_in_the_journal_is_set_aside_and_told() {
    let (dir, writer) = archive();
    drop(writer);
    let folder = journals(dir.path())[0].parent().unwrap().to_owned();
    fs::write(folder.join("notes.jsonl"), "not ours\n").unwrap();
    // What a crash leaves of a first line is nothing that was kept.
    fs::write(folder.join("torn.jsonl"), "{\"run\":{\"for").unwrap();
    let mut writer = Writer::open(dir.path()).unwrap();
    assert_eq!(quarantine(dir.path()), ["notes.jsonl", "torn.jsonl"]);
    assert_eq!(writer.healed().cut, 12);
    let faults: Vec<Fault> = check(&mut writer, 100)
        .damage
        .iter()
        .map(|damage| damage.fault)
        .collect();
    assert_eq!(faults, [Fault::BrokenLine]);
    assert_eq!(check(&mut writer, 200).damage, []);
}
