//! What stands when the window opens.

use serde::Serialize;
use sidekeep_archive::{Archive, ArchiveError, ArchiveErrorKind, Query};
use sidekeep_model::Kind;
use ts_rs::TS;

use super::Trouble;
use crate::{Engine, EngineError};

/// What stands when the window opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Opening {
    /// Whether there is an archive.
    pub state: OpeningState,
    /// The archive's folder, whether or not it exists.
    pub archive: String,
    /// It is the demo's archive.
    pub demo: bool,
    /// Sidekeep's version.
    pub version: String,
    /// Why the archive cannot be opened, when there is one and it cannot.
    pub trouble: Option<Trouble>,
    /// The archive holds messages.
    pub has_messages: bool,
    /// The archive holds calls.
    pub has_calls: bool,
    /// The archive holds nothing yet.
    pub empty: bool,
    /// The archive's folder cannot be written: everything can be looked at and exported, nothing mirrored.
    pub read_only: bool,
}

/// Whether there is an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum OpeningState {
    /// None yet: the first start.
    First,
    /// There is one, or trouble with one.
    Ready,
}

impl Engine {
    /// What stands. `known`: there was an archive here before, so that none is trouble and no first start. Never
    /// fails: what cannot be opened is told.
    pub fn opening(&self, known: bool, demo: bool, version: &str) -> Opening {
        let mut opening = Opening {
            state: OpeningState::Ready,
            archive: self.root().display().to_string(),
            demo,
            version: version.to_owned(),
            trouble: None,
            has_messages: false,
            has_calls: false,
            empty: true,
            read_only: false,
        };
        match self
            .archive()
            .and_then(|archive| Ok(look(&archive, &mut opening)?))
        {
            Ok(()) => {}
            Err(EngineError::Archive(error)) if error.kind() == ArchiveErrorKind::Absent && !known => {
                opening.state = OpeningState::First;
            }
            Err(error) => opening.trouble = Some(Trouble::from(&error)),
        }
        opening
    }
}

fn look(archive: &Archive, opening: &mut Opening) -> Result<(), ArchiveError> {
    opening.has_messages = holds(archive, &[Kind::Message])?;
    opening.has_calls = holds(archive, &[Kind::Call])?;
    opening.empty = !holds(archive, &[])?;
    // A file that never has a name: nothing is left behind, whatever happens.
    let tried = tempfile::tempfile_in(archive.root().join(".sidekeep"));
    opening.read_only = tried.is_err_and(|error| {
        matches!(
            error.kind(),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
        )
    });
    Ok(())
}

/// Something of these kinds (none named: of any) is kept, on a phone or no longer.
fn holds(archive: &Archive, kinds: &[Kind]) -> Result<bool, ArchiveError> {
    for gone in [false, true] {
        let query = Query {
            kinds: kinds.to_vec(),
            gone,
            limit: Some(1),
            ..Query::default()
        };
        if !archive.list(&query)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
