//! Photos and films by the ending of their name: all that is known of a file before its bytes are here.

use sidekeep_model::Kind;

const PHOTOS: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "heic", "heif", "hif", "avif", "jxl", "tif", "tiff",
    "bmp", "mpo", "insp", "dng", "cr2", "cr3", "crw", "nef", "nrw", "arw", "srf", "sr2", "orf", "rw2", "rwl",
    "raf", "pef", "srw", "raw", "3fr", "iiq", "x3f", "erf", "kdc", "mrw", "dcr",
];
const FILMS: &[&str] = &[
    "mp4", "m4v", "mov", "qt", "3gp", "3gpp", "3g2", "avi", "mkv", "webm", "mts", "m2ts", "mpg", "mpeg",
    "mpe", "wmv", "asf", "insv", "mod", "tod",
];

/// Whether a file of this name is a photo, a film, or neither.
pub fn picture(name: &str) -> Option<Kind> {
    let (stem, ending) = name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    let ending = ending.to_ascii_lowercase();
    if PHOTOS.contains(&ending.as_str()) {
        Some(Kind::Photo)
    } else if FILMS.contains(&ending.as_str()) {
        Some(Kind::Film)
    } else {
        None
    }
}

/// The name that a file in the bin had before: the phone puts `.trashed-<seconds>-` in front (AOSP FileUtils).
pub(crate) fn untrashed(name: &str) -> Option<&str> {
    let (digits, name) = name.strip_prefix(".trashed-")?.split_once('-')?;
    let is_time = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_time && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_the_last_ending_whatever_its_case() {
        for (name, kind) in [
            ("IMG_1.JPG", Some(Kind::Photo)),
            ("IMG_1.jpg.mp4", Some(Kind::Film)),
            ("DSC1.NEF", Some(Kind::Photo)),
            ("notes.txt", None),
            ("jpg", None),
            (".jpg", None),
            ("", None),
        ] {
            assert_eq!(picture(name), kind, "{name}");
        }
    }

    #[test]
    fn the_bin_is_looked_through() {
        assert_eq!(untrashed(".trashed-1700000000-IMG-1.jpg"), Some("IMG-1.jpg"));
        for name in [
            "IMG.jpg",
            ".trashed-x-IMG.jpg",
            ".trashed-1-",
            ".trashed--a",
            ".trashed-1",
        ] {
            assert_eq!(untrashed(name), None, "{name}");
        }
    }
}
