//! The state of a list while it is read: the one place where pages are fetched, ahead and in order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use chrono::{DateTime, Utc};
use octocom_api::{Answer, Pagination, Record};
use serde::de::DeserializeOwned;

use super::PageCursor;
use super::filters::Filters;
use super::list::Options;
use super::row::Rows;
use super::scan::{Scan, YieldedRow};
use super::source::{Ahead, FetchedPage, Paginated, PendingPage, Source};
use super::stream::Item;
use crate::checkpoint::{Checkpoint, Position};
use crate::client::Client;
use crate::error::Error;

/// A list that is being read. [`ItemStream`](super::ItemStream) takes its items one by one,
/// [`Pages`](super::Pages) page by page.
pub(crate) struct Listing<T: 'static> {
    source: Arc<Source<T>>,
    options: Options,
    /// `None` once the list has ended.
    scan: Option<Scan>,
    /// The error of an unusable input or checkpoint, which the first poll returns.
    refusal: Option<Error>,
    pending: VecDeque<PendingPage<T>>,
    /// Rows of the present page that were not taken yet.
    rows: Rows<T>,
    /// The answer that the rows came in.
    answer: Option<Answer>,
    /// `true` until the first row of the present page is taken.
    is_untouched: bool,
    pages: u64,
    position: Position,
    /// No position lies after this: the server's clock at the present page.
    latest_resume_point: DateTime<Utc>,
    delivered: u64,
    /// As of the end of the list.
    repeated: u64,
}

impl<T: DeserializeOwned + Send + Unpin + 'static> Listing<T> {
    pub(crate) fn new(
        client: Client,
        paginated: Paginated<T>,
        filters: Filters,
        options: Options,
        scan: Scan,
    ) -> Self {
        let mut this = Self {
            source: Arc::new(Source::new(client, paginated, filters, &options)),
            options,
            position: Position::of(&scan),
            scan: Some(scan),
            refusal: None,
            pending: VecDeque::new(),
            rows: Rows::none(),
            answer: None,
            is_untouched: false,
            pages: 0,
            latest_resume_point: DateTime::<Utc>::MAX_UTC,
            delivered: 0,
            repeated: 0,
        };
        // Before the first poll, so that a checkpoint taken before it is that of the resumed list.
        this.refusal = this.prepare().err().map(Error::invalid_request);
        this
    }

    /// Returns how far the list was delivered.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(
            self.source.client().server_name(),
            self.source.operation().id,
            self.source.filters().to_json(),
            self.delivered,
            self.position.clone(),
        )
    }

    /// Returns the number of records that the server listed again on the next page (offset mode).
    pub(crate) fn repeated(&self) -> u64 {
        self.scan.as_ref().map_or(self.repeated, Scan::repeated)
    }

    /// Returns the client, within what is left of the list's deadline.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), if nothing is left.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        self.source.client_in_time()
    }

    /// Takes the next item, of the present page or of the next one that has any.
    pub(crate) fn poll_item(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Item<T>, Error>>> {
        loop {
            if let Some(item) = self.take_item() {
                if std::mem::take(&mut self.is_untouched) {
                    self.read_ahead();
                }
                return Poll::Ready(Some(item));
            }
            match ready!(self.poll_page(cx)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Takes the next item of the present page.
    pub(crate) fn take_item(&mut self) -> Option<Result<Item<T>, Error>> {
        if self.items_left() == 0 {
            self.end();
            return None;
        }
        let (row, record) = self.rows.next()?;
        let item = self.deliver(row, &record);
        Some(match item {
            Err(error) if self.options.strict => Err(self.end_with(error)),
            item => item,
        })
    }

    /// Fetches the next page, whether or not it has any row that is new.
    pub(crate) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Pagination, Error>>> {
        if let Some(refusal) = self.refusal.take() {
            self.end();
            return Poll::Ready(Some(Err(refusal)));
        }
        if self.scan.is_none() || self.items_left() == 0 {
            self.end();
            return Poll::Ready(None);
        }
        self.source.start();
        if self.pending.is_empty() {
            let Some(cursor) = self.next_request() else {
                self.end();
                return Poll::Ready(None);
            };
            match self.source.fetch(cursor, self.ahead()) {
                Ok(page) => self.pending.push_back(page),
                Err(error) => return Poll::Ready(Some(Err(self.end_with(error)))),
            }
        }
        let Some(first) = self.pending.front_mut() else {
            return Poll::Ready(None);
        };
        let fetched = ready!(first.poll(cx));
        self.pending.pop_front();
        let taken = fetched.and_then(|fetched| self.take_page(fetched));
        Poll::Ready(Some(taken.map_err(|error| self.end_with(error))))
    }

    /// Takes a page that has arrived: decides which of its rows are new.
    fn take_page(&mut self, fetched: FetchedPage<T>) -> Result<Pagination, Error> {
        let FetchedPage { page, keys, next } = fetched;
        let answer = page.answer().clone();
        let page = page.into_value();
        let operation = self.source.operation();
        if let Some(scan) = &mut self.scan {
            self.pages += 1;
            self.latest_resume_point = self.source.latest_resume_point();
            self.position.begin_page(scan, self.latest_resume_point);
            let mut yielded = scan
                .absorb(&keys, page.pagination.has_more)
                .map_err(|failure| failure.into_error(operation, &answer))?;
            yielded.retain(|row| self.source.filters().contain(row.created));
            if scan.request(0).is_none() {
                // What is on its way beyond the end is of no use.
                self.pending.clear();
            }
            self.rows = Rows::new(yielded, page.data);
        }
        self.answer = Some(answer);
        self.is_untouched = true;
        // The page that was asked for on the way is kept if the scan really goes on with it.
        if let Some((cursor, page)) = next
            && self.next_request() == Some(cursor)
        {
            self.pending.push_back(page);
        }
        Ok(page.pagination)
    }

    /// Decodes a row and hands it out: from now on it counts as delivered.
    fn deliver(&mut self, row: YieldedRow, record: &Record<T>) -> Result<Item<T>, Error> {
        self.position.deliver(row, self.latest_resume_point);
        self.delivered = self.delivered.saturating_add(1);
        let decoded = match &self.answer {
            Some(answer) => answer.decode(record),
            None => record.parse().map_err(octocom_api::Error::from),
        };
        match decoded {
            // It was decoded, so it is UTF-8.
            Ok(value) => Ok(Item::new(value, record.text().unwrap_or_default())),
            Err(error) => {
                if let Some(drift) = self.source.client().drift() {
                    let json_path = error.json_path().unwrap_or(".").to_owned();
                    drift.undecodable(self.source.operation(), json_path);
                }
                Err(Error::from(error).for_item())
            }
        }
    }

    /// Starts what may be fetched before it is asked for.
    pub(crate) fn read_ahead(&mut self) {
        while self.pending.len() < self.options.ahead && !self.is_enough() {
            let Some(cursor) = self.next_request() else {
                break;
            };
            let Some(page) = self.source.fetch_ahead(cursor, self.ahead()) else {
                break;
            };
            self.pending.push_back(page);
        }
    }

    /// Returns `true` if the rows that wait and the pages on their way, if they are full, reach the
    /// limit.
    fn is_enough(&self) -> bool {
        let coming = (self.pending.len() as u64).saturating_mul(self.page_size());
        coming.saturating_add(self.rows.len() as u64) >= self.items_left()
    }

    /// Returns the first request that is not on its way.
    fn next_request(&self) -> Option<PageCursor> {
        let ahead = u64::try_from(self.pending.len()).ok()?;
        let pages = self.pages.checked_add(ahead)?;
        if self.options.max_pages.is_some_and(|max| pages >= max) {
            return None;
        }
        self.scan.as_ref()?.request(ahead)
    }

    /// Returns what may be asked for as soon as the page at the present request has arrived.
    fn ahead(&self) -> Option<Ahead> {
        if self.options.ahead == 0 {
            return None;
        }
        let left = |max: u64| max.saturating_sub(self.pages.saturating_add(1));
        Some(Ahead {
            cursor: self.scan.as_ref()?.cursor()?,
            pages_left: self.options.max_pages.map_or(u64::MAX, left),
            items_left: self.items_left().saturating_sub(self.rows.len() as u64),
        })
    }

    /// Returns the most items of a page.
    fn page_size(&self) -> u64 {
        let size = self.source.operation().page_size;
        let default = size.map_or(0, |size| u64::from(size.default));
        self.options.page_size.map_or(default, u64::from)
    }

    /// Returns the number of items that may still be delivered.
    pub(crate) fn items_left(&self) -> u64 {
        self.options
            .max_items
            .map_or(u64::MAX, |max| max.saturating_sub(self.delivered))
    }

    /// Ends the list and gives the error the place to resume from.
    fn end_with(&mut self, error: Error) -> Error {
        self.end();
        error.with_checkpoint(self.checkpoint())
    }

    fn end(&mut self) {
        self.repeated = self.repeated();
        self.scan = None;
        self.pending.clear();
        self.rows = Rows::none();
    }

    /// Checks everything that can be checked before sending, and takes up the checkpoint.
    fn prepare(&mut self) -> Result<(), String> {
        let operation = self.source.operation();
        self.options
            .check(operation.page_size.and_then(|size| size.max))?;
        self.source.filters().check()?;
        let Some(checkpoint) = self.options.resume.take() else {
            return Ok(());
        };
        let position = checkpoint
            .check(
                self.source.client().server_name(),
                operation.id,
                &self.source.filters().to_json(),
            )
            .map_err(|reason| format!("checkpoint: {reason}"))?;
        let scan = self.scan.take();
        let resumed = scan.and_then(|scan| scan.resume(position, self.options.overlap));
        let Some(scan) = resumed else {
            return Err("checkpoint: `position.mode` is not that of the list".to_owned());
        };
        self.position = position.clone().moved_to(&scan);
        self.scan = Some(scan);
        self.delivered = checkpoint.delivered();
        // Limits are about this list, not about those before.
        let delivered = self.delivered;
        self.options.max_items = self
            .options
            .max_items
            .map(|max| max.saturating_add(delivered));
        Ok(())
    }
}

impl<T> std::fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listing")
            .field("pages", &self.pages)
            .field("delivered", &self.delivered)
            .field("waiting", &self.rows.len())
            .field("pending", &self.pending.len())
            .finish_non_exhaustive()
    }
}
