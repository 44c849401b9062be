//! Lists and their settings.

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

/// A paginated list of `T`. Requests are sent when its stream is polled.
///
/// The second parameter is the mode: [`Offset`], or [`Keyset`](crate::Keyset) for conversations.
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

    /// Ends the list after this many items, including those that cannot be decoded. Default: no
    /// limit.
    #[doc(alias = "limit")]
    pub fn max_items(mut self, items: u64) -> Self {
        self.options.max_items = Some(items);
        self
    }

    /// Ends the list after this many items, as [`max_items`](Self::max_items) does.
    pub fn limit(self, items: u64) -> Self {
        self.max_items(items)
    }

    /// Ends the list after this many pages. Default: no limit.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.options.max_pages = Some(pages);
        self
    }

    /// Sets a deadline for the whole list, including waits and retries. Default: none, only the
    /// deadline of each call.
    ///
    /// The time starts with the first poll of the stream. At the deadline, the stream fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) and the checkpoint.
    #[doc(alias = "timeout")]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options.deadline = Some(deadline);
        self
    }

    /// Fetches each page only when its first item is requested.
    ///
    /// By default, the next page is fetched when the first item of a page is taken, and in keyset
    /// mode possibly earlier. If you take fewer items than a page has, this may send one extra
    /// request, which this method avoids.
    pub fn without_read_ahead(mut self) -> Self {
        self.options.ahead = 0;
        self
    }

    /// Ends the list at the first record that cannot be decoded.
    ///
    /// By default, such a record is an error for that item and the list continues.
    pub fn strict(mut self) -> Self {
        self.options.strict = true;
        self
    }

    /// Resumes a list from a checkpoint of the same operation, filters and mode.
    ///
    /// Any other checkpoint is refused before anything is sent.
    #[doc(alias = "cursor")]
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        self.options.resume = Some(Box::new(checkpoint));
        self
    }

    /// Returns a stream of the items.
    #[must_use]
    pub fn stream(self) -> ItemStream<T> {
        ItemStream::new(self.listing())
    }

    /// Returns all items.
    ///
    /// # Errors
    ///
    /// The first error of the list, including a record that cannot be decoded. To continue after
    /// such a record, use a [stream](Self::stream).
    #[doc(alias = "collect")]
    #[doc(alias = "try_collect")]
    #[doc(alias = "send")]
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

    /// Returns the first item; `None` if the list is empty.
    ///
    /// # Errors
    ///
    /// As for [`all`](Self::all).
    pub async fn first(self) -> Result<Option<Item<T>>, Error> {
        let mut stream = self.max_items(1).without_read_ahead().stream();
        stream.try_next().await
    }

    /// Returns a stream of pages.
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
        /// Date filters. The date of a record is its creation; for a classified value, its
        /// classification.
        impl$(<$mode: $crate::pagination::Mode>)?
            $crate::pagination::List<$item$(, $mode)?>
        {
            /// Filters by date: this date or later. The date is a `DateTime` of any time zone, or a
            /// text in RFC 3339 (`2024-01-15T10:30:00Z`) or of a day (`2024-01-15`, midnight UTC).
            ///
            /// Any other text is refused before anything is sent.
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

            /// Filters by date: this date or earlier, in the forms of [`since`](Self::since).
            ///
            /// An end before the start is refused before anything is sent.
            pub fn until(self, end: impl Into<$crate::input::Timestamp>) -> Self {
                self.with_until(end.into())
            }
        }
    };
}

pub(crate) use dated_list;

impl<T> List<T, Offset> {
    /// Starts with this page, counted from 1. Default: 1.
    #[doc(alias = "page")]
    pub fn from_page(mut self, page: u64) -> Self {
        self.options.from_page = page;
        self
    }

    /// Fetches up to this many pages at once. The items stay in order.
    ///
    /// At most this many pages and the current one are in memory. A list starts with at most 8
    /// pages at once and keeps at most half as many in flight as it has delivered, so that few
    /// requests go past the end. The client's limit of concurrent requests applies as well. 0 is
    /// refused before anything is sent; use [`without_read_ahead`](Self::without_read_ahead)
    /// instead.
    ///
    /// Not available in keyset mode, because the start of each page follows from the page before.
    ///
    /// ```compile_fail,E0599
    /// # fn example(client: octocom_ext::Client) {
    /// let stream = client.conversations().list().prefetch(8).stream();
    /// # }
    /// ```
    #[doc(alias = "concurrency")]
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
