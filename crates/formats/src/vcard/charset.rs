//! The value bytes of a line to text: quoted-printable and declared character sets, which only old cards have.

use encoding_rs::Encoding;

use crate::line::any_text;

/// The text of `bytes` in the character set `declared`, or in UTF-8, or in Windows-1252 where neither fits. The
/// second part is false when it was a guess.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> (String, bool) {
    if let Some(encoding) = declared.and_then(|name| Encoding::for_label(name.trim().as_bytes())) {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if !broken {
            return (text.into_owned(), true);
        }
    }
    (any_text(bytes), std::str::from_utf8(bytes).is_ok())
}

/// Takes control characters away, which no line can hold; true when there were any.
pub(super) fn strip(text: &mut String) -> bool {
    let found = text.contains(is_unwritable);
    if found {
        text.retain(|char| !is_unwritable(char));
    }
    found
}

fn is_unwritable(char: char) -> bool {
    char.is_control() && !matches!(char, '\t' | '\n' | '\r')
}

/// Undoes quoted-printable (RFC 2045 §6.7), soft breaks already joined. An `=` without two hex digits stands for
/// itself.
pub(super) fn unquote(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        let pair = if byte == b'=' {
            after.first_chunk::<2>()
        } else {
            None
        };
        match pair.and_then(|&[high, low]| Some(nibble(high)? << 4 | nibble(low)?)) {
            Some(decoded) => {
                plain.push(decoded);
                rest = &after[2..];
            }
            None => {
                plain.push(byte);
                rest = after;
            }
        }
    }
    plain
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}
