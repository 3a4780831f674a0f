//! Where passwords live on this computer: in the system's keyring (Secret Service, macOS's keychain, Windows' credential
//! manager) and, where there is none, in one file that only a passphrase opens. It asks nobody itself: who has the
//! passphrase is told by whoever opens the vault. The key by which phones know this computer lies here too, in a file.

mod adbkey;
mod file;

use std::fmt;

use keyring::v1::{Entry, Error};
use sidekeep_model::SourceName;

use self::file::PasswordFile;
use crate::{Secrets, SecretsError, Settings};

pub use adbkey::AdbKeys;

/// What the keyring's entries are for, as its own program shows them.
const SERVICE: &str = "Sidekeep";

/// What somebody is asked when the file of passwords has to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passphrase {
    /// There is no file yet: choose its passphrase.
    New,
    /// The one that opens the file.
    Known,
    /// Once more: the one that was told does not open it.
    Again,
}

/// Asks for a passphrase; None when nobody tells one.
type Ask = dyn Fn(Passphrase) -> Option<String> + Send + Sync;

/// The passwords of this computer's user. A keyring that is there but locked is not gone round.
pub struct Vault {
    /// The system's keyring is looked for.
    keyring: bool,
    /// None when the system names no home.
    file: Option<PasswordFile>,
    ask: Box<Ask>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    /// The vault of this computer's user, with nobody who knows the file's passphrase. Nothing is asked before a
    /// password is.
    pub fn open() -> Self {
        Self {
            keyring: true,
            file: Settings::file().map(|settings| PasswordFile::at(settings.with_file_name("passwords.age"))),
            ask: Box::new(|_| None),
        }
    }

    /// Has the file's passphrase asked for by `ask`, which may block, and may be called from any thread.
    pub fn asking(self, ask: impl Fn(Passphrase) -> Option<String> + Send + Sync + 'static) -> Self {
        Self {
            ask: Box::new(ask),
            ..self
        }
    }

    /// The keyring's entry for a source; None where the system has no keyring.
    fn entry(&self, source: &SourceName) -> Result<Option<Entry>, SecretsError> {
        if !self.keyring || Entry::store_status().is_err() {
            return Ok(None);
        }
        Entry::new(SERVICE, source.as_str()).map(Some).map_err(failed)
    }
}

impl Secrets for Vault {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        if let Some(entry) = self.entry(source)? {
            match entry.get_password() {
                Ok(password) => return Ok(Some(password)),
                Err(Error::NoEntry) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        match &self.file {
            Some(file) => file.password(source, &self.ask),
            None => Ok(None),
        }
    }

    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError> {
        match (self.entry(source)?, &self.file) {
            (Some(entry), _) => entry.set_password(password).map_err(failed),
            (None, Some(file)) => file.keep(source, password, &self.ask),
            (None, None) => Err(SecretsError::Failed("neither a keyring nor a home".to_owned())),
        }
    }

    fn forget(&self, source: &SourceName) -> Result<bool, SecretsError> {
        let in_keyring = match self.entry(source)?.map(|entry| entry.delete_credential()) {
            Some(Ok(())) => true,
            Some(Err(Error::NoEntry)) | None => false,
            Some(Err(error)) => return Err(failed(error)),
        };
        let in_file = match &self.file {
            Some(file) => file.forget(source, &self.ask)?,
            None => false,
        };
        Ok(in_keyring || in_file)
    }
}

/// A keyring's error, without the bytes that some carry.
fn failed(error: Error) -> SecretsError {
    match error {
        Error::NoStorageAccess(_) => SecretsError::Locked,
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            SecretsError::Failed("it holds no text".to_owned())
        }
        other => SecretsError::Failed(other.to_string()),
    }
}
