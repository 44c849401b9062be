//! A page, as far as a keyset scan looks at it: the keys of its rows in their order.

use chrono::{DateTime, Utc};
use octocom_api::Record;

use super::super::failure::ListingFailure;
use super::super::row::RowKey;
use super::super::seen::Seen;
use super::super::timestamp::PrintedTimestamp;

/// The printed timestamps of the first and the last dated row of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageSpan {
    pub(crate) first: PrintedTimestamp,
    pub(crate) last: PrintedTimestamp,
}

impl PageSpan {
    /// Returns the span of a page from the keys of its rows; `None` without a readable `createdAt`.
    pub(crate) fn of_keys(keys: &[RowKey]) -> Option<Self> {
        Some(Self {
            first: keys.iter().find_map(|key| key.created)?,
            last: keys.iter().rev().find_map(|key| key.created)?,
        })
    }

    /// Returns the same of the records themselves, of which it reads as few as it can.
    pub(crate) fn of_records<T>(records: &[Record<T>]) -> Option<Self> {
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
