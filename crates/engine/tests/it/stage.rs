//! An archive in a folder of its own, and a phone to mirror into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sidekeep_engine::{
    Archive, Clock, Engine, Options, Policy, Query, Report, RestoreOptions, RestoreReport, Source, Watch,
};
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

    /// A run from a source that the engine opens itself.
    pub(crate) async fn mirror_from(&self, source: &Source) -> Report {
        let options = self.options(source);
        let report = self.engine.mirror(source, &options, &Watch::new()).await;
        report.unwrap()
    }

    /// Puts the contacts back there as they were at a time; what is there stays as it is.
    pub(crate) async fn contacts_back(&self, source: &Source, as_of: Time) -> RestoreReport {
        let order = RestoreOptions {
            query: Query {
                kinds: vec![Kind::Contact],
                as_of: Some(as_of),
                ..Query::default()
            },
            policy: Policy::KeepPhone,
            into: None,
            preview: false,
        };
        let (options, watch) = (self.options(source), Watch::new());
        let restored = self
            .engine
            .restore(source, Kind::Contact, &order, &options, &watch);
        restored.await.unwrap()
    }

    fn options(&self, source: &Source) -> Options {
        Options {
            clock: self.clock(),
            ..Options::new(source.name())
        }
    }

    /// What the archive has of a kind, in its order.
    pub(crate) fn titles(&self, kind: Kind) -> Vec<String> {
        let query = Query {
            kinds: vec![kind],
            ..Query::default()
        };
        let items = self.archive().list(&query).unwrap().into_iter();
        items.map(|item| item.title).collect()
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
