//! The capture time by which a file is kept: the surest of what its bytes, the phone's index, its name and its
//! modification time say.

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta};
use sidekeep_model::{Facts, Marks, Taken, TakenFrom};

use crate::dates;

/// Minutes east of UTC of the zones in use that are no whole hours (IANA tz database; summer times included).
const BROKEN_ZONES: [i64; 13] = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825];
/// Whole hours from UTC, likewise.
const WHOLE_ZONES: std::ops::RangeInclusive<i64> = -12..=14;
/// Seconds between naming a file and writing the time into it.
const SLACK: i64 = 30;

/// The best capture time, in the order of [`TakenFrom`]. Always an answer: with no source at all it is 1970-01-01.
///
/// A film and the phone's index know an instant in UTC but no wall time; where the name holds the same moment as a wall
/// time, the zone between the two is filled in. Without one the wall time is UTC, offset `+00:00`, and the source says
/// so. A modification time is used as UTC, unless the phone told it as a wall time.
pub fn file_taken(facts: &Facts, marks: &Marks, name: &str) -> Taken {
    let own = facts.taken.clone();
    let phone = marks
        .taken
        .and_then(dates::since_1970)
        .map(|wall| utc(wall, TakenFrom::Phone));
    let in_name = dates::in_name(name);
    let named = in_name.map(|named| Taken {
        wall: named.wall,
        offset: named.utc.then(|| UTC.to_owned()),
        source: TakenFrom::Name,
    });
    let modified = marks
        .modified
        .and_then(dates::since_1970)
        .map(|wall| utc(wall, TakenFrom::Modified))
        .or_else(|| written(marks.modified_wall.as_deref()?));

    let wall_in_name = in_name
        .filter(|named| named.timed && !named.utc)
        .map(|named| named.wall);
    [own, phone, named, modified]
        .into_iter()
        .flatten()
        .min_by_key(|taken| taken.source)
        .map(|taken| localised(taken, wall_in_name, facts.duration))
        .unwrap_or_else(|| Taken {
            wall: DateTime::UNIX_EPOCH.naive_utc(),
            offset: None,
            source: TakenFrom::Modified,
        })
}

const UTC: &str = "+00:00";

/// A modification time by the phone's wall clock: `20240503T140322` (MTP 1.1 §3.2.5).
fn written(text: &str) -> Option<Taken> {
    let text = text.get(..15)?;
    Some(Taken {
        wall: dates::sane(NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok()?)?,
        offset: None,
        source: TakenFrom::Modified,
    })
}

fn utc(wall: NaiveDateTime, source: TakenFrom) -> Taken {
    Taken {
        wall,
        offset: Some(UTC.to_owned()),
        source,
    }
}

/// A UTC time as a wall time, where the name's wall time differs from it by a zone. A film is named when it begins, and
/// most phones write its `mvhd` when it ends, so the name may mean either moment; where the two make different zones,
/// neither is known.
fn localised(taken: Taken, wall: Option<NaiveDateTime>, millis: Option<u64>) -> Taken {
    let is_utc = taken.offset.as_deref() == Some(UTC)
        && matches!(taken.source, TakenFrom::Mvhd | TakenFrom::Gps | TakenFrom::Phone);
    let Some(wall) = wall.filter(|_| is_utc) else {
        return taken;
    };
    let begun = millis
        .filter(|_| taken.source == TakenFrom::Mvhd)
        .and_then(|millis| TimeDelta::try_milliseconds(i64::try_from(millis).ok()?))
        .and_then(|duration| taken.wall.checked_sub_signed(duration));
    let zone = match (zone(wall, taken.wall), begun.and_then(|begun| zone(wall, begun))) {
        (Some(one), Some(other)) if one != other => return taken,
        (None, None) => return taken,
        (one, other) => one.or(other).unwrap_or_default(),
    };
    let minutes = zone.num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    Taken {
        wall: taken.wall + zone,
        offset: Some(format!(
            "{sign}{:02}:{:02}",
            minutes.abs() / 60,
            minutes.abs() % 60
        )),
        source: taken.source,
    }
}

/// The zone in use that lies between a wall time and UTC, give or take [`SLACK`].
fn zone(wall: NaiveDateTime, utc: NaiveDateTime) -> Option<TimeDelta> {
    const QUARTER: i64 = 15 * 60;
    let difference = (wall - utc.trunc_subsecs(0)).num_seconds();
    let quarters = (difference as f64 / QUARTER as f64).round() as i64;
    let minutes = quarters * QUARTER / 60;
    let in_use = match minutes % 60 {
        0 => WHOLE_ZONES.contains(&(minutes / 60)),
        _ => BROKEN_ZONES.contains(&minutes),
    };
    (in_use && (difference - minutes * 60).abs() <= SLACK).then(|| TimeDelta::minutes(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_model::Media;

    fn check(own: Option<Taken>, marks: &Marks, name: &str, expected: &str) {
        check_lasting(None, own, marks, name, expected);
    }

    fn check_lasting(duration: Option<u64>, own: Option<Taken>, marks: &Marks, name: &str, expected: &str) {
        let facts = Facts {
            taken: own,
            duration,
            ..Facts::of(Media::from("image/jpeg"))
        };
        let taken = file_taken(&facts, marks, name);
        let shown = format!(
            "{} {} {:?}",
            taken.wall,
            taken.offset.unwrap_or_default(),
            taken.source
        );
        assert_eq!(shown, expected, "{name}");
    }

    #[test]
    fn the_surest_source_wins() {
        let own = |source, wall: &str, offset: Option<&str>| {
            Some(Taken {
                wall: wall.parse().unwrap(),
                offset: offset.map(str::to_owned),
                source,
            })
        };
        let exif = own(TakenFrom::Exif, "2024-05-03T14:03:22", Some("+02:00"));
        let film = own(TakenFrom::Mvhd, "2024-05-03T12:03:25", Some("+00:00"));
        let marks = |taken, modified| Marks {
            taken,
            modified,
            ..Marks::default()
        };
        let both = marks(Some(1_714_737_802_123), Some(1_714_800_000_000));

        check(
            exif,
            &both,
            "IMG_20200101_000000.jpg",
            "2024-05-03 14:03:22 +02:00 Exif",
        );
        check(
            film.clone(),
            &both,
            "VID_20240503_140322.mp4",
            "2024-05-03 14:03:25 +02:00 Mvhd",
        );
        check(
            film.clone(),
            &both,
            "VID_20240503_083800.mp4",
            "2024-05-03 12:03:25 +00:00 Mvhd",
        );
        check(film, &both, "film.mp4", "2024-05-03 12:03:25 +00:00 Mvhd");
        check(None, &both, "shot.png", "2024-05-03 12:03:22.123 +00:00 Phone");
        check(
            None,
            &both,
            "IMG_20240503_140322.jpg",
            "2024-05-03 14:03:22.123 +02:00 Phone",
        );
        check(
            None,
            &both,
            "PXL_20240503_120322123.jpg",
            "2024-05-03 12:03:22.123 +00:00 Phone",
        );
        check(
            None,
            &marks(None, Some(1_714_800_000_000)),
            "IMG-20240503-WA0001.jpg",
            "2024-05-03 12:00:00  Name",
        );
        check(
            None,
            &marks(None, Some(1_714_800_000_000)),
            "a.jpg",
            "2024-05-04 05:20:00 +00:00 Modified",
        );
        let written = |text: &str| Marks {
            modified_wall: Some(text.to_owned()),
            ..Marks::default()
        };
        let nothing = "1970-01-01 00:00:00  Modified";
        check(
            None,
            &written("20240503T140322"),
            "a.jpg",
            "2024-05-03 14:03:22  Modified",
        );
        check(None, &written("20480000T000000"), "a.jpg", nothing);
        check(None, &written("20240503"), "a.jpg", nothing);
        check(
            None,
            &marks(Some(0), Some(0)),
            "a.jpg",
            "1970-01-01 00:00:00  Modified",
        );
        check(
            None,
            &marks(Some(i64::MAX), Some(i64::MIN)),
            "",
            "1970-01-01 00:00:00  Modified",
        );
    }

    /// A film's name is local and says when it began; its `mvhd` is UTC and says when it ended, or began.
    #[test]
    fn a_film_is_filed_under_the_clock_of_its_place_where_its_name_tells_it() {
        const MINUTE: u64 = 60_000;
        for (utc, minutes, name, expected) in [
            // Near midnight the zone decides the day.
            (
                "2024-08-03T22:10:40",
                0,
                "VID_20240804_001010.mp4",
                "2024-08-04 00:10:40 +02:00",
            ),
            (
                "2024-08-04T06:04:25",
                2,
                "VID_20240804_080210.mp4",
                "2024-08-04 08:04:25 +02:00",
            ),
            (
                "2024-08-04T06:02:12",
                2,
                "VID_20240804_080210.mp4",
                "2024-08-04 08:02:12 +02:00",
            ),
            (
                "2024-08-04T06:17:10",
                15,
                "VID_20240804_080210.mp4",
                "2024-08-04 08:17:10 +02:00",
            ),
            (
                "2024-08-04T06:32:10",
                30,
                "VID_20240804_080210.mp4",
                "2024-08-04 08:32:10 +02:00",
            ),
            (
                "2024-08-04T06:02:10",
                1,
                "VID_20240804_114710.mp4",
                "2024-08-04 11:47:10 +05:45",
            ),
            (
                "2024-08-04T06:02:10",
                1,
                "VID_20240804_023210.mp4",
                "2024-08-04 02:32:10 -03:30",
            ),
            (
                "2024-08-04T11:02:10",
                1,
                "VID_20240805_010210.mp4",
                "2024-08-05 01:02:10 +14:00",
            ),
            // An hour of film, or a moment an hour further west: nobody knows.
            (
                "2024-08-04T07:02:10",
                60,
                "VID_20240804_080210.mp4",
                "2024-08-04 07:02:10 +00:00",
            ),
            // No place has these clocks.
            (
                "2024-08-04T06:02:10",
                1,
                "VID_20240804_061710.mp4",
                "2024-08-04 06:02:10 +00:00",
            ),
            (
                "2024-08-04T06:02:10",
                1,
                "VID_20240804_210210.mp4",
                "2024-08-04 06:02:10 +00:00",
            ),
            // What is in UTC itself, or has no time of day, tells no zone.
            (
                "2024-08-04T06:02:10",
                1,
                "PXL_20240804_080210123.mp4",
                "2024-08-04 06:02:10 +00:00",
            ),
            (
                "2024-08-04T06:02:10",
                1,
                "VID-20240804-WA0001.mp4",
                "2024-08-04 06:02:10 +00:00",
            ),
            (
                "2024-08-04T06:02:10",
                u64::MAX / MINUTE,
                "VID_20240804_080210.mp4",
                "2024-08-04 08:02:10 +02:00",
            ),
        ] {
            let own = super::utc(utc.parse().unwrap(), TakenFrom::Mvhd);
            let expected = format!("{expected} Mvhd");
            check_lasting(
                Some(minutes * MINUTE),
                Some(own),
                &Marks::default(),
                name,
                &expected,
            );
        }
    }
}
