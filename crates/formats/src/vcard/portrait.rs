//! The picture of a card: the one that it holds, and one put in where it names only an address. The other lines stay as
//! they are, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sidekeep_model::Media;

use crate::line::{Line, lines};

use super::card::Card;
use super::{binary, neutral};

/// The first picture that the first card of `raw` holds itself, and its type. What a card declares is not believed: who
/// is to show it as `text/html` would run it.
pub fn portrait(raw: &[u8]) -> Option<(Media, Vec<u8>)> {
    let lines = neutral::neutral(Card::parse(raw), &mut Vec::new());
    lines
        .iter()
        .filter(|(_, line)| line.is("PHOTO"))
        .find_map(|(_, line)| {
            let data = binary::DataUri::parse(&line.value)?;
            let bytes = binary::decode(data.base64).filter(|bytes| !bytes.is_empty())?;
            let media = binary::sniff_bytes(&bytes).unwrap_or("application/octet-stream");
            Some((Media::from(media), bytes))
        })
}

/// The media type of a picture by its first bytes; None when they are of no picture that contacts have.
pub fn picture_type(bytes: &[u8]) -> Option<Media> {
    binary::sniff_bytes(bytes).map(Media::from)
}

/// The card with `picture` in the place of the first address that a PHOTO names (RFC 6350 §6.2.4; RFC 2426 §3.1.4). None
/// when none does.
pub(crate) fn with_portrait(raw: &[u8], media: &Media, picture: &[u8]) -> Option<Vec<u8>> {
    let mut version = "3.0".to_owned();
    for raw_line in lines(raw) {
        let Some(line) = Line::parse(&raw_line.bytes) else {
            continue;
        };
        if line.is("VERSION") {
            version = line.value.trim().to_owned();
        }
        let names_address = line.is("PHOTO")
            && line.param("ENCODING").is_none()
            && line.value.contains(':')
            && binary::DataUri::parse(&line.value).is_none();
        if !names_address {
            continue;
        }
        let mut text = String::with_capacity(picture.len() * 3 / 2);
        inline(line, &version, media, picture).write(&mut text);
        let (before, after) = (&raw[..raw_line.span.start], &raw[raw_line.span.end..]);
        return Some([before, text.as_bytes(), after].concat());
    }
    None
}

fn inline(mut line: Line, version: &str, media: &Media, picture: &[u8]) -> Line {
    for param in ["VALUE", "MEDIATYPE", "TYPE"] {
        line.remove(param);
    }
    let base64 = STANDARD.encode(picture);
    if version == "4.0" {
        line.value = format!("data:{media};base64,{base64}");
        return line;
    }
    line.value = base64;
    let kind = media.as_str().rsplit('/').next().unwrap_or_default();
    let encoding = if version == "2.1" { "BASE64" } else { "b" };
    line.with("ENCODING", encoding)
        .with("TYPE", kind.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] =
        b"\xFF\xD8\xFF\xE0\x00\x10JFIF, and so on until a line has to be folded, and once more";

    #[test]
    fn a_picture_takes_the_place_of_its_address() {
        let check = |version: &str, photo: &str, expected: Option<&str>| {
            let others = ["X-Odd;A=\"b\":as is\r\n  folded", "item1.X-ABLabel:mine"];
            let card = |photo: &str| {
                let [first, last] = others;
                format!("BEGIN:VCARD\r\nVERSION:{version}\r\n{first}\r\n{photo}{last}\r\nEND:VCARD\r\n")
            };
            let raw = card(photo);
            let made = with_portrait(raw.as_bytes(), &"image/jpeg".into(), JPEG);
            let mut line = String::new();
            let expected = expected.map(|head| {
                let whole = format!("{head}{}", STANDARD.encode(JPEG));
                Line::parse(whole.as_bytes()).unwrap().write(&mut line);
                card(&line)
            });
            let made = made.map(|made| String::from_utf8(made).unwrap());
            assert_eq!(made, expected, "{version} {photo}");
            if let Some(made) = made {
                assert_eq!(
                    portrait(made.as_bytes()),
                    Some(("image/jpeg".into(), JPEG.to_vec()))
                );
                assert_eq!(with_portrait(made.as_bytes(), &"image/jpeg".into(), JPEG), None);
            }
        };
        check(
            "3.0",
            "item2.PHOTO;VALUE=uri;X-CROP=1&2:https://dav.example.org/p\r\n /1\r\n",
            Some("item2.PHOTO;X-CROP=1&2;ENCODING=b;TYPE=JPEG:"),
        );
        check(
            "3.0",
            "photo;TYPE=PNG:https://e.org/1\r\n",
            Some("photo;ENCODING=b;TYPE=JPEG:"),
        );
        check(
            "4.0",
            "PHOTO;PREF=1;MEDIATYPE=image/png:https://e.org/1\r\n",
            Some("PHOTO;PREF=1:data:image/jpeg;base64,"),
        );
        check(
            "2.1",
            "PHOTO;VALUE=URL:https://e.org/1\r\n",
            Some("PHOTO;ENCODING=BASE64;TYPE=JPEG:"),
        );
        check("3.0", "PHOTO;ENCODING=b:/9j/\r\n", None);
        check("4.0", "PHOTO:data:image/png;base64,AA==\r\n", None);
        check("3.0", "PHOTO;VALUE=uri:\r\n", None);
        check("3.0", "", None);
    }
}
