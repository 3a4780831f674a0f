//! Pairing's packets as bytes (AOSP adb `pairing_connection/pairing_connection.cpp`). No sockets.

/// Bytes of a packet's header: version, kind, length.
pub(super) const HEADER: usize = 6;
/// The largest payload that either end accepts.
const MAX_PAYLOAD: usize = 2 * PEER;
/// Bytes of what one end tells of itself, whatever it tells.
pub(super) const PEER: usize = 8192;
const VERSION: u8 = 1;

/// What a packet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Spake2 = 0,
    Peer = 1,
}

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Garbled {
    /// Another version than 1.
    #[error("version {0} of pairing")]
    Version(u8),
    /// Another packet than the one whose turn it is.
    #[error("a packet of kind {0}")]
    Kind(u8),
    /// Nothing, too much, or another length than this packet has.
    #[error("a packet of {0} bytes")]
    Length(u32),
    /// A message of SPAKE2 that is no point.
    #[error("no message of SPAKE2")]
    Message,
    /// What the other end tells of itself is no text.
    #[error("an end that does not say who it is")]
    Peer,
}

/// The header of a packet with so many bytes.
pub(super) fn header(kind: Kind, length: usize) -> [u8; HEADER] {
    let [a, b, c, d] = (length as u32).to_be_bytes();
    [VERSION, kind as u8, a, b, c, d]
}

/// The length of the payload that follows, if the packet is of this kind.
pub(super) fn length(header: [u8; HEADER], kind: Kind) -> Result<usize, Garbled> {
    let [version, found, length @ ..] = header;
    let length = u32::from_be_bytes(length);
    if version != VERSION {
        return Err(Garbled::Version(version));
    }
    if found != kind as u8 {
        return Err(Garbled::Kind(found));
    }
    match length as usize {
        fits @ 1..=MAX_PAYLOAD => Ok(fits),
        _ => Err(Garbled::Length(length)),
    }
}

/// Who one end is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A computer, by its key ([`crate::adb::Key::public_text`]).
    Computer(String),
    /// A phone, by an id that it made up for this.
    Phone(String),
}

impl Peer {
    /// None when the text is too long.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let (kind, text) = match self {
            Peer::Computer(key) => (0, key),
            Peer::Phone(id) => (1, id),
        };
        // The NUL that ends the text has to fit as well.
        (text.len() < PEER - 1).then(|| {
            let mut bytes = vec![kind];
            bytes.extend_from_slice(text.as_bytes());
            bytes.resize(PEER, 0);
            bytes
        })
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Garbled> {
        let (kind, text) = match bytes {
            [kind, text @ ..] if bytes.len() == PEER => (*kind, text),
            _ => return Err(Garbled::Length(bytes.len() as u32)),
        };
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        let text = String::from_utf8(text[..end].to_vec()).map_err(|_| Garbled::Peer)?;
        match kind {
            0 => Ok(Peer::Computer(text)),
            1 => Ok(Peer::Phone(text)),
            _ => Err(Garbled::Peer),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers() {
        let check = |header, expected| assert_eq!(length(header, Kind::Peer), expected, "{header:?}");
        check(header(Kind::Peer, 8208), Ok(8208));
        check([1, 1, 0, 0, 0x40, 0], Ok(16384));
        check([1, 1, 0, 0, 0x40, 1], Err(Garbled::Length(16385)));
        check([1, 1, 0xff, 0xff, 0xff, 0xff], Err(Garbled::Length(u32::MAX)));
        check([1, 1, 0, 0, 0, 0], Err(Garbled::Length(0)));
        check([2, 1, 0, 0, 0, 1], Err(Garbled::Version(2)));
        check([0, 1, 0, 0, 0, 1], Err(Garbled::Version(0)));
        check(header(Kind::Spake2, 32), Err(Garbled::Kind(0)));
        check([1, 2, 0, 0, 0, 1], Err(Garbled::Kind(2)));
    }

    #[test]
    fn what_does_not_fit_is_not_cut() {
        assert!(Peer::Phone("x".repeat(PEER - 2)).bytes().is_some());
        assert!(Peer::Phone("x".repeat(PEER - 1)).bytes().is_none());
    }

    proptest! {
        #[test]
        fn ends_survive(text in "[^\0]{0,200}", computer: bool) {
            let peer = if computer { Peer::Computer(text) } else { Peer::Phone(text) };
            let bytes = peer.bytes().expect("fits");
            prop_assert_eq!(bytes.len(), PEER);
            prop_assert_eq!(Peer::parse(&bytes), Ok(peer));
        }

        #[test]
        fn any_bytes_are_taken_without_panic(head in prop::array::uniform6(any::<u8>()), mut bytes in prop::collection::vec(any::<u8>(), 0..40), whole: bool) {
            let _ = length(head, Kind::Spake2);
            if whole {
                bytes.resize(PEER, 0xff);
            }
            let _ = Peer::parse(&bytes);
        }
    }
}
