//! Times as people type them.

use chrono::{Local, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use sidekeep_model::Time;

/// RFC 3339, or a date or date and time in this computer's zone. A time that a clock change skipped or doubled is
/// taken as the earlier reading.
pub(crate) fn parse_when(text: &str) -> Result<Time, String> {
    parse_in(&Local, text)
        .ok_or_else(|| "a date such as 2026-11-22, or 2026-11-22T13:34, or RFC 3339 is needed".into())
}

/// The same, as the wall clock shows it: events and photos have wall times, not instants.
pub(crate) fn parse_wall(text: &str) -> Result<NaiveDateTime, String> {
    let wall = |time: Time| time.utc().with_timezone(&Local).naive_local();
    match parse_written(text) {
        Some(wall) => Ok(wall),
        None => parse_when(text).map(wall),
    }
}

fn parse_in<Z: TimeZone>(zone: &Z, text: &str) -> Option<Time> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let wall = parse_written(text)?;
    let time = zone.from_local_datetime(&wall).earliest()?;
    Time::from_millis(time.timestamp_millis())
}

/// A date or a date and time without zone, as written.
fn parse_written(text: &str) -> Option<NaiveDateTime> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map(|date| date.and_time(NaiveTime::MIN))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"))
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type() {
        let zone = chrono::FixedOffset::east_opt(3600).unwrap();
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                parse_in(&zone, text).map(|time| time.to_string()),
                expected.map(str::to_owned),
                "{text}"
            );
        };
        check("2026-11-22", Some("2026-11-21T23:00:00Z"));
        check("2026-11-22T13:34", Some("2026-11-22T12:34:00Z"));
        check("2026-11-22T13:34:05+02:00", Some("2026-11-22T11:34:05Z"));
        check("2026-11-22T13:34:05Z", Some("2026-11-22T13:34:05Z"));
        check("tomorrow", None);
        check("2026-02-30", None);
        check("", None);
    }
}
