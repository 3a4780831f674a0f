//! The facade: one archive, the sources it remembers, and what can be done with them. The command line, the desktop
//! shell and the journeys use nothing below this crate.
//!
//! It has no words for people. What it knows stands in the archive's folder; beside that there are only the owner's
//! [`Settings`] on this computer and, while it goes on, the one long [`Work`].

mod adb;
mod cable;
mod ending;
mod error;
mod grouping;
mod invitation;
mod mirroring;
mod phones;
mod pictures;
mod proof;
mod reach;
mod remembered;
mod replace;
mod restoring;
pub mod screen;
mod secrets;
mod settings;
mod source;
mod vault;
mod view;
mod ways;
mod wifi;
mod work;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use error::EngineError;
pub use grouping::Grouping;
pub use invitation::{Invitation, QrCode};
pub use phones::{Reachable, State, servers};
pub use pictures::{Pictured, Pictures, Shown, is_native};
pub use proof::Drill;
pub use remembered::{Failed, NotMirrored, Remembered, RememberedError};
pub use secrets::{NoSecrets, Secrets, SecretsError};
pub use settings::{Language, Loaded, Look, Schedule, Settings};
pub use sidekeep_archive::{
    Archive, ArchiveError, ArchiveErrorKind, Change, Check, Checked, Collected, Content, Counts, Damage,
    DumpError, Fault, Groups, Held, Hold, Item, Judged, Members, NoPicture, Note, Outcome, Policy, Purpose,
    Query, Reread, Restored, Role, RunChange, RunSummary, Stacks, Standing, StateRef, Status, Suspicion,
    Verdict, Verified, VerifyOptions, Version, Writer,
};
pub use sidekeep_export::{
    Complaint, ExportError, Hits, Order, Progress as ExportProgress, Report as ExportReport, Why as Skipped,
    export, plan_pictures,
};
pub use sidekeep_formats::{Dialect, Fate, Loss, vcard::Version as VcardVersion};
pub use sidekeep_links::adb::mdns::{Announced, Announcements, Mdns};
pub use sidekeep_links::adb::{Access, Key, KeyError, Keys};
pub use sidekeep_links::dav::{AddressError, Refusal, Server};
pub use sidekeep_links::mtp::{Attached, MtpPhone, State as CableState};
pub use sidekeep_links::{ErrorKind, LinkError, Phone, Plugs, Retry, kind_of_file};
pub use sidekeep_mirror::{
    Apart, Choice, Clock, Fate as RestoreFate, KindProgress, Labels, Obstacle, Options, Phase, Preview,
    Progress, Report, RestoreOptions, RestoreReport, RestoredItem, RunError, Side, Watch,
};
pub use sidekeep_pictures::{JpegOptions, PictureError, Reduced};
pub use source::{Source, SourceError};
pub use vault::{AdbKeys, Passphrase, Vault};
pub use view::{Picture, Subject, View, views};
pub use wifi::Paired;
pub use work::Work;

/// A phone that was last mirrored completely longer ago than this is overdue (PRODUCT R20).
pub const OVERDUE_AFTER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// One archive and the sources it remembers.
#[derive(Clone, Debug)]
pub struct Engine {
    root: PathBuf,
    jobs: Option<usize>,
    patience: Duration,
    secrets: Arc<dyn Secrets>,
    access: Access,
    mdns: Mdns,
}

impl Engine {
    /// The archive at `root`, whether or not it exists yet.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            jobs: None,
            patience: Duration::ZERO,
            secrets: Arc::new(NoSecrets),
            access: Access::default(),
            mdns: Mdns::default(),
        }
    }

    /// Takes the passwords of accounts from there; without it, there are none.
    pub fn secrets(mut self, secrets: Arc<dyn Secrets>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Is this to phones that ask who connects over adb; without it, those that ask are not reached.
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// Hears by this of phones that announce themselves on the network; without it, of none.
    pub fn mdns(mut self, mdns: Mdns) -> Self {
        self.mdns = mdns;
        self
    }

    /// Keeps at most this many files under way at once; without it, the link decides.
    pub fn jobs(mut self, files: usize) -> Self {
        self.jobs = Some(files);
        self
    }

    /// Waits so long for the owner of a phone to unlock it at the cable, or to allow this computer's key; without it, not at
    /// all.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self.access.patience = patience;
        self
    }

    /// Where the archive is kept unless its owner says otherwise: `Sidekeep` in the platform's data folder. None when
    /// the system names no home.
    pub fn default_root() -> Option<PathBuf> {
        directories::BaseDirs::new().map(|base| base.data_dir().join("Sidekeep"))
    }

    /// The archive's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Opens the archive for reading.
    ///
    /// # Errors
    /// `Absent` when there is none, `NewerFormat`, `Busy` while another process makes its index anew.
    pub fn archive(&self) -> Result<Archive, EngineError> {
        Ok(Archive::open(&self.root)?)
    }

    /// Bytes of the archive's journal, which grows whenever any process writes; None where it cannot be read.
    pub fn journal_size(&self) -> Option<u64> {
        sidekeep_archive::journal_size(&self.root).ok()
    }

    /// Opens the archive for writing, and makes it when there is none.
    ///
    /// # Errors
    /// `Busy` when another process writes.
    pub fn writer(&self) -> Result<Writer, EngineError> {
        Ok(Writer::open(&self.root)?)
    }

    /// Re-reads the archive and notes the result, or says that it could not be noted.
    ///
    /// # Errors
    /// `Absent` when there is none, `Busy` when another process writes, `Stopped` when `progress` says so.
    pub fn verify(
        &self,
        options: &VerifyOptions,
        progress: &mut dyn FnMut(&sidekeep_archive::Progress) -> ControlFlow<()>,
    ) -> Result<Reread, EngineError> {
        Ok(sidekeep_archive::verify(&self.root, options, progress)?)
    }
}
