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
