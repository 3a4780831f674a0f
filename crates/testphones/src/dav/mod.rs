//! Real CardDAV and CalDAV servers on loopback, each with an account in a temporary folder, and another program that
//! changes what is in it. Needs a Python with Radicale and Xandikos (`SIDEKEEP_PYTHON`, as `cargo xtask test` sets it),
//! and for Cyrus, DAViCal and SOGo the programs of these (`SIDEKEEP_DAV`).

mod change;
#[cfg(target_os = "linux")]
mod debian;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use self::change::Change;

/// How long a server may take to answer first.
const START: Duration = Duration::from_secs(60);

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct DavServer {
    child: Child,
    address: SocketAddr,
    layout: Layout,
    folder: TempDir,
}

/// How a server arranges the account.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// The path at which the account is found.
    start: &'static str,
    /// The paths of the account's address books, and of its calendars.
    homes: (&'static str, &'static str),
    /// Where the server keeps these, below its folder, if it keeps them as files.
    kept: Option<(&'static str, &'static str)>,
    /// Whose login it wants.
    user: Option<&'static str>,
}

impl Drop for DavServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The certificate of [`DavServer::radicale_with_tls`], in PEM; valid until 2126 for 127.0.0.1, signed by itself.
pub const CERTIFICATE: &str = include_str!("certificate.pem");

/// The account's name and password, where the server asks for them.
const USER: &str = "u";

impl DavServer {
    /// Radicale, with the account `u` and its password `u`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn radicale() -> io::Result<Self> {
        Self::radicale_by(false)
    }

    /// Radicale behind TLS, with a certificate that nobody vouches for: [`CERTIFICATE`].
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn radicale_with_tls() -> io::Result<Self> {
        Self::radicale_by(true)
    }

    fn radicale_by(tls: bool) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("users"), format!("{USER}:{USER}\n"))?;
        let address = free()?;
        std::fs::write(path("certificate"), CERTIFICATE)?;
        std::fs::write(path("key"), include_str!("key.pem"))?;
        let config = format!(
            "[server]\nssl = {}\ncertificate = {}\nkey = {}\nhosts = {address}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {}\n\
             htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {}\n[rights]\ntype = owner_only\n\
             [logging]\nlevel = error\n",
            tls,
            path("certificate"),
            path("key"),
            path("users"),
            path("collections"),
        );
        std::fs::write(path("config"), config)?;
        let arguments = ["-m", "radicale", "-C", &path("config")].map(str::to_owned);
        let layout = Layout {
            start: "/",
            homes: ("/u/", "/u/"),
            kept: Some(("collections/collection-root/u", "collections/collection-root/u")),
            user: Some(USER),
        };
        Self::start(&arguments, address, layout, folder)
    }

    /// Xandikos, which asks for no login.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn xandikos() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = |name: &str| folder.path().join(name).display().to_string();
        let address = free()?;
        let arguments = format!(
            "-m xandikos serve -d {} --state-dir {} --no-detect-systemd -l {} -p {} \
             --current-user-principal /user/ --defaults",
            path("root"),
            path("state"),
            address.ip(),
            address.port()
        );
        let arguments: Vec<String> = arguments.split(' ').map(str::to_owned).collect();
        let layout = Layout {
            start: "/",
            homes: ("/user/contacts/", "/user/calendars/"),
            kept: Some(("root/user/contacts", "root/user/calendars")),
            user: None,
        };
        Self::start(&arguments, address, layout, folder)
    }

    fn start(arguments: &[String], address: SocketAddr, layout: Layout, folder: TempDir) -> io::Result<Self> {
        let child = Command::new(python()?)
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self {
            child,
            address,
            layout,
            folder,
        };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if server.child.try_wait()?.is_some() || began.elapsed() > START {
                return Err(io::Error::other("the server did not start"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The user's name and password, where it wants them.
    pub fn login(&self) -> Option<(&'static str, &'static str)> {
        self.layout.user.map(|user| (user, user))
    }

    /// The path of an address book or a card.
    pub fn book(&self, relative: &str) -> String {
        format!("{}{relative}", self.layout.homes.0)
    }

    /// The path of a calendar or a calendar object.
    pub fn calendar(&self, relative: &str) -> String {
        format!("{}{relative}", self.layout.homes.1)
    }

    /// The account as `sidekeep add` takes it, reached at `address` (its own, or a proxy's).
    pub fn source(&self, address: SocketAddr) -> String {
        match self.layout.user {
            Some(user) => format!("dav+http://{user}@{address}{}", self.layout.start),
            None => format!("dav+http://{address}{}", self.layout.start),
        }
    }

    /// Puts many items into a collection that is there and that nobody asked for yet, faster than by asking: as files
    /// where the server keeps them. Returns how many.
    ///
    /// # Errors
    /// When the server keeps no such files, they cannot be written, or git (which Xandikos keeps them in) fails.
    pub fn fill(
        &self,
        collection: &str,
        items: impl IntoIterator<Item = (String, String)>,
    ) -> io::Result<usize> {
        let (books, calendars) = self.layout.kept.ok_or(io::ErrorKind::Unsupported)?;
        let within = |home: &str| self.folder.path().join(home).join(collection);
        let folder = [within(books), within(calendars)];
        let folder = folder.iter().find(|folder| folder.is_dir());
        let folder = folder.ok_or(io::ErrorKind::NotFound)?;
        let mut count = 0;
        for (name, text) in items {
            std::fs::write(folder.join(name), text)?;
            count += 1;
        }
        if folder.join(".git").exists() {
            let commit = "-c user.name=x -c user.email=x@example.org commit --quiet -m x";
            for arguments in ["add -A", commit] {
                let mut git = Command::new("git");
                git.arg("-C").arg(folder).args(arguments.split(' '));
                if !git.status()?.success() {
                    return Err(io::Error::other(format!("git {arguments}")));
                }
            }
        }
        Ok(count)
    }

    /// Another program asks this, one after the other.
    ///
    /// # Errors
    /// When the program cannot be run, or a request was not answered with success.
    pub fn change(&self, changes: &[Change]) -> io::Result<()> {
        let asked: Vec<_> = changes.iter().map(|change| change.request(self)).collect();
        let mut child = Command::new(python()?)
            .args(["-c", include_str!("ask.py")])
            .args([self.address.ip().to_string(), self.address.port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        stdin.write_all(serde_json::to_string(&asked)?.as_bytes())?;
        drop(stdin);
        let output = child.wait_with_output()?;
        let statuses: Vec<u16> = serde_json::from_slice(&output.stdout)?;
        let failed = changes
            .iter()
            .zip(&statuses)
            .find(|(_, status)| !(200..300).contains(*status));
        match failed {
            _ if statuses.len() != changes.len() => Err(io::Error::other("not all was answered")),
            Some((change, status)) => Err(io::Error::other(format!("{status} for {change:?}"))),
            None => Ok(()),
        }
    }
}

/// A port that nobody listens on, from below those that systems give to outgoing connections: one of these could be
/// taken again before the server has it, even by the connection that looks whether it is there.
fn free() -> io::Result<SocketAddr> {
    let start = RandomState::new().build_hasher().finish() % 10_000;
    for port in (0..10_000).map(|step| 20_000 + (start + step) % 10_000) {
        let address = SocketAddr::from((
            Ipv4Addr::LOCALHOST,
            u16::try_from(port).map_err(io::Error::other)?,
        ));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

fn python() -> io::Result<std::ffi::OsString> {
    std::env::var_os("SIDEKEEP_PYTHON").ok_or_else(|| io::Error::other("SIDEKEEP_PYTHON is not set"))
}
