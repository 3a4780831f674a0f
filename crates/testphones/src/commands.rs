//! The commands that a phone's shell offers and that this crate stands in for: `content`, `getprop`, `settings`.
//! They only read, but for `content insert`.

use std::io::{self, Write};
use std::path::Path;

use crate::content;
use crate::providers::{Providers, ProvidersError};
use crate::storage::Storage;

/// The database for a command: to be read, unless it is one that adds rows.
///
/// # Errors
/// There is no such file.
pub fn open(words: &[String], database: &Path) -> Result<Providers, ProvidersError> {
    match words.get(1).map(String::as_str) {
        Some("insert") => Providers::open(database),
        _ => Providers::open_read_only(database),
    }
}

/// Runs one command by its name and arguments; None when the phone knows no such command. Some holds the exit status.
///
/// # Errors
/// Only when `out` or `err` cannot be written.
pub fn run(
    words: &[String],
    providers: &Providers,
    storage: Option<&Storage>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<Option<u8>> {
    let Some((name, arguments)) = words.split_first() else {
        return Ok(Some(0));
    };
    match name.rsplit('/').next().unwrap_or_default() {
        "content" => content::run(arguments, providers, storage, out, err)?,
        "getprop" => getprop(arguments, providers, out)?,
        "settings" => settings(arguments, providers, out)?,
        _ => return Ok(None),
    }
    Ok(Some(0))
}

/// A property's value, an empty line for an unknown one; without a name all of them.
fn getprop(arguments: &[String], providers: &Providers, out: &mut dyn Write) -> io::Result<()> {
    match arguments.first() {
        Some(name) => writeln!(out, "{}", value(providers, name).unwrap_or_default()),
        None => providers
            .properties()
            .unwrap_or_default()
            .iter()
            .try_for_each(|(name, value)| writeln!(out, "[{name}]: [{value}]")),
    }
}

/// `settings get NAMESPACE NAME`: the value, or `null`.
fn settings(arguments: &[String], providers: &Providers, out: &mut dyn Write) -> io::Result<()> {
    let value = match arguments {
        [get, _, name] if get == "get" && !name.starts_with("ro.") => value(providers, name),
        _ => None,
    };
    writeln!(out, "{}", value.as_deref().unwrap_or("null"))
}

fn value(providers: &Providers, name: &str) -> Option<String> {
    providers.setting(name).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let providers = Providers::create(&folder.path().join("phone.db")).unwrap();
        providers.set("device_name", Some("Ada's phone")).unwrap();
        let check = |line: &str, expected: Option<&str>| {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let mut out = Vec::new();
            let status = run(&words, &providers, None, &mut out, &mut Vec::new()).unwrap();
            assert_eq!(
                status.map(|_| String::from_utf8(out).unwrap()),
                expected.map(str::to_owned),
                "{line}"
            );
        };
        check("getprop ro.product.model", Some("Testphone\n"));
        check("/system/bin/getprop nonsense", Some("\n"));
        check("settings get global device_name", Some("Ada's phone\n"));
        check("settings get secure nonsense", Some("null\n"));
        check("reboot", None);
    }
}
