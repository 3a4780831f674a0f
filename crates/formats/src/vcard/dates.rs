//! Dates of birthdays and anniversaries, whole or with parts missing (RFC 6350 §4.3.1, RFC 2426 §3.1.5).

use crate::line::Line;

/// The year that Apple writes for "no year" (with X-APPLE-OMIT-YEAR).
pub(super) const NO_YEAR: u16 = 1604;

/// A date with at least one part. A time of day that followed it is dropped: no program shows one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartialDate {
    pub(super) year: Option<u16>,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
}

impl PartialDate {
    /// Reads basic and extended forms: `19900503`, `1990-05-03`, `1990-5-3`, `1990-05`, `1990`, `--0503`, `--05-03`,
    /// `--05`, `---03`, each also with a time behind a `T` or a space. None when it is no such date.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
        let parts = if let Some(day) = date.strip_prefix("---") {
            (None, None, Some(two(day)?))
        } else if let Some(rest) = date.strip_prefix("--") {
            let (month, day) = match (rest.split_once('-'), rest.len()) {
                (Some((month, day)), _) => (month, Some(day)),
                (None, 4) if rest.is_ascii() => (&rest[..2], Some(&rest[2..])),
                _ => (rest, None),
            };
            (None, Some(two(month)?), optional(day)?)
        } else if let Some((year, rest)) = date.split_once('-') {
            let (month, day) = match rest.split_once('-') {
                Some((month, day)) => (month, Some(day)),
                None => (rest, None),
            };
            (Some(four(year)?), Some(two(month)?), optional(day)?)
        } else if date.len() == 8 && date.is_ascii() {
            (
                Some(four(&date[..4])?),
                Some(two(&date[4..6])?),
                Some(two(&date[6..])?),
            )
        } else {
            (Some(four(date)?), None, None)
        };
        let (year, month, day) = parts;
        let fits = month.is_none_or(|month| (1..=12).contains(&month))
            && day.is_none_or(|day| (1..=days(year, month)).contains(&day));
        fits.then_some(Self { year, month, day })
    }

    /// Of a date property: as `parse`, with the year left out that X-APPLE-OMIT-YEAR names.
    pub(super) fn of(line: &Line) -> Option<Self> {
        let mut date = Self::parse(&line.value)?;
        let omitted = line
            .param("X-APPLE-OMIT-YEAR")
            .and_then(|year| year.trim().parse().ok());
        if date.year.is_some() && date.year == omitted {
            date.year = None;
        }
        Some(date)
    }

    /// As the model and vCard 3.0 write it: `1990-05-03`, `--05-03`, `1990-05`, `1990`, `--05`, `---03`.
    pub(super) fn extended(self) -> String {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
            (Some(year), Some(month), None) => format!("{year:04}-{month:02}"),
            (Some(year), None, _) => format!("{year:04}"),
            (None, Some(month), Some(day)) => format!("--{month:02}-{day:02}"),
            (None, Some(month), None) => format!("--{month:02}"),
            (None, None, day) => format!("---{:02}", day.unwrap_or_default()),
        }
    }

    /// As vCard 4.0 writes it: `19900503`, `--0503`, `1990-05`, `1990`, `--05`, `---03`.
    pub(super) fn basic(self) -> String {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), Some(day)) => format!("{year:04}{month:02}{day:02}"),
            (None, Some(month), Some(day)) => format!("--{month:02}{day:02}"),
            _ => self.extended(),
        }
    }
}

/// A timestamp in the basic form of RFC 6350 §4.3.5; None when it is none.
pub(super) fn basic_timestamp(text: &str) -> Option<String> {
    let basic: String = text
        .trim()
        .chars()
        .enumerate()
        // The `-` of an offset stands behind the `T` and stays; fractions of a second have no place in 4.0.
        .filter(|&(at, char)| !(char == ':' || (char == '-' && at < 10)))
        .map(|(_, char)| char)
        .collect();
    let (clock, zone) = match basic.find(['Z', '+']).or_else(|| basic.rfind('-')) {
        Some(at) => basic.split_at(at),
        None => (basic.as_str(), ""),
    };
    let clock = clock.split(['.', ',']).next().unwrap_or_default();
    let (date, time) = clock.split_once('T')?;
    let digits =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let zone_fits = zone.is_empty() || zone == "Z" || digits(&zone[1..], 4) || digits(&zone[1..], 2);
    (PartialDate::parse(date).is_some() && digits(date, 8) && digits(time, 6) && zone_fits)
        .then(|| format!("{clock}{zone}"))
}

/// A part that may be missing, but must be a number when it is there.
fn optional(part: Option<&str>) -> Option<Option<u8>> {
    match part {
        Some(part) => two(part).map(Some),
        None => Some(None),
    }
}

fn two(text: &str) -> Option<u8> {
    digits(text, 1..=2)?.parse().ok()
}

fn four(text: &str) -> Option<u16> {
    digits(text, 4..=4)?.parse().ok()
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<&str> {
    (length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// Days of a month; the longest it can have where the month or the year is not known.
fn days(year: Option<u16>, month: Option<u8>) -> u8 {
    let leap = year.is_none_or(|year| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    match month {
        Some(2) if leap => 29,
        Some(2) => 28,
        Some(4 | 6 | 9 | 11) => 30,
        _ => 31,
    }
}
