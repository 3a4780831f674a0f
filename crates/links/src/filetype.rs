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
pub(crate) fn picture(name: &str) -> Option<Kind> {
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
}
