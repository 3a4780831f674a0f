//! Export: what, for whom, where to; what will be lost, and what was written.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use sidekeep_archive::{Archive, ArchiveError, Query, safe_name};
use sidekeep_formats::{Dialect, Fate};
use sidekeep_model::{CollectionId, ItemId, Kind, PhoneId, Time};
use sidekeep_pictures::{JpegOptions, Reduced};
use ts_rs::TS;

use crate::{Engine, EngineError, ExportProgress, ExportReport, Hits, Order, Skipped};

/// So many files are named.
const NAMED: usize = 500;

/// What to export, for whom, and where to.
#[derive(Clone, Debug, PartialEq, Deserialize, TS)]
pub struct ExportOrder {
    /// What.
    pub what: ExportWhat,
    /// Only these items; empty means all.
    pub ids: Vec<ItemId>,
    /// Only this phone, and what belongs to it.
    pub phone: Option<PhoneId>,
    /// Only this collection.
    pub collection: Option<CollectionId>,
    /// First day, `2024-05-03`.
    pub since: Option<NaiveDate>,
    /// Last day, inclusive.
    pub until: Option<NaiveDate>,
    /// As it was at this time.
    pub as_of: Option<Time>,
    /// Who will read it.
    pub dialect: Dialect,
    /// One file per contact.
    pub per_contact: bool,
    /// Pictures as JPEG of this quality; None: as they are.
    pub jpeg_quality: Option<u8>,
    /// Longest edge of such a JPEG in pixels.
    pub long_edge: Option<u32>,
    /// Also birthday calendars, messenger and SIM copies.
    pub derived: bool,
    /// Replace files that are in the way.
    pub replace: bool,
    /// The folder; None for a preview.
    pub to: Option<PathBuf>,
}

/// Kinds of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportWhat {
    /// .vcf
    Contacts,
    /// .ics
    Calendars,
    /// Originals or JPEG.
    Photos,
}

/// What an export wrote or would write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct ExportDone {
    /// Items in the files.
    pub items: u64,
    /// Of these, groups that are cards of an address book.
    pub groups: u64,
    /// Files, absolute; of a preview only their names. At most the first 500.
    pub files: Vec<String>,
    /// How many files in all.
    pub file_count: u64,
    /// Bytes in all. Of a preview of JPEGs: the bytes of their originals, since nothing is converted for a preview.
    pub bytes: u64,
    /// Pictures whose files were there already.
    pub already: u64,
    /// Items that were left out because the phone made them from other data.
    pub derived: u64,
    /// Items that were left out because another source of the same phone has the same.
    pub repeated: u64,
    /// What the target cannot hold, most frequent first. Of a preview of JPEGs: only what is known without converting.
    pub losses: Vec<ExportLoss>,
    /// Items that could not be exported.
    pub left_out: Vec<LeftOut>,
    /// Items in files that do not read back as they are kept. Empty is the proof; anything else is no success.
    pub unproven: Vec<ItemId>,
}

/// What a target cannot hold, and how many items that hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ExportLoss {
    /// What.
    #[serde(flatten)]
    pub lost: Lost,
    /// How many items.
    pub items: u64,
    /// The titles of the first few.
    pub examples: Vec<String>,
}

/// What a target cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase", tag = "lost")]
pub enum Lost {
    /// A property of a contact or calendar entry.
    Field {
        /// Its name in the standard, upper case: `PHOTO`, `X-ABLABEL`.
        property: String,
        /// What becomes of it.
        fate: Fate,
    },
    /// A contact's picture of which only the address is known: it is not kept.
    Address,
    /// Something of a picture that a JPEG cannot hold.
    Picture {
        /// What.
        reduced: Reduced,
    },
}

/// An item that could not be exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LeftOut {
    /// The item.
    pub id: ItemId,
    /// Its title.
    pub title: String,
    /// Why.
    pub why: Skipped,
}

impl ExportOrder {
    /// The order as the exporter takes it, with the folder `to`.
    fn order(&self, engine: &Engine, archive: &Archive, to: &Path) -> Result<Order, EngineError> {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN);
        let phone = self.phone.as_ref();
        let phones = phone.map(|phone| engine.grouping()?.with_own(archive, phone));
        let query = Query {
            kinds: match self.what {
                ExportWhat::Contacts => vec![Kind::Contact],
                ExportWhat::Calendars => vec![Kind::Event, Kind::Task],
                ExportWhat::Photos => vec![Kind::Photo, Kind::Film],
            },
            phones: phones.transpose()?.unwrap_or_default(),
            collection: self.collection.clone(),
            ids: self.ids.clone(),
            as_of: self.as_of,
            since: self.since.map(midnight),
            // The last day of the calendar has no day after it, and nothing comes after it either.
            until: self
                .until
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(midnight),
            ..Query::default()
        };
        Ok(Order {
            repeated: engine.repeated(archive, &query)?,
            query,
            to: to.to_owned(),
            dialect: self.dialect,
            vcard: None,
            per_contact: self.per_contact,
            jpeg: self.jpeg_quality.map(|quality| JpegOptions {
                quality,
                long_edge: self.long_edge,
            }),
            replace: self.replace,
            derived: self.derived,
        })
    }
}

/// What an export would write. Contacts and calendars are written into a temporary folder, so that everything said is
/// what was found; photos and films are only planned, since converting thousands would take as long as the export.
///
/// # Errors
/// As the exporter says; `Temporary` when there is no room for a temporary folder.
pub fn preview(engine: &Engine, order: &ExportOrder) -> Result<ExportDone, EngineError> {
    let archive = &engine.archive()?;
    let folder = tempfile::tempdir().map_err(EngineError::Temporary)?;
    let carried = Order {
        replace: true,
        ..order.order(engine, archive, folder.path())?
    };
    let (report, bytes) = match order.what {
        ExportWhat::Photos => sidekeep_export::plan_pictures(archive, &carried)?,
        ExportWhat::Contacts | ExportWhat::Calendars => {
            let report = sidekeep_export::export(archive, &carried, &mut |_| ControlFlow::Continue(()))?;
            let bytes = sizes(&report);
            (report, bytes)
        }
    };
    Ok(done(archive, report, bytes, folder.path())?)
}

/// Carries an order out; `to` is its folder.
///
/// # Errors
/// As the exporter says.
pub(crate) fn carry_out(
    engine: &Engine,
    order: &ExportOrder,
    to: &Path,
    watch: &mut dyn FnMut(&ExportProgress) -> ControlFlow<()>,
) -> Result<ExportDone, EngineError> {
    let archive = &engine.archive()?;
    let report = sidekeep_export::export(archive, &order.order(engine, archive, to)?, watch)?;
    let bytes = sizes(&report);
    Ok(done(archive, report, bytes, Path::new(""))?)
}

/// Writes contacts, events and to-dos as they are now into a new folder below `below`, for no program in particular:
/// where they will be dropped is not known. One alone is called by its title, several by their collections. Photos and
/// films are files already and are left out.
///
/// # Errors
/// As the exporter says; `Temporary` when the folder cannot be made.
pub fn as_file(archive: &Archive, ids: &[ItemId], below: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let (mut cards, mut entries) = (Vec::new(), Vec::new());
    for ids in ids.chunks(NAMED) {
        let query = Query {
            ids: ids.to_vec(),
            ..Query::default()
        };
        for item in archive.list(&query)? {
            match item.kind {
                Kind::Contact => cards.push((item.id, item.title)),
                Kind::Event | Kind::Task => entries.push((item.id, item.title)),
                _ => {}
            }
        }
    }
    let folder = tempfile::tempdir_in(below).map_err(EngineError::Temporary)?;
    let mut files = Vec::new();
    for (named, kinds, ending) in [
        (cards, vec![Kind::Contact], "vcf"),
        (entries, vec![Kind::Event, Kind::Task], "ics"),
    ] {
        let to = match &named[..] {
            [] => continue,
            [(_, title)] if !title.trim().is_empty() => folder
                .path()
                .join(safe_name(&format!("{}.{ending}", title.trim()))),
            _ => folder.path().to_owned(),
        };
        let order = Order {
            query: Query {
                kinds,
                ids: named.into_iter().map(|(id, _)| id).collect(),
                ..Query::default()
            },
            to,
            dialect: Dialect::default(),
            vcard: None,
            per_contact: false,
            jpeg: None,
            replace: false,
            derived: true,
            repeated: BTreeSet::new(),
        };
        let report = sidekeep_export::export(archive, &order, &mut |_| ControlFlow::Continue(()))?;
        files.extend(report.written);
    }
    // What is dragged is read after this: the folder goes with the run's own.
    drop(folder.keep());
    Ok(files)
}

/// Bytes of what was written; a file that somebody took away meanwhile counts for nothing.
fn sizes(report: &ExportReport) -> u64 {
    let sizes = report.written.iter().filter_map(|file| file.metadata().ok());
    sizes.map(|metadata| metadata.len()).sum()
}

/// The report for the window, with titles for ids and files named below `below`.
fn done(
    archive: &Archive,
    report: ExportReport,
    bytes: u64,
    below: &Path,
) -> Result<ExportDone, ArchiveError> {
    let named = report.written.iter().take(NAMED);
    let fields = report.losses.into_iter().map(|(loss, hits)| {
        let lost = Lost::Field {
            property: loss.property,
            fate: loss.fate,
        };
        (lost, hits)
    });
    let pictures = report
        .reduced
        .into_iter()
        .map(|(reduced, hits)| (Lost::Picture { reduced }, hits));
    let addressed = Some((Lost::Address, report.addressed)).filter(|(_, hits)| hits.items > 0);
    let losses: Vec<(Lost, Hits)> = fields.chain(pictures).chain(addressed).collect();
    let hit = losses.iter().flat_map(|(_, hits)| hits.first.iter().copied());
    let titles = titles(
        archive,
        hit.chain(report.skipped.iter().map(|(id, _)| *id)).collect(),
    )?;
    let title = |id: &ItemId| titles.get(id).cloned().unwrap_or_default();
    let mut losses: Vec<ExportLoss> = losses
        .into_iter()
        .map(|(lost, hits)| ExportLoss {
            lost,
            items: hits.items,
            examples: hits.first.iter().map(title).collect(),
        })
        .collect();
    losses.sort_by_key(|loss| std::cmp::Reverse(loss.items));
    Ok(ExportDone {
        items: report.items,
        groups: report.groups,
        files: named
            .map(|file| file.strip_prefix(below).unwrap_or(file).display().to_string())
            .collect(),
        file_count: report.written.len() as u64,
        bytes,
        already: report.already,
        derived: report.derived,
        repeated: report.repeated,
        losses,
        left_out: report
            .skipped
            .iter()
            .map(|(id, why)| LeftOut {
                id: *id,
                title: title(id),
                why: *why,
            })
            .collect(),
        unproven: report.complaints.into_iter().map(|(id, _)| id).collect(),
    })
}

/// The titles of these items, asked for in portions that a statement can hold.
fn titles(archive: &Archive, ids: Vec<ItemId>) -> Result<HashMap<ItemId, String>, ArchiveError> {
    let mut titles = HashMap::new();
    for ids in ids.chunks(NAMED) {
        let query = Query {
            ids: ids.to_vec(),
            ..Query::default()
        };
        archive.each(&query, &mut |item| {
            titles.insert(item.id, item.title);
            ControlFlow::Continue(())
        })?;
    }
    Ok(titles)
}
