//! A point in time as the API prints it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

/// Milliseconds since the Unix epoch, printed as `2025-01-02T03:04:05.678Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(pub(crate) i64);

impl Timestamp {
    /// The first instant at or after an RFC 3339 text, `None` when it is none.
    pub(crate) fn at_or_after(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text).ok()?;
        let spill = time.timestamp_subsec_nanos() % 1_000_000 != 0;
        Some(Self(time.timestamp_millis() + i64::from(spill)))
    }

    /// The last instant at or before an RFC 3339 text, `None` when it is none.
    pub(crate) fn at_or_before(text: &str) -> Option<Self> {
        Some(Self(
            DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis(),
        ))
    }

    /// A later instant; beyond the last instant there is none, so it stays there.
    pub(crate) fn after(self, delay: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// Time since an earlier instant, zero when that one is not earlier.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Calendar year.
    pub(crate) fn year(self) -> i32 {
        chrono::Datelike::year(&self.date_time())
    }

    fn date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(0).after(time.duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            &self
                .date_time()
                .to_rfc3339_opts(SecondsFormat::Millis, true),
        )
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_between_two_milliseconds_rounds_into_the_range() {
        let text = "2025-01-02T04:04:05.6785+01:00";
        let start = Timestamp::at_or_after(text).map(|time| time.to_string());
        let end = Timestamp::at_or_before(text).map(|time| time.to_string());
        assert_eq!(start.as_deref(), Some("2025-01-02T03:04:05.679Z"));
        assert_eq!(end.as_deref(), Some("2025-01-02T03:04:05.678Z"));
    }

    #[test]
    fn a_date_without_a_time_is_no_timestamp() {
        assert_eq!(Timestamp::at_or_after("2025-01-02"), None);
    }
}
