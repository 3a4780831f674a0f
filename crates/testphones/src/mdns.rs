//! Announces phones by mDNS (RFC 6762) and DNS-SD (RFC 6763) as Android's adbd does, and whatever else a stranger might send.
//! It answers every question with all that it announces, which any querier may take. For tests, in a network of their own
//! ([`crate::apart`]). It is true because others' programs read it (`tests/journeys/wifi.rs`).

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use crate::dns::sized;

/// Debugging for those who are paired.
pub const CONNECT: &str = "_adb-tls-connect";
/// The pairing dialog.
pub const PAIRING: &str = "_adb-tls-pairing";

const GROUP: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(224, 0, 0, 251), 5353);
const PTR: u16 = 12;
const TXT: u16 = 16;
const SRV: u16 = 33;
const A: u16 = 1;
/// It takes the place of what was told before (RFC 6762 §10.2).
const FLUSH: u16 = 0x8000;
/// Seconds that what is announced is good for.
const GOOD: u32 = 120;
/// How soon it notices that it is to end.
const ENDS: Duration = Duration::from_millis(50);

/// What is announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// The service, without its protocol: [`CONNECT`].
    pub service: &'static str,
    /// The instance: `adb-SERIAL-xxxxxx`.
    pub name: String,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Answers until it is dropped, and says goodbye then.
#[derive(Debug)]
pub struct Responder {
    socket: UdpSocket,
    adverts: Arc<Mutex<Vec<Advert>>>,
    ends: Arc<AtomicBool>,
    answering: Option<JoinHandle<()>>,
}

impl Responder {
    /// Answers on the link of this address of our own.
    ///
    /// # Errors
    /// The port of mDNS cannot be had there.
    pub fn start(own: Ipv4Addr) -> io::Result<Self> {
        let socket = open(own)?;
        let adverts = Arc::<Mutex<Vec<Advert>>>::default();
        let ends = Arc::<AtomicBool>::default();
        let (own, answered, ended) = (socket.try_clone()?, Arc::clone(&adverts), Arc::clone(&ends));
        own.set_read_timeout(Some(ENDS))?;
        let answering = std::thread::spawn(move || {
            let mut packet = [0; 9000];
            while !ended.load(Ordering::Relaxed) {
                // Bit 15 of the flags is set in answers, such as our own.
                if own.recv(&mut packet).is_ok_and(|length| length >= 12) && packet[2] & 0x80 == 0 {
                    let adverts = answered.lock().unwrap_or_else(PoisonError::into_inner).clone();
                    // A link that is down carries no answer, and the question comes again.
                    let _ = say(&own, &adverts, GOOD);
                }
            }
        });
        Ok(Self {
            socket,
            adverts,
            ends,
            answering: Some(answering),
        })
    }

    /// Announces from now on; what had this name before is at this address now.
    ///
    /// # Errors
    /// The link is down.
    pub fn announce(&self, advert: Advert) -> io::Result<()> {
        let mut adverts = self.adverts.lock().unwrap_or_else(PoisonError::into_inner);
        adverts.retain(|known| known.name != advert.name || known.service != advert.service);
        adverts.push(advert.clone());
        say(&self.socket, &[advert], GOOD)
    }

    /// Says that these are no longer there.
    ///
    /// # Errors
    /// The link is down.
    pub fn withdraw(&self, name: &str) -> io::Result<()> {
        let mut adverts = self.adverts.lock().unwrap_or_else(PoisonError::into_inner);
        let (gone, stay): (Vec<_>, _) = adverts.drain(..).partition(|known| known.name == name);
        *adverts = stay;
        say(&self.socket, &gone, 0)
    }

    /// Answers no longer, without a word.
    pub fn fall_silent(&self) {
        self.adverts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Sends these bytes to everybody.
    ///
    /// # Errors
    /// The link is down.
    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.socket.send_to(bytes, GROUP).map(drop)
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(answering) = self.answering.take() {
            // A panic there was told by itself.
            let _ = answering.join();
        }
        let adverts = self.adverts.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever does not hear it asks again.
        let _ = say(&self.socket, &adverts, 0);
    }
}

fn open(own: Ipv4Addr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, GROUP.port()).into())?;
    socket.join_multicast_v4(GROUP.ip(), &own)?;
    socket.set_multicast_if_v4(&own)?;
    socket.set_multicast_ttl_v4(255)?;
    Ok(socket.into())
}

fn say(socket: &UdpSocket, adverts: &[Advert], good: u32) -> io::Result<()> {
    for advert in adverts {
        socket.send_to(&answer(advert, good), GROUP)?;
    }
    Ok(())
}

/// One answer with all that is told of an advert, good for so many seconds; none: it is gone.
pub fn answer(advert: &Advert, good: u32) -> Vec<u8> {
    let domain = [advert.service, "_tcp", "local"];
    let instance = name([advert.name.as_str()].into_iter().chain(domain));
    let host = name(["android-test", "local"]);
    let port = advert.address.port().to_be_bytes();
    let server = [&[0; 4], &port[..], &host].concat();
    let ip = match advert.address {
        SocketAddr::V4(address) => address.ip().octets(),
        SocketAddr::V6(_) => [0; 4],
    };
    let records = [
        record(&name(domain), PTR, 0, good, &instance),
        record(&instance, SRV, FLUSH, good, &server),
        record(&instance, TXT, FLUSH, good, &sized("v=1")),
        // The host stays when one of its services goes.
        record(&host, A, FLUSH, GOOD, &ip),
    ];
    [&[0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0][..], &records.concat()].concat()
}

fn record(of: &[u8], kind: u16, flush: u16, good: u32, content: &[u8]) -> Vec<u8> {
    let class = (1 | flush).to_be_bytes();
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    [
        of,
        &kind.to_be_bytes(),
        &class,
        &good.to_be_bytes(),
        &length,
        content,
    ]
    .concat()
}

fn name<'a>(labels: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    labels.into_iter().flat_map(sized).chain([0]).collect()
}
