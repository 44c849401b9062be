//! Rows that no start date can tell apart: their pages are turned by number, in passes.
//!
//! A pass goes from page 1 to the first page that ends with a clearly later row. It proves
//! something only if it stood still: within one pass every id is listed once. A server that sorts
//! by `createdAt` alone may order the ties of each page anew, list one row on two pages and another
//! on none, and do so alike in every pass.
//!
//! Two successive passes that stood still and list the same rows have missed nothing: a row that a
//! pass missed was moved by the deletion of a row that this pass had listed, and the next pass does
//! not list that one. Page numbers leave no remedy for one case: rows that are inserted, or come
//! into the filter, and are gone again each time a pass goes over them, unlisted by it.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::super::MAX_NO_PROGRESS_PAGES;
use super::super::failure::ListingFailure;
use super::super::row::RowKey;
use super::super::timestamp::PrintedTimestamp;
use crate::checkpoint::{BuildIdHasher, RowId};

/// Passes over a tie group before it is called unstable.
pub(crate) const MAX_PASSES: u32 = 5;

/// Rows that the server cannot tell apart by a start date, whatever their printed digits.
#[derive(Debug, Clone)]
pub(super) struct TieGroup {
    /// A pass may end with a row that is clearly later than this.
    anchor: PrintedTimestamp,
    /// Page of the present pass, counted from 1.
    pub(super) page: u64,
    /// Pages that a pass goes over at least.
    reach: u64,
    /// The present pass, counted from 1.
    number: u32,
    present: Pass,
    /// Ids that the present pass has listed.
    listed: HashSet<RowId, BuildIdHasher>,
    previous: Option<Pass>,
    /// Successive pages of this pass that brought it no new id.
    no_progress: u32,
    /// `true` if those pages all listed the same rows.
    repeats: bool,
    page_sum: u64,
}

/// One pass over the pages of a tie group.
#[derive(Debug, Clone, Default)]
struct Pass {
    /// Number and sum of the ids at each time.
    tally: BTreeMap<DateTime<Utc>, (u64, u64)>,
    /// The latest row so far.
    last: Option<PrintedTimestamp>,
    /// `true` if an id was listed twice, or a row appeared behind the pass.
    moved: bool,
    disorder: Option<ListingFailure>,
    /// The page that repeated those before it.
    stalled_at: Option<u64>,
    /// `true` if rows follow that the pass did not list: then more rows can share `last`.
    is_cut: bool,
}

/// The result of a page or a pass.
#[derive(Debug)]
pub(super) enum GroupStep {
    /// The next page, of this pass or the next.
    Page,
    /// The group is proved; `None` if it is the end of the listing.
    Proved(Option<PrintedTimestamp>),
}

/// A row of a page, dated.
pub(super) type Dated = (DateTime<Utc>, RowKey);

impl TieGroup {
    /// A group whose first page was just listed.
    pub(super) fn new(anchor: PrintedTimestamp, reach: u64) -> Self {
        Self {
            anchor,
            page: 1,
            reach,
            number: 1,
            present: Pass::default(),
            listed: HashSet::default(),
            previous: None,
            no_progress: 0,
            repeats: true,
            page_sum: 0,
        }
    }

    /// Takes the rows of the present page.
    pub(super) fn list(
        &mut self,
        rows: &[Dated],
        last: Option<PrintedTimestamp>,
        has_more: bool,
    ) -> Result<(), ListingFailure> {
        let pass = &mut self.present;
        let before = pass.last.map(|last| last.at);
        let (mut is_new, mut sum) = (false, 0_u64);
        for (at, key) in rows {
            // A row without a date stands where its page does.
            let at = match key.created {
                Some(_) => *at,
                None => before.map_or(*at, |before| before.max(*at)),
            };
            sum = sum.wrapping_add(key.id.bits());
            let newly = self.listed.insert(key.id);
            is_new |= newly;
            if !newly {
                // Records without an id of their own can be equal and yet be two.
                pass.moved |= key.has_own_id;
            } else if before.is_some_and(|before| at < before) {
                pass.moved = true;
                pass.disorder = Some(ListingFailure::OutOfOrder {
                    page: self.page,
                    after: before.unwrap_or_default(),
                    found: at,
                });
            }
            let (count, total) = pass.tally.entry(at).or_default();
            *count += 1;
            *total = total.wrapping_add(key.id.bits());
        }
        if pass
            .last
            .is_none_or(|before| last.is_some_and(|last| last.at >= before.at))
        {
            pass.last = last.or(pass.last);
        }
        if is_new {
            (self.no_progress, self.repeats) = (0, true);
        } else {
            self.no_progress += 1;
            self.repeats &= rows.is_empty() || sum == self.page_sum;
        }
        self.page_sum = sum;
        let stalls = has_more && self.no_progress >= MAX_NO_PROGRESS_PAGES && self.repeats;
        if stalls {
            pass.stalled_at = Some(self.page);
            // Ties in a random order can repeat a small page, though not in each pass.
            let again = self.previous.as_ref().map(|previous| previous.stalled_at);
            if rows.is_empty() || again == Some(pass.stalled_at) {
                return Err(ListingFailure::Stalled { page: self.page });
            }
        }
        Ok(())
    }

    /// Returns `true` if a pass may end with this row.
    pub(super) fn is_behind(&self, last: PrintedTimestamp) -> bool {
        self.page >= self.reach && last.at >= self.anchor.clear_of()
    }

    /// Decides what follows the page that was just listed; `ends` if it is the last of its pass.
    pub(super) fn turn(&mut self, ends: bool, has_more: bool) -> Result<GroupStep, ListingFailure> {
        // Out of order, or more and more pages of rows that were listed before.
        let is_hopeless =
            self.present.disorder.is_some() || !ends && self.no_progress >= MAX_NO_PROGRESS_PAGES;
        if !ends && !is_hopeless {
            self.page += 1;
            return Ok(GroupStep::Page);
        }
        let mut pass = std::mem::take(&mut self.present);
        pass.is_cut = has_more;
        pass.moved |= is_hopeless;
        match &self.previous {
            Some(previous) if previous.agrees_with(&pass) => {
                let cut = [previous, &pass].into_iter().filter(|pass| pass.is_cut);
                let bound = cut.filter_map(|pass| pass.last).min_by_key(|last| last.at);
                return Ok(GroupStep::Proved(bound));
            }
            // The same rows out of order, twice: that is how the server lists.
            Some(previous) if pass.disorder.is_some() && pass.disorder == previous.disorder => {
                return pass.disorder.map_or(Ok(GroupStep::Page), Err);
            }
            _ if self.number >= MAX_PASSES => {
                return Err(ListingFailure::Unstable {
                    at: self.anchor.at,
                    passes: self.number,
                });
            }
            _ => {}
        }
        self.page = 1;
        self.number += 1;
        self.previous = Some(pass);
        self.listed.clear();
        (self.no_progress, self.repeats, self.page_sum) = (0, true, 0);
        Ok(GroupStep::Page)
    }
}

impl Pass {
    /// Returns `true` if both passes stood still and list the same ids, as far as both went.
    fn agrees_with(&self, next: &Self) -> bool {
        if self.moved || next.moved {
            return false;
        }
        let cut = [self, next].into_iter().filter(|pass| pass.is_cut);
        let bound = cut.filter_map(|pass| pass.last).map(|last| last.at).min();
        let newest = self.tally.keys().next_back().copied();
        let common = |at: DateTime<Utc>| match bound {
            Some(bound) => at < bound,
            // Rows newer than all of the first pass came since, and were listed by the second.
            None => newest.is_none_or(|newest| at <= newest),
        };
        let rows = |pass: &Self| -> Vec<_> {
            let tally = pass.tally.iter().take_while(|(at, _)| common(**at));
            tally.map(|(at, counted)| (*at, *counted)).collect()
        };
        rows(self) == rows(next)
    }
}
