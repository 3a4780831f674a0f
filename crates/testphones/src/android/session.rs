//! One connection: the greeting, and streams opened over it, each served by a task of its own. One task writes.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::wire::{self, CLSE, CNXN, MAX_PAYLOAD, OKAY, OPEN, Packet, VERSION, WRTE};
use super::{Device, command, sync};

/// More streams than this at once are refused.
const MAX_STREAMS: usize = 64;

/// Packets of one stream that wait to be read; a peer that keeps the protocol has one under way.
const INBOX: usize = 4;

/// Serves a connection to its end. Errors end it; nobody is told.
pub(super) async fn serve(stream: TcpStream, device: Arc<Device>) {
    let _ = stream.set_nodelay(true);
    let (mut reader, writer) = stream.into_split();
    let (out, outbox) = mpsc::channel(16);
    let mut tasks = JoinSet::new();
    tasks.spawn(write_all(outbox, writer));
    let Ok(first) = wire::read(&mut reader).await else {
        return;
    };
    if first.command != CNXN {
        return;
    }
    let max_payload = (first.arg1 as usize).clamp(4096, MAX_PAYLOAD);
    #[allow(clippy::cast_possible_truncation, reason = "1 MiB")]
    let greeting = Packet::new(CNXN, VERSION, MAX_PAYLOAD as u32).with(device.banner.clone());
    if out.send(greeting).await.is_err() {
        return;
    }
    let mut session = Session {
        device,
        out,
        max_payload,
        streams: HashMap::new(),
        last_id: 0,
        tasks,
    };
    while let Ok(packet) = wire::read(&mut reader).await {
        if session.take(packet).await.is_err() {
            return;
        }
    }
}

async fn write_all(mut outbox: mpsc::Receiver<Packet>, writer: OwnedWriteHalf) {
    let mut writer = tokio::io::BufWriter::with_capacity(64 * 1024, writer);
    while let Some(packet) = outbox.recv().await {
        if wire::write(&mut writer, &packet).await.is_err() {
            return;
        }
        if outbox.is_empty() && writer.flush().await.is_err() {
            return;
        }
    }
}

struct Session {
    device: Arc<Device>,
    out: mpsc::Sender<Packet>,
    max_payload: usize,
    /// By our id.
    streams: HashMap<u32, Peer>,
    last_id: u32,
    /// Every task ends with the session.
    tasks: JoinSet<()>,
}

/// The session's side of a stream.
struct Peer {
    inbox: mpsc::Sender<Bytes>,
    /// One permit when the peer has taken our last packet.
    taken: Arc<Semaphore>,
}

impl Session {
    /// An error ends the connection.
    async fn take(&mut self, packet: Packet) -> io::Result<()> {
        self.streams.retain(|_, peer| !peer.inbox.is_closed());
        while self.tasks.try_join_next().is_some() {}
        match packet.command {
            OPEN => return self.open(packet).await,
            WRTE => {
                let kept = self
                    .streams
                    .get(&packet.arg1)
                    .is_some_and(|peer| peer.inbox.try_send(packet.payload).is_ok());
                if !kept {
                    self.streams.remove(&packet.arg1);
                    return self.send(Packet::new(CLSE, packet.arg1, packet.arg0)).await;
                }
            }
            OKAY => {
                if let Some(peer) = self.streams.get(&packet.arg1)
                    && peer.taken.available_permits() == 0
                {
                    peer.taken.add_permits(1);
                }
            }
            CLSE => {
                if let Some(peer) = self.streams.remove(&packet.arg1) {
                    peer.taken.close();
                }
            }
            // adbd passes over what it does not know.
            _ => {}
        }
        Ok(())
    }

    async fn open(&mut self, packet: Packet) -> io::Result<()> {
        let remote = packet.arg0;
        let service = String::from_utf8_lossy(&packet.payload);
        let service = service.trim_end_matches('\0').to_owned();
        let is_known = command::is_served(&service) || service == "sync:";
        if !is_known || self.streams.len() >= MAX_STREAMS {
            return self.send(Packet::new(CLSE, 0, remote)).await;
        }
        self.last_id = self.last_id.wrapping_add(1).max(1);
        let local = self.last_id;
        let (inbox, arrivals) = mpsc::channel(INBOX);
        let taken = Arc::new(Semaphore::new(1));
        let channel = Channel {
            local,
            remote,
            out: self.out.clone(),
            arrivals,
            arrived: Bytes::new(),
            taken: Arc::clone(&taken),
            waiting: BytesMut::new(),
            max_payload: self.max_payload,
        };
        self.streams.insert(local, Peer { inbox, taken });
        self.send(Packet::new(OKAY, local, remote)).await?;
        let device = Arc::clone(&self.device);
        self.tasks.spawn(async move {
            let mut channel = channel;
            // A stream's error is told to the peer inside the stream, or not at all.
            let _ = if service == "sync:" {
                sync::serve(&mut channel, &device).await
            } else {
                command::serve(&mut channel, &service, device).await
            };
            let _ = channel.flush().await;
            let closed = Packet::new(CLSE, channel.local, channel.remote);
            let _ = channel.out.send(closed).await;
        });
        Ok(())
    }

    async fn send(&self, packet: Packet) -> io::Result<()> {
        self.out.send(packet).await.map_err(|_| gone())
    }
}

fn gone() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

/// A service's side of a stream: bytes in, bytes out, with adb's flow control (one packet under way).
pub(super) struct Channel {
    local: u32,
    remote: u32,
    out: mpsc::Sender<Packet>,
    arrivals: mpsc::Receiver<Bytes>,
    arrived: Bytes,
    taken: Arc<Semaphore>,
    waiting: BytesMut,
    max_payload: usize,
}

impl Channel {
    /// Fills `buffer`. What waits to be sent is sent first, so that a peer that waits for it goes on.
    pub(super) async fn read_exact(&mut self, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            if self.arrived.is_empty() {
                self.flush().await?;
                self.arrived = self.arrivals.recv().await.ok_or_else(gone)?;
                let taken = Packet::new(OKAY, self.local, self.remote);
                self.out.send(taken).await.map_err(|_| gone())?;
            }
            let length = buffer.len().min(self.arrived.len());
            self.arrived.copy_to_slice(&mut buffer[..length]);
            buffer = &mut buffer[length..];
        }
        Ok(())
    }

    /// Queues bytes, and sends whole packets of them.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        while self.waiting.len() >= self.max_payload {
            let packet = self.waiting.split_to(self.max_payload);
            self.send(packet.freeze()).await?;
        }
        Ok(())
    }

    /// Sends everything queued.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let packet = self.waiting.split();
        self.send(packet.freeze()).await
    }

    async fn send(&mut self, payload: Bytes) -> io::Result<()> {
        self.taken.acquire().await.map_err(|_| gone())?.forget();
        let packet = Packet::new(WRTE, self.local, self.remote).with(payload);
        self.out.send(packet).await.map_err(|_| gone())
    }
}
