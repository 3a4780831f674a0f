//! What to export, whereto, and for whom.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sidekeep_archive::Query;
use sidekeep_formats::Dialect;
use sidekeep_formats::vcard::Version;
use sidekeep_model::{ItemId, Kind};
use sidekeep_pictures::JpegOptions;

use crate::ExportError;

/// What to export, whereto, and for whom.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which items; its kinds must go together: contacts; events and to-dos; photos and films.
    pub query: Query,
    /// A folder, which is made if it is not there; or one file that ends in .vcf (contacts) or .ics (events and to-dos).
    pub to: PathBuf,
    /// Who will read it.
    pub dialect: Dialect,
    /// vCard version; None means what the dialect reads best.
    pub vcard: Option<Version>,
    /// One .vcf per contact (always so for Outlook, which reads only the first card of a file).
    pub per_contact: bool,
    /// Still pictures as JPEG; None means as they are. Films are always as they are.
    pub jpeg: Option<JpegOptions>,
    /// Replace files that are in the way.
    pub replace: bool,
    /// Also what the phone made from other data: birthday calendars, messenger and SIM copies.
    pub derived: bool,
    /// Items to leave out although the query finds them: each is the same as another that goes along.
    pub repeated: BTreeSet<ItemId>,
}

/// Kinds that go into one export together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Contacts,
    Calendars,
    Pictures,
}

/// Endings of pictures and films.
const PICTURES: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif", "tif", "tiff", "dng", "mp4", "mov", "3gp",
    "mkv",
];

impl Order {
    /// Everything of a kind that is on the phones now, for no particular program. Photos include films.
    pub fn new(kind: Kind, to: impl Into<PathBuf>) -> Self {
        let kinds = match kind {
            Kind::Photo => vec![Kind::Photo, Kind::Film],
            kind => vec![kind],
        };
        Self {
            query: Query {
                kinds,
                ..Query::default()
            },
            to: to.into(),
            dialect: Dialect::Plain,
            vcard: None,
            per_contact: false,
            jpeg: None,
            replace: false,
            derived: false,
            repeated: BTreeSet::new(),
        }
    }

    /// The version of vCard to write: what was asked for, or what the dialect reads best.
    pub fn version(&self) -> Version {
        self.vcard.unwrap_or(match self.dialect {
            Dialect::Nextcloud => Version::V4,
            Dialect::Apple | Dialect::Google | Dialect::Outlook | Dialect::Android | Dialect::Plain => {
                Version::V3
            }
        })
    }

    pub(crate) fn family(&self) -> Result<Family, ExportError> {
        let kinds = &self.query.kinds;
        let all = |family: &[Kind]| !kinds.is_empty() && kinds.iter().all(|kind| family.contains(kind));
        if all(&[Kind::Contact]) {
            Ok(Family::Contacts)
        } else if all(&[Kind::Event, Kind::Task]) {
            Ok(Family::Calendars)
        } else if all(&[Kind::Photo, Kind::Film]) {
            Ok(Family::Pictures)
        } else {
            Err(ExportError::Kinds(kinds.clone()))
        }
    }

    /// The target is one file of this ending, not a folder.
    pub(crate) fn is_one_file(&self, ending: &str) -> bool {
        let found = self.to.extension();
        found.is_some_and(|found| found.eq_ignore_ascii_case(ending)) && !self.to.is_dir()
    }

    /// Refuses a target that is no folder and says by its ending that it will be a file of another family.
    pub(crate) fn refuse_ending(&self, family: Family) -> Result<(), ExportError> {
        let foreign: &[&str] = match family {
            Family::Contacts => &["ics"],
            Family::Calendars => &["vcf"],
            Family::Pictures => &["vcf", "ics"],
        };
        // Pictures leave under their own names, so that even they never go into a file that the order names.
        if foreign
            .iter()
            .chain(PICTURES)
            .any(|ending| self.is_one_file(ending))
        {
            return Err(ExportError::WrongEnding {
                path: self.to.clone(),
            });
        }
        Ok(())
    }

    /// Refuses a target within the archive, however it is spelt.
    pub(crate) fn refuse_archive(&self, root: &Path) -> Result<(), ExportError> {
        let (Ok(root), Some(target)) = (root.canonicalize(), existing(&self.to)) else {
            return Ok(());
        };
        if target.starts_with(&root) {
            return Err(ExportError::InsideArchive {
                path: self.to.clone(),
            });
        }
        Ok(())
    }
}

/// The nearest folder above `path` that exists, without links and `..`.
fn existing(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    absolute.ancestors().find_map(|above| above.canonicalize().ok())
}
