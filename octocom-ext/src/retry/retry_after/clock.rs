//! The time until a moment, by the server's clock or by ours.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

use super::date;

/// Largest difference at which the two clocks mean the same time, and longest delay by which one of
/// two clocks that do not is believed: a year.
const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The clock that an answer was sent by, and ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    theirs: Option<SystemTime>,
    ours: SystemTime,
}

impl Clock {
    /// Reads the `Date` of an answer.
    pub(super) fn new(headers: &HeaderMap, ours: SystemTime) -> Self {
        let date = headers.get("date").and_then(|date| date.to_str().ok());
        Self {
            theirs: date.and_then(date::parse),
            ours,
        }
    }

    /// Returns the time until a moment; zero if it has passed.
    ///
    /// The moment and the `Date` come from one clock, and ours may be wrong, so the `Date` counts.
    /// If it is more than a year away from our clock, one of the two is absurd: ours counts if the
    /// moment lies within the next year by it and not by the `Date`.
    pub(super) fn until(self, moment: SystemTime) -> Duration {
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
