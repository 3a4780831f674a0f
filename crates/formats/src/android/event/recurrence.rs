//! The recurrence columns of an event: rules and dates in the provider's own notation.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::when::{When, utc_text};

/// RRULE or EXRULE values: the column's lines, with an UNTIL of the kind that DTSTART needs (RFC 5545 §3.3.10).
pub(super) fn rules(column: &str, when: When<'_>) -> Vec<String> {
    column
        .lines()
        .map(|line| line.rsplit(':').next().unwrap_or_default().trim())
        .filter(|rule| !rule.is_empty())
        .map(|rule| {
            let parts: Vec<String> = rule.split(';').map(|part| with_until(part, when)).collect();
            parts.join(";")
        })
        .collect()
}

fn with_until(part: &str, when: When<'_>) -> String {
    let until = match part.split_once('=') {
        Some((key, until)) if key.trim().eq_ignore_ascii_case("UNTIL") => until.trim(),
        _ => return part.trim().to_owned(),
    };
    let written = match (Written::parse(until), when) {
        (Some(written), When::Date) => written.date().format("%Y%m%d").to_string(),
        // The provider reads a time without zone as UTC.
        (Some(Written::Wall(time) | Written::Utc(time)), _) => utc_text(time),
        // The whole of that day is meant, by the event's own clock.
        (Some(Written::Date(date)), _) => {
            let end = date.and_hms_opt(23, 59, 59).and_then(|end| when.instant(end));
            end.map_or_else(|| until.to_owned(), utc_text)
        }
        (None, _) => until.to_owned(),
    };
    format!("UNTIL={written}")
}

/// The instants of RDATE or EXDATE: lists of dates and times, `TZID;` before them or not. A date on an event with
/// times is that day's occurrence, which begins when `start` does. What cannot be read is left out.
pub(super) fn dates(column: &str, when: When<'_>, start: NaiveDateTime) -> Vec<NaiveDateTime> {
    let mut instants = Vec::new();
    for line in column.lines() {
        let (zone, list) = match line.rfind([';', ':']) {
            Some(at) => (Some(line[..at].trim()), &line[at + 1..]),
            None => (None, line),
        };
        let zone = zone.map(|zone| zone.rsplit(['=', ';']).next().unwrap_or_default());
        let listed = zone.map_or(When::Utc, When::in_zone);
        instants.extend(list.split(',').filter_map(|value| {
            // Of a period the start counts.
            let value = value.split('/').next().unwrap_or_default().trim();
            match (Written::parse(value)?, when) {
                (written, When::Date) => Some(written.date().and_time(NaiveTime::MIN)),
                (Written::Utc(time), _) => Some(time),
                (Written::Wall(time), _) => listed.instant(time),
                (Written::Date(date), _) => when.instant(date.and_time(when.wall(start).time())),
            }
        }));
    }
    instants
}

/// A date or time in the form of RFC 5545.
enum Written {
    Date(NaiveDate),
    Wall(NaiveDateTime),
    Utc(NaiveDateTime),
}

impl Written {
    fn parse(text: &str) -> Option<Self> {
        const TIME: &str = "%Y%m%dT%H%M%S";
        if !text.is_ascii() {
            return None;
        }
        match text.len() {
            8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Written::Date),
            15 => NaiveDateTime::parse_from_str(text, TIME).ok().map(Written::Wall),
            16 => NaiveDateTime::parse_from_str(text.strip_suffix('Z')?, TIME)
                .ok()
                .map(Written::Utc),
            _ => None,
        }
    }

    fn date(&self) -> NaiveDate {
        match self {
            Written::Date(date) => *date,
            Written::Wall(time) | Written::Utc(time) => time.date(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: When<'_> = When::Zone("Europe/Berlin", chrono_tz::Tz::Europe__Berlin);

    #[test]
    fn until_is_of_the_kind_of_the_start() {
        for (rule, when, expected) in [
            (
                "FREQ=DAILY;UNTIL=20240503",
                When::Date,
                "FREQ=DAILY;UNTIL=20240503",
            ),
            (
                "FREQ=DAILY;UNTIL=20240503T000000Z",
                When::Date,
                "FREQ=DAILY;UNTIL=20240503",
            ),
            (
                "FREQ=DAILY;UNTIL=20240503",
                BERLIN,
                "FREQ=DAILY;UNTIL=20240503T215959Z",
            ),
            (
                "RRULE:FREQ=DAILY;until=20240503T120000",
                BERLIN,
                "FREQ=DAILY;UNTIL=20240503T120000Z",
            ),
            (
                "FREQ=DAILY;UNTIL=20240503T120000Z;WKST=MO",
                BERLIN,
                "FREQ=DAILY;UNTIL=20240503T120000Z;WKST=MO",
            ),
            ("FREQ=DAILY;UNTIL=whenever", BERLIN, "FREQ=DAILY;UNTIL=whenever"),
        ] {
            assert_eq!(rules(rule, when), [expected], "{rule}");
        }
        assert_eq!(rules("FREQ=DAILY;COUNT=2\nFREQ=WEEKLY\n", BERLIN).len(), 2);
    }

    #[test]
    fn dates_become_the_instants_of_the_series() {
        let start: NaiveDateTime = "2024-05-03T12:00:00".parse().unwrap();
        for (column, when, expected) in [
            (
                "20240510T120000Z,20240517T120000Z",
                BERLIN,
                "2024-05-10T12:00:00 2024-05-17T12:00:00",
            ),
            (
                "Europe/Berlin;20240510T140000,20240517T140000",
                BERLIN,
                "2024-05-10T12:00:00 2024-05-17T12:00:00",
            ),
            (
                "TZID=America/New_York:20240510T080000",
                BERLIN,
                "2024-05-10T12:00:00",
            ),
            ("20240510", BERLIN, "2024-05-10T12:00:00"),
            ("20241227", BERLIN, "2024-12-27T13:00:00"),
            (
                "20240510T120000Z/PT1H\n20240511T120000Z",
                When::Utc,
                "2024-05-10T12:00:00 2024-05-11T12:00:00",
            ),
            (
                "20240510T000000Z,20240511",
                When::Date,
                "2024-05-10T00:00:00 2024-05-11T00:00:00",
            ),
            (
                "rubbish,2024-05-10,\u{666}\u{666}\u{666}\u{666},20241301",
                BERLIN,
                "",
            ),
        ] {
            let expected: Vec<NaiveDateTime> = expected
                .split_whitespace()
                .map(|time| time.parse().unwrap())
                .collect();
            assert_eq!(dates(column, when, start), expected, "{column}");
        }
    }
}
