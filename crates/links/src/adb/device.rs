//! One Android device: the way to it, and the services that run over it. It knows no providers and no photos.

use std::net::SocketAddr;
use std::time::Duration;

use super::banner::Banner;
use super::shell::Output;
use super::sync::SyncSession;
use crate::{ErrorKind, LinkError};

/// One adb connection to one device; a clone is another handle of the same connection.
#[derive(Clone, Debug)]
pub struct Device {
    banner: Banner,
}

impl Device {
    /// Connects straight to an `adbd` that listens on TCP. `deadline` bounds every wait for the phone from here on:
    /// connecting, opening a stream, and each pause in an answer.
    ///
    /// # Errors
    /// `Unplugged` when nothing answers there, `Busy` when it does not answer in time, `NotTrusted` when it asks for a
    /// key, `Unsupported` when it asks for TLS, `Garbled` when it is not adbd.
    pub async fn tcp(host: &str, port: u16, deadline: Duration) -> Result<Device, LinkError> {
        let _ = (host, port, deadline);
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }

    /// Reaches a device that an adb server holds (usually on 127.0.0.1:5037).
    ///
    /// # Errors
    /// As [`Device::tcp`]; `Missing` when the server does not know the serial.
    pub async fn server(server: SocketAddr, serial: &str, deadline: Duration) -> Result<Device, LinkError> {
        let _ = (server, serial, deadline);
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
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
        let _ = (command, limit);
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }

    /// Opens a file session.
    ///
    /// # Errors
    /// When the device refuses or the link is lost.
    pub async fn sync(&self) -> Result<SyncSession, LinkError> {
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }
}
