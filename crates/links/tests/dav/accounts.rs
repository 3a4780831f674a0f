//! What every test of accounts does: connecting, what is put there, what is found there.

use std::net::SocketAddr;
use std::time::Duration;

use sidekeep_links::conformance::wanted;
use sidekeep_links::dav::{self, Address, DavPhone, Login, Patience};
use sidekeep_links::{
    Collected, Condition, ErrorKind, LinkError, Listing, Phone, Wanted, Write, WriteError, Written,
};
use sidekeep_model::{Fingerprint, Kind, Media, RemoteId};
use sidekeep_testphones::dav::{Change, DavServer};

use crate::tray::Tray;

/// Waits that no test notices.
pub(crate) const HASTE: Patience = Patience {
    tries: 2,
    first: Duration::from_millis(1),
    longest: Duration::from_millis(5),
    silence: Duration::from_secs(20),
};

pub(crate) async fn connect_at(server: &DavServer, address: SocketAddr) -> Result<DavPhone, LinkError> {
    connect_to(server, &server.source(address)).await
}

/// Another address of the same account.
pub(crate) async fn connect_to(server: &DavServer, source: &str) -> Result<DavPhone, LinkError> {
    let address = Address::parse(source).unwrap();
    let login = server.login().map(|(_, password)| Login(password.to_owned()));
    dav::connect(&address, login, HASTE).await
}

pub(crate) async fn connect(server: &DavServer) -> DavPhone {
    connect_at(server, server.address()).await.unwrap()
}

pub(crate) fn card(uid: &str, name: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{uid}\r\nFN:{name}\r\nN:;{name};;;\r\nEND:VCARD\r\n")
}

pub(crate) fn object(component: &str, uid: &str, summary: &str) -> String {
    // Cyrus takes no event that ends when it begins.
    let end = match component {
        "VEVENT" => "DTEND:20260101T010000Z\r\n",
        _ => "",
    };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:{component}\r\nUID:{uid}\r\n\
         DTSTAMP:20260101T000000Z\r\nDTSTART:20260101T000000Z\r\n{end}SUMMARY:{summary}\r\nEND:{component}\r\n\
         END:VCALENDAR\r\n"
    )
}

pub(crate) fn put(path: &str, text: String) -> Change {
    Change::Put(path.to_owned(), text)
}

pub(crate) fn one(listing: &Listing, id: String) -> &Collected {
    let found = listing
        .collections
        .iter()
        .find(|one| one.collection.id.as_str() == id);
    found.unwrap_or_else(|| panic!("{id} in {listing:?}"))
}

/// A card to be written to `collection`.
pub(crate) fn write(collection: String, text: String, condition: Condition) -> Write {
    Write {
        kind: Kind::Contact,
        collection: collection.as_str().into(),
        media: Media::VCARD.into(),
        bytes: text.into(),
        condition,
    }
}

pub(crate) fn new() -> Condition {
    Condition::New { before: None }
}

pub(crate) async fn send(phone: &mut DavPhone, write: Write) -> Result<RemoteId, WriteError> {
    let written: Written = phone.writing().unwrap().write(&write).await?;
    Ok(written.remote)
}

/// What comes of each that is wanted.
pub(crate) async fn fetch(phone: &mut DavPhone, wanted: &[Wanted]) -> Vec<Result<String, ErrorKind>> {
    let mut tray = Tray::default();
    phone.fetch(wanted, &mut tray).await.unwrap();
    tray.0.sort_by_key(|(index, ..)| *index);
    assert!(tray.0.iter().map(|(index, ..)| *index).eq(0..wanted.len()));
    let told = tray.0.into_iter();
    told.map(|(_, bytes, outcome)| match outcome.unwrap() {
        Ok(_) => Ok(String::from_utf8(bytes).unwrap()),
        Err(error) => Err(error.kind().clone()),
    })
    .collect()
}

/// An item that is there.
#[derive(Debug)]
pub(crate) struct There {
    pub(crate) remote: RemoteId,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) text: String,
}

/// Every item of a kind, each fetched.
pub(crate) async fn everything(phone: &mut DavPhone, kind: Kind) -> Vec<There> {
    let listing = phone.list(kind, None).await.unwrap();
    assert!(
        listing.reading.is_complete() && listing.collections.iter().all(|one| one.reading.is_complete()),
        "{listing:?}"
    );
    let wanted = wanted(kind, &listing);
    let told = fetch(phone, &wanted).await;
    let there = wanted.into_iter().zip(told).map(|(wanted, told)| There {
        remote: wanted.remote,
        fingerprint: wanted.fingerprint,
        text: told.unwrap(),
    });
    there.collect()
}

/// Every card of the account.
pub(crate) async fn cards(server: &DavServer) -> Vec<There> {
    everything(&mut connect(server).await, Kind::Contact).await
}
