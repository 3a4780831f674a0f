//! One socket to an `adbd`, shared by many streams: one task that reads, one that writes. What came before (the greeting) and
//! what the streams carry is not its business.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;

use super::banner::Banner;
use super::greeting::Hello;
use super::inbox::{End, Flow, Inbox};
use super::wire::{Command, Decoder, MAX_PAYLOAD, Packet, VERSION, VERSION_WITHOUT_SUM, WireError};
use crate::{ErrorKind, LinkError};

/// What we can do, as told to the phone. Only what changes the phone's behaviour towards us needs to be said.
pub(crate) const FEATURES: &[&str] = &["shell_v2", "stat_v2", "ls_v2", "sendrecv_v2", DELAYED_ACK];
/// A window of bytes in place of one packet at a time.
pub(crate) const DELAYED_ACK: &str = "delayed_ack";
/// Packets that wait for the writing task.
const OUTGOING: usize = 32;
/// The smallest payload limit that an `adbd` has had (Android 1.0).
const MIN_PAYLOAD: usize = 4096;
/// Answers that may wait for the writing task.
const MAX_ANSWERS: usize = 4096;
/// Small packets are put together up to this size before they are written.
const BATCH: usize = 64 * 1024;

/// A live connection. It ends when the last handle and the last stream are dropped.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) banner: Banner,
    pub(crate) flow: Flow,
    pub(crate) deadline: Duration,
    /// The largest payload that the phone accepts.
    pub(crate) max_payload: usize,
    pub(crate) out: mpsc::Sender<Packet>,
    table: Arc<Table>,
    tasks: [AbortHandle; 2],
}

impl Drop for Connection {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Connection {
    /// Goes on over a socket on which the phone has said hello, after `features` were offered to it.
    pub(super) fn start<R, W>(
        source: R,
        sink: W,
        hello: Hello,
        features: &[&str],
        deadline: Duration,
    ) -> Connection
    where
        R: AsyncRead + Unpin + Send + 'static,
        W: AsyncWrite + Unpin + Send + 'static,
    {
        let Hello {
            packet: answer,
            decoder,
        } = hello;
        let banner = Banner::parse(&String::from_utf8_lossy(&answer.payload));
        let delayed = banner.has(DELAYED_ACK) && features.contains(&DELAYED_ACK);
        let with_sum = answer.arg0.min(VERSION) < VERSION_WITHOUT_SUM;
        let table = Arc::new(Table::default());
        let (out, outgoing) = mpsc::channel(OUTGOING);
        let reading = {
            let table = table.clone();
            tokio::spawn(async move { table.lose(read(source, decoder, &table).await) })
        };
        let writing = {
            let table = table.clone();
            tokio::spawn(async move {
                if let Err(error) = write(sink, outgoing, &table, with_sum).await {
                    table.lose(Cause::Io(Arc::new(error)));
                }
            })
        };
        Connection {
            flow: if delayed { Flow::Window } else { Flow::OneByOne },
            banner,
            deadline,
            max_payload: (answer.arg1 as usize).clamp(MIN_PAYLOAD, MAX_PAYLOAD),
            out,
            table,
            tasks: [reading.abort_handle(), writing.abort_handle()],
        }
    }

    /// Enters a new stream with a window of `window` bytes and gives its id.
    pub(crate) fn enter(&self, window: usize) -> Result<(u32, Arc<Inbox>), LinkError> {
        let inbox = Arc::new(Inbox::new(self.flow, window));
        let mut state = self.table.state();
        if let Some(cause) = &state.lost {
            return Err(cause.error());
        }
        let mut id = state.last;
        loop {
            id = id.wrapping_add(1);
            if id != 0 && !state.streams.contains_key(&id) {
                break;
            }
        }
        state.last = id;
        state.streams.insert(
            id,
            Entry {
                inbox: inbox.clone(),
                abandoned: false,
            },
        );
        Ok((id, inbox))
    }

    /// Forgets a stream and tells the phone, at once or as soon as the phone has answered the OPEN. Never waits, so
    /// that a stream can be dropped anywhere.
    pub(crate) fn leave(&self, id: u32) {
        let mut state = self.table.state();
        let Some(entry) = state.streams.get_mut(&id) else {
            return;
        };
        match entry.inbox.remote() {
            None => entry.abandoned = true,
            Some(remote) => {
                state.streams.remove(&id);
                state
                    .answers
                    .push(Packet::new(Command::Close, id, remote, Bytes::new()));
                self.table.answer.notify_one();
            }
        }
    }

    /// Why the link is lost, if it is.
    pub(crate) fn lost(&self) -> LinkError {
        match &self.table.state().lost {
            Some(cause) => cause.error(),
            None => Cause::Ended.error(),
        }
    }
}

/// The streams of a connection.
#[derive(Debug, Default)]
struct Table {
    state: Mutex<TableState>,
    /// There are answers to write.
    answer: Notify,
}

#[derive(Debug, Default)]
struct TableState {
    streams: HashMap<u32, Entry>,
    last: u32,
    /// Packets that nobody waits to send: OKAYs given at once and CLSEs of dropped streams.
    answers: Vec<Packet>,
    lost: Option<Cause>,
}

#[derive(Debug)]
struct Entry {
    inbox: Arc<Inbox>,
    /// Dropped before the phone answered the OPEN: to be closed when it does.
    abandoned: bool,
}

impl Table {
    /// Every change of the state is whole before anything can panic.
    fn state(&self) -> MutexGuard<'_, TableState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a packet to its stream. Packets for streams that are gone are normal: they were on their way when the
    /// stream was closed.
    fn dispatch(&self, packet: Packet) -> Result<(), Cause> {
        let Packet {
            command,
            arg0: remote,
            arg1: id,
            payload,
        } = packet;
        match command {
            Command::Okay | Command::Write | Command::Close => {}
            // Reverse forwarding was never asked for; the phone gets no stream.
            Command::Open => return Ok(()),
            Command::Connect | Command::Auth | Command::StartTls => return Err(Cause::Reset(command)),
        }
        let mut state = self.state();
        let Some(entry) = state.streams.get(&id) else {
            return Ok(());
        };
        let abandoned = entry.abandoned;
        let inbox = entry.inbox.clone();
        let outcome = match command {
            Command::Okay => inbox.okay(remote, &payload).map(|()| false),
            Command::Write => inbox.write(remote, payload),
            _ => {
                // CLSE(0, id) refuses an OPEN; any other must name the stream's two ends.
                if remote == 0 || inbox.remote().is_none_or(|known| known == remote) {
                    state.streams.remove(&id);
                    inbox.finish(End::Closed);
                }
                return Ok(());
            }
        };
        match outcome {
            Ok(false) if abandoned => {
                state.streams.remove(&id);
                state
                    .answers
                    .push(Packet::new(Command::Close, id, remote, Bytes::new()));
            }
            Ok(false) => return Ok(()),
            Ok(true) => state
                .answers
                .push(Packet::new(Command::Okay, id, remote, Bytes::new())),
            Err(_) => {
                state.streams.remove(&id);
                inbox.finish(End::Broken);
                if let Some(remote) = inbox.remote() {
                    state
                        .answers
                        .push(Packet::new(Command::Close, id, remote, Bytes::new()));
                }
            }
        }
        self.answer.notify_one();
        // A phone that waits for our answers never lets this many gather.
        if state.answers.len() > MAX_ANSWERS {
            Err(Cause::Flood)
        } else {
            Ok(())
        }
    }

    /// The link is lost: every stream hears the same.
    fn lose(&self, cause: Cause) {
        tracing::debug!(?cause, "the adb connection ended");
        let mut state = self.state();
        state.lost.get_or_insert(cause);
        for (_, entry) in state.streams.drain() {
            entry.inbox.finish(End::Lost);
        }
        state.answers.clear();
    }
}

/// Why a connection ended.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    Ended,
    Io(Arc<io::Error>),
    Wire(WireError),
    Reset(Command),
    Flood,
}

impl Cause {
    pub(super) fn error(&self) -> LinkError {
        match self {
            Self::Ended => LinkError::new(ErrorKind::Unplugged, "the phone closed the connection"),
            Self::Io(error) => LinkError::caused(ErrorKind::Unplugged, "the adb socket", error.clone()),
            Self::Wire(error) => LinkError::caused(ErrorKind::Garbled, "an adb packet", *error),
            Self::Flood => LinkError::new(ErrorKind::Garbled, "the phone sends without reading our answers"),
            Self::Reset(command) => LinkError::new(
                ErrorKind::Unplugged,
                format!("the phone began anew with {command:?}"),
            ),
        }
    }
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

impl From<WireError> for Cause {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

/// The phone did not answer in time.
pub(crate) fn late(what: &str) -> LinkError {
    LinkError::new(ErrorKind::Busy(None), format!("no answer in time: {what}"))
}

/// The next packet of a socket.
pub(super) async fn receive<R: AsyncRead + Unpin>(
    source: &mut R,
    decoder: &mut Decoder,
) -> Result<Packet, Cause> {
    loop {
        if let Some(packet) = decoder.next()? {
            return Ok(packet);
        }
        if source.read_buf(decoder.space()).await? == 0 {
            return Err(Cause::Ended);
        }
    }
}

/// Reads until the link is lost.
async fn read<R: AsyncRead + Unpin>(mut source: R, mut decoder: Decoder, table: &Table) -> Cause {
    loop {
        let packet = match receive(&mut source, &mut decoder).await {
            Ok(packet) => packet,
            Err(cause) => return cause,
        };
        if let Err(cause) = table.dispatch(packet) {
            return cause;
        }
    }
}

/// Writes packets, each whole, until the connection is dropped or the socket fails.
async fn write<W: AsyncWrite + Unpin>(
    mut sink: W,
    mut outgoing: mpsc::Receiver<Packet>,
    table: &Table,
    with_sum: bool,
) -> io::Result<()> {
    let mut batch = BytesMut::with_capacity(BATCH);
    let append = |batch: &mut BytesMut, packet: &Packet| {
        batch.extend_from_slice(&packet.header(with_sum));
        batch.extend_from_slice(&packet.payload);
    };
    loop {
        tokio::select! {
            packet = outgoing.recv() => match packet {
                Some(packet) => append(&mut batch, &packet),
                None => return Ok(()),
            },
            () = table.answer.notified() => {}
        }
        // A stream's own packets come before its CLSE: what is queued is taken first.
        while batch.len() < BATCH
            && let Ok(packet) = outgoing.try_recv()
        {
            append(&mut batch, &packet);
        }
        let answers = std::mem::take(&mut table.state().answers);
        for packet in &answers {
            append(&mut batch, packet);
        }
        sink.write_all(&batch).await?;
        // TLS keeps back what the socket did not take at once.
        sink.flush().await?;
        batch.clear();
    }
}
