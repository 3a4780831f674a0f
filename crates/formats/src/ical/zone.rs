//! Time zones: what a TZID names, and the VTIMEZONE (RFC 5545 §3.6.5) of a zone that a file names but does not define.
//!
//! A TZID is kept as it is written, Windows names included; only its rules come from the zone database. A name that
//! is not surely known is left alone: no zone is better than a wrong one.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use calcard::common::timezone::Tz as NamedTz;
use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType};
use chrono::{Duration, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use crate::line::lines;

/// 1970-01-01 and 1900-01-01 (seconds since the epoch), the first instants that a VTIMEZONE is written for.
const EPOCH: i64 = 0;
const CENTURY: i64 = -2_208_988_800;
/// 2050-01-01. Rules that still hold then are written without an end; zones that change every year by the moon
/// (Morocco) are listed until here.
const HORIZON: i64 = 2_524_608_000;

/// The zone that a TZID names: an IANA name, one with a prefix (`/mozilla.org/20070129_1/Europe/Berlin`), a Windows
/// name (`W. Europe Standard Time`) or one of Outlook's (`(UTC+01:00) Amsterdam, Berlin`).
pub fn known(tzid: &str) -> Option<Tz> {
    if tzid.starts_with('/') {
        return tzid
            .match_indices('/')
            .find_map(|(at, _)| Tz::from_str(&tzid[at + 1..]).ok());
    }
    match NamedTz::from_str(tzid).ok()? {
        // An unknown city behind an offset is read as a fixed offset, which would be wrong in half of the year.
        NamedTz::Tz(zone) if !(tzid.trim_start().starts_with('(') && zone.name().starts_with("Etc/GMT")) => {
            Some(zone)
        }
        _ => None,
    }
}

/// The TZID is not an IANA name itself but stands for one (Windows, Outlook, a prefix).
pub(super) fn iana_name(tzid: &str) -> Option<&'static str> {
    known(tzid).map(|zone| zone.name()).filter(|name| *name != tzid)
}

/// The instant of a wall time, in UTC. Of two the first (RFC 5545 §3.3.5); one that a clock change skips is read with
/// the offset before the change, as the same section says.
pub(crate) fn to_utc(zone: Tz, wall: NaiveDateTime) -> Option<NaiveDateTime> {
    if let Some(time) = zone.from_local_datetime(&wall).earliest() {
        return Some(time.naive_utc());
    }
    // No zone has ever skipped more than a day.
    let before = wall.checked_sub_signed(Duration::days(1))?;
    let offset = zone.from_local_datetime(&before).earliest()?.naive_utc() - before;
    wall.checked_add_signed(offset)
}

/// The wall time of an instant.
pub(crate) fn to_wall(zone: Tz, utc: NaiveDateTime) -> NaiveDateTime {
    zone.from_utc_datetime(&utc).naive_local()
}

/// A VTIMEZONE with this TZID from the zone database, with CRLF; None when the TZID names no known zone. With
/// `old`, it begins in 1900, else in 1970.
pub(crate) fn vtimezone(tzid: &str, old: bool) -> Option<Arc<str>> {
    // Finding a zone's changes takes thousands of look-ups, and a calendar of thousands of events names few zones.
    type Written = HashMap<(String, bool), Arc<str>>;
    static WRITTEN: LazyLock<Mutex<Written>> = LazyLock::new(Mutex::default);
    const MOST_WRITTEN: usize = 2_000;

    known(tzid)?;
    let key = (tzid.to_owned(), old);
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = written.get(&key) {
        return Some(Arc::clone(text));
    }
    let text: Arc<str> = write(tzid, old)?.into();
    if written.len() < MOST_WRITTEN {
        written.insert(key, Arc::clone(&text));
    }
    Some(text)
}

fn write(tzid: &str, old: bool) -> Option<String> {
    let mut calendar = ICalendar {
        components: vec![ICalendarComponent::new(ICalendarComponentType::VCalendar)],
    };
    calendar.add_timezone(tzid, if old { CENTURY } else { EPOCH }, HORIZON)?;
    let text = calendar.to_string();
    let start = text.find("BEGIN:VTIMEZONE")?;
    let end = text.rfind("END:VTIMEZONE")?;
    let mut zone = String::with_capacity(text.len());
    for mut line in lines(text.get(start..end)?.as_bytes()).filter_map(|line| line.parse()) {
        if line.is("RRULE") {
            line.value = with_later_end(&line.value);
        }
        line.write(&mut zone);
    }
    zone.push_str("END:VTIMEZONE\r\n");
    Some(zone)
}

/// The yearly rule with its UNTIL a day later, which is the same rule: readers that take the Z for local time would
/// otherwise miss the last change of zones east of Greenwich.
fn with_later_end(rule: &str) -> String {
    const UTC: &str = "%Y%m%dT%H%M%SZ";
    let parts = rule.split(';').map(|part| {
        let until = part
            .strip_prefix("UNTIL=")
            .and_then(|until| NaiveDateTime::parse_from_str(until, UTC).ok());
        match until.and_then(|until| until.checked_add_signed(Duration::days(1))) {
            Some(later) => format!("UNTIL={}", later.format(UTC)),
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<String>>().join(";")
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn names_of_zones_are_known_or_left_alone() {
        for (tzid, expected) in [
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("Eastern Standard Time", Some("America/New_York")),
            ("/mozilla.org/20070129_1/Europe/Berlin", Some("Europe/Berlin")),
            ("/freeassociation.sourceforge.net/Asia/Tokyo", Some("Asia/Tokyo")),
            ("(UTC+01:00) Atlantis", None),
            ("(UTC+05:30) Atlantis", None),
            ("Customized Time Zone", None),
            ("", None),
        ] {
            assert_eq!(known(tzid).map(|zone| zone.name()), expected, "{tzid}");
        }
    }

    /// When an observance of the text begins (seconds since the epoch), and the offset from then on (seconds).
    fn onsets(text: &str) -> Vec<(i64, i32)> {
        let offset = |value: &str| {
            let number: i32 = value[1..].parse().unwrap();
            let seconds = number / 100 * 3600 + number % 100 * 60;
            if value.starts_with('-') { -seconds } else { seconds }
        };
        let mut onsets = Vec::new();
        for observance in text.split("BEGIN:").skip(2) {
            let field = |name: &str| {
                let line = observance.lines().find_map(|line| line.strip_prefix(name));
                line.and_then(|line| line.strip_prefix(':'))
            };
            let first = NaiveDateTime::parse_from_str(field("DTSTART").unwrap(), "%Y%m%dT%H%M%S").unwrap();
            let (from, to) = (
                offset(field("TZOFFSETFROM").unwrap()),
                offset(field("TZOFFSETTO").unwrap()),
            );
            let utc = |wall: NaiveDateTime| wall.and_utc().timestamp() - i64::from(from);
            onsets.push((utc(first), to));
            let Some(rule) = field("RRULE") else { continue };
            let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name));
            let until = part("UNTIL=").map_or(HORIZON, |until| {
                let until = NaiveDateTime::parse_from_str(until, "%Y%m%dT%H%M%SZ").unwrap();
                until.and_utc().timestamp()
            });
            let month: u32 = part("BYMONTH=").unwrap().parse().unwrap();
            let (nth, weekday) = part("BYDAY=").map(|day| day.split_at(day.len() - 2)).unwrap();
            for year in first.year() + 1.. {
                let mut days: Vec<NaiveDateTime> = (1..=31)
                    .filter_map(|day| chrono::NaiveDate::from_ymd_opt(year, month, day))
                    .filter(|date| date.weekday().to_string().to_uppercase().starts_with(weekday))
                    .map(|date| date.and_time(first.time()))
                    .collect();
                if nth.starts_with('-') {
                    days.reverse();
                }
                let nth: usize = nth.trim_start_matches('-').parse().unwrap();
                match utc(days[nth - 1]) {
                    onset if onset <= until => onsets.push((onset, to)),
                    _ => break,
                }
            }
        }
        onsets.sort_unstable();
        onsets
    }

    /// Every zone of the database, at every change of its clocks and between them.
    #[test]
    fn a_written_zone_agrees_with_the_database() {
        for old in [false, true] {
            for zone in chrono_tz::TZ_VARIANTS {
                let text = write(zone.name(), old).unwrap();
                let onsets = onsets(&text);
                let first = if old { CENTURY } else { EPOCH };
                let around = onsets.iter().flat_map(|(onset, _)| [onset - 1, *onset]);
                let between = (first..HORIZON).step_by(20 * 86_400);
                for at in around.chain(between).filter(|at| (first..HORIZON).contains(at)) {
                    let written = onsets.iter().rfind(|(onset, _)| *onset <= at).unwrap().1;
                    let utc = chrono::DateTime::from_timestamp(at, 0).unwrap().naive_utc();
                    let seconds = (to_wall(zone, utc) - utc).num_seconds();
                    // Offsets of the time before standard zones have seconds; RFC 5545 files rarely do.
                    assert!(
                        (i64::from(written) - seconds).abs() <= 30,
                        "{zone} {utc}: {written} {seconds}"
                    );
                }
            }
        }
    }

    #[test]
    fn instants_of_skipped_and_doubled_wall_times() {
        for (zone, wall, expected) in [
            (Tz::Europe__Berlin, "2024-05-03T14:00:00", "2024-05-03T12:00:00"),
            (Tz::Europe__Berlin, "2024-03-31T02:30:00", "2024-03-31T01:30:00"),
            (Tz::Europe__Berlin, "2024-10-27T02:30:00", "2024-10-27T00:30:00"),
            (Tz::Pacific__Apia, "2011-12-30T12:00:00", "2011-12-30T22:00:00"),
        ] {
            let utc = to_utc(zone, wall.parse().unwrap()).unwrap();
            assert_eq!(utc, expected.parse().unwrap(), "{zone} {wall}");
        }
    }
}
