//! Paths on the phone: the many names of the shared storage, what the bin does to a name, and which folder an item is
//! counted under. Pure.

use sidekeep_model::{Collection, CollectionId};

/// Names of the first user's shared storage. All but one are links to another; the media index uses the last.
const STORAGES: [&str; 4] = [
    "/sdcard",
    "/mnt/sdcard",
    "/storage/self/primary",
    "/storage/emulated/0",
];

/// The folder of the phone that is mirrored: the shared storage or one below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    path: String,
    aliases: Vec<String>,
    /// It is the whole shared storage, so that memory cards beside it belong to it.
    whole: bool,
}

impl Root {
    /// The root at `path`, absolute.
    pub(crate) fn new(path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let below = STORAGES.iter().find_map(|storage| {
            path.strip_prefix(storage)
                .filter(|below| below.is_empty() || below.starts_with('/'))
        });
        let mut aliases = vec![path.to_owned()];
        if let Some(below) = below {
            aliases.extend(STORAGES.iter().map(|storage| format!("{storage}{below}")));
        }
        Self {
            path: path.to_owned(),
            aliases,
            whole: below == Some(""),
        }
    }

    /// The path of the root itself.
    pub(super) fn path(&self) -> &str {
        if self.path.is_empty() { "/" } else { &self.path }
    }

    /// The remote id of the file at `path`: relative to the root, or absolute on a memory card. None for a file
    /// elsewhere.
    pub(super) fn remote(&self, path: &str) -> Option<String> {
        let below = self.aliases.iter().find_map(|alias| {
            path.strip_prefix(alias.as_str())
                .and_then(|below| below.strip_prefix('/'))
        });
        match below {
            Some(below) => Some(below.to_owned()).filter(|below| !below.is_empty()),
            None => {
                let card = path.strip_prefix("/storage/")?;
                let volume = card.split('/').next()?;
                let other = !matches!(volume, "emulated" | "self");
                (self.whole && other && card.len() > volume.len() + 1).then(|| path.to_owned())
            }
        }
    }

    /// The path of a remote id.
    pub(super) fn path_of(&self, remote: &str) -> String {
        if remote.starts_with('/') {
            remote.to_owned()
        } else {
            format!("{}/{remote}", self.path)
        }
    }
}

/// The folder that an item is counted under: the two topmost below the root (`DCIM/Camera`), one more inside
/// `Android/media`, where every app has its own, and `.` for the root itself.
pub(crate) fn collection(remote: &str) -> Collection {
    let (card, below) = match remote
        .strip_prefix("/storage/")
        .and_then(|rest| rest.split_once('/'))
    {
        Some((volume, below)) => (Some(volume), below),
        None => (None, remote),
    };
    let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
    let depth = if folder.starts_with("Android/media/") {
        3
    } else {
        2
    };
    let top: Vec<&str> = folder
        .split('/')
        .filter(|part| !part.is_empty())
        .take(depth)
        .collect();
    let top = if top.is_empty() {
        ".".to_owned()
    } else {
        top.join("/")
    };
    let (id, name) = match card {
        Some(volume) => (format!("/storage/{volume}/{top}"), format!("{volume}/{top}")),
        None => (top.clone(), top),
    };
    Collection {
        id: CollectionId(id),
        name,
        account: None,
        colour: None,
        read_only: false,
        derived: false,
    }
}

/// A path's folder (with its final slash, or empty) and name.
pub(super) fn parted(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |at| at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(root: &str, path: &str, remote: Option<&str>) {
        assert_eq!(Root::new(root).remote(path).as_deref(), remote, "{root} {path}");
    }

    #[test]
    fn all_names_of_the_storage_are_one() {
        check("/sdcard", "/storage/emulated/0/DCIM/a.jpg", Some("DCIM/a.jpg"));
        check("/sdcard/", "/sdcard/DCIM/a.jpg", Some("DCIM/a.jpg"));
        check("/storage/emulated/0", "/sdcard/a.jpg", Some("a.jpg"));
        check("/sdcard/DCIM", "/storage/emulated/0/DCIM/a.jpg", Some("a.jpg"));
        check("/sdcard/DCIM", "/storage/emulated/0/Pictures/a.jpg", None);
        check("/sdcard", "/storage/emulated/10/DCIM/a.jpg", None);
        check("/sdcard", "/sdcardx/a.jpg", None);
        check("/tmp/phone", "/tmp/phone/DCIM/a.jpg", Some("DCIM/a.jpg"));
        check("/tmp/phone", "/sdcard/DCIM/a.jpg", None);
        check("/", "/DCIM/a.jpg", Some("DCIM/a.jpg"));
    }

    #[test]
    fn cards_belong_to_the_whole_storage_only() {
        let card = "/storage/9C33-6BBD/DCIM/a.jpg";
        check("/sdcard", card, Some(card));
        check("/sdcard/DCIM", card, None);
        check("/sdcard", "/storage/9C33-6BBD", None);
        assert_eq!(Root::new("/sdcard").path_of(card), card);
        assert_eq!(Root::new("/sdcard").path_of("DCIM/a.jpg"), "/sdcard/DCIM/a.jpg");
    }

    #[test]
    fn collections_are_the_upper_folders() {
        for (remote, id) in [
            ("DCIM/Camera/a.jpg", "DCIM/Camera"),
            ("DCIM/Camera/2024/a.jpg", "DCIM/Camera"),
            ("DCIM/a.jpg", "DCIM"),
            ("a.jpg", "."),
            (
                "Android/media/com.whatsapp/WhatsApp/Media/a.jpg",
                "Android/media/com.whatsapp",
            ),
            (
                "/storage/9C33-6BBD/DCIM/Camera/x/a.jpg",
                "/storage/9C33-6BBD/DCIM/Camera",
            ),
        ] {
            assert_eq!(collection(remote).id.as_str(), id);
        }
    }

    #[test]
    fn a_path_is_its_folder_and_name() {
        assert_eq!(parted("DCIM/Camera/a.jpg"), ("DCIM/Camera/", "a.jpg"));
        assert_eq!(parted("a.jpg"), ("", "a.jpg"));
    }
}
