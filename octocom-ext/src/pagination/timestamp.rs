//! Timestamps as a server prints them, and the server's clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use http::HeaderMap;
use http::header::{AGE, DATE};

const DAY: TimeDelta = TimeDelta::days(1);

/// A `createdAt` as the server printed it.
///
/// A server may store more digits than it prints, cut off or rounded. Rows with equal printed
/// timestamps can then be in any order, and the stored time can be up to one unit earlier or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PrintedTimestamp {
    /// The point in time that was printed.
    pub(crate) at: DateTime<Utc>,
    /// One unit of the last printed digit.
    pub(crate) unit: TimeDelta,
}

impl PrintedTimestamp {
    /// Reads an RFC 3339 timestamp, or one of the spellings that servers print in its place: a
    /// space for the `T`, an offset without a colon, no offset (UTC), no seconds, a date alone.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(at) => {
                let digits = text.split_once('.').map_or(0, |(_, rest)| {
                    rest.bytes().take_while(u8::is_ascii_digit).count()
                });
                let at = at.to_utc();
                let unit = fraction_unit(digits);
                Some(Self { at, unit })
            }
            Err(_) => Self::parse_leniently(text.trim()),
        }
    }

    #[cold]
    fn parse_leniently(text: &str) -> Option<Self> {
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            let at = date.and_time(NaiveTime::MIN).and_utc();
            return Some(Self { at, unit: DAY });
        }
        let text = text.replace(',', ".").replacen(['t', ' '], "T", 1);
        let digits = text.split_once('.').map_or(0, |(_, rest)| {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        });
        for (format, unit) in [
            ("%Y-%m-%dT%H:%M:%S%.f", fraction_unit(digits)),
            ("%Y-%m-%dT%H:%M", TimeDelta::minutes(1)),
        ] {
            let with_offset = format!("{format}%#z");
            let at = DateTime::parse_from_str(&text, &with_offset)
                .map(|at| at.to_utc())
                .or_else(|_| {
                    let text = text.trim_end_matches(['Z', 'z']);
                    NaiveDateTime::parse_from_str(text, format).map(|at| at.and_utc())
                });
            if let Ok(at) = at {
                return Some(Self { at, unit });
            }
        }
        None
    }

    /// A border that is exact to the nanosecond.
    pub(crate) fn exact(at: DateTime<Utc>) -> Self {
        Self {
            at,
            unit: TimeDelta::nanoseconds(1),
        }
    }

    /// The earliest stored time of a row printed at this timestamp or later.
    pub(crate) fn floor(self) -> DateTime<Utc> {
        self.at.checked_sub_signed(self.unit).unwrap_or(self.at)
    }

    /// The timestamp two units later: a row printed there is stored later than any printed here.
    pub(crate) fn clear_of(self) -> DateTime<Utc> {
        self.at.checked_add_signed(self.unit * 2).unwrap_or(self.at)
    }

    /// Returns `true` for midnight, which may be a date that was printed as a time.
    pub(crate) fn is_midnight(self) -> bool {
        self.at.time() == NaiveTime::MIN
    }
}

/// One unit of the last of so many digits of a second. chrono reads nine.
fn fraction_unit(digits: usize) -> TimeDelta {
    let exponent = 9 - u32::try_from(digits.min(9)).unwrap_or(9);
    TimeDelta::nanoseconds(10_i64.pow(exponent))
}

/// No `Date` of this client's server is earlier: 2020-01-01.
const EARLIEST: i64 = 1_577_836_800;

/// A `Date` that is further ahead of the local clock is not used.
const MAX_AHEAD: TimeDelta = TimeDelta::days(366);

/// Slack of the local clock, which is used if the server tells no time: it may be this fast.
const LOCAL_SLACK: TimeDelta = TimeDelta::days(1);

/// The latest time that the server has told during a listing, which no resume point may lie after.
///
/// A record can be dated in the future. A listing that resumed from its date would find nothing
/// that is created before then, so what is dated after the server's clock does not move the resume
/// point. The clock is the latest `Date` of the run, plus its `Age` if a cache answered.
#[derive(Debug, Default)]
pub(crate) struct ServerClock {
    /// Unix time in seconds; 0 if none was told.
    latest: AtomicI64,
}

impl ServerClock {
    /// Reads `Date` and `Age` of an answer.
    pub(crate) fn hear(&self, headers: &HeaderMap) {
        if let Some(told) = told(headers) {
            self.latest.fetch_max(told, Ordering::Relaxed);
        }
    }

    /// The latest resume point: the server's clock, or without a usable `Date` the local clock
    /// minus a day.
    pub(crate) fn limit(&self, local: SystemTime) -> DateTime<Utc> {
        let local = DateTime::<Utc>::from(local);
        let told = DateTime::from_timestamp(self.latest.load(Ordering::Relaxed), 0);
        told.filter(|told| told.timestamp() >= EARLIEST && *told <= local + MAX_AHEAD)
            .unwrap_or(local - LOCAL_SLACK)
    }
}

/// The time of an answer, in Unix seconds.
fn told(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let date = DateTime::<Utc>::from(date).timestamp();
    let age = headers.get(AGE).and_then(|age| age.to_str().ok());
    let age = age.and_then(|age| age.trim().parse::<u32>().ok());
    Some(date.saturating_add(age.unwrap_or(0).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_unit_is_that_of_the_last_printed_digit() {
        for (text, floor, clear) in [
            (
                "2024-01-15T10:30:00Z",
                "2024-01-15T10:29:59Z",
                "2024-01-15T10:30:02Z",
            ),
            (
                "2024-01-15T10:30:00.5Z",
                "2024-01-15T10:30:00.4Z",
                "2024-01-15T10:30:00.7Z",
            ),
            (
                "2024-01-15T10:30:00.000Z",
                "2024-01-15T10:29:59.999Z",
                "2024-01-15T10:30:00.002Z",
            ),
            (
                "2024-01-15T12:30:00.5+02:00",
                "2024-01-15T10:30:00.4Z",
                "2024-01-15T10:30:00.7Z",
            ),
            (
                "2024-01-15T10:30:00.000000001Z",
                "2024-01-15T10:30:00Z",
                "2024-01-15T10:30:00.000000003Z",
            ),
            ("2024-01-15", "2024-01-14T00:00:00Z", "2024-01-17T00:00:00Z"),
            (
                "2024-01-15T10:30Z",
                "2024-01-15T10:29:00Z",
                "2024-01-15T10:32:00Z",
            ),
        ] {
            let printed = PrintedTimestamp::parse(text).unwrap();
            assert_eq!(printed.floor(), self::at(floor), "{text}");
            assert_eq!(printed.clear_of(), self::at(clear), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_a_zone_is_the_same_time() {
        let expected = PrintedTimestamp::parse("2024-01-15T10:30:00.250Z").unwrap();
        for text in [
            "2024-01-15T10:30:00.250z",
            "2024-01-15t10:30:00.250Z",
            "2024-01-15 10:30:00.250Z",
            "2024-01-15T10:30:00.250+00:00",
            "2024-01-15T10:30:00.250-00:00",
            "2024-01-15T12:30:00.250+02:00",
            "2024-01-15T12:30:00.250+0200",
            "2024-01-15 12:30:00.250+02",
            "2024-01-15T10:30:00,250Z",
            "2024-01-15T10:30:00.250",
            "2024-01-15 10:30:00.250",
        ] {
            assert_eq!(PrintedTimestamp::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_timestamps() {
        for text in ["", "yesterday", "2024-13-15", "1705314600", "10:30:00Z"] {
            assert_eq!(PrintedTimestamp::parse(text), None, "{text}");
        }
    }

    fn limit(answers: &[&[(&'static str, &str)]]) -> DateTime<Utc> {
        let clock = ServerClock::default();
        for answer in answers {
            let headers = answer.iter().map(|(name, value)| {
                let name = http::HeaderName::from_static(name);
                (name, value.parse().unwrap())
            });
            clock.hear(&headers.collect());
        }
        clock.limit(at("2026-03-05T00:00:00Z").into())
    }

    #[test]
    fn the_latest_date_of_the_run_counts_whatever_the_local_clock_says() {
        let morning = ("date", "Wed, 04 Mar 2026 08:00:00 GMT");
        let noon = ("date", "Wed, 04 Mar 2026 12:00:00 GMT");
        for (answers, expected) in [
            (&[&[morning][..], &[noon]][..], "2026-03-04T12:00:00Z"),
            (&[&[noon], &[morning]], "2026-03-04T12:00:00Z"),
            // A cache's answer is as old as it says.
            (&[&[morning, ("age", "60")]], "2026-03-04T08:01:00Z"),
            (&[&[morning, ("age", "-5")]], "2026-03-04T08:00:00Z"),
            (&[&[morning], &[]], "2026-03-04T08:00:00Z"),
        ] {
            assert_eq!(limit(answers), at(expected));
        }
    }

    #[test]
    fn without_a_usable_date_it_is_the_local_clock_with_a_day_of_slack() {
        for answers in [
            &[][..],
            &[&[][..]],
            &[&[("date", "today")]],
            &[&[("date", "Thu, 01 Jan 1970 00:00:00 GMT")]],
            &[&[("date", "Thu, 01 Jan 2099 00:00:00 GMT")]],
            &[&[("age", "60")]],
        ] {
            assert_eq!(limit(answers), at("2026-03-04T00:00:00Z"), "{answers:?}");
        }
    }
}
