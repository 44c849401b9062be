//! The server's clock, which no resume point may lie after.
//!
//! A record can be dated in the future. A listing that resumed from its date would find nothing
//! that is created before then, so what is dated after the server's clock does not move the resume
//! point. The clock is the latest `Date` of the run, plus its `Age` if a cache answered.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use http::HeaderMap;
use http::header::{AGE, DATE};

/// No `Date` of this client's server is earlier: 2020-01-01.
const EARLIEST: i64 = 1_577_836_800;

/// A `Date` that is further ahead of the local clock is not used.
const MAX_AHEAD: TimeDelta = TimeDelta::days(366);

/// Slack of the local clock, which is used if the server tells no time: it may be this fast.
const LOCAL_SLACK: TimeDelta = TimeDelta::days(1);

/// The latest time that the server has told during a listing.
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
