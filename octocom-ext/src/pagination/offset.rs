//! Offset mode: one page number after the other.
//!
//! Exact while nothing changes. When rows are deleted during the scan, later rows move to earlier
//! pages and can be missed; when rows are inserted, later ones are listed twice, and those that
//! were listed on the page before are dropped.

use std::collections::HashSet;

use super::fault::Fault;
use super::page::RawPage;
use super::row::{Row, RowId};
use super::{MAX_BARREN_PAGES, Place};

/// State of a scan.
#[derive(Debug, Clone)]
pub(crate) struct Offset {
    /// Page of the present request, counted from 1.
    page: u64,
    previous: HashSet<RowId>,
    /// Rows of the first page that were delivered before the scan was interrupted.
    delivered: HashSet<RowId>,
    barren: u32,
    done: bool,
}

impl Offset {
    /// A scan from a page on, counted from 1.
    pub(crate) fn new(page: u64) -> Self {
        Self {
            page,
            previous: HashSet::new(),
            delivered: HashSet::new(),
            barren: 0,
            done: false,
        }
    }

    /// The rest of a scan: ids of the page before, and those delivered of this one.
    pub(crate) fn resume(
        page: u64,
        previous: impl IntoIterator<Item = RowId>,
        delivered: impl IntoIterator<Item = RowId>,
    ) -> Self {
        Self {
            previous: previous.into_iter().collect(),
            delivered: delivered.into_iter().collect(),
            ..Self::new(page)
        }
    }

    /// The request `ahead` pages after the present one; `None` at the end.
    pub(crate) fn request(&self, ahead: u64) -> Option<Place> {
        let page = self.page.checked_add(ahead).filter(|_| !self.done)?;
        Some(Place { page, since: None })
    }

    /// The page of the present request.
    pub(crate) fn page(&self) -> u64 {
        self.page
    }

    /// Ids of the page before the present one.
    pub(crate) fn previous(&self) -> &HashSet<RowId> {
        &self.previous
    }

    /// Takes the answer to the present request and returns the rows to deliver.
    pub(crate) fn absorb<T>(&mut self, page: RawPage<T>) -> Result<Vec<Row<T>>, Fault> {
        let ids: HashSet<RowId> = page.rows.iter().map(Row::identity).collect();
        let repeats = ids.iter().all(|id| self.previous.contains(id));
        let has_more = page.pagination.has_more;
        self.barren = if repeats { self.barren + 1 } else { 0 };
        if has_more && self.barren >= MAX_BARREN_PAGES {
            return Err(Fault::Stalled { page: self.page });
        }
        let delivered = std::mem::take(&mut self.delivered);
        let mut rows = page.rows;
        rows.retain(|row| {
            let repeated = row.id.as_ref().is_some_and(|id| self.previous.contains(id));
            !repeated && !delivered.contains(&row.identity())
        });
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
