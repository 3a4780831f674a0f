//! The `sync:` service: what files are there, and their bytes. It writes nothing to the phone.

mod lane;
mod receive;
#[cfg(test)]
mod tests;
mod wire;

use std::mem;

use bytes::BytesMut;

use self::lane::Lane;
pub use self::receive::{Get, Piece, Receiving};
use self::wire::Errno;
use super::device::Device;
use super::shell::quote;
use crate::{ErrorKind, LinkError};

/// Entries of one folder that we accept.
const MAX_ENTRIES: usize = 1_000_000;

/// A file session. Paths are the phone's bytes, absolute, at most 1024 of them.
///
/// A call that fails or is dropped before it answered costs nothing but the stream it used; the next call opens
/// another.
#[derive(Debug)]
pub struct SyncSession {
    device: Device,
    /// Streams that wait for a question, none with an answer outstanding.
    idle: Vec<Lane>,
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

impl SyncSession {
    pub(super) async fn open(device: Device) -> Result<Self, LinkError> {
        let lane = Lane::open(&device).await?;
        Ok(Self {
            device,
            idle: vec![lane],
        })
    }

    /// What `path` is, symbolic links followed (not on phones older than Android 8).
    ///
    /// # Errors
    /// `Missing`, `Refused`, `Unsupported` for a path that adb cannot carry, or the link is lost.
    pub async fn stat(&mut self, path: &[u8]) -> Result<FileStat, LinkError> {
        self.ask(path, true).await
    }

    /// What `path` is, symbolic links not followed.
    ///
    /// # Errors
    /// As [`SyncSession::stat`].
    pub async fn lstat(&mut self, path: &[u8]) -> Result<FileStat, LinkError> {
        self.ask(path, false).await
    }

    /// The entries of a folder.
    ///
    /// # Errors
    /// `Missing` when it is not there or no folder, `Refused` when it may not be read, `Garbled` when it has more than
    /// a million entries or a name that no file can have, or the link is lost.
    pub async fn list(&mut self, path: &[u8]) -> Result<Vec<DirEntry>, LinkError> {
        sendable(path)?;
        let mut lane = self.lane().await?;
        let mut requests = BytesMut::new();
        lane.dialect.ask_stat(&mut requests, path, true);
        lane.dialect.ask_list(&mut requests, path);
        lane.ask(requests).await?;
        let stat = lane.stat().await?;
        let (mut entries, mut dots) = (Vec::new(), false);
        while let Some((name, stat)) = lane.entry().await? {
            match &name[..] {
                b"." | b".." => dots = true,
                [] => return Err(LinkError::new(ErrorKind::Garbled, "an entry without a name")),
                name if name.contains(&b'/') || name.contains(&0) => {
                    return Err(LinkError::new(
                        ErrorKind::Garbled,
                        "an entry's name with a slash or NUL",
                    ));
                }
                _ if entries.len() == MAX_ENTRIES => {
                    return Err(LinkError::new(ErrorKind::Garbled, "a folder without end"));
                }
                _ => entries.push(DirEntry { name, stat }),
            }
        }
        let follows = lane.dialect.follows();
        self.idle.push(lane);

        let stat = stat.map_err(|errno| refusal(errno, path))?;
        if !stat.is_dir() && (follows || !stat.is_link()) {
            return Err(about(ErrorKind::Missing, path, "not a folder"));
        }
        // adbd answers for a folder that it may not read as for an empty one, only without `.` and `..`; some file
        // systems leave these out of every answer.
        if entries.is_empty() && !dots && !self.may_list(path).await? {
            return Err(about(ErrorKind::Refused, path, "the folder may not be read"));
        }
        Ok(entries)
    }

    /// Receives many files, asking for the next ones while one is on its way.
    pub fn receive_all(&mut self, gets: Vec<Get>) -> Receiving<'_> {
        Receiving::new(self, gets)
    }

    async fn ask(&mut self, path: &[u8], follow: bool) -> Result<FileStat, LinkError> {
        sendable(path)?;
        let mut lane = self.lane().await?;
        let mut requests = BytesMut::new();
        lane.dialect.ask_stat(&mut requests, path, follow);
        lane.ask(requests).await?;
        let answer = lane.stat().await?;
        self.idle.push(lane);
        answer.map_err(|errno| refusal(errno, path))
    }

    /// A stream without an answer outstanding.
    async fn lane(&mut self) -> Result<Lane, LinkError> {
        match self.idle.pop() {
            Some(lane) => Ok(lane),
            None => Lane::open(&self.device).await,
        }
    }

    /// All streams, for a transfer that uses several.
    fn lanes(&mut self) -> Vec<Lane> {
        mem::take(&mut self.idle)
    }

    /// Asks the phone's shell whether a folder can be listed; an old phone's cannot tell.
    async fn may_list(&self, path: &[u8]) -> Result<bool, LinkError> {
        let Ok(path) = std::str::from_utf8(path) else {
            return Ok(false);
        };
        match self
            .device
            .shell(&format!("ls -a {} >/dev/null 2>&1", quote(path)), 0)
            .await
        {
            Ok(output) => Ok(output.exit == 0),
            Err(error) if *error.kind() == ErrorKind::Unsupported => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// A path that adb carries unchanged: adbd cuts at NUL and ends the session at longer ones.
fn sendable(path: &[u8]) -> Result<(), LinkError> {
    if path.contains(&0) || path.len() > wire::MAX_PATH {
        return Err(about(ErrorKind::Unsupported, path, "adb cannot carry this path"));
    }
    Ok(())
}

/// Why the phone says nothing of a path. The old protocol gives no number; what cannot be seen is missing to us.
fn refusal(errno: Errno, path: &[u8]) -> LinkError {
    const EPERM: u32 = 1;
    const EACCES: u32 = 13;
    let kind = match errno.0 {
        EPERM | EACCES => ErrorKind::Refused,
        _ => ErrorKind::Missing,
    };
    about(kind, path, &format!("errno {}", errno.0))
}

fn about(kind: ErrorKind, path: &[u8], what: &str) -> LinkError {
    LinkError::new(kind, format!("{}: {what}", String::from_utf8_lossy(path)))
}
