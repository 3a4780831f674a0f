//! An archive that has lived: real runs of the demo phone while its owner's life went on, and a folder of to-dos. It is
//! made once for each build of this program and copied for each window.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sidekeep_engine::screen::{self, RunRow};
use sidekeep_engine::{Archive, Clock, Engine, Options, Outcome, Source, Watch};
use sidekeep_model::{ItemId, Time};
use sidekeep_testphones::android::Android;
use sidekeep_testphones::{Providers, Storage, demo};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// When the phone was first mirrored.
pub(crate) const FIRST: &str = "2024-06-20T09:00:00Z";

/// When it was mirrored again, changed.
const SECOND: &str = "2025-02-01T18:30:00Z";

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

const LISTS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//lists//EN\r\nX-WR-CALNAME:Household\r\n\
BEGIN:VTODO\r\nUID:boiler\r\nSUMMARY:Have the boiler checked\r\nDUE;VALUE=DATE:20240901\r\nPRIORITY:1\r\n\
DESCRIPTION:Hartmann & S\u{f6}hne\\; number on the fridge\r\nEND:VTODO\r\n\
BEGIN:VTODO\r\nUID:passport\r\nSUMMARY:Renew the passport\r\nDUE;VALUE=DATE:20390501\r\nEND:VTODO\r\n\
BEGIN:VTODO\r\nUID:plants\r\nSUMMARY:Water the plants\r\nDUE:20390601T080000Z\r\nRRULE:FREQ=WEEKLY\r\nEND:VTODO\r\n\
BEGIN:VTODO\r\nUID:lamp\r\nSUMMARY:Fix the lamp in the hall\r\nSTATUS:COMPLETED\r\nCOMPLETED:20240518T100000Z\r\n\
END:VTODO\r\nEND:VCALENDAR\r\n";

/// A window's own archive.
pub(crate) struct Life {
    folder: TempDir,
}

impl Life {
    /// A copy of the archive that has lived.
    pub(crate) async fn copy() -> Self {
        let made = made().await;
        let folder = tempfile::Builder::new()
            .prefix("sidekeep-life-")
            .tempdir()
            .unwrap();
        copy(&made, folder.path());
        Self { folder }
    }

    /// Where it is.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("Sidekeep")
    }

    /// A folder for anything else, which ends with it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn open(&self) -> Archive {
        self.engine().archive().unwrap()
    }

    pub(crate) fn engine(&self) -> Engine {
        Engine::at(self.root())
    }

    /// The file of a photo or film in the archive.
    pub(crate) fn file(&self, id: ItemId) -> PathBuf {
        let archive = self.open();
        let item = archive.item(id).unwrap().unwrap();
        archive.original(&item.state).unwrap()
    }

    /// What a search for these words finds first.
    pub(crate) fn found(&self, words: &str) -> ItemId {
        let found = screen::search(&self.open(), words, 1).unwrap();
        found
            .first()
            .unwrap_or_else(|| panic!("nothing is called {words:?}"))
            .id
    }

    /// The runs, newest first.
    pub(crate) fn runs(&self) -> Vec<RunRow> {
        screen::runs(&self.open()).unwrap()
    }

    /// What is on the phone now but what `change` makes of it, mirrored.
    pub(crate) async fn goes_on(&self, change: impl FnOnce(&Providers)) {
        let phone = Pebble::again(&self.beside("phone")).await;
        change(&phone.providers);
        phone.mirrored(&self.engine(), Clock::system()).await;
    }
}

/// A way to a phone that can be shut: nothing comes through until it is opened again.
pub(crate) struct Gate {
    address: std::net::SocketAddr,
    shut: watch::Sender<bool>,
    _passing: JoinSet<()>,
}

impl Gate {
    /// An open way to this address.
    pub(crate) async fn before(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shut = watch::Sender::new(false);
        let mut passing = JoinSet::new();
        let seen = shut.subscribe();
        passing.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let (there, seen) = (target.clone(), seen.clone());
                tokio::spawn(async move {
                    let far = TcpStream::connect(there).await.unwrap();
                    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
                    tokio::spawn(pass(from_near, to_far, seen.clone()));
                    pass(from_far, to_near, seen).await;
                });
            }
        });
        Self {
            address,
            shut,
            _passing: passing,
        }
    }

    /// Where it begins.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    /// Lets nothing through, or everything.
    pub(crate) fn shut(&self, shut: bool) {
        self.shut.send_replace(shut);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut shut: watch::Receiver<bool>) {
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let opened = shut.wait_for(|shut| !shut).await.is_ok();
        if !opened || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// The demo phone, running.
pub(crate) struct Pebble {
    pub(crate) providers: Providers,
    android: Android,
}

impl Pebble {
    /// A new demo phone, written into this folder.
    pub(crate) async fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        demo::write(folder, demo::MOUNT).unwrap();
        Self::again(folder).await
    }

    /// The phone as it is in this folder.
    pub(crate) async fn again(folder: &Path) -> Self {
        let storage = Storage::new(demo::MOUNT, &demo::storage(folder));
        Self {
            providers: Providers::open(&demo::database(folder)).unwrap(),
            android: Android::start(storage, demo::database(folder)).await.unwrap(),
        }
    }

    /// Its address: `127.0.0.1:41234`.
    pub(crate) fn address(&self) -> String {
        self.android.address().to_string()
    }

    async fn mirrored(&self, engine: &Engine, clock: Clock) {
        let source = format!("adb://{}{}", self.address(), demo::MOUNT);
        mirrored(engine, &source, clock).await;
    }
}

async fn mirrored(engine: &Engine, source: &str, clock: Clock) {
    let source = Source::parse(source, Path::new("/")).unwrap();
    let options = Options {
        clock,
        ..Options::new(source.name())
    };
    let report = engine.mirror(&source, &options, &Watch::new()).await.unwrap();
    assert_eq!(report.outcome, Outcome::Complete);
}

fn at(time: &str) -> Clock {
    let time: Time = time.parse().unwrap();
    Clock::new(move || time)
}

/// The folder with the archive and its phone, made unless this build of this program has made it before. The other
/// processes of the same test run wait for it.
async fn made() -> PathBuf {
    let program = std::env::current_exe().unwrap().metadata().unwrap();
    let built = program
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let shelf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lives");
    let place = shelf.join(built.as_nanos().to_string());
    let ready = place.join("ready");
    fs::create_dir_all(&shelf).unwrap();
    let lock = File::create(shelf.join("lock")).unwrap();
    lock.lock().unwrap();
    if !ready.exists() {
        for old in fs::read_dir(&shelf).unwrap() {
            let old = old.unwrap();
            let age = old.metadata().unwrap().modified().unwrap().elapsed();
            // A younger one may still be in use by another build's windows.
            if old.path().is_dir() && age.is_ok_and(|age| age > A_DAY) {
                fs::remove_dir_all(old.path()).unwrap();
            }
        }
        make(&place).await;
        File::create(ready).unwrap();
    }
    place
}

async fn make(place: &Path) {
    let (phone, lists) = (place.join("phone"), place.join("lists"));
    let engine = Engine::at(place.join("Sidekeep"));
    let pebble = Pebble::new(&phone).await;
    pebble.mirrored(&engine, at(FIRST)).await;

    // Ada has another number, Emil is gone, the choir sings elsewhere, a picture was deleted.
    for change in [
        "UPDATE data SET data1 = '+1 202-555-0199', data4 = NULL WHERE data1 = '+1 202-555-0101'",
        "UPDATE raw_contacts SET version = version + 1 WHERE _id = 1",
        "UPDATE events SET eventLocation = 'Quay Hall' WHERE title = 'Choir practice \u{1f3b6}'",
    ] {
        assert!(pebble.providers.execute(change).unwrap() > 0, "{change}");
    }
    pebble.providers.delete_contact(EMIL).unwrap();
    let gone = "_display_name = 'IMG-20240101-WA0003.jpg'";
    assert_eq!(pebble.providers.remove_media(gone).unwrap(), 1);
    pebble.mirrored(&engine, at(SECOND)).await;

    fs::create_dir(&lists).unwrap();
    fs::write(lists.join("Household.ics"), LISTS).unwrap();
    mirrored(&engine, &format!("folder:{}", lists.display()), Clock::system()).await;
    pebble.mirrored(&engine, Clock::system()).await;
}

/// The place of Emil Sørensbakken among the demo's people.
const EMIL: i64 = 17;

/// Copies a folder and all that is below it, with the times of the files.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
            // By its time a phone's file is known to be the same.
            let time = entry.metadata().unwrap().modified().unwrap();
            File::options()
                .write(true)
                .open(to)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
    }
}
