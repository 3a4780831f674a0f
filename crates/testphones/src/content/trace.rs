//! How the tool fails: one line that names the authority, then Java's stack trace, both on stderr, and exit status 0.

use std::fmt;

use super::arguments::Uri;
use crate::providers::ProvidersError;

/// A Java exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    class: &'static str,
    message: String,
    /// It was thrown in another process and came back over binder.
    remote: bool,
}

impl Trace {
    pub(crate) fn no_provider(authority: &str) -> Self {
        Self {
            class: "java.lang.IllegalStateException",
            message: format!("Could not find provider: {authority}"),
            remote: false,
        }
    }

    pub(crate) fn denied(uri: &Uri, permission: &str) -> Self {
        Self {
            class: "java.lang.SecurityException",
            message: format!(
                "Permission Denial: reading provider {} uri {} from pid=4242, uid=2000 requires {permission}, or \
                 grantUriPermission()",
                uri.authority, uri.text
            ),
            remote: true,
        }
    }

    pub(crate) fn illegal_argument(message: impl Into<String>) -> Self {
        Self {
            class: "java.lang.IllegalArgumentException",
            message: message.into(),
            remote: true,
        }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self {
            class: "java.lang.UnsupportedOperationException",
            message: message.into(),
            remote: true,
        }
    }

    pub(crate) fn no_file(message: impl Into<String>) -> Self {
        Self {
            class: "java.io.FileNotFoundException",
            message: message.into(),
            remote: true,
        }
    }

    pub(crate) fn sqlite(error: &rusqlite::Error, sql: &str) -> Self {
        Self {
            class: "android.database.sqlite.SQLiteException",
            message: format!("{error} (code 1 SQLITE_ERROR): , while compiling: {sql}"),
            remote: true,
        }
    }

    pub(crate) fn broken(error: &ProvidersError) -> Self {
        Self {
            class: "android.database.sqlite.SQLiteDatabaseCorruptException",
            message: error.to_string(),
            remote: true,
        }
    }

    pub(crate) fn no_column() -> Self {
        Self {
            class: "java.lang.IllegalStateException",
            message: "Couldn't read row 0, col -1 from CursorWindow.  Make sure the Cursor is initialized correctly \
                      before accessing data from it."
                .to_owned(),
            remote: false,
        }
    }

    pub(crate) fn row_too_big(row: usize) -> Self {
        Self {
            class: "android.database.sqlite.SQLiteBlobTooBigException",
            message: format!(
                "Row too big to fit into CursorWindow requiredPos={row}, totalRows={}",
                row + 1
            ),
            remote: true,
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.class, self.message)?;
        if self.remote {
            writeln!(f, "\tat android.os.Parcel.readException(Parcel.java:3011)")?;
            writeln!(
                f,
                "\tat android.content.ContentProviderProxy.query(ContentProviderNative.java:494)"
            )?;
        }
        writeln!(
            f,
            "\tat com.android.commands.content.Content$Command.execute(Content.java:521)"
        )?;
        writeln!(
            f,
            "\tat com.android.commands.content.Content.main(Content.java:739)"
        )
    }
}
