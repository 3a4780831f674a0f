//! Pairing with a phone's wireless debugging by the code that it shows (AOSP adb `pairing_connection`, `pairing_auth`;
//! Android 11 and later): the phone keeps this computer's key.
//!
//! Inside TLS, which hides but knows nobody, both ends prove by SPAKE2 that they have the same code and the same TLS session,
//! and then tell each other who they are. Whoever sits between has one guess at a code of six digits, and is noticed. The
//! code is used here and kept nowhere.

mod cipher;
mod spake2;
#[cfg(test)]
mod tests;
mod wire;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use self::cipher::Cipher;
use self::spake2::{MESSAGE, Spake2};
use self::wire::{HEADER, Kind, header, length};
use super::access::unusable;
use super::connection::late;
use super::device::dial;
use super::{Key, tls};
use crate::{ErrorKind, LinkError};

pub use spake2::Role;
pub use wire::{Garbled, Peer};

/// What TLS derives bytes for, that both ends put behind the code. The NUL belongs to it.
pub const LABEL: &[u8] = b"adb-label\0";
/// How many bytes.
pub const EXPORTED: usize = 64;

/// Why a pairing failed.
#[derive(Debug, thiserror::Error)]
pub enum PairingError {
    /// The other end has another code.
    #[error("another code than the one that the phone shows")]
    WrongCode,
    /// The way there.
    #[error(transparent)]
    Link(#[from] LinkError),
}

/// How an exchange between the ends ended that did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The other end has another code.
    #[error("another code")]
    WrongCode,
    /// What came is not what it should be.
    #[error(transparent)]
    Garbled(#[from] Garbled),
    /// The socket, or the system's random bytes.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Pairs with the phone that shows `code` and the address beside it. `deadline` bounds the whole. Gives the phone's id, which
/// its services on the network are named by.
///
/// # Errors
/// `WrongCode`; `Unplugged` when nobody is there or it ends the pairing, `Busy` when it takes too long, `Garbled` when it is no
/// phone that pairs, `Unsupported` when it has no TLS 1.3.
pub async fn pair(
    host: &str,
    port: u16,
    code: &str,
    key: &Key,
    deadline: Duration,
) -> Result<String, PairingError> {
    let whole = async {
        let socket = dial((host, port), deadline).await?;
        let mut stream = tls::start(socket, key, deadline).await?;
        let garbled = |error| LinkError::caused(ErrorKind::Garbled, "pairing", error);
        let exported = stream
            .get_ref()
            .1
            .export_keying_material([0; EXPORTED], LABEL, None);
        let exported = exported.map_err(garbled)?;
        let us = Peer::Computer(key.public_text().map_err(unusable)?);
        match exchange(&mut stream, Role::Computer, code, &exported, &us).await {
            Ok(Peer::Phone(id)) => Ok(id),
            Ok(Peer::Computer(_)) => Err(LinkError::new(ErrorKind::Garbled, "this is no phone").into()),
            Err(ExchangeError::WrongCode) => Err(PairingError::WrongCode),
            Err(ExchangeError::Garbled(error)) => {
                Err(LinkError::caused(ErrorKind::Garbled, "pairing", error).into())
            }
            Err(ExchangeError::Io(error)) => {
                Err(LinkError::caused(ErrorKind::Unplugged, "pairing", error).into())
            }
        }
    };
    match timeout(deadline, whole).await {
        Ok(ended) => ended,
        Err(_) => Err(late("pairing").into()),
    }
}

/// One end of a pairing, over a TLS session that gave `exported` for [`LABEL`]. Gives who the other end is.
///
/// # Errors
/// See [`ExchangeError`].
pub async fn exchange<S>(
    stream: &mut S,
    role: Role,
    code: &str,
    exported: &[u8; EXPORTED],
    us: &Peer,
) -> Result<Peer, ExchangeError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut random = [0; 64];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let password = [code.as_bytes(), exported].concat();
    let spake2 = Spake2::begin(role, &password, &random).ok_or(Garbled::Message)?;
    tell(stream, Kind::Spake2, &spake2.message).await?;
    let theirs = hear(stream, Kind::Spake2).await?;
    let theirs = <[u8; MESSAGE]>::try_from(theirs).map_err(|theirs| Garbled::Length(theirs.len() as u32))?;
    let shared = spake2.finish(&theirs).ok_or(Garbled::Message)?;

    let mut cipher = Cipher::new(&shared).ok_or(Garbled::Message)?;
    let sealed = us.bytes().and_then(|bytes| cipher.seal(bytes));
    tell(stream, Kind::Peer, &sealed.ok_or(Garbled::Peer)?).await?;
    let theirs = hear(stream, Kind::Peer).await?;
    let theirs = cipher.open(theirs).ok_or(ExchangeError::WrongCode)?;
    Ok(Peer::parse(&theirs)?)
}

async fn tell<S: AsyncWrite + Unpin>(stream: &mut S, kind: Kind, payload: &[u8]) -> io::Result<()> {
    let packet = [&header(kind, payload.len()), payload].concat();
    stream.write_all(&packet).await?;
    stream.flush().await
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut S, kind: Kind) -> Result<Vec<u8>, ExchangeError> {
    let mut head = [0; HEADER];
    stream.read_exact(&mut head).await?;
    let mut payload = vec![0; length(head, kind)?];
    stream.read_exact(&mut payload).await?;
    Ok(payload)
}
