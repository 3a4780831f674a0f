//! A phone over one adb connection: which reader answers for which kind.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use sidekeep_model::{Identity, Kind, Reason, Why};

use super::Device;
use crate::{Cursor, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted};

/// How long the phone may stay silent before it counts as gone.
const DEADLINE: Duration = Duration::from_secs(30);

/// An Android phone over adb.
#[derive(Debug)]
pub struct AdbPhone {
    device: Device,
    root: String,
    identity: Identity,
}

/// Connects straight to the `adbd` at `host:port`. `root` is the shared storage, `/sdcard` on every phone.
///
/// # Errors
/// As [`Device::tcp`].
pub async fn connect(host: &str, port: u16, root: &str) -> Result<AdbPhone, LinkError> {
    AdbPhone::over(Device::tcp(host, port, DEADLINE).await?, root).await
}

/// Reaches the phone `serial` through an adb server, which may hold it over USB.
///
/// # Errors
/// As [`Device::server`].
pub async fn connect_server(server: SocketAddr, serial: &str, root: &str) -> Result<AdbPhone, LinkError> {
    AdbPhone::over(Device::server(server, serial, DEADLINE).await?, root).await
}

impl AdbPhone {
    /// The phone behind a connection.
    ///
    /// # Errors
    /// When the link is lost while the phone is asked who it is.
    pub async fn over(device: Device, root: &str) -> Result<AdbPhone, LinkError> {
        let identity = Identity {
            id: "android:unknown".into(),
            name: String::new(),
            model: device.banner().model.clone(),
            system: None,
        };
        Ok(Self {
            device,
            root: root.to_owned(),
            identity,
        })
    }
}

#[async_trait]
impl Phone for AdbPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        Offers(
            Kind::ALL
                .into_iter()
                .map(|kind| (kind, Offer::Not(Why::new(Reason::Unsupported))))
                .collect(),
        )
    }

    async fn list(&mut self, _kind: Kind, _since: Option<&Cursor>) -> Result<Listing, LinkError> {
        let _ = (&self.device, &self.root);
        Ok(Listing::unavailable(Why::new(Reason::Unsupported)))
    }

    async fn fetch(&mut self, _wanted: &[Wanted], _out: &mut dyn Sink) -> Result<(), LinkError> {
        Ok(())
    }
}
