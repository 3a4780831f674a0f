//! The real window, driven as a person would: its own X server, WebDriver and home, each ended when dropped.

#![allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]

mod display;

use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use image::RgbImage;
use serde_json::{Value, json};
use tempfile::TempDir;

use self::display::Display;
use crate::SmallDisk;

/// How long anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at something that is awaited.
const AGAIN: Duration = Duration::from_millis(30);

/// How a window is to be started.
pub struct Start<'a> {
    /// The archive; None: there is none yet.
    pub archive: Option<&'a Path>,
    /// Width and height of the screen and the window.
    pub size: (u32, u32),
    /// Dark.
    pub dark: bool,
    /// What the program is started with.
    pub args: Vec<&'static str>,
    /// Another program than Sidekeep's, to be measured beside it.
    pub program: Option<&'a Path>,
    /// The small disk that the window sees.
    pub disk: Option<&'a SmallDisk>,
    /// More of the environment.
    pub env: Vec<(&'static str, String)>,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self {
            archive: None,
            size: (1280, 800),
            dark: false,
            args: Vec::new(),
            program: None,
            disk: None,
            env: Vec::new(),
        }
    }
}

/// A running window.
pub struct Window {
    client: Client,
    driver: Ending,
    display: Display,
    home: TempDir,
    /// What the program finds in its environment beside what every program does.
    env: Vec<(&'static str, OsString)>,
}

/// A child that ends with this value.
pub(crate) struct Ending(pub(crate) Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// # Panics
/// A journey stops at what it cannot do, so every one of these panics when the window does not do what it is asked.
impl Window {
    /// Starts the built `sidekeep-desktop`, or the program that SIDEKEEP_DESKTOP names, and waits until it shows something.
    pub async fn open(start: Start<'_>) -> Self {
        let home = tempfile::Builder::new()
            .prefix("sidekeep-window-")
            .tempdir()
            .unwrap();
        let display = Display::of(start.size);
        let port = free_port();
        let words = start.disk.map(SmallDisk::enter).unwrap_or_default();
        let words = [words, vec!["WebKitWebDriver".into()]].concat();
        let at_home = |name: &str| home.path().join(name).into_os_string();
        let theme = if start.dark { "Adwaita:dark" } else { "Adwaita" };
        let mut env: Vec<(&str, OsString)> = vec![
            ("DISPLAY", display.name().into()),
            ("HOME", home.path().into()),
            ("XDG_CONFIG_HOME", at_home("config")),
            ("XDG_DATA_HOME", at_home("data")),
            ("XDG_CACHE_HOME", at_home("cache")),
            ("XDG_RUNTIME_DIR", home.path().into()),
            ("DBUS_SESSION_BUS_ADDRESS", "disabled:".into()),
            ("TAURI_WEBVIEW_AUTOMATION", "true".into()),
            ("GDK_BACKEND", "x11".into()),
            ("NO_AT_BRIDGE", "1".into()),
            ("MESA_SHADER_CACHE_DISABLE", "true".into()),
            ("LANG", "en_GB.UTF-8".into()),
            ("GTK_THEME", theme.into()),
        ];
        env.extend(start.archive.map(|archive| ("SIDEKEEP_ARCHIVE", archive.into())));
        // The later of two counts.
        env.extend(start.env.into_iter().map(|(name, value)| (name, value.into())));
        let mut driver = Command::new(&words[0]);
        driver
            .args(&words[1..])
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("SIDEKEEP_ARCHIVE")
            .envs(env.clone())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let driver = Ending(driver.spawn().expect("WebKitWebDriver: run cargo xtask setup"));
        let program = start.program.map_or_else(program, Path::to_owned);
        let hidden = start.args.contains(&"--hidden");
        let options = json!({ "timeouts": { "script": 120_000 }, "webkitgtk:browserOptions": { "binary": program, "args": start.args } });
        let Value::Object(capabilities) = options else {
            unreachable!("an object was written");
        };
        let begun = Instant::now();
        let client = loop {
            let mut builder = ClientBuilder::new(hyper_connector());
            match builder
                .capabilities(capabilities.clone())
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
            {
                Ok(client) => break client,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "no window: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        // The driver shows the window that it gives a size.
        if !hidden {
            client.set_window_size(start.size.0, start.size.1).await.unwrap();
        }
        let window = Self {
            client,
            driver,
            display,
            home,
            env,
        };
        window.shows_something().await;
        window
    }

    /// Any page that is driven has a heading or, if it is no page of Sidekeep's, words.
    async fn shows_something(&self) {
        let script = "return document.querySelector('#app') ? document.querySelector('main h1') !== null
            : document.body?.innerText.trim() !== ''";
        self.until(script, vec![]).await;
    }

    /// A folder of this window's own.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts the program once more, as its owner would from the desktop's menu, and says how that ended.
    pub fn start_again(&self) -> ExitStatus {
        let mut again = Command::new(program());
        again.env_remove("WAYLAND_DISPLAY").envs(self.env.clone());
        again.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap()
    }

    /// Waits for what a CSS selector names.
    pub async fn find(&self, css: &str) -> Element {
        self.waited(Locator::Css(css), css).await
    }

    /// Waits for what a person finds by its words: a button, link, row, heading or message that shows or is named so.
    pub async fn named(&self, words: &str) -> Element {
        self.waited(Locator::XPath(&path("", SEEN, words)), words).await
    }

    /// The same within what a role names, such as `dialog` or `menu`.
    pub async fn named_in(&self, role: &str, words: &str) -> Element {
        let scope = format!("//*[@role=\"{role}\"]");
        self.waited(Locator::XPath(&path(&scope, SEEN, words)), words)
            .await
    }

    async fn waited(&self, at: Locator<'_>, what: &str) -> Element {
        match self
            .client
            .wait()
            .at_most(PATIENCE)
            .every(AGAIN)
            .for_element(at)
            .await
        {
            Ok(found) => found,
            Err(error) => panic!("{what:?}: {error}\n{}", self.text("body").await),
        }
    }

    /// Clicks the control that a person finds by its words.
    pub async fn choose(&self, words: &str) {
        self.chosen("", words).await;
    }

    /// Clicks the control that a person finds by its words within what a role names.
    pub async fn choose_in(&self, role: &str, words: &str) {
        self.chosen(&format!("//*[@role=\"{role}\"]"), words).await;
    }

    async fn chosen(&self, scope: &str, words: &str) {
        let path = path(scope, CONTROL, words);
        let begun = Instant::now();
        // What is found may be drawn anew before it is clicked.
        while let Err(error) = self.waited(Locator::XPath(&path), words).await.click().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "{words:?} cannot be clicked: {error:?}"
            );
        }
    }

    /// How many elements there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// Waits until there are so many elements.
    pub async fn counts(&self, css: &str, wanted: usize) {
        let script = "return document.querySelectorAll(arguments[0]).length === arguments[1]";
        self.until(script, vec![json!(css), json!(wanted)]).await;
    }

    /// What the elements say that a CSS selector names.
    pub async fn text(&self, css: &str) -> String {
        // The driver's own idea of what shows leaves out text that is cut short by an ellipsis.
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((at) => at.innerText).join('\\n')";
        let text = self.run(script, vec![json!(css)]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element says something that contains `part`.
    pub async fn says(&self, css: &str, part: &str) {
        let begun = Instant::now();
        loop {
            let text = self.text(css).await;
            if text.contains(part) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{css} never says {part:?}: {text}");
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Waits until a script answers something true, and gives its answer.
    pub async fn until(&self, script: &str, arguments: Vec<Value>) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.run(script, arguments.clone()).await;
            let empty = matches!(&answer, Value::Null | Value::Bool(false)) || answer == "";
            if !empty {
                return answer;
            }
            if begun.elapsed() > PATIENCE {
                panic!("never so: {script} {arguments:?}\n{}", self.text("body").await);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Clicks what a CSS selector names.
    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Types, as a keyboard does: into whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let both = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        self.type_all(keys.chars().flat_map(both)).await;
    }

    /// Presses one key of a kind that is no character.
    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Presses a key while Ctrl is down.
    pub async fn control(&self, key: char) {
        let control = char::from(Key::Control);
        self.type_all([
            KeyAction::Down { value: control },
            KeyAction::Down { value: key },
            KeyAction::Up { value: key },
            KeyAction::Up { value: control },
        ])
        .await;
    }

    async fn type_all(&self, keys: impl IntoIterator<Item = KeyAction>) {
        let all = keys
            .into_iter()
            .fold(KeyActions::new("keys".into()), |all, key| all.then(key));
        self.client.perform_actions(all).await.unwrap();
    }

    /// Presses Tab until what has the focus is named or says so.
    pub async fn tab_to(&self, words: &str) {
        let mut passed = Vec::new();
        while passed.len() < 60 {
            let now = self.focused().await;
            if now.contains(words) {
                return;
            }
            passed.push(now);
            self.press(Key::Tab).await;
        }
        panic!("Tab never comes to {words:?}: {passed:?}");
    }

    /// How what has the focus is called.
    pub async fn focused(&self) -> String {
        let script = "const at = document.activeElement;
            return at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText?.slice(0, 80) || at.tagName";
        let name = self.run(script, vec![]).await;
        name.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until what has the focus is called so, or says these words.
    pub async fn has_focus(&self, words: &str) {
        let begun = Instant::now();
        loop {
            let now = self.focused().await;
            if now.contains(words) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{now:?} has the focus, not {words:?}");
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Goes to a screen as the palette or a shortcut would: `photos`, `contacts/0123…`.
    pub async fn go(&self, screen: &str) {
        self.run("location.hash = arguments[0]", vec![json!(format!("#/{screen}"))])
            .await;
    }

    /// Waits until the place is this one, and gives the whole of it: `#/photos/0123…?asOf=2024-01-01`.
    pub async fn at(&self, place: &str) -> String {
        let script = "return location.hash.startsWith('#/' + arguments[0]) && location.hash";
        let whole = self.until(script, vec![json!(place)]).await;
        whole.as_str().unwrap_or_default().to_owned()
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Runs a script that calls its last argument with its answer.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Waits until nothing fades or moves in any more.
    pub async fn steady(&self) {
        let script = "const done = arguments[arguments.length - 1];
            const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
            Promise.allSettled(moving.map((one) => one.finished)).then(() =>
                requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        self.ask(script, vec![]).await;
    }

    /// Every violation that axe finds: rule and where.
    pub async fn axe(&self) -> Vec<String> {
        self.steady().await;
        if self.run("return typeof axe === 'undefined'", vec![]).await == true {
            let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
            let axe = std::fs::read_to_string(axe).unwrap();
            self.run(&axe, vec![]).await;
        }
        let script = "const done = arguments[arguments.length - 1];
            const rules = { 'label-content-name-mismatch': { enabled: true } };
            axe.run(document, { resultTypes: ['violations'], rules }).then(
                (found) => done(found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`))),
                (error) => done([String(error)]),
            );";
        let found = self.ask(script, vec![]).await;
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// What a colour of CSS, such as `var(--accent)`, is on this screen.
    pub async fn colour(&self, css: &str) -> [u8; 3] {
        let script = "const probe = document.body.appendChild(document.createElement('i'));
            probe.style.color = arguments[0];
            const brush = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
            brush.fillStyle = getComputedStyle(probe).color;
            brush.fillRect(0, 0, 1, 1);
            probe.remove();
            return [...brush.getImageData(0, 0, 1, 1).data]";
        let found = self.run(script, vec![json!(css)]).await;
        [0, 1, 2].map(|at| u8::try_from(found[at].as_u64().unwrap()).unwrap())
    }

    /// Where an element is in the window: left, top, width and height in pixels.
    pub async fn place(&self, css: &str) -> [u32; 4] {
        let script = "const at = document.querySelector(arguments[0])?.getBoundingClientRect();
            return at ? [at.left, at.top, at.width, at.height] : null";
        let found = self.until(script, vec![json!(css)]).await;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "pixels of a window"
        )]
        [0, 1, 2, 3].map(|at| found[at].as_f64().unwrap().max(0.0).round() as u32)
    }

    /// A picture of the window as the screen has it, once it is steady. (The driver has none of a window that is painted
    /// without a graphics device: it waits for ever.)
    pub async fn picture(&self) -> RgbImage {
        self.steady().await;
        let mut before = self.display.picture();
        // What turns while something runs is never still.
        for _ in 0..10 {
            tokio::time::sleep(AGAIN).await;
            let now = self.display.picture();
            if now == before {
                break;
            }
            before = now;
        }
        before
    }

    /// Keeps a picture of the window when SIDEKEEP_SCREENSHOTS names a folder.
    pub async fn shoot(&self, name: &str) -> RgbImage {
        let picture = self.picture().await;
        if let Some(folder) = std::env::var_os("SIDEKEEP_SCREENSHOTS") {
            let folder = PathBuf::from(folder);
            std::fs::create_dir_all(&folder).unwrap();
            picture.save(folder.join(format!("{name}.png"))).unwrap();
        }
        picture
    }

    /// Asks the window to close, as the button in its frame does.
    pub fn press_close(&self) {
        self.display.press_close();
    }

    /// Waits until something is so outside of the page.
    pub async fn waits(&self, so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !so() {
            assert!(
                begun.elapsed() < PATIENCE,
                "it never becomes so\n{}",
                self.text("body").await
            );
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Waits until the window shows, or no longer does.
    pub async fn shows(&self, wanted: bool) {
        self.waits(|| self.display.shows() == wanted).await;
    }

    /// Looks on for so long: the window stays hidden.
    pub async fn stays_hidden(&self, long: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < long {
            assert!(!self.display.shows(), "it shows after {:?}", begun.elapsed());
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Whether the program runs: a child of the driver.
    pub fn runs(&self) -> bool {
        child_of(self.driver.0.id()).is_some()
    }

    /// The program and every process that it started.
    pub fn processes(&self) -> Vec<u32> {
        crate::measure::below(self.driver.0.id())
    }

    /// Waits until the program has ended.
    pub async fn ends(&self) {
        let begun = Instant::now();
        while self.runs() {
            assert!(begun.elapsed() < PATIENCE, "the program never ends");
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Closes the window's session; the program ends with its driver.
    pub async fn close(self) {
        let Self {
            client,
            driver,
            display,
            home,
            ..
        } = self;
        let _ = client.close().await;
        let begun = Instant::now();
        while child_of(driver.0.id()).is_some() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(AGAIN).await;
        }
        drop((driver, display, home));
    }
}

/// What a person sees and can name.
const SEEN: &str = "self::button or self::a or self::h1 or self::h2 or self::h3 or self::label or @role";

/// What a person can click.
const CONTROL: &str =
    "self::button or self::a or self::label or @role=\"option\" or starts-with(@role, \"menuitem\")";

/// The innermost element below `scope` that is one of these and is called so, or contains these words.
fn path(scope: &str, kinds: &str, words: &str) -> String {
    let called = format!("[{kinds}][@aria-label=\"{words}\" or contains(normalize-space(.), \"{words}\")]");
    format!("{scope}//*{called}[not(.//*{called})]")
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// A process that this one has started and that has not ended.
fn child_of(parent: u32) -> Option<u32> {
    let parent = format!(" {parent} ");
    let all = std::fs::read_dir("/proc").ok()?.flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .find(|id: &u32| {
            // `pid (name) state parent …`, proc(5)
            let line = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let rest = line.rsplit_once(") ").map_or("", |(_, rest)| rest);
            rest.get(1..).is_some_and(|rest| rest.starts_with(&parent)) && !rest.starts_with('Z')
        })
}

/// The program to be driven.
fn program() -> PathBuf {
    std::env::var_os("SIDEKEEP_DESKTOP").map_or_else(|| crate::built("sidekeep-desktop"), PathBuf::from)
}

/// A port that nobody holds now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
