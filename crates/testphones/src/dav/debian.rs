//! Servers that need more than a Python: Cyrus, DAViCal and SOGo. Their programs are Debian's, extracted and not installed
//! (`SIDEKEEP_DAV` names the folder; `cargo xtask test` makes one), and run in namespaces of their own: on a view of that
//! folder which vanishes with them, on ports of the loopback address alone, never as root.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use super::{DavServer, Layout, START, USER, free};

/// Names the folder that the packages are extracted into.
const ENV_DAV: &str = "SIDEKEEP_DAV";

impl DavServer {
    /// Cyrus, with the account `u` and its password `u`.
    ///
    /// # Errors
    /// When its programs are not there, or it cannot be started.
    pub fn cyrus() -> io::Result<Self> {
        let layout = Layout {
            start: "/",
            homes: ("/dav/addressbooks/user/u/", "/dav/calendars/user/u/"),
            kept: None,
            user: Some(USER),
        };
        inside(include_str!("debian/cyrus.sh"), layout)
    }

    /// DAViCal, with the account `u` and its password `u`.
    ///
    /// # Errors
    /// When its programs are not there, or it cannot be started.
    pub fn davical() -> io::Result<Self> {
        let layout = Layout {
            start: "/",
            homes: ("/caldav.php/u/", "/caldav.php/u/"),
            kept: None,
            user: Some(USER),
        };
        inside(include_str!("debian/davical.sh"), layout)
    }

    /// SOGo, with the account `u` and its password `u`. At its root it shows a page, so its account has a longer address.
    ///
    /// # Errors
    /// When its programs are not there, or it cannot be started.
    pub fn sogo() -> io::Result<Self> {
        let layout = Layout {
            start: "/SOGo/dav/u/",
            homes: ("/SOGo/dav/u/Contacts/", "/SOGo/dav/u/Calendar/"),
            kept: None,
            user: Some(USER),
        };
        inside(include_str!("debian/sogo.sh"), layout)
    }
}

fn inside(script: &str, layout: Layout) -> io::Result<DavServer> {
    let programs = std::env::var_os(ENV_DAV).ok_or_else(|| io::Error::other("SIDEKEEP_DAV is not set"))?;
    let mut said = String::new();
    // As root no user namespace is needed, and some systems refuse one.
    for namespaces in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let folder = tempfile::tempdir()?;
        let at = folder.path();
        for (name, text) in [
            ("inside.sh", include_str!("debian/inside.sh")),
            ("server.sh", script),
            ("postgres.sh", include_str!("debian/postgres.sh")),
            ("router.php", include_str!("debian/router.php")),
        ] {
            std::fs::write(at.join(name), text)?;
        }
        let (address, second) = (free()?, free()?);
        let mut child = started(namespaces, &programs, at, [address, second])?;
        if is_ready(&mut child) {
            return Ok(DavServer {
                child,
                address,
                layout,
                folder,
            });
        }
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
        said += &std::fs::read_to_string(at.join("log")).unwrap_or_default();
    }
    Err(io::Error::other(format!("the server did not start: {said}")))
}

fn started(
    namespaces: &[&str],
    programs: &OsStr,
    folder: &Path,
    ports: [SocketAddr; 2],
) -> io::Result<Child> {
    Command::new("unshare")
        .args(namespaces)
        .args(["--pid", "--fork", "--kill-child", "--mount-proc", "--", "/bin/sh"])
        .arg(folder.join("inside.sh"))
        .arg(programs)
        .arg(folder)
        .args(ports.map(|address| address.port().to_string()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("log"))?)
        .spawn()
}

/// The script said so, in time.
fn is_ready(child: &mut Child) -> bool {
    let Some(stdout) = child.stdout.take() else {
        return false;
    };
    let (told, hears) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        // Nobody may be waiting any more.
        let _ = told.send(read.is_ok() && line == "ready\n");
    });
    hears.recv_timeout(START).unwrap_or(false)
}
