//! Facts.
use sidekeep_model::{Facts, Media};
use std::fs::File;

/// Facts.
///
/// # Errors
/// Only when the file cannot be read.
pub fn facts(_file: &mut File, _name: &str) -> std::io::Result<Facts> {
    Ok(Facts {
        media: Media::from("application/octet-stream"),
        taken: None,
        width: None,
        height: None,
        place: None,
        camera: None,
        duration: None,
        broken: true,
    })
}
