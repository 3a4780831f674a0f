//! Where words and JSON go: results to stdout, warnings and progress to stderr, nothing twice.

use std::io::{self, Write};

use serde::Serialize;

/// The two channels and how much to say on them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// stdout carries JSON only.
    pub(crate) json: bool,
    /// No progress and no summaries.
    pub(crate) quiet: bool,
}

impl Output {
    /// A result line for people; nothing with `--json`.
    pub(crate) fn line(self, text: impl AsRef<str>) -> io::Result<()> {
        if self.json {
            Ok(())
        } else {
            unless_closed(writeln!(io::stdout().lock(), "{}", text.as_ref()))
        }
    }

    /// A line that sums up; nothing with `--json` or `--quiet`.
    pub(crate) fn summary(self, text: impl AsRef<str>) -> io::Result<()> {
        if self.quiet { Ok(()) } else { self.line(text) }
    }

    /// One JSON object on one line; nothing without `--json`.
    pub(crate) fn object(self, value: &impl Serialize) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let mut text = serde_json::to_vec(value)?;
        text.push(b'\n');
        unless_closed(io::stdout().lock().write_all(&text))
    }

    /// A warning on stderr, also with `--json` and `--quiet`.
    pub(crate) fn warn(self, text: impl AsRef<str>) {
        // A closed stderr is no reason to stop a run.
        let _ = writeln!(io::stderr().lock(), "{}", text.as_ref());
    }

    /// Text of a phone made safe for a terminal: control characters would be commands to it.
    pub(crate) fn clean(text: &str) -> String {
        text.chars()
            .map(|c| {
                if c.is_control() || is_bidi_control(c) {
                    ' '
                } else {
                    c
                }
            })
            .collect()
    }
}

/// A reader that went away (`sidekeep verify | head`) has read what it wanted; how the work ended stays the exit code.
fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Characters that reorder what a terminal shows, so that a name could pose as another.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The widest that a column is padded to; one long name must not push all others off the screen.
const WIDEST: usize = 60;

/// Columns padded to the widest cell, two spaces apart; the last column is not padded.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0).min(WIDEST))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = widths[column].saturating_sub(cell.chars().count()) + 2;
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', pad));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.pop();
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_line_up() {
        let rows = [["a", "bb", "c"], ["aaa", "b", "c"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "a    bb  c\naaa  b   c");
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn a_name_cannot_command_the_terminal() {
        assert_eq!(Output::clean("a\u{1b}[2Jb\nc\u{202e}d"), "a [2Jb c d");
    }
}
