//! What the owner chose about Sidekeep on this computer.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
