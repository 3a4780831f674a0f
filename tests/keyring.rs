//! A real keyring of a session (gnome-keyring's Secret Service), on a bus of its own.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::bus::Bus;
use crate::window::Ending;

/// How long it may take to be there.
const START: Duration = Duration::from_secs(30);
const SECRETS: &str = "org.freedesktop.secrets";

/// A keyring that was opened and is empty; it ends with this value.
pub struct Keyring {
    bus: Bus,
    _daemon: Ending,
    _home: TempDir,
}

#[allow(clippy::unwrap_used, reason = "a journey stops at what it cannot do")]
impl Keyring {
    /// Starts one.
    ///
    /// # Panics
    /// When `gnome-keyring-daemon` is not there, or does not start.
    pub fn start() -> Self {
        let bus = Bus::start();
        let home = tempfile::tempdir().unwrap();
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
            .envs(["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"].map(|name| (name, home.path())))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring-daemon: run cargo xtask setup");
        daemon
            .stdin
            .take()
            .unwrap()
            .write_all(b"opens the keyring")
            .unwrap();
        let keyring = Self {
            bus,
            _daemon: Ending(daemon),
            _home: home,
        };
        let began = Instant::now();
        let owner = ["org.freedesktop.DBus.GetNameOwner", &format!("string:{SECRETS}")];
        while !keyring.send("org.freedesktop.DBus", "/", &owner) {
            assert!(began.elapsed() < START, "the keyring did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        keyring
    }

    /// Where programs find it: the address of its bus.
    pub fn address(&self) -> String {
        self.bus.address()
    }

    /// Locks it. Nobody is there who could open it again.
    ///
    /// # Panics
    /// When it does not lock.
    pub fn lock(&self) {
        let all = "array:objpath:/org/freedesktop/secrets/collection/login";
        let locked = self.send(
            SECRETS,
            "/org/freedesktop/secrets",
            &["org.freedesktop.Secret.Service.Lock", all],
        );
        assert!(locked, "the keyring does not lock");
    }

    fn send(&self, to: &str, path: &str, message: &[&str]) -> bool {
        let mut command = Command::new("dbus-send");
        command
            .args(["--session", "--print-reply", &format!("--dest={to}"), path])
            .args(message)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.address())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().unwrap().success()
    }
}
