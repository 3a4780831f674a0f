//! A folder that stands for a phone's shared storage. The one place that turns a phone's path into one of ours, and
//! it never leads out of the folder: `..` and symbolic links are refused.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder seen at a path of the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    mount: String,
    folder: PathBuf,
}

impl Storage {
    /// `folder` seen as `mount` (such as `/sdcard`, no slash at the end).
    pub fn new(mount: &str, folder: &Path) -> Self {
        Self {
            mount: mount.trim_end_matches('/').to_owned(),
            folder: folder.to_owned(),
        }
    }

    /// Where the phone sees it.
    pub fn mount(&self) -> &str {
        &self.mount
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file or folder at a path of the phone; None when it is outside, or behind a symbolic link (the last part
    /// may be one: whoever opens it must look at [`Path::symlink_metadata`] first). It need not exist.
    pub fn resolve(&self, path: &str) -> Option<PathBuf> {
        let below = path.strip_prefix(&self.mount)?;
        if !below.is_empty() && !below.starts_with('/') {
            return None;
        }
        let parts: Vec<&str> = below
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        let mut real = self.folder.clone();
        for (index, part) in parts.iter().enumerate() {
            if !is_plain(part) {
                return None;
            }
            real.push(part);
            let last = index + 1 == parts.len();
            if !last && fs::symlink_metadata(&real).is_ok_and(|found| found.is_symlink()) {
                return None;
            }
        }
        Some(real)
    }

    /// The regular file at a path of the phone, opened for reading; None when there is none, or it is a link.
    pub fn open(&self, path: &str) -> Option<fs::File> {
        let real = self.resolve(path)?;
        fs::symlink_metadata(&real)
            .ok()
            .filter(fs::Metadata::is_file)
            .and_then(|_| fs::File::open(real).ok())
    }
}

/// Neither a step upwards nor anything that another system reads as a root, a drive or a stream.
fn is_plain(part: &str) -> bool {
    part != ".." && !part.contains(['\\', '\0']) && !(cfg!(windows) && part.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let storage = Storage::new("/sdcard/", Path::new("/tmp/phone"));
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(storage.resolve(path), expected.map(PathBuf::from), "{path:?}");
        };
        check("/sdcard", Some("/tmp/phone"));
        check("/sdcard/", Some("/tmp/phone"));
        check("/sdcard/DCIM//./a b.jpg", Some("/tmp/phone/DCIM/a b.jpg"));
        check("/sdcardx/a", None);
        check("/sdcard/../etc/passwd", None);
        check("/sdcard/DCIM/..", None);
        check("/sdcard/a\\..\\b", None);
        check("/sdcard/a\0b", None);
        check("/etc/passwd", None);
        check("", None);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        fs::write(folder.path().join("real/file"), "x").unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink("real/file", folder.path().join("file")).unwrap();
        let storage = Storage::new("/sdcard", folder.path());
        assert!(storage.open("/sdcard/real/file").is_some());
        assert_eq!(storage.resolve("/sdcard/link/file"), None);
        assert!(storage.open("/sdcard/file").is_none());
    }
}
