//! The capture time by which a file is kept: the surest of what its bytes, the phone's index, its name and its
//! modification time say.

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta};
use sidekeep_model::{Facts, Marks, Taken, TakenFrom};

use crate::dates;

/// Names are written when the shutter closes, mvhd when the film is closed: further apart than this and the zone that
/// lies between a wall time and UTC is no zone.
const FURTHEST_ZONE: TimeDelta = TimeDelta::hours(15);

/// The best capture time, in the order of [`TakenFrom`]. Always an answer: with no source at all it is 1970-01-01.
///
/// The phone's index knows an instant in UTC but no wall time; where the name holds the same moment as a wall time,
/// the zone between the two is filled in. A modification time is used as UTC.
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
        .map(|wall| utc(wall, TakenFrom::Modified));

    let wall_in_name = in_name
        .filter(|named| named.timed && !named.utc)
        .map(|named| named.wall);
    [own, phone, named, modified]
        .into_iter()
        .flatten()
        .min_by_key(|taken| taken.source)
        .map(|taken| localised(taken, wall_in_name))
        .unwrap_or_else(|| Taken {
            wall: DateTime::UNIX_EPOCH.naive_utc(),
            offset: None,
            source: TakenFrom::Modified,
        })
}

const UTC: &str = "+00:00";

fn utc(wall: NaiveDateTime, source: TakenFrom) -> Taken {
    Taken {
        wall,
        offset: Some(UTC.to_owned()),
        source,
    }
}

/// A UTC time as a wall time, where the name's wall time differs from it by a zone: whole quarters of an hour, give or
/// take the seconds between naming and writing.
fn localised(taken: Taken, wall: Option<NaiveDateTime>) -> Taken {
    let is_utc = taken.offset.as_deref() == Some(UTC)
        && matches!(taken.source, TakenFrom::Mvhd | TakenFrom::Gps | TakenFrom::Phone);
    let Some(wall) = wall.filter(|_| is_utc) else {
        return taken;
    };
    const QUARTER: i64 = 15 * 60;
    const SLACK: i64 = 30;
    let difference = (wall - taken.wall.trunc_subsecs(0)).num_seconds();
    let quarters = (difference as f64 / QUARTER as f64).round() as i64;
    let zone = TimeDelta::seconds(quarters * QUARTER);
    if zone.abs() > FURTHEST_ZONE || (difference - zone.num_seconds()).abs() > SLACK {
        return taken;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use sidekeep_model::Media;

    fn check(own: Option<Taken>, marks: &Marks, name: &str, expected: &str) {
        let facts = Facts {
            media: Media::from("image/jpeg"),
            taken: own,
            width: None,
            height: None,
            place: None,
            camera: None,
            duration: None,
            broken: false,
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
}
