//! The restore drill (PRODUCT R13): export, read back, compare.

use std::ops::ControlFlow;

use sidekeep_model::Kind;

use crate::{Archive, Dialect, Engine, EngineError, ExportReport, Order, VcardVersion};

/// What one drill of one kind found.
#[derive(Debug)]
pub struct Drill {
    /// The kind.
    pub kind: Kind,
    /// The vCard version, for contacts.
    pub vcard: Option<VcardVersion>,
    /// What the export said of itself: it reads back and compares every field before it keeps a file.
    pub report: ExportReport,
}

impl Engine {
    /// Exports contacts (as 3.0 and as 4.0), events and to-dos into a temporary folder. The export reads back what it
    /// wrote and compares every field; what differs is in each report.
    ///
    /// # Errors
    /// When the archive cannot be read or the temporary folder cannot be written.
    pub fn drill(&self, archive: &Archive) -> Result<Vec<Drill>, EngineError> {
        let folder = tempfile::tempdir().map_err(EngineError::Temporary)?;
        let mut drills = Vec::new();
        for (kind, vcard) in [
            (Kind::Contact, Some(VcardVersion::V3)),
            (Kind::Contact, Some(VcardVersion::V4)),
            (Kind::Event, None),
            (Kind::Task, None),
        ] {
            let to = folder.path().join(drills.len().to_string());
            let order = Order {
                dialect: Dialect::Plain,
                vcard,
                derived: true,
                ..Order::new(kind, to)
            };
            let report = sidekeep_export::export(archive, &order, &mut |_| ControlFlow::Continue(()))?;
            drills.push(Drill { kind, vcard, report });
        }
        Ok(drills)
    }
}
