//! `add` and `forget`: which sources the archive remembers, and the passwords of accounts with them.

use std::path::Path;

use serde_json::json;
use sidekeep_engine::{EngineError, ErrorKind, Remembered, RememberedError, Secrets, Server, Source};

use super::{Context, block_on};
use crate::args::Add;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, Terminal};

pub(crate) fn add(context: &Context, add: &Add) -> Result<Exit, Failure> {
    let here = std::env::current_dir()?;
    let sources = match is_mailbox(&add.source) {
        true => servers(&add.source)?,
        false => vec![Source::parse(&add.source, &here).map_err(EngineError::from)?],
    };
    let over_mtp = |source: &Source| matches!(source, Source::Mtp { .. });
    if !add.folder.is_empty() && !sources.iter().all(over_mtp) {
        let words = "Only a phone over MTP (mtp:SERIAL) has folders to choose; a folder of this computer is a source itself.";
        return Err(Failure::Usage(words.into()));
    }
    let password = match add.password_stdin {
        true => Some(password(&sources)?),
        false => None,
    };
    let sources = match &password {
        Some(password) => {
            let tried = |source| tried(context, source, password);
            sources.into_iter().map(tried).collect::<Result<_, _>>()?
        }
        None => {
            let untried = |source| Tried {
                source,
                silent: false,
            };
            sources.into_iter().map(untried).collect::<Vec<_>>()
        }
    };
    let phone = add.phone.as_ref().map(|name| context.engine.phone(name));
    let phone = phone.transpose()?;
    let regrouped = phone.is_some() || add.alone;
    let told = regrouped || !add.folder.is_empty();
    for (at, Tried { source, silent }) in sources.iter().enumerate() {
        // Contacts and calendars of one address may be on two servers.
        let typed = is_mailbox(&add.source).then_some(&add.source);
        let name = add.name.as_ref().or(typed).map(|name| match at {
            0 => name.clone(),
            at => format!("{name} {}", at + 1),
        });
        let added = match remember(context, source, name.as_deref(), password.as_deref(), &here) {
            // It is known, and something is said of it.
            Err(Failure::Engine(EngineError::Remembered(RememberedError::Known(name)))) if told => {
                Remembered::new(name, source.name())
            }
            added => added?,
        };
        if *silent {
            context.output.warn(format!(
                "{source} does not answer now, so its password is kept untried. `sidekeep mirror` will tell."
            ));
        }
        if regrouped {
            context.engine.source_belongs(&added.source, phone.as_ref())?;
        }
        if !add.folder.is_empty() {
            context.engine.look_into_folders(&added.source, &add.folder)?;
        }
        context.output.object(&json!({
            "name": added.name, "source": added.source, "belongs_to": phone, "folders": add.folder,
        }))?;
        context.output.summary(format!(
            "Remembered {} as {}. `sidekeep mirror` brings it in.",
            added.source, added.name
        ))?;
    }
    Ok(Exit::Done)
}

/// A source to add.
struct Tried {
    source: Source,
    /// It gave no answer when the password was tried.
    silent: bool,
}

/// The source that a password opens, so that none is kept that opens nothing; as it is where nobody could be asked.
fn tried(context: &Context, source: Source, password: &str) -> Result<Tried, Failure> {
    match block_on(context.engine.try_password(&source, password))? {
        Ok(source) => Ok(Tried {
            source,
            silent: false,
        }),
        Err(EngineError::Link(error))
            if matches!(error.kind(), ErrorKind::Unplugged | ErrorKind::Busy(_)) =>
        {
            Ok(Tried { source, silent: true })
        }
        Err(error) => {
            context
                .output
                .warn("Nothing was added, and no password was kept.");
            Err(super::mirror::at(&source)(error))
        }
    }
}

/// Remembers a source and keeps its password, both or neither. With a password, one that is remembered already gets it in
/// place of an older one.
fn remember(
    context: &Context,
    source: &Source,
    name: Option<&str>,
    password: Option<&str>,
    here: &Path,
) -> Result<Remembered, Failure> {
    let keep = |password| Terminal::default().keep(&source.name(), password);
    let remembered = context.engine.remember(&source.to_string(), name, here);
    match (remembered, password) {
        (Ok(added), Some(password)) => match keep(password) {
            Ok(()) => Ok(added),
            Err(error) => {
                context.engine.forget(added.source.as_str())?;
                Err(EngineError::from(error).into())
            }
        },
        (Err(EngineError::Remembered(RememberedError::Known(name))), Some(password)) => {
            keep(password).map_err(EngineError::from)?;
            Ok(Remembered::new(name, source.name()))
        }
        (remembered, _) => Ok(remembered?),
    }
}

/// An e-mail address and not the beginning of a source.
fn is_mailbox(text: &str) -> bool {
    text.contains('@') && !text.contains([':', '/'])
}

/// Google lets only registered programs sign in, whatever its DNS says.
const GOOGLE: [&str; 2] = ["gmail.com", "googlemail.com"];

/// The sources that an e-mail address leads to. Servers beyond its own domain are only told: whoever asked has to know
/// them (RFC 6764 §8).
fn servers(mailbox: &str) -> Result<Vec<Source>, Failure> {
    let domain = mailbox.rsplit('@').next().unwrap_or_default();
    if GOOGLE.iter().any(|google| google.eq_ignore_ascii_case(domain)) {
        let words = "Google lets only registered programs sign in to its address books and calendars, and Sidekeep is none. \
                     Mirror the Android phone that shows the account, or the files of Google Takeout (folder:PATH).";
        return Err(Failure::Usage(words.into()));
    }
    let found = block_on(sidekeep_engine::servers(mailbox))??;
    if found.is_empty() {
        let words = format!("{mailbox}: this domain says that it has neither address books nor calendars.");
        return Err(Failure::NotFound(words));
    }
    if found.iter().any(|server| server.elsewhere) {
        return Err(Failure::Usage(elsewhere(mailbox, &found)));
    }
    Ok(found
        .into_iter()
        .map(|server| Source::Dav(server.address))
        .collect())
}

fn elsewhere(mailbox: &str, found: &[Server]) -> String {
    let commands = found.iter().map(|server| {
        let what = match (server.books, server.calendars) {
            (true, false) => "contacts",
            (false, true) => "calendars",
            _ => "contacts and calendars",
        };
        format!("\n    sidekeep add {} ({what})", server.address)
    });
    format!(
        "{mailbox} leads to servers of another name, and your password would go there. If they are your provider's:{}",
        commands.collect::<String>()
    )
}

/// The password on standard input, for accounts that have a user's name.
fn password(sources: &[Source]) -> Result<String, Failure> {
    let takes_one = |source: &Source| matches!(source, Source::Dav(address) if address.user().is_some());
    if !sources.iter().all(takes_one) {
        return Err(Failure::Usage(
            "Only an account with a user's name (dav+https://USER@HOST/PATH) has a password.".into(),
        ));
    }
    match terminal::first_line("Password: ")? {
        none if none.is_empty() => Err(Failure::Usage(
            "Standard input brought no password; nothing was added.".into(),
        )),
        password => Ok(password),
    }
}

pub(crate) fn forget(context: &Context, source: &str) -> Result<Exit, Failure> {
    let exit = match context.engine.forget(source) {
        Ok(()) => Exit::Done,
        Err(error @ EngineError::Secrets(_)) => {
            context.output.warn(format!(
                "The password of {source} may still be kept. {}",
                Failure::from(error).words()
            ));
            Exit::Partial
        }
        Err(error) => return Err(error.into()),
    };
    context.output.object(&json!({ "forgotten": source }))?;
    context
        .output
        .summary(format!("Forgot {source}. Everything kept from it stays kept."))?;
    Ok(exit)
}
