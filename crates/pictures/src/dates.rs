//! Dates as files write them: EXIF text, ISO 8601, seconds since 1904, and in file names. Every reader here refuses
//! what is no date and what no camera meant (the years before 1990, far from now): `1970:01:01`, `0000:00:00`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Digital cameras are younger than this; scanners write their own day of scanning.
const FIRST_YEAR: i32 = 1990;
/// No clock that works is further than this.
const LAST_YEAR: i32 = 2200;

/// The time, if a camera may have meant it.
pub(crate) fn sane(wall: NaiveDateTime) -> Option<NaiveDateTime> {
    (FIRST_YEAR..=LAST_YEAR).contains(&wall.year()).then_some(wall)
}

/// `2024:05:03 14:03:22` (Exif 2.32 §4.6.5), and the `-`, `/` and `T` that some software writes.
pub(crate) fn exif(text: &str) -> Option<NaiveDateTime> {
    let mut numbers = text
        .split(|mark: char| !mark.is_ascii_digit())
        .filter(|part| !part.is_empty());
    let mut next = |digits: usize| -> Option<u32> {
        let part = numbers.next()?;
        (part.len() <= digits).then(|| part.parse().ok()).flatten()
    };
    let date = NaiveDate::from_ymd_opt(next(4)? as i32, next(2)?, next(2)?)?;
    // A leap second is shown as the second before it.
    let time = NaiveTime::from_hms_opt(next(2)?, next(2)?, next(2)?.min(59))?;
    sane(date.and_time(time))
}

/// SubSecTimeOriginal: the digits after the decimal point, cut to milliseconds.
pub(crate) fn fraction(digits: &str) -> TimeDelta {
    let digits: String = digits
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .chain("000".chars())
        .take(3)
        .collect();
    TimeDelta::milliseconds(digits.parse().unwrap_or(0))
}

/// `+02:00` as `+02:00`; also `+0200`, `+02` and `Z`.
pub(crate) fn offset(text: &str) -> Option<String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("z") {
        return Some("+00:00".to_owned());
    }
    let sign = text.chars().next().filter(|sign| matches!(sign, '+' | '-'))?;
    let digits: String = text[1..].chars().filter(|mark| *mark != ':').collect();
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) || !matches!(digits.len(), 2 | 4) {
        return None;
    }
    let (hours, minutes) = (&digits[..2], if digits.len() == 4 { &digits[2..] } else { "00" });
    let sane = hours.parse::<u8>().ok()? <= 15 && minutes.parse::<u8>().ok()? <= 59;
    sane.then(|| format!("{sign}{hours}:{minutes}"))
}

/// ISO 8601 with an offset, as QuickTime writes it: `2024-05-03T14:03:22+0200`. Wall time and offset.
pub(crate) fn iso(text: &str) -> Option<(NaiveDateTime, Option<String>)> {
    let text = text.trim();
    let wall = exif(text)?;
    let after_time = text.find(['T', ' '])?;
    let zone = text[after_time..]
        .find(['+', '-', 'Z'])
        .map(|at| &text[after_time + at..]);
    Some((wall, zone.and_then(offset)))
}

/// Seconds since 1904-01-01T00:00:00Z (ISO/IEC 14496-12 §8.2.2). Some phones count from 1970 instead.
pub(crate) fn since_1904(seconds: u64) -> Option<NaiveDateTime> {
    const TO_1970: i64 = 2_082_844_800;
    let seconds = i64::try_from(seconds).ok()?;
    let unix = |seconds: i64| DateTime::from_timestamp(seconds, 0).and_then(|time| sane(time.naive_utc()));
    unix(seconds.checked_sub(TO_1970)?).or_else(|| unix(seconds))
}

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(crate) fn since_1970(millis: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(millis).and_then(|time| sane(time.naive_utc()))
}

/// A date in a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// The date and time; noon where the name has a date alone (WhatsApp's `IMG-20240503-WA0001`), so that no zone
    /// moves it to another day.
    pub(crate) wall: NaiveDateTime,
    /// It is UTC: Pixel's `PXL_` names, and names made of milliseconds since 1970.
    pub(crate) utc: bool,
    /// The name has a time of day.
    pub(crate) timed: bool,
}

/// The first date in a file's name.
pub(crate) fn in_name(name: &str) -> Option<Named> {
    let utc = name.starts_with("PXL_");
    let bytes = name.as_bytes();
    (0..bytes.len())
        .filter(|&at| bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit()))
        .find_map(|at| date_at(&bytes[at..]))
        .map(|(wall, timed)| Named { wall, utc, timed })
        .or_else(|| {
            since_1970_in(name).map(|wall| Named {
                wall,
                utc: true,
                timed: true,
            })
        })
}

/// `20240503_140322123`, `20240503-140322`, `2024-05-03 14.03.22`, `2024-05-03-14-03-22`, `20240503140322`, `20240503`.
fn date_at(text: &[u8]) -> Option<(NaiveDateTime, bool)> {
    const MARKS: &[u8] = b"-_.";
    let mut rest = text;
    let year = take(&mut rest, 4)?;
    let marked = skip(&mut rest, MARKS);
    let month = take(&mut rest, 2)?;
    if skip(&mut rest, MARKS) != marked {
        return None;
    }
    let day = take(&mut rest, 2)?;
    let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;

    let mut after = rest;
    let gap = skip(&mut after, b"_- T.");
    let time = time_at(&mut after).filter(|_| !after.first().is_some_and(u8::is_ascii_digit));
    // More digits directly after the day are a time, or make the whole a number of something else.
    if time.is_none() && !gap && rest.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
    sane(date.and_time(time.unwrap_or(noon))).map(|wall| (wall, time.is_some()))
}

fn time_at(rest: &mut &[u8]) -> Option<NaiveTime> {
    // "2024-05-03 at 14.03.22" is how some messengers write.
    if let Some(after) = rest.strip_prefix(b"at ") {
        *rest = after;
    }
    let hour = take(rest, 2)?;
    skip(rest, b"-._:h");
    let minute = take(rest, 2)?;
    skip(rest, b"-._:m");
    let second = take(rest, 2)?;
    let millis = match rest {
        [a, b, c, ..] if [a, b, c].iter().all(|digit| digit.is_ascii_digit()) => take(rest, 3)?,
        _ => 0,
    };
    NaiveTime::from_hms_milli_opt(hour, minute, second, millis)
}

fn take(rest: &mut &[u8], digits: usize) -> Option<u32> {
    let (number, after) = rest.split_at_checked(digits)?;
    if !number.iter().all(u8::is_ascii_digit) {
        return None;
    }
    *rest = after;
    std::str::from_utf8(number).ok()?.parse().ok()
}

fn skip(rest: &mut &[u8], marks: &[u8]) -> bool {
    match rest {
        [first, after @ ..] if marks.contains(first) => {
            *rest = after;
            true
        }
        _ => false,
    }
}

/// A name that is nothing but milliseconds since 1970 (`1714737802123.jpg`), or has them at its end (`FB_IMG_…`).
fn since_1970_in(name: &str) -> Option<NaiveDateTime> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let digits = stem.rsplit(|mark: char| !mark.is_ascii_digit()).next()?;
    (digits.len() == 13)
        .then(|| digits.parse().ok())
        .flatten()
        .and_then(since_1970)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        fn check(name: &str, expected: Option<&str>) {
            let found = in_name(name).map(|Named { wall, utc, .. }| {
                format!(
                    "{}{}",
                    wall.format("%Y-%m-%dT%H:%M:%S%.f"),
                    if utc { "Z" } else { "" }
                )
            });
            assert_eq!(found.as_deref(), expected, "{name}");
        }
        check("IMG_20240503_140322.jpg", Some("2024-05-03T14:03:22"));
        check("IMG_20240503_140322_1.jpg", Some("2024-05-03T14:03:22"));
        check("PXL_20240503_120322123.jpg", Some("2024-05-03T12:03:22.123Z"));
        check("PXL_20240503_120322123.MP.jpg", Some("2024-05-03T12:03:22.123Z"));
        check("VID_20240503_140322.mp4", Some("2024-05-03T14:03:22"));
        check("VID20240503140322.mp4", Some("2024-05-03T14:03:22"));
        check("20240503_140322.jpg", Some("2024-05-03T14:03:22"));
        check("Screenshot_20240503-140322.png", Some("2024-05-03T14:03:22"));
        check("Screenshot_20240503_140322_Maps.jpg", Some("2024-05-03T14:03:22"));
        check(
            "Screenshot_2024-05-03-14-03-22-123_com.x.png",
            Some("2024-05-03T14:03:22"),
        );
        check("IMG-20240503-WA0001.jpg", Some("2024-05-03T12:00:00"));
        check("2024-05-03 14.03.22.jpg", Some("2024-05-03T14:03:22"));
        check(
            "WhatsApp Image 2024-05-03 at 14.03.22.jpeg",
            Some("2024-05-03T14:03:22"),
        );
        check("signal-2024-05-03-14-03-22-123.jpg", Some("2024-05-03T14:03:22"));
        check("photo_2024-05-03_14-03-22.jpg", Some("2024-05-03T14:03:22"));
        check("FB_IMG_1714737802123.jpg", Some("2024-05-03T12:03:22.123Z"));
        check("1714737802123.jpg", Some("2024-05-03T12:03:22.123Z"));
        check("IMG_1234.HEIC", None);
        check("IMG_19700101_000000.jpg", None);
        check("IMG_20241303_140322.jpg", None);
        check("IMG_20240230_140322.jpg", None);
        check("2024050312345678901234.jpg", None);
        check("DSC00001.JPG", None);
        check("", None);
        check("äöü20240503", Some("2024-05-03T12:00:00"));
    }

    #[test]
    fn texts() {
        let show = |wall: Option<NaiveDateTime>| wall.map(|wall| wall.to_string());
        assert_eq!(
            show(exif("2024:05:03 14:03:22")).as_deref(),
            Some("2024-05-03 14:03:22")
        );
        assert_eq!(
            show(exif("2024-05-03T14:03:60")).as_deref(),
            Some("2024-05-03 14:03:59")
        );
        for bad in [
            "",
            "0000:00:00 00:00:00",
            "1970:01:01 00:00:00",
            "    :  :     :  :  ",
            "2024:02:30 00:00:00",
            "99999:01:01 00:00:00",
        ] {
            assert_eq!(exif(bad), None, "{bad}");
        }
        assert_eq!(offset("+02:00").as_deref(), Some("+02:00"));
        assert_eq!(offset("-0530").as_deref(), Some("-05:30"));
        assert_eq!(offset("+99:00"), None);
        assert_eq!(offset("é"), None);
        assert_eq!(fraction("5"), TimeDelta::milliseconds(500));
        assert_eq!(fraction("123456"), TimeDelta::milliseconds(123));
        assert_eq!(fraction("é"), TimeDelta::zero());
        let (wall, zone) = iso("2024-05-03T14:03:22+0200").unwrap();
        assert_eq!(
            (wall.to_string().as_str(), zone.as_deref()),
            ("2024-05-03 14:03:22", Some("+02:00"))
        );
        assert_eq!(
            show(since_1904(3_797_582_602)).as_deref(),
            Some("2024-05-03 12:03:22")
        );
        assert_eq!(
            show(since_1904(1_714_737_802)).as_deref(),
            Some("2024-05-03 12:03:22"),
            "counted from 1970"
        );
        assert_eq!(since_1904(0), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = (exif(&text), offset(&text), iso(&text), fraction(&text), in_name(&text));
        }
    }
}
