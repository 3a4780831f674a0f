//! A series laid out in time: which of its occurrences touch some days of its owner's calendar, and when.
//!
//! It reads no clock, and it knows only what [`read`](super::read) made of the bytes: one rule a component, and no
//! VTIMEZONE. A zone that is not known floats, which shows the times as they are written.

use std::collections::HashSet;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use chrono_tz::Tz;
use sidekeep_model::{Entry, Moment};

use super::rule::Rule;
use super::zone::{known, to_utc, to_wall};

/// Longer than anybody's event; it keeps the arithmetic in the range of dates.
const LONGEST: Duration = Duration::days(100 * 366);
/// Years that RFC 5545 can write.
const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// The occurrences of a series that touch some days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occurrences {
    /// By start.
    pub list: Vec<Occurrence>,
    /// There are more than anybody looks at; the earliest are here.
    pub cut: bool,
}

/// One occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Its component: an index into the entries that the series was made of.
    pub entry: usize,
    /// Wall time in the owner's zone; of whole days midnight.
    pub start: NaiveDateTime,
    /// Exclusive, by the same clock, never before `start`.
    pub end: NaiveDateTime,
    /// The component is an override of this one occurrence.
    pub changed: bool,
}

/// The components of one calendar item, ready to be laid out.
#[derive(Debug, Default)]
pub struct Series {
    masters: Vec<Master>,
    overrides: Vec<Span>,
    broken: bool,
}

/// A component without RECURRENCE-ID.
#[derive(Debug)]
struct Master {
    span: Span,
    rule: Option<Rule>,
    rdates: Vec<NaiveDateTime>,
    /// EXDATE, and what overrides replace.
    without: HashSet<Key>,
}

/// When a component starts, and how long it lasts.
#[derive(Debug)]
struct Span {
    entry: usize,
    start: NaiveDateTime,
    /// None floats; so do whole days.
    zone: Option<Tz>,
    all_day: bool,
    length: Length,
}

/// RFC 5545 §3.3.6 and §3.8.5.3: days are counted by the calendar, anything else by the clock.
#[derive(Clone, Copy, Debug)]
enum Length {
    Days(Duration),
    Exact(Duration),
}

/// What names an occurrence: its instant (a wall time where it floats), or its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Instant(NaiveDateTime),
    Day(NaiveDate),
}

impl Series {
    /// Prepares the components of one item, in any order. A component without a start has no occurrence; of several
    /// overrides of one occurrence the last counts.
    pub fn of(entries: &[Entry]) -> Self {
        let mut series = Self::default();
        let spans = || {
            let spans = entries.iter().enumerate();
            spans.filter_map(|(index, entry)| Some((entry, Span::of(index, entry)?)))
        };
        for (entry, span) in spans().filter(|(entry, _)| entry.recurrence_id.is_none()) {
            series.add_master(entry, span);
        }
        let mut replaced = HashSet::new();
        for (entry, span) in spans().collect::<Vec<_>>().into_iter().rev() {
            let Some(moment) = &entry.recurrence_id else {
                continue;
            };
            // Without a zone of its own it is meant by the clock of the series.
            let of_series = series.masters.first().map(|master| &master.span);
            let zone = span.zone.or(of_series.and_then(|span| span.zone));
            let all_day = of_series.map_or(span.all_day, |span| span.all_day);
            let key = Key::of(moment, zone, all_day);
            for master in &mut series.masters {
                master.without.insert(key);
            }
            if replaced.insert(key) {
                series.overrides.push(span);
            }
        }
        series
    }

    /// The overrides, as indices into `entries`, of occurrences that the series does not have: those of one that was
    /// moved. None where a rule could not be understood, or where there is no series.
    pub(crate) fn strays(entries: &[Entry]) -> Vec<usize> {
        let masters: Vec<Entry> = entries
            .iter()
            .filter(|entry| entry.recurrence_id.is_none())
            .map(|entry| Entry {
                exdates: Vec::new(),
                ..entry.clone()
            })
            .collect();
        let series = Self::of(&masters);
        let Some(master) = series.masters.first().filter(|_| !series.broken) else {
            return Vec::new();
        };
        let (zone, all_day) = (master.span.zone, master.span.all_day);
        let strays = entries.iter().enumerate().filter(|(_, entry)| {
            let Some(moment) = &entry.recurrence_id else {
                return false;
            };
            let own = entry.tz.as_deref().and_then(known);
            let key = Key::of(moment, own.or(zone), all_day);
            let day = match key {
                Key::Instant(instant) => instant.date(),
                Key::Day(day) => day,
            };
            let about = day.pred_opt().zip(day.checked_add_days(chrono::Days::new(2)));
            about.is_some_and(|(from, to)| {
                let near = series.between(from, to, Tz::UTC);
                let is_it = |found: &Occurrence| match key {
                    Key::Instant(instant) => found.start == instant,
                    Key::Day(day) => found.start.date() == day,
                };
                !near.cut && !near.list.iter().any(is_it)
            })
        });
        strays.map(|(index, _)| index).collect()
    }

    fn add_master(&mut self, entry: &Entry, span: Span) {
        let rule = match &entry.rrule {
            Some(rule) => Rule::parse(rule, span.start, span.zone, span.all_day),
            None => Ok(None),
        };
        self.broken |= rule.is_err();
        let rdates = entry.rdates.iter().map(|moment| span.wall(moment)).collect();
        let without = entry.exdates.iter();
        let without = without.map(|moment| Key::of(moment, span.zone, span.all_day));
        self.masters.push(Master {
            without: without.collect(),
            rule: rule.ok().flatten(),
            rdates,
            span,
        });
    }

    /// A rule could not be understood; of it only the first occurrence is known.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// The occurrences that touch the days `from` to `to` (exclusive) by the clock of the owner's zone.
    pub fn between(&self, from: NaiveDate, to: NaiveDate, owner: Tz) -> Occurrences {
        let mut found = Occurrences::default();
        if !YEARS.contains(&from.year()) || !YEARS.contains(&to.year()) {
            return found;
        }
        let days = Days {
            from: from.and_time(NaiveTime::MIN),
            to: to.and_time(NaiveTime::MIN),
            owner,
        };
        for master in &self.masters {
            let starts = master.starts(&days, &mut found.cut).into_iter();
            found
                .list
                .extend(starts.filter_map(|start| days.place(&master.span, start, false)));
        }
        let overrides = self.overrides.iter();
        found
            .list
            .extend(overrides.filter_map(|span| days.place(span, span.start, true)));
        found.list.sort_by_key(|occurrence| occurrence.start);
        found
    }
}

impl Master {
    /// Where occurrences start that may touch the days, in order.
    fn starts(&self, days: &Days, cut: &mut bool) -> Vec<NaiveDateTime> {
        let mut starts = self.rdates.clone();
        // DTSTART counts even where it does not fit the rule.
        starts.push(self.span.start);
        if let Some(rule) = &self.rule {
            let length = self.span.length.duration();
            let low = days
                .wall(days.from, self.span.zone)
                .checked_sub_signed(length + rule.margin());
            let high = days
                .wall(days.to, self.span.zone)
                .checked_add_signed(rule.margin());
            if let Some(found) = low.zip(high).and_then(|(low, high)| rule.starts(low, high).ok()) {
                starts.extend(found.walls);
                *cut |= found.cut;
            }
        }
        starts.sort_unstable();
        starts.dedup();
        starts.retain(|start| {
            let key = Key::of(&Moment::Wall(*start), self.span.zone, self.span.all_day);
            !self.without.contains(&key) && !self.without.contains(&Key::Day(start.date()))
        });
        starts
    }
}

impl Span {
    fn of(index: usize, entry: &Entry) -> Option<Self> {
        let (start, zone) = match entry.start.as_ref()? {
            Moment::Date(date) => (date.and_time(NaiveTime::MIN), None),
            Moment::Wall(wall) => (*wall, entry.tz.as_deref().and_then(known)),
            Moment::Utc(utc) => (*utc, Some(Tz::UTC)),
        };
        if !YEARS.contains(&start.year()) {
            return None;
        }
        let all_day = entry.all_day;
        let mut span = Self {
            entry: index,
            start,
            zone,
            all_day,
            length: Length::Exact(Duration::zero()),
        };
        if let Some(end) = &entry.end {
            let wall = span.wall(end) - start;
            let bounded = |length: Duration| length.clamp(Duration::zero(), LONGEST);
            span.length = if wall.num_seconds() % 86_400 == 0 && wall > Duration::zero() {
                Length::Days(bounded(wall))
            } else {
                Length::Exact(bounded(span.instant(span.wall(end)) - span.instant(start)))
            };
        }
        if all_day && span.length.duration() < Duration::days(1) {
            span.length = Length::Days(Duration::days(1));
        }
        Some(span)
    }

    /// A moment by the clock of this component; a day at the time at which it starts.
    fn wall(&self, moment: &Moment) -> NaiveDateTime {
        match moment {
            Moment::Date(date) => date.and_time(self.start.time()),
            Moment::Wall(wall) if self.all_day => wall.date().and_time(NaiveTime::MIN),
            Moment::Utc(utc) if self.all_day => nearest_day(*utc).and_time(NaiveTime::MIN),
            Moment::Wall(wall) => *wall,
            Moment::Utc(utc) => self.zone.map_or(*utc, |zone| to_wall(zone, *utc)),
        }
    }

    /// A wall time as instant; itself where it floats.
    fn instant(&self, wall: NaiveDateTime) -> NaiveDateTime {
        instant(wall, self.zone)
    }
}

impl Length {
    fn duration(self) -> Duration {
        match self {
            Length::Days(length) | Length::Exact(length) => length,
        }
    }
}

impl Key {
    fn of(moment: &Moment, zone: Option<Tz>, all_day: bool) -> Self {
        match moment {
            Moment::Date(date) => Key::Day(*date),
            Moment::Wall(wall) if all_day => Key::Day(wall.date()),
            Moment::Utc(utc) if all_day => Key::Day(nearest_day(*utc)),
            Moment::Wall(wall) => Key::Instant(instant(*wall, zone)),
            Moment::Utc(utc) => Key::Instant(*utc),
        }
    }
}

/// The days that are asked for, in the owner's zone.
struct Days {
    from: NaiveDateTime,
    to: NaiveDateTime,
    owner: Tz,
}

impl Days {
    /// A wall time of the owner's by the clock of another zone.
    fn wall(&self, wall: NaiveDateTime, zone: Option<Tz>) -> NaiveDateTime {
        match zone {
            Some(zone) => to_wall(zone, instant(wall, Some(self.owner))),
            None => wall,
        }
    }

    /// The occurrence of `span` that starts at `start`, if it touches the days.
    fn place(&self, span: &Span, start: NaiveDateTime, changed: bool) -> Option<Occurrence> {
        let length = span.length.duration();
        let end = start.checked_add_signed(length)?;
        let (start, end) = match span.zone {
            None => (start, end),
            Some(_) => {
                let instant = span.instant(start);
                let end = match span.length {
                    Length::Days(_) => span.instant(end),
                    Length::Exact(_) => instant.checked_add_signed(length)?,
                };
                (to_wall(self.owner, instant), to_wall(self.owner, end))
            }
        };
        // When the clock goes back meanwhile, an end may read no later than its start.
        let end = if end <= start {
            start.checked_add_signed(length)?
        } else {
            end
        };
        let touches = start < self.to && (end > self.from || start >= self.from);
        touches.then_some(Occurrence {
            entry: span.entry,
            start,
            end,
            changed,
        })
    }
}

fn instant(wall: NaiveDateTime, zone: Option<Tz>) -> NaiveDateTime {
    zone.and_then(|zone| to_utc(zone, wall)).unwrap_or(wall)
}

/// The day that a program meant which writes the midnights of whole days as instants: the nearest midnight is that of
/// any zone but the farthest ones.
fn nearest_day(utc: NaiveDateTime) -> NaiveDate {
    let date = utc.date();
    if utc.hour() < 12 {
        date
    } else {
        date.succ_opt().unwrap_or(date)
    }
}
