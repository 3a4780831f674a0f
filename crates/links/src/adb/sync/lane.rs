//! One `sync:` stream: requests out, answers in, strictly in order. After a FAIL the phone closes it.

use bytes::{Bytes, BytesMut};

use super::FileStat;
use super::wire::{self, Errno, Id};
use crate::adb::device::Device;
use crate::adb::stream::Stream;
use crate::{ErrorKind, LinkError};

/// Bytes that may be on their way in one lane when the link has windows: at 10 ms a round trip some 800 MB/s.
const WINDOW: usize = 8 * 1024 * 1024;
/// Bytes that a lane reads ahead when it has no window and is one of several.
const READ_AHEAD: usize = 4 * 1024 * 1024;

/// One stream of a session.
#[derive(Debug)]
pub(super) struct Lane {
    stream: Stream,
    /// Which version of each request the phone knows.
    pub(super) dialect: Dialect,
}

/// Which requests the phone knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    stat2: bool,
    list2: bool,
    receive2: bool,
}

/// How a file or listing goes on.
#[derive(Debug)]
pub(super) enum Next {
    /// A message with this id; its body comes next.
    Message(Id),
    /// The phone refused with these words, and closes the stream.
    Fail(String),
}

impl Dialect {
    pub(super) fn of(device: &Device) -> Self {
        let banner = device.banner();
        Self {
            stat2: banner.has("stat_v2"),
            list2: banner.has("ls_v2"),
            receive2: banner.has("sendrecv_v2"),
        }
    }

    /// Symbolic links can be followed when asking what a path is.
    pub(super) fn follows(self) -> bool {
        self.stat2
    }

    /// Appends a question for what `path` is.
    pub(super) fn ask_stat(self, into: &mut BytesMut, path: &[u8], follow: bool) {
        let id = match (self.stat2, follow) {
            (false, _) => b"STAT",
            (true, true) => b"STA2",
            (true, false) => b"LST2",
        };
        wire::request(into, id, path);
    }

    /// Appends a question for the entries of `path`.
    pub(super) fn ask_list(self, into: &mut BytesMut, path: &[u8]) {
        wire::request(into, if self.list2 { b"LIS2" } else { b"LIST" }, path);
    }

    /// Appends a request for the bytes of `path`.
    pub(super) fn ask_bytes(self, into: &mut BytesMut, path: &[u8]) {
        if self.receive2 {
            wire::request(into, b"RCV2", path);
            wire::plain(into);
        } else {
            wire::request(into, b"RECV", path);
        }
    }
}

impl Lane {
    pub(super) async fn open(device: &Device) -> Result<Self, LinkError> {
        let window = if device.has_window() { WINDOW } else { READ_AHEAD };
        let stream = device.open("sync:", window).await?;
        Ok(Self {
            stream,
            dialect: Dialect::of(device),
        })
    }

    /// Sends requests.
    pub(super) async fn ask(&mut self, requests: BytesMut) -> Result<(), LinkError> {
        self.stream.write(requests.freeze()).await
    }

    /// The head of the next message.
    pub(super) async fn next(&mut self) -> Result<Next, LinkError> {
        let id: Id = self.array().await?;
        if &id != b"FAIL" {
            return Ok(Next::Message(id));
        }
        let length = self.length(wire::MAX_WORDS).await?;
        let words = self.bytes(length).await?;
        Ok(Next::Fail(String::from_utf8_lossy(&words).into_owned()))
    }

    /// The answer to a question for what a path is.
    pub(super) async fn stat(&mut self) -> Result<Result<FileStat, Errno>, LinkError> {
        match self.next().await? {
            Next::Message(id) if &id == b"STAT" => {
                let body: [u8; wire::STAT1] = self.array().await?;
                Ok(wire::stat1(&body).ok_or(Errno(0)))
            }
            Next::Message(id) if &id == b"STA2" || &id == b"LST2" => {
                let body: [u8; wire::STAT2] = self.array().await?;
                Ok(wire::stat2(&body))
            }
            Next::Message(id) => Err(unexpected(&id)),
            Next::Fail(words) => Err(LinkError::new(ErrorKind::Refused, words)),
        }
    }

    /// The next entry of a listing with its name, or nothing at its end.
    pub(super) async fn entry(&mut self) -> Result<Option<(Vec<u8>, Option<FileStat>)>, LinkError> {
        let id = match self.next().await? {
            Next::Message(id) => id,
            Next::Fail(words) => return Err(LinkError::new(ErrorKind::Refused, words)),
        };
        let stat = if self.dialect.list2 {
            let body: [u8; wire::STAT2] = self.array().await?;
            wire::stat2(&body).ok()
        } else {
            let body: [u8; wire::STAT1] = self.array().await?;
            wire::stat1(&body)
        };
        let length = self.length(wire::MAX_NAME).await?;
        match (&id, self.dialect.list2) {
            (b"DONE", _) => Ok(None),
            (b"DNT2", true) | (b"DENT", false) => Ok(Some((self.bytes(length).await?, stat))),
            _ => Err(unexpected(&id)),
        }
    }

    /// A length of at most `most`.
    pub(super) async fn length(&mut self, most: usize) -> Result<usize, LinkError> {
        let length = u32::from_le_bytes(self.array().await?);
        match usize::try_from(length) {
            Ok(length) if length <= most => Ok(length),
            _ => Err(LinkError::new(
                ErrorKind::Garbled,
                format!("a message of {length} bytes"),
            )),
        }
    }

    /// The next bytes of a message's body, at most `most`, as they lie in the buffer of the socket.
    pub(super) async fn part(&mut self, most: usize) -> Result<Bytes, LinkError> {
        let part = self.stream.read(most).await?;
        part.ok_or_else(|| LinkError::new(ErrorKind::Garbled, "the phone closed the session in an answer"))
    }

    async fn array<const N: usize>(&mut self) -> Result<[u8; N], LinkError> {
        let mut array = [0; N];
        self.stream.exact(&mut array).await?;
        Ok(array)
    }

    async fn bytes(&mut self, length: usize) -> Result<Vec<u8>, LinkError> {
        let mut bytes = vec![0; length];
        self.stream.exact(&mut bytes).await?;
        Ok(bytes)
    }
}

/// A message that does not belong here.
pub(super) fn unexpected(id: &Id) -> LinkError {
    LinkError::new(
        ErrorKind::Garbled,
        format!("a {} in a sync session", id.escape_ascii()),
    )
}
