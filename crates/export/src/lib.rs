//! From the archive to files that other programs read: .vcf, .ics, pictures as they are or as JPEG.
//!
//! An export reads the archive and never changes it. It writes each file whole or not at all, replaces nothing that it
//! was not told to replace, reads back what it wrote, and says what the target cannot hold.

mod calendars;
mod compare;
mod contacts;
mod disk;
mod error;
mod names;
mod order;
mod pictures;
mod report;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use sidekeep_archive::Archive;

pub use error::ExportError;
pub use order::Order;
pub use report::{Complaint, Hits, Progress, Report, Why};

use disk::Disk;
use order::Family;

/// Carries out an order. `watch` hears of progress after every item; Break stops the export: files that are complete
/// stay, nothing half-written does.
///
/// # Errors
/// [`ExportError::Exists`] before anything is written when a file is in the way and the order does not say replace;
/// [`ExportError::WrongEnding`] before that; the other kinds as they say. Items that cannot be exported are no error: they are in [`Report::skipped`].
pub fn export(
    archive: &Archive,
    order: &Order,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Report, ExportError> {
    carry_out(archive, order, &Disk::default(), watch)
}

/// What an export of photos and films would set out to do, without opening or converting any: the names of the files
/// (in [`Report::written`], although none is) and the bytes of their originals. What only a conversion shows is not in
/// the report, nor is what is in the way.
///
/// # Errors
/// [`ExportError::Kinds`] for other kinds, and as [`export`].
pub fn plan_pictures(archive: &Archive, order: &Order) -> Result<(Report, u64), ExportError> {
    let Family::Pictures = order.family()? else {
        return Err(ExportError::Kinds(order.query.kinds.clone()));
    };
    let mut work = Work {
        archive,
        order,
        disk: &Disk::default(),
        watch: &mut |_| ControlFlow::Continue(()),
        progress: Progress::default(),
        report: Report::default(),
    };
    let bytes = pictures::plan(&mut work)?;
    Ok((work.report, bytes))
}

fn carry_out(
    archive: &Archive,
    order: &Order,
    disk: &Disk,
    watch: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Report, ExportError> {
    let family = order.family()?;
    order.refuse_ending(family)?;
    order.refuse_archive(archive.root())?;
    let mut work = Work {
        archive,
        order,
        disk,
        watch,
        progress: Progress::default(),
        report: Report::default(),
    };
    match family {
        Family::Contacts => contacts::export(&mut work)?,
        Family::Calendars => calendars::export(&mut work)?,
        Family::Pictures => pictures::export(&mut work)?,
    }
    Ok(work.report)
}

/// An export under way.
struct Work<'a> {
    archive: &'a Archive,
    order: &'a Order,
    disk: &'a Disk,
    watch: &'a mut dyn FnMut(&Progress) -> ControlFlow<()>,
    progress: Progress,
    report: Report,
}

impl Work<'_> {
    /// One item more is done.
    fn step(&mut self, bytes: u64) -> Result<(), ExportError> {
        self.progress.items += 1;
        self.progress.bytes += bytes;
        match (self.watch)(&self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(ExportError::Stopped),
        }
    }
}
