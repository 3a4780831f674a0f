//! Passwords of accounts from whoever sits at the terminal. What is typed is not shown, and lives as long as the command.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sidekeep_engine::{Secrets, SecretsError};
use sidekeep_model::SourceName;

/// Asks once for each account.
#[derive(Default)]
pub(crate) struct Terminal {
    told: Mutex<HashMap<String, String>>,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Terminal")
    }
}

impl Secrets for Terminal {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(password) = told.get(source.as_str()) {
            return Ok(Some(password.clone()));
        }
        let password = rpassword::prompt_password(format!("Password for {source}: "))
            .map_err(|error| SecretsError::Failed(error.to_string()))?;
        told.insert(source.as_str().to_owned(), password.clone());
        Ok(Some(password))
    }
}
