//! Contacts to vCards.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use sidekeep_archive::{ArchiveErrorKind, StateRef};
use sidekeep_formats::vcard::{self, Version};
use sidekeep_formats::{Converted, Dialect};
use sidekeep_model::{Collection, ItemId, PhoneId};

use crate::names::Names;
use crate::{Complaint, ExportError, Why, Work, compare};

/// What an export needs to know of a contact or calendar item.
pub(crate) struct Piece {
    pub(crate) id: ItemId,
    pub(crate) title: String,
    pub(crate) phone: PhoneId,
    pub(crate) collection: Arc<Collection>,
    pub(crate) state: StateRef,
}

pub(crate) fn export(work: &mut Work<'_>) -> Result<(), ExportError> {
    let cards = pieces(work)?;
    let files = files(work, cards);
    refuse_existing(work, files.iter().map(|(path, _)| path))?;
    for (path, cards) in files {
        write(work, path, &cards)?;
    }
    work.disk.sync_dirs(&work.report.written)
}

/// The items of the order, those left out by rule or by damage counted as such.
pub(crate) fn pieces(work: &mut Work<'_>) -> Result<Vec<Piece>, ExportError> {
    let mut pieces = Vec::new();
    let report = &mut work.report;
    let wanted = work.order;
    work.archive.each(&wanted.query, &mut |item| {
        if item.collection.derived && !wanted.derived {
            report.derived += 1;
        } else if item.damage.is_some() {
            report.skipped.push((item.id, Why::Damaged));
        } else {
            pieces.push(Piece {
                id: item.id,
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

/// The raw bytes of a payload; None, and noted, when they are damaged.
pub(crate) fn raw(work: &mut Work<'_>, piece: &Piece) -> Result<Option<Vec<u8>>, ExportError> {
    match work.archive.raw(&piece.state) {
        Ok(raw) => Ok(Some(raw)),
        Err(error) if error.kind() == ArchiveErrorKind::Damaged => {
            work.report.skipped.push((piece.id, Why::Damaged));
            Ok(None)
        }
        Err(error) => Err(error.into()),
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

fn files(work: &Work<'_>, cards: Vec<Piece>) -> Vec<(PathBuf, Vec<Piece>)> {
    let order = work.order;
    if order.is_one_file("vcf") {
        return vec![(order.to.clone(), cards)];
    }
    let mut names = Names::default();
    if order.per_contact || order.dialect == Dialect::Outlook {
        return cards
            .into_iter()
            .map(|card| (names.give(&order.to, &card.title, ".vcf"), vec![card]))
            .collect();
    }
    by_collection(cards)
        .into_iter()
        .map(|(collection, cards)| (names.give(&order.to, title(&collection), ".vcf"), cards))
        .collect()
}

/// Writes the cards that can be written; no file where there are none.
fn write(work: &mut Work<'_>, path: PathBuf, cards: &[Piece]) -> Result<(), ExportError> {
    let mut draft = None;
    let mut count = 0;
    for card in cards {
        let mut bytes = 0;
        if let Some(raw) = raw(work, card)? {
            bytes = raw.len() as u64;
            if let Some(text) = convert(work, card, &raw) {
                let draft = match &mut draft {
                    Some(draft) => draft,
                    none => none.insert(work.disk.draft(&path)?),
                };
                draft.write(text.as_bytes())?;
                count += 1;
            }
        }
        work.step(bytes)?;
    }
    if let Some(mut draft) = draft {
        draft.read_back()?;
        work.report.written.push(draft.finish(work.order.replace, None)?);
        work.report.items += count;
    }
    Ok(())
}

/// The card for the target, checked; losses and complaints noted.
fn convert(work: &mut Work<'_>, card: &Piece, raw: &[u8]) -> Option<String> {
    let media = &card.state.media;
    let (Ok(kept), Ok(source)) = (
        sidekeep_formats::contact(media, raw),
        sidekeep_formats::as_vcard(media, raw),
    ) else {
        work.report.skipped.push((card.id, Why::NotUnderstood));
        return None;
    };
    let version = work.order.version();
    let Converted { text, losses } = vcard::convert(&source, version, work.order.dialect);

    let mut complain = |complaint| work.report.complaints.push((card.id, complaint));
    if version == Version::V4 {
        vcard::check(&text)
            .into_iter()
            .map(Complaint::Invalid)
            .for_each(&mut complain);
    }
    let framed = text.starts_with("BEGIN:VCARD\r\n") && text.ends_with("END:VCARD\r\n");
    if !framed || vcard::split(text.as_bytes()).len() != 1 {
        complain(Complaint::Missing);
    }
    let written = vcard::read(text.as_bytes()).value;
    compare::contacts(&kept.value, &written, &losses)
        .into_iter()
        .map(Complaint::Differs)
        .for_each(complain);
    for loss in losses {
        *work.report.losses.entry(loss).or_default() += 1;
    }
    Some(text)
}
