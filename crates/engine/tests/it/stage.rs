//! An archive in a folder of its own, and a phone to mirror into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sidekeep_engine::{Archive, Clock, Engine, Options, Report, Watch};
use sidekeep_model::{Kind, Time};
use sidekeep_testphones::FakePhone;
use tempfile::TempDir;

/// A minute, in milliseconds.
const MINUTE: i64 = 60_000;

pub(crate) struct Stage {
    pub(crate) folder: TempDir,
    pub(crate) engine: Engine,
    now: Arc<AtomicI64>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            engine: Engine::at(folder.path().join("archive")),
            folder,
            now: Arc::new(AtomicI64::new(1_767_225_600_000)),
        }
    }

    /// A clock that goes on a little with each look.
    pub(crate) fn clock(&self) -> Clock {
        let now = self.now.clone();
        Clock::new(move || Time::from_millis(now.fetch_add(1000, Ordering::Relaxed)).unwrap())
    }

    /// Minutes go by; the time after them.
    pub(crate) fn later(&self, minutes: i64) -> Time {
        let now = self.now.fetch_add(minutes * MINUTE, Ordering::Relaxed) + minutes * MINUTE;
        Time::from_millis(now).unwrap()
    }

    pub(crate) async fn mirror(&self, phone: &mut FakePhone) -> Report {
        self.mirror_only(phone, &[]).await
    }

    pub(crate) async fn mirror_only(&self, phone: &mut FakePhone, kinds: &[Kind]) -> Report {
        let options = Options {
            clock: self.clock(),
            kinds: kinds.to_vec(),
            ..Options::new("adb://127.0.0.1:5601".into())
        };
        self.engine
            .mirror_phone(phone, &options, &Watch::new())
            .await
            .unwrap()
    }

    pub(crate) fn archive(&self) -> Archive {
        self.engine.archive().unwrap()
    }

    /// Writes a file beside the archive.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

pub(crate) fn card(name: &str, more: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\n{more}END:VCARD\r\n")
}

pub(crate) fn event(uid: &str, summary: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n\
         DTSTART:20260101T100000Z\r\nDTEND:20260101T110000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// A phone with many contacts named `Person 1`, `Person 2`, ...
pub(crate) fn people(count: usize) -> FakePhone {
    (1..=count).fold(FakePhone::new("ada"), |phone, nth| {
        let number = format!("TEL:+49 170 {nth:04}\r\n");
        phone.contact(&nth.to_string(), &card(&format!("Person {nth}"), &number))
    })
}
