//! The real window, driven as a person would: its own X server, WebDriver and home, each ended when dropped.

#![allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long anything may take to appear on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a window is to be started.
pub struct Start<'a> {
    /// The archive; None: there is none yet.
    pub archive: Option<&'a Path>,
    /// Width and height of the screen and the window.
    pub size: (u32, u32),
    /// Dark.
    pub dark: bool,
    /// More of the environment.
    pub env: Vec<(&'static str, String)>,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self {
            archive: None,
            size: (1280, 800),
            dark: false,
            env: Vec::new(),
        }
    }
}

/// A running window.
pub struct Window {
    client: Client,
    driver: Ending,
    screen: Ending,
    home: TempDir,
}

/// A child that ends with this value.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// # Panics
/// A journey stops at what it cannot do, so every one of these panics when the window does not do what it is asked.
impl Window {
    /// Starts the built `sidekeep-desktop` and waits until it shows something.
    pub async fn open(start: Start<'_>) -> Self {
        let home = tempfile::Builder::new()
            .prefix("sidekeep-window-")
            .tempdir()
            .unwrap();
        let (screen, display) = screen(start.size);
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("DISPLAY", format!(":{display}"))
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env("XDG_RUNTIME_DIR", home.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("MESA_SHADER_CACHE_DISABLE", "true")
            .env("LANG", "en_GB.UTF-8")
            .env("GTK_THEME", if start.dark { "Adwaita:dark" } else { "Adwaita" })
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("SIDEKEEP_ARCHIVE")
            .envs(start.env)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some(archive) = start.archive {
            driver.env("SIDEKEEP_ARCHIVE", archive);
        }
        let driver = Ending(driver.spawn().expect("WebKitWebDriver: run cargo xtask setup"));
        let program = crate::built("sidekeep-desktop");
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": [] } });
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
        client.set_window_size(start.size.0, start.size.1).await.unwrap();
        Self {
            client,
            driver,
            screen,
            home,
        }
    }

    /// A folder of this window's own.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits for what a CSS selector names.
    pub async fn find(&self, css: &str) -> Element {
        match self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await
        {
            Ok(found) => found,
            Err(error) => panic!("{css}: {error}\n{}", self.text("body").await),
        }
    }

    /// Waits for what a person finds by its words: a button, link, row or heading that shows or is named so.
    pub async fn named(&self, words: &str) -> Element {
        let quoted = format!("\"{words}\"");
        let path = format!(
            "//*[self::button or self::a or self::h1 or self::h2 or @role][@aria-label={quoted} or contains(normalize-space(.), {quoted})]"
        );
        match self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&path))
            .await
        {
            Ok(found) => found,
            Err(error) => panic!("{words:?}: {error}\n{}", self.text("body").await),
        }
    }

    /// Clicks what a person finds by its words.
    pub async fn choose(&self, words: &str) {
        self.named(words).await.click().await.unwrap();
    }

    /// How many elements there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// What an element says.
    pub async fn text(&self, css: &str) -> String {
        match self.client.find(Locator::Css(css)).await {
            Ok(found) => found.text().await.unwrap_or_default(),
            Err(error) => format!("({css}: {error})"),
        }
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
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks what a CSS selector names.
    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    /// Types into what has the focus.
    pub async fn keys(&self, keys: &str) {
        let focus = self.client.active_element().await.unwrap();
        focus.send_keys(keys).await.unwrap();
    }

    /// Presses one key of a kind that is no character.
    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Goes to a screen as the palette or a shortcut would: `photos`, `contacts/0123…`.
    pub async fn go(&self, screen: &str) {
        self.run(&format!("location.hash = '#/{screen}'"), vec![]).await;
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Every violation that axe finds: rule and where.
    pub async fn axe(&self) -> Vec<String> {
        let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).unwrap();
        self.run(&axe, vec![]).await;
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                (found) => done(found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`))),
                (error) => done([String(error)]),
            );";
        let found = self.client.execute_async(script, vec![]).await.unwrap();
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// A picture of the window, once two frames have been painted.
    pub async fn picture(&self) -> image::RgbImage {
        let script = "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.client.execute_async(script, vec![]).await.unwrap();
        let png = self.client.screenshot().await.unwrap();
        image::load_from_memory(&png).unwrap().to_rgb8()
    }

    /// Keeps a picture of the window when SIDEKEEP_SCREENSHOTS names a folder.
    pub async fn shoot(&self, name: &str) -> image::RgbImage {
        let picture = self.picture().await;
        if let Some(folder) = std::env::var_os("SIDEKEEP_SCREENSHOTS") {
            let folder = PathBuf::from(folder);
            std::fs::create_dir_all(&folder).unwrap();
            picture.save(folder.join(format!("{name}.png"))).unwrap();
        }
        picture
    }

    /// Closes the window's session; the program ends with its driver.
    pub async fn close(self) {
        let Self {
            client,
            driver,
            screen,
            home,
        } = self;
        let _ = client.close().await;
        drop((driver, screen, home));
    }
}

fn hyper_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

/// A port that nobody holds now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// An X server of this size, and the number of its display.
fn screen((width, height): (u32, u32)) -> (Ending, u32) {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
        .arg(format!("{width}x{height}x24"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Xvfb: run cargo xtask setup");
    let mut line = String::new();
    let out = server.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut line).unwrap();
    (Ending(server), line.trim().parse().unwrap())
}
