//! When a file was last changed, and its state. Pure.
//!
//! A phone's dates are its wall clock without a zone: the same file has another date once its owner has travelled.
//! Android's PersistentUID holds the instant itself, so that where it can be read the state is the one that adb tells,
//! and what was kept over one link is known over the other.

use chrono::{DateTime, FixedOffset, NaiveDateTime};
use sidekeep_model::Fingerprint;

use super::object::Stamp;

/// Where Android has the first user's shared storage, which is part of what PersistentUID is made of.
const SHARED_STORAGE: &str = "/storage/emulated/0/";
/// No zone is further from UTC; all are whole quarters of an hour.
const FURTHEST: i64 = 14 * 3600;
const QUARTER: i64 = 15 * 60;

/// When a file was last changed, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    /// Seconds since the epoch.
    pub(super) instant: Option<i64>,
    /// The phone's own words, where the instant is not known.
    pub(super) wall: Option<String>,
}

/// Reads a stamp. `path` is the file's path below the phone's own storage; None on a card, whose name is not known.
pub(super) fn changed(stamp: &Stamp, path: Option<&str>) -> Changed {
    let date = stamp.date.as_deref().and_then(read);
    let instant = match date {
        Some((wall, Some(zone))) => Some(wall.and_utc().timestamp() - i64::from(zone.local_minus_utc())),
        Some((wall, None)) => path
            .zip(stamp.uid)
            .and_then(|(path, uid)| instant(wall.and_utc().timestamp(), path, uid)),
        None => None,
    };
    Changed {
        instant,
        wall: stamp.date.clone().filter(|_| instant.is_none()),
    }
}

/// The instant in Android's PersistentUID: the sum of the path's `String.hashCode` and the seconds since the epoch (AOSP
/// MtpPropertyGroup). The date says whether this device makes it so.
fn instant(wall: i64, path: &str, uid: u64) -> Option<i64> {
    let hash = SHARED_STORAGE
        .encode_utf16()
        .chain(path.encode_utf16())
        .fold(0i32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(i32::from(unit))
        });
    let hash = i64::from(hash);
    // The source shifts a 32-bit number by 32 bits, which Java does not; a phone may have mended that.
    [hash, hash << 32]
        .into_iter()
        .map(|hash| uid.cast_signed().wrapping_sub(hash))
        .find(|instant| {
            wall.checked_sub(*instant)
                .is_some_and(|zone| zone.unsigned_abs() <= FURTHEST.unsigned_abs() && zone % QUARTER == 0)
        })
}

/// `YYYYMMDDThhmmss`, tenths of a second if any, then `Z`, `+hhmm`, or nothing (MTP 1.1 §3.2.5).
fn read(date: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (wall, rest) = date.split_at_checked(15)?;
    let wall = NaiveDateTime::parse_from_str(wall, "%Y%m%dT%H%M%S").ok()?;
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let zone = match zone {
        "" => None,
        "Z" => FixedOffset::east_opt(0),
        zone => Some(
            DateTime::parse_from_str(&format!("20000101T000000{zone}"), "%Y%m%dT%H%M%S%z")
                .ok()?
                .timezone(),
        ),
    };
    Some((wall, zone))
}

/// The state of a file: its size, and when it was last changed. With an instant it is what adb tells of the same file.
pub(super) fn fingerprint(size: u64, changed: &Changed) -> Fingerprint {
    Fingerprint(match (changed.instant, &changed.wall) {
        (Some(instant), _) => format!("{size}:{instant}"),
        (None, Some(wall)) => format!("{size}:{wall}"),
        (None, None) => format!("{size}:"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-05-03T12:03:22Z.
    const INSTANT: i64 = 1_714_737_802;
    /// `"/storage/emulated/0/DCIM/Camera/a.jpg".hashCode()` in Java.
    const HASH: i64 = -2_015_112_036;

    #[test]
    fn the_state_of_a_file() {
        let check = |date: &str, uid: Option<i64>, path: Option<&str>, expected: &str| {
            let stamp = Stamp {
                date: (!date.is_empty()).then(|| date.to_owned()),
                uid: uid.map(i64::cast_unsigned),
            };
            let found = fingerprint(9, &changed(&stamp, path));
            assert_eq!(found.as_str(), expected, "{date} {uid:?}");
        };
        let path = Some("DCIM/Camera/a.jpg");
        let (here, said) = ("20240503T140322", "9:20240503T140322");
        let known = "9:1714737802";
        check(here, None, path, said);
        check(here, Some(HASH + INSTANT), path, known);
        check(here, Some((HASH << 32).wrapping_add(INSTANT)), path, known);
        // Travelled to Nepal.
        check("20240503T174822", Some(HASH + INSTANT), path, known);
        // A number that means something else: a handle, a zone of seven minutes, one beyond the date line.
        check(here, Some(4711), path, said);
        check(here, Some(HASH + INSTANT + 420), path, said);
        check(here, Some(HASH + INSTANT + 16 * 3600 + 7200), path, said);
        check(here, Some(i64::MIN), path, said);
        // A card's own name is part of what is not known.
        check(here, Some(HASH + INSTANT), None, said);
        check("20240503T120322Z", None, path, known);
        check("20240503T140322.5+0200", None, path, known);
        check("20240503T140322 o'clock", None, path, "9:20240503T140322 o'clock");
        check("20480000T000000", None, path, "9:20480000T000000");
        check("", Some(HASH + INSTANT), path, "9:");
    }
}
