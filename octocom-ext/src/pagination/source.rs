//! Where the pages of a listing come from.

use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use octocom_api::{BoxFuture, Operation};
use serde::de::DeserializeOwned;

use super::Place;
use super::fetch::Fetch;
use super::list::Options;
use super::lookout::Lookout;
use super::page::{Decoded, RawPage};
use super::query::{PageRequest, Query};
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// What every page of a listing is asked for with.
pub(crate) struct Source<Q> {
    client: Client,
    query: Q,
    page_size: Option<NonZeroU64>,
    deadline: Option<Duration>,
    /// When the listing was polled first.
    started: OnceLock<Instant>,
}

/// A page that has arrived.
pub(crate) struct Arrival<T> {
    pub(crate) content: Content<T>,
    /// The page after it, where that was asked for before this one was decoded.
    pub(crate) next: Option<(Place, Flight<T>)>,
}

/// A page before or after it was decoded.
pub(crate) enum Content<T> {
    Body(Bytes),
    Page(RawPage<Decoded<T>>),
}

impl<T: DeserializeOwned> Content<T> {
    /// The page, decoded here if it was not yet.
    ///
    /// # Errors
    ///
    /// When the body is not that of a page.
    pub(crate) fn decode(
        self,
        operation: &'static Operation,
    ) -> Result<RawPage<Decoded<T>>, Error> {
        match self {
            Self::Page(page) => Ok(page),
            Self::Body(body) => {
                RawPage::split(&body).map_err(|error| Error::page(operation, body, error))
            }
        }
    }
}

/// A page on its way.
pub(crate) struct Flight<T> {
    fetch: Fetch<Arrival<T>>,
    /// Whether anybody waits for it, or has.
    awaited: Arc<AtomicBool>,
}

impl<T: Send + 'static> Flight<T> {
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Arrival<T>, Error>> {
        self.awaited.store(true, Ordering::Relaxed);
        std::future::Future::poll(Pin::new(&mut self.fetch), cx)
    }
}

impl<Q: Query> Source<Q> {
    pub(crate) fn new(client: Client, query: Q, options: &Options) -> Self {
        Self {
            client,
            query,
            page_size: options.page_size(),
            deadline: options.deadline,
            started: OnceLock::new(),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn query(&self) -> &Q {
        &self.query
    }

    /// The deadline counts from the first time that this is called.
    pub(crate) fn start(&self) {
        self.started.get_or_init(|| self.client.now());
    }

    /// The client, within what is left of the listing's deadline.
    ///
    /// # Errors
    ///
    /// When nothing is left.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        match self.time_left() {
            Some(Duration::ZERO) => {
                let detail = "the deadline of the listing is over";
                Err(Error::listing(ErrorKind::Timeout, Q::OPERATION, detail))
            }
            Some(left) => Ok(self.client.within(left)),
            None => Ok(self.client.clone()),
        }
    }

    /// What is left of the listing's deadline; `None` without one.
    fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline?;
        let passed = self.started.get().map_or(Duration::ZERO, |started| {
            self.client.now().saturating_duration_since(*started)
        });
        Some(deadline.saturating_sub(passed))
    }

    /// A page that is fetched only while it is polled.
    ///
    /// # Errors
    ///
    /// When the listing is out of time.
    pub(crate) fn fetch(
        self: &Arc<Self>,
        place: Place,
        lookout: Option<Lookout>,
    ) -> Result<Flight<Q::Item>, Error> {
        self.flight(place, lookout, Fetch::local)
    }

    /// A page that is fetched in a task of its own; `None` without a runtime, where nobody would
    /// fetch it, and when the listing is out of time, which is said when the page is asked for.
    pub(crate) fn fetch_ahead(
        self: &Arc<Self>,
        place: Place,
        lookout: Option<Lookout>,
    ) -> Option<Flight<Q::Item>> {
        tokio::runtime::Handle::try_current().ok()?;
        self.flight(place, lookout, Fetch::spawn).ok()
    }

    fn flight(
        self: &Arc<Self>,
        place: Place,
        lookout: Option<Lookout>,
        start: impl FnOnce(Work<Q::Item>) -> Fetch<Arrival<Q::Item>>,
    ) -> Result<Flight<Q::Item>, Error> {
        let page_size = self.page_size;
        let body = self
            .query
            .fetch(self.client_in_time()?, PageRequest { place, page_size });
        let awaited = Arc::new(AtomicBool::new(false));
        let (this, is_awaited) = (Arc::clone(self), Arc::clone(&awaited));
        let work: Work<Q::Item> = Box::pin(async move {
            let body = body.await?;
            let is_awaited = is_awaited.load(Ordering::Relaxed);
            // When somebody waits for the first item of this page, the next page may be asked for
            // now; the server works on it while this one is decoded.
            let next = lookout
                .filter(|_| is_awaited)
                .and_then(|lookout| lookout.next(&body))
                .and_then(|(place, lookout)| {
                    Some((place, this.fetch_ahead(place, Some(lookout))?))
                });
            // Whoever waits decodes: memory is cheapest to free where it was taken.
            let content = Content::Body(body);
            let content = if is_awaited {
                content
            } else {
                Content::Page(content.decode(Q::OPERATION)?)
            };
            Ok(Arrival { content, next })
        });
        let fetch = start(work);
        Ok(Flight { fetch, awaited })
    }
}

/// The work on a page. Boxed, since it may begin the work on the next.
type Work<T> = BoxFuture<'static, Result<Arrival<T>, Error>>;
