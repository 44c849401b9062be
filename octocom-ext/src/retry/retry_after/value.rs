//! Numbers, units and moments in the value of a header.

use std::time::{Duration, UNIX_EPOCH};

use super::clock::Clock;
use super::date;

/// The unit of a number that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
}

/// Reads a value as a delay; zero if it has passed.
pub(super) fn read(text: &str, unit: Unit, clock: Clock) -> Option<Duration> {
    let text = text.trim_matches('"').trim();
    if let Some(number) = number(text) {
        return from_number(number, unit, clock);
    }
    if let Some(delay) = with_units(text) {
        return Some(delay);
    }
    if let Some(moment) = date::parse(text) {
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
pub(super) fn read_rate_limit(text: &str, clock: Clock) -> Option<Duration> {
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
