//! The passwords of accounts, as the window has them: in the vault, and where that keeps nothing (there is no keyring, and
//! nobody to ask for a passphrase), for as long as the program runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use sidekeep_engine::{Secrets, SecretsError, Vault};
use sidekeep_model::SourceName;

use crate::desk::open;

/// The vault, and passwords in memory.
pub(crate) struct Session {
    vault: Vault,
    told: Mutex<HashMap<String, String>>,
}

impl Session {
    pub(crate) fn begin() -> Self {
        Self {
            vault: Vault::open(),
            told: Mutex::default(),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Secrets for Session {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        match open(&self.told).get(source.as_str()) {
            Some(told) => Ok(Some(told.clone())),
            None => self.vault.password(source),
        }
    }

    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError> {
        if let Err(error) = self.vault.keep(source, password) {
            tracing::warn!(%error, "a password is known only until the program ends");
            open(&self.told).insert(source.as_str().to_owned(), password.to_owned());
        }
        Ok(())
    }

    fn forget(&self, source: &SourceName) -> Result<bool, SecretsError> {
        let told = open(&self.told).remove(source.as_str());
        match self.vault.forget(source) {
            // It was never anywhere else.
            Err(_) if told.is_some() => Ok(true),
            forgotten => Ok(forgotten? || told.is_some()),
        }
    }
}
