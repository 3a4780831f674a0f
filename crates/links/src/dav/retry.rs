//! Whether and when a failed request is sent once more. Pure: it neither waits nor sends.

use std::time::{Duration, SystemTime};

/// How often, and how long, a server is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent, the first time included.
    pub tries: u32,
    /// The wait before the second try; each further one is twice as long.
    pub first: Duration,
    /// The longest wait, also where the server asks for a longer one: then the run goes on without.
    pub longest: Duration,
    /// How long a server may be silent.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 4,
            first: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            silence: Duration::from_secs(60),
        }
    }
}

impl Patience {
    /// How long to wait before the next try, after `tried` tries; None: no more. `asked` is what the server said
    /// (`Retry-After`).
    pub(super) fn wait(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        if tried >= self.tries {
            return None;
        }
        let own = self.first.saturating_mul(1 << tried.saturating_sub(1).min(16));
        match asked {
            Some(asked) if asked > self.longest => None,
            Some(asked) => Some(asked.max(own.min(self.longest))),
            None => Some(own.min(self.longest)),
        }
    }
}

/// `Retry-After` (RFC 9110 §10.2.3): seconds or a date. A date of a server whose clock is off may lie in the past.
pub(super) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// A status that may pass by itself: too many requests, or a server or what is behind it in trouble. 507 is not among
/// them: a full server stays full.
pub(super) fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let patience = Patience {
            tries: 5,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(6),
            silence: Duration::MAX,
        };
        let check = |tried, asked: Option<u64>, expected: Option<u64>| {
            let found = patience.wait(tried, asked.map(Duration::from_secs));
            assert_eq!(found, expected.map(Duration::from_secs), "{tried} {asked:?}");
        };
        check(1, None, Some(1));
        check(2, None, Some(2));
        check(4, None, Some(6));
        check(5, None, None);
        check(1, Some(3), Some(3));
        check(3, Some(0), Some(4));
        check(1, Some(7), None);
        check(1, Some(u64::MAX), None);
    }

    #[test]
    fn what_servers_ask_for() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let check = |value: &str, expected: Option<u64>| {
            assert_eq!(
                retry_after(value, now),
                expected.map(Duration::from_secs),
                "{value}"
            );
        };
        check("120", Some(120));
        check(" 0 ", Some(0));
        check("Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        check("soon", None);
        check("-1", None);
    }
}
