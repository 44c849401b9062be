//! A listing before it is sent: filters, bounds and mode.

use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::time::Duration;

use super::checkpoint::Checkpoint;
use super::pages::Pages;
use super::query::{Mode, Offset, Query};
use super::stream::ItemStream;
use crate::client::Client;

/// A paginated listing, sent once its stream is polled.
///
/// The type parameters are the operation's filters, and how the listing goes through its pages:
/// [`Keyset`](crate::Keyset) or [`Offset`].
#[derive(Debug, Clone)]
#[must_use = "a listing is sent when its stream is polled"]
pub struct List<Q, M> {
    pub(crate) client: Client,
    pub(crate) query: Q,
    pub(crate) options: Options,
    mode: PhantomData<M>,
}

/// What every listing can be told.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) from_page: u64,
    pub(crate) page_size: Option<u64>,
    pub(crate) max_items: Option<u64>,
    pub(crate) max_pages: Option<u64>,
    pub(crate) deadline: Option<Duration>,
    /// Pages to fetch before they are asked for.
    pub(crate) ahead: usize,
    pub(crate) strict: bool,
    pub(crate) resume: Option<Box<Checkpoint>>,
    pub(crate) overlap: Duration,
}

impl Options {
    /// The page size as the generated client takes it.
    pub(crate) fn page_size(&self) -> Option<NonZeroU64> {
        self.page_size.and_then(NonZeroU64::new)
    }

    /// Names the first setting that is out of its range.
    pub(crate) fn check(&self, max_page_size: Option<u32>) -> Result<(), String> {
        let most = u64::from(u32::MAX);
        if !(1..=most).contains(&self.from_page) {
            return Err(format!(
                "from_page: {} is not from 1 to {most}",
                self.from_page
            ));
        }
        if let (Some(size), Some(max)) = (self.page_size, max_page_size)
            && !(1..=u64::from(max)).contains(&size)
        {
            return Err(format!("page_size: {size} is not from 1 to {max}"));
        }
        Ok(())
    }
}

impl<Q: Query, M: Mode<Q>> List<Q, M> {
    pub(crate) fn new(client: &Client, query: Q) -> Self {
        let options = Options {
            from_page: 1,
            page_size: None,
            max_items: None,
            max_pages: None,
            deadline: None,
            ahead: 1,
            strict: false,
            resume: None,
            overlap: Duration::ZERO,
        };
        Self {
            client: client.clone(),
            query,
            options,
            mode: PhantomData,
        }
    }

    /// Ends the listing after this many items. Default: no limit.
    ///
    /// Undecodable records count.
    pub fn max_items(mut self, items: u64) -> Self {
        self.options.max_items = Some(items);
        self
    }

    /// Ends the listing after this many pages. Default: no limit.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.options.max_pages = Some(pages);
        self
    }

    /// Limits the whole listing, its waits and retries included. Default: no limit beside that of
    /// each call.
    ///
    /// The time starts when the stream is polled first. When it is over the stream fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and the checkpoint to go on from.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Fetches a page only when an item of it is asked for.
    ///
    /// By default the next page is asked for, in a task of its own, when the first item of a page is
    /// taken; in keyset mode already when the page arrives, if its first item is waited for by then.
    /// So taking up to one item less than a page costs at most two requests, and exactly one with
    /// this. (A server whose pages end with another `createdAt` than that of the last record misleads
    /// keyset mode into one request more, once in a listing.)
    pub fn without_read_ahead(mut self) -> Self {
        self.options.ahead = 0;
        self
    }

    /// Ends the listing at the first record that cannot be decoded.
    ///
    /// By default such a record is an error of its own, with its text, and the listing goes on.
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// Goes on where another listing of the same operation, filters and mode stopped.
    ///
    /// A checkpoint of anything else is refused before sending.
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.options.resume = Some(Box::new(checkpoint));
        self
    }

    /// The items, one by one.
    #[must_use]
    pub fn stream(self) -> ItemStream<Q> {
        ItemStream::new(self.pages())
    }

    /// The items page by page, with what the server says of each page.
    #[must_use]
    pub fn pages(self) -> Pages<Q> {
        let scan = M::scan(&self.query, self.options.from_page);
        Pages::new(self.client, self.query, self.options, scan)
    }

    /// The same listing in another mode.
    pub(crate) fn in_mode<N: Mode<Q>>(self) -> List<Q, N> {
        let Self {
            client,
            query,
            options,
            mode: _,
        } = self;
        List {
            client,
            query,
            options,
            mode: PhantomData,
        }
    }
}

impl<Q: Query> List<Q, Offset> {
    /// Starts with a page, counted from 1. Default: 1.
    pub fn from_page(mut self, page: u64) -> Self {
        self.options.from_page = page;
        self
    }

    /// Fetches up to this many pages at once, each in a task of its own; items stay in order.
    ///
    /// At most this many pages and the present one are in memory. Pages past the end are thrown
    /// away. The client's limit on requests in flight counts these as well, so a number beyond it
    /// gains nothing. 0 is [`without_read_ahead`](Self::without_read_ahead).
    ///
    /// ```no_run
    /// # fn example(client: octocom_ext::Client) {
    /// let stream = client.conversations().list().offset().prefetch(8).stream();
    /// # }
    /// ```
    ///
    /// A listing in keyset mode has no such method: where its next page begins is not known before
    /// the present one has arrived.
    ///
    /// ```compile_fail,E0599
    /// # fn example(client: octocom_ext::Client) {
    /// let stream = client.conversations().list().prefetch(8).stream();
    /// # }
    /// ```
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.options.ahead = pages;
        self
    }
}
