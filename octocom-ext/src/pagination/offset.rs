//! Offset mode: one page number after the other.
//!
//! Exact while nothing changes. When rows are deleted during the scan, later rows move to earlier
//! pages and can be missed; when rows are inserted, later ones are listed twice, and those that
//! were listed on the page before are dropped and [counted](OffsetScan::repeated). When several
//! pages are fetched at once, an insertion between two of them can hide a row as well.

use std::collections::HashSet;

use super::failure::ListingFailure;
use super::row::RowKey;
use super::scan::YieldedRow;
use super::{MAX_NO_PROGRESS_PAGES, PageCursor};
use crate::checkpoint::{BuildIdHasher, RowId};

/// Pages that can be fetched ahead at the beginning of a listing, whose length is not known.
const MIN_AHEAD: u64 = 8;

/// Ids of a page.
type Ids = HashSet<RowId, BuildIdHasher>;

/// State of a scan.
#[derive(Debug, Clone)]
pub(crate) struct OffsetScan {
    /// Page of the present request, counted from 1.
    page: u64,
    previous: Ids,
    /// Rows of the first page that were delivered before the scan was interrupted.
    delivered: Ids,
    /// Pages that were listed.
    listed: u64,
    repeated: u64,
    no_progress: u32,
    done: bool,
}

impl OffsetScan {
    /// A scan from a page on, counted from 1.
    pub(crate) fn new(page: u64) -> Self {
        Self {
            page,
            previous: Ids::default(),
            delivered: Ids::default(),
            listed: 0,
            repeated: 0,
            no_progress: 0,
            done: false,
        }
    }

    /// The rest of a scan: ids of the page before, and those delivered of this one.
    pub(crate) fn resume(page: u64, previous: &[RowId], delivered: &[RowId]) -> Self {
        Self {
            previous: previous.iter().copied().collect(),
            delivered: delivered.iter().copied().collect(),
            ..Self::new(page)
        }
    }

    /// The request `ahead` pages after the present one; `None` at the end, and for a page too far
    /// ahead.
    ///
    /// The number of pages is not known, and requests past the end are wasted. So no more than 8
    /// pages are asked for ahead, or half as many as were listed.
    pub(crate) fn request(&self, ahead: u64) -> Option<PageCursor> {
        let is_near = ahead < MIN_AHEAD.max(self.listed / 2);
        let page = self.page.checked_add(ahead);
        let page = page.filter(|_| is_near && !self.done)?;
        Some(PageCursor::by_number(page))
    }

    /// The page of the present request.
    pub(crate) fn page(&self) -> u64 {
        self.page
    }

    /// Ids of the page before the present one.
    pub(crate) fn previous(&self) -> impl Iterator<Item = RowId> {
        self.previous.iter().copied()
    }

    /// Number of rows that were listed again on the next page: rows have moved.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Takes the answer to the present request and returns the rows to deliver.
    pub(crate) fn absorb(
        &mut self,
        keys: &[RowKey],
        has_more: bool,
    ) -> Result<Vec<YieldedRow>, ListingFailure> {
        let ids: Ids = keys.iter().map(|key| key.id).collect();
        let repeats = ids.iter().all(|id| self.previous.contains(id));
        self.no_progress = if repeats { self.no_progress + 1 } else { 0 };
        if has_more && self.no_progress >= MAX_NO_PROGRESS_PAGES {
            return Err(ListingFailure::Stalled { page: self.page });
        }
        self.listed += 1;
        let delivered = std::mem::take(&mut self.delivered);
        let mut rows = Vec::with_capacity(keys.len());
        for (index, key) in keys.iter().enumerate() {
            let is_repeated = key.has_own_id && self.previous.contains(&key.id);
            // Behind its last page, a server may list it again; nothing has moved then.
            self.repeated += u64::from(is_repeated && (has_more || !repeats));
            if is_repeated || delivered.contains(&key.id) {
                continue;
            }
            rows.push(YieldedRow {
                index,
                id: key.id,
                created: key.created.map(|created| created.at),
                keyset: None,
            });
        }
        // A page of repeats keeps the ids that a moving list may repeat yet again.
        if !repeats || ids.len() >= self.previous.len() {
            self.previous = ids;
        }
        self.done = !has_more;
        if has_more {
            self.page = self.page.saturating_add(1);
        }
        Ok(rows)
    }
}
