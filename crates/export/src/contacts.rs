//! Contacts to vCards. Groups that are cards of an address book go along as cards to targets that know such; for the
//! others their names are written in the contacts that are in them.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sidekeep_archive::{ArchiveErrorKind, Groups, StateRef};
use sidekeep_formats::vcard::{self, Version};
use sidekeep_formats::{Converted, Dialect, Fate, Loss};
use sidekeep_model::{Collection, ItemId, Kind, Media, PhoneId};

use crate::disk::Draft;
use crate::names::Names;
use crate::{Complaint, ExportError, Order, Report, Why, Work, compare};

/// What an export needs to know of a contact or calendar item.
pub(crate) struct Piece {
    pub(crate) id: ItemId,
    pub(crate) kind: Kind,
    pub(crate) title: String,
    pub(crate) phone: PhoneId,
    pub(crate) collection: Arc<Collection>,
    pub(crate) state: StateRef,
}

/// Cards are converted in batches on all cores. A batch is at most this many cards…
const BATCH: usize = 256;
/// …and about this many bytes, since cards may hold pictures.
const BATCH_BYTES: usize = 8 << 20;

pub(crate) fn export(work: &mut Work<'_>) -> Result<(), ExportError> {
    let mut cards = pieces(work)?;
    let mut named = Named {
        groups: work.archive.groups(work.order.query.as_of)?,
        along: HashSet::new(),
    };
    if takes_groups(work.order.dialect) {
        let groups = cards.iter().filter(|card| card.kind == Kind::Group);
        named.along = groups.map(|group| group.title.clone()).collect();
    } else {
        cards = leave_groups(work, cards, &named.groups)?;
    }
    work.progress.items_total = cards.len() as u64;
    let (paths, cards) = files(work, cards);
    refuse_existing(work, &paths)?;
    write(work, &paths, cards, &named)?;
    work.disk.sync_dirs(&work.report.written)
}

/// The groups whose names contacts get.
struct Named {
    groups: Groups,
    /// Those that go along as cards and name their members themselves.
    along: HashSet<String>,
}

/// Whether the target takes a card of a group for a group, and not for a person.
fn takes_groups(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Apple | Dialect::Plain => true,
        Dialect::Google | Dialect::Outlook | Dialect::Android | Dialect::Nextcloud => false,
    }
}

/// Takes the groups out of the cards. Their names go with the contacts; who is not there, and a group of nobody, goes with
/// none.
fn leave_groups(work: &mut Work<'_>, cards: Vec<Piece>, named: &Groups) -> Result<Vec<Piece>, ExportError> {
    let (groups, contacts) = cards
        .into_iter()
        .partition::<Vec<_>, _>(|card| card.kind == Kind::Group);
    for card in groups {
        let raw = raw(work, &card)?.unwrap_or_default();
        let group = sidekeep_formats::card_group(&card.state.media, &raw);
        let members = group.map(|group| named.members(&card.phone, &card.collection.id, &group));
        let whole = members.is_some_and(|members| members.missing == 0 && !members.found.is_empty());
        let loss = Loss {
            property: "MEMBER".to_owned(),
            fate: if whole { Fate::Moved } else { Fate::Dropped },
        };
        work.report.losses.entry(loss).or_default().add(card.id);
    }
    Ok(contacts)
}

/// The items of the order, those left out by rule or by damage counted as such.
pub(crate) fn pieces(work: &mut Work<'_>) -> Result<Vec<Piece>, ExportError> {
    let mut pieces = Vec::new();
    let report = &mut work.report;
    let wanted = work.order;
    let query = wanted.query.clone().with_groups();
    work.archive.each(&query, &mut |item| {
        if item.collection.derived && !wanted.derived {
            report.derived += 1;
        } else if wanted.repeated.contains(&item.id) {
            report.repeated += 1;
        } else if item.damage.is_some() {
            report.skipped.push((item.id, Why::Damaged));
        } else {
            pieces.push(Piece {
                id: item.id,
                kind: item.kind,
                title: item.title,
                phone: item.phone,
                collection: item.collection,
                state: item.state,
            });
        }
        ControlFlow::Continue(())
    })?;
    work.progress.items_total = pieces.len() as u64;
    Ok(pieces)
}

/// The bytes of a payload, with the picture in it that a contact names by an address; None, and noted, when they are damaged.
pub(crate) fn raw(work: &mut Work<'_>, piece: &Piece) -> Result<Option<Vec<u8>>, ExportError> {
    match work.archive.pictured(&piece.state) {
        Ok(raw) => Ok(Some(raw)),
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => {
            work.report.skipped.push((piece.id, Why::Damaged));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// A contact with the groups named in it that do not go along.
fn with_names(raw: Vec<u8>, card: &Piece, named: &Named) -> Vec<u8> {
    let names = named.groups.of(card.id);
    if names.is_empty() {
        return raw;
    }
    let media = &card.state.media;
    let own = sidekeep_formats::contact(media, &raw).map(|read| read.value.groups);
    let own = own.unwrap_or_default();
    let new = |name: &&String| !named.along.contains(*name) && !own.contains(*name);
    let names: Vec<String> = names.iter().filter(new).cloned().collect();
    match names.is_empty() {
        true => raw,
        false => sidekeep_formats::with_groups(media, &raw, &names).unwrap_or(raw),
    }
}

/// Unless the order says replace, nothing may be where files will go.
pub(crate) fn refuse_existing<'a>(
    work: &Work<'_>,
    paths: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<(), ExportError> {
    if work.order.replace {
        return Ok(());
    }
    match paths.into_iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(ExportError::Exists { path: path.clone() }),
        None => Ok(()),
    }
}

/// Collections of the pieces, in order of first appearance, each with its pieces.
pub(crate) fn by_collection(pieces: Vec<Piece>) -> Vec<(Arc<Collection>, Vec<Piece>)> {
    let mut groups: Vec<(Arc<Collection>, Vec<Piece>)> = Vec::new();
    let mut places: HashMap<(PhoneId, String), usize> = HashMap::new();
    for piece in pieces {
        let key = (piece.phone.clone(), piece.collection.id.0.clone());
        let place = *places.entry(key).or_insert_with(|| {
            groups.push((piece.collection.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(piece);
    }
    groups
}

/// The name of a collection for a file.
pub(crate) fn title(collection: &Collection) -> &str {
    if collection.name.is_empty() {
        &collection.id.0
    } else {
        &collection.name
    }
}

/// The files to be, and each card with the file that it goes into; cards of one file follow each other.
fn files(work: &Work<'_>, cards: Vec<Piece>) -> (Vec<PathBuf>, Vec<(usize, Piece)>) {
    let order = work.order;
    if order.is_one_file("vcf") {
        return (
            vec![order.to.clone()],
            cards.into_iter().map(|card| (0, card)).collect(),
        );
    }
    let mut names = Names::default();
    let mut paths = Vec::new();
    let mut placed = Vec::with_capacity(cards.len());
    if order.per_contact || order.dialect == Dialect::Outlook {
        for card in cards {
            paths.push(names.give(&order.to, &card.title, ".vcf"));
            placed.push((paths.len() - 1, card));
        }
    } else {
        for (collection, cards) in by_collection(cards) {
            paths.push(names.give(&order.to, title(&collection), ".vcf"));
            placed.extend(cards.into_iter().map(|card| (paths.len() - 1, card)));
        }
    }
    (paths, placed)
}

/// Writes the cards that can be written; no file where there are none.
fn write(
    work: &mut Work<'_>,
    paths: &[PathBuf],
    cards: Vec<(usize, Piece)>,
    named: &Named,
) -> Result<(), ExportError> {
    let mut drafts = Drafts {
        open: None,
        full: Vec::new(),
    };
    let mut cards = cards.into_iter().peekable();
    while cards.peek().is_some() {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < BATCH
            && bytes < BATCH_BYTES
            && let Some((file, card)) = cards.next()
        {
            let raw = raw(work, &card)?.map(|raw| with_names(raw, &card, named));
            bytes += raw.as_ref().map_or(0, Vec::len);
            batch.push(Job { file, card, raw });
        }
        for (job, made) in batch.iter().zip(convert_all(&batch, work.order)) {
            match made {
                None => {}
                Some(Err(why)) => work.report.skipped.push((job.card.id, why)),
                Some(Ok(made)) => {
                    note(&mut work.report, job.card.id, made.losses, made.complaints);
                    if made.addressed {
                        work.report.addressed.add(job.card.id);
                    }
                    work.report.groups += u64::from(job.card.kind == Kind::Group);
                    drafts.write(work, job.file, &paths[job.file], made.text.as_bytes())?;
                }
            }
            work.step(job.raw.as_ref().map_or(0, |raw| raw.len() as u64))?;
        }
    }
    drafts.finish(work)
}

/// A card to be converted; no bytes when they are damaged.
struct Job {
    file: usize,
    card: Piece,
    raw: Option<Vec<u8>>,
}

/// A card for the target.
struct Made {
    text: String,
    /// It only names the address of a picture.
    addressed: bool,
    losses: Vec<Loss>,
    complaints: Vec<Complaint>,
}

/// Converts a batch on all cores, in order.
fn convert_all(batch: &[Job], order: &Order) -> Vec<Option<Result<Made, Why>>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let one = |job: &Job| {
        job.raw
            .as_ref()
            .map(|raw| convert(&job.card.state.media, raw, order))
    };
    if cores == 1 || batch.len() < 2 * cores {
        return batch.iter().map(one).collect();
    }
    let mut made: Vec<Option<Result<Made, Why>>> = Vec::new();
    made.resize_with(batch.len(), || None);
    let share = batch.len().div_ceil(cores);
    std::thread::scope(|scope| {
        for (jobs, made) in batch.chunks(share).zip(made.chunks_mut(share)) {
            scope.spawn(move || {
                for (job, made) in jobs.iter().zip(made) {
                    *made = one(job);
                }
            });
        }
    });
    made
}

/// The card for the target, checked.
fn convert(media: &Media, raw: &[u8], order: &Order) -> Result<Made, Why> {
    let (Ok(kept), Ok(source), Ok(unwritable)) = (
        sidekeep_formats::contact(media, raw),
        sidekeep_formats::as_vcard(media, raw),
        sidekeep_formats::unwritable(media, raw),
    ) else {
        return Err(Why::NotUnderstood);
    };
    let version = order.version();
    let Converted { text, mut losses } = vcard::convert(&source, version, order.dialect);
    losses.extend(unwritable);
    losses.sort();
    losses.dedup();

    let mut complaints = Vec::new();
    if version == Version::V4 {
        complaints.extend(vcard::check(&text).into_iter().map(Complaint::Invalid));
    }
    let framed = text.starts_with("BEGIN:VCARD\r\n") && text.ends_with("END:VCARD\r\n");
    if !framed || vcard::split(text.as_bytes()).len() != 1 {
        complaints.push(Complaint::Missing);
    }
    let written = vcard::read(text.as_bytes()).value;
    let differing = compare::contacts(&kept.value, &written, &losses);
    complaints.extend(differing.into_iter().map(Complaint::Differs));
    let photo = kept.value.photo.as_ref();
    Ok(Made {
        text,
        addressed: photo.is_some_and(|photo| photo.uri.is_some()),
        losses,
        complaints,
    })
}

fn note(report: &mut Report, id: ItemId, losses: Vec<Loss>, complaints: Vec<Complaint>) {
    for loss in losses {
        report.losses.entry(loss).or_default().add(id);
    }
    report
        .complaints
        .extend(complaints.into_iter().map(|complaint| (id, complaint)));
}

/// The file being written, and full ones that wait to be made durable together.
struct Drafts<'a> {
    open: Option<(usize, Draft<'a>)>,
    full: Vec<Draft<'a>>,
}

impl<'a> Drafts<'a> {
    /// Full files that wait at most.
    const WAITING: usize = 64;

    fn write(
        &mut self,
        work: &mut Work<'a>,
        file: usize,
        path: &Path,
        text: &[u8],
    ) -> Result<(), ExportError> {
        let draft = match self.open.take_if(|(open, _)| *open == file) {
            Some((_, draft)) => draft,
            None => {
                self.close(work)?;
                work.disk.draft(path)?
            }
        };
        let (_, draft) = self.open.insert((file, draft));
        draft.write(text)?;
        draft.items += 1;
        Ok(())
    }

    fn close(&mut self, work: &mut Work<'a>) -> Result<(), ExportError> {
        if let Some((_, mut draft)) = self.open.take() {
            draft.read_back()?;
            self.full.push(draft);
        }
        if self.full.len() >= Self::WAITING {
            self.place(work)
        } else {
            Ok(())
        }
    }

    fn place(&mut self, work: &mut Work<'a>) -> Result<(), ExportError> {
        let full = std::mem::take(&mut self.full);
        let items: u64 = full.iter().map(|draft| draft.items).sum();
        work.disk
            .finish_all(full, work.order.replace, &mut work.report.written)?;
        work.report.items += items;
        Ok(())
    }

    fn finish(mut self, work: &mut Work<'a>) -> Result<(), ExportError> {
        self.close(work)?;
        self.place(work)
    }
}
