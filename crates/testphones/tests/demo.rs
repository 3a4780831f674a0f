//! The demo's phone: what is on it, and that it is the same each time.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, time};

use sidekeep_testphones::demo::{self, Contents};
use sidekeep_testphones::{Providers, Storage};

fn files(folder: &Path) -> BTreeMap<String, (Vec<u8>, time::SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry
                    .path()
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let modified = entry.metadata().unwrap().modified().unwrap();
                found.insert(name, (fs::read(entry.path()).unwrap(), modified));
            }
        }
    }
    found
}

#[test]
fn it_is_the_same_each_time() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let expected = Contents {
        contacts: 40,
        groups: 7,
        calendars: 3,
        events: 20,
        photos: 27,
        films: 2,
    };
    assert_eq!(demo::write(one.path(), demo::MOUNT).unwrap(), expected);
    assert_eq!(demo::write(two.path(), demo::MOUNT).unwrap(), expected);
    assert_eq!(
        files(&demo::storage(one.path())),
        files(&demo::storage(two.path()))
    );
    for table in ["raw_contacts", "data", "groups", "Events", "Attendees", "files"] {
        let dump = |folder: &Path| {
            let providers = Providers::open_read_only(&demo::database(folder)).unwrap();
            let mut out = Vec::new();
            let mut statement = providers
                .connection()
                .prepare(&format!("SELECT * FROM {table}"))
                .unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for column in 0..columns {
                    out.push(format!("{:?}", row.get_ref(column).unwrap()));
                }
            }
            out
        };
        assert_eq!(dump(one.path()), dump(two.path()), "{table}");
    }
}

#[test]
fn the_index_agrees_with_the_files() {
    let folder = tempfile::tempdir().unwrap();
    demo::write(folder.path(), demo::MOUNT).unwrap();
    let storage = Storage::new(demo::MOUNT, &demo::storage(folder.path()));
    let providers = Providers::open_read_only(&demo::database(folder.path())).unwrap();
    let mut statement = providers
        .connection()
        .prepare("SELECT _data, _size, date_modified, mime_type, width, height FROM files")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        let path: String = row.get(0).unwrap();
        let real = storage.resolve(&path).unwrap();
        let found = fs::metadata(&real).unwrap();
        let modified = found
            .modified()
            .unwrap()
            .duration_since(time::UNIX_EPOCH)
            .unwrap()
            .as_secs();
        assert_eq!(
            (found.len(), modified),
            (
                row.get::<_, i64>(1).unwrap().cast_unsigned(),
                row.get::<_, i64>(2).unwrap().cast_unsigned()
            ),
            "{path}"
        );
        if row.get::<_, String>(3).unwrap().starts_with("image/") {
            let size = image::ImageReader::open(&real)
                .unwrap()
                .with_guessed_format()
                .unwrap()
                .into_dimensions();
            assert_eq!(
                size.unwrap(),
                (row.get(4).unwrap(), row.get(5).unwrap()),
                "{path}"
            );
        }
        count += 1;
    }
    assert_eq!(count, 29);
}

#[tokio::test]
async fn it_serves() {
    let folder = tempfile::tempdir().unwrap();
    let demo = demo::start(folder.path()).await.unwrap();
    assert!(demo.android.address().ip().is_loopback());
    tokio::net::TcpStream::connect(demo.android.address())
        .await
        .unwrap();
}
