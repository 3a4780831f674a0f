//! adb's packets: six little-endian words and a payload. No meaning, only bytes.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub(crate) const CNXN: u32 = u32::from_le_bytes(*b"CNXN");
pub(crate) const AUTH: u32 = u32::from_le_bytes(*b"AUTH");
pub(crate) const STLS: u32 = u32::from_le_bytes(*b"STLS");
pub(crate) const OPEN: u32 = u32::from_le_bytes(*b"OPEN");
pub(crate) const OKAY: u32 = u32::from_le_bytes(*b"OKAY");
pub(crate) const WRTE: u32 = u32::from_le_bytes(*b"WRTE");
pub(crate) const CLSE: u32 = u32::from_le_bytes(*b"CLSE");

/// The version from which on checksums are not looked at.
pub(crate) const VERSION: u32 = 0x0100_0001;

/// Largest payload, ours and (at most) theirs.
pub(crate) const MAX_PAYLOAD: usize = 1 << 20;

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) command: u32,
    pub(crate) arg0: u32,
    pub(crate) arg1: u32,
    pub(crate) payload: Bytes,
}

impl Packet {
    pub(crate) fn new(command: u32, arg0: u32, arg1: u32) -> Self {
        Self {
            command,
            arg0,
            arg1,
            payload: Bytes::new(),
        }
    }

    pub(crate) fn with(mut self, payload: impl Into<Bytes>) -> Self {
        self.payload = payload.into();
        self
    }
}

/// The next packet.
///
/// # Errors
/// The end, or bytes that are no packet.
pub(crate) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Packet> {
    let mut header = [0; 24];
    from.read_exact(&mut header).await?;
    let [command, arg0, arg1, length, _checksum, magic] = words(&header);
    let length = length as usize;
    if magic != !command || length > MAX_PAYLOAD {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = vec![0; length];
    from.read_exact(&mut payload).await?;
    Ok(Packet {
        command,
        arg0,
        arg1,
        payload: payload.into(),
    })
}

pub(crate) async fn write(to: &mut (impl AsyncWrite + Unpin), packet: &Packet) -> io::Result<()> {
    let Packet {
        command,
        arg0,
        arg1,
        payload,
    } = packet;
    let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
    let mut header = Vec::with_capacity(24);
    for word in [*command, *arg0, *arg1, length, 0, !command] {
        header.extend_from_slice(&word.to_le_bytes());
    }
    to.write_all(&header).await?;
    to.write_all(payload).await
}

/// Little-endian words.
pub(crate) fn words<const BYTES: usize, const WORDS: usize>(bytes: &[u8; BYTES]) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    for (word, four) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*four);
    }
    words
}
