//! Which transfers carry which bytes of adb's packets. Pure: bytes in, lengths out.
//!
//! A header is a transfer of its own; so is a payload, or it is several that follow each other. The device ends none of
//! them with an empty one, so it is asked for no more than what comes, rounded up to whole USB packets; what we send and
//! fills its last USB packet is followed by an empty transfer, or the device would wait for more (AOSP `client/usb.h`,
//! `daemon/usb.cpp`).

use std::collections::VecDeque;
use std::io;

use super::super::wire::{HEADER, MAX_PAYLOAD};

/// The largest transfer. A whole payload is asked for at once, in four of them.
const TRANSFER: usize = 256 * 1024;
/// Bytes that a program before us may have left unread: some packets.
const LEFT_BEHIND: usize = 16 * MAX_PAYLOAD;

/// What one transfer brings.
#[derive(Clone, Copy, Debug)]
enum Part {
    Header,
    Payload(usize),
}

/// What comes from the device.
#[derive(Debug)]
pub(super) struct Incoming {
    packet: usize,
    /// What comes next, as far as it is known: at last the header of a packet.
    parts: VecDeque<Part>,
    /// How many of these were asked for.
    asked: usize,
    /// Bytes that were no greeting, as long as none has come.
    before: Option<usize>,
}

impl Incoming {
    /// `packet`: bytes of the endpoint's largest USB packet.
    pub(super) fn new(packet: usize) -> Self {
        Self {
            packet,
            parts: [Part::Header].into(),
            asked: 0,
            before: Some(0),
        }
    }

    /// Bytes of the next transfer to ask for; None while all is asked for that is known to come.
    pub(super) fn wants(&mut self) -> Option<usize> {
        let part = self.parts.get(self.asked)?;
        self.asked += 1;
        Some(match part {
            Part::Header => self.packet,
            Part::Payload(bytes) => bytes.next_multiple_of(self.packet),
        })
    }

    /// Takes note of the oldest transfer that was asked for; whether its bytes belong to the stream.
    ///
    /// # Errors
    /// `InvalidData` when the transfer is none of a packet.
    pub(super) fn arrived(&mut self, bytes: &[u8]) -> io::Result<bool> {
        self.asked = self.asked.saturating_sub(1);
        let part = self.parts.pop_front().unwrap_or(Part::Header);
        if let Part::Payload(expected) = part {
            return match bytes.len() == expected {
                true => Ok(true),
                false => Err(torn("a payload", bytes)),
            };
        }
        let belongs = match (&mut self.before, bytes.len()) {
            (Some(before), _) if !is_greeting(bytes) => {
                *before += bytes.len().max(1);
                if *before > LEFT_BEHIND {
                    return Err(torn("a greeting", bytes));
                }
                false
            }
            // Some devices end a payload with an empty transfer after all.
            (_, 0) => false,
            (_, HEADER) => {
                self.before = None;
                let mut length = length(bytes);
                // A packet that is too long ends the connection as soon as its header is read.
                while length > 0 && length <= MAX_PAYLOAD {
                    let part = length.min(TRANSFER);
                    self.parts.push_back(Part::Payload(part));
                    length -= part;
                }
                true
            }
            _ => return Err(torn("a header", bytes)),
        };
        self.parts.push_back(Part::Header);
        Ok(belongs)
    }
}

/// What goes to the device.
#[derive(Debug)]
pub(super) struct Outgoing {
    packet: usize,
    /// The header under way, and how much of it there is.
    header: [u8; HEADER],
    known: usize,
    /// Bytes that the payload under way still brings.
    left: usize,
    /// Bytes of the transfer that is being filled with it.
    filled: usize,
}

/// What becomes of the next bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// So many belong to the transfer that is being filled.
    pub(super) taken: usize,
    /// It is full then.
    pub(super) is_full: bool,
    /// An empty transfer follows it.
    pub(super) then_empty: bool,
}

impl Outgoing {
    /// `packet`: bytes of the endpoint's largest USB packet.
    pub(super) fn new(packet: usize) -> Self {
        Self {
            packet,
            header: [0; HEADER],
            known: 0,
            left: 0,
            filled: 0,
        }
    }

    /// Takes note of the next bytes, which are whole packets one after the other.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Step {
        if self.left == 0 {
            let taken = bytes.len().min(HEADER - self.known);
            self.header[self.known..self.known + taken].copy_from_slice(&bytes[..taken]);
            self.known += taken;
            let is_full = self.known == HEADER;
            if is_full {
                (self.known, self.left) = (0, length(&self.header));
            }
            return Step {
                taken,
                is_full,
                then_empty: false,
            };
        }
        let taken = bytes.len().min(self.left).min(TRANSFER - self.filled);
        self.left -= taken;
        self.filled += taken;
        let is_full = self.left == 0 || self.filled == TRANSFER;
        let then_empty = self.left == 0 && self.filled.is_multiple_of(self.packet);
        if is_full {
            self.filled = 0;
        }
        Step {
            taken,
            is_full,
            then_empty,
        }
    }
}

/// The length of the payload, the fourth word of a header.
fn length(header: &[u8]) -> usize {
    let words = header.as_chunks::<4>().0;
    words.get(3).map_or(0, |word| u32::from_le_bytes(*word) as usize)
}

/// The first packet that a device sends to a program.
fn is_greeting(bytes: &[u8]) -> bool {
    let word = bytes.first_chunk::<4>();
    bytes.len() == HEADER && matches!(word, Some(b"CNXN" | b"AUTH" | b"STLS"))
}

fn torn(what: &str, bytes: &[u8]) -> io::Error {
    let words = format!("{} bytes in place of {what}", bytes.len());
    io::Error::new(io::ErrorKind::InvalidData, words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::wire::{Command, Packet};
    use super::*;

    const PACKET: usize = 512;

    fn header(command: Command, length: usize) -> Vec<u8> {
        Packet::new(command, 0, 0, vec![7; length]).header(false).to_vec()
    }

    /// What a device makes of its packets: transfers, none of them empty.
    fn sent(payloads: &[usize]) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        for length in payloads {
            all.push(header(Command::Connect, *length));
            all.extend((*length > 0).then(|| vec![7; *length]));
        }
        all
    }

    /// Answers what is asked for as a host's controller does: a transfer ends when it is full, or with a USB packet that is not.
    fn transfer(device: &mut VecDeque<Vec<u8>>, asked: usize) -> Option<Vec<u8>> {
        let mut got = Vec::new();
        while let Some(next) = device.front_mut() {
            let part = next.len().min(asked - got.len());
            got.extend(next.drain(..part));
            let is_short = !got.len().is_multiple_of(PACKET) || part == 0;
            if next.is_empty() {
                device.pop_front();
            }
            if is_short || got.len() == asked {
                return Some(got);
            }
        }
        None
    }

    proptest! {
        #[test]
        fn what_a_device_sends_arrives(
            payloads in prop::collection::vec(
                prop_oneof![0..2000_usize, (0..5_usize).prop_map(|n| n * PACKET), Just(MAX_PAYLOAD), Just(TRANSFER)], 0..6)
        ) {
            let mut device: VecDeque<Vec<u8>> = sent(&payloads).into();
            let expected = sent(&payloads).concat();
            let mut incoming = Incoming::new(PACKET);
            let mut stream = Vec::new();
            let mut asked = VecDeque::new();
            loop {
                while let Some(bytes) = incoming.wants() {
                    prop_assert_eq!(bytes % PACKET, 0);
                    asked.push_back(bytes);
                }
                prop_assert!(asked.len() <= MAX_PAYLOAD / TRANSFER + 1);
                // Whatever it has sent is taken without another packet having to follow.
                let Some(got) = transfer(&mut device, asked[0]) else { break };
                asked.pop_front();
                prop_assert!(incoming.arrived(&got).unwrap());
                stream.extend(got);
            }
            prop_assert_eq!(stream, expected);
        }

        #[test]
        fn a_device_can_tell_what_it_is_sent(
            payloads in prop::collection::vec(
                prop_oneof![0..2000_usize, (0..5_usize).prop_map(|n| n * PACKET), Just(MAX_PAYLOAD), Just(TRANSFER)], 0..6),
            step in 1_usize..100_000,
        ) {
            let mut outgoing = Outgoing::new(PACKET);
            let (mut transfers, mut filling) = (Vec::new(), Vec::new());
            for piece in sent(&payloads).concat().chunks(step) {
                let mut rest = piece;
                while !rest.is_empty() {
                    let step = outgoing.next(rest);
                    filling.extend_from_slice(&rest[..step.taken]);
                    rest = &rest[step.taken..];
                    if step.is_full {
                        transfers.push(std::mem::take(&mut filling));
                    }
                    if step.then_empty {
                        transfers.push(Vec::new());
                    }
                }
            }
            prop_assert!(filling.is_empty());
            // As AOSP's daemon reads: up to an end, be it a short or an empty USB packet.
            let mut reads: Vec<Vec<u8>> = vec![Vec::new()];
            for transfer in transfers {
                let ends = !transfer.len().is_multiple_of(PACKET) || transfer.is_empty();
                reads.last_mut().unwrap().extend(transfer);
                if ends {
                    reads.push(Vec::new());
                }
            }
            reads.pop();
            prop_assert_eq!(reads, sent(&payloads));
        }
    }

    #[test]
    fn what_is_no_packet_ends_the_stream() {
        let check = |transfers: &[&[u8]], expected: &[Option<bool>]| {
            let mut incoming = Incoming::new(PACKET);
            let mut told = Vec::new();
            for bytes in transfers {
                while incoming.wants().is_some() {}
                told.push(incoming.arrived(bytes).ok());
            }
            assert_eq!(told, expected, "{transfers:?}");
        };
        let (hello, write) = (header(Command::Connect, 3), header(Command::Write, 0));
        check(&[&hello, b"abc", &write], &[Some(true), Some(true), Some(true)]);
        check(&[&hello, b"ab"], &[Some(true), None]);
        check(&[&hello, b""], &[Some(true), None]);
        check(
            &[&hello, b"abc", b"", &write],
            &[Some(true), Some(true), Some(false), Some(true)],
        );
        check(&[&hello, b"abc", b"more"], &[Some(true), Some(true), None]);
        // What somebody before us left is passed over until the device greets.
        check(
            &[b"left", &write, &[0; PACKET], b"", &hello, b"abc"],
            &[
                Some(false),
                Some(false),
                Some(false),
                Some(false),
                Some(true),
                Some(true),
            ],
        );
        // Too long: its header is handed on, and nothing more is asked for it.
        check(&[&header(Command::Connect, MAX_PAYLOAD + 1)], &[Some(true)]);
        let mut incoming = Incoming::new(PACKET);
        let endless = (0..)
            .map(|_| incoming.arrived(&[0; PACKET]))
            .take_while(Result::is_ok)
            .count();
        assert_eq!(endless, LEFT_BEHIND / PACKET);
    }
}
