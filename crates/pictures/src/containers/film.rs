//! QuickTime, MP4 and 3GP films: the `moov` box. Sources: ISO/IEC 14496-12, Apple's QuickTime File Format.

use std::io;

use sidekeep_model::{Place, Taken, TakenFrom};

use super::Sketch;
use super::boxes::{self, Box4};
use crate::source::{MOST, Source, number};
use crate::{dates, exif};

/// Longer than any text that is read here.
const MOST_TEXT: u64 = 1024;
/// Real films have a handful.
const MOST_TRACKS: usize = 64;

/// Reads the header of a film.
pub(crate) fn read(source: &mut Source<'_>) -> io::Result<Sketch> {
    let top = boxes::boxes(source, 0, source.len())?;
    let whole = top.last().is_some_and(|last| last.end <= source.len());
    let Some(moov) = top
        .into_iter()
        .find(|found| &found.name == b"moov" && found.end <= source.len())
    else {
        return Ok(Sketch::broken());
    };
    let mut film = Film {
        sketch: Sketch {
            broken: !whole,
            ..Sketch::default()
        },
        ..Film::default()
    };
    let mut tracks = 0;
    for part in boxes::boxes(source, moov.at, moov.end)? {
        match &part.name {
            b"mvhd" => film.header(source, part)?,
            b"trak" if tracks < MOST_TRACKS => {
                tracks += 1;
                film.track(source, part)?;
            }
            b"meta" => film.keys(source, part)?,
            b"udta" => film.user(source, part)?,
            _ => {}
        }
    }
    // Apple's creation date is local with offset and survives editing; mvhd is the time of writing.
    film.sketch.taken = film.created.into_iter().chain(film.written).collect();
    Ok(film.sketch)
}

#[derive(Default)]
struct Film {
    sketch: Sketch,
    created: Option<Taken>,
    written: Option<Taken>,
}

impl Film {
    /// `mvhd`: creation time and duration (§8.2.2).
    fn header(&mut self, source: &mut Source<'_>, part: Box4) -> io::Result<()> {
        let head = source.up_to(part.at, 32)?;
        let (created, scale, duration) = if head.first() == Some(&1) {
            (
                number::be64(&head, 4),
                number::be32(&head, 20),
                number::be64(&head, 24),
            )
        } else {
            let wide = |at| number::be32(&head, at).map(u64::from);
            (wide(4), number::be32(&head, 12), wide(16))
        };
        self.written = created.and_then(dates::since_1904).map(|wall| Taken {
            wall,
            offset: Some("+00:00".to_owned()),
            source: TakenFrom::Mvhd,
        });
        self.sketch.duration = match (scale, duration) {
            // All ones: unknown.
            (Some(1..), Some(duration)) if duration != u64::from(u32::MAX) && duration != u64::MAX => {
                let millis = u128::from(duration) * 1000 / u128::from(scale.unwrap_or(1));
                u64::try_from(millis).ok()
            }
            _ => None,
        };
        Ok(())
    }

    /// `tkhd`: size and rotation of the first track that has a size (§8.3.2).
    fn track(&mut self, source: &mut Source<'_>, part: Box4) -> io::Result<()> {
        if self.sketch.size.is_some() {
            return Ok(());
        }
        let Some(header) = boxes::find(source, b"tkhd", part.at, part.end)? else {
            return Ok(());
        };
        let head = source.up_to(header.at, 96)?;
        let matrix = if head.first() == Some(&1) { 52 } else { 40 };
        let size = number::be32(&head, matrix + 36).zip(number::be32(&head, matrix + 40));
        let Some((width, height)) = size.map(|(width, height)| (width >> 16, height >> 16)) else {
            return Ok(());
        };
        if width > 0 && height > 0 {
            // The shares of x and y in x: a quarter turn has none of x.
            let share = |at| number::be32(&head, matrix + at).map_or(0, u32::cast_signed);
            self.sketch.orientation = match (share(0), share(4)) {
                (0, 1..) => Some(6),
                (0, ..=-1) => Some(8),
                (..=-1, 0) => Some(3),
                _ => None,
            };
            let turned = matches!(self.sketch.orientation, Some(6 | 8));
            self.sketch.size = Some(if turned { (height, width) } else { (width, height) });
        }
        Ok(())
    }

    /// QuickTime metadata: `keys` names what the numbered items of `ilst` hold.
    fn keys(&mut self, source: &mut Source<'_>, part: Box4) -> io::Result<()> {
        // In MP4 the box has version and flags, in QuickTime it has not.
        let skip = if source.up_to(part.at + 4, 4)? == b"hdlr" {
            0
        } else {
            4
        };
        let inside = boxes::boxes(source, part.at + skip, part.end)?;
        let named = |name: &[u8; 4]| inside.iter().find(|found| &found.name == name).copied();
        let (Some(keys), Some(list)) = (named(b"keys"), named(b"ilst")) else {
            return Ok(());
        };
        let names = names(&source.up_to(keys.at, keys.len().min(MOST / 16))?);
        for item in boxes::boxes(source, list.at, list.end)? {
            let index = u32::from_be_bytes(item.name) as usize;
            let Some(name) = index.checked_sub(1).and_then(|index| names.get(index)) else {
                continue;
            };
            let Some(data) = boxes::find(source, b"data", item.at, item.end)? else {
                continue;
            };
            // Type and locale come before the value.
            let value = source.up_to(data.at + 8, data.len().saturating_sub(8).min(MOST_TEXT))?;
            let value = String::from_utf8_lossy(&value);
            match name.as_str() {
                "com.apple.quicktime.creationdate" => self.created = created(&value),
                "com.apple.quicktime.location.ISO6709" => self.sketch.place = iso_6709(&value),
                "com.apple.quicktime.make" | "com.android.manufacturer" => self.sketch.make = said(&value),
                "com.apple.quicktime.model" | "com.android.model" => self.sketch.camera = said(&value),
                "com.apple.quicktime.camera.lens_model" => self.sketch.lens = said(&value),
                "com.apple.quicktime.content.identifier" => self.sketch.live = said(&value),
                _ => {}
            }
        }
        Ok(())
    }

    /// QuickTime user data: texts with a length and a language before them.
    fn user(&mut self, source: &mut Source<'_>, part: Box4) -> io::Result<()> {
        for item in boxes::boxes(source, part.at, part.end)? {
            let bytes = source.up_to(item.at, item.len().min(MOST_TEXT))?;
            let text = String::from_utf8_lossy(bytes.get(4..).unwrap_or_default());
            match &item.name {
                b"\xa9xyz" => self.sketch.place = self.sketch.place.or_else(|| iso_6709(&text)),
                b"\xa9day" => self.created = self.created.take().or_else(|| created(&text)),
                b"\xa9mak" => self.sketch.make = self.sketch.make.take().or_else(|| said(&text)),
                b"\xa9mod" => self.sketch.camera = self.sketch.camera.take().or_else(|| said(&text)),
                b"loci" => self.sketch.place = self.sketch.place.or_else(|| location(&bytes)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// A text, unless it is empty.
fn said(text: &str) -> Option<String> {
    let text = text.trim_matches(|mark: char| mark == '\0' || mark.is_whitespace());
    (!text.is_empty()).then(|| text.to_owned())
}

/// 3GP's own place (3GPP TS 26.244 §8.2): language, a name that ends with NUL, role, then longitude, latitude and altitude
/// as numbers with 16 bits behind the point.
fn location(bytes: &[u8]) -> Option<Place> {
    let name = bytes.get(6..)?.iter().position(|byte| *byte == 0)?;
    let number = |index: usize| {
        let at = 6 + name + 2 + index * 4;
        number::be32(bytes, at).map(|value| f64::from(value.cast_signed()) / 65536.0)
    };
    exif::sane(Place {
        longitude: number(0)?,
        latitude: number(1)?,
        altitude: number(2),
    })
}

/// The names in `keys`: version, count, then length, namespace and name of each.
fn names(keys: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 8;
    while let Some(length) = number::be32(keys, at) {
        let Some(name) = keys.get(at + 8..at.saturating_add(length as usize)) else {
            break;
        };
        names.push(String::from_utf8_lossy(name).into_owned());
        at += length as usize;
    }
    names
}

fn created(text: &str) -> Option<Taken> {
    let (wall, offset) = dates::iso(text.trim_matches('\0'))?;
    Some(Taken {
        wall,
        offset,
        source: TakenFrom::Quicktime,
    })
}

/// `+48.8577+002.2950+035.000/` (ISO 6709, Annex H, in degrees).
fn iso_6709(text: &str) -> Option<Place> {
    let text = text.trim_matches(|mark: char| mark == '\0' || mark.is_whitespace());
    let text = text.split(['/', 'C']).next()?;
    let starts: Vec<usize> = text.match_indices(['+', '-']).map(|(at, _)| at).collect();
    let part = |index: usize| -> Option<f64> {
        let from = *starts.get(index)?;
        let to = starts.get(index + 1).copied().unwrap_or(text.len());
        text[from..to].parse().ok()
    };
    exif::sane(Place {
        latitude: part(0)?,
        longitude: part(1)?,
        altitude: part(2),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let check = |text: &str, expected: Option<(f64, f64, Option<f64>)>| {
            let found = iso_6709(text).map(|place| (place.latitude, place.longitude, place.altitude));
            assert_eq!(found, expected, "{text}");
        };
        check("+48.8577+002.2950+035.000/", Some((48.8577, 2.295, Some(35.0))));
        check("-33.8568+151.2153/", Some((-33.8568, 151.2153, None)));
        check("+00.0000+000.0000/", None);
        check("+91.0+000.0/", None);
        check("nowhere", None);
        check("", None);
    }

    #[test]
    fn places_of_3gp() {
        let degrees = |value: f64| ((value * 65536.0) as i32).to_be_bytes();
        let numbers = [degrees(2.25), degrees(-48.5), degrees(35.0)].concat();
        let place = location(&[b"\0\0\0\0\x15\xc7Paris\0\0", &numbers[..], b"earth\0\0"].concat()).unwrap();
        assert_eq!(
            (place.latitude, place.longitude, place.altitude),
            (-48.5, 2.25, Some(35.0))
        );
        assert_eq!(location(b"\0\0\0\0\x15\xc7Paris"), None);
        assert_eq!(location(b""), None);
    }
}
