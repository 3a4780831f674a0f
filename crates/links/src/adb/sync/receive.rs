//! Many files on their way at once, handed on one after the other. Where their bytes go is the caller's business.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::lane::{Dialect, Lane, Next, unexpected};
use super::{FileStat, SyncSession, about, refusal, sendable, wire};
use crate::adb::shell::{self, quote};
use crate::adb::stream::Stream;
use crate::{ErrorKind, LinkError};

/// Files asked for ahead of the current one: enough to hide the round trips of small files, few enough that their
/// requests always fit in the phone's own buffers.
const AHEAD: usize = 32;
/// Streams used at once where each carries one packet a round trip.
const LANES: usize = 8;
/// Bytes on their way for the rest of a file.
const TAIL_WINDOW: usize = 8 * 1024 * 1024;

/// A file to receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Its path.
    pub path: Vec<u8>,
    /// Skip this many bytes: they are here already.
    pub from: u64,
}

/// A part of what [`SyncSession::receive_all`] brings.
#[derive(Debug)]
pub enum Piece {
    /// The file `gets[index]` begins.
    Begin(usize),
    /// Its next bytes, a slice of what came from the socket.
    Bytes(Bytes),
    /// It is whole, and this is its state after the last byte; or it failed. When its size is not what was received,
    /// it changed meanwhile and this is `Busy`: it can be asked for again.
    End(Result<FileStat, LinkError>),
}

/// Files on their way, one whole file after the other and each exactly once. Dropping it stops the transfer.
#[derive(Debug)]
pub struct Receiving<'a> {
    session: &'a mut SyncSession,
    gets: Vec<Get>,
    dialect: Dialect,
    /// File `index` travels in lane `index % lanes.len()`. A lane that is not there yet, or no longer, is nothing.
    lanes: Vec<Option<Lane>>,
    /// The file under way.
    at: usize,
    /// Files before this one have been asked for.
    asked: usize,
    /// Files asked for at once.
    ahead: usize,
    state: State,
    /// A call was dropped before it returned, so that its place in the answer is lost.
    torn: bool,
}

#[derive(Debug)]
enum State {
    /// `at` has not begun.
    Between,
    /// `at` has begun and comes through its lane.
    File { received: u64, left: usize },
    /// `at` has begun and its rest comes from a command.
    Rest {
        received: u64,
        left: usize,
        stream: Option<Stream>,
    },
}

impl<'a> Receiving<'a> {
    pub(super) fn new(session: &'a mut SyncSession, gets: Vec<Get>) -> Self {
        let most = if session.device.has_window() { 1 } else { LANES };
        let mut idle: VecDeque<Lane> = session.lanes().into();
        let lanes = (0..most.min(gets.len()).max(1))
            .map(|_| idle.pop_front())
            .collect();
        session.idle.extend(idle);
        let dialect = Dialect::of(&session.device);
        Self {
            session,
            gets,
            dialect,
            lanes,
            at: 0,
            asked: 0,
            ahead: AHEAD,
            state: State::Between,
            torn: false,
        }
    }

    /// Asks for at most this many files at once; before the first [`Receiving::next`].
    pub fn at_once(mut self, files: usize) -> Self {
        self.ahead = files.clamp(1, AHEAD);
        self
    }

    /// The next part; nothing after the last. Not to be called again after an error.
    ///
    /// # Errors
    /// When the link is lost or stalls, or after a call that was dropped; what concerns one file is a
    /// [`Piece::End`].
    pub async fn next(&mut self) -> Result<Option<Piece>, LinkError> {
        if self.torn {
            return Err(LinkError::new(ErrorKind::Stopped, "an earlier call was dropped"));
        }
        self.torn = true;
        let piece = self.advance().await?;
        self.torn = false;
        Ok(piece)
    }

    async fn advance(&mut self) -> Result<Option<Piece>, LinkError> {
        match &mut self.state {
            State::Between => {
                if self.at == self.gets.len() {
                    self.session.idle.extend(self.lanes.drain(..).flatten());
                    return Ok(None);
                }
                self.ask_ahead().await?;
                self.state = match self.gets[self.at].from {
                    0 => State::File { received: 0, left: 0 },
                    from => State::Rest {
                        received: from,
                        left: 0,
                        stream: None,
                    },
                };
                Ok(Some(Piece::Begin(self.at)))
            }
            State::File { .. } => self.file().await.map(Some),
            State::Rest { .. } => self.rest().await.map(Some),
        }
    }

    /// `at` is done.
    fn end(&mut self, outcome: Result<FileStat, LinkError>) -> Piece {
        self.at += 1;
        self.state = State::Between;
        Piece::End(outcome)
    }

    /// The file's end once all its bytes are there: it must be as long now as what was received.
    fn whole(&mut self, received: u64, stat: Result<FileStat, LinkError>) -> Piece {
        let path = &self.gets[self.at].path;
        let outcome = stat.and_then(|stat| {
            // The old protocol knows sizes modulo 2³² only.
            let size = if self.dialect.follows() {
                received
            } else {
                received & u64::from(u32::MAX)
            };
            if stat.size == size {
                return Ok(stat);
            }
            let what = format!(
                "changed while it was read: {received} bytes came, now it has {}",
                stat.size
            );
            Err(about(ErrorKind::Busy(None), path, &what))
        });
        self.end(outcome)
    }

    /// Keeps the lanes' queues filled, with one write to each.
    async fn ask_ahead(&mut self) -> Result<(), LinkError> {
        if self.asked > self.at + self.ahead / 2 || self.asked == self.gets.len() {
            return Ok(());
        }
        let first = self.asked;
        self.asked = self.gets.len().min(self.at + self.ahead);
        for lane in 0..self.lanes.len() {
            self.ask(lane, first).await?;
        }
        Ok(())
    }

    /// Asks for `lane`'s files from `first` up to those asked for.
    async fn ask(&mut self, lane: usize, first: usize) -> Result<(), LinkError> {
        let mut requests = BytesMut::new();
        for index in (first..self.asked).filter(|index| index % self.lanes.len() == lane) {
            let get = &self.gets[index];
            if get.from == 0 && sendable(&get.path).is_ok() {
                self.dialect.ask_bytes(&mut requests, &get.path);
                self.dialect.ask_stat(&mut requests, &get.path, true);
            }
        }
        if requests.is_empty() {
            return Ok(());
        }
        if self.lanes[lane].is_none() {
            self.lanes[lane] = Some(Lane::open(&self.session.device).await?);
        }
        match &mut self.lanes[lane] {
            Some(lane) => lane.ask(requests).await,
            None => Ok(()),
        }
    }

    /// The next part of a file that comes through its lane.
    async fn file(&mut self) -> Result<Piece, LinkError> {
        if let Err(error) = sendable(&self.gets[self.at].path) {
            return Ok(self.end(Err(error)));
        }
        let at = self.at % self.lanes.len();
        let State::File { received, left } = &mut self.state else {
            return Err(out_of_step());
        };
        let Some(lane) = &mut self.lanes[at] else {
            return Err(out_of_step());
        };
        while *left == 0 {
            match lane.next().await? {
                Next::Message(id) if &id == b"DATA" => *left = lane.length(wire::MAX_DATA).await?,
                Next::Message(id) if &id == b"DONE" => {
                    lane.length(usize::MAX).await?;
                    let stat = lane
                        .stat()
                        .await?
                        .map_err(|errno| refusal(errno, &self.gets[self.at].path));
                    let received = *received;
                    return Ok(self.whole(received, stat));
                }
                Next::Message(id) => return Err(unexpected(&id)),
                Next::Fail(words) => return self.failed(at, &words).await,
            }
        }
        let bytes = lane.part(*left).await?;
        *left -= bytes.len();
        *received += bytes.len() as u64;
        Ok(Piece::Bytes(bytes))
    }

    /// The phone gave no bytes and closes the lane: finds out why, and asks anew for what was queued behind.
    async fn failed(&mut self, lane: usize, words: &str) -> Result<Piece, LinkError> {
        self.lanes[lane] = None;
        let path = self.gets[self.at].path.clone();
        let error = match self.session.stat(&path).await {
            Ok(stat) if stat.is_dir() => about(ErrorKind::Unsupported, &path, words),
            Ok(_) => about(ErrorKind::Refused, &path, words),
            Err(error) if concerns_one_file(&error) => error,
            Err(error) => return Err(error),
        };
        self.lanes[lane] = self.session.idle.pop();
        self.ask(lane, self.at + 1).await?;
        Ok(self.end(Err(error)))
    }

    /// The next part of a file whose beginning is here already. The service has no offsets, so a command skips them.
    async fn rest(&mut self) -> Result<Piece, LinkError> {
        let get = self.gets[self.at].clone();
        let State::Rest {
            received,
            left,
            stream,
        } = &mut self.state
        else {
            return Err(out_of_step());
        };
        let framed = self.session.device.banner().has("shell_v2");
        let stream = match stream {
            Some(stream) => stream,
            None => {
                let Ok(path) = std::str::from_utf8(&get.path) else {
                    return Ok(self.end(Err(about(
                        ErrorKind::Unsupported,
                        &get.path,
                        "the path is not UTF-8",
                    ))));
                };
                if let Err(error) = sendable(&get.path) {
                    return Ok(self.end(Err(error)));
                }
                let command = format!("tail -c +{} {} 2>/dev/null", get.from + 1, quote(path));
                let device = &self.session.device;
                stream.insert(if framed {
                    device.start(&command, TAIL_WINDOW).await?
                } else {
                    device.open(&format!("exec:{command}"), TAIL_WINDOW).await?
                })
            }
        };
        while framed && *left == 0 {
            match shell::head(stream).await? {
                (shell::id::STDOUT, length) => *left = length,
                (shell::id::EXIT, length) => {
                    // What the command made of it shows in the size; why it failed, in the stat.
                    shell::exit(stream, length).await?;
                    let received = *received;
                    return self.rest_ended(&get, received).await;
                }
                (other, _) => {
                    return Err(LinkError::new(
                        ErrorKind::Garbled,
                        format!("a shell packet {other}"),
                    ));
                }
            }
        }
        let most = if framed { *left } else { usize::MAX };
        match stream.read(most).await? {
            Some(bytes) => {
                *left = left.saturating_sub(bytes.len());
                *received += bytes.len() as u64;
                Ok(Piece::Bytes(bytes))
            }
            None if framed => Err(LinkError::new(ErrorKind::Garbled, "the answer ends early")),
            None => {
                let received = *received;
                self.rest_ended(&get, received).await
            }
        }
    }

    async fn rest_ended(&mut self, get: &Get, received: u64) -> Result<Piece, LinkError> {
        match self.session.stat(&get.path).await {
            Err(error) if !concerns_one_file(&error) => Err(error),
            stat => Ok(self.whole(received, stat)),
        }
    }
}

/// Whether the next file can be expected to fare better.
fn concerns_one_file(error: &LinkError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Missing | ErrorKind::Refused | ErrorKind::Unsupported
    )
}

/// The states and the lanes belong together; this is the answer if ever they do not.
fn out_of_step() -> LinkError {
    LinkError::new(ErrorKind::Garbled, "the transfer is out of step")
}
