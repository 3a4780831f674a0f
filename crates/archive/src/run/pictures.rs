//! Pictures that contacts name by an address.

use sidekeep_model::{Digest, Media, Time};

use super::Run;
use crate::index::apply::link_of;
use crate::{ArchiveError, Body, KeptPicture, Line, PictureRecord, WantedPicture, pictures};

impl Run<'_> {
    /// The pictures that contacts of this phone over this way name by an address, and that are not kept: those that were
    /// never asked for with the contact's present bytes, and those that are damaged.
    ///
    /// # Errors
    /// Index errors.
    pub fn wanted_pictures(&self) -> Result<Vec<WantedPicture>, ArchiveError> {
        pictures::wanted(&self.writer.index, &self.phone, link_of(&self.row))
    }

    /// Keeps a contact's picture; None notes that there is none at the address, so that it is not asked again.
    ///
    /// # Errors
    /// Disk errors.
    pub fn picture(
        &mut self,
        wanted: WantedPicture,
        picture: Option<(Media, &[u8])>,
        at: Time,
    ) -> Result<(), ArchiveError> {
        self.usable()?;
        let picture = match picture {
            None => None,
            Some((media, raw)) => {
                let digest = Digest::of(raw);
                let body = if self.payload_kept(&digest)? {
                    Body::Same
                } else {
                    self.object(&digest, raw)?
                };
                Some(KeptPicture { digest, media, body })
            }
        };
        let record = PictureRecord {
            collection: wanted.collection,
            remote: wanted.remote,
            of: wanted.of,
            address: wanted.address,
            at,
            picture,
        };
        self.write(&Line::Picture(record), None)
    }
}
