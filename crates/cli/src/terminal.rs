//! Passwords of accounts: those that are kept on this computer, else from whoever sits at the terminal. What is typed is
//! not shown; a password lives as long as the command, unless it was asked to keep it.

use std::collections::HashMap;
use std::io::{self, BufRead, IsTerminal};
use std::sync::{Mutex, PoisonError};

use sidekeep_engine::{Passphrase, Secrets, SecretsError, Vault};
use sidekeep_model::SourceName;

/// Asks once for each account whose password is not kept.
#[derive(Debug)]
pub(crate) struct Terminal {
    vault: Vault,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told(HashMap<SourceName, String>);

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            vault: Vault::open().asking(passphrase),
            told: Mutex::default(),
        }
    }
}

impl Secrets for Terminal {
    fn password(&self, source: &SourceName) -> Result<Option<String>, SecretsError> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(password) = told.0.get(source) {
            return Ok(Some(password.clone()));
        }
        let prompt = format!("Password for {source}: ");
        let typed = match self.vault.password(source) {
            Ok(Some(password)) => return Ok(Some(password)),
            Ok(None) => ask(&prompt).map_err(|_| SecretsError::Nobody),
            // Whoever sits there may know what the keyring does not tell.
            Err(error) => ask(&format!("({error}) {prompt}")).map_err(|_| error),
        };
        let password = typed?;
        told.0.insert(source.clone(), password.clone());
        Ok(Some(password))
    }

    fn keep(&self, source: &SourceName, password: &str) -> Result<(), SecretsError> {
        self.vault.keep(source, password)
    }

    fn forget(&self, source: &SourceName) -> Result<bool, SecretsError> {
        self.vault.forget(source)
    }
}

/// Names a file whose first line is the passphrase, for runs at which nobody sits: a credential of the service that runs
/// them, or on a disk that only its owner reads. The name is no secret; what it says never enters an environment.
const PASSPHRASE_FILE: &str = "SIDEKEEP_PASSPHRASE_FILE";

/// What opens the file of passwords where nobody is to be asked.
pub(crate) fn unasked(what: Passphrase) -> Option<String> {
    written_down().filter(|_| what != Passphrase::Again)
}

fn passphrase(what: Passphrase) -> Option<String> {
    if let Some(line) = unasked(what) {
        return Some(line);
    }
    match what {
        Passphrase::New => {
            let chosen = ask(
                "This computer has no keyring; passwords go into an encrypted file. Choose a passphrase for it: ",
            )
            .ok()?;
            let again = ask("Once more, to be sure: ").ok()?;
            (chosen == again).then_some(chosen)
        }
        Passphrase::Known => ask("Passphrase of the file with your passwords: ").ok(),
        Passphrase::Again => ask("That does not open it. Once more: ").ok(),
    }
}

/// None where no file is named or can be read.
fn written_down() -> Option<String> {
    let text = std::fs::read_to_string(std::env::var_os(PASSPHRASE_FILE)?).ok()?;
    let line = text.lines().next().unwrap_or_default();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The first line of standard input, without its end; at a terminal, what somebody types there unseen.
pub(crate) fn first_line(prompt: &str) -> io::Result<String> {
    if io::stdin().is_terminal() {
        return ask(prompt);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What somebody types at the terminal, which does not show it.
pub(crate) fn ask(prompt: &str) -> io::Result<String> {
    rpassword::prompt_password(prompt)
}
