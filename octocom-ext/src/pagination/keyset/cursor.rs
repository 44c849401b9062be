//! The next request of a keyset scan, computed from the keys of the page before it.

use chrono::{DateTime, TimeDelta, Utc};
use octocom_api::Record;

use super::super::PageCursor;
use super::super::failure::ListingFailure;
use super::super::row::{RowKey, Seen};
use super::super::timestamp::PrintedTimestamp;
use super::bounds::Bounds;

/// Slack of a start date where it fits in the page: as far as a server raises one that keeps whole
/// seconds and prints milliseconds. A millisecond more would list every row of the second before
/// again where times are whole seconds.
const SLACK: TimeDelta = TimeDelta::milliseconds(999);

/// The request for a page 1, and how to compute the one after it.
///
/// A task that has just split a page computes the next request with it, before the scan has looked
/// at the page. The scan decides: it computes the same request of the same keys unless the server
/// or the data are unusual.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeysetCursor {
    /// Start date of the request; `None` is the very beginning.
    pub(crate) start: Option<DateTime<Utc>>,
    /// End date that every request has.
    pub(crate) until: Option<DateTime<Utc>>,
    pub(super) bounds: Bounds,
    /// The finest unit that the listing has printed.
    pub(super) unit: Option<TimeDelta>,
    /// Slack that this server has needed.
    pub(super) slack: TimeDelta,
    /// `true` once two rows have shown that the server lists in ascending order.
    pub(super) is_ascending: bool,
    /// A request with more slack than usual leads on only if its page ends later than this.
    pub(super) beyond: Option<DateTime<Utc>>,
}

impl KeysetCursor {
    /// The request of this cursor.
    pub(crate) fn request(self) -> PageCursor {
        PageCursor {
            page: 1,
            since: self.start,
            until: self.until,
        }
    }

    /// The cursor after a page that promises more; `None` if no later start date follows from it.
    pub(crate) fn next(self, page: PageSpan) -> Option<Self> {
        let PageSpan { first, last } = page;
        if self.is_after(last.at)
            || !(self.is_ascending || page.ascends())
            || self.beyond.is_some_and(|beyond| last.at <= beyond)
        {
            return None;
        }
        let fits = last.at.signed_duration_since(first.at) >= SLACK * 2;
        let usual = if fits {
            SLACK.max(last.unit)
        } else {
            last.unit
        };
        let slacks = [self.slack.max(usual), usual, last.unit];
        let starts = slacks.map(|slack| last.at.checked_sub_signed(slack).unwrap_or(last.at));
        let start = starts
            .into_iter()
            .find(|start| self.start.is_none_or(|present| *start > present))?;
        Some(Self {
            start: Some(start),
            is_ascending: true,
            beyond: None,
            ..self
        })
    }

    pub(super) fn is_after(&self, at: DateTime<Utc>) -> bool {
        let unit = self.unit.unwrap_or_default();
        self.bounds.is_after(at, unit)
    }
}

/// The printed timestamps of the first and the last dated row of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageSpan {
    pub(crate) first: PrintedTimestamp,
    pub(crate) last: PrintedTimestamp,
}

impl PageSpan {
    /// Returns the span of a page from the keys of its rows; `None` without a readable `createdAt`.
    pub(crate) fn from_keys(keys: &[RowKey]) -> Option<Self> {
        Some(Self {
            first: keys.iter().find_map(|key| key.created)?,
            last: keys.iter().rev().find_map(|key| key.created)?,
        })
    }

    /// Returns the same of the records themselves, of which it reads as few as it can.
    pub(crate) fn from_records<T>(records: &[Record<T>]) -> Option<Self> {
        let created = |record: &Record<T>| RowKey::read(record.json()).created;
        Some(Self {
            first: records.iter().find_map(created)?,
            last: records.iter().rev().find_map(created)?,
        })
    }

    /// Returns `true` if the page has rows of more than one printed timestamp.
    pub(super) fn ascends(self) -> bool {
        self.first.at < self.last.at
    }
}

/// Checks the order within a page, whose number is counted from 1.
pub(super) fn check_order(page: u64, keys: &[RowKey]) -> Result<(), ListingFailure> {
    let mut previous: Option<PrintedTimestamp> = None;
    for printed in keys.iter().filter_map(|key| key.created) {
        if let Some(previous) = previous.filter(|previous| printed.at < previous.at) {
            return Err(ListingFailure::OutOfOrder {
                page,
                after: previous.at,
                found: printed.at,
            });
        }
        previous = Some(printed);
    }
    Ok(())
}

/// Returns the timestamp of each row of a page. A row without a readable date takes that of the row
/// before it, and one at the beginning takes `first`.
pub(super) fn timestamps(
    keys: &[RowKey],
    first: PrintedTimestamp,
) -> impl Iterator<Item = PrintedTimestamp> + '_ {
    keys.iter().scan(first, |present, key| {
        *present = key.created.unwrap_or(*present);
        Some(*present)
    })
}

/// Returns `true` if a page begins with a row from before the frontier, or a delivered one.
pub(super) fn is_covered(keys: &[RowKey], frontier: DateTime<Utc>, seen: &Seen) -> bool {
    for key in keys {
        if seen.contains(key.id) {
            return true;
        }
        if let Some(created) = key.created {
            return created.at < frontier;
        }
    }
    false
}
