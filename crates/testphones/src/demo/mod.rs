//! The demo's phone: invented people, calendars and pictures that show what Sidekeep carries. Everything is made by
//! code and is the same, byte for byte, each time on every machine. Nobody in it exists: names are made up, addresses
//! end in example.org or example.net, numbers hold 555.

mod calendars;
mod exif;
mod film;
mod painting;
mod people;
mod photos;

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use self::exif::{Exif, Place, with_exif};
pub use self::painting::paint;
use crate::android::Android;
use crate::providers::{Providers, ProvidersError};
use crate::storage::Storage;

/// The root of the demo phone's shared storage.
pub const MOUNT: &str = "/sdcard";

/// The demo phone's serial number.
pub const SERIAL: &str = "DEMO0001";

/// How much there is on the demo phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Contacts (raw contacts), over all accounts.
    pub contacts: usize,
    /// Groups, empty ones included.
    pub groups: usize,
    /// Calendars.
    pub calendars: usize,
    /// Event series; overrides and cancelled instances belong to theirs.
    pub events: usize,
    /// Still pictures, the one in the bin included.
    pub photos: usize,
    /// Films.
    pub films: usize,
}

/// A running demo phone.
#[derive(Debug)]
pub struct Demo {
    /// Ends when dropped.
    pub android: Android,
    /// What is on it.
    pub contents: Contents,
}

/// The demo phone cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Its database.
    #[error("the demo phone's providers")]
    Providers(#[from] ProvidersError),
    /// Its files.
    #[error("the demo phone's files")]
    Io(#[from] io::Error),
    /// A picture.
    #[error("the demo phone's pictures")]
    Picture(#[from] image::ImageError),
    /// The tables of people and events, which are part of the program.
    #[error("the demo phone's tables")]
    Tables(#[from] serde_json::Error),
}

/// Where [`write()`] puts the database.
pub fn database(folder: &Path) -> PathBuf {
    folder.join("phone.db")
}

/// Where [`write()`] puts the shared storage.
pub fn storage(folder: &Path) -> PathBuf {
    folder.join("sdcard")
}

/// Makes the demo phone in an empty folder and serves it on a free loopback port.
///
/// # Errors
/// See [`DemoError`]; most likely the disk is full.
pub async fn start(folder: &Path) -> Result<Demo, DemoError> {
    let to = folder.to_owned();
    let contents = tokio::task::spawn_blocking(move || write(&to, MOUNT))
        .await
        .map_err(io::Error::other)??;
    let android = Android::start(Storage::new(MOUNT, &storage(folder)), database(folder)).await?;
    Ok(Demo { android, contents })
}

/// Makes the demo phone's database and shared storage in an empty folder. `mount` is where the phone will see its
/// storage.
///
/// # Errors
/// See [`DemoError`].
pub fn write(folder: &Path, mount: &str) -> Result<Contents, DemoError> {
    let providers = Providers::create(&database(folder))?;
    for (name, value) in [
        ("ro.serialno", SERIAL),
        ("ro.product.manufacturer", "Example"),
        ("ro.product.model", "Pebble 7"),
        ("ro.product.name", "pebble"),
        ("ro.product.device", "pebble"),
        ("device_name", "Mira's Pebble"),
        ("android_id", "00000000de300001"),
    ] {
        providers.set(name, Some(value))?;
    }
    let people: Value = serde_json::from_str(include_str!("people.json"))?;
    let calendars: Value = serde_json::from_str(include_str!("calendars.json"))?;
    let pictures = photos::write(&storage(folder))?;
    let contents = providers.batch(|providers| {
        let (contacts, groups) = people::insert(providers, &people)?;
        let (calendars, events) = calendars::insert(providers, &calendars)?;
        let (photos, films) = photos::insert(providers, &pictures, mount)?;
        Ok(Contents {
            contacts,
            groups,
            calendars,
            events,
            photos,
            films,
        })
    })?;
    Ok(contents)
}
