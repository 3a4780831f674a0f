//! Whether `content` answered or failed. The tool exits with 0 either way: a failure is a stack trace on stderr, a
//! misused option is its usage text on stdout (AOSP `Content.java`). Nothing that is not surely an answer passes.

use super::super::Output;
use crate::{ErrorKind, LinkError};

/// What `query` prints for no rows.
pub(super) const NOTHING: &str = "No result found.\n";

/// What stderr says, surest first. Text of the phone, so there is nothing better to go by.
const SAYINGS: [(&str, ErrorKind); 12] = [
    ("SecurityException", ErrorKind::Refused),
    ("Permission Denial", ErrorKind::Refused),
    ("Could not find provider", ErrorKind::Missing),
    ("Unknown authority", ErrorKind::Missing),
    ("Unknown URI", ErrorKind::Missing),
    ("Unknown URL", ErrorKind::Missing),
    ("not found", ErrorKind::Missing),
    ("SQLiteBlobTooBigException", ErrorKind::Garbled),
    ("Invalid column", ErrorKind::Unsupported),
    ("Non-token detected", ErrorKind::Unsupported),
    ("no such column", ErrorKind::Unsupported),
    ("IllegalArgumentException", ErrorKind::Unsupported),
];

/// The text of a query's answer.
///
/// # Errors
/// `Refused`: a permission is missing. `Missing`: no such provider, table or tool. `Unsupported`: the provider or the
/// tool does not know a column or an option. `Garbled`: anything else that is no answer.
pub(super) fn answer(output: Output, command: &str) -> Result<String, LinkError> {
    let text = said(output, command)?;
    if text.starts_with("Row: 0 ") && text.ends_with('\n') || text == NOTHING {
        Ok(text)
    } else if text.starts_with("usage:") || text.starts_with("[ERROR]") {
        Err(LinkError::new(ErrorKind::Unsupported, context(command, &text)))
    } else {
        Err(LinkError::new(ErrorKind::Garbled, context(command, &text)))
    }
}

/// Standard output of a command that did not complain.
///
/// # Errors
/// As [`answer`].
pub(super) fn said(output: Output, command: &str) -> Result<String, LinkError> {
    let complaint = String::from_utf8_lossy(&output.stderr);
    if !complaint.trim().is_empty() || output.exit != 0 {
        let kind = SAYINGS
            .iter()
            .find(|(saying, _)| complaint.contains(saying))
            .map_or(ErrorKind::Garbled, |(_, kind)| kind.clone());
        return Err(LinkError::new(kind, context(command, &complaint)));
    }
    String::from_utf8(output.stdout)
        .map_err(|error| LinkError::caused(ErrorKind::Garbled, context(command, ""), error))
}

/// The command without its columns and conditions, and the telling line of what the phone said.
fn context(command: &str, said: &str) -> String {
    let telling = said
        .lines()
        .find(|line| line.contains("Exception") || line.contains("[ERROR]"))
        .or_else(|| said.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or_default();
    let cut = |text: &str| text.chars().take(120).collect::<String>();
    let command = command.split(" --projection").next().unwrap_or_default();
    format!("{}: {}", cut(command), cut(telling.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(stdout: &str, stderr: &str, exit: u8, expected: Result<(), ErrorKind>) {
        let output = Output {
            stdout: stdout.into(),
            stderr: stderr.into(),
            exit,
        };
        let found = answer(output, "content query")
            .map(|_| ())
            .map_err(|error| error.kind().clone());
        assert_eq!(found, expected, "{stdout:?} {stderr:?} {exit}");
    }

    #[test]
    fn only_an_answer_is_an_answer() {
        check("Row: 0 _id=1\n", "", 0, Ok(()));
        check("No result found.\n", "", 0, Ok(()));
        check("Row: 0 _id=1", "", 0, Err(ErrorKind::Garbled));
        check("", "", 0, Err(ErrorKind::Garbled));
        check("Row: 0 _id=1\n", "", 1, Err(ErrorKind::Garbled));
        check(
            "usage: adb shell content [subcommand] [options]\n\n[ERROR] Unsupported argument: --extra\n",
            "",
            0,
            Err(ErrorKind::Unsupported),
        );
        check(
            "[ERROR] Argument expected after \"--where\"\n",
            "",
            0,
            Err(ErrorKind::Unsupported),
        );
    }

    #[test]
    fn whatever_stderr_holds_is_a_failure() {
        check(
            "Row: 0 _id=1\n",
            "Error while accessing provider:com.android.contacts\njava.lang.SecurityException: Permission Denial: \
             opening provider com.android.providers.contacts.ContactsProvider2 requires READ_CONTACTS\n\tat …\n",
            0,
            Err(ErrorKind::Refused),
        );
        check(
            "",
            "Error while accessing provider:x\njava.lang.IllegalStateException: Could not find provider: x\n",
            0,
            Err(ErrorKind::Missing),
        );
        check(
            "",
            "java.lang.IllegalArgumentException: Unknown URL content://x/y\n",
            0,
            Err(ErrorKind::Missing),
        );
        check(
            "",
            "java.lang.IllegalArgumentException: Invalid column is_trashed\n",
            0,
            Err(ErrorKind::Unsupported),
        );
        check(
            "",
            "/system/bin/sh: content: inaccessible or not found\n",
            127,
            Err(ErrorKind::Missing),
        );
        check(
            "No result found.\n",
            "java.lang.NullPointerException\n\tat a.b.c\n",
            0,
            Err(ErrorKind::Garbled),
        );
        check("No result found.\n", "hm\n", 0, Err(ErrorKind::Garbled));
    }
}
