//! Offset mode: one page number after the other.
//!
//! Exact while nothing changes. When rows are deleted during the scan, later rows move to earlier
//! pages and can be missed; when rows are inserted, later ones are listed twice, and those that
//! were listed on the page before are dropped.

use std::collections::HashSet;

use super::fault::Fault;
use super::row::{RowId, RowKey};
use super::scan::Mark;
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
    pub(crate) fn absorb(&mut self, keys: Vec<RowKey>, has_more: bool) -> Result<Vec<Mark>, Fault> {
        let ids: HashSet<RowId> = keys.iter().map(|key| key.id.clone()).collect();
        let repeats = ids.iter().all(|id| self.previous.contains(id));
        self.barren = if repeats { self.barren + 1 } else { 0 };
        if has_more && self.barren >= MAX_BARREN_PAGES {
            return Err(Fault::Stalled { page: self.page });
        }
        let delivered = std::mem::take(&mut self.delivered);
        let is_new = |key: &RowKey| {
            let repeated = key.has_own_id && self.previous.contains(&key.id);
            !repeated && !delivered.contains(&key.id)
        };
        let keys = keys.into_iter().enumerate();
        let marks = keys
            .filter(|(_, key)| is_new(key))
            .map(|(index, key)| Mark {
                index,
                id: key.id,
                created: key.created.map(|created| created.at),
                keyset: None,
            });
        let marks = marks.collect();
        // A page of repeats keeps the ids that a moving list may repeat yet again.
        if !repeats || ids.len() >= self.previous.len() {
            self.previous = ids;
        }
        self.done = !has_more;
        if has_more {
            self.page = self.page.saturating_add(1);
        }
        Ok(marks)
    }
}
