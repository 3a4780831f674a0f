//! RRULE (RFC 5545 §3.3.10): the starts of a series between two wall times.
//!
//! The rrule crate expands; here it only ever sees wall times, named UTC. RFC 5545 counts in local time anyway, no wall
//! time is then missing or double, and UNTIL is compared here, in whichever form it is written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet};

use super::zone;

/// Starts that are taken from one rule in one request.
pub(super) const MOST_STARTS: usize = 2_000;
/// Starts of a rule with COUNT: a daily event over 27 years.
const MOST_COUNTED: usize = 10_000;

/// The rule is none, or one that is not understood (RSCALE, RFC 7529).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BrokenRule;

/// A rule and where it begins.
#[derive(Debug)]
pub(super) struct Rule {
    rule: RRule,
    start: NaiveDateTime,
    /// UNTIL, inclusive.
    until: Option<NaiveDateTime>,
    /// All starts of a rule with COUNT, which cannot be entered in its middle.
    counted: Option<Starts>,
}

/// Starts as wall times, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Starts {
    pub(super) walls: Vec<NaiveDateTime>,
    /// There are more than the limit.
    pub(super) cut: bool,
}

impl Rule {
    /// Reads a rule of a series that starts at the wall time `start` in `zone`; None floats. Of a series of whole days
    /// the parts below days are ignored, as RFC 5545 says. A rule that never comes true is Ok(None).
    pub(super) fn parse(
        text: &str,
        start: NaiveDateTime,
        zone: Option<Tz>,
        all_day: bool,
    ) -> Result<Option<Self>, BrokenRule> {
        // RFC 5545 §3.3.10 knows ASCII only.
        if !text.is_ascii() {
            return Err(BrokenRule);
        }
        let mut until = None;
        let mut kept: Vec<String> = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let part = part.to_ascii_uppercase();
            match part.split_once('=').ok_or(BrokenRule)? {
                ("UNTIL", value) => until = Some(last(value, zone, all_day).ok_or(BrokenRule)?),
                ("RSCALE", "GREGORIAN") | ("SKIP", "OMIT") => {}
                ("BYHOUR" | "BYMINUTE" | "BYSECOND", _) if all_day => {}
                ("INTERVAL", value) if value.trim_start_matches('0').is_empty() => return Err(BrokenRule),
                (name, _) if name.starts_with("X-") => {}
                _ => kept.push(part),
            }
        }
        let rule = foreign(|| {
            let rule: RRule<rrule::Unvalidated> = kept.join(";").parse().ok()?;
            rule.validate(named_utc(start)).ok()
        });
        let mut rule = Self {
            rule: rule.flatten().ok_or(BrokenRule)?,
            start,
            until,
            counted: None,
        };
        if until.is_some_and(|until| until < start) {
            return Ok(None);
        }
        if rule.rule.get_count().is_some() {
            rule.counted = Some(rule.expand(start, NaiveDateTime::MAX, MOST_COUNTED)?);
        } else if rule.expand(start, NaiveDateTime::MAX, 1)?.walls.is_empty() {
            // To know it now saves looking for the first start, through thousands of years, in every request.
            return Ok(None);
        }
        Ok(Some(rule))
    }

    /// The first [`MOST_STARTS`] starts in `low..high`.
    pub(super) fn starts(&self, low: NaiveDateTime, high: NaiveDateTime) -> Result<Starts, BrokenRule> {
        let Some(counted) = &self.counted else {
            return self.expand(low, high, MOST_STARTS);
        };
        let of = |at: NaiveDateTime| counted.walls.partition_point(|wall| *wall < at);
        let walls = counted.walls.get(of(low)..of(high)).unwrap_or_default();
        Ok(Starts {
            walls: walls.iter().copied().take(MOST_STARTS).collect(),
            cut: walls.len() > MOST_STARTS || counted.cut,
        })
    }

    /// How far before a request to look, so that a wall time that a clock change moves into it is not missed.
    pub(super) fn margin(&self) -> Duration {
        match self.rule.get_freq() {
            // There the limit would be used up before the request begins.
            Frequency::Minutely | Frequency::Secondly => Duration::zero(),
            _ => Duration::days(1),
        }
    }

    fn expand(&self, low: NaiveDateTime, high: NaiveDateTime, most: usize) -> Result<Starts, BrokenRule> {
        if self.until.is_some_and(|until| until < low) {
            return Ok(Starts::default());
        }
        let from = match self.rule.get_count() {
            Some(_) => self.start,
            None => self.entered_before(low),
        };
        foreign(|| {
            let set = RRuleSet::new(named_utc(from)).rrule(self.rule.clone()).limit();
            let mut walls: Vec<NaiveDateTime> = set
                .into_iter()
                .map(|start| start.naive_utc())
                .take_while(|wall| *wall < high && self.until.is_none_or(|until| *wall <= until))
                .skip_while(|wall| *wall < low)
                .take(most + 1)
                .collect();
            let cut = walls.len() > most;
            walls.truncate(most);
            Starts { walls, cut }
        })
        .ok_or(BrokenRule)
    }

    /// A wall time in step with the rule, at least one of its periods before `low`, from which it can be expanded as if
    /// it began there: a series of many years is not walked through for every request. The rule's own start where
    /// there is no such time.
    fn entered_before(&self, low: NaiveDateTime) -> NaiveDateTime {
        let interval = i64::from(self.rule.get_interval());
        let steps = |periods: i64| (periods / interval - 1).max(0) * interval;
        let months = |of: NaiveDateTime| i64::from(of.year()) * 12 + i64::from(of.month0());
        let in_step = |seconds: i64| {
            let skipped = steps((low - self.start).num_seconds() / seconds);
            self.start
                .checked_add_signed(Duration::seconds(skipped * seconds))
        };
        let entered = match self.rule.get_freq() {
            // The crate goes from year to year and from month to month, whatever the day that it begins on.
            Frequency::Yearly => {
                let skipped = steps(i64::from(low.year()) - i64::from(self.start.year()));
                first_of(months(self.start) / 12 * 12 + skipped * 12)
            }
            Frequency::Monthly => first_of(months(self.start) + steps(months(low) - months(self.start))),
            Frequency::Weekly => in_step(7 * 86_400),
            Frequency::Daily => in_step(86_400),
            Frequency::Hourly => in_step(3_600),
            Frequency::Minutely => in_step(60),
            Frequency::Secondly => in_step(1),
        };
        entered.unwrap_or(self.start).max(self.start)
    }
}

/// The first of a month that is counted from the year 0.
fn first_of(month: i64) -> Option<NaiveDateTime> {
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let month = u32::try_from(month.rem_euclid(12)).ok()? + 1;
    Some(NaiveDate::from_ymd_opt(year, month, 1)?.and_time(NaiveTime::MIN))
}

/// UNTIL as the last wall time that it lets pass. A date lets the whole day pass; it is also written where the series
/// has times, against RFC 5545.
fn last(value: &str, zone: Option<Tz>, all_day: bool) -> Option<NaiveDateTime> {
    const TIME: &str = "%Y%m%dT%H%M%S";
    let wall = match value.strip_suffix('Z') {
        Some(utc) => {
            let utc = NaiveDateTime::parse_from_str(utc, TIME).ok()?;
            zone.map_or(utc, |zone| zone::to_wall(zone, utc))
        }
        None if value.contains('T') => NaiveDateTime::parse_from_str(value, TIME).ok()?,
        None => {
            let day = NaiveDate::parse_from_str(value, "%Y%m%d").ok()?;
            let next = day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN);
            next.checked_sub_signed(Duration::seconds(1))?
        }
    };
    let day = wall.date().and_time(NaiveTime::MIN);
    Some(if all_day { day } else { wall })
}

fn named_utc(wall: NaiveDateTime) -> chrono::DateTime<rrule::Tz> {
    wall.and_utc().with_timezone(&rrule::Tz::UTC)
}

/// Runs the crate, which is not ours, on what may be hostile; None when it panics.
fn foreign<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}
