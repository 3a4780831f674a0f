//! What there is of contacts besides their bytes: pictures that they name by an address, and cards that are groups.

use sidekeep_model::{CollectionId, Digest, Media, Time};

use super::Run;
use crate::index::apply::link_of;
use crate::{
    ArchiveError, Body, KeptPicture, Line, NoPicture, PictureRecord, WantedPicture, groups, pictures,
};

impl Run<'_> {
    /// The pictures that contacts of this phone over this way name by an address, and that are not kept: those that were
    /// never asked for with the contact's present bytes, those that are damaged, and those of which there was none a week
    /// ago.
    ///
    /// # Errors
    /// Index errors.
    pub fn wanted_pictures(&self, now: Time) -> Result<Vec<WantedPicture>, ArchiveError> {
        pictures::wanted(&self.writer.index, &self.phone, link_of(&self.row), now)
    }

    /// How many contacts that are on the phone name a picture that is not kept, by the reason.
    ///
    /// # Errors
    /// Index errors.
    pub fn without_picture(&self) -> Result<Vec<(NoPicture, u64)>, ArchiveError> {
        pictures::without(&self.writer.index, &self.phone, link_of(&self.row))
    }

    /// How many of the cards that are in an address book, as this run shows it so far, are groups.
    ///
    /// # Errors
    /// Index errors.
    pub fn groups(&self, book: &CollectionId) -> Result<u64, ArchiveError> {
        Ok(groups::shown(&self.writer.index, &self.phone, Some(book.as_str()))?.unwrap_or_default())
    }

    /// Keeps a contact's picture, or notes why there is none.
    ///
    /// # Errors
    /// Disk errors.
    pub fn picture(
        &mut self,
        wanted: WantedPicture,
        picture: Result<(Media, &[u8]), NoPicture>,
        at: Time,
    ) -> Result<(), ArchiveError> {
        self.usable()?;
        let none = picture.as_ref().err().copied();
        let picture = match picture {
            Err(_) => None,
            Ok((media, raw)) => {
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
            none,
        };
        self.write(&Line::Picture(Box::new(record)), None)
    }
}
