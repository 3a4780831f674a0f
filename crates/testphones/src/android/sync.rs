//! The `sync:` service: stat, listing and reading of files, in its first and second version. Sending is refused.

use std::fs::{self, Metadata};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{BufMut, BytesMut};
use tokio::io::AsyncReadExt;

use super::Device;
use super::session::Channel;

const MAX_PATH: usize = 1024;
const CHUNK: usize = 64 * 1024;

const ENOENT: u32 = 2;

/// Serves requests until the peer quits or one fails: adbd closes the stream then.
pub(super) async fn serve(channel: &mut Channel, device: &Device) -> io::Result<()> {
    loop {
        let (id, length) = request(channel).await?;
        if &id == b"QUIT" {
            return Ok(());
        }
        if length > MAX_PATH {
            return fail(channel, "path too long").await;
        }
        let mut path = vec![0; length];
        channel.read_exact(&mut path).await?;
        // Names that are not UTF-8 are never listed here, so none can be asked for.
        let path = String::from_utf8(path).unwrap_or_default();
        match &id {
            b"STAT" => {
                let found = Found::at(&path, device).unwrap_or_default();
                channel.write(&found.first_version(b"STAT")).await?;
            }
            b"STA2" | b"LST2" => {
                let (error, found) = match Found::at(&path, device) {
                    Some(found) => (0, found),
                    None => (ENOENT, Found::default()),
                };
                channel.write(&found.second_version(&id, error)).await?;
            }
            b"LIST" | b"LIS2" => list(channel, device, &path, &id == b"LIS2").await?,
            b"RECV" => {
                if !receive(channel, device, &path).await? {
                    return Ok(());
                }
            }
            b"RCV2" => {
                let (again, flags) = request(channel).await?;
                if &again != b"RCV2" || flags != 0 {
                    return fail(channel, "no compression here").await;
                }
                if !receive(channel, device, &path).await? {
                    return Ok(());
                }
            }
            _ => return fail(channel, "read-only").await,
        }
    }
}

async fn request(channel: &mut Channel) -> io::Result<([u8; 4], usize)> {
    let mut id = [0; 4];
    let mut length = [0; 4];
    channel.read_exact(&mut id).await?;
    channel.read_exact(&mut length).await?;
    Ok((id, u32::from_le_bytes(length) as usize))
}

async fn fail(channel: &mut Channel, message: &str) -> io::Result<()> {
    channel.write(&framed(b"FAIL", message.as_bytes())).await
}

#[allow(clippy::cast_possible_truncation, reason = "at most a chunk")]
fn framed(id: &[u8; 4], bytes: &[u8]) -> BytesMut {
    let mut frame = BytesMut::with_capacity(8 + bytes.len());
    frame.put_slice(id);
    frame.put_u32_le(bytes.len() as u32);
    frame.put_slice(bytes);
    frame
}

/// Sends a file; false when there is none and the stream must end.
async fn receive(channel: &mut Channel, device: &Device, path: &str) -> io::Result<bool> {
    let Some(file) = device.storage.open(path) else {
        fail(channel, "open failed: No such file or directory").await?;
        return Ok(false);
    };
    let mut file = tokio::fs::File::from_std(file);
    let mut buffer = vec![0; CHUNK];
    loop {
        match file.read(&mut buffer).await {
            Ok(0) => {
                channel.write(&framed(b"DONE", &[])).await?;
                return Ok(true);
            }
            Ok(length) => channel.write(&framed(b"DATA", &buffer[..length])).await?,
            Err(error) => {
                fail(channel, &format!("read failed: {error}")).await?;
                return Ok(false);
            }
        }
    }
}

/// Sends a folder's entries; none when it cannot be read, as adbd does.
async fn list(channel: &mut Channel, device: &Device, path: &str, second: bool) -> io::Result<()> {
    let mut names: Vec<String> = device
        .storage
        .resolve(path)
        .filter(|folder| fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir()))
        .and_then(|folder| fs::read_dir(folder).ok())
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    for name in names {
        let Some(found) = Found::at(&format!("{path}/{name}"), device) else {
            continue;
        };
        let mut entry = if second {
            found.second_version(b"DNT2", 0)
        } else {
            found.first_version(b"DENT")
        };
        entry.put_u32_le(u32::try_from(name.len()).map_err(io::Error::other)?);
        entry.put_slice(name.as_bytes());
        channel.write(&entry).await?;
    }
    let mut end = if second {
        Found::default().second_version(b"DONE", 0)
    } else {
        Found::default().first_version(b"DONE")
    };
    end.put_u32_le(0);
    channel.write(&end).await
}

/// What is told of a file, link or folder; links are never followed.
#[derive(Clone, Copy, Default)]
struct Found {
    mode: u32,
    size: u64,
    modified: i64,
}

impl Found {
    fn at(path: &str, device: &Device) -> Option<Self> {
        let real = device.storage.resolve(path)?;
        fs::symlink_metadata(real).ok().map(|found| Self::from(&found))
    }

    /// id, mode, size, time; 32 bits each.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the first version has no more bits"
    )]
    fn first_version(self, id: &[u8; 4]) -> BytesMut {
        let mut bytes = BytesMut::with_capacity(20);
        bytes.put_slice(id);
        bytes.put_u32_le(self.mode);
        bytes.put_u32_le(self.size as u32);
        bytes.put_u32_le(self.modified as u32);
        bytes
    }

    /// id, error, device, inode, mode, links, user, group, size, and three times.
    fn second_version(self, id: &[u8; 4], error: u32) -> BytesMut {
        let mut bytes = BytesMut::with_capacity(76);
        bytes.put_slice(id);
        bytes.put_u32_le(error);
        bytes.put_u64_le(0);
        bytes.put_u64_le(0);
        bytes.put_u32_le(self.mode);
        bytes.put_u32_le(u32::from(self.mode != 0));
        bytes.put_u32_le(0);
        bytes.put_u32_le(0);
        bytes.put_u64_le(self.size);
        for _ in 0..3 {
            bytes.put_i64_le(self.modified);
        }
        bytes
    }
}

impl From<&Metadata> for Found {
    /// The modes are those of a phone's shared storage, whatever this system's are.
    fn from(found: &Metadata) -> Self {
        let mode = if found.is_dir() {
            0o040_771
        } else if found.is_symlink() {
            0o120_777
        } else {
            0o100_660
        };
        let since_epoch = |time: SystemTime| time.duration_since(UNIX_EPOCH).ok();
        let seconds = found
            .modified()
            .ok()
            .and_then(since_epoch)
            .map_or(0, |time| time.as_secs());
        Self {
            mode,
            size: found.len(),
            modified: i64::try_from(seconds).unwrap_or(i64::MAX),
        }
    }
}
