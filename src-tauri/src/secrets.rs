//! The passwords of accounts, for as long as the program runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use sidekeep_engine::{Secrets, SecretsError};
use sidekeep_model::SourceName;

use crate::desk::open;

/// Passwords in memory.
#[derive(Default)]
pub(crate) struct Session(Mutex<HashMap<String, String>>);

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Secrets for Session {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        Ok(open(&self.0).get(source.as_str()).cloned())
    }

    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError> {
        open(&self.0).insert(source.as_str().to_owned(), password.to_owned());
        Ok(())
    }

    fn forget(&self, source: &SourceName) -> Result<(), SecretsError> {
        open(&self.0).remove(source.as_str());
        Ok(())
    }
}
