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

/// `column IN (…)` over whole numbers; false for an empty list.
pub(crate) fn within(column: &str, ids: impl IntoIterator<Item = i64>) -> String {
    let list: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    format!("{column} IN ({})", list.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

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
