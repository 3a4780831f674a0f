//! Android's `content` command as a reader of provider tables.
//!
//! [`Content`] asks, [`output`] understands, [`failure`] tells an answer from a failure. Nothing here knows what a
//! contact or an event is. Starting `content` costs the phone 0.5–1 s, so questions are few and big.

mod command;
mod failure;
mod output;
mod table;

use std::future::Future;

use super::{Device, Output};
use crate::{ErrorKind, LinkError};

pub(crate) use command::{Bind, Query, within};
pub(crate) use table::{LiteralNulls, Rows, Table, changing};

/// Bytes that one answer may have.
const LIMIT: usize = 32 << 20;

/// Runs a command line and returns what it said; [`Device`] outside of tests.
pub(crate) trait Shell: Sync {
    /// Runs `command`; standard output and error have at most `limit` bytes each.
    fn shell(&self, command: &str, limit: usize) -> impl Future<Output = Result<Output, LinkError>> + Send;
}

impl Shell for Device {
    fn shell(&self, command: &str, limit: usize) -> impl Future<Output = Result<Output, LinkError>> + Send {
        Device::shell(self, command, limit)
    }
}

/// The phone's `content` command.
#[derive(Clone, Debug)]
pub(crate) struct Content<S> {
    shell: S,
}

impl<S: Shell> Content<S> {
    /// Over this shell.
    pub(crate) fn new(shell: S) -> Self {
        Self { shell }
    }

    /// The text of a query's answer.
    async fn query(&self, query: &Query<'_>) -> Result<String, LinkError> {
        let command = query.command();
        let output = self.shell.shell(&command, LIMIT).await?;
        failure::answer(output, &command)
    }

    /// Rows of whole numbers, in one question. The projection holds such columns only.
    ///
    /// # Errors
    /// `Garbled` when a value is none; the failures of a query.
    pub(crate) async fn numbers(&self, query: &Query<'_>) -> Result<Vec<Vec<Option<i64>>>, LinkError> {
        let garbled = || LinkError::new(ErrorKind::Garbled, format!("{}: not a number", query.uri));
        let text = self.query(query).await?;
        let rows = output::plain(&text, query.projection).map_err(|_| garbled())?;
        rows.into_iter()
            .map(|row| {
                row.into_iter()
                    .map(|cell| cell.map(|text| text.parse().map_err(|_| garbled())).transpose())
                    .collect()
            })
            .collect()
    }

    /// Rows of any values, in one question, from a provider that lets its callers write `hex(…)`. `_id` comes first.
    ///
    /// # Errors
    /// `Garbled` when the answer is not hex; the failures of a query.
    pub(crate) async fn hex_rows(
        &self,
        uri: &str,
        columns: &[&str],
        filter: &str,
    ) -> Result<Vec<sidekeep_formats::android::Row>, LinkError> {
        // SQLite's hex(NULL) is empty text, and so is the hex of empty text: NULL is kept apart, and the x gives the
        // latter a value that `content` can print.
        let expressions: Vec<String> = columns
            .iter()
            .map(|column| {
                format!("CASE WHEN {column} IS NULL THEN NULL ELSE 'x'||hex({column}) END AS {column}")
            })
            .collect();
        let projection: Vec<&str> = std::iter::once("_id")
            .chain(expressions.iter().map(String::as_str))
            .collect();
        let text = self
            .query(&Query {
                uri,
                projection: &projection,
                filter,
                extras: &[],
            })
            .await?;
        let names: Vec<&str> = std::iter::once("_id").chain(columns.iter().copied()).collect();
        let garbled = || LinkError::new(ErrorKind::Garbled, format!("{uri}: not hex"));
        let cells = output::plain(&text, &names).map_err(|_| garbled())?;
        cells
            .into_iter()
            .map(|row| {
                let mut values = names
                    .iter()
                    .zip(row)
                    .filter_map(|(name, cell)| Some((*name, cell?)));
                let id = values
                    .next()
                    .filter(|(name, _)| *name == "_id")
                    .ok_or_else(garbled)?;
                let mut found = sidekeep_formats::android::Row::new();
                found.insert("_id".to_owned(), id.1.to_owned());
                for (name, cell) in values {
                    let text = cell.strip_prefix('x').and_then(unhex).ok_or_else(garbled)?;
                    found.insert(name.to_owned(), text);
                }
                Ok(found)
            })
            .collect()
    }

    /// The ids of the rows that a condition holds for.
    ///
    /// # Errors
    /// The failures of a query.
    pub(crate) async fn ids_of(&self, uri: &str, filter: &str) -> Result<Vec<i64>, LinkError> {
        let query = Query {
            uri,
            projection: &["_id"],
            filter,
            extras: &[],
        };
        let rows = self.numbers(&query).await?;
        Ok(rows.into_iter().filter_map(|row| row[0]).collect())
    }

    /// Adds a row. The tool says nothing of it; whoever needs its id asks for it.
    ///
    /// # Errors
    /// The failures of a query; `Unsupported` when the tool or the provider does not take it.
    pub(crate) async fn insert(&self, uri: &str, columns: &[Bind<'_>]) -> Result<(), LinkError> {
        let command = command::insert(uri, columns, self.escapes().await?);
        let output = self.shell.shell(&command, LIMIT).await?;
        match failure::said(output, &command)?.trim() {
            "" => Ok(()),
            complaint => {
                let line = complaint.lines().last().unwrap_or_default();
                let context = format!("content insert --uri {uri}: {line}");
                Err(LinkError::new(ErrorKind::Unsupported, context))
            }
        }
    }

    /// Whether the tool takes a backslash before a colon for an escape, as it does since Android 11 or 12. One that does
    /// finds a fourth field in this extra, and complains before it calls anything.
    async fn escapes(&self) -> Result<bool, LinkError> {
        let command = "content call --uri content://com.android.contacts --method none --extra 'a:s:b:c'";
        let output = self.shell.shell(command, LIMIT).await?;
        Ok(String::from_utf8_lossy(&output.stdout).contains("not well formed"))
    }

    /// What a provider's method returned: the text between `Result: Bundle[{` and `}]`.
    ///
    /// # Errors
    /// The failures of a query; `Garbled` when there is no bundle.
    pub(crate) async fn call(&self, uri: &str, method: &str, extra: &str) -> Result<String, LinkError> {
        let command = format!(
            "content call --uri {} --method {} --extra {}",
            super::quote(uri),
            super::quote(method),
            super::quote(extra)
        );
        let output = self.shell.shell(&command, LIMIT).await?;
        let text = failure::said(output, &command)?;
        text.trim_end()
            .strip_prefix("Result: Bundle[{")
            .and_then(|rest| rest.strip_suffix("}]"))
            .map(str::to_owned)
            .ok_or_else(|| LinkError::new(ErrorKind::Garbled, command))
    }
}

fn unhex(text: &str) -> Option<String> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let nibble = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let bytes: Option<Vec<u8>> = digits
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
        .collect();
    // A provider stores text as UTF-8; what is none shows as the replacement character, as it does on the phone.
    Some(String::from_utf8_lossy(&bytes?).into_owned())
}

#[cfg(test)]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Says(&'static str);

    impl Shell for Says {
        async fn shell(&self, _command: &str, _limit: usize) -> Result<Output, LinkError> {
            Ok(Output {
                stdout: self.0.into(),
                ..Output::default()
            })
        }
    }

    #[test]
    fn hex_keeps_null_and_empty_apart() {
        let content = Content::new(Says("Row: 0 _id=7, title=x4C756E6368, place=x, note=NULL\n"));
        let rows = block_on(content.hex_rows("content://c/events", &["title", "place", "note"], "")).unwrap();
        let expected = [("_id", "7"), ("title", "Lunch"), ("place", "")];
        assert_eq!(rows, [expected.map(|(k, v)| (k.to_owned(), v.to_owned())).into()]);

        let plain = Content::new(Says("Row: 0 _id=7, title=4C\n"));
        let error = block_on(plain.hex_rows("content://c/events", &["title"], "")).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Garbled);
    }

    #[test]
    fn a_bundle_is_unwrapped() {
        let content = Content::new(Says("Result: Bundle[{android.intent.extra.INDEX=42}]\n"));
        assert_eq!(
            block_on(content.call("content://media", "get_generation", "x:s:y")).unwrap(),
            "android.intent.extra.INDEX=42"
        );
        let null = Content::new(Says("Result: null\n"));
        assert!(block_on(null.call("content://media", "m", "x:s:y")).is_err());
    }
}
