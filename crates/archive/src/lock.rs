//! One writer at a time: an advisory lock of the system on `.sidekeep/lock`, which dies with its process.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::{ArchiveError, ArchiveErrorKind, disk::Disk, layout};

/// The writer's lock, held until dropped.
pub(crate) struct Lock(#[expect(dead_code, reason = "held, never read")] File);

impl Lock {
    /// Takes the lock, or says `Busy` at once.
    pub(crate) fn take(disk: &Disk, root: &Path) -> Result<Self, ArchiveError> {
        let path = layout::below(root, layout::LOCK);
        let file = disk.open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(ArchiveError::new(ArchiveErrorKind::Busy, path)),
            Err(TryLockError::Error(error)) => Err(ArchiveError::io(path, error)),
        }
    }
}
