//! A list before it is sent: filters, bounds and mode.

use std::marker::PhantomData;
use std::num::NonZeroU64;
use std::time::Duration;

use octocom_api::BoxFuture;
use serde::de::DeserializeOwned;

use super::filters::Filters;
use super::listing::Listing;
use super::scan::{Mode, Offset};
use super::source::Paginated;
use super::stream::{Item, ItemStream, Pages};
use crate::checkpoint::Checkpoint;
use crate::client::Client;
use crate::error::Error;
use crate::input::Timestamp;

/// A paginated list of `T`, sent when its stream is polled.
///
/// The second parameter is the way through its pages: [`Offset`], or [`Keyset`](crate::Keyset) for
/// conversations.
#[doc(alias = "pagination")]
#[doc(alias = "paginate")]
#[derive(Debug, Clone)]
#[must_use = "a list is sent when its stream is polled"]
pub struct List<T: 'static, M = Offset> {
    pub(crate) client: Client,
    pub(crate) paginated: Paginated<T>,
    pub(crate) filters: Filters,
    pub(crate) options: Options,
    mode: PhantomData<M>,
}

/// The settings of a list.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) from_page: u64,
    pub(crate) page_size: Option<u32>,
    pub(crate) max_items: Option<u64>,
    pub(crate) max_pages: Option<u64>,
    pub(crate) deadline: Option<Duration>,
    /// Pages to fetch before they are asked for.
    pub(crate) ahead: usize,
    pub(crate) strict: bool,
    pub(crate) resume: Option<Box<Checkpoint>>,
    pub(crate) overlap: Duration,
    /// The first input that cannot be used.
    pub(crate) problem: Option<String>,
}

impl Options {
    /// Returns the page size as the generated client takes it.
    pub(crate) fn page_size(&self) -> Option<NonZeroU64> {
        self.page_size.and_then(|size| NonZeroU64::new(size.into()))
    }

    /// Names the first setting that is out of its range.
    pub(crate) fn check(&self, max_page_size: Option<u32>) -> Result<(), String> {
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        let most = u64::from(u32::MAX);
        if !(1..=most).contains(&self.from_page) {
            return Err(format!(
                "from_page: {} is not from 1 to {most}",
                self.from_page
            ));
        }
        if let (Some(size), Some(max)) = (self.page_size, max_page_size)
            && !(1..=max).contains(&size)
        {
            return Err(format!("page_size: {size} is not from 1 to {max}"));
        }
        Ok(())
    }
}

impl<T: DeserializeOwned + Send + Unpin + 'static, M: Mode> List<T, M> {
    pub(crate) fn new(client: &Client, paginated: Paginated<T>, filters: Filters) -> Self {
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
            problem: None,
        };
        Self {
            client: client.clone(),
            paginated,
            filters,
            options,
            mode: PhantomData,
        }
    }

    /// Ends the list after this many items. Default: no limit.
    ///
    /// Records that cannot be decoded count.
    #[doc(alias = "limit")]
    pub fn max_items(mut self, items: u64) -> Self {
        self.options.max_items = Some(items);
        self
    }

    /// Ends the list after this many pages. Default: no limit.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.options.max_pages = Some(pages);
        self
    }

    /// Limits the whole list, its waits and retries included. Default: no limit beside that of each
    /// call.
    ///
    /// The time starts when the stream is polled first. When it is over the stream fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and the checkpoint to resume from.
    #[doc(alias = "timeout")]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Fetches a page only when an item of it is asked for.
    ///
    /// By default the next page is requested in a task of its own when the first item of a page is
    /// taken; in keyset mode already when the page arrives, if its first item is waited for by then.
    /// If you take fewer items than a page holds, read-ahead may send one extra request; this avoids
    /// it.
    pub fn without_read_ahead(mut self) -> Self {
        self.options.ahead = 0;
        self
    }

    /// Ends the list at the first record that cannot be decoded.
    ///
    /// By default such a record is an error of its own, with its text, and the list goes on.
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// Resumes where another list of the same operation, filters and mode stopped.
    ///
    /// A checkpoint of anything else is refused before sending.
    #[doc(alias = "cursor")]
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.options.resume = Some(Box::new(checkpoint));
        self
    }

    /// Returns a stream of the items, one by one.
    #[must_use]
    pub fn stream(self) -> ItemStream<T> {
        ItemStream::new(self.listing())
    }

    /// Returns all items.
    ///
    /// # Errors
    ///
    /// The first error of the list, also one of a single record. A [stream](Self::stream) goes on
    /// after that.
    pub async fn all(self) -> Result<Vec<Item<T>>, Error> {
        let mut stream = self.stream();
        let mut items = Vec::new();
        while let Some(item) = stream.try_next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// Returns the values of all items, without their JSON.
    ///
    /// # Errors
    ///
    /// As for [`all`](Self::all).
    pub async fn values(self) -> Result<Vec<T>, Error> {
        let items = self.all().await?;
        Ok(items.into_iter().map(Item::into_value).collect())
    }

    /// Returns a stream of the items page by page, with what the server says of each page.
    #[must_use]
    pub fn pages(self) -> Pages<T> {
        Pages::new(self.listing())
    }

    fn listing(self) -> Listing<T> {
        let scan = M::start(&self.filters, self.options.from_page);
        Listing::new(
            self.client,
            self.paginated,
            self.filters,
            self.options,
            scan,
        )
    }

    /// Returns the same list in another mode.
    pub(crate) fn in_mode<N: Mode>(self) -> List<T, N> {
        let Self {
            client,
            paginated,
            filters,
            options,
            mode: _,
        } = self;
        List {
            client,
            paginated,
            filters,
            options,
            mode: PhantomData,
        }
    }

    /// Sets the start date of a list that takes one.
    pub(crate) fn with_since(mut self, since: Timestamp) -> Self {
        self.filters.since = self.usable("since", since);
        self
    }

    /// Sets the end date of a list that takes one.
    pub(crate) fn with_until(mut self, until: Timestamp) -> Self {
        self.filters.until = self.usable("until", until);
        self
    }

    fn usable(
        &mut self,
        parameter: &str,
        timestamp: Timestamp,
    ) -> Option<chrono::DateTime<chrono::Utc>> {
        match timestamp.checked(parameter) {
            Ok(at) => Some(at),
            Err(problem) => {
                self.options.problem.get_or_insert(problem);
                None
            }
        }
    }
}

/// `list.await` is `list.all().await`.
impl<T: DeserializeOwned + Send + Unpin + 'static, M: Mode> IntoFuture for List<T, M> {
    type Output = Result<Vec<Item<T>>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.all())
    }
}

/// `since` and `until` of a list that takes dates.
macro_rules! dated_list {
    ($item:ty, $($mode:ident)?) => {
        /// Dates. A record's date is that of its creation; of a classified value, when it was
        /// classified.
        impl$(<$mode: $crate::pagination::Mode>)?
            $crate::pagination::List<$item$(, $mode)?>
        {
            /// Lists records of this date or later: a `DateTime` of any zone, or a text in RFC 3339
            /// (`2024-01-15T10:30:00Z`) or of a day (`2024-01-15`, its beginning in UTC).
            ///
            /// A text that is neither is refused before sending.
            pub fn since(self, start: impl Into<$crate::input::Timestamp>) -> Self {
                self.with_since(start.into())
            }

            /// The same as [`since`](Self::since).
            pub fn created_after(self, start: impl Into<$crate::input::Timestamp>) -> Self {
                self.since(start)
            }

            /// The same as [`until`](Self::until).
            pub fn created_before(self, end: impl Into<$crate::input::Timestamp>) -> Self {
                self.until(end)
            }

            /// Lists records of this date or earlier, in the forms of [`since`](Self::since): the end
            /// is part of it, as in the API.
            ///
            /// An end before the start is refused before sending.
            pub fn until(self, end: impl Into<$crate::input::Timestamp>) -> Self {
                self.with_until(end.into())
            }
        }
    };
}

pub(crate) use dated_list;

impl<T> List<T, Offset> {
    /// Starts with a page, counted from 1. Default: 1.
    pub fn from_page(mut self, page: u64) -> Self {
        self.options.from_page = page;
        self
    }

    /// Fetches up to this many pages at once, each in a task of its own; items stay in order.
    ///
    /// At most this many pages and the present one are in memory. Pages past the end are thrown
    /// away; to request few of them, a list starts with 8 pages at once and has at most half as many
    /// in flight as it has listed. The client's limit on requests in flight counts these as well, so
    /// a number beyond it gains nothing. At least 1: 0 is refused before sending, and
    /// [`without_read_ahead`](Self::without_read_ahead) fetches nothing ahead.
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
        if pages == 0 {
            let problem = "prefetch: 0 pages, at least 1 needed";
            self.options
                .problem
                .get_or_insert_with(|| problem.to_owned());
        }
        self.options.ahead = pages;
        self
    }
}
