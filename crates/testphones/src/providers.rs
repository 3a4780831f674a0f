//! The database behind a simulated phone's providers: contacts, calendars and media, its identity, and the switches
//! that refuse a permission or take a provider away. It knows nothing of commands or links.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};
use serde_json::Value;

/// The providers of one simulated phone in one SQLite file (`content/schema.sql`).
#[derive(Debug)]
pub struct Providers {
    db: Connection,
    path: PathBuf,
}

/// A failure of the phone's database.
#[derive(Debug, thiserror::Error)]
#[error("the simulated phone's database {path}")]
pub struct ProvidersError {
    path: PathBuf,
    #[source]
    source: rusqlite::Error,
}

/// Permissions that [`Providers::revoke`] can take from the shell.
pub mod permission {
    /// Contacts and groups.
    pub const CONTACTS: &str = "android.permission.READ_CONTACTS";
    /// Adding contacts.
    pub const WRITE_CONTACTS: &str = "android.permission.WRITE_CONTACTS";
    /// Writing events, their guests and reminders.
    pub const WRITE_CALENDAR: &str = "android.permission.WRITE_CALENDAR";
    /// Calendars.
    pub const CALENDAR: &str = "android.permission.READ_CALENDAR";
    /// The media index; on a phone the policy that forbids file transfer has this effect.
    pub const MEDIA: &str = "android.permission.READ_EXTERNAL_STORAGE";
}

/// Authorities that [`Providers::remove_provider`] can take away.
pub mod authority {
    /// The contacts provider.
    pub const CONTACTS: &str = "com.android.contacts";
    /// The calendar provider.
    pub const CALENDAR: &str = "com.android.calendar";
    /// The media index.
    pub const MEDIA: &str = "media";
}

/// One file of the media index.
#[derive(Clone, Debug, Default)]
pub struct MediaRow {
    /// Where it is on the phone, such as `/sdcard/DCIM/Camera/IMG_1.jpg`.
    pub data: String,
    /// The shared storage that `data` begins with, such as `/sdcard`.
    pub root: String,
    /// Its media type.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    /// Last modification, seconds since the epoch.
    pub modified: i64,
    /// Date taken, milliseconds since the epoch.
    pub taken: Option<i64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Degrees clockwise.
    pub orientation: Option<u32>,
    /// Milliseconds, of a film.
    pub duration: Option<u64>,
    /// The owner's favourite.
    pub favourite: bool,
    /// In the bin.
    pub trashed: bool,
}

impl Providers {
    /// Makes a new database, with an Android 14 phone's identity and nothing else.
    ///
    /// # Errors
    /// The file cannot be made or has tables already.
    pub fn create(path: &Path) -> Result<Self, ProvidersError> {
        let providers = Self::connect(path, OpenFlags::default())?;
        let fill = || -> rusqlite::Result<()> {
            // The file is thrown away after the test: nothing needs to reach the disk.
            providers
                .db
                .execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN;")?;
            providers.db.execute_batch(include_str!("content/schema.sql"))?;
            for (name, value) in DEFAULTS {
                providers.db.execute(
                    "INSERT INTO settings (name, value) VALUES (?1, ?2)",
                    [name, value],
                )?;
            }
            providers.db.execute_batch("COMMIT;")
        };
        fill().map_err(|source| providers.error(source))?;
        Ok(providers)
    }

    /// Opens a database to change it between runs.
    ///
    /// # Errors
    /// There is no such file.
    pub fn open(path: &Path) -> Result<Self, ProvidersError> {
        Self::connect(path, OpenFlags::default() & !OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Opens a database so that no query can change it.
    ///
    /// # Errors
    /// There is no such file.
    pub fn open_read_only(path: &Path) -> Result<Self, ProvidersError> {
        Self::connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Self, ProvidersError> {
        let failed = |source| ProvidersError {
            path: path.to_owned(),
            source,
        };
        let db = Connection::open_with_flags(path, flags).map_err(failed)?;
        db.busy_timeout(std::time::Duration::from_secs(10))
            .map_err(failed)?;
        Ok(Self {
            db,
            path: path.to_owned(),
        })
    }

    /// The database, for rows that no method here makes.
    pub fn connection(&self) -> &Connection {
        &self.db
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does everything in `change` in one transaction; thousands of rows need this to be fast.
    ///
    /// # Errors
    /// The first error of `change`, with nothing changed.
    pub fn batch<T>(
        &self,
        change: impl FnOnce(&Self) -> Result<T, ProvidersError>,
    ) -> Result<T, ProvidersError> {
        let transaction = self
            .db
            .unchecked_transaction()
            .map_err(|source| self.error(source))?;
        let value = change(self)?;
        transaction.commit().map_err(|source| self.error(source))?;
        Ok(value)
    }

    /// Inserts a row given as a JSON object of columns: null is NULL, an array of small numbers a blob. Returns its
    /// `_id`.
    ///
    /// # Errors
    /// No such table or column, or a broken constraint.
    pub fn insert(&self, table: &str, row: &Value) -> Result<i64, ProvidersError> {
        let empty = serde_json::Map::new();
        let row = row.as_object().unwrap_or(&empty);
        let columns: Vec<&str> = row.keys().map(String::as_str).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({}) VALUES ({marks})", columns.join(", "));
        let insert = || -> rusqlite::Result<i64> {
            let mut statement = self.db.prepare_cached(&sql)?;
            statement.insert(rusqlite::params_from_iter(row.values().map(sql_value)))
        };
        insert().map_err(|source| self.error(source))
    }

    /// Runs one statement that changes rows, such as `UPDATE raw_contacts SET version = version + 1 WHERE _id = 7`.
    /// Returns how many rows it changed.
    ///
    /// # Errors
    /// As SQLite says.
    pub fn execute(&self, sql: &str) -> Result<usize, ProvidersError> {
        self.db.execute(sql, []).map_err(|source| self.error(source))
    }

    /// The account of a type and name (both None for the phone's own), made if need be.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn account(&self, kind: Option<&str>, name: Option<&str>) -> Result<i64, ProvidersError> {
        let known = self
            .db
            .query_row(
                "SELECT _id FROM accounts WHERE account_type IS ?1 AND account_name IS ?2",
                params![kind, name],
                |row| row.get(0),
            )
            .optional()
            .map_err(|source| self.error(source))?;
        match known {
            Some(id) => Ok(id),
            None => self.insert(
                "accounts",
                &serde_json::json!({ "account_type": kind, "account_name": name }),
            ),
        }
    }

    /// Adds a contact of an account. Each row is a JSON object with `mimetype` (the part after
    /// `vnd.android.cursor.item/`, or a whole type with a `/`) and columns of `data`. Returns its raw contact's id.
    ///
    /// # Errors
    /// No such column.
    pub fn contact(&self, account: i64, rows: &[Value]) -> Result<i64, ProvidersError> {
        let name = rows
            .iter()
            .find(|row| row["mimetype"] == "name")
            .or(rows.first())
            .and_then(|row| row["data1"].as_str());
        let has_phone = rows.iter().any(|row| row["mimetype"] == "phone_v2");
        let contact = self.insert(
            "contacts",
            &serde_json::json!({ "has_phone_number": i64::from(has_phone) }),
        )?;
        let raw = self.insert(
            "raw_contacts",
            &serde_json::json!({ "account_id": account, "contact_id": contact, "display_name": name }),
        )?;
        self.db
            .prepare_cached("UPDATE contacts SET name_raw_contact_id = ?1, lookup = ?2 WHERE _id = ?3")
            .and_then(|mut update| update.execute(params![raw, format!("{contact}r{raw}"), contact]))
            .map_err(|source| self.error(source))?;
        for row in rows {
            self.data(raw, row)?;
        }
        Ok(raw)
    }

    /// Adds a data row to a raw contact, as [`Providers::contact`] takes them.
    ///
    /// # Errors
    /// No such column.
    pub fn data(&self, raw_contact: i64, row: &Value) -> Result<i64, ProvidersError> {
        let mimetype = row["mimetype"].as_str().unwrap_or_default();
        let mimetype = if mimetype.contains('/') {
            mimetype.to_owned()
        } else {
            format!("vnd.android.cursor.item/{mimetype}")
        };
        let mimetype: i64 = self
            .db
            .prepare_cached(
                "INSERT INTO mimetypes (mimetype) VALUES (?1) ON CONFLICT DO UPDATE SET mimetype = mimetype RETURNING _id",
            )
            .and_then(|mut insert| insert.query_row([mimetype], |row| row.get(0)))
            .map_err(|source| self.error(source))?;
        let mut row = row.clone();
        if let Some(columns) = row.as_object_mut() {
            columns.remove("mimetype");
            columns.insert("mimetype_id".to_owned(), mimetype.into());
            columns.insert("raw_contact_id".to_owned(), raw_contact.into());
        }
        self.insert("data", &row)
    }

    /// The groups of an account that every new contact is put into.
    pub(crate) fn groups_for_all(&self, account: i64) -> Result<Vec<i64>, ProvidersError> {
        let sql = "SELECT _id FROM groups WHERE account_id = ?1 AND auto_add != 0 AND deleted = 0";
        let found = || -> rusqlite::Result<Vec<i64>> {
            let mut statement = self.db.prepare_cached(sql)?;
            let rows = statement.query_map([account], |row| row.get(0))?;
            rows.collect()
        };
        found().map_err(|source| self.error(source))
    }

    /// Sets a column of a raw contact.
    ///
    /// # Errors
    /// No such column.
    pub(crate) fn set_raw(
        &self,
        raw_contact: i64,
        column: &str,
        value: &Value,
    ) -> Result<(), ProvidersError> {
        let sql = format!("UPDATE raw_contacts SET {column} = ?1 WHERE _id = ?2");
        self.db
            .execute(&sql, params![sql_value(value), raw_contact])
            .map(drop)
            .map_err(|source| self.error(source))
    }

    /// Counts a raw contact's version up, as every change of it does.
    ///
    /// # Errors
    /// Only those of the database.
    pub(crate) fn touch_raw(&self, raw_contact: i64) -> Result<(), ProvidersError> {
        self.execute(&format!(
            "UPDATE raw_contacts SET version = version + 1 WHERE _id = {raw_contact}"
        ))
        .map(drop)
    }

    /// Deletes a contact as the phone does when its owner does: the raw contact stays, marked, until its account has
    /// synchronised, and the deletion is logged.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn delete_contact(&self, raw_contact: i64) -> Result<(), ProvidersError> {
        let delete = || -> rusqlite::Result<()> {
            self.db.execute(
                "INSERT OR REPLACE INTO deleted_contacts (contact_id, contact_deleted_timestamp)
                 SELECT contact_id, 1700000000000 FROM raw_contacts WHERE _id = ?1 AND contact_id IS NOT NULL",
                [raw_contact],
            )?;
            self.db.execute(
                "UPDATE raw_contacts SET deleted = 1, contact_id = NULL, version = version + 1 WHERE _id = ?1",
                [raw_contact],
            )?;
            self.db.execute(
                "DELETE FROM contacts WHERE _id NOT IN (SELECT contact_id FROM raw_contacts WHERE contact_id IS NOT NULL)",
                [],
            )?;
            Ok(())
        };
        delete().map_err(|source| self.error(source))
    }

    /// Adds a file to the media index; the generation counts up. Returns its id.
    ///
    /// # Errors
    /// A second row for the same file.
    pub fn media(&self, media: &MediaRow) -> Result<i64, ProvidersError> {
        let generation = self.next_generation()?;
        let below = media
            .data
            .strip_prefix(&media.root)
            .unwrap_or(&media.data)
            .trim_start_matches('/');
        let (folder, name) = below.rsplit_once('/').unwrap_or(("", below));
        let bucket = folder.rsplit('/').next().unwrap_or_default();
        // A file in the bin is renamed to `.trashed-<expiry>-<name>` and keeps its name in the index.
        let binned = name
            .strip_prefix(".trashed-")
            .and_then(|rest| rest.split_once('-'))
            .filter(|_| media.trashed);
        let (expires, name) = match binned {
            Some((expires, name)) => (expires.parse::<i64>().ok(), name),
            None => (None, name),
        };
        let media_type = match media.mime.split('/').next() {
            Some("image") => 1,
            Some("video") => 3,
            _ => 0,
        };
        self.insert(
            "files",
            &serde_json::json!({
                "_data": media.data, "_display_name": name, "relative_path": format!("{folder}/"),
                "mime_type": media.mime, "media_type": media_type, "date_added": media.modified,
                "date_modified": media.modified, "datetaken": media.taken, "width": media.width,
                "height": media.height, "orientation": media.orientation, "duration": media.duration,
                "_size": media.size, "date_expires": expires, "bucket_id": bucket_id(folder), "bucket_display_name": bucket,
                "is_favorite": i64::from(media.favourite), "is_trashed": i64::from(media.trashed),
                "generation_added": generation, "generation_modified": generation,
            }),
        )
    }

    /// Changes columns of media rows (`set` and `condition` are SQL), which then carry a new generation. Returns how
    /// many rows changed.
    ///
    /// # Errors
    /// No such column.
    pub fn change_media(&self, set: &str, condition: &str) -> Result<usize, ProvidersError> {
        let generation = self.next_generation()?;
        self.execute(&format!(
            "UPDATE files SET {set}, generation_modified = {generation} WHERE {condition}"
        ))
    }

    /// Removes media rows; the generation counts up.
    ///
    /// # Errors
    /// No such column.
    pub fn remove_media(&self, condition: &str) -> Result<usize, ProvidersError> {
        self.next_generation()?;
        self.execute(&format!("DELETE FROM files WHERE {condition}"))
    }

    fn next_generation(&self) -> Result<i64, ProvidersError> {
        self.db
            .prepare_cached(
                "UPDATE settings SET value = value + 1 WHERE name = 'media_generation' RETURNING CAST(value AS INTEGER)",
            )
            .and_then(|mut update| update.query_row([], |row| row.get(0)))
            .map_err(|source| self.error(source))
    }

    /// A setting: `ro.serialno` and other properties, `device_name`, `android_id`, `media_version`,
    /// `media_generation`.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn setting(&self, name: &str) -> Result<Option<String>, ProvidersError> {
        self.db
            .query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|source| self.error(source))
    }

    /// Sets a setting; None takes it away.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn set(&self, name: &str, value: Option<&str>) -> Result<(), ProvidersError> {
        let changed = match value {
            Some(value) => self.db.execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
                [name, value],
            ),
            None => self.db.execute("DELETE FROM settings WHERE name = ?1", [name]),
        };
        changed.map(drop).map_err(|source| self.error(source))
    }

    /// All properties, by name.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn properties(&self) -> Result<Vec<(String, String)>, ProvidersError> {
        let read = || {
            let mut statement = self
                .db
                .prepare("SELECT name, value FROM settings WHERE name LIKE 'ro.%' ORDER BY name")?;
            statement
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.error(source))
    }

    /// The phone's API level (34 is Android 14).
    ///
    /// # Errors
    /// Only those of the database.
    pub fn api(&self) -> Result<u32, ProvidersError> {
        Ok(self
            .setting("ro.build.version.sdk")?
            .and_then(|api| api.parse().ok())
            .unwrap_or(34))
    }

    /// Takes a permission from the shell (see [`permission`]).
    ///
    /// # Errors
    /// Only those of the database.
    pub fn revoke(&self, permission: &str) -> Result<(), ProvidersError> {
        self.switch("grants", permission, false)
    }

    /// Gives a permission back.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn grant(&self, permission: &str) -> Result<(), ProvidersError> {
        self.switch("grants", permission, true)
    }

    /// Takes a provider away, as some makers do (see [`authority`]).
    ///
    /// # Errors
    /// Only those of the database.
    pub fn remove_provider(&self, authority: &str) -> Result<(), ProvidersError> {
        self.switch("providers", authority, false)
    }

    /// Brings a provider back.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn restore_provider(&self, authority: &str) -> Result<(), ProvidersError> {
        self.switch("providers", authority, true)
    }

    fn switch(&self, table: &str, name: &str, on: bool) -> Result<(), ProvidersError> {
        self.db
            .execute(
                &format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2)"),
                params![name, on],
            )
            .map(drop)
            .map_err(|source| self.error(source))
    }

    pub(crate) fn is_granted(&self, permission: &str) -> Result<bool, ProvidersError> {
        self.is_on("SELECT granted FROM grants WHERE permission = ?1", permission)
    }

    pub(crate) fn is_present(&self, authority: &str) -> Result<bool, ProvidersError> {
        self.is_on("SELECT present FROM providers WHERE authority = ?1", authority)
    }

    fn is_on(&self, sql: &str, name: &str) -> Result<bool, ProvidersError> {
        self.db
            .query_row(sql, [name], |row| row.get(0))
            .optional()
            .map(|on| on.unwrap_or(true))
            .map_err(|source| self.error(source))
    }

    fn error(&self, source: rusqlite::Error) -> ProvidersError {
        ProvidersError {
            path: self.path.clone(),
            source,
        }
    }
}

const DEFAULTS: [(&str, &str); 9] = [
    ("ro.serialno", "SK0000000001"),
    ("ro.product.manufacturer", "Sidekeep"),
    ("ro.product.model", "Testphone"),
    ("ro.product.name", "testphone"),
    ("ro.product.device", "testphone"),
    ("ro.build.version.release", "14"),
    ("ro.build.version.sdk", "34"),
    ("media_version", "1:first"),
    ("media_generation", "0"),
];

/// Any number that is equal for equal folders; the phone uses Java's hash of the lower-case path.
fn bucket_id(folder: &str) -> i64 {
    let hash = folder.to_lowercase().encode_utf16().fold(0i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    });
    i64::from(hash)
}

fn sql_value(value: &Value) -> rusqlite::types::Value {
    use rusqlite::types::Value as Sql;
    match value {
        Value::Null => Sql::Null,
        Value::Bool(on) => Sql::Integer(i64::from(*on)),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Sql::Integer(integer),
            None => Sql::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Sql::Text(text.clone()),
        Value::Array(bytes) => Sql::Blob(
            bytes
                .iter()
                .filter_map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok()))
                .collect(),
        ),
        Value::Object(_) => Sql::Text(value.to_string()),
    }
}
