//! Events and to-dos to iCalendar.

use std::path::PathBuf;

use sidekeep_formats::{Converted, Loss, ical};
use sidekeep_model::{Entry, ItemId};

use crate::compare::Written;
use crate::contacts::{Piece, by_collection, pieces, raw, refuse_existing, title};
use crate::names::Names;
use crate::{Complaint, ExportError, Why, Work};

/// One .ics file to be.
struct Calendar {
    path: PathBuf,
    name: String,
    colour: Option<String>,
    pieces: Vec<Piece>,
}

pub(crate) fn export(work: &mut Work<'_>) -> Result<(), ExportError> {
    let calendars = calendars(work)?;
    refuse_existing(work, calendars.iter().map(|calendar| &calendar.path))?;
    for calendar in calendars {
        write(work, &calendar)?;
    }
    work.disk.sync_dirs(&work.report.written)
}

fn calendars(work: &mut Work<'_>) -> Result<Vec<Calendar>, ExportError> {
    let mut groups = by_collection(pieces(work)?);
    let order = work.order;
    if order.is_one_file("ics") && groups.len() != 1 {
        let stem = order
            .to
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        return Ok(vec![Calendar {
            path: order.to.clone(),
            name: stem,
            colour: None,
            pieces: groups.drain(..).flat_map(|(_, pieces)| pieces).collect(),
        }]);
    }
    let mut names = Names::default();
    Ok(groups
        .into_iter()
        .map(|(collection, pieces)| Calendar {
            path: if order.is_one_file("ics") {
                order.to.clone()
            } else {
                names.give(&order.to, title(&collection), ".ics")
            },
            name: title(&collection).to_owned(),
            colour: collection.colour.clone(),
            pieces,
        })
        .collect())
}

fn write(work: &mut Work<'_>, calendar: &Calendar) -> Result<(), ExportError> {
    let mut texts: Vec<String> = Vec::new();
    let mut kept: Vec<Kept> = Vec::new();
    for piece in &calendar.pieces {
        let mut bytes = 0;
        if let Some(raw) = raw(work, piece)? {
            bytes = raw.len() as u64;
            if let Some((text, meant)) = convert(work, piece, &raw) {
                texts.push(text);
                kept.push(meant);
            }
        }
        work.step(bytes)?;
    }
    if texts.is_empty() {
        return Ok(());
    }
    let file = ical::join(
        &calendar.name,
        calendar.colour.as_deref(),
        texts.iter().map(String::as_bytes),
    );
    drop(texts);
    check(work, &kept, &file);
    let mut draft = work.disk.draft(&calendar.path)?;
    draft.write(&file)?;
    draft.read_back()?;
    work.report.written.push(draft.finish(work.order.replace, None)?);
    work.report.items += kept.len() as u64;
    Ok(())
}

/// What must be found in the file.
struct Kept {
    id: ItemId,
    entries: Vec<Entry>,
    losses: Vec<Loss>,
}

/// The item for the target, and what it means; losses noted.
fn convert(work: &mut Work<'_>, piece: &Piece, raw: &[u8]) -> Option<(String, Kept)> {
    let media = &piece.state.media;
    let (Ok(entries), Ok(source), Ok(unwritable)) = (
        sidekeep_formats::entries(media, raw),
        sidekeep_formats::as_icalendar(media, raw),
        sidekeep_formats::unwritable(media, raw),
    ) else {
        work.report.skipped.push((piece.id, Why::NotUnderstood));
        return None;
    };
    let Converted { text, mut losses } = ical::convert(&source, work.order.dialect);
    losses.extend(unwritable);
    losses.sort();
    losses.dedup();
    for loss in &losses {
        work.report.losses.entry(loss.clone()).or_default().add(piece.id);
    }
    let kept = Kept {
        id: piece.id,
        entries: entries.value,
        losses,
    };
    Some((text, kept))
}

/// Reads the whole file as a target would and looks every entry up in it.
fn check(work: &mut Work<'_>, kept: &[Kept], file: &[u8]) {
    let read = ical::read(file).value;
    let written = Written::new(&read);
    let opinion = std::str::from_utf8(file)
        .ok()
        .and_then(ical::check)
        .unwrap_or_default();
    for Kept { id, entries, losses } in kept {
        let uid = entries.first().map_or("", |entry| entry.uid.as_str());
        if !uid.is_empty() && opinion.get(uid).is_none_or(|found| *found < entries.len()) {
            work.report.complaints.push((*id, Complaint::Unread));
        }
        // Without UID a component gets one on writing, so it cannot be looked up by it.
        for entry in entries.iter().filter(|entry| !entry.uid.is_empty()) {
            let complaints = match written.differing(entry, losses) {
                None => vec![Complaint::Missing],
                Some(fields) => fields.into_iter().map(Complaint::Differs).collect(),
            };
            work.report
                .complaints
                .extend(complaints.into_iter().map(|complaint| (*id, complaint)));
        }
    }
}
