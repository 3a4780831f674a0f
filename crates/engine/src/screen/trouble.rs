//! What went wrong, as a kind that the words are keyed by.

use std::io;

use serde::{Deserialize, Serialize};
use sidekeep_links::dav::Refusal;
use sidekeep_model::Reason;
use ts_rs::TS;

use crate::{
    AddressError, ArchiveError, ArchiveErrorKind, EngineError, ErrorKind, ExportError, LinkError,
    PictureError, RememberedError, SecretsError, SourceError,
};

/// What went wrong. The desktop has words for each kind: what happened, what is kept, and the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Trouble {
    /// What kind.
    pub kind: TroubleKind,
    /// The file, folder or source that it is about, where there is one.
    pub subject: Option<String>,
    /// The cause in the system's or the phone's own words, for the curious.
    pub detail: String,
}

/// Kinds of trouble, from all rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleKind {
    /// There is no archive yet.
    NoArchive,
    /// The folder holds somebody's other files.
    Occupied,
    /// A newer Sidekeep wrote the archive.
    NewerFormat,
    /// Another process writes the archive.
    ArchiveBusy,
    /// The disk is full.
    DiskFull,
    /// The system does not let us read or write.
    Denied,
    /// Kept bytes are missing or altered.
    Damaged,
    /// No such item, run or question.
    NotFound,
    /// The owner stopped it.
    Stopped,
    /// The disk failed in another way.
    Disk,
    /// The phone is not there.
    Unplugged,
    /// The phone is locked.
    Locked,
    /// The phone does not trust this computer yet.
    NotTrusted,
    /// The phone's wireless debugging does not know this computer: it has to be paired with a code.
    NotPaired,
    /// The phone shows another code.
    WrongCode,
    /// Another program holds the phone, or it did not answer.
    PhoneBusy,
    /// The phone refused.
    Refused,
    /// The phone has no such thing.
    Missing,
    /// This way to the phone cannot do that.
    Unsupported,
    /// Of what was picked nothing is of a kind that is kept.
    NothingToKeep,
    /// The phone's answer could not be understood.
    Garbled,
    /// The account wants another name or password.
    Login,
    /// Nobody vouches for the certificate of the account's server; the subject is its SHA-256 in hex.
    Certificate,
    /// What answers at the account's address does not speak TLS.
    NoTls,
    /// Without TLS the password could be read on the way.
    Insecure,
    /// The place of the passwords is locked or cannot be asked.
    Secrets,
    /// The text names no source.
    BadSource,
    /// The name or the source is another's already.
    Taken,
    /// Files are in the way of an export.
    FilesInTheWay,
    /// The export was asked for what cannot be.
    BadOrder,
    /// A run is going already.
    Running,
    /// A fault of Sidekeep itself.
    Bug,
}

impl Trouble {
    /// A fault of Sidekeep itself, and what is known of it.
    pub fn bug(detail: impl Into<String>) -> Self {
        Self::new(TroubleKind::Bug, None, detail.into())
    }

    /// A fault of Sidekeep itself, in the words of what failed and of its causes.
    pub fn fault(error: &dyn std::error::Error) -> Self {
        Self::bug(chain(error))
    }

    /// A run is going already.
    pub fn running() -> Self {
        Self::new(TroubleKind::Running, None, String::new())
    }

    pub(crate) fn new(kind: TroubleKind, subject: Option<String>, detail: String) -> Self {
        Self {
            kind,
            subject,
            detail,
        }
    }
}

impl From<&EngineError> for Trouble {
    fn from(error: &EngineError) -> Self {
        let detail = chain(error);
        let (kind, subject) = match error {
            EngineError::Archive(error) => of_archive(error),
            EngineError::Link(error) => match Refusal::of(error) {
                Some(Refusal::Login) => (TroubleKind::Login, None),
                Some(Refusal::Certificate(digest)) => (TroubleKind::Certificate, Some(digest)),
                Some(Refusal::NoTls) => (TroubleKind::NoTls, None),
                None if is_without_password(error) => (TroubleKind::Secrets, None),
                None => (TroubleKind::from(error.kind()), None),
            },
            EngineError::Run(error) => (TroubleKind::from(error.kind()), None),
            EngineError::Export(ExportError::Archive(error)) => of_archive(error),
            EngineError::Export(ExportError::Exists { path }) => {
                (TroubleKind::FilesInTheWay, Some(path.display().to_string()))
            }
            EngineError::Export(ExportError::Kinds(_)) => (TroubleKind::BadOrder, None),
            EngineError::Export(ExportError::InsideArchive { path } | ExportError::WrongEnding { path }) => {
                (TroubleKind::BadOrder, Some(path.display().to_string()))
            }
            EngineError::Export(ExportError::Write { path, source })
            | EngineError::Remembered(RememberedError::Io { path, source }) => {
                (TroubleKind::from(source), Some(path.display().to_string()))
            }
            EngineError::Export(ExportError::ReadsBackOtherwise { path }) => {
                (TroubleKind::Disk, Some(path.display().to_string()))
            }
            EngineError::Export(ExportError::Stopped) => (TroubleKind::Stopped, None),
            EngineError::Source(SourceError::NotYet(scheme)) => {
                (TroubleKind::Unsupported, Some((*scheme).to_owned()))
            }
            EngineError::Source(
                SourceError::UnknownScheme(text) | SourceError::BadAddress(text) | SourceError::Empty(text),
            ) => (TroubleKind::BadSource, Some(text.clone())),
            EngineError::Source(SourceError::BadAccount(AddressError::Insecure)) => {
                (TroubleKind::Insecure, None)
            }
            EngineError::Source(SourceError::BadAccount(_)) => (TroubleKind::BadSource, None),
            EngineError::WrongCode => (TroubleKind::WrongCode, None),
            EngineError::Secrets(_) => (TroubleKind::Secrets, None),
            EngineError::Remembered(RememberedError::Damaged { path, .. }) => {
                (TroubleKind::Damaged, Some(path.display().to_string()))
            }
            EngineError::Remembered(RememberedError::Taken(name) | RememberedError::Known(name)) => {
                (TroubleKind::Taken, Some(name.clone()))
            }
            EngineError::Remembered(RememberedError::Circle(phone)) => {
                (TroubleKind::BadOrder, Some(phone.to_string()))
            }
            EngineError::Picture(error) => (TroubleKind::from(error), None),
            EngineError::UnknownPhone(name) => (TroubleKind::NotFound, Some(name.clone())),
            EngineError::SeveralPhones(name) => (TroubleKind::BadOrder, Some(name.clone())),
            EngineError::UnknownPlace { name, .. } => (TroubleKind::NotFound, Some(name.clone())),
            EngineError::NoItem(id) => (TroubleKind::NotFound, Some(id.to_string())),
            EngineError::Temporary(source) => (TroubleKind::from(source), None),
            EngineError::Settings { path, source } => {
                (TroubleKind::from(source), Some(path.display().to_string()))
            }
        };
        Self::new(kind, subject, detail)
    }
}

impl From<EngineError> for Trouble {
    fn from(error: EngineError) -> Self {
        Self::from(&error)
    }
}

/// No password could be had, whatever the server would have said to it.
pub fn is_without_password(error: &LinkError) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.is::<SecretsError>())
}

fn of_archive(error: &ArchiveError) -> (TroubleKind, Option<String>) {
    (
        TroubleKind::from(error.kind()),
        Some(error.path().display().to_string()),
    )
}

impl From<ArchiveErrorKind> for TroubleKind {
    fn from(kind: ArchiveErrorKind) -> Self {
        match kind {
            ArchiveErrorKind::Absent => TroubleKind::NoArchive,
            ArchiveErrorKind::Occupied => TroubleKind::Occupied,
            ArchiveErrorKind::NewerFormat { .. } => TroubleKind::NewerFormat,
            ArchiveErrorKind::Busy => TroubleKind::ArchiveBusy,
            ArchiveErrorKind::Full => TroubleKind::DiskFull,
            ArchiveErrorKind::Denied => TroubleKind::Denied,
            ArchiveErrorKind::Damaged => TroubleKind::Damaged,
            ArchiveErrorKind::NotFound => TroubleKind::NotFound,
            ArchiveErrorKind::Stopped => TroubleKind::Stopped,
            ArchiveErrorKind::Broken | ArchiveErrorKind::Io => TroubleKind::Disk,
        }
    }
}

impl From<&PictureError> for TroubleKind {
    fn from(error: &PictureError) -> Self {
        match error {
            PictureError::Io(error) => TroubleKind::from(error),
            PictureError::Broken(_) => TroubleKind::Damaged,
            // Formats and sizes that are not shown; the kind of error may grow.
            _ => TroubleKind::Unsupported,
        }
    }
}

impl From<&ErrorKind> for TroubleKind {
    fn from(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::Unplugged => TroubleKind::Unplugged,
            ErrorKind::Locked => TroubleKind::Locked,
            ErrorKind::NotTrusted => TroubleKind::NotTrusted,
            ErrorKind::NotPaired => TroubleKind::NotPaired,
            ErrorKind::Busy(_) => TroubleKind::PhoneBusy,
            ErrorKind::Missing => TroubleKind::Missing,
            ErrorKind::Unsupported => TroubleKind::Unsupported,
            ErrorKind::Refused => TroubleKind::Refused,
            ErrorKind::Garbled => TroubleKind::Garbled,
            ErrorKind::Stopped => TroubleKind::Stopped,
        }
    }
}

impl From<Reason> for TroubleKind {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unplugged => TroubleKind::Unplugged,
            Reason::Locked => TroubleKind::Locked,
            Reason::NotTrusted => TroubleKind::NotTrusted,
            Reason::Busy => TroubleKind::PhoneBusy,
            Reason::Missing | Reason::StorageAway => TroubleKind::Missing,
            Reason::Unsupported => TroubleKind::Unsupported,
            Reason::Refused => TroubleKind::Refused,
            Reason::Cancelled => TroubleKind::Stopped,
            Reason::Disk => TroubleKind::Disk,
            Reason::Garbled
            | Reason::ItemsUnreadable
            | Reason::ItemsChanging
            | Reason::ItemsUnnameable
            | Reason::PicturesUnreadable
            | Reason::WalkedOnly
            | Reason::Picked => TroubleKind::Garbled,
        }
    }
}

impl From<&io::Error> for TroubleKind {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => TroubleKind::DiskFull,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => TroubleKind::Denied,
            _ => TroubleKind::Disk,
        }
    }
}

/// An error and its causes on one line, without repeating a cause that its effect already tells.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn what_it_is_about_and_what_the_system_said() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let check = |error: EngineError, kind: TroubleKind, subject: Option<&str>| {
            let trouble = Trouble::from(&error);
            assert_eq!(
                (trouble.kind, trouble.subject.as_deref()),
                (kind, subject),
                "{error:?}"
            );
            assert!(!trouble.detail.is_empty(), "{error:?}");
        };
        let path = || PathBuf::from("/out/all.vcf");
        check(
            ExportError::Write {
                path: path(),
                source: full(),
            }
            .into(),
            TroubleKind::DiskFull,
            Some("/out/all.vcf"),
        );
        check(
            ExportError::Exists { path: path() }.into(),
            TroubleKind::FilesInTheWay,
            Some("/out/all.vcf"),
        );
        check(ExportError::Stopped.into(), TroubleKind::Stopped, None);
        check(
            SourceError::BadAddress("adb://x".into()).into(),
            TroubleKind::BadSource,
            Some("adb://x"),
        );
        check(
            SourceError::NotYet("iphone:").into(),
            TroubleKind::Unsupported,
            Some("iphone:"),
        );
        check(
            RememberedError::Taken("ada".into()).into(),
            TroubleKind::Taken,
            Some("ada"),
        );
        check(
            EngineError::UnknownPhone("ada".into()),
            TroubleKind::NotFound,
            Some("ada"),
        );
        check(
            EngineError::Temporary(io::ErrorKind::PermissionDenied.into()),
            TroubleKind::Denied,
            None,
        );
        let settings = EngineError::Settings {
            path: path(),
            source: full(),
        };
        assert!(
            Trouble::from(&settings).detail.contains(&full().to_string()),
            "the cause is told"
        );
    }
}
