//! The frontier of a keyset scan, and the slack of a start date before it.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::timestamp::PrintedTimestamp;
use super::page::PageSpan;

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

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
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
        let row = |second| PrintedTimestamp {
            at: at(second),
            unit: TimeDelta::seconds(1),
        };
        let page = |first, last| PageSpan {
            first: row(first),
            last: row(last),
        };
        let border = Frontier::border(at(1_000_000));
        assert_eq!(slacks(border, 1), [60, 3600, 345_600]);
        let sparse = Frontier::behind(page(900_000, 1_000_000), Some(row(950_000)), 0);
        assert_eq!(slacks(sparse, 1), [50_001, 100_001, 345_600]);
        let dense = Frontier::behind(page(999_980, 1_000_000), Some(row(999_990)), 0);
        assert_eq!(slacks(dense, 1), [11, 21, 60, 3600, 345_600]);
        let sparser = Frontier::behind(page(0, 1_000_000), Some(row(900_000)), 0);
        assert_eq!(slacks(sparser, 1), [100_001, 1_000_001]);
    }
}
