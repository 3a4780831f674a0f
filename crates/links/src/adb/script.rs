//! The far end of a connection, for tests: it says exactly the packets and bytes that a test tells it to.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex, split};

use super::access::Access;
use super::connection::{Connection, FEATURES};
use super::device::Device;
use super::greeting::{Greeted, greet};
use super::wire::{Command, Decoder, HEADER, Packet};
use crate::LinkError;

/// How long a test's client waits; time is paused, so this costs nothing.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// All that a phone of today can do.
pub(crate) const NEW: &str = "shell_v2,stat_v2,ls_v2,sendrecv_v2,delayed_ack";
/// A phone of about Android 9 to 13.
pub(crate) const WITHOUT_WINDOWS: &str = "shell_v2,stat_v2,ls_v2,sendrecv_v2";

/// A phone by hand.
#[derive(Debug)]
pub(crate) struct Peer {
    io: DuplexStream,
    /// The payload's sum in the header of the last packet.
    pub(crate) sum: u32,
}

/// A stream that the client has opened.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The client's id.
    pub(crate) theirs: u32,
    /// Ours.
    pub(crate) ours: u32,
    pub(crate) service: String,
    pub(crate) window: u32,
}

/// The two ends of a wire that holds `buffer` bytes; the client's is not connected yet.
pub(crate) fn wire(buffer: usize) -> (impl Future<Output = Result<Device, LinkError>>, Peer) {
    wire_as(buffer, Access::default())
}

/// [`wire`], for a client with a key.
pub(crate) fn wire_as(
    buffer: usize,
    access: Access,
) -> (impl Future<Output = Result<Device, LinkError>>, Peer) {
    let (near, far) = duplex(buffer);
    let client = async move {
        match greet(near, FEATURES, DEADLINE, &access).await? {
            Greeted::Plain(socket, hello) => {
                let (source, sink) = split(socket);
                Ok(Device::over(Connection::start(
                    source, sink, hello, FEATURES, DEADLINE,
                )))
            }
            Greeted::Secret(..) => panic!("there was no key to begin TLS with"),
        }
    };
    (client, Peer { io: far, sum: 0 })
}

/// A connected pair; the phone has `features`.
pub(crate) async fn connected(features: &str) -> (Device, Peer) {
    let (client, mut peer) = wire(1 << 20);
    let (device, ()) = tokio::join!(client, peer.greet(features));
    (device.expect("connects"), peer)
}

impl Peer {
    /// The client's next packet; nothing when it has hung up.
    pub(crate) async fn packet(&mut self) -> Option<Packet> {
        let mut head = [0; HEADER];
        self.io.read_exact(&mut head).await.ok()?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let mut payload = vec![0; word(12) as usize];
        self.io
            .read_exact(&mut payload)
            .await
            .expect("the client sends whole packets");
        self.sum = word(16);
        let mut decoder = Decoder::default();
        decoder.space().extend_from_slice(&[&head[..], &payload].concat());
        decoder.next().expect("the client sends right packets")
    }

    /// The client's next packet, which must be `command`. OKAYs in between are its own affair.
    pub(crate) async fn expect(&mut self, command: Command) -> Packet {
        let mut packet = self.packet().await.expect("the client is there");
        while packet.command == Command::Okay && command != Command::Okay {
            packet = self.packet().await.expect("the client is there");
        }
        assert_eq!(packet.command, command, "{packet:?}");
        packet
    }

    pub(crate) async fn send(&mut self, command: Command, arg0: u32, arg1: u32, payload: &[u8]) {
        let packet = Packet::new(command, arg0, arg1, Bytes::copy_from_slice(payload));
        self.raw(&packet.header(false)).await;
        self.raw(payload).await;
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        // The client may have hung up already; then the test looks at what it said.
        let _ = self.io.write_all(bytes).await;
    }

    pub(crate) async fn greet(&mut self, features: &str) {
        let hello = self.expect(Command::Connect).await;
        assert!(hello.payload.starts_with(b"host::features="), "{hello:?}");
        let banner = format!("device::ro.product.model=Script;features={features}");
        self.send(Command::Connect, 0x0100_0001, 1 << 20, banner.as_bytes())
            .await;
    }

    /// Awaits an OPEN and answers it as stream `ours`, with room for a megabyte.
    pub(crate) async fn accept(&mut self, ours: u32) -> Opened {
        let open = self.expect(Command::Open).await;
        let service = open
            .payload
            .strip_suffix(b"\0")
            .expect("a NUL ends the service's name");
        let opened = Opened {
            theirs: open.arg0,
            ours,
            service: String::from_utf8(service.to_vec()).expect("UTF-8"),
            window: open.arg1,
        };
        let room: &[u8] = if opened.window == 0 { &[] } else { &[0, 0, 16, 0] };
        self.send(Command::Okay, ours, opened.theirs, room).await;
        opened
    }

    /// Sends bytes of a stream.
    pub(crate) async fn write(&mut self, to: &Opened, bytes: &[u8]) {
        self.send(Command::Write, to.ours, to.theirs, bytes).await;
    }

    /// The client's next WRTE, answered.
    pub(crate) async fn read(&mut self, from: &Opened) -> Bytes {
        let packet = self.expect(Command::Write).await;
        assert_eq!((packet.arg0, packet.arg1), (from.theirs, from.ours));
        let length = (packet.payload.len() as u32).to_le_bytes();
        let room: &[u8] = if from.window == 0 { &[] } else { &length };
        self.send(Command::Okay, from.ours, from.theirs, room).await;
        packet.payload
    }

    pub(crate) async fn close(&mut self, stream: &Opened) {
        self.send(Command::Close, stream.ours, stream.theirs, &[]).await;
    }
}

/// A packet of the shell protocol.
pub(crate) fn shell_packet(id: u8, bytes: &[u8]) -> Vec<u8> {
    [&[id], &(bytes.len() as u32).to_le_bytes()[..], bytes].concat()
}
