//! Original files: the names under which they are kept, and bringing them there.

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::FixedOffset;
use rusqlite::{Connection, OptionalExtension};
use sidekeep_model::Taken;

use crate::disk::Disk;
use crate::{ArchiveError, layout, paths};

/// Finds free names, remembering how far it counted, so that a thousand files of one name cost a thousand look-ups.
#[derive(Default)]
pub(crate) struct Names {
    counted: HashMap<String, u32>,
}

impl Names {
    /// A path below the root for an original called `name` on the phone, that nothing in the index or on disk has and
    /// that no system confuses with another.
    pub(crate) fn free(
        &mut self,
        index: &Connection,
        root: &Path,
        taken: &Taken,
        name: &str,
    ) -> Result<String, ArchiveError> {
        let folder = paths::day_folder(taken.wall.date());
        let name = paths::safe_name(name);
        let first = paths::clash_key(&format!("{folder}/{name}"));
        let counted = self.counted.entry(first).or_insert(0);
        loop {
            *counted += 1;
            let path = format!("{folder}/{}", paths::nth_name(&name, *counted));
            let known = index
                .prepare_cached("SELECT 1 FROM originals WHERE clash = ?1")?
                .query_row([paths::clash_key(&path)], |_| Ok(()))
                .optional()?;
            if known.is_none() && fs::symlink_metadata(layout::below(root, &path)).is_err() {
                return Ok(path);
            }
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
