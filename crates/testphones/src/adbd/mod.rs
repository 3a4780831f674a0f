//! A real Android adbd (Debian's build) as a phone: it runs in a network and process namespace of its own, because it
//! listens on every address, with the stand-in [`crate::content`] on its PATH. Tests only; Linux only.
//!
//! The path of a connection: our loopback port, a relay thread here, a UNIX socket (those cross network namespaces), a
//! relay in the namespace, adbd's port. Whatever ends this process ends the namespace and everything in it.
//!
//! Needs `unshare`, `nsenter` (util-linux) and `ip` (iproute2), as root or with user namespaces; and adbd itself,
//! extracted from Debian's packages `adbd` and `adb` into the folder that `SIDEKEEP_ADBD` names.

mod inside;
mod relay;
mod server;
mod tool;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Instant;
use std::{env, fs, io, thread};

use self::relay::Relay;

pub use self::server::AdbServer;

/// Names the folder that adbd's packages are extracted into.
pub const ENV_ADBD: &str = "SIDEKEEP_ADBD";

/// adbd's port inside its namespace. The adb client takes 5555 to 5585 for emulators.
pub const INSIDE_PORT: u16 = 5601;

const ENV_DATABASE: &str = "SIDEKEEP_TESTPHONE_DATABASE";
const ENV_STORAGE: &str = "SIDEKEEP_TESTPHONE_STORAGE";

/// A running adbd. Ends when dropped.
#[derive(Debug)]
pub struct Adbd {
    /// `unshare`; killing it kills everything in the namespace.
    child: Child,
    relay: Relay,
    root: PathBuf,
    storage: PathBuf,
    in_user_namespace: bool,
    /// PATH folder, sockets and logs.
    folder: tempfile::TempDir,
    /// The adb server inside, once it was needed.
    server: Option<Child>,
}

/// Why adbd does not run.
#[derive(Debug, thiserror::Error)]
pub enum AdbdError {
    /// No `SIDEKEEP_ADBD`, or nothing of use in it.
    #[error(
        "no adbd: SIDEKEEP_ADBD must name a folder with Debian's packages adbd and adb extracted; \
         `cargo xtask test` makes one"
    )]
    NotInstalled,
    /// The stand-in command cannot be built.
    #[error("the stand-in `content` cannot be built: {0}")]
    NoStandIn(String),
    /// It did not come up; with what it said.
    #[error("adbd did not start: {0}")]
    NotStarted(String),
    /// The file system or a process.
    #[error("adbd's harness")]
    Io(#[from] io::Error),
}

impl Adbd {
    /// Starts adbd over a folder and a database of [`crate::Providers`], and waits until it listens. The phone sees
    /// the folder under its own path, so that path is the root of its shared storage.
    ///
    /// # Errors
    /// See [`AdbdError`]; a test that needs adbd must fail with it, not pass.
    pub fn start(storage: &Path, database: &Path) -> Result<Self, AdbdError> {
        let root = installed()?;
        let folder = tempfile::tempdir()?;
        let tools = folder.path().join("bin");
        make_tools(&tools)?;
        let mut said = String::new();
        // As root no user namespace is needed, and some systems refuse one.
        for in_user_namespace in [false, true] {
            let socket = folder.path().join("socket");
            let mut command = Command::new("unshare");
            if in_user_namespace {
                command.arg("--map-root-user");
            }
            command
                .args(["--net", "--pid", "--fork", "--kill-child", "--"])
                .arg(tools.join("inside"))
                .arg(&socket)
                .args(adbd_command(&root)?)
                .env("PATH", path_with(&tools))
                .env("ADBD_PORT", INSIDE_PORT.to_string())
                .env("HOME", folder.path())
                .env(ENV_DATABASE, database)
                .env(ENV_STORAGE, storage)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(fs::File::create(folder.path().join("log"))?);
            let mut child = command.spawn()?;
            if is_ready(&mut child) {
                return Ok(Self {
                    child,
                    relay: Relay::start(&socket)?,
                    root,
                    storage: storage.to_owned(),
                    in_user_namespace,
                    folder,
                    server: None,
                });
            }
            end(&mut child);
            said += &fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        }
        Err(AdbdError::NotStarted(said))
    }

    /// Where to connect to from here.
    pub fn address(&self) -> SocketAddr {
        self.relay.address()
    }

    /// The root of the phone's shared storage: the path of the folder it was started with.
    pub fn storage(&self) -> &Path {
        &self.storage
    }

    /// A command to run inside the namespace, where adbd listens on 127.0.0.1:[`INSIDE_PORT`]. What it leaves running
    /// ends with this value.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let namespaces = format!("/proc/{}/ns", self.child.id());
        let mut command = Command::new("nsenter");
        if self.in_user_namespace {
            command
                .arg(format!("--user={namespaces}/user"))
                .arg("--preserve-credentials");
        }
        command
            .arg(format!("--net={namespaces}/net"))
            .arg(format!("--pid={namespaces}/pid_for_children"))
            .arg("--")
            .arg(program);
        command
    }

    /// The `adb` client of the same build as adbd, inside the namespace, with a server of its own there that is
    /// started by the first call; the arguments follow.
    ///
    /// # Errors
    /// The client is not installed beside adbd, or its server does not start.
    pub fn adb(&mut self) -> Result<Command, AdbdError> {
        let socket = self.folder.path().join("adb");
        let client = |harness: &Self| -> Result<Command, AdbdError> {
            let mut command = harness.command("env");
            command
                .arg(format!("HOME={}", harness.folder.path().display()))
                .arg(format!("ADB_SERVER_SOCKET=localfilesystem:{}", socket.display()))
                .args(run_with_its_libraries(&harness.root, "adb")?);
            Ok(command)
        };
        if self.server.is_none() {
            // The client starts its server by the name of its own program, which is the loader here.
            let mut server = client(self)?;
            server
                .args(["server", "nodaemon"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(fs::File::create(self.folder.path().join("server.log"))?);
            let mut server = server.spawn()?;
            let until = Instant::now() + inside::PATIENCE;
            while UnixStream::connect(&socket).is_err() {
                if server.try_wait()?.is_some() || Instant::now() > until {
                    end(&mut server);
                    let log = fs::read_to_string(self.folder.path().join("server.log"))?;
                    return Err(AdbdError::NotStarted(log));
                }
                thread::sleep(inside::POLL);
            }
            self.server = Some(server);
        }
        client(self)
    }

    /// The words that run the `adb` of the same build anywhere, for a test that wants a server of its own.
    ///
    /// # Errors
    /// It is not installed beside adbd.
    pub fn adb_words(&self) -> Result<Vec<PathBuf>, AdbdError> {
        run_with_its_libraries(&self.root, "adb")
    }

    /// Ends adbd now, as if the phone was unplugged. Connections break off and no new one can be made.
    pub fn unplug(&mut self) {
        end(&mut self.child);
        if let Some(mut server) = self.server.take() {
            end(&mut server);
        }
        self.relay.stop();
    }
}

impl Drop for Adbd {
    fn drop(&mut self) {
        self.unplug();
    }
}

/// The body of the program `content`: by the name that it is called by, a command of the phone or the namespace's
/// first process.
pub fn stand_in() -> ExitCode {
    let words: Vec<String> = env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if words.first().is_some_and(|name| name.ends_with("/inside")) {
        return inside::run(&words[1..]);
    }
    match run_command(words) {
        Ok(status) => ExitCode::from(status),
        Err(_) => ExitCode::FAILURE,
    }
}

fn run_command(words: Vec<String>) -> Result<u8, Box<dyn std::error::Error>> {
    let database = env::var_os(ENV_DATABASE).ok_or("no database")?;
    let providers = crate::commands::open(&words, Path::new(&database))?;
    let storage = env::var(ENV_STORAGE)
        .ok()
        .map(|folder| crate::Storage::new(&folder, Path::new(&folder)));
    let mut out = io::BufWriter::new(io::stdout().lock());
    let status = crate::commands::run(
        &words,
        &providers,
        storage.as_ref(),
        &mut out,
        &mut io::stderr().lock(),
    )?;
    io::Write::flush(&mut out)?;
    Ok(status.unwrap_or(127))
}

/// A command line that runs adbd on another computer which sees this one's files under their own paths. The stand-ins are
/// made in `tools`, which that computer sees as `seen`; the other two paths are its own.
///
/// # Errors
/// adbd is not installed, or the stand-ins cannot be made.
pub(crate) fn command_line(
    tools: &Path,
    seen: &Path,
    storage: &str,
    database: &str,
) -> Result<String, AdbdError> {
    make_tools(tools)?;
    Ok(format!(
        "env PATH='{}' {ENV_DATABASE}='{database}' {ENV_STORAGE}='{storage}' {}",
        path_with(seen).to_string_lossy(),
        quoted(&adbd_command(&installed()?)?)
    ))
}

/// A command line that runs `adb` on another computer which sees this one's files under their own paths.
///
/// # Errors
/// It is not installed beside adbd.
pub(crate) fn client_line() -> Result<String, AdbdError> {
    Ok(quoted(&run_with_its_libraries(&installed()?, "adb")?))
}

fn quoted(words: &[PathBuf]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("'{}'", word.display())).collect();
    words.join(" ")
}

/// The phone's commands, and the first process of a namespace.
fn make_tools(folder: &Path) -> Result<(), AdbdError> {
    let stand_in = tool::find()?;
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir(folder)?;
    for name in ["content", "getprop", "settings", "inside"] {
        symlink(&stand_in, folder.join(name))?;
    }
    Ok(())
}

fn end(child: &mut Child) {
    // Both fail only when it has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// Waits for the first line that the namespace's first process prints; it gives up by itself after a while.
fn is_ready(child: &mut Child) -> bool {
    let Some(out) = child.stdout.take() else {
        return false;
    };
    let mut line = String::new();
    let mut out = BufReader::new(out.take(64));
    out.read_line(&mut line).is_ok() && line == inside::READY
}

fn installed() -> Result<PathBuf, AdbdError> {
    env::var_os(ENV_ADBD)
        .map(PathBuf::from)
        .filter(|root| root.join(PLATFORM_TOOLS).join("adbd").is_file())
        .ok_or(AdbdError::NotInstalled)
}

const PLATFORM_TOOLS: &str = "usr/lib/android-sdk/platform-tools";

fn adbd_command(root: &Path) -> Result<Vec<PathBuf>, AdbdError> {
    run_with_its_libraries(root, "adbd")
}

/// The words that run a program of the extracted packages with their own loader and libraries, whatever system this
/// is.
fn run_with_its_libraries(root: &Path, program: &str) -> Result<Vec<PathBuf>, AdbdError> {
    let program = root.join(PLATFORM_TOOLS).join(program);
    let libraries = entries(&root.join("usr/lib"))
        .into_iter()
        .find(|folder| folder.join("android").is_dir())
        .ok_or(AdbdError::NotInstalled)?;
    let loader = [root.join("usr/lib64"), libraries.clone(), root.join("usr/lib")]
        .iter()
        .flat_map(|folder| entries(folder))
        .find(|file| {
            file.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"))
        })
        .filter(|_| program.is_file())
        .ok_or(AdbdError::NotInstalled)?;
    let mut path = libraries.clone().into_os_string();
    path.push(":");
    path.push(libraries.join("android"));
    Ok(vec![loader, "--library-path".into(), path.into(), program])
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    entries
}

/// The stand-ins come first, so that nothing of this machine is taken for the phone's.
fn path_with(tools: &Path) -> std::ffi::OsString {
    let mut path = tools.as_os_str().to_owned();
    path.push(":/usr/sbin:/usr/bin:/sbin:/bin");
    path
}
