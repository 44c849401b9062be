//! The stream of pages: the one place where pages are fetched, ahead and in order.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use octocom_api::types::Pagination;

use super::checkpoint::Checkpoint;
use super::item::Item;
use super::list::Options;
use super::lookout::Lookout;
use super::page::{Decoded, RawPage, Record};
use super::query::{Query, ScanState, filters};
use super::rows::Rows;
use super::scan::{Mark, Position, Scan};
use super::source::{Arrival, Flight, Source};
use super::{Place, next};
use crate::client::Client;
use crate::drift;
use crate::error::Error;

/// The rows of a page that are to be delivered, and what the server says of it.
type Answer<Q> = (Rows<Decoded<<Q as Query>::Item>>, Pagination);

/// A page of a listing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items that were not delivered before; a record that cannot be decoded is an error.
    pub items: Vec<Result<Item<T>, Error>>,
    /// The page number that the server gives, counted from 1. In keyset mode it says nothing of how
    /// far the listing is.
    pub number: i64,
    /// Most items that the server puts on a page.
    pub size: i64,
    /// Whether the server promises more.
    pub has_more: bool,
}

/// Stream of the pages of a listing.
///
/// `Send`, `'static`, and at its end for good once it has ended.
///
/// # Recovery
///
/// An `Err` of the stream ends it: the next poll is `None`.
/// [`Error::checkpoint`](crate::Error::checkpoint) goes on from there. An `Err` among a page's items
/// is one record that could not be decoded; everything else goes on.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// what is being fetched.
pub struct Pages<Q: Query> {
    source: Arc<Source<Q>>,
    options: Options,
    /// `None` once the stream has ended.
    scan: Option<Scan>,
    /// What was refused, for the first poll.
    refusal: Option<Error>,
    in_flight: VecDeque<Flight<Q::Item>>,
    /// Whether every page so far was asked for where the scan then was.
    guesses_well: bool,
    pages: u64,
    position: Position,
    delivered: u64,
}

impl<Q: Query> Pages<Q> {
    pub(crate) fn new(client: Client, query: Q, options: Options, scan: ScanState) -> Self {
        let ScanState(scan) = scan;
        let mut this = Self {
            source: Arc::new(Source::new(client, query, &options)),
            options,
            position: Position::of(&scan),
            scan: Some(scan),
            refusal: None,
            in_flight: VecDeque::new(),
            guesses_well: true,
            pages: 0,
            delivered: 0,
        };
        // Before the first poll, so that a checkpoint taken before it is that of the resumed
        // listing.
        this.refusal = this.prepare().err().map(Error::invalid_request);
        this
    }

    /// How far the listing was delivered.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        let filters = filters(self.source.query());
        Checkpoint::new(
            Q::OPERATION.id,
            filters,
            self.delivered,
            self.position.clone(),
        )
    }

    /// The next page; `None` at the end.
    ///
    /// # Errors
    ///
    /// The first of: a setting out of its range, a checkpoint of another listing (nothing is sent),
    /// a failed call, a sequence of pages that makes no sense.
    pub async fn try_next(&mut self) -> Result<Option<Page<Q::Item>>, Error> {
        next(self).await.transpose()
    }

    /// The client, within what is left of the listing's deadline.
    ///
    /// # Errors
    ///
    /// When nothing is left.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        self.source.client_in_time()
    }

    pub(crate) fn strict(&self) -> bool {
        self.options.strict
    }

    /// Items that may still be delivered.
    pub(crate) fn items_left(&self) -> u64 {
        self.options
            .max_items
            .map_or(u64::MAX, |max| max.saturating_sub(self.delivered))
    }

    /// Ends the stream and gives the error the place to go on from.
    pub(crate) fn end_with(&mut self, error: Error) -> Error {
        self.end();
        error.with_checkpoint(self.checkpoint())
    }

    pub(crate) fn end(&mut self) {
        self.scan = None;
        self.in_flight.clear();
    }

    /// Hands a row out: from now on it counts as delivered.
    pub(crate) fn deliver(
        &mut self,
        (mark, record): (Mark, Record<Decoded<Q::Item>>),
    ) -> Result<Item<Q::Item>, Error> {
        self.position.deliver(mark);
        self.delivered = self.delivered.saturating_add(1);
        let Record { raw, value } = record;
        drift::item(
            self.source.client(),
            Some(Q::OPERATION),
            raw,
            value,
            |raw, error| Error::item(Q::OPERATION, raw, error),
        )
    }

    /// Starts what may be fetched before it is asked for; `waiting` items were not taken yet.
    pub(crate) fn read_ahead(&mut self, waiting: usize) {
        while self.in_flight.len() < self.options.ahead && !self.is_enough(waiting) {
            let Some(place) = self.next_request() else {
                break;
            };
            let Some(flight) = self.source.fetch_ahead(place, self.lookout(waiting)) else {
                break;
            };
            self.in_flight.push_back(flight);
        }
    }

    /// Whether the items that wait and the pages in flight, if they are full, reach the limit.
    fn is_enough(&self, waiting: usize) -> bool {
        let coming = (self.in_flight.len() as u64).saturating_mul(self.page_size());
        coming.saturating_add(waiting as u64) >= self.items_left()
    }

    /// The first request that is not in flight.
    fn next_request(&self) -> Option<Place> {
        let ahead = u64::try_from(self.in_flight.len()).ok()?;
        let pages = self.pages.checked_add(ahead)?;
        if self.options.max_pages.is_some_and(|max| pages >= max) {
            return None;
        }
        self.scan.as_ref()?.request(ahead)
    }

    /// What may be asked for as soon as the page at the present request has arrived; `waiting` items
    /// come before it.
    fn lookout(&self, waiting: usize) -> Option<Lookout> {
        if self.options.ahead == 0 || !self.guesses_well {
            return None;
        }
        let left = |max: u64| max.saturating_sub(self.pages.saturating_add(1));
        Some(Lookout {
            border: self.scan.as_ref()?.border()?,
            pages_left: self.options.max_pages.map_or(u64::MAX, left),
            items_left: self.items_left().saturating_sub(waiting as u64),
            page_size: self.page_size(),
        })
    }

    /// Keeps the page that was asked for on the way, if the scan really goes on with it.
    fn take_up(&mut self, next: Option<(Place, Flight<Q::Item>)>) {
        let Some((place, flight)) = next else {
            return;
        };
        if self.next_request() == Some(place) {
            self.in_flight.push_back(flight);
        } else {
            self.guesses_well = false;
        }
    }

    /// Most items of a page.
    fn page_size(&self) -> u64 {
        let size = Q::OPERATION.page_size;
        let default = size.map_or(0, |size| u64::from(size.default));
        self.options.page_size.unwrap_or(default)
    }

    /// Checks everything that can be checked before sending, and takes up the checkpoint.
    fn prepare(&mut self) -> Result<(), String> {
        let max = Q::OPERATION.page_size.and_then(|size| size.max);
        self.options.check(max)?;
        self.source.query().check()?;
        let Some(checkpoint) = self.options.resume.take() else {
            return Ok(());
        };
        let position = checkpoint
            .check(Q::OPERATION.id, &filters(self.source.query()))
            .map_err(|reason| format!("checkpoint: {reason}"))?;
        let scan = self.scan.take();
        let resumed = scan.and_then(|scan| scan.resume(position, self.options.overlap));
        let Some(scan) = resumed else {
            return Err("checkpoint: `position.mode` is not that of the listing".to_owned());
        };
        self.position = position.clone().moved_to(&scan);
        self.scan = Some(scan);
        self.delivered = checkpoint.delivered();
        // Limits are about this listing, not about those before.
        let delivered = self.delivered;
        self.options.max_items = self
            .options
            .max_items
            .map(|max| max.saturating_add(delivered));
        Ok(())
    }

    /// The rows of the next page that has been answered, whether or not it has any that are new.
    pub(crate) fn poll_rows(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Answer<Q>, Error>>> {
        if let Some(refusal) = self.refusal.take() {
            self.end();
            return Poll::Ready(Some(Err(refusal)));
        }
        if self.scan.is_none() || self.items_left() == 0 {
            self.end();
            return Poll::Ready(None);
        }
        self.source.start();
        if self.in_flight.is_empty() {
            let Some(place) = self.next_request() else {
                self.end();
                return Poll::Ready(None);
            };
            match self.source.fetch(place, self.lookout(0)) {
                Ok(flight) => self.in_flight.push_back(flight),
                Err(error) => return Poll::Ready(Some(Err(self.end_with(error)))),
            }
        }
        let Some(flight) = self.in_flight.front_mut() else {
            return Poll::Ready(None);
        };
        let answer = std::task::ready!(flight.poll(cx));
        self.in_flight.pop_front();
        let (arrival, Some(scan)) = (answer, self.scan.as_mut()) else {
            return Poll::Ready(None);
        };
        let decoded =
            arrival.and_then(|Arrival { content, next }| Ok((content.decode(Q::OPERATION)?, next)));
        let (page, next) = match decoded {
            Ok(decoded) => decoded,
            Err(error) => return Poll::Ready(Some(Err(self.end_with(error)))),
        };
        self.pages += 1;
        self.position.begin_page(scan);
        let RawPage {
            keys,
            records,
            pagination,
        } = page;
        match scan.absorb(keys, pagination.has_more) {
            Ok(mut marks) => {
                marks.retain(|mark| self.source.query().wants(mark.created));
                if scan.request(0).is_none() {
                    // What is in flight beyond the end is of no use.
                    self.in_flight.clear();
                }
                self.take_up(next);
                Poll::Ready(Some(Ok((Rows::new(marks, records), pagination))))
            }
            Err(fault) => {
                let error = Error::fault(Q::OPERATION, fault);
                Poll::Ready(Some(Err(self.end_with(error))))
            }
        }
    }
}

impl<Q: Query> Stream for Pages<Q> {
    type Item = Result<Page<Q::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let (rows, pagination) = match std::task::ready!(this.poll_rows(cx)) {
            Some(Ok(page)) => page,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        let most = usize::try_from(this.items_left()).unwrap_or(usize::MAX);
        let strict = this.strict();
        let mut items = Vec::with_capacity(rows.len().min(most));
        for row in rows.take(most) {
            match this.deliver(row) {
                Err(error) if strict => return Poll::Ready(Some(Err(this.end_with(error)))),
                item => items.push(item),
            }
        }
        this.read_ahead(0);
        Poll::Ready(Some(Ok(Page {
            items,
            number: pagination.page,
            size: pagination.limit,
            has_more: pagination.has_more,
        })))
    }
}

impl<Q: Query> std::fmt::Debug for Pages<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &Q::OPERATION.id)
            .field("pages", &self.pages)
            .field("delivered", &self.delivered)
            .field("in_flight", &self.in_flight.len())
            .finish_non_exhaustive()
    }
}
