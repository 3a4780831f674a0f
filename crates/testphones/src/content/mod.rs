//! A stand-in for Android's `content` command that behaves like AOSP's Content.java over [`Providers`]: the grammar of
//! its arguments, each provider's rules, the output to the byte, and failures as a stack trace on stderr with exit
//! status 0. Of what writes, it does `insert` of contacts: everything else fails.
//!
//! Known of the real tool and kept: `--extra` on `query` from API 31 on; `?limit=` counts for contacts, not for
//! calendars, and not for media from API 30 on; trashed and pending media are hidden unless
//! `android:query-arg-match-…` says otherwise; a bare `_id` in a condition on attendees is ambiguous.

mod arguments;
mod insert;
mod print;
mod query;
mod tokens;
mod trace;

use std::io::{self, Write};

use rusqlite::OptionalExtension;

use self::arguments::{Call, Command, Uri};
pub use self::print::{Cell, NO_RESULT, print_rows};
use self::trace::Trace;
use crate::providers::{Providers, authority, permission};
use crate::storage::Storage;

const USAGE: &str = "\
usage: adb shell content [subcommand] [options]

usage: adb shell content query --uri <URI> [--user <USER_ID>] [--projection <PROJECTION>] [--where <WHERE>]
  [--sort <SORT_ORDER>] [--extra <BINDING> ...]
usage: adb shell content call --uri <URI> --method <METHOD> [--arg <ARG>] [--extra <BINDING> ...]
usage: adb shell content read --uri <URI> [--user <USER_ID>]
usage: adb shell content gettype --uri <URI> [--user <USER_ID>]
";

/// Runs `content` with its arguments (without the command's own name). The exit status is 0 whatever happens.
///
/// # Errors
/// Only when `out` or `err` cannot be written.
pub fn run(
    arguments: &[String],
    providers: &Providers,
    storage: Option<&Storage>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<()> {
    let command = match arguments::parse(arguments, providers.api().unwrap_or(34)) {
        Ok(command) => command,
        Err(message) => return writeln!(out, "{USAGE}\n[ERROR] {message}"),
    };
    let uri = match &command {
        Command::Query(query) => &query.uri,
        Command::Call(call) => &call.uri,
        Command::Insert(insert) => &insert.uri,
        Command::Read(uri) | Command::GetType(uri) | Command::Write(uri) => uri,
    };
    let done = if is_there(&uri.authority, providers) {
        match &command {
            Command::Query(query) => query::run(query, providers, out)?,
            Command::Call(call) => call_method(call, providers, out)?,
            Command::Insert(insert) => insert::run(insert, providers),
            Command::Read(uri) => read(uri, providers, storage, out)?,
            Command::GetType(uri) => {
                writeln!(out, "Result: {}", media_type(uri))?;
                Ok(())
            }
            Command::Write(uri) => Err(Trace::unsupported(format!(
                "this phone is read-only: {}",
                uri.text
            ))),
        }
    } else {
        Err(Trace::no_provider(&uri.authority))
    };
    if let Err(trace) = done {
        write!(err, "Error while accessing provider:{}\n{trace}", uri.authority)?;
    }
    Ok(())
}

fn permission_of(authority: &str) -> Option<&'static str> {
    match authority {
        authority::CONTACTS => Some(permission::CONTACTS),
        authority::CALENDAR => Some(permission::CALENDAR),
        authority::MEDIA => Some(permission::MEDIA),
        _ => None,
    }
}

fn is_there(authority: &str, providers: &Providers) -> bool {
    permission_of(authority).is_some() && providers.is_present(authority).unwrap_or(false)
}

/// MediaProvider's `get_version` and `get_generation` (MediaStore.java). Other providers answer null.
fn call_method(call: &Call, providers: &Providers, out: &mut dyn Write) -> io::Result<Result<(), Trace>> {
    const TEXT: &str = "android.intent.extra.TEXT";
    if call.uri.authority != authority::MEDIA {
        writeln!(out, "Result: null")?;
        return Ok(Ok(()));
    }
    let allowed = providers.is_granted(permission::MEDIA).unwrap_or(false);
    let (setting, key) = match call.method.as_str() {
        "get_version" => ("media_version", TEXT),
        "get_generation" => ("media_generation", "android.intent.extra.INDEX"),
        method => return Ok(Err(Trace::unsupported(format!("Unsupported call: {method}")))),
    };
    if !allowed {
        return Ok(Err(Trace::denied(&call.uri, permission::MEDIA)));
    }
    if providers.api().unwrap_or(34) < 30 {
        return Ok(Err(Trace::unsupported(format!(
            "Unsupported call: {}",
            call.method
        ))));
    }
    match call.extra(TEXT) {
        Some("external_primary") => {
            let value = providers.setting(setting).ok().flatten().unwrap_or_default();
            writeln!(out, "Result: Bundle[{{{key}={value}}}]")?;
            Ok(Ok(()))
        }
        Some(volume) => Ok(Err(Trace::illegal_argument(format!("Volume {volume} not found")))),
        None => Ok(Err(Trace::illegal_argument("Missing volume name"))),
    }
}

/// The bytes of a media file. Contacts open only as assets, which the tool cannot ask for.
fn read(
    uri: &Uri,
    providers: &Providers,
    storage: Option<&Storage>,
    out: &mut dyn Write,
) -> io::Result<Result<(), Trace>> {
    let missing = || Trace::no_file(format!("No files supported by provider at {}", uri.text));
    let id = uri.path.last().and_then(|id| id.parse::<i64>().ok());
    let (authority::MEDIA, Some(id)) = (uri.authority.as_str(), id) else {
        return Ok(Err(missing()));
    };
    if !providers.is_granted(permission::MEDIA).unwrap_or(false) {
        return Ok(Err(Trace::denied(uri, permission::MEDIA)));
    }
    let path: Option<String> = providers
        .connection()
        .query_row("SELECT _data FROM files WHERE _id = ?1", [id], |row| row.get(0))
        .optional()
        .ok()
        .flatten();
    let file = path.and_then(|path| storage.and_then(|storage| storage.open(&path)));
    match file {
        None => Ok(Err(missing())),
        Some(mut file) => {
            io::copy(&mut file, out)?;
            Ok(Ok(()))
        }
    }
}

fn media_type(uri: &Uri) -> String {
    let words: Vec<&str> = uri.path.iter().map(String::as_str).collect();
    let (shape, name) = match words.split_last() {
        Some((id, [.., name])) if id.parse::<i64>().is_ok() => ("item", *name),
        Some((name, _)) => ("dir", *name),
        None => return "null".to_owned(),
    };
    let name = match (uri.authority.as_str(), name) {
        (authority::CONTACTS, "raw_contacts") => "raw_contact",
        (authority::CONTACTS, "contacts") => "contact",
        (authority::CONTACTS, "groups") => "group",
        (authority::CALENDAR, "events") => "event",
        (authority::CALENDAR, "calendars") => "calendar",
        (authority::MEDIA, "media") if words.contains(&"images") => "image",
        (authority::MEDIA, "media") if words.contains(&"video") => "video",
        _ => return "null".to_owned(),
    };
    format!("vnd.android.cursor.{shape}/{name}")
}

#[cfg(test)]
mod tests;
