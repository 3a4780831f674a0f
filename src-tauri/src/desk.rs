//! What the shell holds while it runs: the archive of the moment, the owner's settings, the work under way. Everything it
//! knows beyond this stands in the archive.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sidekeep_engine::screen::{
    self, Agenda, ExportDone, ExportOrder, Home, LinkKind, Opening, People, PhoneLink, Running, Trouble,
};
use sidekeep_engine::{
    Access, AdbKeys, Clock, Engine, EngineError, Invitation, Loaded, Mdns, Pictured, Pictures, QrCode,
    Secrets, Settings, Shown, Source, Work,
};
use sidekeep_model::ItemId;
use sidekeep_testphones::demo::{self, Demo};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_autostart::{AutoLaunchManager, ManagerExt};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::films::Films;
use crate::reach::Reach;
use crate::secrets::Session;

/// Names the archive instead of the settings, as it does for the command.
const ARCHIVE: &str = "SIDEKEEP_ARCHIVE";

/// How long the owner of a phone that is mirrored may take to tap Allow on it.
const ALLOWING: Duration = Duration::from_secs(120);

/// How long a QR code that is shown waits for a phone to scan it.
const INVITED: Duration = Duration::from_secs(300);

/// The demo's archive, beside the owner's own.
const DEMO: &str = "Sidekeep demo";

/// What the shell holds while it runs.
pub(crate) struct Desk {
    clock: Clock,
    work: Work,
    films: Films,
    /// There is a tray to go on in.
    tray: bool,
    settings: Mutex<Settings>,
    /// An archive was chosen, now or earlier.
    chosen: Mutex<bool>,
    engine: watch::Sender<Engine>,
    looks: Mutex<Looks>,
    /// The demo phone once it runs, in a folder that goes with it.
    demo: tokio::sync::Mutex<Option<(Demo, TempDir)>>,
    reachable: Mutex<Vec<PhoneLink>>,
    /// Where what is dragged out of the window is written; goes with the program.
    carried: Mutex<Option<TempDir>>,
    reach: Reach,
    /// Where the passwords of accounts are.
    secrets: Arc<dyn Secrets>,
    /// Where phones on the network are heard of.
    mdns: Mdns,
    /// What the QR code says that is shown.
    invitation: Mutex<Option<Invitation>>,
}

/// What is remembered of the archive of the moment, so that a screen is quick the second time.
#[derive(Clone)]
struct Looks {
    pictures: Arc<Pictures>,
    agenda: Arc<Mutex<Agenda>>,
    people: Arc<Mutex<People>>,
}

impl Looks {
    fn of(engine: &Engine) -> Self {
        Self {
            pictures: Arc::new(Pictures::new(engine.root())),
            agenda: Arc::default(),
            people: Arc::default(),
        }
    }
}

/// The archive at `root`, with the owner's passwords, the key that phones know this computer by, and an ear for them.
fn engine_at(root: PathBuf, secrets: &Arc<dyn Secrets>, mdns: &Mdns) -> Engine {
    let access = AdbKeys::of_user().map_or_else(Access::default, Access::with);
    Engine::at(root)
        .secrets(Arc::clone(secrets))
        .access(access)
        .patience(ALLOWING)
        .mdns(mdns.clone())
}

/// What a panic elsewhere left is whole: each of these values is replaced or read in one step.
pub(crate) fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// Reads the settings and opens the door to films. Must be called within the runtime.
    pub(crate) fn begin(door: TcpListener, tray: bool) -> std::io::Result<Self> {
        let loaded = Settings::file()
            .and_then(|file| Settings::load(&file).map_err(warned).ok())
            .unwrap_or_default();
        let Loaded { settings, chosen, .. } = loaded;
        let named = std::env::var_os(ARCHIVE).map(PathBuf::from);
        let chosen = chosen || named.is_some();
        let secrets: Arc<dyn Secrets> = Arc::new(Session::begin());
        let root = named.unwrap_or_else(|| settings.archive.clone());
        let mdns = Mdns::listening();
        let engine = engine_at(root, &secrets, &mdns);
        let clock = Clock::system();
        let looks = Looks::of(&engine);
        let (engine, watched) = watch::channel(engine);
        Ok(Self {
            work: Work::new(Handle::current(), clock.clone()),
            clock,
            films: Films::open(door, watched)?,
            tray,
            settings: Mutex::new(settings),
            chosen: Mutex::new(chosen),
            engine,
            looks: Mutex::new(looks),
            demo: tokio::sync::Mutex::default(),
            reachable: Mutex::default(),
            carried: Mutex::default(),
            reach: Reach::default(),
            secrets,
            mdns,
            invitation: Mutex::default(),
        })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn engine(&self) -> Engine {
        self.engine.borrow().clone()
    }

    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    /// The folder for what is dragged out, made when it is first needed.
    pub(crate) fn carried(&self) -> Result<PathBuf, Trouble> {
        let mut carried = open(&self.carried);
        let folder = match carried.take() {
            Some(folder) => folder,
            None => temporary("sidekeep-carried-").map_err(|error| Trouble::fault(&error))?,
        };
        Ok(carried.insert(folder).path().to_owned())
    }

    /// Takes away what was only for this run of the program, which ends without dropping anything.
    pub(crate) fn tidy(&self) {
        drop(open(&self.carried).take());
        // While the demo starts there is nothing of it to take away yet.
        if let Ok(mut demo) = self.demo.try_lock() {
            drop(demo.take());
        }
    }

    pub(crate) fn films(&self) -> &Films {
        &self.films
    }

    pub(crate) fn agenda(&self) -> Arc<Mutex<Agenda>> {
        open(&self.looks).agenda.clone()
    }

    pub(crate) fn people(&self) -> Arc<Mutex<People>> {
        open(&self.looks).people.clone()
    }

    /// Home, with the ways to phones as they were last found.
    pub(crate) fn home(&self) -> impl FnOnce(&Engine) -> Result<Home, EngineError> + Send + use<> {
        let (links, now) = (self.last_reachable(), self.clock.now());
        move |engine| match links.is_empty() {
            true => engine.home(now),
            false => Ok(screen::home(
                &engine.archive()?,
                &engine.grouping()?,
                &links,
                now,
            )?),
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        open(&self.settings).clone()
    }

    /// Closing the window leaves Sidekeep in the tray: the owner wants it so, or a run is going on.
    pub(crate) fn stays(&self) -> bool {
        self.tray && (open(&self.settings).close_to_tray || self.work.running().is_some())
    }

    /// What stands when the window opens.
    pub(crate) fn opening(&self) -> Opening {
        let engine = self.engine();
        let demo = engine.root() == demo_root().as_deref().unwrap_or(Path::new(""));
        let known = *open(&self.chosen) || demo;
        engine.opening(known, demo, env!("CARGO_PKG_VERSION"))
    }

    /// Keeps new settings and lets them hold. Which archive is the owner's is not the page's to say: it stays.
    pub(crate) fn change_settings(&self, app: &AppHandle, settings: Settings) -> Result<Settings, Trouble> {
        let archive = self.settings().archive;
        self.keep_settings(app, Settings { archive, ..settings })
    }

    fn keep_settings(&self, app: &AppHandle, settings: Settings) -> Result<Settings, Trouble> {
        let autostart = app.autolaunch();
        let before = autostart.is_enabled().unwrap_or(false);
        switch(&autostart, settings.autostart).map_err(|error| Trouble::fault(&error))?;
        let saved = Settings::file().map_or(Ok(()), |file| settings.save(&file));
        if let Err(error) = saved {
            // What could not be kept must not hold either.
            if let Err(error) = switch(&autostart, before) {
                tracing::warn!(%error, "the start with the session is not as it was");
            }
            return Err(Trouble::from(error));
        }
        *open(&self.settings) = settings.clone();
        Ok(settings)
    }

    /// Opens the archive in this folder, or begins one there with the first run.
    pub(crate) fn use_archive(&self, app: &AppHandle, folder: PathBuf) -> Result<Opening, Trouble> {
        if self.work.running().is_some() {
            return Err(Trouble::running());
        }
        let settings = self.settings();
        if settings.archive != folder {
            self.reach.pointed_at(&folder)?;
            let archive = folder.clone();
            self.keep_settings(app, Settings { archive, ..settings })?;
        }
        *open(&self.chosen) = true;
        self.turn_to(app, folder);
        Ok(self.opening())
    }

    /// Makes another archive the one of the moment.
    fn turn_to(&self, app: &AppHandle, root: PathBuf) {
        let engine = engine_at(root, &self.secrets, &self.mdns);
        *open(&self.looks) = Looks::of(&engine);
        self.engine.send_replace(engine);
        changed(app);
    }

    /// The ways to phones as they were last found.
    pub(crate) fn last_reachable(&self) -> Vec<PhoneLink> {
        open(&self.reachable).clone()
    }

    /// Asks around; takes seconds.
    pub(crate) async fn ask_around(&self) -> Result<Vec<PhoneLink>, Trouble> {
        let found = self.engine().phones_unopened().await.map_err(Trouble::from)?;
        let links: Vec<PhoneLink> = found.into_iter().map(PhoneLink::from).collect();
        open(&self.reachable).clone_from(&links);
        Ok(links)
    }

    /// Asks around without accounts, which stay as they were last found.
    pub(crate) async fn ask_nearby(&self) -> Result<Vec<PhoneLink>, Trouble> {
        let found = self.engine().phones_nearby().await.map_err(Trouble::from)?;
        let mut links: Vec<PhoneLink> = found.into_iter().map(PhoneLink::from).collect();
        let mut reachable = open(&self.reachable);
        let accounts = reachable.iter().filter(|link| link.link == LinkKind::Account);
        links.extend(accounts.cloned());
        reachable.clone_from(&links);
        Ok(links)
    }

    /// The QR code of a new invitation, in place of the one before.
    pub(crate) fn invite(&self) -> Result<QrCode, Trouble> {
        let invitation = Invitation::new().map_err(|error| Trouble::fault(&error))?;
        let code = invitation.code().map_err(|error| Trouble::fault(&error))?;
        *open(&self.invitation) = Some(invitation);
        Ok(code)
    }

    /// Waits for a phone that scans the code that is shown, and pairs with it.
    pub(crate) async fn pair_invited(&self) -> Result<(), Trouble> {
        let invitation = open(&self.invitation).clone();
        let invitation = invitation.ok_or_else(|| Trouble::bug("nobody was invited"))?;
        let paired = self.engine().pair_invited(&invitation, INVITED).await;
        paired.map(drop).map_err(Trouble::from)
    }

    /// The source that a text of the page names. A folder only if the owner pointed at it or the archive knows it: a page
    /// could otherwise read any folder by having it mirrored.
    pub(crate) fn source(&self, text: &str) -> Result<Source, Trouble> {
        let source = Source::parse(text, Path::new("/")).map_err(EngineError::from)?;
        if let Source::Folder(folder) = &source
            && !self.engine().knows(&source.name())?
        {
            self.reach.pointed_at(folder)?;
        }
        Ok(source)
    }

    pub(crate) fn mirror(&self, source: Source, rescue: bool) -> Result<(), Trouble> {
        self.work.mirror(&self.engine(), source, rescue)
    }

    /// Mirrors files and folders that the owner pointed at.
    pub(crate) fn bring_in(&self, paths: &[PathBuf]) -> Result<(), Trouble> {
        paths.iter().try_for_each(|path| self.reach.pointed_at(path))?;
        self.work.bring_in(&self.engine(), paths)
    }

    /// Starts the demo phone, turns to its archive and mirrors it. The owner's own archive and settings stay as they are.
    pub(crate) async fn mirror_demo(&self, app: &AppHandle) -> Result<(), Trouble> {
        if self.work.running().is_some() {
            return Err(Trouble::running());
        }
        let root = demo_root().ok_or_else(|| Trouble::bug("the system names no home"))?;
        let mut running = self.demo.lock().await;
        let (phone, _) = match &mut *running {
            Some(phone) => phone,
            none => none.insert(start_demo().await.map_err(|error| Trouble::fault(&*error))?),
        };
        let address = phone.android.address();
        let source = Source::Adb {
            host: address.ip().to_string(),
            port: address.port(),
            root: demo::MOUNT.to_owned(),
        };
        self.turn_to(app, root);
        self.work.mirror(&self.engine(), source, false)
    }

    /// Writes an export into a folder that the owner pointed at.
    pub(crate) async fn export(&self, order: ExportOrder) -> Result<ExportDone, Trouble> {
        order.to.iter().try_for_each(|to| self.reach.pointed_at(to))?;
        let done = self.work.export(&self.engine(), order).await?;
        self.reach.wrote(&done.files);
        Ok(done)
    }

    pub(crate) fn running(&self) -> Option<Running> {
        self.work.running()
    }

    /// Which paths the window may name.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The real path of what the window may show or drag out.
    pub(crate) fn ours(&self, path: &Path) -> Result<PathBuf, Trouble> {
        let engine = self.engine();
        let carried = open(&self.carried)
            .as_ref()
            .map(|folder| folder.path().to_owned());
        let roots = [Some(engine.root()), carried.as_deref()];
        self.reach
            .shown(&roots.into_iter().flatten().collect::<Vec<_>>(), path)
    }

    /// The real path of what the window may have opened by another program.
    pub(crate) fn document(&self, path: &Path) -> Result<PathBuf, Trouble> {
        self.reach.document(self.engine().root(), path)
    }

    /// A picture and its media type by its address in the photo protocol.
    pub(crate) async fn picture(&self, path: &str, tag: Option<String>) -> Option<(Vec<u8>, String)> {
        let pictures = open(&self.looks).pictures.clone();
        let of = |id| Pictured { id, tag };
        let shown = match Address::parse(path)? {
            Address::Thumb { item, edge } => {
                let bytes = pictures.thumb(of(item), edge).await.ok()?;
                return Some((bytes, "image/jpeg".to_owned()));
            }
            Address::Original(item) => pictures.original(of(item)).await.ok()?,
            Address::Portrait(item) => pictures.portrait(of(item)).await.ok()?,
        };
        let (bytes, media) = match shown {
            Shown::File { path, media } => (tokio::fs::read(path).await.ok()?, media),
            Shown::Bytes { bytes, media } => (bytes, media),
        };
        Some((bytes, media.to_string()))
    }
}

/// What an address of the photo protocol names: `/thumb/320/<item>`, `/original/<item>`, `/portrait/<item>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    Thumb { item: ItemId, edge: u32 },
    Original(ItemId),
    Portrait(ItemId),
}

impl Address {
    fn parse(path: &str) -> Option<Self> {
        let words: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        let item = words.last()?.parse().ok()?;
        match words[..] {
            ["thumb", edge @ ("320" | "1600"), _] => Some(Self::Thumb {
                item,
                edge: edge.parse().ok()?,
            }),
            ["original", _] => Some(Self::Original(item)),
            ["portrait", _] => Some(Self::Portrait(item)),
            _ => None,
        }
    }
}

/// Lets Sidekeep start with the session, or no longer.
fn switch(autostart: &AutoLaunchManager, on: bool) -> Result<(), tauri_plugin_autostart::Error> {
    match (autostart.is_enabled().unwrap_or(false), on) {
        (false, true) => autostart.enable(),
        (true, false) => autostart.disable(),
        _ => Ok(()),
    }
}

fn temporary(prefix: &str) -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix(prefix).tempdir()
}

async fn start_demo() -> Result<(Demo, TempDir), Box<dyn std::error::Error + Send + Sync>> {
    let folder = temporary("sidekeep-phone-")?;
    let phone = demo::start(folder.path()).await?;
    Ok((phone, folder))
}

fn demo_root() -> Option<PathBuf> {
    Engine::default_root().map(|root| root.with_file_name(DEMO))
}

fn warned<E: std::fmt::Display>(error: E) {
    tracing::warn!(%error, "the settings cannot be read");
}

/// Tells the window that something is kept, decided or opened that was not before.
pub(crate) fn changed(app: &AppHandle) {
    emit(app, "changed", ());
}

/// Sends an event to the window.
pub(crate) fn emit<T: serde::Serialize + Clone>(app: &AppHandle, event: &str, payload: T) {
    if let Err(error) = app.emit_to(crate::window::MAIN, event, payload) {
        tracing::warn!(%error, event, "the window was not told");
    }
}

/// From now on the window hears of the work under way.
pub(crate) fn tell(app: &AppHandle) {
    let app = app.clone();
    let mut running = app.state::<Desk>().work().watch();
    tauri::async_runtime::spawn(async move {
        while running.changed().await.is_ok() {
            let Some(now) = running.borrow_and_update().clone() else {
                continue;
            };
            let ended = now.ended.is_some();
            emit(&app, "running", now);
            if ended {
                changed(&app);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_its_item_and_by_nothing_else() {
        let id = "0".repeat(16);
        let item: ItemId = id.parse().unwrap();
        for (path, address) in [
            (
                format!("/thumb/320/{id}"),
                Some(Address::Thumb { item, edge: 320 }),
            ),
            (
                format!("/thumb/1600/{id}"),
                Some(Address::Thumb { item, edge: 1600 }),
            ),
            (format!("/original/{id}"), Some(Address::Original(item))),
            (format!("/portrait/{id}"), Some(Address::Portrait(item))),
            (format!("/thumb/9000/{id}"), None),
            (format!("/thumb/{id}"), None),
            (format!("original/{id}"), None),
            (format!("/original/../{id}"), None),
            ("/original/../../etc/passwd".to_owned(), None),
            ("/".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(Address::parse(&path), address, "{path}");
        }
    }
}
