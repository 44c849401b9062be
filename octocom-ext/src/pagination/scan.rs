//! One scan, whatever its mode: which page is next, and what of an answer is new.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Place;
use super::fault::Fault;
use super::keyset::{Border, Keyset};
use super::offset::Offset;
use super::row::{RowId, RowKey};
use super::seen::Seen;

/// The state of a scan.
#[derive(Debug, Clone)]
pub(crate) enum Scan {
    Keyset(Keyset),
    Offset(Offset),
}

/// A row to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where it stands on its page, counted from 0.
    pub(crate) index: usize,
    pub(crate) id: RowId,
    /// When it was created, where it says so.
    pub(crate) created: Option<DateTime<Utc>>,
    /// What it means to a scan in keyset mode.
    pub(crate) keyset: Option<Progress>,
}

/// From where a scan in keyset mode resumes once a row is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// When the row was created, or those next to it.
    pub(crate) at: DateTime<Utc>,
    /// Start date that leaves out nothing after this row; `None` is the very beginning.
    pub(crate) resume_from: Option<DateTime<Utc>>,
}

impl Scan {
    /// The request `ahead` requests after the present one, where that is known by now.
    pub(crate) fn request(&self, ahead: u64) -> Option<Place> {
        match self {
            // Where the next page begins is not known before this one has arrived.
            Self::Keyset(keyset) => keyset.request().filter(|_| ahead == 0),
            Self::Offset(offset) => offset.request(ahead),
        }
    }

    /// Where the end of the present page will do to know the next request.
    pub(crate) fn border(&self) -> Option<Border> {
        match self {
            Self::Keyset(keyset) => keyset.border(),
            Self::Offset(_) => None,
        }
    }

    /// This scan from a position on; `None` when the position is one of the other mode.
    ///
    /// `overlap` reads again what was created that long before; it means nothing to page numbers.
    pub(crate) fn resume(self, position: &Position, overlap: Duration) -> Option<Self> {
        match (self, position) {
            (Self::Keyset(keyset), Position::Keyset { start, seen }) => {
                let overlap = TimeDelta::from_std(overlap).unwrap_or(TimeDelta::MAX);
                let start = start.map(|start| {
                    start
                        .checked_sub_signed(overlap)
                        .unwrap_or(DateTime::<Utc>::MIN_UTC)
                });
                Some(Self::Keyset(keyset.resume(start, seen.clone())))
            }
            (
                Self::Offset(_),
                Position::Offset {
                    page,
                    previous,
                    delivered,
                },
            ) => {
                let (previous, delivered) = (previous.iter().cloned(), delivered.iter().cloned());
                Some(Self::Offset(Offset::resume(*page, previous, delivered)))
            }
            _ => None,
        }
    }

    /// Takes the answer to the present request and returns the rows to deliver, in order.
    pub(crate) fn absorb(&mut self, keys: Vec<RowKey>, has_more: bool) -> Result<Vec<Mark>, Fault> {
        match self {
            Self::Keyset(keyset) => keyset.absorb(keys, has_more),
            Self::Offset(offset) => offset.absorb(keys, has_more),
        }
    }
}

/// How far a scan was delivered, for a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Position {
    Keyset {
        /// Rows created before are delivered, all of them; null is the very beginning.
        start: Option<DateTime<Utc>>,
        /// Delivered ids from there on.
        seen: Seen,
    },
    Offset {
        /// The page of the next row, counted from 1.
        page: u64,
        /// Ids of the page before.
        previous: Vec<RowId>,
        /// Delivered ids of the page.
        delivered: Vec<RowId>,
    },
}

impl Position {
    /// The position of a scan whose every row so far was delivered.
    pub(crate) fn of(scan: &Scan) -> Self {
        match scan {
            Scan::Keyset(keyset) => Self::Keyset {
                start: keyset.start(),
                seen: Seen::default(),
            },
            Scan::Offset(offset) => Self::Offset {
                page: offset.page(),
                previous: offset.previous().iter().cloned().collect(),
                delivered: Vec::new(),
            },
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
    pub(crate) fn begin_page(&mut self, scan: &Scan) {
        match (&mut *self, scan) {
            (Self::Keyset { start, seen }, Scan::Keyset(keyset)) => {
                advance(start, seen, keyset.start());
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
    pub(crate) fn deliver(&mut self, mark: Mark) {
        match (self, mark.keyset) {
            (Self::Keyset { start, seen }, Some(Progress { at, resume_from })) => {
                seen.insert(at, mark.id);
                advance(start, seen, resume_from);
            }
            (Self::Offset { delivered, .. }, _) => delivered.push(mark.id),
            (Self::Keyset { .. }, None) => {}
        }
    }
}

/// Moves a start date on: never backwards, while an overlap is read again.
fn advance(start: &mut Option<DateTime<Utc>>, seen: &mut Seen, to: Option<DateTime<Utc>>) {
    if to > *start {
        *start = to;
        seen.forget_before(to.unwrap_or_default());
    }
}
