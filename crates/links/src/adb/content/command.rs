//! The command lines of Android's `content` tool. Pure; nothing is run here.
//!
//! Grammar: AOSP `cmds/content/…/Content.java`. An option's value may be neither empty nor begin with `--`, and a
//! projection is split at every `:`.

use super::super::quote;

/// One `content query`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query<'a> {
    /// `content://authority/path`.
    pub(crate) uri: &'a str,
    /// Columns, or expressions with an alias where the provider allows them.
    pub(crate) projection: &'a [&'a str],
    /// SQL condition; empty for all rows.
    pub(crate) filter: &'a str,
    /// Extras of the query as `KEY:TYPE:VALUE`, with `:` in the key escaped (Android 12 and later).
    pub(crate) extras: &'a [&'a str],
}

impl Query<'_> {
    /// The command line. Rows come in the order of `_id`.
    pub(crate) fn command(&self) -> String {
        let mut line = format!(
            "content query --uri {} --projection {}",
            quote(self.uri),
            quote(&self.projection.join(":"))
        );
        if !self.filter.is_empty() {
            line.push_str(" --where ");
            line.push_str(&quote(self.filter));
        }
        line.push_str(" --sort '_id ASC'");
        for extra in self.extras {
            line.push_str(" --extra ");
            line.push_str(&quote(extra));
        }
        line
    }
}

/// A column's value to be inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bind<'a> {
    column: &'a str,
    kind: char,
    value: std::borrow::Cow<'a, str>,
}

impl<'a> Bind<'a> {
    pub(crate) fn text(column: &'a str, value: &'a str) -> Self {
        Self {
            column,
            kind: 's',
            value: value.into(),
        }
    }

    pub(crate) fn number(column: &'a str, value: i64) -> Self {
        Self {
            column,
            kind: 'l',
            value: value.to_string().into(),
        }
    }
}

/// The command line of a `content insert`. `escapes`: the tool splits at every colon that has no backslash before it;
/// otherwise at the first two, and takes the rest as it is.
pub(crate) fn insert(uri: &str, columns: &[Bind<'_>], escapes: bool) -> String {
    let mut line = format!("content insert --uri {}", quote(uri));
    for Bind { column, kind, value } in columns {
        let value = match escapes {
            true => value.replace('\\', r"\\").replace(':', r"\:"),
            false => value.to_string(),
        };
        line.push_str(" --bind ");
        line.push_str(&quote(&format!("{column}:{kind}:{value}")));
    }
    line
}

/// `column IN (…)` over whole numbers; false for an empty list.
pub(crate) fn within(column: &str, ids: impl IntoIterator<Item = i64>) -> String {
    let list: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("{column} IN ({})", list.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_inserted_as_they_are() {
        let columns = [
            Bind::text("data1", r"it's a:b\c"),
            Bind::number("raw_contact_id", 7),
        ];
        let uri = "content://com.android.contacts/data";
        let line = |value: &str| {
            format!("content insert --uri '{uri}' --bind 'data1:s:{value}' --bind 'raw_contact_id:l:7'")
        };
        assert_eq!(insert(uri, &columns, false), line(r"it'\''s a:b\c"));
        assert_eq!(insert(uri, &columns, true), line(r"it'\''s a\:b\\c"));
    }

    #[test]
    fn every_argument_is_quoted_and_nothing_empty_is_given() {
        let query = Query {
            uri: "content://com.android.calendar/events",
            projection: &["_id", "'x'||hex(title) AS title"],
            filter: "title='it''s'",
            extras: &[r"android\:query-arg-match-trashed:i:1"],
        };
        assert_eq!(
            query.command(),
            "content query --uri 'content://com.android.calendar/events' \
             --projection '_id:'\\''x'\\''||hex(title) AS title' \
             --where 'title='\\''it'\\'''\\''s'\\''' --sort '_id ASC' \
             --extra 'android\\:query-arg-match-trashed:i:1'"
        );
        let all = Query {
            uri: "content://com.android.contacts/groups",
            projection: &["_id"],
            ..Query::default()
        };
        assert_eq!(
            all.command(),
            "content query --uri 'content://com.android.contacts/groups' --projection '_id' --sort '_id ASC'"
        );
        assert_eq!(within("_id", [3, -1]), "_id IN (3,-1)");
    }
}
