//! The adb server on this computer, which may hold the device already.

use std::net::SocketAddr;
use std::time::Duration;

use crate::{ErrorKind, LinkError};

/// A device that an adb server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its serial, or `host:port`.
    pub serial: String,
    /// `device` when it can be used; `unauthorized`, `offline`, `no permissions`…
    pub state: String,
    /// `model:` of the listing.
    pub model: Option<String>,
}

/// The devices that the adb server at `server` knows (`host:devices-l`).
///
/// # Errors
/// `Missing` when no server listens there; `Busy`, `Garbled`.
pub async fn attached(server: SocketAddr, deadline: Duration) -> Result<Vec<Attached>, LinkError> {
    let _ = (server, deadline);
    Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
}
