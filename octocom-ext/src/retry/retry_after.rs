//! The delay that a server asks for.
//!
//! Six headers carry one. The most specific one that can be read decides:
//!
//! | header | read on | value |
//! |---|---|---|
//! | `retry-after-ms` | every status that is retried | milliseconds |
//! | `Retry-After` | every status that is retried | seconds, or a date (RFC 9110, section 10.2.3) |
//! | `RateLimit` | 429 | parameter `t` or `reset` of an exhausted policy, seconds |
//! | `ratelimit-reset` | 429 | seconds |
//! | `x-ratelimit-reset-after` | 429 | seconds |
//! | `x-ratelimit-reset` | 429 | seconds |
//!
//! A number may have a fraction, which the RFC does not know and servers send, and a unit (`30s`,
//! `500ms`, `1m30s`). Without a unit it is read as the one that can be meant: from 10⁹ on it is
//! the time since 1970, in seconds, from 10¹² on in milliseconds, from 10¹⁵ on in microseconds, from
//! 10¹⁸ on in nanoseconds. (`retry-after-ms` counts milliseconds up to 10¹².) A date is read in all
//! three forms of RFC 9110, section 5.6.7, and as RFC 3339, in upper or lower case. Dates and times
//! since 1970 are compared with the answer's own `Date`, because the two come from one clock and
//! ours may be wrong. If they are more than a year apart, ours counts if the moment lies within the
//! next year by it and not by the `Date`.
//!
//! | value | result |
//! |---|---|
//! | several values of one header | the largest |
//! | zero, a moment that has passed | no delay, whatever the less specific headers say: backoff decides |
//! | negative, more than 100 years, no number and no date | not readable: the next header decides |
//!
//! Zero is not obeyed to the letter, because "at once" from a server that has just refused is a hot
//! loop.

mod clock;
mod date;
mod value;

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

use clock::Clock;
use value::{Unit, read, read_rate_limit};

/// Longest delay that a server can mean. It can be added to every clock.
const MAX_DELAY: Duration = Duration::from_secs(100 * 366 * 24 * 60 * 60);
/// Returns the delay that an answer asks for; never zero.
pub(crate) fn retry_after(
    status: StatusCode,
    headers: &HeaderMap,
    now: SystemTime,
) -> Option<Duration> {
    if !is_retried(status) {
        return None;
    }
    let clock = Clock::new(headers, now);
    let largest = |name: &str, read: &dyn Fn(&str) -> Option<Duration>| {
        let values = headers.get_all(name).iter();
        let texts = values.filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
        let delays = texts.filter_map(|text| read(text.trim()));
        delays.filter(|delay| *delay <= MAX_DELAY).max()
    };
    let seconds = |text: &str| read(text, Unit::Seconds, clock);
    let specific = largest("retry-after-ms", &|text| {
        read(text, Unit::Milliseconds, clock)
    })
    .or_else(|| largest("retry-after", &seconds));
    let delay = if status == StatusCode::TOO_MANY_REQUESTS {
        specific
            .or_else(|| largest("ratelimit", &|text| read_rate_limit(text, clock)))
            .or_else(|| largest("ratelimit-reset", &seconds))
            .or_else(|| largest("x-ratelimit-reset-after", &seconds))
            .or_else(|| largest("x-ratelimit-reset", &seconds))
    } else {
        specific
    };
    delay.filter(|delay| !delay.is_zero())
}

/// Returns `true` if an attempt that ended with this status is retried, where that can do no harm.
fn is_retried(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502..=504 | 520..=530)
}

#[cfg(test)]
mod tests;
