//! The `adb` of the same build as adbd, with a server of its own on a port of its own: nobody else's is asked, started or
//! ended.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use super::{AdbdError, end, inside, installed, run_with_its_libraries};

/// A running adb server. Ends when dropped.
#[derive(Debug)]
pub struct AdbServer {
    child: Child,
    address: SocketAddr,
    home: PathBuf,
    words: Vec<PathBuf>,
}

impl AdbServer {
    /// Starts a server whose keys are below `home`, and waits until it listens.
    ///
    /// # Errors
    /// See [`AdbdError`].
    pub fn start(home: &Path) -> Result<Self, AdbdError> {
        let words = run_with_its_libraries(&installed()?, "adb")?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = free.local_addr()?;
        drop(free);
        let child = client(&words, address, home, &["server", "nodaemon"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self {
            child,
            address,
            home: home.to_owned(),
            words,
        };
        let until = Instant::now() + inside::PATIENCE;
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(AdbdError::NotStarted(format!("the adb server ended: {status}")));
            }
            if Instant::now() > until {
                return Err(io::Error::from(io::ErrorKind::TimedOut).into());
            }
            thread::sleep(inside::POLL);
        }
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The client of this server.
    pub fn command(&self, arguments: &[&str]) -> Command {
        client(&self.words, self.address, &self.home, arguments)
    }
}

impl Drop for AdbServer {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn client(words: &[PathBuf], server: SocketAddr, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .arg("-P")
        .arg(server.port().to_string())
        .args(arguments)
        .env("HOME", home)
        .stdin(Stdio::null());
    command
}
