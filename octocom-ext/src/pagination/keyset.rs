//! Keyset mode: a scan by `createdAt`, which moving page numbers cannot disturb.
//!
//! Page numbers count rows, so a row deleted behind the scan moves every later row forward and the
//! first row of the next page is missed. This scan asks for page 1 again instead, with a start date
//! before the last row it has. Rows that were delivered, or lie outside the listing, are dropped by
//! their ids and times.
//!
//! # What is assumed of a server, and what is checked
//!
//! A server may print fewer digits than it stores, round them, and round, raise or lower a start
//! date to its own precision. So the start date has slack: 999 ms where that fits in the page, at
//! least one unit of the last printed digit. Every page 1 has to begin with a row from before the
//! frontier; otherwise the server may have raised the start date beyond rows that were
//! never listed, and the page is asked for again with more slack, up to four days.
//!
//! If no later start date follows from a page, its rows are a [tie group](tie_group): they share a
//! printed timestamp, or the server lowers every start date between them to the same one. Their
//! pages are turned by number. A group that is followed by another at once is taken twice as large,
//! so a server that ignores start dates costs four times its pages, not their square.
//!
//! Until two rows have shown that the list ascends, a page of one printed timestamp is a tie group
//! too: on a server that lists the newest first its second page is out of order.

mod bounds;
mod cursor;
mod tie_group;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::PageCursor;
use super::failure::ListingFailure;
use super::row::{RowKey, Seen};
use super::scan::{ResumePoint, YieldedRow};
use super::timestamp::PrintedTimestamp;
use crate::checkpoint::{BuildIdHasher, DeliveredRows, RowId};
use bounds::Frontier;
pub(crate) use bounds::{Bounds, MAX_SLACK};
pub(crate) use cursor::{KeysetCursor, PageSpan};
use cursor::{check_order, is_covered, timestamps};
use tie_group::{Dated, GroupStep, TieGroup};

/// Slack of the start date of a filter or a shard.
pub(crate) const BORDER_SLACK: TimeDelta = TimeDelta::seconds(1);

/// State of a scan.
#[derive(Debug, Clone)]
pub(crate) struct KeysetScan {
    /// The present request, if it is for a page 1.
    cursor: KeysetCursor,
    /// `None` at the very beginning of a list.
    frontier: Option<Frontier>,
    /// Rows printed before were delivered, whether or not their ids are remembered.
    remembered_from: Option<DateTime<Utc>>,
    /// Delivered rows from there on.
    seen: Seen,
    /// Rows without a readable date: nothing tells when they can be forgotten.
    undated: HashSet<RowId, BuildIdHasher>,
    is_resumed: bool,
    group: Option<Box<TieGroup>>,
    /// Pages of the last tie group, if no page 1 has led on since.
    group_pages: u64,
    /// `true` if every time so far was midnight: the server may print dates.
    only_midnights: bool,
    done: bool,
}

impl KeysetScan {
    /// Returns a scan of the rows within `bounds`. `start` is the start date to ask for first: the bounds'
    /// own with slack, or one that is known to list a row from before them.
    pub(crate) fn new(bounds: Bounds, start: Option<DateTime<Utc>>) -> Self {
        let slack = |at: DateTime<Utc>| at.checked_sub_signed(BORDER_SLACK).unwrap_or(at);
        let border = bounds.first();
        let until = bounds.last();
        Self {
            cursor: KeysetCursor {
                start: start.or_else(|| border.map(slack)),
                until: until.map(|at| at.checked_add_signed(MAX_SLACK).unwrap_or(at)),
                bounds,
                unit: None,
                slack: TimeDelta::zero(),
                is_ascending: false,
                beyond: None,
            },
            frontier: border.map(Frontier::border),
            remembered_from: None,
            seen: Seen::default(),
            undated: HashSet::default(),
            is_resumed: false,
            group: None,
            group_pages: 0,
            only_midnights: true,
            done: false,
        }
    }

    /// Resumes from a position of this scan, or from before it: rows from `start` on that are not
    /// among `delivered` are delivered, also those that were delivered before `overlapped`.
    pub(crate) fn resume(
        mut self,
        start: Option<DateTime<Utc>>,
        overlapped: Option<DateTime<Utc>>,
        delivered: &DeliveredRows,
    ) -> Self {
        if start > self.cursor.start {
            // Never before the caller's own filter.
            self.cursor.start = start;
            self.remembered_from = start;
            self.is_resumed = true;
        }
        if let Some(at) = overlapped.filter(|at| Some(*at) > self.cursor.bounds.first()) {
            self.frontier = Some(Frontier::border(at));
        }
        self.seen = Seen::from(delivered);
        self
    }

    /// Returns the start date of the present request.
    pub(crate) fn start(&self) -> Option<DateTime<Utc>> {
        self.cursor.start
    }

    /// Returns the cursor that computes the next request from the keys of the present page; `None`
    /// while only the scan can.
    pub(crate) fn cursor(&self) -> Option<KeysetCursor> {
        self.group.is_none().then_some(self.cursor)
    }

    /// Returns the next request; `None` at the end.
    pub(crate) fn request(&self) -> Option<PageCursor> {
        let page = self.page();
        (!self.done).then_some(PageCursor {
            page,
            ..self.cursor.request()
        })
    }

    /// Returns the page number of the present request.
    fn page(&self) -> u64 {
        self.group.as_ref().map_or(1, |group| group.page)
    }

    /// Takes the answer to [`request`](Self::request) and returns the rows to deliver.
    pub(crate) fn absorb(
        &mut self,
        keys: &[RowKey],
        has_more: bool,
    ) -> Result<Vec<YieldedRow>, ListingFailure> {
        let page = self.page();
        check_order(page, keys)?;
        let span = PageSpan::from_keys(keys);
        // A page without any readable date is only an obstacle if more should follow.
        if span.is_none() && !keys.is_empty() && has_more {
            return Err(ListingFailure::Undated { page });
        }
        for printed in keys.iter().filter_map(|key| key.created) {
            let unit = self.cursor.unit.unwrap_or(printed.unit);
            self.cursor.unit = Some(unit.min(printed.unit));
            self.only_midnights &= printed.is_midnight();
        }

        // Decided before the rows are handed out, carried out after.
        let next = match self.group.take() {
            None => self.after_page(keys, span, has_more)?,
            Some(group) => self.after_page_of_group(group, keys, span, has_more)?,
        };
        if let Next::Widen(start) = next {
            // The rows come again, with those before them.
            self.cursor.start = Some(start);
            self.cursor.beyond = self.frontier.map(|frontier| frontier.at);
            return Ok(Vec::new());
        }
        let rows = self.deliver(keys, span, &next);
        self.carry_out(next);
        Ok(rows)
    }

    /// Decides what follows a page 1.
    fn after_page(
        &mut self,
        keys: &[RowKey],
        span: Option<PageSpan>,
        has_more: bool,
    ) -> Result<Next, ListingFailure> {
        if let Some(frontier) = &mut self.frontier {
            if !is_covered(keys, frontier.at, &self.seen)
                && let Some(start) = self.cursor.start
                && let Some(wider) = frontier.wider(start)
            {
                return Ok(Next::Widen(wider));
            }
            let needed = self
                .cursor
                .start
                .map(|start| frontier.at.signed_duration_since(start));
            frontier.widened = if self.cursor.beyond.is_some() {
                frontier.widened + 1
            } else {
                0
            };
            // Once is a deleted row, twice is how the server reads start dates.
            if frontier.widened >= 2 {
                self.cursor.slack = self.cursor.slack.max(needed.unwrap_or_default());
            }
        }
        if !has_more || span.is_some_and(|span| self.cursor.is_after(span.last.at)) {
            return Ok(Next::End);
        }
        if let Some(span) = span
            && let Some(cursor) = self.cursor.next(span)
        {
            self.group_pages = 0;
            let middle = keys.get(keys.len() / 2).and_then(|key| key.created);
            let widened = self.frontier.map_or(0, |frontier| frontier.widened);
            let frontier = Frontier::behind(span, middle, widened);
            return Ok(Next::Advance(cursor, frontier));
        }
        let anchor = span.map_or_else(|| self.start_timestamp(), |span| span.last);
        let anchor = match self.frontier {
            Some(frontier) if frontier.at > anchor.at => PrintedTimestamp {
                at: frontier.at,
                ..anchor
            },
            _ => anchor,
        };
        let group = TieGroup::new(anchor, self.group_pages.saturating_mul(2));
        self.after_page_of_group(Box::new(group), keys, span, has_more)
    }

    /// Decides what follows a page of a tie group.
    fn after_page_of_group(
        &mut self,
        mut group: Box<TieGroup>,
        keys: &[RowKey],
        span: Option<PageSpan>,
        has_more: bool,
    ) -> Result<Next, ListingFailure> {
        let timestamps = timestamps(keys, self.first_time(span));
        let rows: Vec<Dated> = timestamps
            .zip(keys)
            .map(|(row, key)| (row.at, *key))
            .collect();
        let last = span.map(|span| span.last);
        group.list(&rows, last, has_more)?;
        self.cursor.is_ascending |= span.is_some_and(PageSpan::ascends);
        let leads_on = |last: PrintedTimestamp| {
            self.cursor.is_after(last.at)
                || group.is_behind(last) && Some(last.floor()) > self.cursor.start
        };
        let ends = !has_more || last.is_some_and(leads_on);
        let pages = group.page;
        match group.turn(ends, has_more)? {
            GroupStep::Page => Ok(Next::GroupPage(group)),
            GroupStep::Proved(bound) => {
                self.group_pages = pages;
                Ok(bound
                    .filter(|bound| !self.cursor.is_after(bound.at))
                    .map_or(Next::End, Next::Leave))
            }
        }
    }

    /// Returns the start date, for a page that has no timestamp of its own.
    fn start_timestamp(&self) -> PrintedTimestamp {
        PrintedTimestamp::exact(self.start().unwrap_or_default())
    }

    /// Returns `true` if a row lies before the bounds.
    fn is_before(&self, at: DateTime<Utc>) -> bool {
        let bounds = &self.cursor.bounds;
        // With more slack than usual, rows of an earlier midnight are rows from before.
        let usual = bounds
            .since
            .and_then(|since| since.checked_sub_signed(BORDER_SLACK));
        let unit = match self.cursor.unit {
            Some(_) if self.only_midnights && self.start() >= usual => TimeDelta::days(1),
            unit => unit.unwrap_or_default(),
        };
        bounds.is_before(at, unit)
    }

    /// Returns the time of the first row of a page.
    fn first_time(&self, span: Option<PageSpan>) -> PrintedTimestamp {
        span.map_or_else(|| self.start_timestamp(), |span| span.first)
    }

    /// Returns the rows to deliver: those within the bounds that were not delivered before.
    fn deliver(&mut self, keys: &[RowKey], span: Option<PageSpan>, next: &Next) -> Vec<YieldedRow> {
        let in_group = matches!(next, Next::GroupPage(_) | Next::Leave(_));
        let start = self.start();
        let mut rows = Vec::with_capacity(keys.len());
        let frontier = self.frontier.map(|frontier| frontier.at);
        let covers = frontier.is_some_and(|at| is_covered(keys, at, &self.seen));
        let timestamps = timestamps(keys, self.first_time(span));
        for (index, (key, printed)) in keys.iter().zip(timestamps).enumerate() {
            let at = printed.at;
            let is_old = self.remembered_from.is_some_and(|from| at < from);
            let is_outside = self.is_before(at) || self.cursor.is_after(at);
            let is_dropped = match key.created {
                Some(_) => is_old || is_outside,
                // It takes its time from its neighbours: a row from before the run can stand beside
                // old rows only. A page without dates says nothing of where its rows lie.
                None => {
                    let is_head = span.is_some_and(|span| at <= span.first.at);
                    let is_known = !self.undated.insert(key.id);
                    is_known
                        || span.is_some() && is_outside
                        || self.is_resumed && (is_old || is_head && covers)
                }
            };
            if is_dropped {
                continue;
            }
            // A row without a date can stand at any later place of the page when it is listed
            // again.
            let remembered = match (key.created, span) {
                (None, Some(span)) => span.last.at,
                _ => at,
            };
            if !self.seen.insert(remembered, key.id) {
                continue;
            }
            let resume_from = match start {
                // Rows of a tie group come in any order: none of them lets the scan go on.
                start if in_group => start,
                None => Some(printed.floor()),
                Some(start) => Some(start.max(printed.floor())),
            };
            rows.push(YieldedRow {
                index,
                id: key.id,
                created: key.created.map(|created| created.at),
                keyset: Some(ResumePoint {
                    at: remembered,
                    resume_from,
                }),
            });
        }
        rows
    }

    fn carry_out(&mut self, next: Next) {
        let (cursor, frontier) = match next {
            Next::End => {
                self.done = true;
                return;
            }
            Next::GroupPage(group) => {
                self.group = Some(group);
                return;
            }
            Next::Widen(_) => return,
            Next::Advance(cursor, frontier) => (cursor, frontier),
            Next::Leave(bound) => {
                let cursor = KeysetCursor {
                    start: Some(bound.floor()).max(self.cursor.start),
                    is_ascending: true,
                    beyond: None,
                    ..self.cursor
                };
                (cursor, Frontier::border(bound.at))
            }
        };
        self.cursor = cursor;
        if self.frontier.is_none_or(|before| before.at <= frontier.at) {
            self.frontier = Some(frontier);
        }
        if cursor.start > self.remembered_from {
            self.remembered_from = cursor.start;
        }
        if let Some(start) = self.remembered_from {
            self.seen.forget_before(start);
        }
    }
}

/// The step after a page.
enum Next {
    End,
    /// The same page 1 with an earlier start date.
    Widen(DateTime<Utc>),
    /// Page 1 from a later start date.
    Advance(KeysetCursor, Frontier),
    /// Another page of the same start date.
    GroupPage(Box<TieGroup>),
    /// Page 1 behind a tie group.
    Leave(PrintedTimestamp),
}

#[cfg(test)]
mod tests;
