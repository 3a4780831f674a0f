//! Original files: the names under which they are kept, and bringing them there.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::FixedOffset;
use rusqlite::OptionalExtension;
use sidekeep_model::{Digest, Hasher, Taken};

use crate::disk::Disk;
use crate::{Archive, ArchiveError, layout, paths};

/// Where an original is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// A path that nothing has yet.
    Free(String),
    /// A path where these very bytes are already, though no record names them: those of a lost journal, or brought
    /// there by the owner.
    Adopted(String),
}

/// Finds free names, remembering how far it counted, so that a thousand files of one name cost a thousand look-ups.
#[derive(Default)]
pub(crate) struct Names {
    counted: HashMap<String, u32>,
}

impl Names {
    /// A path below the root for an original called `name` on the phone, that nothing in the index has and that no
    /// system confuses with another. Nothing on disk has it either, unless it is `length` bytes of this digest.
    pub(crate) fn free(
        &mut self,
        archive: &Archive,
        taken: &Taken,
        name: &str,
        digest: &Digest,
        length: u64,
    ) -> Result<Home, ArchiveError> {
        let folder = paths::day_folder(taken.wall.date());
        let name = paths::safe_name(name);
        let first = paths::clash_key(&format!("{folder}/{name}"));
        let counted = self.counted.entry(first).or_insert(0);
        let mut nth = *counted;
        loop {
            nth += 1;
            let path = format!("{folder}/{}", paths::nth_name(&name, nth));
            let known = archive
                .index
                .prepare_cached("SELECT 1 FROM originals WHERE clash = ?1")?
                .query_row([paths::clash_key(&path)], |_| Ok(()))
                .optional()?;
            if known.is_some() {
                // What no record names may still be adopted by a later file, so the count stops below it.
                if nth == *counted + 1 {
                    *counted = nth;
                }
                continue;
            }
            let full = layout::below(&archive.root, &path);
            match fs::symlink_metadata(&full) {
                Err(_) => return Ok(Home::Free(path)),
                Ok(facts) if facts.is_file() && facts.len() == length && holds(&full, digest) => {
                    return Ok(Home::Adopted(path));
                }
                Ok(_) => {}
            }
        }
    }
}

/// The file's bytes have this digest. One that cannot be read, or could not be written and so not be made durable, is
/// not ours to adopt.
fn holds(path: &Path, digest: &Digest) -> bool {
    let Ok(mut file) = OpenOptions::new().read(true).write(true).open(path) else {
        return false;
    };
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return hasher.digest() == *digest,
            Ok(length) => {
                hasher.update(&buffer[..length]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
}

/// Renames a received file to its place, with its capture time as modification time. Never over another file.
pub(crate) fn settle(disk: &Disk, part: &Path, target: &Path, taken: &Taken) -> Result<(), ArchiveError> {
    if let Some(folder) = target.parent() {
        disk.make_dir(folder)?;
    }
    disk.touch(part, modified(taken))?;
    disk.place(part, target)
}

/// Makes the names in these folders durable, and those of the folders above them up to the root.
pub(crate) fn sync_folders(
    disk: &Disk,
    root: &Path,
    dir: &File,
    folders: &BTreeSet<PathBuf>,
) -> Result<(), ArchiveError> {
    let all: BTreeSet<&Path> = folders
        .iter()
        .flat_map(|folder| folder.ancestors().take_while(|above| above.starts_with(root)))
        .collect();
    let all: Vec<&Path> = all.into_iter().collect();
    disk.sync_dirs(dir, &all)
}

/// The capture time as an instant; without a known offset the wall time is taken for UTC. Kept within what ext4 and
/// NTFS can store.
pub(crate) fn modified(taken: &Taken) -> SystemTime {
    let offset = taken
        .offset
        .as_deref()
        .and_then(|offset| offset.parse::<FixedOffset>().ok())
        .map_or(0, |offset| offset.local_minus_utc());
    let millis = taken.wall.and_utc().timestamp_millis() - i64::from(offset) * 1000;
    // 1901-12-14 and 2446-05-10, ext4's first and last.
    let millis = millis.clamp(-2_147_472_000_000, 15_032_000_000_000);
    let distance = Duration::from_millis(millis.unsigned_abs());
    if millis < 0 {
        SystemTime::UNIX_EPOCH - distance
    } else {
        SystemTime::UNIX_EPOCH + distance
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_model::TakenFrom;

    #[test]
    fn the_capture_time_is_the_modification_time() {
        for (wall, offset, seconds) in [
            ("2024-05-03T14:03:22", Some("+02:00"), 1_714_737_802),
            ("2024-05-03T14:03:22", None, 1_714_745_002),
            ("2024-05-03T14:03:22", Some("nonsense"), 1_714_745_002),
            ("1969-12-31T23:59:59", Some("-01:00"), 3599),
        ] {
            let taken = Taken {
                wall: wall.parse().unwrap(),
                offset: offset.map(str::to_owned),
                source: TakenFrom::Exif,
            };
            assert_eq!(
                modified(&taken),
                SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
                "{wall} {offset:?}"
            );
        }
    }
}
