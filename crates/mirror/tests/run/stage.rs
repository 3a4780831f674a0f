//! An archive in a folder of its own, and phones to mirror into it.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use sidekeep_archive::{Archive, Query, Writer};
use sidekeep_links::Phone;
use sidekeep_mirror::{Clock, Options, Report, RunError, Watch, run};
use sidekeep_model::{Kind, Time};
use sidekeep_testphones::FakePhone;
use tempfile::TempDir;

/// An archive in a folder of its own.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    /// An empty one.
    pub(crate) fn new() -> Self {
        // The loops sync thousands of times; they test the order of that, not the disk.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        Self {
            folder: folder.unwrap(),
        }
    }

    /// A copy of this one, file by file.
    pub(crate) fn copy(&self) -> Self {
        fn copy(from: &Path, to: &Path) {
            std::fs::create_dir_all(to).unwrap();
            for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
                let to = to.join(entry.file_name());
                if entry.file_type().unwrap().is_dir() {
                    copy(&entry.path(), &to);
                } else {
                    std::fs::copy(entry.path(), to).unwrap();
                }
            }
        }
        let other = Self::new();
        if self.root().exists() {
            copy(&self.root(), &other.root());
        }
        other
    }

    pub(crate) fn root(&self) -> std::path::PathBuf {
        self.folder.path().join("Sidekeep")
    }

    pub(crate) fn archive(&self) -> Archive {
        Archive::open(&self.root()).unwrap()
    }

    pub(crate) fn writer(&self) -> Writer {
        Writer::open(&self.root()).unwrap()
    }

    /// A run that the archive can take.
    pub(crate) async fn mirror(&self, phone: &mut dyn Phone) -> Report {
        self.mirror_with(phone, &options(), &Watch::new()).await.unwrap()
    }

    pub(crate) async fn mirror_with(
        &self,
        phone: &mut dyn Phone,
        options: &Options,
        watch: &Watch,
    ) -> Result<Report, RunError> {
        run(phone, self.writer(), options, watch).await
    }

    pub(crate) fn dump(&self) -> String {
        let mut dump = Vec::new();
        self.archive().dump(&mut dump).unwrap();
        String::from_utf8(dump).unwrap()
    }

    /// Items of a kind on the phone by what counts.
    pub(crate) fn present(&self, kind: Kind) -> usize {
        let query = Query {
            kinds: vec![kind],
            ..Query::default()
        };
        self.archive().list(&query).unwrap().len()
    }

    /// The bytes of every original, by its path below `Photos`.
    pub(crate) fn originals(&self) -> Vec<(String, Vec<u8>)> {
        fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
            for entry in std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .map(Result::unwrap)
            {
                let path = entry.path();
                if path.is_dir() {
                    walk(root, &path, found);
                } else {
                    let name = path
                        .strip_prefix(root)
                        .unwrap()
                        .to_string_lossy()
                        .replace('\\', "/");
                    found.push((name, std::fs::read(&path).unwrap()));
                }
            }
        }
        let root = self.root().join("Photos");
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found.sort();
        found
    }
}

/// Everything, by a clock that moves on by a millisecond each time it is read.
pub(crate) fn options() -> Options {
    let ticks = AtomicI64::new(1_760_000_000_000);
    Options {
        clock: Clock::new(move || Time::from_millis(ticks.fetch_add(1, Ordering::Relaxed)).unwrap()),
        ..Options::new("fake:pixel".into())
    }
}

/// A contact with a number and an address.
pub(crate) fn card(nth: usize) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Person {nth}\r\nN:{nth};Person;;;\r\nTEL;TYPE=CELL:+1 555 {nth:04}\r\n\
         EMAIL:person{nth}@example.org\r\nEND:VCARD\r\n"
    )
}

/// The same contact without its number.
pub(crate) fn card_without_number(nth: usize) -> String {
    let card = card(nth);
    let number = card.lines().find(|line| line.starts_with("TEL")).unwrap();
    card.replace(&format!("{number}\r\n"), "")
}

/// Where the picture of a contact is.
pub(crate) fn address(nth: usize) -> String {
    format!("https://dav.example.org/pictures/{nth}")
}

/// The same contact with a picture that it only names.
pub(crate) fn card_with_address(nth: usize) -> String {
    card(nth).replace("END:", &format!("PHOTO;VALUE=uri:{}\r\nEND:", address(nth)))
}

/// A phone with this many contacts.
pub(crate) fn contacts(count: usize) -> FakePhone {
    (0..count).fold(FakePhone::new("pixel"), |phone, nth| {
        phone.contact(&nth.to_string(), &card(nth))
    })
}

/// An event of one hour.
pub(crate) fn event(nth: usize) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Sidekeep//Tests//EN\r\nBEGIN:VEVENT\r\nUID:event-{nth}\r\n\
         DTSTAMP:20240101T000000Z\r\nDTSTART:20240503T{:02}0000Z\r\nDTEND:20240503T{:02}3000Z\r\n\
         SUMMARY:Event {nth}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        nth % 24,
        nth % 24
    )
}

/// Bytes that differ from one seed to the next.
pub(crate) fn noise(seed: usize, length: usize) -> Vec<u8> {
    let mut state = seed as u64 ^ 0x9e37_79b9_7f4a_7c15;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

/// A small phone with something of everything that a run fetches.
pub(crate) fn small() -> FakePhone {
    FakePhone::new("pixel")
        .contact("1", &card(1))
        .contact("2", &card(2))
        .contact("4", &card_with_address(4))
        .picture(&address(4), Ok(&noise(7, 1500)))
        .group("7", "Friends")
        .event("1", &event(1))
        .photo("DCIM/Camera/IMG_1.jpg", noise(1, 3000))
        .photo("DCIM/Camera/IMG_2.jpg", noise(2, 100))
        .photo(
            "Pictures/Screenshots/Screenshot_20240503-140322.png",
            noise(3, 10),
        )
        .film("DCIM/Camera/VID_1.mp4", noise(4, 2500))
        .chunk(1024)
}
