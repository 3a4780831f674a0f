//! Files of a run: received beside their place, kept as originals.

use std::path::PathBuf;
use std::time::Instant;

use rusqlite::OptionalExtension;
use sidekeep_model::{Digest, Fingerprint};

use super::{Arrival, Run};
use crate::index::DigestSql;
use crate::news::{Before, change};
use crate::originals::{self, Home};
use crate::{
    ArchiveError, Body, Change, Incoming, ItemKey, Line, NewFile, Original, Record, incoming, layout, paths,
};

impl Run<'_> {
    /// Opens the place where a file's bytes arrive; [`Incoming::len`] bytes are there already.
    ///
    /// # Errors
    /// Disk errors.
    pub fn receive(
        &mut self,
        key: &ItemKey,
        fingerprint: &Fingerprint,
        size: Option<u64>,
    ) -> Result<Incoming, ArchiveError> {
        self.usable()?;
        let id = key.id(&self.phone);
        let path = incoming::part(&self.writer.archive.root, id, fingerprint);
        if self.batch.parts.contains(&path) {
            // The same state is asked for twice in one batch: its first copy must leave the place before.
            self.sync()?;
        }
        Incoming::open(&self.writer.disk, path, size)
    }

    /// Bytes of this state of a file that an earlier run left here and that [`Run::receive`] would go on from; 0 when there
    /// are none. Opens and hashes nothing, so that the mirror can ask it of every film of a listing.
    pub fn arrived(&self, key: &ItemKey, fingerprint: &Fingerprint) -> u64 {
        let id = key.id(&self.phone);
        incoming::arrived(&incoming::part(&self.writer.archive.root, id, fingerprint))
    }

    /// Keeps a whole received file as an original. None when nothing about the item is new.
    ///
    /// # Errors
    /// Disk errors.
    pub fn keep(&mut self, incoming: Incoming, file: NewFile) -> Result<Option<Change>, ArchiveError> {
        self.usable()?;
        let key = ItemKey {
            kind: file.kind,
            collection: file.collection,
            remote: file.remote,
        };
        let id = key.id(&self.phone);
        let received = incoming.close();
        let digest = received.digest;
        let there = self.original(&digest)?;
        let kept = there.as_ref().is_some_and(|(_, sound)| *sound);
        let change = change(
            Before::of(&self.writer.index, id)?.as_ref(),
            &digest,
            kept,
            &file.fingerprint,
            &file.marks,
        );
        // Only the place where `receive` put this state can be healed from, so a file received under another is
        // brought there. The two differ only when the phone's mark changed in between.
        let part = incoming::part(&self.writer.archive.root, id, &file.fingerprint);
        if part != received.path {
            let moved = self.writer.disk.rename(&received.path, &part);
            self.or_break(moved)?;
        }
        self.batch.parts.insert(part.clone());
        let Some(change) = change else {
            self.batch.doubles.push(part);
            self.batch.since.get_or_insert_with(Instant::now);
            return Ok(None);
        };
        let (path, adopted) = match &there {
            Some((path, true)) => (path.clone(), false),
            // What was lost returns to its own place; what is damaged there stays beside it.
            Some((path, false)) if self.is_free(path) => (path.clone(), false),
            _ => {
                let name = file.marks.name.as_deref();
                let name = name.unwrap_or_else(|| paths::last_part(&key.remote.0));
                let archive = &self.writer.archive;
                match self
                    .names
                    .free(archive, &file.taken, name, &digest, received.len)?
                {
                    Home::Free(path) => (path, false),
                    Home::Adopted(path) => (path, true),
                }
            }
        };
        if adopted {
            let target = layout::below(&self.writer.archive.root, &path);
            let touched = self.writer.disk.touch(&target, originals::modified(&file.taken));
            self.or_break(touched)?;
            self.folders.extend(target.parent().map(PathBuf::from));
            // Nobody knows whether it is durable yet; a record is about to say so.
            self.batch.files.push(target);
        }
        if kept || adopted {
            self.batch.doubles.push(part);
        } else {
            self.batch.files.push(part.clone());
            self.batch.bytes += received.len;
            self.batch.targets.insert(path.clone());
            self.batch.arrivals.push(Arrival {
                part,
                target: layout::below(&self.writer.archive.root, &path),
                taken: file.taken.clone(),
            });
        }
        let media = file.facts.media.clone();
        let record = Record {
            digest: Some(digest),
            media: Some(media),
            body: Some(Body::File(Original {
                path,
                size: received.len,
                sha256: received.sha256,
                taken: file.taken,
                facts: file.facts,
            })),
            fingerprint: Some(file.fingerprint),
            marks: file.marks,
            ..key.record(change, file.at)
        };
        self.write(&Line::Item(Box::new(record)), None)?;
        Ok(Some(change))
    }

    /// Where an original with these bytes is, and whether it is sound as far as can be seen.
    fn original(&self, digest: &Digest) -> Result<Option<(String, bool)>, ArchiveError> {
        let found: Option<(String, u64, bool)> = self
            .writer
            .index
            .prepare_cached("SELECT path, size, damage IS NULL FROM originals WHERE digest = ?1")?
            .query_row([DigestSql(*digest)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        Ok(found.map(|(path, size, sound)| {
            let full = layout::below(&self.writer.archive.root, &path);
            let there = self.batch.targets.contains(&path)
                || full
                    .symlink_metadata()
                    .is_ok_and(|facts| facts.is_file() && facts.len() == size);
            (path, sound && there)
        }))
    }

    fn is_free(&self, path: &str) -> bool {
        layout::below(&self.writer.archive.root, path)
            .symlink_metadata()
            .is_err()
    }
}
