//! One scan in either mode: which page is next, what of an answer is new, and how far it was
//! delivered.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
pub(crate) use private::Start;

use super::PageCursor;
use super::failure::ListingFailure;
use super::filters::Filters;
use super::keyset::{KeysetCursor, KeysetScan};
use super::offset::OffsetScan;
use super::row::RowKey;
use crate::checkpoint::{DeliveredRows, Position, RowId};

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

/// The mode of a list: [`Keyset`] or [`Offset`]. Other types cannot implement it.
pub trait Mode: private::Start + Copy + Send + Sync + Unpin + 'static {}

mod private {
    use super::{Filters, Scan};

    pub trait Start {
        /// Returns a scan from the beginning.
        #[allow(private_interfaces, reason = "sealed: nobody else calls it")]
        fn start(filters: &Filters, from_page: u64) -> Scan;
    }
}

/// Keyset mode: requests always page 1, each time with a later start date.
///
/// The list is complete even if records are inserted, deleted and updated meanwhile.
#[doc(alias = "cursor")]
#[derive(Debug, Clone, Copy)]
pub enum Keyset {}

/// Offset mode: requests one page number after the other.
///
/// The list is exact if nothing changes meanwhile. A record can be missed if earlier ones are
/// deleted.
#[derive(Debug, Clone, Copy)]
pub enum Offset {}

impl Mode for Keyset {}
impl Mode for Offset {}

#[allow(private_interfaces, reason = "sealed: nobody else calls it")]
impl Start for Keyset {
    fn start(filters: &Filters, _: u64) -> Scan {
        let bounds = filters.bounds();
        let shard = filters.shard.filter(|shard| shard.start == bounds.first());
        let start = shard.and_then(|shard| shard.asked_from);
        Scan::Keyset(Box::new(KeysetScan::new(bounds, start)))
    }
}

#[allow(private_interfaces, reason = "sealed: nobody else calls it")]
impl Start for Offset {
    fn start(_: &Filters, from_page: u64) -> Scan {
        Scan::Offset(OffsetScan::new(from_page))
    }
}

impl Position {
    /// The position of a scan whose every row so far was delivered.
    pub(crate) fn of(scan: &Scan) -> Self {
        match scan {
            Scan::Keyset(keyset) => Self::Keyset {
                start: keyset.start(),
                seen: DeliveredRows::default(),
            },
            Scan::Offset(offset) => {
                let mut previous: Vec<_> = offset.previous().collect();
                previous.sort_unstable();
                Self::Offset {
                    page: offset.page(),
                    previous,
                    delivered: Vec::new(),
                }
            }
        }
    }

    /// This position at the start of a resumed scan, which an overlap may have moved back.
    pub(crate) fn moved_to(mut self, scan: &Scan) -> Self {
        if let (Self::Keyset { start, .. }, Scan::Keyset(keyset)) = (&mut self, scan) {
            *start = keyset.start();
        }
        self
    }

    /// Notes that every row before the present request of the scan was delivered.
    ///
    /// `clock` is the server's: what is dated after it does not move a position of keyset mode,
    /// because rows that are created from now on lie before it.
    pub(crate) fn begin_page(&mut self, scan: &Scan, clock: DateTime<Utc>) {
        match (&mut *self, scan) {
            (Self::Keyset { start, seen }, Scan::Keyset(keyset)) => {
                advance(start, seen, keyset.start(), clock);
            }
            (
                Self::Offset {
                    page, delivered, ..
                },
                Scan::Offset(offset),
            ) if *page == offset.page() && !delivered.is_empty() => {}
            _ => *self = Self::of(scan),
        }
    }

    /// Notes a delivered row.
    pub(crate) fn deliver(&mut self, row: YieldedRow, clock: DateTime<Utc>) {
        match (self, row.keyset) {
            (Self::Keyset { start, seen }, Some(ResumePoint { at, resume_from })) => {
                seen.push(at, row.id);
                advance(start, seen, resume_from, clock);
            }
            (Self::Offset { delivered, .. }, _) => delivered.push(row.id),
            (Self::Keyset { .. }, None) => {}
        }
    }
}

/// Moves a start date on: never backwards, while an overlap is read again. A date after the clock
/// does not move it.
fn advance(
    start: &mut Option<DateTime<Utc>>,
    seen: &mut DeliveredRows,
    to: Option<DateTime<Utc>>,
    clock: DateTime<Utc>,
) {
    let to = to.filter(|to| *to <= clock);
    if to > *start {
        *start = to;
        seen.truncate_before(to.unwrap_or_default());
    }
}
