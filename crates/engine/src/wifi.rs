//! Phones with wireless debugging: which announce themselves, and pairing with one by the code that it shows, or by the one
//! that it scans here.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sidekeep_links::adb::mdns::{Announced, Mdns, Service};
use sidekeep_links::adb::pairing::{self, PairingError};
use sidekeep_links::{ErrorKind, LinkError, mtp};

use crate::phones::{Asked, Reachable, State};
use crate::source::SHARED_STORAGE;
use crate::{Engine, EngineError, Invitation, Source, SourceError};

/// How long a whole pairing may take.
const PAIRING: Duration = Duration::from_secs(30);

/// A phone that knows this computer now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paired {
    /// Where it is.
    pub host: String,
    /// What its services on the network are named by.
    pub phone: String,
}

impl Paired {
    /// The way to it from now on, whatever its port.
    pub fn source(&self) -> Source {
        over_wifi(self.phone.clone())
    }
}

impl Engine {
    /// Pairs with the wireless debugging of the phone that shows `code` and `address` (`HOST:PORT`). It knows this computer
    /// from then on, at another port.
    ///
    /// # Errors
    /// `Source` when the address is none, `WrongCode`, `Link` as [`pairing::pair`] says; `Refused` when there is no key.
    pub async fn pair(&self, address: &str, code: &str) -> Result<Paired, EngineError> {
        let Source::Adb { host, port, .. } = Source::parse(&format!("adb://{address}"), Path::new("/"))?
        else {
            return Err(SourceError::BadAddress(address.to_owned()).into());
        };
        self.pair_at(host, port, code).await
    }

    /// Pairs with the phone that scans this invitation within `longest`.
    ///
    /// # Errors
    /// `Link` with `Busy` when none has; else as [`Engine::pair`].
    pub async fn pair_invited(
        &self,
        invitation: &Invitation,
        longest: Duration,
    ) -> Result<Paired, EngineError> {
        let scanned = self.mdns.find(Service::Pairing, invitation.name(), longest).await;
        let address = scanned.and_then(|phone| phone.addresses.first().copied());
        let Some(address) = address else {
            return Err(LinkError::new(ErrorKind::Busy(None), "no phone has scanned the code").into());
        };
        let host = host(&address);
        self.pair_at(host, address.port(), invitation.password()).await
    }

    /// The addresses (`HOST:PORT`) of phones that show a code now.
    pub async fn pairing(&self) -> Vec<String> {
        let showing = self.mdns.announced(Service::Pairing).await.into_iter();
        let addresses = showing.filter_map(|phone| phone.addresses.first().map(ToString::to_string));
        addresses.collect()
    }

    /// Where phones on the network are heard of.
    pub fn network(&self) -> &Mdns {
        &self.mdns
    }

    async fn pair_at(&self, host: String, port: u16, code: &str) -> Result<Paired, EngineError> {
        let key = self.access.obtain().await?;
        let phone = pairing::pair(&host, port, code, &key, PAIRING).await;
        Ok(Paired {
            host,
            phone: phone.map_err(|error| match error {
                PairingError::WrongCode => EngineError::WrongCode,
                PairingError::Link(error) => error.into(),
            })?,
        })
    }

    /// Adds the phones that announce themselves and are not told yet. One that does not answer where it says it is left out:
    /// phones go without a word.
    pub(crate) async fn ask_network(
        &self,
        whom: Asked,
        cable: &[mtp::Attached],
        announced: Vec<Announced>,
        all: &mut Vec<Reachable>,
    ) {
        let told: Vec<String> = all.iter().filter_map(name_of).collect();
        let new = announced.into_iter().filter(|phone| !told.contains(&phone.name));
        let sources = new.map(|phone| {
            let serial = phone.serial().map(str::to_owned);
            (over_wifi(phone.name).name(), serial)
        });
        let mut there = Vec::new();
        self.add(whom, cable, sources.collect(), &mut there).await;
        there.retain(|one| one.state != State::Not(ErrorKind::Unplugged));
        all.append(&mut there);
    }
}

fn over_wifi(name: String) -> Source {
    Source::AdbWifi {
        name,
        root: SHARED_STORAGE.to_owned(),
    }
}

/// What a way over the network is named by, if it is one.
fn name_of(known: &Reachable) -> Option<String> {
    match Source::parse(known.source.as_str(), Path::new("/")) {
        Ok(Source::AdbWifi { name, .. }) => Some(name),
        _ => None,
    }
}

/// The address with the interface that it belongs to, where it is one of a link, but without the port.
fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V6(address) if address.scope_id() != 0 => {
            format!("{}%{}", address.ip(), address.scope_id())
        }
        address => address.ip().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddrV6;

    use super::*;

    #[test]
    fn hosts_without_their_ports() {
        let check = |address: SocketAddr, expected| assert_eq!(host(&address), expected);
        check(([192, 168, 1, 9], 37099).into(), "192.168.1.9");
        check("[2001:db8::9]:37099".parse().unwrap(), "2001:db8::9");
        let link = SocketAddrV6::new("fe80::9".parse().unwrap(), 37099, 0, 3);
        check(link.into(), "fe80::9%3");
    }

    #[tokio::test]
    async fn nobody_is_heard_of_by_default() {
        let engine = Engine::at("/nowhere");
        assert_eq!(engine.pairing().await, Vec::<String>::new());
        let invitation = Invitation::new().unwrap();
        let nobody = engine.pair_invited(&invitation, Duration::from_secs(60)).await;
        let Err(EngineError::Link(error)) = nobody else {
            panic!("{nobody:?}");
        };
        assert_eq!(error.kind(), &ErrorKind::Busy(None));
    }
}
