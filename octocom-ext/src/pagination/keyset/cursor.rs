//! The next request of a keyset scan, computed from the page before it.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::PageCursor;
use super::bounds::Bounds;
use super::page::PageSpan;

/// Slack of a start date where it fits in the page.
const SLACK: TimeDelta = TimeDelta::seconds(1);

/// The request for a page 1, and how to compute the one after it.
///
/// A task that has just split a page computes the next request with it, before the scan has looked
/// at the page. The scan decides: it computes the same request of the same keys unless the server
/// or the data are unusual.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeysetCursor {
    /// Start date of the request; `None` is the very beginning.
    pub(crate) start: Option<DateTime<Utc>>,
    /// End date that every request has.
    pub(crate) until: Option<DateTime<Utc>>,
    pub(super) bounds: Bounds,
    /// The finest unit that the listing has printed.
    pub(super) unit: Option<TimeDelta>,
    /// Slack that this server has needed.
    pub(super) slack: TimeDelta,
    /// `true` once two rows have shown that the server lists in ascending order.
    pub(super) is_ascending: bool,
    /// A request with more slack than usual leads on only if its page ends later than this.
    pub(super) beyond: Option<DateTime<Utc>>,
}

impl KeysetCursor {
    /// The request of this cursor.
    pub(crate) fn request(self) -> PageCursor {
        PageCursor {
            page: 1,
            since: self.start,
            until: self.until,
        }
    }

    /// The cursor after a page that promises more; `None` if no later start date follows from it.
    pub(crate) fn next(self, page: PageSpan) -> Option<Self> {
        let PageSpan { first, last } = page;
        if self.is_after(last.at)
            || !(self.is_ascending || page.ascends())
            || self.beyond.is_some_and(|beyond| last.at <= beyond)
        {
            return None;
        }
        let fits = last.at.signed_duration_since(first.at) >= SLACK * 2;
        let usual = if fits {
            SLACK.max(last.unit)
        } else {
            last.unit
        };
        let slacks = [self.slack.max(usual), usual, last.unit];
        let starts = slacks.map(|slack| last.at.checked_sub_signed(slack).unwrap_or(last.at));
        let start = starts
            .into_iter()
            .find(|start| self.start.is_none_or(|present| *start > present))?;
        Some(Self {
            start: Some(start),
            is_ascending: true,
            beyond: None,
            ..self
        })
    }

    pub(super) fn is_after(&self, at: DateTime<Utc>) -> bool {
        let unit = self.unit.unwrap_or_default();
        self.bounds.is_after(at, unit)
    }
}
