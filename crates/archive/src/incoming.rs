//! A file on its way from the phone: received beside its final place, hashed as it comes, resumable.

use std::fs::File;

use crate::{ArchiveError, ArchiveErrorKind};

/// A file on its way. Dropped before [`crate::Run::keep`], what is here is kept for the next run to resume.
pub struct Incoming {
    len: u64,
}

impl Incoming {
    /// Bytes that are here.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Nothing is here yet.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// `Full` and other disk errors.
    pub fn write(&mut self, _bytes: &[u8]) -> Result<(), ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, ""))
    }

    /// Forgets what is here and begins anew: the file changed on the phone.
    ///
    /// # Errors
    /// Disk errors.
    pub fn restart(&mut self) -> Result<(), ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, ""))
    }

    /// A handle of its own for reading what is here (for `sidekeep_pictures::facts`).
    ///
    /// # Errors
    /// Disk errors.
    pub fn reader(&self) -> Result<File, ArchiveError> {
        Err(ArchiveError::new(ArchiveErrorKind::Absent, ""))
    }
}
