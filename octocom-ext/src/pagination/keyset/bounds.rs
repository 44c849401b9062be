//! The bounds of a listing, which the client cuts itself.

use chrono::{DateTime, TimeDelta, Utc};

/// Creation times that a listing delivers.
///
/// The server is asked for more than these, because it may round, raise or exclude a border.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// The caller's filter, both ends included.
    pub(crate) since: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
    /// The shard of a plan: from `start`, and before `end`. Both are timestamps that the server has
    /// printed.
    pub(crate) start: Option<DateTime<Utc>>,
    pub(crate) end: Option<DateTime<Utc>>,
}

impl Bounds {
    /// Returns `true` if no time is within the bounds.
    pub(crate) fn is_empty(&self) -> bool {
        let first = self.since.max(self.start);
        let before = |end: Option<DateTime<Utc>>, included: bool| {
            first.zip(end).is_some_and(
                |(first, end)| {
                    if included { end < first } else { end <= first }
                },
            )
        };
        before(self.until, true) || before(self.end, false)
    }

    /// The earliest time within.
    pub(crate) fn first(&self) -> Option<DateTime<Utc>> {
        self.since.max(self.start)
    }

    /// The latest end.
    pub(crate) fn last(&self) -> Option<DateTime<Utc>> {
        [self.until, self.end].into_iter().flatten().min()
    }

    /// Returns `true` if a row lies before the bounds.
    ///
    /// A row that is printed within one unit of the caller's date is kept, because its stored time
    /// can be on the other side: `unit` is the finest that the listing has printed.
    pub(crate) fn is_before(&self, at: DateTime<Utc>, unit: TimeDelta) -> bool {
        let later = || at.checked_add_signed(unit).unwrap_or(at);
        self.start.is_some_and(|start| at < start)
            || self
                .since
                .is_some_and(|since| at < since && later() <= since)
    }

    /// Returns `true` if a row lies after the bounds, and with it every later row.
    pub(crate) fn is_after(&self, at: DateTime<Utc>, unit: TimeDelta) -> bool {
        let earlier = || at.checked_sub_signed(unit).unwrap_or(at);
        self.end.is_some_and(|end| at >= end)
            || self
                .until
                .is_some_and(|until| at > until && earlier() >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(millis).unwrap()
    }

    #[test]
    fn both_ends_of_a_filter_are_within_and_the_end_of_a_shard_is_not() {
        let filter = Bounds {
            since: Some(at(10)),
            until: Some(at(20)),
            ..Bounds::default()
        };
        let shard = Bounds {
            start: Some(at(10)),
            end: Some(at(20)),
            ..Bounds::default()
        };
        let unit = TimeDelta::milliseconds(1);
        let outside = |bounds: Bounds, time| {
            bounds.is_before(at(time), unit) || bounds.is_after(at(time), unit)
        };
        let within = |bounds| {
            (0..30)
                .filter(|time| !outside(bounds, *time))
                .collect::<Vec<_>>()
        };
        assert_eq!(within(filter), (10..=20).collect::<Vec<_>>());
        assert_eq!(within(shard), (10..20).collect::<Vec<_>>());
        assert_eq!(within(Bounds::default()), (0..30).collect::<Vec<_>>());
    }

    #[test]
    fn a_row_whose_digits_do_not_tell_its_side_of_a_date_is_kept() {
        let bounds = Bounds {
            since: Some(at(10_500)),
            until: Some(at(20_500)),
            ..Bounds::default()
        };
        let unit = TimeDelta::seconds(1);
        for (time, before, after) in [
            (9_000, true, false),
            (10_000, false, false),
            (20_000, false, false),
            (21_000, false, false),
            (22_000, false, true),
        ] {
            assert_eq!(bounds.is_before(at(time), unit), before, "{time}");
            assert_eq!(bounds.is_after(at(time), unit), after, "{time}");
        }
        let fine = TimeDelta::milliseconds(1);
        assert!(bounds.is_before(at(10_000), fine));
        assert!(bounds.is_after(at(21_000), fine));
    }

    #[test]
    fn bounds_without_a_time_within_are_empty() {
        let bounds = |since, until, start, end| Bounds {
            since: Option::map(since, at),
            until: Option::map(until, at),
            start: Option::map(start, at),
            end: Option::map(end, at),
        };
        assert!(!bounds(None, None, None, None).is_empty());
        assert!(!bounds(Some(5), Some(5), None, None).is_empty());
        assert!(bounds(Some(5), Some(4), None, None).is_empty());
        assert!(bounds(None, None, Some(5), Some(5)).is_empty());
        assert!(!bounds(None, None, Some(5), Some(6)).is_empty());
        assert!(bounds(Some(7), None, Some(5), Some(6)).is_empty());
        assert!(bounds(None, Some(4), Some(5), None).is_empty());
    }
}
