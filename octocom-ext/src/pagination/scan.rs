//! One scan, whatever its mode: which page is next, and what of an answer is new.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::PageCursor;
use super::failure::ListingFailure;
use super::keyset::{KeysetCursor, KeysetScan};
use super::offset::OffsetScan;
use super::row::RowKey;
use crate::checkpoint::{Position, RowId};

/// The state of a scan.
#[derive(Debug, Clone)]
pub(crate) enum Scan {
    Keyset(Box<KeysetScan>),
    Offset(OffsetScan),
}

/// A row to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YieldedRow {
    /// Its place on its page, counted from 0.
    pub(crate) index: usize,
    pub(crate) id: RowId,
    /// Its `createdAt`, if that is readable.
    pub(crate) created: Option<DateTime<Utc>>,
    /// The resume point of a scan in keyset mode after this row.
    pub(crate) keyset: Option<ResumePoint>,
}

/// The place to resume a keyset scan from once a row is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ResumePoint {
    /// The latest start date that can list the row again: until then it is remembered.
    pub(crate) at: DateTime<Utc>,
    /// Start date that leaves out nothing after this row; `None` is the very beginning.
    pub(crate) resume_from: Option<DateTime<Utc>>,
}

impl Scan {
    /// Returns the request `ahead` requests after the present one, if it is known by now.
    pub(crate) fn request(&self, ahead: u64) -> Option<PageCursor> {
        match self {
            // Where the next page begins is not known before this one has arrived.
            Self::Keyset(keyset) => keyset.request().filter(|_| ahead == 0),
            Self::Offset(offset) => offset.request(ahead),
        }
    }

    /// Returns the cursor that computes the next request from the keys of the present page; `None`
    /// while only the scan can.
    pub(crate) fn cursor(&self) -> Option<KeysetCursor> {
        match self {
            Self::Keyset(keyset) => keyset.cursor(),
            Self::Offset(_) => None,
        }
    }

    /// Returns the number of rows that offset mode has listed again on the next page.
    pub(crate) fn repeated(&self) -> u64 {
        match self {
            Self::Keyset(_) => 0,
            Self::Offset(offset) => offset.repeated(),
        }
    }

    /// Resumes this scan from a position; `None` when the position is one of the other mode.
    ///
    /// `overlap` reads again what was created that long before; it means nothing to page numbers.
    pub(crate) fn resume(self, position: &Position, overlap: Duration) -> Option<Self> {
        match (self, position) {
            (Self::Keyset(keyset), Position::Keyset { start, seen }) => {
                let overlap = TimeDelta::from_std(overlap).unwrap_or(TimeDelta::MAX);
                let earlier = start.map(|start| {
                    start
                        .checked_sub_signed(overlap)
                        .unwrap_or(DateTime::<Utc>::MIN_UTC)
                });
                let keyset = keyset.resume(earlier, *start, seen);
                Some(Self::Keyset(Box::new(keyset)))
            }
            (
                Self::Offset(_),
                Position::Offset {
                    page,
                    previous,
                    delivered,
                },
            ) => Some(Self::Offset(OffsetScan::resume(*page, previous, delivered))),
            _ => None,
        }
    }

    /// Takes the answer to the present request and returns the rows to deliver, in order.
    pub(crate) fn absorb(
        &mut self,
        keys: &[RowKey],
        has_more: bool,
    ) -> Result<Vec<YieldedRow>, ListingFailure> {
        match self {
            Self::Keyset(keyset) => keyset.absorb(keys, has_more),
            Self::Offset(offset) => offset.absorb(keys, has_more),
        }
    }
}
