//! A file on its way from the phone: received beside its final place, hashed as it comes, resumable.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use sidekeep_model::{Digest, Fingerprint, Hasher, ItemId};

use crate::disk::Disk;
use crate::error::At;
use crate::{ArchiveError, layout};

/// A file being received is made durable each time it has grown by this much, *before* it grows further. What lies
/// below the last such mark is therefore sound after a power cut too, and a cut-off film goes on from there.
const GRAIN: u64 = 64 << 20;
/// Bytes after which the system is asked to start writing out.
const HEAD_START: u64 = 8 << 20;

/// A file on its way. Dropped before [`crate::Run::keep`], what is here stays for the next run to resume.
pub struct Incoming {
    disk: Disk,
    /// `….part` while it is received. A file put aside in good order is `….rest`, and all of it is durable.
    path: PathBuf,
    file: File,
    blake3: Hasher,
    sha256: Sha256,
    len: u64,
    started: u64,
    done: bool,
}

/// A received file, closed.
pub(crate) struct Received {
    pub(crate) path: PathBuf,
    pub(crate) digest: Digest,
    pub(crate) sha256: String,
    pub(crate) len: u64,
}

/// Where a file of this state is received.
pub(crate) fn part(root: &Path, id: ItemId, fingerprint: &Fingerprint) -> PathBuf {
    let state = Digest::of(fingerprint.0.as_bytes()).to_hex();
    layout::below(root, layout::INCOMING).join(format!("{id}-{}.part", &state[..16]))
}

/// Bytes of a state that an earlier run left at `path` and that are sound; 0 when there are none.
pub(crate) fn arrived(path: &Path) -> u64 {
    let length = |path: &Path| fs::metadata(path).map(|facts| facts.len());
    length(&path.with_extension("rest"))
        .or_else(|_| length(path).map(|here| sound(here, false)))
        .unwrap_or(0)
}

/// How much of a file of this length is durable for certain: all of one put aside in good order, and of the leftover of
/// a crash what lies below its last mark.
fn sound(length: u64, whole: bool) -> u64 {
    if whole {
        length
    } else {
        length.saturating_sub(1) / GRAIN * GRAIN
    }
}

impl Incoming {
    /// Opens the place of an item's state, with what an earlier run left there. `size` is the whole size, where known.
    pub(crate) fn open(disk: &Disk, path: PathBuf, size: Option<u64>) -> Result<Self, ArchiveError> {
        let rest = path.with_extension("rest");
        let whole = rest.exists();
        if whole {
            disk.rename(&rest, &path)?;
        }
        let file = disk.open(&path)?;
        let here = file.metadata().at(&path)?.len();
        let sound = if size.is_some_and(|size| here > size) {
            0
        } else {
            sound(here, whole)
        };
        if sound < here {
            disk.cut(&file, &path, sound)?;
        }
        let mut incoming = Self {
            disk: disk.clone(),
            path,
            file,
            blake3: Hasher::new(),
            sha256: Sha256::new(),
            len: 0,
            started: sound,
            done: false,
        };
        incoming.rehash(sound)?;
        Ok(incoming)
    }

    fn rehash(&mut self, sound: u64) -> Result<(), ArchiveError> {
        let mut buffer = vec![0; if sound == 0 { 0 } else { 1 << 20 }];
        self.file.seek(SeekFrom::Start(0)).at(&self.path)?;
        while self.len < sound {
            let length = self.file.read(&mut buffer).at(&self.path)?;
            if length == 0 {
                break;
            }
            self.hash(&buffer[..length]);
        }
        Ok(())
    }

    fn hash(&mut self, bytes: &[u8]) {
        self.blake3.update(bytes);
        self.sha256.update(bytes);
        self.len += bytes.len() as u64;
    }

    /// Bytes that are here.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Nothing is here yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// BLAKE3 of the bytes that are here.
    pub fn digest(&self) -> Digest {
        self.blake3.digest()
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `Full` and other disk errors.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), ArchiveError> {
        while !bytes.is_empty() {
            if self.len > 0 && self.len.is_multiple_of(GRAIN) {
                self.disk.sync(&self.file, &self.path)?;
            }
            let room = usize::try_from(GRAIN - self.len % GRAIN).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            if is_zero(now) {
                // A film of which the phone itself keeps holes must not fill the owner's disk.
                self.disk
                    .write_hole(&mut self.file, &self.path, self.len, now.len())?;
            } else {
                self.disk.write(&mut self.file, &self.path, now)?;
            }
            self.hash(now);
            bytes = later;
        }
        if self.len - self.started >= HEAD_START {
            self.disk.start_writing(&self.file);
            self.started = self.len;
        }
        Ok(())
    }

    /// Forgets what is here and begins anew: the file changed on the phone.
    ///
    /// # Errors
    /// Disk errors.
    pub fn restart(&mut self) -> Result<(), ArchiveError> {
        self.disk.cut(&self.file, &self.path, 0)?;
        self.file.seek(SeekFrom::Start(0)).at(&self.path)?;
        self.blake3 = Hasher::new();
        self.sha256 = Sha256::new();
        self.len = 0;
        self.started = 0;
        Ok(())
    }

    /// Gives up on the file and removes what is here: its bytes are of no state that the phone has.
    ///
    /// # Errors
    /// Disk errors.
    pub fn discard(mut self) -> Result<(), ArchiveError> {
        self.done = true;
        self.disk.remove(&self.path)
    }

    /// A handle of its own for reading what is here (for `sidekeep_pictures::facts`).
    ///
    /// # Errors
    /// Disk errors.
    pub fn reader(&self) -> Result<File, ArchiveError> {
        File::open(&self.path).at(&self.path)
    }

    /// Closes a file that is whole.
    pub(crate) fn close(mut self) -> Received {
        self.done = true;
        self.disk.start_writing(&self.file);
        Received {
            path: self.path.clone(),
            digest: self.blake3.digest(),
            sha256: hex(&std::mem::take(&mut self.sha256).finalize()),
            len: self.len,
        }
    }
}

impl Drop for Incoming {
    /// Puts an unfinished file aside. Without luck here the next run takes it for the leftover of a crash and goes on
    /// from the last mark.
    fn drop(&mut self) {
        if self.done {
            return;
        }
        let aside = if self.len == 0 {
            self.disk.remove(&self.path)
        } else {
            self.disk
                .sync(&self.file, &self.path)
                .and_then(|()| self.disk.rename(&self.path, &self.path.with_extension("rest")))
        };
        if let Err(error) = aside {
            tracing::debug!(%error, "a half-received file could not be put aside");
        }
    }
}

/// Removes what nobody resumed for a long time: files in the folder last written before `before`.
pub(crate) fn sweep(disk: &Disk, root: &Path, before: std::time::SystemTime) -> Result<(), ArchiveError> {
    let folder = layout::below(root, layout::INCOMING);
    for entry in fs::read_dir(&folder).at(&folder)? {
        let path = entry.at(&folder)?.path();
        let ours = path
            .extension()
            .is_some_and(|ending| ending == "part" || ending == "rest");
        let modified = fs::metadata(&path).and_then(|facts| facts.modified());
        if ours && modified.is_ok_and(|modified| modified < before) {
            disk.remove(&path)?;
        }
    }
    Ok(())
}

fn is_zero(bytes: &[u8]) -> bool {
    const ZEROS: [u8; 4096] = [0; 4096];
    bytes
        .chunks(ZEROS.len())
        .all(|chunk| chunk == &ZEROS[..chunk.len()])
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
