//! Where things are in an archive's folder.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use sidekeep_model::{Digest, RunId};

/// The newest archive format that this code reads and the one it writes.
pub(crate) const FORMAT: u32 = 1;
/// What the format file says before the number.
pub(crate) const FORMAT_NAME: &str = "sidekeep-archive";

/// Everything that is not for people's eyes.
pub(crate) const INNER: &str = ".sidekeep";
pub(crate) const FORMAT_FILE: &str = ".sidekeep/format";
pub(crate) const JOURNAL: &str = ".sidekeep/journal";
pub(crate) const OBJECTS: &str = ".sidekeep/objects";
pub(crate) const INCOMING: &str = ".sidekeep/incoming";
pub(crate) const QUARANTINE: &str = ".sidekeep/quarantine";
pub(crate) const INDEX: &str = ".sidekeep/index.db";
pub(crate) const THUMBS: &str = ".sidekeep/thumbs.db";
pub(crate) const LOCK: &str = ".sidekeep/lock";
pub(crate) const PHOTOS: &str = "Photos";
pub(crate) const CONTACTS: &str = "Contacts";
pub(crate) const CALENDARS: &str = "Calendars";
pub(crate) const READ_ME: &str = "READ ME.html";
pub(crate) const SUMS: &str = "SHA256SUMS";

/// What systems leave in folders by themselves: at the root of a disk that was just formatted, and beside pictures that
/// somebody looked at. They tell nothing about whose folder it is.
pub(crate) fn is_litter(name: &OsStr) -> bool {
    const NAMES: [&str; 16] = [
        // ext4, Windows, network storage.
        "lost+found",
        "System Volume Information",
        "$RECYCLE.BIN",
        "RECYCLER",
        "desktop.ini",
        "Thumbs.db",
        "ehthumbs.db",
        "@eaDir",
        "#recycle",
        // macOS.
        ".DS_Store",
        ".Trashes",
        ".Spotlight-V100",
        ".fseventsd",
        ".TemporaryItems",
        ".DocumentRevisions-V100",
        ".VolumeIcon.icns",
    ];
    // Attributes of macOS files on foreign disks, and the bins and folder settings of Linux desktops.
    const BEGINNINGS: [&str; 3] = ["._", ".Trash-", ".directory"];
    name.to_str().is_some_and(|name| {
        NAMES.iter().any(|litter| name.eq_ignore_ascii_case(litter))
            || BEGINNINGS.iter().any(|litter| name.starts_with(litter))
    })
}

/// `.sidekeep/journal/2026/<run>.jsonl`, below the root.
pub(crate) fn journal(run: &RunId) -> String {
    let year: String = run.0.chars().take(4).collect();
    format!("{JOURNAL}/{year}/{run}.jsonl")
}

/// `.sidekeep/objects/ab/<blake3>`, below the root.
pub(crate) fn object(digest: &Digest) -> String {
    let hex = digest.to_hex();
    format!("{OBJECTS}/{}/{hex}", &hex[..2])
}

/// A `/`-separated path of ours below the root, as the system writes it.
pub(crate) fn below(root: &Path, path: &str) -> PathBuf {
    let mut full = root.to_owned();
    full.extend(path.split('/'));
    full
}
