//! The `sync:` service: what files are there, and their bytes. It writes nothing to the phone.

use bytes::Bytes;

use crate::{ErrorKind, LinkError};

/// A file session. Paths are the phone's bytes, absolute, at most 1024 of them.
#[derive(Debug)]
pub struct SyncSession {
    _private: (),
}

/// What the phone says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStat {
    /// `st_mode`: kind and permissions.
    pub mode: u32,
    /// Size in bytes; modulo 2³² on phones older than Android 8.
    pub size: u64,
    /// Last modification, seconds since the epoch.
    pub mtime: i64,
}

impl FileStat {
    /// It is a folder.
    pub fn is_dir(&self) -> bool {
        self.mode & 0o170_000 == 0o040_000
    }

    /// It is a plain file.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }

    /// It is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.mode & 0o170_000 == 0o120_000
    }
}

/// One entry of a folder; `.` and `..` are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name as the phone stores it: any bytes but `/` and NUL, usually UTF-8.
    pub name: Vec<u8>,
    /// Of the entry itself, symbolic links not followed; nothing when the phone could not say.
    pub stat: Option<FileStat>,
}

impl DirEntry {
    /// The name, when it is UTF-8.
    pub fn utf8(&self) -> Option<&str> {
        std::str::from_utf8(&self.name).ok()
    }
}

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
    /// It is whole, and this is its state after the last byte; or it failed. Its size agrees with what was received.
    End(Result<FileStat, LinkError>),
}

/// Files on their way, one whole file after the other and each exactly once. Dropping it ends the session.
#[derive(Debug)]
pub struct Receiving<'a> {
    _session: &'a mut SyncSession,
}

impl Receiving<'_> {
    /// The next part; nothing after the last.
    ///
    /// # Errors
    /// Only when the link is lost; what concerns one file is a [`Piece::End`].
    pub async fn next(&mut self) -> Result<Option<Piece>, LinkError> {
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }
}

impl SyncSession {
    /// What `path` is, symbolic links followed (not on phones older than Android 8).
    ///
    /// # Errors
    /// `Missing`, `Refused`, or the link is lost.
    pub async fn stat(&mut self, path: &[u8]) -> Result<FileStat, LinkError> {
        let _ = path;
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }

    /// What `path` is, symbolic links not followed.
    ///
    /// # Errors
    /// As [`SyncSession::stat`].
    pub async fn lstat(&mut self, path: &[u8]) -> Result<FileStat, LinkError> {
        let _ = path;
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }

    /// The entries of a folder.
    ///
    /// # Errors
    /// `Missing` when it is not there or no folder, `Refused` when it may not be read, or the link is lost.
    pub async fn list(&mut self, path: &[u8]) -> Result<Vec<DirEntry>, LinkError> {
        let _ = path;
        Err(LinkError::new(ErrorKind::Unsupported, "not built yet"))
    }

    /// Receives many files, asking for the next ones while one is on its way.
    pub fn receive_all(&mut self, gets: Vec<Get>) -> Receiving<'_> {
        let _ = gets;
        Receiving { _session: self }
    }
}
