//! The first words over an open socket, until the phone says who it is: greeting, the phone's question for a key, the change
//! to TLS (AOSP adb `adb.cpp`, `client/auth.cpp`). Streams are not its business.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::access::{Access, unusable};
use super::connection::{Cause, late, receive};
use super::tls;
use super::wire::{Command, Decoder, MAX_PAYLOAD, Packet, VERSION};
use crate::{ErrorKind, LinkError};

/// AUTH: sign this.
const TOKEN: u32 = 1;
/// AUTH: the token, signed.
const SIGNATURE: u32 = 2;
/// AUTH: the key to allow.
const PUBLIC_KEY: u32 = 3;
/// The version of STLS.
const TLS_VERSION: u32 = 0x0100_0000;
/// A phone that asks more often than this is not one. It asks twice.
const QUESTIONS: usize = 8;

/// What the phone says of itself, and the bytes that came with it.
#[derive(Debug)]
pub(super) struct Hello {
    pub(super) packet: Packet,
    pub(super) decoder: Decoder,
}

/// A socket on which the phone has said who it is.
#[derive(Debug)]
pub(super) enum Greeted<S> {
    Plain(S, Hello),
    Secret(Box<TlsStream<S>>, Hello),
}

/// Greets, offering `features`, and shows what `access` allows to a phone that asks.
///
/// # Errors
/// `NotTrusted` when the phone does not know the key and its owner was not asked or did not allow it in time, `NotPaired` when
/// it wants TLS with a key that was paired with it; `Busy`, `Garbled`, `Unplugged`, and as [`tls::start`].
pub(super) async fn greet<S>(
    mut socket: S,
    features: &[&str],
    deadline: Duration,
    access: &Access,
) -> Result<Greeted<S>, LinkError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut decoder = Decoder::default();
    let banner = format!("host::features={}", features.join(","));
    let hello = Packet::new(Command::Connect, VERSION, MAX_PAYLOAD as u32, banner.into_bytes());
    say(&mut socket, hello, deadline).await?;
    let mut packet = hear(&mut socket, &mut decoder, deadline).await?;
    if packet.command == Command::StartTls {
        let (stream, hello) = in_secret(socket, &decoder, deadline, access).await?;
        return Ok(Greeted::Secret(Box::new(stream), hello));
    }
    if packet.command == Command::Auth {
        packet = prove(&mut socket, &mut decoder, packet, deadline, access).await?;
    }
    Ok(Greeted::Plain(socket, hello_of(packet, decoder)?))
}

fn hello_of(packet: Packet, decoder: Decoder) -> Result<Hello, LinkError> {
    match packet.command {
        Command::Connect => Ok(Hello { packet, decoder }),
        other => Err(LinkError::new(
            ErrorKind::Garbled,
            format!("{other:?} in place of a greeting"),
        )),
    }
}

/// Signs the phone's token and, when that key is not known to it, shows the key and waits for the owner. Gives what follows
/// the phone's questions.
async fn prove<S>(
    socket: &mut S,
    decoder: &mut Decoder,
    asked: Packet,
    deadline: Duration,
    access: &Access,
) -> Result<Packet, LinkError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let not_trusted = |what| LinkError::new(ErrorKind::NotTrusted, what);
    let Some(key) = access.key().await? else {
        return Err(not_trusted("the phone asks for a key"));
    };
    let signature = key.sign(&token(&asked)?).map_err(unusable)?;
    let signed = Packet::new(Command::Auth, SIGNATURE, 0, signature);
    say(socket, signed, deadline).await?;
    let answer = hear(socket, decoder, deadline).await?;
    if answer.command != Command::Auth {
        return Ok(answer);
    }
    if access.patience.is_zero() {
        return Err(not_trusted("the phone does not know this computer's key"));
    }
    let mut text = key.public_text().map_err(unusable)?.into_bytes();
    text.push(0);
    say(socket, Packet::new(Command::Auth, PUBLIC_KEY, 0, text), deadline).await?;
    tracing::debug!("the phone asks its owner about the key");
    // Its further questions are about keys that this computer does not have.
    let allowed = async {
        for _ in 0..QUESTIONS {
            let heard = receive(socket, decoder).await.map_err(|cause| cause.error())?;
            if heard.command != Command::Auth {
                return Ok(heard);
            }
        }
        Err(LinkError::new(
            ErrorKind::Garbled,
            "the phone asks for a key again and again",
        ))
    };
    match timeout(access.patience, allowed).await {
        Ok(heard) => heard,
        Err(_) => Err(not_trusted("the key was not allowed in time")),
    }
}

/// What a phone wants signed.
fn token(asked: &Packet) -> Result<[u8; 20], LinkError> {
    let token = <[u8; 20]>::try_from(&asked.payload[..]).ok();
    let garbled = || LinkError::new(ErrorKind::Garbled, "a question for a key without a token");
    token.filter(|_| asked.arg0 == TOKEN).ok_or_else(garbled)
}

/// Goes on in TLS; the phone then greets by itself.
async fn in_secret<S>(
    mut socket: S,
    decoder: &Decoder,
    deadline: Duration,
    access: &Access,
) -> Result<(TlsStream<S>, Hello), LinkError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // A byte from before TLS must not count as one from within it.
    if !decoder.is_empty() {
        return Err(LinkError::new(ErrorKind::Garbled, "bytes between STLS and TLS"));
    }
    let not_paired = |what| LinkError::new(ErrorKind::NotPaired, what);
    // A key that does not exist yet is paired with no phone.
    let Some(key) = access.known().await? else {
        return Err(not_paired("the phone asks for TLS, and this computer has no key"));
    };
    let go = Packet::new(Command::StartTls, TLS_VERSION, 0, Bytes::new());
    say(&mut socket, go, deadline).await?;
    let mut stream = tls::start(socket, &key, deadline).await?;
    let mut decoder = Decoder::default();
    let packet = match timeout(deadline, receive(&mut stream, &mut decoder)).await {
        Ok(Ok(packet)) => packet,
        Ok(Err(Cause::Io(error))) if tls::is_refused(&error) => {
            return Err(LinkError::caused(
                ErrorKind::NotPaired,
                "the phone refuses the key",
                error,
            ));
        }
        Ok(Err(cause)) => return Err(cause.error()),
        Err(_) => return Err(late("greeting in TLS")),
    };
    Ok((stream, hello_of(packet, decoder)?))
}

/// Says one packet. The phone's version is not known yet, so that each carries its sum.
async fn say<S: AsyncWrite + Unpin>(
    socket: &mut S,
    packet: Packet,
    deadline: Duration,
) -> Result<(), LinkError> {
    let bytes = [&packet.header(true), &packet.payload[..]].concat();
    match timeout(deadline, socket.write_all(&bytes)).await {
        Ok(said) => said.map_err(|error| Cause::from(error).error()),
        Err(_) => Err(late("connecting")),
    }
}

async fn hear<S: AsyncRead + Unpin>(
    socket: &mut S,
    decoder: &mut Decoder,
    deadline: Duration,
) -> Result<Packet, LinkError> {
    match timeout(deadline, receive(socket, decoder)).await {
        Ok(heard) => heard.map_err(|cause| cause.error()),
        Err(_) => Err(late("connecting")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use rsa::PublicKey;
    use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};
    use sha1::Sha1;

    use super::super::key::{Key, KeyError, Keys};
    use super::super::script::{NEW, Peer, wire_as};
    use super::*;
    use crate::ErrorKind::*;

    /// A place that says what it was asked.
    #[derive(Debug, Default)]
    struct Place {
        key: Option<Key>,
        made: Mutex<u32>,
    }

    impl Keys for Arc<Place> {
        fn known(&self) -> Result<Option<Key>, KeyError> {
            Ok(self.key.clone())
        }

        fn obtain(&self) -> Result<Key, KeyError> {
            *self.made.lock().expect("whole") += 1;
            Key::generate()
        }
    }

    const PATIENCE: Duration = Duration::from_secs(120);
    const TOKENS: [[u8; 20]; 2] = [[7; 20], [8; 20]];

    async fn ask(peer: &mut Peer, token: &[u8]) {
        peer.send(Command::Auth, TOKEN, 0, token).await;
    }

    async fn answered(peer: &mut Peer, kind: u32) -> Bytes {
        let answer = peer.expect(Command::Auth).await;
        assert_eq!((answer.arg0, answer.arg1), (kind, 0));
        answer.payload
    }

    async fn welcome(peer: &mut Peer) {
        let banner = format!("device::features={NEW}");
        peer.send(Command::Connect, VERSION, 1 << 20, banner.as_bytes())
            .await;
    }

    fn public(key: &Key) -> PublicKey {
        let text = key.to_pem().expect("a key");
        rsa::PrivateKey::from_pkcs8_pem(&text)
            .expect("a key")
            .to_public_key()
    }

    #[tokio::test(start_paused = true)]
    async fn a_phone_that_knows_the_key_is_told_no_more_than_a_signature() {
        let key = Key::generate().expect("a key");
        let (client, mut peer) = wire_as(1 << 20, Access::with(key.clone()));
        let far = async {
            peer.expect(Command::Connect).await;
            ask(&mut peer, &TOKENS[0]).await;
            let signature = answered(&mut peer, SIGNATURE).await;
            let signed = public(&key).pkcs1v15_verify_prehash::<Sha1>(&TOKENS[0], &signature);
            signed.expect("the token is signed");
            welcome(&mut peer).await;
        };
        let (device, ()) = tokio::join!(client, far);
        assert!(device.expect("connects").banner().has("shell_v2"));
    }

    #[tokio::test(start_paused = true)]
    async fn who_only_looks_has_nobody_asked() {
        for (key, questions) in [(Some(Key::generate().expect("a key")), 2), (None, 1)] {
            let place = Arc::new(Place {
                key,
                ..Place::default()
            });
            let (client, mut peer) = wire_as(1 << 20, Access::with(Arc::clone(&place)));
            let far = async {
                peer.expect(Command::Connect).await;
                ask(&mut peer, &TOKENS[0]).await;
                if questions == 2 {
                    answered(&mut peer, SIGNATURE).await;
                    ask(&mut peer, &TOKENS[1]).await;
                }
                assert_eq!(peer.packet().await, None, "it hangs up");
            };
            let (device, ()) = tokio::join!(client, far);
            assert_eq!(device.expect_err("is not let in").kind(), &NotTrusted);
            assert_eq!(*place.made.lock().expect("whole"), 0, "nor is a key made");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_owner_allows_the_key_in_their_own_time() {
        for (pause, expected) in [(PATIENCE / 2, Ok(())), (PATIENCE * 2, Err(NotTrusted))] {
            let place = Arc::new(Place::default());
            let access = Access::with(Arc::clone(&place)).patience(PATIENCE);
            let (client, mut peer) = wire_as(1 << 20, access);
            let far = async {
                peer.expect(Command::Connect).await;
                ask(&mut peer, &TOKENS[0]).await;
                answered(&mut peer, SIGNATURE).await;
                ask(&mut peer, &TOKENS[1]).await;
                let shown = answered(&mut peer, PUBLIC_KEY).await;
                let text = shown.strip_suffix(b"\0").expect("ends with a NUL");
                assert_eq!(text.iter().filter(|byte| **byte == b' ').count(), 1);
                // A phone may ask on while its owner thinks.
                ask(&mut peer, &TOKENS[0]).await;
                tokio::time::sleep(pause).await;
                welcome(&mut peer).await;
            };
            let (device, ()) = tokio::join!(client, far);
            assert_eq!(device.map(drop).map_err(|error| error.kind().clone()), expected);
            assert_eq!(*place.made.lock().expect("whole"), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn questions_that_are_none() {
        let key = Key::generate().expect("a key");
        let check = async |kind, token: &[u8], times, expected| {
            let access = Access::with(key.clone()).patience(PATIENCE);
            let (client, mut peer) = wire_as(1 << 20, access);
            let far = async {
                peer.expect(Command::Connect).await;
                for _ in 0..times {
                    peer.send(Command::Auth, kind, 0, token).await;
                }
                peer
            };
            let (device, _peer) = tokio::join!(client, far);
            assert_eq!(device.expect_err("fails").kind(), &expected, "{kind} {times}");
        };
        check(TOKEN, &[7; 19], 1, Garbled).await;
        check(TOKEN, &[7; 21], 1, Garbled).await;
        check(TOKEN, &[], 1, Garbled).await;
        check(SIGNATURE, &[7; 20], 1, Garbled).await;
        check(0, &[7; 20], 1, Garbled).await;
        check(TOKEN, &[7; 20], 1, Busy(None)).await;
        check(TOKEN, &[7; 20], 100, Garbled).await;
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_from_before_tls_counts_as_from_within() {
        let (client, mut peer) = wire_as(1 << 20, Access::with(Key::generate().expect("a key")));
        let far = async {
            peer.expect(Command::Connect).await;
            let packet = Packet::new(Command::StartTls, TLS_VERSION, 0, Bytes::new());
            peer.raw(&[&packet.header(false)[..], b"x"].concat()).await;
            assert_eq!(peer.packet().await, None, "it hangs up");
        };
        let (device, ()) = tokio::join!(client, far);
        assert_eq!(device.expect_err("fails").kind(), &Garbled);
    }

    #[test]
    fn a_certificate_is_of_the_key() {
        let key = Key::generate().expect("a key");
        let (certificate, _) = key.certified().expect("a certificate");
        let inner = public(&key).to_public_key_der().expect("encodes");
        let within = |part: &[u8]| certificate.windows(part.len()).any(|window| window == part);
        assert!(within(inner.as_bytes()));
    }
}
