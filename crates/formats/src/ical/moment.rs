//! Dates, times and durations of RFC 5545 (§3.3.4–3.3.6) to the model's moments, and the arithmetic between them.

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarDuration, ICalendarEntry, ICalendarParameterName, ICalendarParameterValue, ICalendarPeriod,
    ICalendarValue, ICalendarValueType,
};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use sidekeep_model::Moment;

use super::zone;

const DAY: i64 = 86_400;

/// The moments of a property, of a period its start; None for each value that is no moment, and for no value.
pub(super) fn moments(entry: &ICalendarEntry) -> impl Iterator<Item = Option<Moment>> + '_ {
    let dates = entry
        .parameters(&ICalendarParameterName::Value)
        .any(|value| matches!(value, ICalendarParameterValue::Value(ICalendarValueType::Date)));
    let empty = entry.values.is_empty().then_some(None);
    let moments = entry.values.iter().map(move |value| match value {
        ICalendarValue::PartialDateTime(time) => moment(time, dates),
        ICalendarValue::Period(
            ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. },
        ) => moment(start, false),
        _ => None,
    });
    moments.chain(empty)
}

fn moment(time: &PartialDateTime, is_date: bool) -> Option<Moment> {
    let date = NaiveDate::from_ymd_opt(time.year?.into(), time.month?.into(), time.day?.into())?;
    let Some(hour) = time.hour.filter(|_| !is_date) else {
        return Some(Moment::Date(date));
    };
    // A leap second (RFC 5545 §3.3.12 allows 60) is no second of a civil clock.
    let second = time.second.unwrap_or(0).min(59);
    let wall = date.and_hms_opt(hour.into(), time.minute.unwrap_or(0).into(), second.into())?;
    let Some(hours) = time.tz_hour else {
        return Some(Moment::Wall(wall));
    };
    let offset = Duration::minutes(i64::from(hours) * 60 + i64::from(time.tz_minute.unwrap_or(0)));
    let utc = if time.tz_minus {
        wall.checked_add_signed(offset)
    } else {
        wall.checked_sub_signed(offset)
    };
    utc.map(Moment::Utc)
}

/// The moment as an entry in the zone `own` shows it: one that is written in another zone becomes UTC, so that it
/// means the same without its TZID.
pub(super) fn beside(moment: Moment, tzid: Option<&str>, own: Option<&str>) -> Moment {
    match (&moment, tzid) {
        (Moment::Wall(wall), Some(tzid)) if Some(tzid) != own => zone::known(tzid)
            .and_then(|zone| zone::to_utc(zone, *wall))
            .map_or(moment, Moment::Utc),
        _ => moment,
    }
}

/// `start` plus a duration: weeks and days by the calendar, the rest by the clock (RFC 5545 §3.3.6). None where that
/// leaves the range of dates.
pub(super) fn after(start: &Moment, duration: &ICalendarDuration, zone: Option<Tz>) -> Option<Moment> {
    let days = i64::from(duration.weeks) * 7 + i64::from(duration.days);
    let seconds =
        i64::from(duration.hours) * 3600 + i64::from(duration.minutes) * 60 + i64::from(duration.seconds);
    let sign = if duration.neg { -1 } else { 1 };
    let (days, seconds) = (Duration::days(sign * days), Duration::seconds(sign * seconds));
    match start {
        Moment::Date(date) => {
            let end = date.and_time(NaiveTime::MIN).checked_add_signed(days)?;
            let end = end.checked_add_signed(seconds)?;
            // The end of a whole day is a day: what begins one counts as all of it.
            let begun = end.time() != NaiveTime::MIN;
            let date = if begun { end.date().succ_opt()? } else { end.date() };
            Some(Moment::Date(date))
        }
        Moment::Wall(wall) => later(wall.checked_add_signed(days)?, seconds, zone).map(Moment::Wall),
        Moment::Utc(utc) => utc
            .checked_add_signed(days)?
            .checked_add_signed(seconds)
            .map(Moment::Utc),
    }
}

fn later(wall: NaiveDateTime, seconds: Duration, zone: Option<Tz>) -> Option<NaiveDateTime> {
    match zone {
        Some(zone) if seconds != Duration::zero() => {
            let utc = zone::to_utc(zone, wall)?.checked_add_signed(seconds)?;
            Some(zone::to_wall(zone, utc))
        }
        _ => wall.checked_add_signed(seconds),
    }
}

/// The seconds of a duration (RFC 5545 §3.3.6), a day taken as 24 hours; `P3600S` without the `T` is Android's.
pub(crate) fn seconds(duration: &str) -> Option<i64> {
    let (sign, rest) = match duration.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, duration.strip_prefix('+').unwrap_or(duration)),
    };
    let mut total = 0i64;
    let mut number: Option<i64> = None;
    for char in rest.strip_prefix('P')?.chars() {
        let unit = match char {
            '0'..='9' => {
                let digit = i64::from(char as u8 - b'0');
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
            'T' => continue,
            'W' => 7 * DAY,
            'D' => DAY,
            'H' => 3600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    // Longer than all of the calendar is no duration, and `Duration::seconds` has a limit of its own.
    let total = total.checked_mul(sign)?;
    (number.is_none() && total.abs() < 10_000 * 366 * DAY).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_they_are_written() {
        for (text, expected) in [
            ("P3600S", Some(3600)),
            ("PT1H30M", Some(5400)),
            ("P1D", Some(86_400)),
            ("+P2W", Some(1_209_600)),
            ("-PT5M", Some(-300)),
            ("P", Some(0)),
            ("P1", None),
            ("1D", None),
            ("PD", None),
            ("P99999999999999999999S", None),
            ("P9999999999W", None),
            ("P1X", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
