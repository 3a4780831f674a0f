//! What the journeys and the speed table share: the built command, and phones to point it at.

#[cfg(target_os = "linux")]
mod bus;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod keyring;
#[cfg(target_os = "linux")]
pub mod measure;
mod vdirsyncer;
#[cfg(target_os = "linux")]
pub mod window;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sidekeep_testphones::adbd::Adbd;
use sidekeep_testphones::{Providers, demo};

#[cfg(target_os = "linux")]
pub use bus::Bus;
#[cfg(target_os = "linux")]
pub use disk::SmallDisk;
#[cfg(target_os = "linux")]
pub use keyring::Keyring;
pub use vdirsyncer::Vdirsyncer;

/// Where no message bus is.
pub const NO_BUS: &str = "unix:path=/nowhere";

/// The `sidekeep` command with its archive.
#[derive(Clone, Debug)]
pub struct Sidekeep {
    /// The program, after the words that bring it to where it shall run.
    words: Vec<OsString>,
    archive: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; 128 and the signal when it was killed.
    pub code: i32,
    /// stdout.
    pub out: Vec<u8>,
    /// stderr.
    pub err: String,
}

impl Sidekeep {
    /// The command that the workspace's build made beside this program, with an archive at `archive`.
    ///
    /// # Panics
    /// When it has not been built: `cargo build --workspace --bins`.
    pub fn at(archive: &Path) -> Self {
        Self {
            words: vec![built("sidekeep").into()],
            archive: archive.to_owned(),
        }
    }

    /// The same command with somebody at the terminal who knows the account's password.
    ///
    /// # Panics
    /// As [`Sidekeep::at`].
    #[cfg(unix)]
    pub fn typed(archive: &Path, password: &str) -> Self {
        let mut sidekeep = Self::at(archive);
        let typist = ["-c", include_str!("terminal.py"), password].map(OsString::from);
        let python = tool("SIDEKEEP_PYTHON").into();
        sidekeep.words.splice(0..0, std::iter::once(python).chain(typist));
        sidekeep
    }

    /// The same command run on a small disk, with its archive there.
    ///
    /// # Panics
    /// As [`Sidekeep::at`].
    #[cfg(target_os = "linux")]
    pub fn on(disk: &SmallDisk) -> Self {
        let mut sidekeep = Self::at(&disk.path().join("archive"));
        sidekeep.words.splice(0..0, disk.enter());
        sidekeep
    }

    /// The same command with nobody at a terminal, in a session whose bus is there.
    #[cfg(target_os = "linux")]
    pub fn alone(mut self, bus: &str) -> Self {
        let bus = format!("DBUS_SESSION_BUS_ADDRESS={bus}");
        let words = ["setsid", "--wait", "env", &bus].map(OsString::from);
        self.words.splice(0..0, words);
        self
    }

    /// The archive's folder.
    pub fn archive(&self) -> &Path {
        &self.archive
    }

    /// The folder of its user's configuration, beside the archive.
    pub fn config(&self) -> PathBuf {
        self.archive.with_extension("config")
    }

    /// The command, ready to start.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.words[0]);
        command
            .args(&self.words[1..])
            .arg("--archive")
            .arg(&self.archive)
            .args(arguments)
            // Neither passwords nor settings nor keys of whoever runs the tests.
            .env("HOME", self.config())
            .env("DBUS_SESSION_BUS_ADDRESS", NO_BUS)
            .env("XDG_CONFIG_HOME", self.config())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        ended(
            self.command(arguments)
                .output()
                .unwrap_or_else(|error| panic!("{:?}: {error}", self.words)),
        )
    }

    /// Runs it and expects this exit code.
    ///
    /// # Panics
    /// When it ends otherwise.
    pub fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        let out = String::from_utf8_lossy(&ended.out).into_owned();
        assert_eq!(
            ended.code, code,
            "{arguments:?}\nstdout: {out}\nstderr: {}",
            ended.err
        );
        out
    }

    /// Runs it with `--json`, expects success, and reads a JSON value from each line.
    ///
    /// # Panics
    /// When it fails, or writes anything but JSON.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let out = self.expect(0, &[&["--json"], arguments].concat());
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        out.lines().map(parse).collect()
    }
}

/// Two texts are the same; says only where they part, since a dump is long.
///
/// # Panics
/// When they differ.
#[track_caller]
pub fn same(left: &str, right: &str) {
    if left != right {
        let parted = left
            .lines()
            .zip(right.lines())
            .find(|(left, right)| left != right);
        let (left, right) = parted.unwrap_or(("(one ends early)", ""));
        panic!("they part at\n left: {left}\nright: {right}");
    }
}

/// A program of this workspace, built beside this one.
///
/// # Panics
/// When it has not been built.
pub fn built(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    let profile = here.ancestors().nth(2).unwrap_or(Path::new("."));
    let program = profile.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "{}: first run cargo build --workspace --bins",
        program.display()
    );
    program
}

/// A tool that `cargo xtask test` installs and names in the environment.
///
/// # Panics
/// When the variable is not set: a check that cannot run has not passed.
pub fn tool(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => path.into(),
        None => panic!("{variable} is not set; `cargo xtask test` sets it"),
    }
}

/// How a finished process ended.
pub fn ended(output: Output) -> Ended {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
    #[cfg(not(unix))]
    let signal = None;
    let code = output
        .status
        .code()
        .or(signal.map(|signal: i32| 128 + signal))
        .unwrap_or(-1);
    Ended {
        code,
        out: output.stdout,
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A phone on a real adbd: the demo phone's people and files, or whatever `fill` puts on it.
#[derive(Debug)]
pub struct Phone {
    /// Its database.
    pub providers: Providers,
    /// The running adbd.
    pub adbd: Adbd,
    /// Keeps the phone's files until it is dropped.
    folder: tempfile::TempDir,
}

impl Phone {
    /// The demo phone.
    ///
    /// # Panics
    /// When it cannot be made, or adbd is not installed (`cargo xtask test` installs it).
    pub fn demo() -> Self {
        Self::with(|folder, mount| {
            demo::write(folder, mount).unwrap_or_else(|error| panic!("{error}"));
        })
    }

    /// A phone that `fill` makes in a folder; its storage is mounted at the second argument.
    ///
    /// # Panics
    /// When it cannot be made, or adbd is not installed.
    pub fn with(fill: impl FnOnce(&Path, &str)) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let storage = demo::storage(folder.path());
        fill(folder.path(), &storage.to_string_lossy());
        let database = demo::database(folder.path());
        let providers = Providers::open(&database).unwrap_or_else(|error| panic!("{error}"));
        let adbd = Adbd::start(&storage, &database).unwrap_or_else(|error| panic!("{error}"));
        Self {
            providers,
            adbd,
            folder,
        }
    }

    /// The source by which it is reached.
    pub fn source(&self) -> String {
        format!("adb://{}{}", self.adbd.address(), self.storage().display())
    }

    /// The folder that is its shared storage.
    pub fn storage(&self) -> PathBuf {
        demo::storage(self.folder.path())
    }
}
