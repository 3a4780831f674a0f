//! A phone or camera over one session.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mtp_rs::transport::Transport;
use sidekeep_model::{Collection, Identity, Kind, Reason, Why};
use tokio::time::Instant;

use super::catalogue::Catalogue;
use super::code::{operation::GET_DEVICE_INFO, response};
use super::device::{About, identity};
use super::fetch::{Files, Item};
use super::quirks::{Maker, Quirks, System};
use super::records::Staged;
use super::session::{Opener, Session, refused};
use super::state::{POLL, Seen, State};
use super::tree::Scope;
use super::walk::Walk;
use super::{Attached, usb};
use crate::{Cursor, ErrorKind, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted};

/// A phone or camera over MTP or PTP.
#[derive(Debug)]
pub struct MtpPhone {
    session: Session,
    quirks: Quirks,
    scope: Scope,
    identity: Identity,
    /// The collections that were found before; None when nobody told.
    before: Option<BTreeMap<Kind, Vec<Collection>>>,
    /// What the last walk found.
    catalogue: Option<Catalogue>,
    /// The kinds that were told of it: a kind is told of each walk once, so that a listing is never an old one.
    told: HashSet<Kind>,
    staged: Option<Staged>,
}

/// Reaches the phone `serial` on this computer's USB, and waits up to `patience` for its owner to unlock it, to choose
/// "File transfer", or to plug it in.
///
/// # Errors
/// `Unplugged` when it is not there, `Locked`, `NotTrusted`, `Refused` when this computer does not allow it, `Busy` with
/// the name of the program that holds it.
pub async fn connect(serial: &str, patience: Duration) -> Result<MtpPhone, LinkError> {
    let until = Instant::now() + patience;
    let left = || until.saturating_duration_since(Instant::now());
    // A phone on which "File transfer" is chosen leaves the cable, and comes again with files to offer.
    let attached = loop {
        let found = usb::attached().await.into_iter().find(|one| one.serial == serial);
        let state = match found {
            Some(one) if one.state != State::ChargingOnly => break one,
            Some(one) => one.state,
            None => State::Gone,
        };
        match state.trouble() {
            Some(trouble) if left().is_zero() => return Err(trouble),
            _ => tokio::time::sleep(POLL.min(left())).await,
        }
    };
    let phone = MtpPhone::over(usb::Usb::new(&attached), &attached).await?;
    phone.ready(left()).await?;
    Ok(phone)
}

impl MtpPhone {
    /// The phone behind a transport of mtp-rs that `make` gives, now and again after it broke off: its virtual device, or
    /// another way to a device than this computer's USB.
    ///
    /// # Errors
    /// When the device does not begin a session or does not say who it is.
    pub async fn over_transport(
        make: impl FnMut() -> Arc<dyn Transport> + Send + 'static,
        attached: &Attached,
    ) -> Result<Self, LinkError> {
        Self::over(usb::Ready(make), attached).await
    }

    /// The phone behind an opener.
    pub(super) async fn over(opener: impl Opener, attached: &Attached) -> Result<Self, LinkError> {
        let session = Session::start(opener).await?;
        let answer = session.ask(GET_DEVICE_INFO, &[]).await?;
        if answer.code != response::OK {
            return Err(refused(answer.code, "who the phone is"));
        }
        let about = About::read(&answer.data)
            .map_err(|short| LinkError::caused(ErrorKind::Garbled, "who the phone is", short))?;
        let quirks = Quirks::of(&Maker {
            vendor: attached.vendor,
            extension: about.extension.clone(),
            operations: about.operations.clone(),
        });
        Ok(Self {
            identity: identity(attached, &about, quirks.system),
            scope: quirks.scope(),
            session,
            quirks,
            before: None,
            catalogue: None,
            told: HashSet::new(),
            staged: None,
        })
    }

    /// Looks into these folders of each storage instead of the usual ones; `/`-separated, such as `DCIM/Camera`.
    pub fn folders(mut self, folders: Vec<String>) -> Self {
        self.scope = Scope::Folders(folders);
        self
    }

    /// Tells which collections were found before, over this way. Without it a listing cannot tell a folder that vanished
    /// from one on a card that is not in, and does not say that it knows of every collection.
    pub fn found_before(mut self, collections: BTreeMap<Kind, Vec<Collection>>) -> Self {
        self.before = Some(collections);
        self
    }

    /// Waits until the phone can be read, `patience` at most. It is looked at again from time to time, and when it says
    /// that a storage came.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub async fn ready(&self, patience: Duration) -> Result<(), LinkError> {
        let until = Instant::now() + patience;
        let walk = Walk::new(&self.session, self.quirks);
        let mut state = State::Gone.after(Seen::Plugged { files: true });
        loop {
            state = state.after(walk.look().await?);
            let Some(trouble) = state.trouble() else {
                return Ok(());
            };
            let left = until.saturating_duration_since(Instant::now());
            match state.poll() {
                Some(poll) if !left.is_zero() => tokio::select! {
                    () = tokio::time::sleep(poll.min(left)) => {}
                    () = self.session.storages_changed() => state = state.after(Seen::StoresChanged),
                },
                _ => return Err(trouble),
            }
        }
    }

    /// Sees to it that there is a walk of which this kind was not told yet.
    async fn walk(&mut self, kind: Kind) -> Result<(), LinkError> {
        if self.catalogue.is_none() || self.told.contains(&kind) {
            self.catalogue = None;
            self.staged = None;
            self.told.clear();
            let walk = Walk::new(&self.session, self.quirks);
            self.catalogue = Some(walk.all(&self.scope).await?);
        }
        self.told.insert(kind);
        Ok(())
    }

    async fn read(&mut self, kind: Kind) -> Result<Listing, LinkError> {
        if self.offers().of(kind) != Offer::Readable {
            return Err(LinkError::new(ErrorKind::Unsupported, kind.plural()));
        }
        self.walk(kind).await?;
        let Some(catalogue) = &self.catalogue else {
            return Err(LinkError::new(ErrorKind::Locked, "the phone shows nothing"));
        };
        let listing = if kind.is_file() {
            catalogue.listing(kind)
        } else {
            let staged = match &mut self.staged {
                Some(staged) => staged,
                None => {
                    let staged = Staged::bring(&self.session, self.quirks, catalogue).await?;
                    self.staged.insert(staged)
                }
            };
            staged.list(kind, catalogue).await?
        };
        let before = self.before.as_ref();
        let before = before.map(|before| before.get(&kind).map_or(&[][..], Vec::as_slice));
        Ok(catalogue.ground().settle(kind, listing, before))
    }

    /// Files of the last walk. When a handle names nothing any more, the phone numbered its files anew, and they are looked
    /// up once more.
    async fn files(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let mut first = 0;
        let mut looked_up = false;
        loop {
            let catalogue = self.catalogue.as_ref();
            let items: Vec<Item> = wanted[first..]
                .iter()
                .map(|item| Item {
                    place: catalogue.and_then(|known| known.place(&item.remote)).cloned(),
                    from: item.from,
                })
                .collect();
            let files = Files::new(&self.session, self.quirks, &items);
            let Some(lost) = files.bring(first, !looked_up, out).await? else {
                return Ok(());
            };
            looked_up = true;
            first += lost;
            match Walk::new(&self.session, self.quirks).all(&self.scope).await {
                Ok(found) => self.catalogue = Some(found),
                Err(error) if error.is_fatal() => return Err(error),
                Err(error) => tracing::debug!("the files cannot be looked up anew: {error}"),
            }
        }
    }
}

#[async_trait]
impl Phone for MtpPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Files are all that MTP has; cards and calendars are read where they lie in files.
    fn offers(&self) -> Offers {
        let offer = |kind| match kind {
            Kind::Photo | Kind::Film => Offer::Readable,
            Kind::Contact | Kind::Event | Kind::Task if self.quirks.system == System::Android => {
                Offer::Readable
            }
            _ => Offer::Not(Why::new(Reason::Unsupported)),
        };
        Offers(Kind::ALL.into_iter().map(|kind| (kind, offer(kind))).collect())
    }

    async fn list(&mut self, kind: Kind, _since: Option<&Cursor>) -> Result<Listing, LinkError> {
        match self.read(kind).await {
            Err(error) if !error.is_fatal() => Ok(Listing::unavailable(error.why())),
            listing => listing,
        }
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let Some(kind) = wanted.first().map(|item| item.kind) else {
            return Ok(());
        };
        let here = if kind.is_file() {
            self.catalogue.is_some()
        } else {
            self.staged.is_some()
        };
        if !here {
            // A new connection is asked for what an earlier one listed.
            self.list(kind, None).await?;
        }
        match &mut self.staged {
            Some(staged) if !kind.is_file() => staged.phone().fetch(wanted, out).await,
            // Without a walk nothing has a place, and each item ends as missing.
            _ => self.files(wanted, out).await,
        }
    }
}
