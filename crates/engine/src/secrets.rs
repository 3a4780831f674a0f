//! Where the passwords of accounts come from and are kept. They are never in the archive, in a log, in an argument or in the
//! environment of another program.

use std::fmt;

use sidekeep_model::SourceName;

/// A place that knows passwords: the system's keyring, or the owner at a terminal. It may block.
pub trait Secrets: fmt::Debug + Send + Sync {
    /// The password of the account that a source names; None where it has none.
    ///
    /// # Errors
    /// When the place is locked or cannot be asked.
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError>;

    /// Keeps the password of an account, in place of one kept before.
    ///
    /// # Errors
    /// When the place is locked, or keeps nothing.
    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError>;

    /// Keeps no password of this account any more; whether one was kept.
    ///
    /// # Errors
    /// When the place is locked or fails: the password may still be kept.
    fn forget(&self, source: &SourceName) -> Result<bool, SecretsError>;
}

/// Why no password could be had, kept or forgotten.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The place is locked, and its owner did not open it.
    #[error("the place of the passwords is locked")]
    Locked,
    /// None is kept, and nobody is there to type one.
    #[error("none is kept, and there is no terminal to ask at")]
    Nobody,
    /// It failed in another way, in its own words.
    #[error("the place of the passwords cannot be asked: {0}")]
    Failed(String),
}

/// No passwords at all: for accounts that ask for none.
#[derive(Clone, Copy, Debug)]
pub struct NoSecrets;

impl Secrets for NoSecrets {
    fn password(&self, _: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(None)
    }

    fn keep(&self, _: &SourceName, _: &str) -> Result<(), SecretsError> {
        Err(SecretsError::Failed("there is none".to_owned()))
    }

    fn forget(&self, _: &SourceName) -> Result<bool, SecretsError> {
        Ok(false)
    }
}
