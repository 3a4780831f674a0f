//! Names that a phone may have and a disk must not take as they are: they land inside the archive under safe names, and
//! the true name stays in the record.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use sidekeep_testphones::{MediaRow, Providers, authority, demo};
use sidekeep_tests::{Phone, Sidekeep, same};

const MODIFIED: i64 = 1_714_737_802;

/// A name on the phone, and the one in the archive. A file system takes 255 bytes at most, so that no longer name can be.
fn names() -> Vec<(String, String)> {
    let longest = format!("{}.jpg", "x".repeat(251));
    let wide = format!("{}.jpg", "é".repeat(125));
    [
        ("a..jpg", "a..jpg"),
        (" ... .jpg", "_.. .jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("nul.jpg", "_nul.jpg"),
        ("C:*?<|>.jpg", "C______.jpg"),
        ("up\\..\\..\\up.jpg.png", "up_.._.._up.jpg.png"),
        ("back\\slash.jpg", "back_slash.jpg"),
        ("new\nline, _id=7.jpg", "new_line, _id=7.jpg"),
        ("\"quotes\" 'and' `$(x)`.jpg", "_quotes_ 'and' `$(x)`.jpg"),
        ("gpj.\u{202e}exe.jpg", "gpj.exe.jpg"),
        ("\u{1b}[31mred.jpg", "_[31mred.jpg"),
        ("-rf.jpg", "-rf.jpg"),
        (&longest, &longest),
        (&wide, &wide),
    ]
    .iter()
    .map(|(name, kept)| ((*name).to_owned(), (*kept).to_owned()))
    .collect()
}

/// Pairs that some file system takes for one name.
const ALIKE: [(&str, &str); 2] = [("Same.JPG", "same.jpg"), ("caf\u{e9}.jpg", "cafe\u{301}.jpg")];

fn all_names() -> Vec<String> {
    let pairs = ALIKE.iter().flat_map(|(one, other)| [*one, *other]);
    let single = names().into_iter().map(|(name, _)| name);
    single.chain(pairs.map(str::to_owned)).collect()
}

/// Writes a file of each name, whose bytes are its name, and returns their folder.
fn write_files(storage: &Path) {
    let folder = storage.join("DCIM/Odd");
    fs::create_dir_all(&folder).unwrap();
    for name in all_names() {
        let file = folder.join(&name);
        fs::write(&file, &name).unwrap();
        let time = UNIX_EPOCH + Duration::from_secs(MODIFIED.cast_unsigned());
        let file = fs::File::options().write(true).open(file).unwrap();
        file.set_modified(time).unwrap();
    }
}

/// Where the photos are in the archive, none of them outside of its folder of photos.
fn paths(sidekeep: &Sidekeep) -> BTreeSet<String> {
    let rows = sidekeep.json(&["list", "photos"]);
    let path = |row: &Value| row["path"].as_str().unwrap().to_owned();
    let paths: BTreeSet<String> = rows.iter().map(path).collect();
    assert_eq!(paths.len(), rows.len());
    for path in &paths {
        let path = Path::new(path);
        assert!(path.starts_with("Photos"), "{path:?}");
        let mut parts = path.components();
        assert!(parts.all(|part| matches!(part, Component::Normal(_))), "{path:?}");
    }
    paths
}

/// What the archive holds after a run that was expected to end so.
fn check(sidekeep: &Sidekeep, source: &str, code: i32) {
    sidekeep.expect(code, &["mirror", source]);
    let rows = sidekeep.json(&["list", "photos"]);
    for row in &rows {
        let name = row["name"].as_str().unwrap();
        assert!(
            row["remote"].as_str().unwrap().ends_with(name),
            "the true name: {row}"
        );
        let kept = sidekeep.archive().join(row["path"].as_str().unwrap());
        assert_eq!(fs::read_to_string(kept).unwrap(), name);
    }
    let folded = |path: &String| path.to_lowercase().replace("e\u{301}", "\u{e9}");
    let folded: BTreeSet<String> = paths(sidekeep).iter().map(folded).collect();
    assert_eq!(
        folded.len(),
        rows.len(),
        "no system takes two for one: {folded:?}"
    );

    let seen: BTreeSet<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    let all = all_names();
    assert_eq!(seen, all.iter().map(String::as_str).collect());
    for (name, kept) in names() {
        let row = rows.iter().find(|row| row["name"] == name.as_str()).unwrap();
        let path = Path::new(row["path"].as_str().unwrap());
        assert_eq!(path.file_name().unwrap().to_str().unwrap(), kept, "{name:?}");
    }

    let shown = sidekeep.expect(0, &["list", "photos"]);
    assert!(
        !shown.contains(['\u{1b}', '\u{202e}']),
        "nothing that a terminal obeys: {shown:?}"
    );
    sidekeep.expect(0, &["verify"]);
    let dump = sidekeep.expect(0, &["dump"]);
    sidekeep.expect(0, &["rebuild"]);
    same(&sidekeep.expect(0, &["dump"]), &dump);
}

fn archive() -> (tempfile::TempDir, Sidekeep) {
    let dir = tempfile::tempdir().unwrap();
    let sidekeep = Sidekeep::at(&dir.path().join("archive"));
    (dir, sidekeep)
}

#[test]
fn from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let source = format!("folder:{}", folder.path().display());
    let (_dir, sidekeep) = archive();
    check(&sidekeep, &source, 0);

    // A name that is no text at all is counted, and a link that leads round in a circle is not followed.
    let odd = folder.path().join("DCIM/Odd");
    fs::write(odd.join(std::ffi::OsStr::from_bytes(b"\xff\xfe.jpg")), "no text").unwrap();
    std::os::unix::fs::symlink(folder.path(), odd.join("round")).unwrap();
    std::os::unix::fs::symlink("itself.jpg", odd.join("itself.jpg")).unwrap();
    check(&sidekeep, &source, 3);
}

#[test]
fn from_a_phone_with_an_index_and_without() {
    let phone = Phone::with(|folder, mount| {
        write_files(&demo::storage(folder));
        let providers = Providers::create(&demo::database(folder)).unwrap();
        for name in all_names() {
            let row = MediaRow {
                data: format!("{mount}/DCIM/Odd/{name}"),
                root: mount.to_owned(),
                mime: "image/jpeg".to_owned(),
                size: name.len() as u64,
                modified: MODIFIED,
                ..MediaRow::default()
            };
            providers.media(&row).unwrap();
        }
    });
    let (_dir, sidekeep) = archive();
    check(&sidekeep, &phone.source(), 0);
    let before = paths(&sidekeep);

    // The same names as the file service tells them.
    phone.providers.remove_provider(authority::MEDIA).unwrap();
    let odd = phone.storage().join("DCIM/Odd");
    std::os::unix::fs::symlink(phone.storage(), odd.join("round")).unwrap();
    std::os::unix::fs::symlink("itself.jpg", odd.join("itself.jpg")).unwrap();
    let (_other, walked) = archive();
    check(&walked, &phone.source(), 3);
    check(&sidekeep, &phone.source(), 3);
    assert_eq!(paths(&sidekeep), before, "no file is kept twice");

    // An index that names a file outside of the storage: whatever the phone gives for it stays inside the archive.
    phone.providers.restore_provider(authority::MEDIA).unwrap();
    fs::write(phone.storage().with_file_name("outside.jpg"), "outside.jpg").unwrap();
    let row = MediaRow {
        data: format!("{0}/DCIM/Odd/../../../outside.jpg", phone.storage().display()),
        root: phone.storage().display().to_string(),
        mime: "image/jpeg".to_owned(),
        size: 11,
        modified: MODIFIED,
        ..MediaRow::default()
    };
    phone.providers.media(&row).unwrap();
    let (dir, sidekeep) = archive();
    sidekeep.expect(0, &["mirror", &phone.source()]);
    assert!(paths(&sidekeep).iter().any(|path| path.ends_with("/outside.jpg")));
    sidekeep.expect(0, &["verify"]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "only the archive");
}
