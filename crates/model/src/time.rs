//! Instants, in milliseconds, written as RFC 3339 in UTC.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::TS;

/// An instant in milliseconds since 1970-01-01T00:00:00Z. Years outside 0000–9999 cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(type = "string")]
pub struct Time(i64);

/// Not an RFC 3339 instant, or out of the years 0000–9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: RFC 3339 is needed, such as 2026-11-22T13:34:05Z")]
pub struct TimeError;

impl Time {
    const FIRST: i64 = -62_167_219_200_000;
    const LAST: i64 = 253_402_300_799_999;

    /// From milliseconds since the epoch, if the year is in 0000–9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        (Self::FIRST..=Self::LAST)
            .contains(&millis)
            .then_some(Self(millis))
    }

    /// From whole seconds since the epoch, if the year is in 0000–9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(1000).and_then(Self::from_millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// As chrono's type.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl From<DateTime<Utc>> for Time {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis().clamp(Self::FIRST, Self::LAST))
    }
}

impl fmt::Display for Time {
    /// `2026-11-22T13:34:05.120Z`; without the fraction when it is zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = if self.0.rem_euclid(1000) == 0 {
            SecondsFormat::Secs
        } else {
            SecondsFormat::Millis
        };
        f.write_str(&self.utc().to_rfc3339_opts(fraction, true))
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError)?;
        Self::from_millis(time.timestamp_millis()).ok_or(TimeError)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_round_trips(millis in Time::FIRST..=Time::LAST) {
            let time = Time::from_millis(millis).unwrap();
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }
    }

    #[test]
    fn out_of_range_is_refused() {
        assert_eq!(Time::from_millis(i64::MAX), None);
        assert_eq!(Time::from_seconds(i64::MAX), None);
        assert_eq!("yesterday".parse::<Time>(), Err(TimeError));
    }
}
