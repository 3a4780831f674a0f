//! Failures: which words and which exit code. One exhaustive look at every kind of error.

use std::io;

use serde_json::json;
use sidekeep_engine::{
    AddressError, ArchiveError, ArchiveErrorKind, DumpError, EngineError, ExportError, LinkError,
    RememberedError, SecretsError, Source, SourceError,
};

use crate::exit::Exit;
use crate::words;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The engine says so.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine says so of this source.
    #[error("{from}")]
    At {
        /// The source.
        from: Box<Source>,
        /// What went wrong.
        error: EngineError,
    },
    /// A phone was not paired.
    #[error(transparent)]
    Pairing(LinkError),
    /// Writing the result failed.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// Nothing of that name.
    #[error("{0}")]
    NotFound(String),
    /// The command line makes no sense for this archive.
    #[error("{0}")]
    Usage(String),
}

macro_rules! through_engine {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Failure {
            fn from(error: $kind) -> Self {
                Failure::Engine(error.into())
            }
        })*
    };
}

through_engine!(ArchiveError, ExportError);

impl From<DumpError> for Failure {
    fn from(error: DumpError) -> Self {
        match error {
            DumpError::Archive(error) => error.into(),
            DumpError::Output(error) => Failure::Output(error),
        }
    }
}

impl Failure {
    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        let kind = match self {
            Failure::Usage(_)
            | Failure::Engine(
                EngineError::Source(_)
                | EngineError::UnknownPhone(_)
                | EngineError::SeveralPhones(_)
                | EngineError::UnknownPlace { .. },
            ) => return Exit::Usage,
            Failure::Engine(error) | Failure::At { error, .. } => match error {
                EngineError::Archive(error) => error.kind(),
                EngineError::Run(error) => error.kind(),
                _ => return Exit::Failed,
            },
            Failure::Pairing(_) | Failure::Output(_) | Failure::NotFound(_) => return Exit::Failed,
        };
        if kind == ArchiveErrorKind::Busy {
            Exit::Busy
        } else {
            Exit::Failed
        }
    }

    /// For scripts that read JSON.
    pub(crate) fn object(&self) -> serde_json::Value {
        let mut object = json!({ "error": self.name(), "message": self.words() });
        if let Failure::At { from, .. } = self {
            object["source"] = json!(from.name());
        }
        object
    }

    /// The reader of our output went away (`sidekeep dump | head`): nothing to complain about. A pipe that breaks on
    /// the way to a phone is another matter.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// A short name of the kind, for `--json`.
    fn name(&self) -> &'static str {
        match self {
            Failure::Engine(error) | Failure::At { error, .. } => match error {
                EngineError::Archive(error) => archive_name(error.kind()),
                EngineError::Run(error) => archive_name(error.kind()),
                EngineError::Link(_) => "link",
                EngineError::Export(_) => "export",
                EngineError::Source(_) => "source",
                EngineError::UnknownPhone(_) => "unknown-phone",
                EngineError::Secrets(_) => "password",
                EngineError::WrongCode => "wrong-code",
                _ => "failed",
            },
            Failure::Pairing(_) => "link",
            Failure::Output(_) => "output",
            Failure::NotFound(_) => "not-found",
            Failure::Usage(_) => "usage",
        }
    }

    /// What happened, what is kept, and what to do next.
    pub(crate) fn words(&self) -> String {
        match self {
            Failure::Engine(error) => engine(error),
            Failure::At {
                from,
                error: EngineError::Link(error),
            } => link(error, Some(from)),
            Failure::At { error, .. } => engine(error),
            Failure::Pairing(error) => format!(
                "The phone was not paired ({}). {}",
                chain(error),
                words::pairing_hint(error.kind())
            ),
            Failure::Output(error) => format!("The result could not be written: {error}"),
            Failure::NotFound(text) | Failure::Usage(text) => text.clone(),
        }
    }
}

fn archive_name(kind: ArchiveErrorKind) -> &'static str {
    match kind {
        ArchiveErrorKind::Absent => "no-archive",
        ArchiveErrorKind::Occupied => "not-empty",
        ArchiveErrorKind::NewerFormat { .. } => "newer-format",
        ArchiveErrorKind::Busy => "busy",
        ArchiveErrorKind::Full => "disk-full",
        ArchiveErrorKind::Denied => "denied",
        ArchiveErrorKind::Damaged => "damaged",
        ArchiveErrorKind::NotFound => "not-found",
        ArchiveErrorKind::Stopped => "stopped",
        ArchiveErrorKind::Broken | ArchiveErrorKind::Io => "disk",
    }
}

fn link(error: &LinkError, from: Option<&Source>) -> String {
    format!(
        "The source could not be read ({}). {}",
        chain(error),
        words::link_hint(error, from)
    )
}

fn engine(error: &EngineError) -> String {
    match error {
        EngineError::Archive(error) if error.kind() == ArchiveErrorKind::Absent => format!(
            "There is no archive in {} yet. `sidekeep mirror SOURCE` makes one; --archive names another folder.",
            error.path().display()
        ),
        EngineError::Archive(error) => archive(error.kind(), error),
        EngineError::Run(error) => archive(error.kind(), error),
        EngineError::Link(error) => link(error, None),
        EngineError::Export(error) => export(error),
        EngineError::Source(error) => source(error),
        EngineError::Remembered(RememberedError::Taken(name)) => {
            format!("Another source is called {name} already. Choose another name with --name.")
        }
        EngineError::Remembered(RememberedError::Known(name)) => {
            format!("This source is remembered already, as {name}. `sidekeep mirror {name:?}` brings it in.")
        }
        EngineError::Remembered(RememberedError::Circle(phone)) => {
            format!("{phone} belongs to it already; a phone cannot belong to what belongs to it.")
        }
        EngineError::Remembered(error) => format!(
            "The list of sources failed: {}. It was left as it is.",
            chain(error)
        ),
        EngineError::UnknownPhone(name) => format!(
            "No phone or source is called {name:?}. `sidekeep phones` lists what is known; a source looks like \
             adb-wifi:NAME, adb://HOST:PORT, adb-usb:SERIAL, mtp:SERIAL, folder:PATH or \
                 dav+https://USER@HOST/PATH."
        ),
        EngineError::SeveralPhones(name) => {
            format!("Several phones are called {name:?}; use the id that `phones` shows.")
        }
        EngineError::UnknownPlace { kind, name, there } => {
            let kind = words::nouns(*kind);
            let there: Vec<String> = there
                .iter()
                .map(|one| format!("{:?} ({})", one.name, one.id))
                .collect();
            let places = match there.is_empty() {
                true => "there are none there".into(),
                false => format!("there are {}", there.join(", ")),
            };
            format!(
                "No collection of {kind} is called {name:?}, or several are; {places}. An id names one, too."
            )
        }
        EngineError::Secrets(error) => secrets(error),
        EngineError::WrongCode => {
            "The phone shows another code. Look at it once more; it shows a new one each time that \
                                   \"Pair device with pairing code\" is tapped, at another port."
                .into()
        }
        EngineError::Temporary(error) => format!("No temporary folder could be made: {error}"),
        other => chain(other),
    }
}

fn secrets(error: &SecretsError) -> String {
    match error {
        SecretsError::Locked => {
            "The place where passwords are kept (the system's keyring, or an encrypted file where there \
             is none) stayed locked; nothing in it was changed. Open it, run this at a terminal, or \
             name a file with the passphrase by SIDEKEEP_PASSPHRASE_FILE, and try again."
                .into()
        }
        SecretsError::Nobody | SecretsError::Failed(_) => format!("Passwords: {error}. Nothing was changed."),
    }
}

fn export(error: &ExportError) -> String {
    match error {
        ExportError::Archive(error) => archive(error.kind(), error),
        ExportError::Exists { path } => format!(
            "{} is there already, and nothing was written. Choose another place, or say --replace.",
            path.display()
        ),
        ExportError::InsideArchive { path } => {
            format!(
                "{} is inside the archive, where only Sidekeep's mirror writes. Choose another place.",
                path.display()
            )
        }
        ExportError::WrongEnding { path } => format!(
            "{} has the ending of a file that this export does not write; nothing was written. Name a folder, or \
             another file.",
            path.display()
        ),
        ExportError::Stopped => "Stopped. What was written before is whole.".into(),
        other => format!(
            "The export stopped: {}. What was written before is whole.",
            chain(other)
        ),
    }
}

fn source(error: &SourceError) -> String {
    match error {
        SourceError::NotYet(scheme) => {
            format!("Sources that begin with {scheme} are not supported by this version yet.")
        }
        SourceError::BadAddress(text) => {
            format!("{text}: an address such as adb://192.168.1.20:5555 is needed.")
        }
        SourceError::BadAccount(error) => account(*error).into(),
        SourceError::UnknownScheme(text) if text.starts_with("http") => {
            format!("An account is written with dav+ before its address: dav+{text}")
        }
        SourceError::UnknownScheme(text) | SourceError::Empty(text) => {
            format!(
                "{text} is no source. One looks like adb-wifi:NAME, adb://HOST:PORT, adb-usb:SERIAL, mtp:SERIAL, folder:PATH or \
                 dav+https://USER@HOST/PATH."
            )
        }
    }
}

fn account(error: AddressError) -> &'static str {
    match error {
        AddressError::NotOne => "An account looks like dav+https://USER@HOST/PATH.",
        AddressError::Password => {
            "Leave the password out of the address: it would stand in lists and in the shell's history. Sidekeep asks \
             for it."
        }
        AddressError::Insecure => {
            "Without TLS others could read the password on its way. Use dav+https://, or add #insecure to the address \
             if nobody else can listen there."
        }
        AddressError::Fingerprint => {
            "After # stands the certificate to trust: sha256= and the 64 hex digits of its SHA-256."
        }
    }
}

fn archive(kind: ArchiveErrorKind, error: &dyn std::error::Error) -> String {
    match kind {
        ArchiveErrorKind::Absent => "There is no archive here yet. `sidekeep mirror SOURCE` makes one.".into(),
        ArchiveErrorKind::Occupied => format!(
            "No archive can be made here: {}. Nothing was touched. Choose an empty or a new folder with --archive.",
            chain(error)
        ),
        ArchiveErrorKind::NewerFormat { found, known } => format!(
            "A newer Sidekeep wrote this archive (format {found}; this one knows {known}). Nothing was touched. \
             Please update Sidekeep."
        ),
        ArchiveErrorKind::Busy => "Another Sidekeep is writing to this archive. Try again when it is done.".into(),
        ArchiveErrorKind::Full => {
            "The disk is full. Everything that arrived before is kept; make room and run again, and it goes on.".into()
        }
        ArchiveErrorKind::Denied => format!("The archive may not be read or written here: {}.", chain(error)),
        ArchiveErrorKind::Damaged => {
            format!("Kept bytes are damaged: {}. `sidekeep verify` says what; nothing was deleted.", chain(error))
        }
        ArchiveErrorKind::NotFound => format!("There is no such item or run: {}.", chain(error)),
        ArchiveErrorKind::Stopped => "Stopped. What is kept stays as it was.".into(),
        ArchiveErrorKind::Broken | ArchiveErrorKind::Io => {
            format!("The disk failed: {}. Everything that arrived before is kept.", chain(error))
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
