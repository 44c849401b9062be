//! Moves the position of a checkpoint as the rows of its scan are delivered.

use chrono::{DateTime, Utc};

use super::scan::{ResumePoint, Scan, YieldedRow};
use crate::checkpoint::{DeliveredRows, Position};

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
