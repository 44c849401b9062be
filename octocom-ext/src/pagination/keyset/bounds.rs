//! The borders of a keyset scan: the bounds of the listing, which the client cuts itself, and the
//! frontier up to which everything was delivered.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::timestamp::PrintedTimestamp;
use super::cursor::PageSpan;

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

/// Slacks to try after a page that lists no row from before the frontier.
///
/// The last covers a server that raises start dates to the next day and excludes that day, in any
/// time zone, and prints the day after.
const WIDER: [TimeDelta; 4] = [
    TimeDelta::seconds(1),
    TimeDelta::minutes(1),
    TimeDelta::hours(1),
    MAX_SLACK,
];

/// The widest slack of a start date or end date.
pub(crate) const MAX_SLACK: TimeDelta = TimeDelta::days(4);

/// The border up to which a scan has delivered everything: rows printed before it were delivered
/// or do not belong to the listing.
///
/// A page 1 has to begin with a row from before it, or with a delivered row. If it does not, the
/// server may have raised the start date beyond rows that were never listed (or the rows before
/// the border were deleted): the page is asked for again with more slack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frontier {
    pub(super) at: DateTime<Utc>,
    /// From the middle and the first row of the page that ended here to this border.
    middle: TimeDelta,
    first: TimeDelta,
    /// Pages in a row that needed more than the usual slack.
    pub(super) widened: u32,
}

impl Frontier {
    /// The border of a filter, a shard or a checkpoint.
    pub(super) fn border(at: DateTime<Utc>) -> Self {
        Self {
            at,
            middle: TimeDelta::zero(),
            first: TimeDelta::zero(),
            widened: 0,
        }
    }

    /// The border behind a page.
    pub(super) fn behind(page: PageSpan, middle: Option<PrintedTimestamp>, widened: u32) -> Self {
        let before = |row: PrintedTimestamp| page.last.at.signed_duration_since(row.floor());
        Self {
            at: page.last.at,
            middle: middle.map_or(TimeDelta::zero(), before),
            first: before(page.first),
            widened,
        }
    }

    /// The start date with the next wider slack; `None` after the widest.
    pub(super) fn wider(&self, start: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let present = self.at.signed_duration_since(start);
        let of_page = [self.middle, self.first].into_iter();
        let mut slacks = of_page.chain(WIDER.into_iter().filter(|slack| *slack > self.first));
        let slack = slacks.find(|slack| *slack > present)?;
        self.at.checked_sub_signed(slack)
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

    fn second(second: i64) -> DateTime<Utc> {
        at(second * 1000)
    }

    fn slacks(frontier: Frontier, first: i64) -> Vec<i64> {
        let mut start = frontier.at - TimeDelta::seconds(first);
        let mut slacks = Vec::new();
        while let Some(wider) = frontier.wider(start) {
            slacks.push((frontier.at - wider).num_seconds());
            start = wider;
        }
        slacks
    }

    #[test]
    fn the_slack_grows_over_the_page_and_then_to_four_days() {
        let row = |at| PrintedTimestamp {
            at: second(at),
            unit: TimeDelta::seconds(1),
        };
        let page = |first, last| PageSpan {
            first: row(first),
            last: row(last),
        };
        let border = Frontier::border(second(1_000_000));
        assert_eq!(slacks(border, 1), [60, 3600, 345_600]);
        let sparse = Frontier::behind(page(900_000, 1_000_000), Some(row(950_000)), 0);
        assert_eq!(slacks(sparse, 1), [50_001, 100_001, 345_600]);
        let dense = Frontier::behind(page(999_980, 1_000_000), Some(row(999_990)), 0);
        assert_eq!(slacks(dense, 1), [11, 21, 60, 3600, 345_600]);
        let sparser = Frontier::behind(page(0, 1_000_000), Some(row(900_000)), 0);
        assert_eq!(slacks(sparser, 1), [100_001, 1_000_001]);
    }
}
