//! A phone's locked door: what an adbd with authentication does before it lets anybody in, in front of one that asks nobody
//! ([`crate::adbd`], [`crate::android`]). Both of a phone's locks are there, the owner who taps Allow or does not, and the
//! pairing dialog. Tests only.
//!
//! It counts because the `adb` that others wrote opens it by the same ways, and is kept out by it (`links/tests/adb_door.rs`).
//! Source: android-platform-tools 34 (packages/modules/adb: `daemon/auth.cpp`, `tls`, `pairing_connection`).

mod key;
mod tls;

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use rsa::PublicKey;
use sha1::Sha1;
use sidekeep_links::adb::Key;
use sidekeep_links::adb::pairing::{Peer, Role, exchange};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use tls::Tls;

use crate::android::wire::{self, AUTH, CNXN, Packet, STLS};

const TOKEN: u32 = 1;
const SIGNATURE: u32 = 2;
const PUBLIC_KEY: u32 = 3;
const TLS_VERSION: u32 = 0x0100_0000;

/// What the phone calls itself when it is paired.
pub const GUID: &str = "adb-SIDEKEEP-door";

/// How the door is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// As adb over TCP and USB is: a signature, or the owner's word.
    Signature,
    /// As wireless debugging is: TLS with a key that was paired.
    Tls(Tls),
}

/// A door with its phone. It and every way through it end when this is dropped.
#[derive(Debug)]
pub struct Door {
    address: SocketAddr,
    lock: Lock,
    phone: SocketAddr,
    owner: Arc<Owner>,
    _serving: JoinSet<()>,
}

/// A dialog with a code, and its port. It closes when dropped.
#[derive(Debug)]
pub struct Dialog {
    address: SocketAddr,
    owner: Arc<Owner>,
    _serving: JoinSet<()>,
}

/// Whom the phone knows, and what it has asked.
#[derive(Debug)]
pub(crate) struct Owner {
    /// The phone's own key, for its certificate.
    key: Key,
    /// Keys as adb writes them, without the name behind.
    trusted: watch::Sender<Vec<String>>,
    /// The key that Allow is shown for, with the name.
    asked: watch::Sender<Option<String>>,
}

impl Door {
    /// Opens a free loopback port in front of `phone`.
    ///
    /// # Errors
    /// No port, or no key, can be had.
    pub async fn start(lock: Lock, phone: SocketAddr) -> io::Result<Self> {
        Self::start_at(Ipv4Addr::LOCALHOST, lock, phone).await
    }

    /// The same at another of this computer's addresses.
    ///
    /// # Errors
    /// As [`Door::start`].
    pub async fn start_at(ip: Ipv4Addr, lock: Lock, phone: SocketAddr) -> io::Result<Self> {
        let owner = Arc::new(Owner {
            key: Key::generate().map_err(io::Error::other)?,
            trusted: watch::Sender::default(),
            asked: watch::Sender::default(),
        });
        Self::open(ip.into(), lock, phone, owner).await
    }

    /// Shut and opened again: whoever was in is out, those who were trusted still are, and the port is another.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn restart(self) -> io::Result<Self> {
        let Self {
            address,
            lock,
            phone,
            owner,
            _serving,
        } = self;
        // The old port is taken until the new one is there, so that they differ.
        let again = Self::open(address.ip(), lock, phone, owner).await;
        drop(_serving);
        again
    }

    async fn open(ip: IpAddr, lock: Lock, phone: SocketAddr, owner: Arc<Owner>) -> io::Result<Self> {
        let (address, _serving) = serve(ip, Arc::clone(&owner), move |socket, owner| async move {
            match lock {
                Lock::Signature => by_signature(socket, &owner, phone).await,
                Lock::Tls(how) => by_tls(socket, &owner, how, phone).await,
            }
        })
        .await?;
        Ok(Self {
            address,
            lock,
            phone,
            owner,
            _serving,
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Knows this key from before.
    pub fn trust(&self, key: &str) {
        self.owner.trust(key);
    }

    /// The key that the owner was last asked about, with the name behind it.
    pub fn asked(&self) -> Option<String> {
        self.owner.asked.borrow().clone()
    }

    /// Waits until the owner is asked, and has them tap Allow. Gives the key.
    ///
    /// # Panics
    /// Never: the door holds what it waits for.
    pub async fn allow(&self) -> String {
        let mut asked = self.owner.asked.subscribe();
        let key = asked.wait_for(Option::is_some).await.expect("the door is there");
        let key = key.clone().unwrap_or_default();
        self.owner.trust(&key);
        key
    }

    /// Shows a code, and pairs with whoever knows it.
    ///
    /// # Errors
    /// No port can be had.
    pub async fn show_code(&self, code: &str) -> io::Result<Dialog> {
        let code = code.to_owned();
        let (address, _serving) = serve(
            self.address.ip(),
            Arc::clone(&self.owner),
            move |socket, owner| {
                let code = code.clone();
                async move { pair(socket, &owner, &code).await }
            },
        )
        .await?;
        let owner = Arc::clone(&self.owner);
        Ok(Dialog {
            address,
            owner,
            _serving,
        })
    }
}

impl Dialog {
    /// The address beside the code.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stays open until the phone knows a key: the computer has heard that it is paired a moment before.
    ///
    /// # Panics
    /// Never: the dialog holds what it waits for.
    pub async fn paired(self) {
        let mut trusted = self.owner.trusted.subscribe();
        let known = trusted.wait_for(|keys| !keys.is_empty()).await;
        known.expect("the door is there");
    }
}

impl Owner {
    fn trust(&self, key: &str) {
        let bare = key.split_ascii_whitespace().next().unwrap_or_default();
        self.trusted.send_modify(|trusted| trusted.push(bare.to_owned()));
    }

    fn knows(&self, is_it: impl Fn(&PublicKey) -> bool) -> bool {
        self.trusted
            .borrow()
            .iter()
            .any(|known| key::decode(known).is_some_and(|known| is_it(&known)))
    }
}

/// Accepts, and serves each connection by a task of its own.
async fn serve<F>(
    ip: IpAddr,
    owner: Arc<Owner>,
    each: impl Fn(TcpStream, Arc<Owner>) -> F + Send + 'static,
) -> io::Result<(SocketAddr, JoinSet<()>)>
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind((ip, 0)).await?;
    let address = listener.local_addr()?;
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        // Dropping the set ends every connection.
        let mut connections = JoinSet::new();
        while let Ok((socket, _)) = listener.accept().await {
            while connections.try_join_next().is_some() {}
            connections.spawn(each(socket, Arc::clone(&owner)));
        }
    });
    Ok((address, serving))
}

async fn by_signature(mut socket: TcpStream, owner: &Owner, phone: SocketAddr) -> io::Result<()> {
    let hello = greeted(&mut socket).await?;
    loop {
        let mut token = [0; 20];
        getrandom::fill(&mut token).map_err(io::Error::other)?;
        wire::write(&mut socket, &Packet::new(AUTH, TOKEN, 0).with(token.to_vec())).await?;
        let answer = wire::read(&mut socket).await?;
        if answer.command != AUTH {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let signed = |key: &PublicKey| {
            key.pkcs1v15_verify_prehash::<Sha1>(&token, &answer.payload)
                .is_ok()
        };
        match answer.arg0 {
            SIGNATURE if owner.knows(signed) => break,
            SIGNATURE => {}
            PUBLIC_KEY => {
                let text = answer
                    .payload
                    .strip_suffix(b"\0")
                    .ok_or(io::ErrorKind::InvalidData)?;
                let text = String::from_utf8(text.to_vec()).map_err(io::Error::other)?;
                let bare = text.split(' ').next().unwrap_or_default().to_owned();
                key::decode(&bare).ok_or(io::ErrorKind::InvalidData)?;
                let mut trusted = owner.trusted.subscribe();
                owner.asked.send_replace(Some(text));
                // Who is not allowed is told nothing.
                let allowed = trusted.wait_for(|keys| keys.contains(&bare)).await;
                allowed.map_err(io::Error::other)?;
                break;
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
    let_in(socket, &hello, phone).await
}

async fn by_tls(mut socket: TcpStream, owner: &Arc<Owner>, how: Tls, phone: SocketAddr) -> io::Result<()> {
    let hello = greeted(&mut socket).await?;
    wire::write(&mut socket, &Packet::new(STLS, TLS_VERSION, 0)).await?;
    if wire::read(&mut socket).await?.command != STLS {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let stream = tls::accept(socket, &owner.key, how, Some(Arc::clone(owner))).await?;
    let_in(stream, &hello, phone).await
}

async fn pair(socket: TcpStream, owner: &Owner, code: &str) -> io::Result<()> {
    let mut stream = tls::accept(socket, &owner.key, Tls::Phone, None).await?;
    let exported = tls::exported(&stream)?;
    let us = Peer::Phone(GUID.to_owned());
    let them = exchange(&mut stream, Role::Phone, code, &exported, &us).await;
    if let Peer::Computer(key) = them.map_err(io::Error::other)? {
        owner.trust(&key);
    }
    stream.shutdown().await
}

async fn greeted(socket: &mut TcpStream) -> io::Result<Packet> {
    socket.set_nodelay(true)?;
    let hello = wire::read(socket).await?;
    match hello.command {
        CNXN => Ok(hello),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Has the phone greet, and carries everything after that.
async fn let_in(
    mut near: impl AsyncRead + AsyncWrite + Unpin,
    hello: &Packet,
    phone: SocketAddr,
) -> io::Result<()> {
    let mut far = TcpStream::connect(phone).await?;
    far.set_nodelay(true)?;
    wire::write(&mut far, hello).await?;
    tokio::io::copy_bidirectional(&mut near, &mut far).await.map(drop)
}
