//! adb's packets as bytes (AOSP packages/modules/adb, `types.h`). No sockets and no state of a connection.

use bytes::{Buf, Bytes, BytesMut};

/// Bytes of a packet's header: six little-endian words.
pub(crate) const HEADER: usize = 24;
/// The largest payload that we accept, offered when connecting.
pub(crate) const MAX_PAYLOAD: usize = 1024 * 1024;
/// The protocol version that we offer.
pub(crate) const VERSION: u32 = 0x0100_0001;
/// From this version on the payload's sum is not looked at.
pub(crate) const VERSION_WITHOUT_SUM: u32 = 0x0100_0001;
/// How much is asked of the allocator at a time: small enough to stay in a processor's cache between the kernel's copy
/// and the receiver's.
const CHUNK: usize = MAX_PAYLOAD + HEADER;

/// What a packet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// CNXN(version, maxdata, banner).
    Connect,
    /// AUTH(kind, 0, bytes).
    Auth,
    /// STLS(version, 0): go on in TLS.
    StartTls,
    /// OPEN(local id, window, service).
    Open,
    /// OKAY(local id, remote id, window): opened, or received.
    Okay,
    /// CLSE(local id, remote id).
    Close,
    /// WRTE(local id, remote id, bytes).
    Write,
}

impl Command {
    fn word(self) -> u32 {
        u32::from_le_bytes(match self {
            Self::Connect => *b"CNXN",
            Self::Auth => *b"AUTH",
            Self::StartTls => *b"STLS",
            Self::Open => *b"OPEN",
            Self::Okay => *b"OKAY",
            Self::Close => *b"CLSE",
            Self::Write => *b"WRTE",
        })
    }

    fn of(word: u32) -> Option<Self> {
        Some(match &word.to_le_bytes() {
            b"CNXN" => Self::Connect,
            b"AUTH" => Self::Auth,
            b"STLS" => Self::StartTls,
            b"OPEN" => Self::Open,
            b"OKAY" => Self::Okay,
            b"CLSE" => Self::Close,
            b"WRTE" => Self::Write,
            _ => return None,
        })
    }
}

/// One packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) command: Command,
    pub(crate) arg0: u32,
    pub(crate) arg1: u32,
    pub(crate) payload: Bytes,
}

/// Why bytes are not a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WireError {
    #[error("no such command: {0:#010x}")]
    Command(u32),
    #[error("the header's magic does not match its command")]
    Magic,
    #[error("a payload of {0} bytes")]
    Length(u32),
}

impl Packet {
    pub(crate) fn new(command: Command, arg0: u32, arg1: u32, payload: impl Into<Bytes>) -> Self {
        let payload = payload.into();
        Self {
            command,
            arg0,
            arg1,
            payload,
        }
    }

    /// The header, with the payload's byte sum where the other side still looks at it.
    pub(crate) fn header(&self, with_sum: bool) -> [u8; HEADER] {
        let sum = if with_sum {
            self.payload
                .iter()
                .fold(0_u32, |sum, byte| sum.wrapping_add(u32::from(*byte)))
        } else {
            0
        };
        let word = self.command.word();
        let words = [word, self.arg0, self.arg1, self.payload.len() as u32, sum, !word];
        let mut header = [0; HEADER];
        for (four, word) in header.chunks_exact_mut(4).zip(words) {
            four.copy_from_slice(&word.to_le_bytes());
        }
        header
    }
}

/// A header that was understood.
#[derive(Clone, Copy, Debug)]
struct Header {
    command: Command,
    arg0: u32,
    arg1: u32,
    length: usize,
}

impl Header {
    fn parse(mut bytes: &[u8]) -> Result<Self, WireError> {
        let word = bytes.get_u32_le();
        let (arg0, arg1) = (bytes.get_u32_le(), bytes.get_u32_le());
        let length = bytes.get_u32_le();
        let _sum = bytes.get_u32_le();
        if bytes.get_u32_le() != !word {
            return Err(WireError::Magic);
        }
        let command = Command::of(word).ok_or(WireError::Command(word))?;
        if length as usize > MAX_PAYLOAD {
            return Err(WireError::Length(length));
        }
        Ok(Self {
            command,
            arg0,
            arg1,
            length: length as usize,
        })
    }
}

/// Bytes in, packets out. Payloads are slices of the buffer that the socket was read into.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    buffer: BytesMut,
    header: Option<Header>,
}

impl Decoder {
    /// Where the next bytes of the socket go, with room for at least the rest of the packet under way.
    ///
    /// Room is made when a packet begins, so at most one read's worth of a packet's first bytes is ever moved.
    pub(crate) fn space(&mut self) -> &mut BytesMut {
        let whole = self.header.map_or(HEADER, |header| header.length + HEADER);
        let missing = whole.saturating_sub(self.buffer.len()).max(1);
        if self.buffer.capacity() - self.buffer.len() < missing {
            self.buffer.reserve(CHUNK.max(missing));
        }
        &mut self.buffer
    }

    /// Nothing has arrived that was not given.
    pub(crate) fn is_empty(&self) -> bool {
        self.header.is_none() && self.buffer.is_empty()
    }

    /// The next whole packet that has arrived.
    pub(crate) fn next(&mut self) -> Result<Option<Packet>, WireError> {
        let header = match self.header {
            Some(header) => header,
            None if self.buffer.len() < HEADER => return Ok(None),
            None => {
                let header = Header::parse(&self.buffer.split_to(HEADER))?;
                *self.header.insert(header)
            }
        };
        if self.buffer.len() < header.length {
            return Ok(None);
        }
        self.header = None;
        let payload = self.buffer.split_to(header.length).freeze();
        let Header {
            command, arg0, arg1, ..
        } = header;
        Ok(Some(Packet {
            command,
            arg0,
            arg1,
            payload,
        }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(packet: &Packet) -> Vec<u8> {
        [&packet.header(true)[..], &packet.payload[..]].concat()
    }

    /// Feeds `bytes` in pieces of `step` and collects packets until the end or the first error.
    fn decode(bytes: &[u8], step: usize) -> (Vec<Packet>, Option<WireError>, bool) {
        let mut decoder = Decoder::default();
        let mut packets = Vec::new();
        for piece in bytes.chunks(step.max(1)) {
            decoder.space().extend_from_slice(piece);
            loop {
                match decoder.next() {
                    Ok(Some(packet)) => packets.push(packet),
                    Ok(None) => break,
                    Err(error) => return (packets, Some(error), false),
                }
            }
        }
        (packets, None, decoder.is_empty())
    }

    #[test]
    fn a_header_is_six_little_endian_words() {
        let packet = Packet::new(Command::Write, 1, 0x0203, &b"ab"[..]);
        assert_eq!(
            packet.header(true),
            *b"WRTE\x01\0\0\0\x03\x02\0\0\x02\0\0\0\xc3\0\0\0\xa8\xad\xab\xba"
        );
        assert_eq!(packet.header(false)[16..20], [0; 4]);
    }

    #[test]
    fn broken_headers_are_refused() {
        let good = Packet::new(Command::Okay, 7, 8, Bytes::new()).header(false);
        let changed = |at: usize, with: u32| {
            let mut bad = good;
            bad[at..at + 4].copy_from_slice(&with.to_le_bytes());
            decode(&bad, HEADER).1
        };
        assert_eq!(changed(20, 0), Some(WireError::Magic));
        assert_eq!(changed(0, 0x4b4f), Some(WireError::Magic));
        assert_eq!(
            changed(12, MAX_PAYLOAD as u32 + 1),
            Some(WireError::Length(MAX_PAYLOAD as u32 + 1))
        );
        assert_eq!(changed(12, u32::MAX), Some(WireError::Length(u32::MAX)));
        let strange = [0, 0, 0, 0, 0, u32::MAX].map(u32::to_le_bytes).concat();
        assert_eq!(decode(&strange, HEADER).1, Some(WireError::Command(0)));
    }

    fn packet() -> impl Strategy<Value = Packet> {
        let command = prop_oneof![
            Just(Command::Connect),
            Just(Command::Auth),
            Just(Command::StartTls),
            Just(Command::Open),
            Just(Command::Okay),
            Just(Command::Close),
            Just(Command::Write),
        ];
        (
            command,
            any::<u32>(),
            any::<u32>(),
            prop::collection::vec(any::<u8>(), 0..200),
        )
            .prop_map(|(command, arg0, arg1, payload)| Packet::new(command, arg0, arg1, payload))
    }

    proptest! {
        #[test]
        fn packets_survive_any_cutting(packets in prop::collection::vec(packet(), 0..8), step in 1_usize..100) {
            let bytes: Vec<u8> = packets.iter().flat_map(bytes_of).collect();
            prop_assert_eq!(decode(&bytes, step), (packets, None, true));
        }

        #[test]
        fn any_bytes_are_taken_without_panic_or_waste(bytes in prop::collection::vec(any::<u8>(), 0..300), step in 1_usize..64) {
            let mut decoder = Decoder::default();
            for piece in bytes.chunks(step) {
                decoder.space().extend_from_slice(piece);
                while let Ok(Some(_)) = decoder.next() {}
                prop_assert!(decoder.buffer.capacity() <= 2 * CHUNK + step);
            }
        }
    }
}
