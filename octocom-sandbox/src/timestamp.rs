//! A point in time as the API prints it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since the Unix epoch, printed as `2025-01-02T03:04:05.678Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(pub(crate) i64);

/// First instant of the year 1.
const FIRST: Timestamp = Timestamp(-62_135_596_800_000);
/// Last instant of the year 9999, which RFC 3339 can write.
const LAST: Timestamp = Timestamp(253_402_300_799_999);

impl Timestamp {
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

    /// An earlier instant.
    pub(crate) fn before(self, delay: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(delay.as_millis()).unwrap_or(i64::MAX)),
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

impl From<Timestamp> for SystemTime {
    fn from(Timestamp(millis): Timestamp) -> Self {
        let distance = Duration::from_millis(millis.unsigned_abs());
        let time = match millis < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        };
        time.unwrap_or(UNIX_EPOCH)
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

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let known = Self::at_or_before(&text).filter(|time| (FIRST..=LAST).contains(time));
        known.ok_or_else(|| {
            let expected = "a date-time such as `2025-01-02T03:04:05.678Z`";
            serde::de::Error::custom(format!("`{text}` is not {expected}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finer_than_a_millisecond_is_cut_off() {
        let read = Timestamp::at_or_before("2025-01-02T04:04:05.6785+01:00");
        let read = read.map(|time| time.to_string());
        assert_eq!(read.as_deref(), Some("2025-01-02T03:04:05.678Z"));
    }

    #[test]
    fn a_date_without_a_time_is_not_a_timestamp() {
        assert_eq!(Timestamp::at_or_before("2025-01-02"), None);
    }
}
