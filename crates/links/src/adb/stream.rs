//! One byte stream to a service of the device, over a connection of our own or through an adb server. It knows no
//! service's protocol.

use std::io::ErrorKind::{BrokenPipe, ConnectionReset};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::connection::{Connection, late};
use super::inbox::{End, Flow, Inbox};
use super::server;
use super::wire::{Command, MAX_PAYLOAD, Packet};
use crate::{ErrorKind, LinkError};

/// How streams are opened.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// Our own connection to the device.
    Direct(Arc<Connection>),
    /// A socket per stream to an adb server that holds the device.
    Server {
        server: SocketAddr,
        serial: String,
        deadline: Duration,
    },
}

/// An open stream. Dropping it closes it on the phone.
#[derive(Debug)]
pub(crate) struct Stream {
    end: Far,
    /// What was read and not yet asked for.
    rest: Bytes,
}

#[derive(Debug)]
enum Far {
    Direct(Direct),
    Server(Socket),
}

impl Way {
    /// Opens a stream to `service`. The phone may have `window` bytes on their way to us.
    pub(crate) async fn open(&self, service: &str, window: usize) -> Result<Stream, LinkError> {
        let end = match self {
            Self::Direct(connection) => Far::Direct(Direct::open(connection, service, window).await?),
            Self::Server {
                server,
                serial,
                deadline,
            } => {
                let socket = server::open(*server, serial, service, *deadline).await?;
                Far::Server(Socket {
                    socket,
                    buffer: BytesMut::new(),
                    deadline: *deadline,
                })
            }
        };
        Ok(Stream {
            end,
            rest: Bytes::new(),
        })
    }

    /// Whether one stream keeps a link with a long way busy. If not, several should be used at once.
    pub(crate) fn has_window(&self) -> bool {
        matches!(self, Self::Direct(connection) if connection.flow == Flow::Window)
    }
}

impl Stream {
    /// The next bytes, as many as came together but at most `most`; nothing when the phone has closed the stream.
    pub(crate) async fn read(&mut self, most: usize) -> Result<Option<Bytes>, LinkError> {
        while self.rest.is_empty() {
            let bytes = match &mut self.end {
                Far::Direct(direct) => direct.read().await?,
                Far::Server(socket) => socket.read().await?,
            };
            match bytes {
                Some(bytes) => self.rest = bytes,
                None => return Ok(None),
            }
        }
        Ok(Some(self.rest.split_to(most.min(self.rest.len()))))
    }

    /// Fills `into`.
    ///
    /// # Errors
    /// `Garbled` when the phone closes the stream before.
    pub(crate) async fn exact(&mut self, mut into: &mut [u8]) -> Result<(), LinkError> {
        while !into.is_empty() {
            let Some(mut bytes) = self.read(into.len()).await? else {
                return Err(LinkError::new(ErrorKind::Garbled, "the answer ends early"));
            };
            let (now, later) = into.split_at_mut(bytes.len());
            bytes.copy_to_slice(now);
            into = later;
        }
        Ok(())
    }

    /// Sends all of `bytes`. What is sent to a stream that the phone has closed already goes nowhere, which is no
    /// error: the phone may have said all it had to say, and reading tells.
    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<(), LinkError> {
        match &mut self.end {
            Far::Direct(direct) => direct.write(bytes).await,
            Far::Server(socket) => socket.write(&bytes).await,
        }
    }
}

/// A stream of a connection of our own.
#[derive(Debug)]
struct Direct {
    connection: Arc<Connection>,
    id: u32,
    inbox: Arc<Inbox>,
    /// When this many bytes were taken, the phone is told: often enough to keep it sending, rarely enough to cost nothing.
    step: usize,
    /// Taken, and the phone was not told yet.
    owed: usize,
}

impl Drop for Direct {
    fn drop(&mut self) {
        self.connection.leave(self.id);
    }
}

impl Direct {
    async fn open(connection: &Arc<Connection>, service: &str, window: usize) -> Result<Self, LinkError> {
        let place = match timeout(connection.deadline, connection.out.reserve()).await {
            Ok(place) => place.map_err(|_| connection.lost())?,
            Err(_) => return Err(late("opening a stream")),
        };
        let (id, inbox) = connection.enter(window)?;
        let stream = Self {
            connection: connection.clone(),
            id,
            inbox,
            step: window / 8,
            owed: 0,
        };
        let offered = match connection.flow {
            Flow::OneByOne => 0,
            Flow::Window => window as u32,
        };
        let mut name = Vec::with_capacity(service.len() + 1);
        name.extend_from_slice(service.as_bytes());
        name.push(0);
        if name.len() > connection.max_payload {
            return Err(LinkError::new(
                ErrorKind::Unsupported,
                "a service name longer than the phone accepts",
            ));
        }
        place.send(Packet::new(Command::Open, id, offered, name));
        while stream.inbox.remote().is_none() {
            match stream.inbox.end() {
                None => stream.wait("opening a stream").await?,
                Some(End::Lost) => return Err(connection.lost()),
                Some(_) => {
                    let kind = service.split(':').next().unwrap_or_default();
                    return Err(LinkError::new(
                        ErrorKind::Unsupported,
                        format!("the phone does not serve {kind}"),
                    ));
                }
            }
        }
        Ok(stream)
    }

    async fn wait(&self, what: &str) -> Result<(), LinkError> {
        timeout(self.connection.deadline, self.inbox.arrived.notified())
            .await
            .map_err(|_| late(what))
    }

    async fn read(&mut self) -> Result<Option<Bytes>, LinkError> {
        loop {
            // The end is looked at first: what is taken after it was seen is all that came before it.
            let end = self.inbox.end();
            if let Some((bytes, owes_packet)) = self.inbox.take() {
                if end.is_none() {
                    self.answer(bytes.len(), owes_packet).await?;
                }
                return Ok(Some(bytes));
            }
            match end {
                None => self.wait("reading").await?,
                Some(End::Closed) => return Ok(None),
                Some(End::Broken) => {
                    return Err(LinkError::new(
                        ErrorKind::Garbled,
                        "the phone broke the rules of a stream",
                    ));
                }
                Some(End::Lost) => return Err(self.connection.lost()),
            }
        }
    }

    /// Lets the phone go on after `taken` bytes were taken.
    async fn answer(&mut self, taken: usize, owes_packet: bool) -> Result<(), LinkError> {
        let payload = match self.connection.flow {
            Flow::OneByOne if owes_packet => Bytes::new(),
            Flow::OneByOne => return Ok(()),
            Flow::Window => {
                self.owed += taken;
                if self.owed < self.step {
                    return Ok(());
                }
                let granted = std::mem::take(&mut self.owed);
                self.inbox.grant(granted);
                Bytes::copy_from_slice(&(granted as u32).to_le_bytes())
            }
        };
        self.send(Command::Okay, payload).await
    }

    async fn write(&mut self, mut bytes: Bytes) -> Result<(), LinkError> {
        while !bytes.is_empty() {
            let end = self.inbox.end();
            match (
                self.inbox.spend(bytes.len().min(self.connection.max_payload)),
                end,
            ) {
                (Some(length), None) => self.send(Command::Write, bytes.split_to(length)).await?,
                (None, None) => self.wait("writing").await?,
                (_, Some(End::Lost)) => return Err(self.connection.lost()),
                (_, Some(_)) => return Ok(()),
            }
        }
        Ok(())
    }

    async fn send(&self, command: Command, payload: Bytes) -> Result<(), LinkError> {
        let Some(remote) = self.inbox.remote() else {
            return Err(self.connection.lost());
        };
        let packet = Packet::new(command, self.id, remote, payload);
        match timeout(self.connection.deadline, self.connection.out.send(packet)).await {
            Ok(sent) => sent.map_err(|_| self.connection.lost()),
            Err(_) => Err(late("sending")),
        }
    }
}

/// A stream through an adb server: a socket of its own.
#[derive(Debug)]
struct Socket {
    socket: TcpStream,
    buffer: BytesMut,
    deadline: Duration,
}

impl Socket {
    async fn read(&mut self) -> Result<Option<Bytes>, LinkError> {
        if self.buffer.capacity() == 0 {
            self.buffer.reserve(MAX_PAYLOAD);
        }
        match timeout(self.deadline, self.socket.read_buf(&mut self.buffer)).await {
            Ok(Ok(0)) => Ok(None),
            Ok(Ok(_)) => Ok(Some(self.buffer.split().freeze())),
            Ok(Err(error)) => Err(LinkError::caused(
                ErrorKind::Unplugged,
                "the adb server's socket",
                error,
            )),
            Err(_) => Err(late("reading")),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        match timeout(self.deadline, self.socket.write_all(bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if matches!(error.kind(), BrokenPipe | ConnectionReset) => Ok(()),
            Ok(Err(error)) => Err(LinkError::caused(
                ErrorKind::Unplugged,
                "the adb server's socket",
                error,
            )),
            Err(_) => Err(late("writing")),
        }
    }
}
