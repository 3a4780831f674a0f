//! Full-text search over the names and texts of all kinds.

use rusqlite::Connection;

use crate::ArchiveError;

/// Above this many hits, ranking them all would take longer than a keystroke; the first ones found (contacts and
/// whatever came first) stand for the rest.
const RANKED: usize = 2000;

/// Numbers (`items.seq`) of the items in which every word begins a word of theirs, best first.
pub(crate) fn search(index: &Connection, words: &str, limit: usize) -> Result<Vec<i64>, ArchiveError> {
    let Some(query) = query(words) else {
        return Ok(Vec::new());
    };
    let limit = limit.min(RANKED);
    let mut found = index.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?1 LIMIT ?2")?;
    let first: Vec<i64> = found
        .query_map(rusqlite::params![query, RANKED + 1], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if first.len() > RANKED {
        return Ok(first.into_iter().take(limit).collect());
    }
    // A word of the title weighs more than one of a note.
    let mut ranked = index.prepare_cached(
        "SELECT rowid FROM words WHERE words MATCH ?1 AND rank MATCH 'bm25(10.0, 1.0)' ORDER BY rank LIMIT ?2",
    )?;
    Ok(ranked
        .query_map(rusqlite::params![query, limit], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// FTS5's expression for what a person typed: each word a prefix, all of them needed. Nothing typed can be syntax,
/// since each word is quoted. None when nothing is left to look for.
fn query(words: &str) -> Option<String> {
    let word = |word: &str| format!("\"{}\"*", word.replace('"', "\"\""));
    let searchable = |text: &&str| text.chars().any(char::is_alphanumeric);
    let all: Vec<String> = words.split_whitespace().filter(searchable).map(word).collect();
    if all.is_empty() {
        return None;
    }
    let all = all.join(" AND ");
    // A telephone number is typed with gaps in other places than it was written.
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    let number = words
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-./".contains(c));
    if number && digits.len() >= 4 {
        return Some(format!("({all}) OR {}", word(digits.trim_start_matches('0'))));
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_never_syntax() {
        for (typed, expression) in [
            ("", None),
            ("  - * ", None),
            ("ada", Some("\"ada\"*")),
            ("ada love", Some("\"ada\"* AND \"love\"*")),
            ("NOT \"x OR", Some("\"NOT\"* AND \"\"\"x\"* AND \"OR\"*")),
            ("+49 170", Some("(\"+49\"* AND \"170\"*) OR \"49170\"*")),
            ("12", Some("\"12\"*")),
        ] {
            assert_eq!(query(typed).as_deref(), expression, "{typed:?}");
        }
    }
}
