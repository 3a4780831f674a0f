//! The messages of the `sync:` service as bytes (AOSP adb, `file_sync_protocol.h`). No streams.

use bytes::{Buf, BufMut, BytesMut};

use super::FileStat;

/// Longest path that adbd reads.
pub(super) const MAX_PATH: usize = 1024;
/// Longest piece of a file in one message.
pub(super) const MAX_DATA: usize = 64 * 1024;
/// Longest name of an entry that we accept; file systems have 255.
pub(super) const MAX_NAME: usize = 4096;
/// Longest explanation that we accept.
pub(super) const MAX_WORDS: usize = 64 * 1024;

/// Four letters that say what a message is.
pub(super) type Id = [u8; 4];

/// Bytes after the id of `STAT`.
pub(super) const STAT1: usize = 12;
/// Bytes after the id of `STA2` and `LST2`.
pub(super) const STAT2: usize = 68;

/// The phone's `errno`, as Linux numbers it on every architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errno(pub(super) u32);

/// Appends a request about a path.
pub(super) fn request(into: &mut BytesMut, id: &Id, path: &[u8]) {
    into.put_slice(id);
    into.put_u32_le(path.len() as u32);
    into.put_slice(path);
}

/// Appends the set-up of an `RCV2`, which follows its path: uncompressed.
pub(super) fn plain(into: &mut BytesMut) {
    into.put_slice(b"RCV2");
    into.put_u32_le(0);
}

/// Reads what follows `STAT`. Mode 0 is how the old protocol says that there is nothing.
pub(super) fn stat1(mut body: &[u8]) -> Option<FileStat> {
    let mode = body.get_u32_le();
    let size = body.get_u32_le().into();
    let mtime = body.get_u32_le().into();
    (mode != 0).then_some(FileStat { mode, size, mtime })
}

/// Reads what follows `STA2` and `LST2`.
pub(super) fn stat2(mut body: &[u8]) -> Result<FileStat, Errno> {
    let error = body.get_u32_le();
    let (_dev, _ino) = (body.get_u64_le(), body.get_u64_le());
    let mode = body.get_u32_le();
    let (_nlink, _uid, _gid) = (body.get_u32_le(), body.get_u32_le(), body.get_u32_le());
    let size = body.get_u64_le();
    let _atime = body.get_i64_le();
    let mtime = body.get_i64_le();
    let _ctime = body.get_i64_le();
    if error == 0 {
        Ok(FileStat { mode, size, mtime })
    } else {
        Err(Errno(error))
    }
}
