//! A time on the command line.

use std::str::FromStr;

use anyhow::{Error, Result, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A time: RFC 3339, or a date, which is its first moment in UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) DateTime<Utc>);

impl FromStr for Moment {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if let Ok(date) = text.parse::<NaiveDate>() {
            return Ok(Self(date.and_time(NaiveTime::MIN).and_utc()));
        }
        match DateTime::parse_from_rfc3339(text) {
            Ok(time) => Ok(Self(time.to_utc())),
            Err(_) => bail!("expected a date or RFC 3339, as in `2025-03-03T09:00:00Z`"),
        }
    }
}
