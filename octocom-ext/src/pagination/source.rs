//! The pages of a list on their way from the server, fetched here or in a task of their own.

use std::fmt;
use std::future::Future;
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use octocom_api::{BoxFuture, Operation, Page, Record, Response};
use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;

use super::PageCursor;
use super::filters::Filters;
use super::keyset::{KeysetCursor, PageSpan};
use super::list::Options;
use super::row::RowKey;
use super::timestamp::ServerClock;
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// An operation that answers in pages.
pub(crate) struct Paginated<T> {
    pub(crate) operation: &'static Operation,
    fetch: Arc<FetchPage<T>>,
}

/// Sends the request for one page of a list with these filters.
type FetchPage<T> = dyn Fn(Client, Arc<Filters>, PageRequest) -> PageFuture<T> + Send + Sync;

/// A page on its way.
type PageFuture<T> = BoxFuture<'static, Result<Response<Page<T>>, Error>>;

impl<T> Paginated<T> {
    /// Returns an operation whose pages `fetch` asks for.
    pub(crate) fn new<F, Fut>(operation: &'static Operation, fetch: F) -> Self
    where
        F: Fn(Client, Arc<Filters>, PageRequest) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Response<Page<T>>, Error>> + Send + 'static,
    {
        Self {
            operation,
            fetch: Arc::new(move |client, filters, request| {
                Box::pin(fetch(client, filters, request))
            }),
        }
    }

    /// Sends the request for one page.
    pub(crate) fn fetch(
        &self,
        client: Client,
        filters: Arc<Filters>,
        request: PageRequest,
    ) -> PageFuture<T> {
        (self.fetch)(client, filters, request)
    }
}

impl<T> Clone for Paginated<T> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            fetch: Arc::clone(&self.fetch),
        }
    }
}

impl<T> fmt::Debug for Paginated<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Paginated")
            .field(&self.operation.id)
            .finish()
    }
}

/// The request for one page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRequest {
    pub(crate) cursor: PageCursor,
    pub(crate) page_size: Option<NonZeroU64>,
}

impl PageRequest {
    /// Returns the start date that replaces the caller's.
    pub(crate) fn since(&self) -> Option<DateTime<Utc>> {
        self.cursor.since
    }

    /// Returns the end date that replaces the caller's.
    pub(crate) fn until(&self) -> Option<DateTime<Utc>> {
        self.cursor.until
    }

    /// Returns the page number as the generated client takes it.
    pub(crate) fn page(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.cursor.page)
    }
}

/// The source of one list's pages: the client, the operation, and the parameters of each request.
pub(crate) struct Source<T: 'static> {
    client: Client,
    paginated: Paginated<T>,
    filters: Arc<Filters>,
    page_size: Option<NonZeroU64>,
    deadline: Option<Duration>,
    /// The time of the first poll.
    started: OnceLock<Instant>,
    clock: ServerClock,
}

/// The state from which the task that fetches a page starts the request for the page after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead {
    /// The scan, at the request for the page.
    pub(crate) cursor: KeysetCursor,
    /// Pages that may follow the page.
    pub(crate) pages_left: u64,
    /// Items that may be delivered, of the page and after it.
    pub(crate) items_left: u64,
}

impl Ahead {
    /// Returns the request after a page, and what follows from there.
    fn next<T>(mut self, page: &Page<T>) -> Option<(PageCursor, Self)> {
        if !page.pagination.has_more {
            return None;
        }
        self.pages_left = self.pages_left.checked_sub(1)?;
        let records = u64::try_from(page.data.len()).ok()?;
        // All of the page may be new, and enough.
        self.items_left = self
            .items_left
            .checked_sub(records)
            .filter(|left| *left > 0)?;
        self.cursor = self.cursor.next(PageSpan::from_records(&page.data)?)?;
        Some((self.cursor.request(), self))
    }
}

/// A page that has arrived.
pub(crate) struct FetchedPage<T: 'static> {
    pub(crate) page: Response<Page<T>>,
    /// The keys of its records.
    pub(crate) keys: Vec<RowKey>,
    /// The page after it, where that was asked for already.
    pub(crate) next: Option<(PageCursor, PendingPage<T>)>,
}

/// A page on its way.
pub(crate) struct PendingPage<T: 'static> {
    fetch: Fetch<FetchedPage<T>>,
    /// `true` once somebody waits for it.
    awaited: Arc<AtomicBool>,
}

impl<T: Send + 'static> PendingPage<T> {
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<FetchedPage<T>, Error>> {
        self.awaited.store(true, Ordering::Relaxed);
        Pin::new(&mut self.fetch).poll(cx)
    }
}

impl<T: DeserializeOwned + Send + 'static> Source<T> {
    pub(crate) fn new(
        client: Client,
        paginated: Paginated<T>,
        filters: Filters,
        options: &Options,
    ) -> Self {
        Self {
            client,
            paginated,
            filters: Arc::new(filters),
            page_size: options.page_size(),
            deadline: options.deadline,
            started: OnceLock::new(),
            clock: ServerClock::default(),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.paginated.operation
    }

    pub(crate) fn filters(&self) -> &Filters {
        &self.filters
    }

    /// Returns the latest date that the list may be resumed from.
    pub(crate) fn latest_resume_point(&self) -> DateTime<Utc> {
        self.clock.limit(self.client.sleeper().system_time())
    }

    /// Starts the deadline, which counts from the first time that this is called.
    pub(crate) fn start(&self) {
        self.started.get_or_init(|| self.client.now());
    }

    /// Returns the client, within what is left of the list's deadline.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], if nothing is left.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        match self.time_left() {
            Some(Duration::ZERO) => {
                let detail = "the deadline of the list is over";
                Err(Error::for_sequence(
                    ErrorKind::Timeout,
                    self.operation(),
                    detail,
                ))
            }
            Some(left) => Ok(self.client.within(left)),
            None => Ok(self.client.clone()),
        }
    }

    /// Returns what is left of the list's deadline; `None` without one.
    fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        let passed = self.started.get().map_or(Duration::ZERO, |started| {
            self.client.now().saturating_duration_since(*started)
        });
        Some(deadline.saturating_sub(passed))
    }

    /// Returns a page that is fetched only while it is polled.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], if the deadline of the list is over.
    pub(crate) fn fetch(
        self: &Arc<Self>,
        cursor: PageCursor,
        ahead: Option<Ahead>,
    ) -> Result<PendingPage<T>, Error> {
        self.pending(cursor, ahead, Fetch::local)
    }

    /// Returns a page that is fetched in a task of its own; `None` without a runtime, where nobody
    /// would fetch it, and when the list is out of time, which is said when the page is asked for.
    pub(crate) fn fetch_ahead(
        self: &Arc<Self>,
        cursor: PageCursor,
        ahead: Option<Ahead>,
    ) -> Option<PendingPage<T>> {
        tokio::runtime::Handle::try_current().ok()?;
        self.pending(cursor, ahead, Fetch::spawn).ok()
    }

    fn pending(
        self: &Arc<Self>,
        cursor: PageCursor,
        ahead: Option<Ahead>,
        start: impl FnOnce(Work<T>) -> Fetch<FetchedPage<T>>,
    ) -> Result<PendingPage<T>, Error> {
        let page_size = self.page_size;
        let request = PageRequest { cursor, page_size };
        let client = self.client_in_time()?;
        let filters = Arc::clone(&self.filters);
        let page = self.paginated.fetch(client, filters, request);
        let awaited = Arc::new(AtomicBool::new(false));
        let (this, is_awaited) = (Arc::clone(self), Arc::clone(&awaited));
        let work: Work<T> = Box::pin(async move {
            let page = page.await?;
            this.clock.hear(page.headers());
            // The task that fetches a page starts the next request, before the records are decoded:
            // asked for from the consumer's thread it costs a wake-up of a parked worker more. Only
            // when somebody waits for this page, or one page after the other would be fetched that
            // nobody wants.
            let next = ahead
                .filter(|_| is_awaited.load(Ordering::Relaxed))
                .and_then(|ahead| ahead.next(&page))
                .and_then(|(cursor, ahead)| Some((cursor, this.fetch_ahead(cursor, Some(ahead))?)));
            // Read here, where it does not hold up the consumer.
            let keys = row_keys(&page.data);
            Ok(FetchedPage { page, keys, next })
        });
        Ok(PendingPage {
            fetch: start(work),
            awaited,
        })
    }
}

/// The work on a page. Boxed, since it may begin the work on the next.
type Work<T> = BoxFuture<'static, Result<FetchedPage<T>, Error>>;

/// Returns what pagination needs to know of the records of a page.
pub(crate) fn row_keys<T>(records: &[Record<T>]) -> Vec<RowKey> {
    let records = records.iter();
    records.map(|record| RowKey::read(record.json())).collect()
}

/// Work in progress. Dropping it stops it.
pub(crate) enum Fetch<T> {
    /// Goes on only while it is polled.
    Local(BoxFuture<'static, Result<T, Error>>),
    /// Goes on by itself.
    Task(Task<T>),
}

/// A task that is aborted when nobody waits for it any more.
pub(crate) struct Task<T>(JoinHandle<Result<T, Error>>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Fetch<T> {
    pub(crate) fn local(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self::Local(Box::pin(work))
    }

    /// Must be called within a tokio runtime.
    pub(crate) fn spawn(work: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self::Task(Task(tokio::spawn(work)))
    }
}

impl<T> Future for Fetch<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Local(work) => work.as_mut().poll(cx),
            Self::Task(Task(handle)) => Pin::new(handle).poll(cx).map(|joined| {
                joined.unwrap_or_else(|error| {
                    // A panic is nobody's to swallow; a task is only cancelled with its runtime.
                    if error.is_panic() {
                        std::panic::resume_unwind(error.into_panic());
                    }
                    Err(Error::interrupted("the runtime is shutting down"))
                })
            }),
        }
    }
}

impl<T> fmt::Debug for Fetch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local(_) => "Local",
            Self::Task(_) => "Task",
        })
    }
}
