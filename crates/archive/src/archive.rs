//! Reading an archive. Never writes but to make a missing or outdated index anew, under the writer's lock.

use std::fs;
use std::io::{ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDateTime;
use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::{Identity, ItemId, Kind, PhoneId, RunId, SourceName, Time};

use crate::ArchiveErrorKind::{Absent, Busy, Damaged, Denied, Full};
use crate::error::At;
use crate::index::catch_up::{self, Standing};
use crate::index::{self, DigestSql, Json, Millis, Word, query};
use crate::journal::{self, OnDisk};
use crate::shelf::Shelf;
use crate::{
    AgendaRow, ArchiveError, ArchiveErrorKind, Checked, Collected, DumpError, Fault, Groups, Held, Item,
    Known, Note, Original, Progress, Purpose, Query, RunChange, RunSummary, Stacks, StateRef, Status, Tile,
    Verified, Version, Writer, dump, gallery, history, layout, pictures, search, status,
};

/// An archive, opened for reading. Never waits for a writer.
pub struct Archive {
    pub(crate) root: PathBuf,
    pub(crate) index: Connection,
    pub(crate) shelf: Shelf,
}

impl Archive {
    /// Opens the archive at `root`. A missing or outdated index is made anew first, in memory where the disk cannot be
    /// written; one that a crash left behind the journal is brought up to it unless another process is writing.
    ///
    /// # Errors
    /// `Absent`, `NewerFormat`, `Busy` when the index must be made while another process writes, disk errors.
    pub fn open(root: &Path) -> Result<Self, ArchiveError> {
        // A folder with a journal is an archive that lost its format file; the next writer gives it back.
        if !read_format(root)? && !layout::below(root, layout::JOURNAL).is_dir() {
            return Err(ArchiveError::new(Absent, root));
        }
        if let Some(index) = current(root)? {
            return Ok(Self::of(root, index));
        }
        // Whoever asks while this process makes the index waits for it.
        static MAKING: Mutex<()> = Mutex::new(());
        let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = current(root)? {
            return Ok(Self::of(root, index));
        }
        let refused = match Writer::open(root) {
            Ok(_) => None,
            // A run is under way, or the disk cannot be written: what the index holds is still true.
            Err(error) if matches!(error.kind(), Busy | Denied | Full) => Some(error),
            Err(error) => return Err(error),
        };
        match (index::open_to_read(root)?, refused) {
            (Some(index), _) => Ok(Self::of(root, index)),
            (None, Some(error)) if error.kind() != Busy => {
                Self::passing(root, journal::files(root)?, &mut |_| ControlFlow::Continue(()))
            }
            (None, Some(error)) => Err(error),
            (None, None) => Err(ArchiveError::new(Damaged, layout::INDEX)),
        }
    }

    /// The archive by these journal files alone, with an index that ends with it.
    pub(crate) fn passing(
        root: &Path,
        files: Vec<OnDisk>,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Self, ArchiveError> {
        let archive = Self::of(root, index::passing()?);
        let files = journal::chain(files)?;
        catch_up::transaction(&archive.index, || {
            catch_up::apply(&archive.index, &archive.shelf, &files, progress)
        })?;
        status::keep(&archive.index);
        Ok(archive)
    }

    pub(crate) fn of(root: &Path, index: Connection) -> Self {
        Self {
            root: root.to_owned(),
            index,
            shelf: Shelf::new(root),
        }
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The items that match, sorted by kind, then by name, start or capture time.
    ///
    /// # Errors
    /// Index errors.
    pub fn list(&self, query: &Query) -> Result<Vec<Item>, ArchiveError> {
        let mut items = Vec::new();
        self.each(query, &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        })?;
        Ok(items)
    }

    /// Hands the items of [`Archive::list`] over one by one, without holding them all.
    ///
    /// # Errors
    /// Index errors.
    pub fn each(
        &self,
        query: &Query,
        take: &mut dyn FnMut(Item) -> ControlFlow<()>,
    ) -> Result<(), ArchiveError> {
        query::each(&self.index, query, take)
    }

    /// One item, there or gone.
    ///
    /// # Errors
    /// Index errors.
    pub fn item(&self, id: ItemId) -> Result<Option<Item>, ArchiveError> {
        let query = Query {
            ids: vec![id],
            ..Query::default()
        };
        Ok(self.list(&query)?.pop())
    }

    /// The photos and films that match, newest first by wall time: of the query count the kinds, the phones, `as_of` and
    /// `gone`.
    ///
    /// # Errors
    /// Index errors.
    pub fn gallery(&self, query: &Query) -> Result<Vec<Tile>, ArchiveError> {
        gallery::gallery(&self.index, query)
    }

    /// The events that may touch `from..to`, now or as of a time: single ones by their wall times in whatever zone they
    /// are, series always.
    ///
    /// # Errors
    /// Index errors.
    pub fn agenda(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        as_of: Option<Time>,
    ) -> Result<Vec<AgendaRow>, ArchiveError> {
        gallery::agenda(&self.index, from, to, as_of)
    }

    /// The kind of an item and its state that counts, with the file if it is one: what showing a picture needs. With
    /// `tag`, the state whose digest begins with these lower-case hex digits, if the item ever had it.
    ///
    /// # Errors
    /// `NotFound`, index errors.
    pub fn shown(
        &self,
        id: ItemId,
        tag: Option<&str>,
    ) -> Result<(Kind, StateRef, Option<Original>), ArchiveError> {
        gallery::shown(&self.index, id, tag)
    }

    /// All changes of an item, oldest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn versions(&self, id: ItemId) -> Result<Vec<Version>, ArchiveError> {
        history::versions(&self.index, id)
    }

    /// What [`crate::Run::known`] would tell a run of this phone over this source: for a dry run.
    ///
    /// # Errors
    /// Index errors.
    pub fn known(
        &self,
        phone: &PhoneId,
        source: &SourceName,
        kind: Kind,
    ) -> Result<Vec<Known>, ArchiveError> {
        query::known(&self.index, phone, index::apply::link(source.as_str()), kind)
    }

    /// The raw bytes of a payload, checked against their digest.
    ///
    /// # Errors
    /// `Damaged` when they are lost or altered, `NotFound` when the state is an original file or unknown.
    pub fn raw(&self, state: &StateRef) -> Result<Vec<u8>, ArchiveError> {
        self.shelf.payload(&self.index, &state.digest)
    }

    /// The bytes of a state for whoever reads, shows or writes them: the raw ones, with the picture in it that a contact
    /// only names by an address, where it is kept.
    ///
    /// # Errors
    /// As [`Archive::raw`], of the contact's own bytes; a picture that is lost is left out.
    pub fn pictured(&self, state: &StateRef) -> Result<Vec<u8>, ArchiveError> {
        pictures::pictured(&self.index, &self.shelf, state, self.raw(state)?)
    }

    /// Who is, or was at a time, in the groups that are cards of an address book. Those of Android, which are rows of their
    /// own, are named by their contacts.
    ///
    /// # Errors
    /// Index errors. A card that is damaged names nobody.
    pub fn groups(&self, as_of: Option<Time>) -> Result<Groups, ArchiveError> {
        Groups::read(&self.index, &self.shelf, as_of)
    }

    /// Which of the photos and films that match are one thing to look at: of the query count the phones, the collection, the
    /// times, `as_of` and `gone`.
    ///
    /// # Errors
    /// Index errors.
    pub fn stacks(&self, query: &Query) -> Result<Stacks, ArchiveError> {
        Stacks::read(&self.index, query)
    }

    /// The path of an original on disk. The bytes are not re-read here.
    ///
    /// # Errors
    /// `Damaged` when it is not there or the last check found it altered, `NotFound` when the state is no original.
    pub fn original(&self, state: &StateRef) -> Result<PathBuf, ArchiveError> {
        let found: Option<(String, bool)> = self
            .index
            .prepare_cached("SELECT path, damage IS NOT NULL FROM originals WHERE digest = ?1")?
            .query_row([DigestSql(state.digest)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((path, damaged)) = found else {
            return Err(ArchiveError::new(
                ArchiveErrorKind::NotFound,
                state.digest.to_hex(),
            ));
        };
        let path = layout::below(&self.root, &path);
        if damaged || !path.is_file() {
            return Err(ArchiveError::new(ArchiveErrorKind::Damaged, path));
        }
        Ok(path)
    }

    /// Items in whose names and texts every word (or its beginning) occurs, best first.
    ///
    /// # Errors
    /// Index errors.
    pub fn search(&self, words: &str, limit: usize) -> Result<Vec<Item>, ArchiveError> {
        query::by_seq(&self.index, &search::search(&self.index, words, limit)?)
    }

    /// Collections of a phone, or of all.
    ///
    /// # Errors
    /// Index errors.
    pub fn collections(&self, phone: Option<&PhoneId>) -> Result<Vec<Collected>, ArchiveError> {
        status::collections(&self.index, phone)
    }

    /// Every phone ever mirrored, as it last named itself.
    ///
    /// # Errors
    /// Index errors.
    pub fn phones(&self) -> Result<Vec<Identity>, ArchiveError> {
        status::phones(&self.index)
    }

    /// The source by which a phone last came.
    ///
    /// # Errors
    /// Index errors.
    pub fn last_source(&self, phone: &PhoneId) -> Result<Option<SourceName>, ArchiveError> {
        Ok(self
            .index
            .prepare_cached("SELECT source FROM runs WHERE phone = ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([&phone.0], |row| row.get::<_, Option<String>>(0))
            .optional()?
            .flatten()
            .map(SourceName))
    }

    /// The phone that last came by a source.
    ///
    /// # Errors
    /// Index errors.
    pub fn phone_at(&self, source: &SourceName) -> Result<Option<PhoneId>, ArchiveError> {
        Ok(self
            .index
            .prepare_cached("SELECT phone FROM runs WHERE source = ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([&source.0], |row| row.get::<_, Option<String>>(0))
            .optional()?
            .flatten()
            .map(PhoneId))
    }

    /// All runs, newest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn runs(&self) -> Result<Vec<RunSummary>, ArchiveError> {
        history::runs(&self.index, None)
    }

    /// One run.
    ///
    /// # Errors
    /// Index errors.
    pub fn run(&self, id: &RunId) -> Result<Option<RunSummary>, ArchiveError> {
        Ok(history::runs(&self.index, Some(id))?.pop())
    }

    /// What a run wrote down that no phone told: the owner's decision, a check, what came of a restore. None for a mirror
    /// run.
    ///
    /// # Errors
    /// When its journal file cannot be read.
    pub fn note(&self, run: &RunSummary) -> Result<Option<Note>, ArchiveError> {
        match run.purpose {
            Purpose::Decision | Purpose::Check | Purpose::Restore => history::note(&self.root, &run.id),
            Purpose::Mirror | Purpose::Rescue => Ok(None),
        }
    }

    /// What a run found, in order: at most `limit` changes after the first `from`.
    ///
    /// # Errors
    /// Index errors.
    pub fn changes(&self, id: &RunId, from: usize, limit: usize) -> Result<Vec<RunChange>, ArchiveError> {
        history::changes(&self.index, id, from, limit)
    }

    /// Held-back collections on which the owner has to decide, oldest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn holds(&self) -> Result<Vec<Held>, ArchiveError> {
        history::holds(&self.index)
    }

    /// A row for every kind of every phone ever mirrored.
    ///
    /// # Errors
    /// Index errors.
    pub fn status(&self) -> Result<Vec<Status>, ArchiveError> {
        status::status(&self.index)
    }

    /// The checks, newest first.
    ///
    /// # Errors
    /// Index errors.
    pub fn checks(&self) -> Result<Vec<Checked>, ArchiveError> {
        Ok(self
            .index
            .prepare_cached("SELECT at, found FROM checks ORDER BY seq DESC")?
            .query_map([], |row| {
                Ok(Checked {
                    at: row.get::<_, Millis>(0)?.0,
                    check: row.get::<_, Json<_>>(1)?.0,
                })
            })?
            .collect::<Result<_, _>>()?)
    }

    /// When everything was last read, and what is known since. Every word about a check comes from here, so that a
    /// sample is never told as a full check.
    ///
    /// # Errors
    /// Index errors.
    pub fn verified(&self) -> Result<Verified, ArchiveError> {
        let mut verified = Verified::default();
        for checked in self.checks()? {
            if !checked.check.sample {
                verified.full = Some(checked);
                break;
            }
            verified.since.push(checked);
        }
        Ok(verified)
    }

    /// The originals that stand in SHA256SUMS, sorted by path, with their damage.
    ///
    /// # Errors
    /// Index errors.
    pub fn originals(&self) -> Result<Vec<(Original, Option<Fault>)>, ArchiveError> {
        Ok(self
            .index
            .prepare_cached("SELECT original, damage FROM originals ORDER BY path")?
            .query_map([], |row| {
                Ok((
                    row.get::<_, Json<_>>(0)?.0,
                    row.get::<_, Option<Word<_>>>(1)?.map(|word| word.0),
                ))
            })?
            .collect::<Result<_, _>>()?)
    }

    /// Something lies among the originals although no original is recorded: the record is lost, or was never ours.
    ///
    /// # Errors
    /// Disk and index errors.
    pub fn has_strays(&self) -> Result<bool, ArchiveError> {
        let photos = layout::below(&self.root, layout::PHOTOS);
        let there = match fs::read_dir(&photos) {
            Ok(mut entries) => entries.next().is_some(),
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error).at(&photos),
        };
        let recorded: bool = self
            .index
            .query_row("SELECT EXISTS (SELECT 1 FROM originals)", [], |row| row.get(0))?;
        Ok(there && !recorded)
    }

    /// When the newest run began.
    ///
    /// # Errors
    /// Index errors.
    pub fn newest(&self) -> Result<Option<Time>, ArchiveError> {
        Ok(self
            .index
            .query_row("SELECT max(at) FROM runs", [], |row| {
                row.get::<_, Option<Millis>>(0)
            })?
            .map(|time| time.0))
    }

    /// Writes the canonical text of everything kept: one JSON object a line, sorted, without run ids and times of
    /// reading. Two archives of the same phone that went through the same states give the same bytes.
    ///
    /// # Errors
    /// `Archive` for index errors, `Output` for those of `out`.
    pub fn dump(&self, out: &mut dyn Write) -> Result<(), DumpError> {
        dump::dump(&self.index, out)
    }
}

/// The index, if it is there and holds the whole journal.
fn current(root: &Path) -> Result<Option<Connection>, ArchiveError> {
    let Some(index) = index::open_to_read(root)? else {
        return Ok(None);
    };
    let standing = catch_up::standing(&index, &journal::files(root)?)?;
    Ok((standing == Standing::Current).then_some(index))
}

/// Whether an archive is here whose format we know.
///
/// # Errors
/// `NewerFormat`; `Damaged` when the format file says something else.
pub(crate) fn read_format(root: &Path) -> Result<bool, ArchiveError> {
    let path = layout::below(root, layout::FORMAT_FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(error) => return Err(error).at(&path),
    };
    let number = std::str::from_utf8(&text)
        .ok()
        .and_then(|text| text.trim().strip_prefix(layout::FORMAT_NAME))
        .and_then(|number| number.trim().parse::<u32>().ok());
    match number {
        Some(found) if found > layout::FORMAT => Err(ArchiveError::new(
            ArchiveErrorKind::NewerFormat {
                found,
                known: layout::FORMAT,
            },
            path,
        )),
        Some(_) => Ok(true),
        None => Err(ArchiveError::new(ArchiveErrorKind::Damaged, path)),
    }
}
