//! Where the passwords of accounts come from. They are never in the archive, in a log, in an argument or in the
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
}

/// Why no password could be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The place is locked, and its owner did not open it.
    #[error("the place of the passwords is locked")]
    Locked,
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
}
