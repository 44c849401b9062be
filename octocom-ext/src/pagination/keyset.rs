//! Keyset mode: a scan by `createdAt`, which moving page numbers cannot disturb.
//!
//! Page numbers count rows, so a row deleted behind the scan moves every later row forward and the
//! first row of the next page is missed. This scan asks for page 1 again instead, with a start
//! date just below the last row it has: rows that are gone before that date move nothing.
//!
//! The start date is one unit of the last printed digit below the last `createdAt`, because a
//! server may print fewer digits than it orders by. Rows from there on were delivered or not, and
//! their ids tell.
//!
//! When the rows of one instant fill more than a page, no start date leads past them, and their
//! pages must be turned by number. That is done in passes from page 1 until two successive passes
//! list the same ids: a row that a pass missed was moved by the deletion of a row that this pass
//! had listed, and the next pass does not list that one. So two equal passes have missed nothing,
//! but for one case that page numbers leave no remedy for: rows that are inserted and deleted again
//! while a pass goes over their very instant, unlisted by it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::fault::Fault;
use super::instant::Instant;
use super::row::{RowId, RowKey};
use super::scan::{Mark, Progress};
use super::seen::Seen;
use super::{MAX_BARREN_PAGES, Place};

/// Passes over the rows of one instant before it is called unstable.
const MAX_PASSES: u32 = 5;

/// State of a scan.
#[derive(Debug, Clone)]
pub(crate) struct Keyset {
    border: Border,
    /// Whether the start is the scan's own, and not merely the caller's filter.
    own_start: bool,
    /// Rows printed before are not delivered.
    from: Option<DateTime<Utc>>,
    /// Delivered ids at the start or later.
    seen: Seen,
    crowd: Option<Crowd>,
    done: bool,
}

/// Between which instants a scan asks for rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Border {
    /// Start date of the present request.
    pub(crate) start: Option<DateTime<Utc>>,
    /// Rows printed here or later are not delivered.
    pub(crate) end: Option<DateTime<Utc>>,
}

impl Border {
    /// The start date after a page 1 that has more behind it and ends with this instant; `None` when
    /// none leads on.
    pub(crate) fn advance(self, last: Instant) -> Option<DateTime<Utc>> {
        let leads_on = !self.is_past_end(last.at) && self.leads_on(last);
        leads_on.then(|| last.floor())
    }

    fn is_past_end(self, at: DateTime<Utc>) -> bool {
        self.end.is_some_and(|end| at >= end)
    }

    /// Whether a request from an instant on is a later one than the present.
    fn leads_on(self, instant: Instant) -> bool {
        self.start.is_none_or(|start| instant.floor() > start)
    }
}

/// An instant whose rows fill more than a page.
#[derive(Debug, Clone)]
struct Crowd {
    /// The last instant of the first page.
    anchor: Instant,
    /// Page of the present pass, counted from 1.
    page: u64,
    /// The present pass, counted from 1.
    pass: u32,
    listed: BTreeSet<(DateTime<Utc>, RowId)>,
    /// Successive pages of this pass that brought it no new id.
    barren: u32,
    previous: Option<Pass>,
}

/// A pass over the pages of a crowd.
#[derive(Debug, Clone)]
struct Pass {
    listed: BTreeSet<(DateTime<Utc>, RowId)>,
    /// The instant of its last row, when there was more; rows before it are all listed.
    bound: Option<Instant>,
}

impl Keyset {
    /// A scan from the caller's start date, of rows printed within `from..end`.
    pub(crate) fn new(
        since: Option<DateTime<Utc>>,
        from: Option<DateTime<Utc>>,
        end: Option<DateTime<Utc>>,
    ) -> Self {
        Self {
            border: Border { start: since, end },
            own_start: false,
            from,
            seen: Seen::default(),
            crowd: None,
            done: false,
        }
    }

    /// The rest of a scan from one of its own positions.
    pub(crate) fn resume(mut self, start: Option<DateTime<Utc>>, seen: Seen) -> Self {
        if start > self.border.start {
            // Never before the caller's own filter.
            self.own_start = true;
            self.border.start = start;
        }
        self.seen = seen;
        self
    }

    /// The start date of the present request.
    pub(crate) fn start(&self) -> Option<DateTime<Utc>> {
        self.border.start
    }

    /// Where the end of the present page will do to know the next request; `None` where it takes
    /// the whole page.
    pub(crate) fn border(&self) -> Option<Border> {
        self.crowd.is_none().then_some(self.border)
    }

    /// The next request; `None` at the end.
    pub(crate) fn request(&self) -> Option<Place> {
        let page = self.crowd.as_ref().map_or(1, |crowd| crowd.page);
        (!self.done).then_some(Place {
            page,
            since: self.start(),
        })
    }

    /// Takes the answer to [`request`](Self::request) and returns the rows to deliver.
    pub(crate) fn absorb(&mut self, keys: Vec<RowKey>, has_more: bool) -> Result<Vec<Mark>, Fault> {
        let number = self.crowd.as_ref().map_or(1, |crowd| crowd.page);
        let in_crowd = self.crowd.is_some();
        let (dated, last) = self.dated(number, keys, has_more)?;
        if let Some(crowd) = &mut self.crowd {
            crowd.list(&dated, has_more)?;
        }

        // Decided before the rows are handed out, carried out after.
        let next = match self.crowd.take() {
            None => self.after_page(&dated, last, has_more),
            Some(crowd) => self.after_page_of_crowd(crowd, last, has_more)?,
        };
        let crowded = in_crowd || matches!(next, Next::Turn(_));
        let mut marks = Vec::with_capacity(dated.len());
        for (index, (instant, key)) in dated.into_iter().enumerate() {
            let at = instant.at;
            let wanted = self.from.is_none_or(|from| at >= from) && !self.border.is_past_end(at);
            if !wanted || !self.seen.insert(at, key.id.clone()) {
                continue;
            }
            let resume_from = match self.start() {
                None => Some(instant.floor()),
                // Rows of a crowd come in any order: none of them lets the scan go on.
                Some(start) if crowded => Some(start),
                Some(start) => Some(start.max(instant.floor())),
            };
            marks.push(Mark {
                index,
                id: key.id,
                created: key.created.map(|created| created.at),
                keyset: Some(Progress { at, resume_from }),
            });
        }
        match next {
            Next::End => self.done = true,
            Next::Advance(start) => {
                self.border.start = Some(start);
                self.own_start = true;
                self.seen.forget_before(start);
            }
            Next::Turn(crowd) => self.crowd = Some(crowd),
        }
        Ok(marks)
    }

    /// Checks the order of a page and dates every row.
    ///
    /// A row without a readable date takes that of the row before it. A page without any is only
    /// an obstacle when more should follow.
    fn dated(
        &self,
        page: u64,
        keys: Vec<RowKey>,
        has_more: bool,
    ) -> Result<(Vec<Dated>, Option<Instant>), Fault> {
        let first = keys.iter().find_map(|key| key.created);
        let first = match first {
            None if !keys.is_empty() && has_more => return Err(Fault::Undated { page }),
            None if !keys.is_empty() => self.start_instant(),
            first => first,
        };
        let mut dated = Vec::with_capacity(keys.len());
        let mut last = first;
        for key in keys {
            let Some(previous) = last else { continue };
            let instant = key.created.unwrap_or(previous);
            if instant.at < previous.at {
                return Err(Fault::OutOfOrder {
                    page,
                    after: previous.at,
                    found: instant.at,
                });
            }
            if let Some(start) = self
                .start()
                .filter(|start| self.own_start && !instant.may_reach(*start))
            {
                return Err(Fault::OutOfOrder {
                    page,
                    after: start,
                    found: instant.at,
                });
            }
            last = Some(instant);
            dated.push((instant, key));
        }
        Ok((dated, last))
    }

    /// The start date, for a page that has no instant of its own.
    fn start_instant(&self) -> Option<Instant> {
        Instant::parse(&self.start().unwrap_or_default().to_rfc3339())
    }

    /// What follows a page 1.
    fn after_page(&self, dated: &[Dated], last: Option<Instant>, has_more: bool) -> Next {
        if !has_more || last.is_some_and(|last| self.border.is_past_end(last.at)) {
            return Next::End;
        }
        if let Some(start) = last.and_then(|last| self.border.advance(last)) {
            return Next::Advance(start);
        }
        // An empty page that promises more has no instant.
        match last.or_else(|| self.start_instant()) {
            Some(anchor) => Next::Turn(Crowd {
                anchor,
                page: 2,
                pass: 1,
                listed: listed(dated).collect(),
                barren: u32::from(dated.is_empty()),
                previous: None,
            }),
            None => Next::End,
        }
    }

    /// What follows a page of a crowd.
    fn after_page_of_crowd(
        &self,
        mut crowd: Crowd,
        last: Option<Instant>,
        has_more: bool,
    ) -> Result<Next, Fault> {
        let border = self.border;
        let is_past = |last: Instant| {
            border.is_past_end(last.at)
                || last.at >= crowd.anchor.clear_of() && border.leads_on(last)
        };
        if has_more && !last.is_some_and(is_past) {
            crowd.page += 1;
            return Ok(Next::Turn(crowd));
        }
        let pass = Pass {
            listed: crowd.listed,
            bound: last.filter(|_| has_more),
        };
        match crowd.previous {
            Some(previous) if previous.agrees_with(&pass) => {
                let bounds = || [previous.bound, pass.bound].into_iter().flatten();
                let ends = bounds()
                    .map(|bound| bound.at)
                    .min()
                    .is_none_or(|at| border.is_past_end(at));
                // A server that prints no trailing zeros prints some instants more coarsely than
                // others: not every bound leads on.
                let start = bounds()
                    .filter(|bound| border.leads_on(*bound))
                    .map(Instant::floor)
                    .min();
                Ok(start.filter(|_| !ends).map_or(Next::End, Next::Advance))
            }
            _ if crowd.pass >= MAX_PASSES => Err(Fault::Unstable {
                at: crowd.anchor.at,
                passes: crowd.pass,
            }),
            _ => Ok(Next::Turn(Crowd {
                anchor: crowd.anchor,
                page: 1,
                pass: crowd.pass + 1,
                listed: BTreeSet::new(),
                barren: 0,
                previous: Some(pass),
            })),
        }
    }
}

/// A row and when it was created.
type Dated = (Instant, RowKey);

/// What follows a page.
enum Next {
    End,
    /// Page 1 from a later start date.
    Advance(DateTime<Utc>),
    /// Another page of the same start date.
    Turn(Crowd),
}

fn listed(dated: &[Dated]) -> impl Iterator<Item = (DateTime<Utc>, RowId)> {
    dated
        .iter()
        .map(|(instant, key)| (instant.at, key.id.clone()))
}

impl Crowd {
    fn list(&mut self, dated: &[Dated], has_more: bool) -> Result<(), Fault> {
        let before = self.listed.len();
        self.listed.extend(listed(dated));
        self.barren = if self.listed.len() > before {
            0
        } else {
            self.barren + 1
        };
        if has_more && self.barren >= MAX_BARREN_PAGES {
            return Err(Fault::Stalled { page: self.page });
        }
        Ok(())
    }
}

impl Pass {
    /// Whether both passes list the same ids, as far as both went.
    fn agrees_with(&self, next: &Self) -> bool {
        let newest = self.listed.last().map(|(at, _)| *at);
        let bound = [self.bound, next.bound]
            .into_iter()
            .flatten()
            .map(|bound| bound.at)
            .min();
        let common = |(at, _): &&(DateTime<Utc>, RowId)| match bound {
            Some(bound) => *at < bound,
            // Rows newer than all of the first pass came since, and were listed by the second.
            None => newest.is_none_or(|newest| *at <= newest),
        };
        self.listed
            .iter()
            .filter(common)
            .eq(next.listed.iter().filter(common))
    }
}

#[cfg(test)]
mod tests;
