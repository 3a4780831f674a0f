//! Names from a phone to paths of ours. The one place where text from outside becomes part of a path (ARCHITECTURE,
//! invariant 6); it touches no disk.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

/// Bytes that common file systems allow a name (ext4, APFS, NTFS count 255 of their own units; UTF-8 bytes are the
/// most).
const LONGEST: usize = 255;
/// An ending longer than this is part of the name, not a type.
const LONGEST_ENDING: usize = 16;

/// A file name that is safe on every common system and looks as much like `name` as it can. The text is normalised to
/// NFC; what a path or a terminal could misread becomes `_`. Never empty, `.` or `..`, and never longer than 255
/// bytes.
pub fn safe_name(name: &str) -> String {
    let mut safe: String = name
        .chars()
        .filter(|c| !is_invisible(*c))
        .nfc()
        .map(|c| if is_forbidden(c) { '_' } else { c })
        .collect();
    // Windows drops dots and spaces at the end, and a name of dots alone is a folder.
    let kept = safe.trim_end_matches(['.', ' ']).len();
    let dropped = safe.len() - kept;
    safe.truncate(kept);
    safe.extend(std::iter::repeat_n('_', dropped.min(2)));
    let safe = safe.trim_start_matches(' ');
    let safe = match safe {
        "" => "_".to_owned(),
        // A leading dot would hide the file from the person whom it belongs to.
        hidden if hidden.starts_with('.') => format!("_{}", &hidden[1..]),
        plain => plain.to_owned(),
    };
    let safe = if is_reserved(&safe) {
        format!("_{safe}")
    } else {
        safe
    };
    fit(&safe, "")
}

/// The `nth` name to try for `name`: itself, then `name (2).ending`, `name (3).ending`. The length stays within 255
/// bytes.
pub fn nth_name(name: &str, nth: u32) -> String {
    if nth <= 1 {
        return fit(name, "");
    }
    fit(name, &format!(" ({nth})"))
}

/// What two paths have in common when some file system would take them for the same: compatibility forms, case and
/// normal form folded.
pub fn clash_key(path: &str) -> String {
    let folded: String = path.nfkc().flat_map(char::to_uppercase).collect();
    folded.chars().flat_map(char::to_lowercase).nfkc().collect()
}

/// `Photos/2024/2024-05-03`, below the root.
pub(crate) fn day_folder(day: NaiveDate) -> String {
    use chrono::Datelike;
    // Years outside four digits cannot be a capture date; they are kept under year 0 rather than in a folder with a
    // sign in its name.
    let day = if (0..=9999).contains(&day.year()) {
        day
    } else {
        NaiveDate::default()
    };
    format!(
        "{}/{:04}/{}",
        crate::layout::PHOTOS,
        day.year(),
        day.format("%Y-%m-%d")
    )
}

/// The last part of a path of the phone's.
pub(crate) fn last_part(remote: &str) -> &str {
    remote.rsplit('/').find(|part| !part.is_empty()).unwrap_or(remote)
}

/// `text` cut to at most `bytes` at a character's edge.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `stem + mark + ending`, the stem cut so that the whole fits.
fn fit(name: &str, mark: &str) -> String {
    let (stem, ending) = split_ending(name);
    let stem = cut(stem, LONGEST - mark.len() - ending.len());
    let whole = format!("{stem}{mark}{ending}");
    // A cut may have laid bare a space or dot.
    whole.trim_end_matches(['.', ' ']).to_owned()
}

/// The name and its ending with the dot, if it has a short one.
fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= LONGEST_ENDING => name.split_at(dot),
        _ => (name, ""),
    }
}

/// Not allowed in a name by some system, or a separator in some.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        // Look-alikes of the separators.
        || matches!(c, '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' | '\u{ff3c}' | '\u{2216}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Marks that turn the direction of text or cannot be seen: they make one name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// A device name of Windows, whatever ending it has.
fn is_reserved(name: &str) -> bool {
    let base = name
        .split('.')
        .next()
        .unwrap_or(name)
        .trim_end_matches(' ')
        .to_ascii_uppercase();
    if matches!(
        base.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    ["COM", "LPT"]
        .iter()
        .filter_map(|device| base.strip_prefix(device))
        .any(|number| {
            matches!(
                number,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_safe() {
        let long = format!("{}.jpeg", "é".repeat(200));
        for (name, safe) in [
            ("IMG_1234.HEIC", "IMG_1234.HEIC"),
            ("..", "__"),
            (".", "_"),
            ("", "_"),
            ("../../etc/passwd", "_._.._etc_passwd"),
            ("C:\\Windows\\a.jpg", "C__Windows_a.jpg"),
            ("a\0b\nc.jpg", "a_b_c.jpg"),
            ("CON", "_CON"),
            ("con.jpg", "_con.jpg"),
            ("Com1.tar.gz", "_Com1.tar.gz"),
            ("COM\u{b9}.txt", "_COM\u{b9}.txt"),
            ("CONTACT.jpg", "CONTACT.jpg"),
            ("photo. . ", "photo__"),
            (".nomedia", "_nomedia"),
            ("gpj.\u{202e}exe.jpg", "gpj.exe.jpg"),
            ("a\u{ff0f}b", "a_b"),
            ("e\u{301}.jpg", "é.jpg"),
            ("😀 día.mp4", "😀 día.mp4"),
            (&long, &format!("{}.jpeg", "é".repeat(125))),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
    }

    #[test]
    fn clashes_get_a_number_before_the_ending() {
        assert_eq!(nth_name("IMG_1.jpg", 1), "IMG_1.jpg");
        assert_eq!(nth_name("IMG_1.jpg", 2), "IMG_1 (2).jpg");
        assert_eq!(nth_name("noending", 3), "noending (3)");
        let long = format!("{}.jpg", "x".repeat(251));
        assert_eq!(nth_name(&long, 2), format!("{} (2).jpg", "x".repeat(247)));
    }

    #[test]
    fn names_that_some_system_confuses_clash() {
        for (a, b) in [
            ("IMG.JPG", "img.jpg"),
            ("Müller", "MU\u{308}LLER"),
            ("straße", "STRASSE"),
            ("ﬁle", "file"),
        ] {
            assert_eq!(clash_key(a), clash_key(b), "{a:?} {b:?}");
        }
        assert_ne!(clash_key("a.jpg"), clash_key("b.jpg"));
    }

    proptest! {
        #[test]
        fn no_name_escapes(name in any::<String>(), nth in 0u32..2000) {
            for safe in [safe_name(&name), nth_name(&safe_name(&name), nth)] {
                prop_assert!(!safe.is_empty() && safe.len() <= 255);
                prop_assert!(!safe.starts_with('.') && !safe.ends_with(['.', ' ']), "{safe:?}");
                prop_assert!(!safe.chars().any(|c| is_forbidden(c) || is_invisible(c)), "{safe:?}");
                prop_assert!(!is_reserved(&safe), "{safe:?}");
                let path = std::path::Path::new("root").join(&safe);
                prop_assert_eq!(path.components().count(), 2);
                prop_assert_eq!(path.parent(), Some(std::path::Path::new("root")));
            }
        }

        #[test]
        fn a_safe_name_stays_as_it_is(name in any::<String>()) {
            let safe = safe_name(&name);
            prop_assert_eq!(safe_name(&safe), safe);
        }
    }
}
