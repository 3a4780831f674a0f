//! An account over CardDAV and CalDAV as a phone: contacts, events and to-dos of iCloud, Google, Fastmail, Nextcloud,
//! a server at home. It reads; it adds and changes where it is asked to, and never deletes.
//!
//! The eight rules: only a whole multistatus of status 207 is a listing; answers are read as they come, within bounds;
//! one bad item spoils no other, and what is none comes whole or not at all; ids are hrefs as received, and lead to no other server; line ends are CRLF; the mark of
//! how far a collection has changed is taken before its listing; no login is ever shown elsewhere or without TLS, except
//! on this computer or where the address says so; everything a server leaves out is Partial or Unavailable, never empty.
//!
//! Collections are the account's address books and calendars by their path. A calendar that may hold both is listed for
//! events and for to-dos. A group that is a card of its own (`KIND:group`) is listed with the contacts.

mod address;
mod connection;
mod discover;
mod failure;
mod fetch;
mod href;
mod kinds;
mod listing;
mod login;
mod members;
mod multistatus;
mod pictures;
mod place;
mod requests;
mod retry;
mod servers;
mod stray;
mod tls;
mod writing;
mod xml;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use sidekeep_model::{CollectionId, Identity, Kind, PhoneId, Reason, Why};

use self::connection::Connection;
use self::discover::{Way, Ways};
use self::fetch::Unsettled;
use self::listing::Overview;
use self::place::{Found, Half};
use crate::{Cursor, Extent, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted, Writing};

pub use self::address::{Address, AddressError, Trust};
pub use self::failure::Refusal;
pub use self::login::Login;
pub use self::retry::Patience;
pub use self::servers::{Dns, Server, servers};

/// An account as a phone.
#[derive(Debug)]
pub struct DavPhone {
    connection: Arc<Connection>,
    identity: Identity,
    ways: Ways,
    /// Whose account it is, as collections tell.
    account: String,
    overview: Option<Overview>,
    /// The collections of all overviews.
    found: HashMap<CollectionId, Found>,
    /// How many items each holds, of those that were listed whole.
    listed: HashMap<CollectionId, usize>,
    unsettled: Unsettled,
}

/// Finds the account at an address.
///
/// # Errors
/// `Unplugged` when the server cannot be reached, `Refused` when it wants another login or its certificate is not
/// believed, `Busy` when it is in trouble, `Garbled` or `Missing` when no account is there.
pub async fn connect(
    address: &Address,
    login: Option<Login>,
    patience: Patience,
) -> Result<DavPhone, LinkError> {
    let place = address.place();
    let failed = |error: failure::Failure| error.into_error(&place);
    let connection = Connection::new(address, login, patience).map_err(failed)?;
    let ways = discover::discover(&connection, address.url())
        .await
        .map_err(failed)?;
    let account = match address.user() {
        Some(user) => format!("{user}@{place}"),
        None => place.clone(),
    };
    let alone = [Half::Books, Half::Calendars].map(|half| match ways.of(half) {
        Way::One(url) => Some(url.path().to_owned()),
        _ => None,
    });
    let alone = alone.into_iter().flatten().next();
    // The owner's place tells accounts apart: two servers may stand behind one host, with a user of the same name on each.
    // One collection is no account in which the others are missing.
    let id = match (alone, &ways.principal) {
        (Some(alone), _) => format!("{account}{alone}"),
        (None, Some(principal)) => format!("{account}{}", principal.path()),
        (None, None) if address.user().is_some() => account.clone(),
        (None, None) => format!("{account}{}", address.url().path()),
    };
    Ok(DavPhone {
        connection: Arc::new(connection),
        identity: Identity {
            id: PhoneId(format!("dav:{id}")),
            name: account.clone(),
            model: None,
            system: None,
        },
        ways,
        account,
        overview: None,
        found: HashMap::new(),
        listed: HashMap::new(),
        unsettled: Unsettled::default(),
    })
}

impl DavPhone {
    async fn read(&mut self, kind: Kind, half: Half, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        let overview = self
            .overview
            .take()
            .filter(|overview| overview.serves(half, kind));
        let mut overview = match overview {
            Some(overview) => overview,
            None => self.look(half, since.is_some()).await?,
        };
        let listing = listing::list(&self.connection, &mut overview, kind, since).await?;
        self.overview = Some(overview);
        for one in listing
            .collections
            .iter()
            .filter(|one| one.extent == Extent::Full)
        {
            self.listed.insert(one.collection.id.clone(), one.entries.len());
        }
        Ok(listing)
    }

    async fn look(&mut self, half: Half, marked: bool) -> Result<Overview, LinkError> {
        let overview = listing::overview(&self.connection, &self.ways, half, &self.account, marked).await?;
        for found in &overview.found {
            self.found.insert(found.collection.id.clone(), found.clone());
        }
        Ok(overview)
    }
}

#[async_trait]
impl Phone for DavPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        let offer = |kind| match Half::of(kind).map(|half| self.ways.of(half)) {
            None | Some(Way::Nowhere) => Offer::Not(Why::new(Reason::Unsupported)),
            Some(Way::Homes(_) | Way::One(_) | Way::Unknown) => Offer::Readable,
        };
        Offers(Kind::ALL.into_iter().map(|kind| (kind, offer(kind))).collect())
    }

    async fn list(&mut self, kind: Kind, since: Option<&Cursor>) -> Result<Listing, LinkError> {
        let Some(half) = Half::of(kind) else {
            return Ok(Listing::unavailable(Why::new(Reason::Unsupported)));
        };
        match self.read(kind, half, since).await {
            Err(error) if !error.is_fatal() => Ok(Listing::unavailable(error.why())),
            listing => listing,
        }
    }

    async fn fetch(&mut self, wanted: &[Wanted], out: &mut dyn Sink) -> Result<(), LinkError> {
        let known = wanted
            .iter()
            .all(|item| self.found.contains_key(&item.collection));
        if !known && let Some(half) = wanted.first().and_then(|item| Half::of(item.kind)) {
            // A new connection is asked for what an earlier one listed.
            self.overview = Some(self.look(half, false).await?);
        }
        let (found, listed) = (&self.found, &self.listed);
        fetch::fetch(&self.connection, found, listed, wanted, &mut self.unsettled, out).await
    }

    async fn pictures(&mut self, addresses: &[String], out: &mut dyn Sink) -> Result<(), LinkError> {
        pictures::fetch(&self.connection, addresses, out).await
    }

    fn writing(&mut self) -> Option<&mut dyn Writing> {
        Some(self)
    }
}
