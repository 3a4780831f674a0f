//! One Android device: the way to it, and the services that run over it. It knows no providers and no photos.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, Join};
use tokio::net::{TcpStream, ToSocketAddrs};
use tokio::time::timeout;

use super::access::Access;
use super::banner::Banner;
use super::connection::{Connection, FEATURES};
use super::greeting::{Greeted, greet};
use super::server;
use super::shell::{NO_INPUT, Output, collect};
use super::stream::{Stream, Way};
use super::sync::SyncSession;
use super::usb;
use crate::{ErrorKind, LinkError};

/// How long an address may take to answer before the next one is tried.
const NEXT: Duration = Duration::from_secs(2);
/// Bytes that may be on their way for one command.
const SHELL_WINDOW: usize = 1024 * 1024;

/// One adb connection to one device; a clone is another handle of the same connection.
#[derive(Clone, Debug)]
pub struct Device {
    way: Way,
    banner: Banner,
}

impl Device {
    /// Connects straight to an `adbd` that listens on TCP, in TLS where it asks for it. `deadline` bounds every wait for the
    /// phone from here on: connecting, opening a stream, and each pause in an answer; not the wait for its owner, whom
    /// `access` gives time to allow the key.
    ///
    /// # Errors
    /// `Unplugged` when nothing answers there, `Busy` when it does not answer in time, `NotTrusted` when it does not know the
    /// key, `NotPaired` when wireless debugging does not, `Refused` when this computer's key cannot be used, `Garbled` when it
    /// is not adbd.
    pub async fn tcp(
        host: &str,
        port: u16,
        deadline: Duration,
        access: &Access,
    ) -> Result<Device, LinkError> {
        Self::tcp_offering(host, port, deadline, FEATURES, access).await
    }

    /// [`Device::tcp`] with a choice of what we say that we can do.
    pub(crate) async fn tcp_offering(
        host: &str,
        port: u16,
        deadline: Duration,
        features: &[&str],
        access: &Access,
    ) -> Result<Device, LinkError> {
        let socket = dial((host, port), deadline).await?;
        let greeted = greet(socket, features, deadline, access).await?;
        Ok(Self::greeted(greeted, TcpStream::into_split, features, deadline))
    }

    /// [`Device::tcp`] at the first of these addresses that answers, each of which has two seconds for that.
    ///
    /// # Errors
    /// `Unplugged` when none does; else as [`Device::tcp`].
    pub async fn tcp_any(
        addresses: &[SocketAddr],
        deadline: Duration,
        access: &Access,
    ) -> Result<Device, LinkError> {
        let mut silent = LinkError::new(ErrorKind::Unplugged, "no address");
        for address in addresses {
            match dial(*address, deadline.min(NEXT)).await {
                Ok(socket) => {
                    let greeted = greet(socket, FEATURES, deadline, access).await?;
                    return Ok(Self::greeted(greeted, TcpStream::into_split, FEATURES, deadline));
                }
                Err(error) => silent = error,
            }
        }
        Err(silent)
    }

    /// Connects to the device at the cable that has this serial number. `deadline` as of [`Device::tcp`].
    ///
    /// # Errors
    /// `Unplugged` when it is not there, `Refused` when this computer's rules for USB do not let us, `Busy` with the name of
    /// another program that has it; else as [`Device::tcp`].
    pub async fn usb(serial: &str, deadline: Duration, access: &Access) -> Result<Device, LinkError> {
        let (source, sink) = usb::connect(serial).await?;
        let greeted = greet(tokio::io::join(source, sink), FEATURES, deadline, access).await?;
        Ok(Self::greeted(greeted, Join::into_inner, FEATURES, deadline))
    }

    /// The device that greeted; `split`: the two directions of its socket.
    fn greeted<S, R, W>(
        greeted: Greeted<S>,
        split: impl FnOnce(S) -> (R, W),
        features: &[&str],
        deadline: Duration,
    ) -> Device
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        Self::over(match greeted {
            Greeted::Plain(socket, hello) => {
                let (source, sink) = split(socket);
                Connection::start(source, sink, hello, features, deadline)
            }
            Greeted::Secret(stream, hello) => {
                let (source, sink) = tokio::io::split(stream);
                Connection::start(source, sink, hello, features, deadline)
            }
        })
    }

    /// The device at the far end of a connection.
    pub(crate) fn over(connection: Connection) -> Device {
        let banner = connection.banner.clone();
        Device {
            way: Way::Direct(Arc::new(connection)),
            banner,
        }
    }

    /// The same device as if it lacked these features.
    #[cfg(test)]
    pub(crate) fn without(mut self, features: &[&str]) -> Device {
        self.banner
            .features
            .retain(|have| !features.contains(&have.as_str()));
        self
    }

    /// Reaches a device that an adb server holds (usually on 127.0.0.1:5037).
    ///
    /// # Errors
    /// `Missing` when there is no such server, `Unplugged` when it does not know the serial, `NotTrusted` when the
    /// phone does not trust that server's key yet; else as [`Device::tcp`].
    pub async fn server(server: SocketAddr, serial: &str, deadline: Duration) -> Result<Device, LinkError> {
        let banner = server::banner(server, serial, deadline).await?;
        let way = Way::Server {
            server,
            serial: serial.to_owned(),
            deadline,
        };
        Ok(Device { way, banner })
    }

    /// What the device said of itself when it connected.
    pub fn banner(&self) -> &Banner {
        &self.banner
    }

    /// Runs `command` by the device's `sh -c` and waits for it. Standard input is empty.
    ///
    /// # Errors
    /// `Garbled` when stdout or stderr passes `limit` bytes, `Unsupported` on a device without shell v2 (whose shell
    /// tells neither stderr nor the exit status), `Busy` when nothing comes within the deadline.
    pub async fn shell(&self, command: &str, limit: usize) -> Result<Output, LinkError> {
        let mut stream = self.start(command, SHELL_WINDOW).await?;
        collect(&mut stream, limit).await
    }

    /// Starts `command`; the stream speaks the shell protocol.
    pub(crate) async fn start(&self, command: &str, window: usize) -> Result<Stream, LinkError> {
        if !self.banner.has("shell_v2") {
            return Err(LinkError::new(
                ErrorKind::Unsupported,
                "a phone without shell v2 (older than Android 7)",
            ));
        }
        let mut stream = self.open(&format!("shell,v2,raw:{command}"), window).await?;
        stream.write(Bytes::from_static(NO_INPUT)).await?;
        Ok(stream)
    }

    /// Opens a file session.
    ///
    /// # Errors
    /// When the device refuses or the link is lost.
    pub async fn sync(&self) -> Result<SyncSession, LinkError> {
        SyncSession::open(self.clone()).await
    }

    pub(crate) async fn open(&self, service: &str, window: usize) -> Result<Stream, LinkError> {
        self.way.open(service, window).await
    }

    /// Whether one stream keeps a link with a long way busy.
    pub(crate) fn has_window(&self) -> bool {
        self.way.has_window()
    }
}

/// A socket to a phone.
///
/// # Errors
/// `Unplugged` when nothing answers there.
pub(super) async fn dial(address: impl ToSocketAddrs, deadline: Duration) -> Result<TcpStream, LinkError> {
    let socket = match timeout(deadline, TcpStream::connect(address)).await {
        Ok(Ok(socket)) => socket,
        Ok(Err(error)) => {
            return Err(LinkError::caused(
                ErrorKind::Unplugged,
                "connecting to the phone",
                error,
            ));
        }
        Err(_) => {
            return Err(LinkError::new(
                ErrorKind::Unplugged,
                "nothing answers at the phone's address",
            ));
        }
    };
    // Requests and OKAYs are small and the phone waits for them.
    let quick = socket.set_nodelay(true);
    quick.map_err(|error| LinkError::caused(ErrorKind::Unplugged, "the adb socket", error))?;
    Ok(socket)
}
