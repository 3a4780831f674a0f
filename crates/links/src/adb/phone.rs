//! A phone over one adb connection: which reader answers for which kind, and what of a listing is kept for the fetch
//! that follows.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use sidekeep_model::{Identity, Kind, Reason, Why};
use tokio::time::Instant;

use super::access::Access;
use super::contacts::{self, Book};
use super::content::Content;
use super::held::Held;
use super::media::{self, Paths, Root};
use super::{Device, calendars, groups, identity};
use crate::{Cursor, ErrorKind, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted, Writing};

/// How long the phone may stay silent before it counts as gone.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);
/// How often an adb server is asked whether the owner has allowed its key by now.
const POLL: Duration = Duration::from_millis(500);

/// An Android phone over adb.
#[derive(Debug)]
pub struct AdbPhone {
    device: Device,
    content: Content<Device>,
    root: Root,
    identity: Identity,
    listed: Option<(Kind, Listed)>,
    jobs: usize,
}

/// What the last listing left for fetching.
#[derive(Debug)]
enum Listed {
    Contacts(Book),
    Payloads(Held),
    Files(Paths),
}

/// Connects straight to the `adbd` at `host:port`, as whom `access` says. `root` is the shared storage, `/sdcard` on every phone.
///
/// # Errors
/// As [`Device::tcp`].
pub async fn connect(host: &str, port: u16, root: &str, access: &Access) -> Result<AdbPhone, LinkError> {
    AdbPhone::over(Device::tcp(host, port, DEADLINE, access).await?, root).await
}

/// Connects to the first of these addresses that answers; else as [`connect`].
///
/// # Errors
/// As [`Device::tcp`].
pub async fn connect_any(
    addresses: &[SocketAddr],
    root: &str,
    access: &Access,
) -> Result<AdbPhone, LinkError> {
    AdbPhone::over(Device::tcp_any(addresses, DEADLINE, access).await?, root).await
}

/// Reaches the phone `serial` through an adb server, which may hold it over USB. A phone that asks its owner about the
/// server's key is waited for up to `patience`.
///
/// # Errors
/// As [`Device::server`].
pub async fn connect_server(
    server: SocketAddr,
    serial: &str,
    root: &str,
    patience: Duration,
) -> Result<AdbPhone, LinkError> {
    let until = Instant::now() + patience;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match Device::server(server, serial, DEADLINE).await {
            Ok(device) => return AdbPhone::over(device, root).await,
            Err(error) if *error.kind() == ErrorKind::NotTrusted && !left.is_zero() => {
                tokio::time::sleep(POLL.min(left)).await;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Reaches the phone `serial` at the cable, which no other program may hold, as whom `access` says.
///
/// # Errors
/// As [`Device::usb`].
pub async fn connect_usb(serial: &str, root: &str, access: &Access) -> Result<AdbPhone, LinkError> {
    AdbPhone::over(Device::usb(serial, DEADLINE, access).await?, root).await
}

impl AdbPhone {
    /// The phone behind a connection.
    ///
    /// # Errors
    /// When the phone does not answer who it is.
    pub async fn over(device: Device, root: &str) -> Result<AdbPhone, LinkError> {
        let identity = identity::ask(&device, device.banner()).await?;
        Ok(Self {
            content: Content::new(device.clone()),
            device,
            root: Root::new(root),
            identity,
            listed: None,
            jobs: usize::MAX,
        })
    }

    /// Asks for at most this many files at once; fewer trouble a slow phone less. Without it, the transport decides.
    pub fn jobs(mut self, files: usize) -> Self {
        self.jobs = files;
        self
    }

    pub(super) fn content(&self) -> &Content<Device> {
        &self.content
    }

    async fn read(&self, kind: Kind, since: Option<&Cursor>) -> Result<(Listing, Listed), LinkError> {
        match kind {
            Kind::Contact => {
                let (listing, book) = contacts::list(&self.content).await?;
                Ok((listing, Listed::Contacts(book)))
            }
            Kind::Group => {
                let (listing, held) = groups::list(&self.content).await?;
                Ok((listing, Listed::Payloads(held)))
            }
            Kind::Event => {
                let (listing, held) = calendars::list(&self.content).await?;
                Ok((listing, Listed::Payloads(held)))
            }
            Kind::Photo | Kind::Film => {
                let (listing, paths) =
                    media::list(&self.device, &self.content, &self.root, kind, since).await?;
                Ok((listing, Listed::Files(paths)))
            }
            Kind::Task | Kind::Message | Kind::Call => {
                Err(LinkError::new(ErrorKind::Unsupported, kind.plural()))
            }
        }
    }
}

#[async_trait]
impl Phone for AdbPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Android has no provider of to-dos (android-adb 1.1); messages and calls are not read yet.
    fn offers(&self) -> Offers {
        let offer = |kind| match kind {
            Kind::Contact | Kind::Group | Kind::Event | Kind::Photo | Kind::Film => Offer::Readable,
            Kind::Task | Kind::Message | Kind::Call => Offer::Not(Why::new(Reason::Unsupported)),
        };
        Offers(Kind::ALL.into_iter().map(|kind| (kind, offer(kind))).collect())
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        // What an earlier listing left is of no more use to a run, and may be tens of megabytes.
        self.listed = None;
        match self.read(kind, since).await {
            Ok((listing, listed)) => {
                self.listed = Some((kind, listed));
                Ok(listing)
            }
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => Ok(Listing::unavailable(error.why())),
        }
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let Some(first) = wanted.first() else {
            return Ok(());
        };
        if self.listed.as_ref().is_none_or(|(kind, _)| *kind != first.kind) {
            // A new connection is asked for what an earlier one listed, or another kind was listed since.
            self.list(first.kind, None).await?;
        }
        match self.listed.as_ref().map(|(_, listed)| listed) {
            Some(Listed::Contacts(book)) => contacts::fetch(&self.content, book, wanted, out).await,
            Some(Listed::Payloads(held)) => held.fetch(wanted, out).await,
            Some(Listed::Files(paths)) => {
                media::fetch(&self.device, &self.root, paths, self.jobs, wanted, out).await
            }
            None if first.kind.is_file() => {
                media::fetch(
                    &self.device,
                    &self.root,
                    &Paths::default(),
                    self.jobs,
                    wanted,
                    out,
                )
                .await
            }
            None => {
                for index in 0..wanted.len() {
                    out.begin(index).await?;
                    let context = format!("{} cannot be listed", first.kind.plural());
                    out.end(Err(LinkError::new(ErrorKind::Missing, context))).await?;
                }
                Ok(())
            }
        }
    }

    fn writing(&mut self) -> Option<&mut dyn Writing> {
        Some(self)
    }
}
