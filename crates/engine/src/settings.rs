//! What the owner chose about Sidekeep on this computer, in `settings.toml` of the platform's folder for such files. It
//! holds no secret.
//!
//! A value that this version cannot read counts as its default and stays in the file until the owner chooses another;
//! so does a key that it does not know. A file that is no TOML at all is set aside, never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Table;
use ts_rs::TS;

use crate::EngineError;
use crate::replace::{Gate, replace};

/// What the owner chose. A field that a file lacks has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// The archive's folder.
    pub archive: PathBuf,
    /// Light or dark.
    pub look: Look,
    /// The language of the words.
    pub language: Language,
    /// When a phone is mirrored by itself.
    pub schedule: Schedule,
    /// Sidekeep starts with the session, in the tray.
    pub autostart: bool,
    /// The desktop tells of runs that ended, suspicious changes, and phones that are overdue.
    pub notifications: bool,
    /// Closing the window leaves Sidekeep in the tray.
    pub close_to_tray: bool,
}

impl Default for Settings {
    /// Nothing happens by itself; a run outlives its window.
    fn default() -> Self {
        Self {
            archive: crate::Engine::default_root().unwrap_or_default(),
            look: Look::System,
            language: Language::System,
            schedule: Schedule::Off,
            autostart: false,
            notifications: true,
            close_to_tray: true,
        }
    }
}

/// Settings as they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// What counts.
    pub settings: Settings,
    /// The file names an archive: one was chosen before.
    pub chosen: bool,
    /// The file could not be understood and is here now.
    pub aside: Option<PathBuf>,
}

impl Settings {
    /// Where they are kept. None when the system names no home.
    pub fn file() -> Option<PathBuf> {
        directories::BaseDirs::new().map(|base| base.config_dir().join("sidekeep").join("settings.toml"))
    }

    /// Reads the file; one that is not there says nothing.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn load(path: &Path) -> Result<Loaded, EngineError> {
        let failed = |source| EngineError::Settings {
            path: path.to_owned(),
            source,
        };
        let Some(text) = text(path).map_err(failed)? else {
            return Ok(Loaded::default());
        };
        match text.parse::<Table>() {
            Ok(table) => Ok(Loaded {
                settings: Settings::of(&table),
                chosen: table.contains_key("archive"),
                aside: None,
            }),
            Err(error) => {
                let aside = set_aside(path).map_err(failed)?;
                tracing::warn!(%error, aside = %aside.display(), "the settings cannot be understood");
                Ok(Loaded {
                    aside: Some(aside),
                    ..Loaded::default()
                })
            }
        }
    }

    /// Writes the file. What is in it and still means the same stays as it is.
    ///
    /// # Errors
    /// When the disk fails; the file is then what it was.
    pub fn save(&self, path: &Path) -> Result<(), EngineError> {
        self.save_through(path, &|| Ok(()))
            .map_err(|source| EngineError::Settings {
                path: path.to_owned(),
                source,
            })
    }

    fn save_through(&self, path: &Path, gate: Gate<'_>) -> io::Result<()> {
        let mut file: Table = match text(path)?.map(|text| text.parse()) {
            Some(Ok(table)) => table,
            // Whoever broke it meanwhile may want it back.
            Some(Err(_)) => {
                gate()?;
                set_aside(path)?;
                Table::new()
            }
            None => Table::new(),
        };
        let table = |settings: &Settings| Table::try_from(settings).map_err(io::Error::other);
        let there = table(&Settings::of(&file))?;
        for (key, value) in table(self)? {
            if !file.contains_key(&key) || there.get(&key) != Some(&value) {
                file.insert(key, value);
            }
        }
        replace(path, &file.to_string(), gate)
    }

    /// What a file means: each value for itself, so that one from a later version does not take the others along.
    fn of(file: &Table) -> Self {
        let mut settings = Settings::default();
        for (key, value) in file {
            let Ok(mut table) = Table::try_from(&settings) else {
                continue;
            };
            if table.insert(key.clone(), value.clone()).is_none() {
                continue;
            }
            match table.try_into() {
                Ok(read) => settings = read,
                Err(error) => tracing::warn!(%error, key, "a setting cannot be understood"),
            }
        }
        settings
    }
}

/// The file's text; None when there is no file. Bytes that are no text make no TOML either.
fn text(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Renames the file to a name that nothing has.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let mut nth = 1;
    loop {
        let aside = path.with_extension(format!("broken-{nth}.toml"));
        // Whether the name is free and taking it are two steps; only another Sidekeep could come between.
        if aside.symlink_metadata().is_err() {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
        nth += 1;
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A language of the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// As the system has it.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// When a phone is mirrored by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Never.
    #[default]
    Off,
    /// When it appears.
    Connect,
    /// Once a day, when it is reachable.
    Daily,
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn write(folder: &Path, text: &str) -> PathBuf {
        let path = folder.join("deep/settings.toml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn what_a_file_means() {
        let check = |text: &str, chosen: bool, change: fn(&mut Settings)| {
            let folder = tempfile::tempdir().unwrap();
            let path = write(folder.path(), text);
            let mut settings = Settings::default();
            change(&mut settings);
            let expected = Loaded {
                settings,
                chosen,
                aside: None,
            };
            assert_eq!(Settings::load(&path).unwrap(), expected, "{text}");
        };
        check("", false, |_| {});
        check("archive = '/a'\nlook = 'dark'", true, |settings| {
            settings.archive = "/a".into();
            settings.look = Look::Dark;
        });
        check(
            "look = 'sepia'\nschedule = 'daily'\nautostart = 3",
            false,
            |settings| {
                settings.schedule = Schedule::Daily;
            },
        );
        check("future = [1]\nclose_to_tray = false", false, |settings| {
            settings.close_to_tray = false;
        });
    }

    #[test]
    fn what_a_later_version_wrote_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = write(folder.path(), "look = 'sepia'\nfuture = [1]\nlanguage = 'de'\n");
        let mut settings = Settings::load(&path).unwrap().settings;
        settings.language = Language::En;
        settings.save(&path).unwrap();
        let file: Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        assert_eq!(file["look"].as_str(), Some("sepia"));
        assert_eq!(file["future"].as_array().map(Vec::len), Some(1));
        assert_eq!(file["language"].as_str(), Some("en"));
        assert_eq!(Settings::load(&path).unwrap().settings, settings);
        settings.look = Look::Light;
        settings.save(&path).unwrap();
        assert_eq!(Settings::load(&path).unwrap().settings, settings);
    }

    #[test]
    fn what_is_no_file_of_ours_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        for (nth, broken) in ["look = ", "look = 'da", "\0\u{fffd}"].iter().enumerate() {
            let path = write(folder.path(), broken);
            let loaded = Settings::load(&path).unwrap();
            assert_eq!(loaded.settings, Settings::default());
            let aside = loaded.aside.unwrap();
            assert!(
                aside.ends_with(format!("settings.broken-{}.toml", nth + 1)),
                "{aside:?}"
            );
            assert_eq!(fs::read_to_string(&aside).unwrap(), *broken);
            assert!(!path.exists());
        }
        let path = write(folder.path(), "look = ");
        Settings::default().save(&path).unwrap();
        assert_eq!(
            fs::read_to_string(path.with_extension("broken-4.toml")).unwrap(),
            "look = "
        );
    }

    #[test]
    fn a_write_that_fails_anywhere_leaves_the_old_or_the_new() {
        let new = Settings {
            look: Look::Dark,
            ..Settings::default()
        };
        for before in ["look = 'light'\nfuture = 1\n", "look = "] {
            for fails_at in 0.. {
                let folder = tempfile::tempdir().unwrap();
                let path = write(folder.path(), before);
                let passed = Cell::new(0);
                let saved = new.save_through(&path, &|| {
                    passed.set(passed.get() + 1);
                    if passed.get() == fails_at + 1 {
                        return Err(io::ErrorKind::StorageFull.into());
                    }
                    Ok(())
                });
                let found: Vec<String> = fs::read_dir(path.parent().unwrap())
                    .unwrap()
                    .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
                    .collect();
                assert!(
                    found.iter().any(|text| text == before) || before.contains("future"),
                    "what could not be understood is kept: {found:?}"
                );
                if saved.is_ok() {
                    assert!(fails_at > 4);
                    assert_eq!(Settings::load(&path).unwrap().settings, new);
                    break;
                }
                if before.contains("future") {
                    let loaded = Settings::load(&path).unwrap();
                    assert!(
                        [Look::Light, Look::Dark].contains(&loaded.settings.look),
                        "{fails_at}"
                    );
                    assert_eq!(found.len(), 1, "nothing half-written stays: {found:?}");
                }
            }
        }
    }
}
