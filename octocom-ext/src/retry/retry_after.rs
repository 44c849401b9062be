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

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use http::{HeaderMap, StatusCode};

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

/// The unit of a number that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Seconds,
    Milliseconds,
}

/// Reads a value as a delay; zero if it has passed.
fn read(text: &str, unit: Unit, clock: Clock) -> Option<Duration> {
    let text = text.trim_matches('"').trim();
    if let Some(number) = number(text) {
        return from_number(number, unit, clock);
    }
    if let Some(delay) = with_units(text) {
        return Some(delay);
    }
    if let Some(moment) = date(text) {
        return Some(clock.until(moment));
    }
    // Two header lines that a proxy put into one.
    let parts = text.split(',').filter(|part| part.len() < text.len());
    parts
        .filter_map(|part| read(part.trim(), unit, clock))
        .max()
}

/// Reads a `RateLimit` field: `"default";r=0;t=30`, or `limit=10, remaining=0, reset=30` as earlier
/// drafts have it.
///
/// A policy that still has requests left did not refuse, so the others count, if there are any.
fn read_rate_limit(text: &str, clock: Clock) -> Option<Duration> {
    let (mut exhausted, mut any) = (None, None);
    let mut is_left = false;
    for policy in text.split(',') {
        // The parts of the older form are members of a list; those of the newer one belong to one.
        is_left &= !policy.contains(';');
        let parts = policy.split(';').filter_map(|part| part.split_once('='));
        let parts: Vec<_> = parts
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        for (name, value) in &parts {
            if ["r", "remaining"].contains(name) {
                is_left = number(value).is_some_and(|left| left > 0.0);
            }
        }
        for (name, value) in &parts {
            if ["t", "reset"].contains(name) {
                let delay = read(value, Unit::Seconds, clock);
                any = any.max(delay);
                exhausted = exhausted.max(delay.filter(|_| !is_left));
            }
        }
    }
    exhausted.or(any)
}

/// Reads a number without a unit as the unit that can be meant.
fn from_number(number: f64, unit: Unit, clock: Clock) -> Option<Duration> {
    let since_1970 = match (number, unit) {
        (..1e9, Unit::Seconds) => return seconds(number),
        (..1e12, Unit::Milliseconds) => return seconds(number / 1e3),
        (..1e12, Unit::Seconds) => seconds(number),
        (..1e15, _) => seconds(number / 1e3),
        (..1e18, _) => seconds(number / 1e6),
        _ => seconds(number / 1e9),
    };
    let moment = UNIX_EPOCH.checked_add(since_1970?)?;
    Some(clock.until(moment))
}

/// Reads numbers with units: `30s`, `30 seconds`, `1m30s`.
fn with_units(text: &str) -> Option<Duration> {
    let mut delay = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, after) = rest.split_at(end);
        let after = after.trim_start();
        let end = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let factor = match unit.to_ascii_lowercase().as_str() {
            "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1e-3,
            "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
            "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
            "d" | "day" | "days" => 86_400.0,
            _ => return None,
        };
        delay = delay.checked_add(seconds(number(amount)? * factor)?)?;
        rest = after.trim_start();
    }
    (!text.is_empty()).then_some(delay)
}

/// Reads digits with at most one point: neither sign nor exponent, `inf` or `nan`.
fn number(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction))
        .then(|| text.parse().ok())
        .flatten()
}

fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Reads a date in any of the three forms of RFC 9110, section 5.6.7, in upper or lower case, with
/// `GMT`, `UTC`, `Z` or an offset, or in the form of RFC 3339. The name of the day is not checked.
fn date(text: &str) -> Option<SystemTime> {
    let text = text.trim().to_ascii_lowercase();
    let seconds = match DateTime::parse_from_rfc3339(&text.to_ascii_uppercase()) {
        Ok(date) => date.timestamp(),
        Err(_) => http_date(&text)?,
    };
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds.try_into().ok()?))
}

/// Returns seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let words = match words.split_first() {
        Some((day, rest)) if day.starts_with(|c: char| c.is_ascii_alphabetic()) => rest,
        _ => &words,
    };
    let (day, month, year, time, zone) = match *words {
        [day, month, year, time, zone] => (day, month, year, time, zone),
        // Sunday, 06-Nov-94 08:49:37 GMT
        [date, time, zone] => {
            let mut parts = date.split('-');
            let date = (parts.next()?, parts.next()?, parts.next()?);
            (date.0, date.1, date.2, time, zone)
        }
        // Sun Nov  6 08:49:37 1994
        [month, day, time, year] => (day, month, year, time, "gmt"),
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let year = match (integer(year)?, year.len()) {
        // As everywhere: 94 is 1994, and 26 is 2026.
        (year, 2) if year < 70 => 2000 + year,
        (year, 2) => 1900 + year,
        (year, 4) => year,
        _ => return None,
    };
    let date =
        NaiveDate::from_ymd_opt(year.try_into().ok()?, month.try_into().ok()?, integer(day)?)?;
    let mut parts = time.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
    let time = NaiveTime::from_hms_opt(integer(hour)?, integer(minute)?, integer(second)?)?;
    let moment = NaiveDateTime::new(date, time).and_utc().timestamp();
    parts.next().is_none().then_some(moment - offset(zone)?)
}

/// Returns how far a zone is ahead, in seconds.
fn offset(zone: &str) -> Option<i64> {
    if ["gmt", "utc", "ut", "z"].contains(&zone) {
        return Some(0);
    }
    let (sign, digits) = match zone.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, zone.strip_prefix('+')?),
    };
    let digits = digits.replace(':', "");
    let (hours, minutes) = digits.split_at_checked(2)?;
    (minutes.len() == 2).then_some(())?;
    let seconds = i64::from(integer(hours)?) * 3600 + i64::from(integer(minutes)?) * 60;
    Some(sign * seconds)
}

fn integer(text: &str) -> Option<u32> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Largest difference at which the two clocks mean the same time, and longest delay by which one of
/// two clocks that do not is believed: a year.
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The clock that an answer was sent by, and ours.
#[derive(Debug, Clone, Copy)]
struct Clock {
    theirs: Option<SystemTime>,
    ours: SystemTime,
}

impl Clock {
    /// Reads the `Date` of an answer.
    fn new(headers: &HeaderMap, ours: SystemTime) -> Self {
        let told = headers.get("date").and_then(|value| value.to_str().ok());
        Self {
            theirs: told.and_then(date),
            ours,
        }
    }

    /// Returns the time until a moment; zero if it has passed.
    ///
    /// The moment and the `Date` come from one clock, and ours may be wrong, so the `Date` counts.
    /// If it is more than a year away from our clock, one of the two is absurd: ours counts if the
    /// moment lies within the next year by it and not by the `Date`.
    fn until(self, moment: SystemTime) -> Duration {
        let after = |now: SystemTime| moment.duration_since(now).unwrap_or_default();
        let ours = after(self.ours);
        let Some(theirs) = self.theirs else {
            return ours;
        };
        let difference = theirs
            .duration_since(self.ours)
            .unwrap_or_else(|error| error.duration());
        let is_likely = |delay: Duration| !delay.is_zero() && delay <= YEAR;
        if difference <= YEAR || is_likely(after(theirs)) || !is_likely(ours) {
            after(theirs)
        } else {
            ours
        }
    }
}

#[cfg(test)]
mod tests;
