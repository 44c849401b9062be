//! Pagination: lists that are complete while the data changes, and can be resumed.
//!
//! The [guide](crate::guide::pagination) explains keyset and offset mode, their guarantees, and which
//! servers they hold for.
//!
//! A page is split into the JSON of its records, and each is decoded when it is taken. So
//! [`Item::raw`] is the original JSON, and one bad record does not lose its page.

mod failure;
mod filters;
mod keyset;
mod list;
mod listing;
mod offset;
mod row;
mod scan;
mod source;
mod stream;
mod timestamp;

use std::pin::Pin;

use chrono::{DateTime, Utc};
use futures_core::Stream;

pub(crate) use filters::Filters;
pub use filters::Shard;
pub(crate) use keyset::BORDER_SLACK;
pub use list::List;
pub(crate) use list::dated_list;
pub(crate) use row::RowKey;
pub(crate) use scan::Mode;
pub use scan::{Keyset, Offset};
pub(crate) use source::{Fetch, PageRequest, Paginated, row_keys};
pub use stream::{Item, ItemPage, ItemStream, Pages};

/// Successive pages that promise more and bring no new id before the listing is called stalled.
const MAX_NO_PROGRESS_PAGES: u32 = 3;

/// The page that a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageCursor {
    /// Page number, counted from 1.
    pub(crate) page: u64,
    /// Start date that replaces the caller's.
    pub(crate) since: Option<DateTime<Utc>>,
    /// End date that replaces the caller's.
    pub(crate) until: Option<DateTime<Utc>>,
}

impl PageCursor {
    /// Returns a page of the caller's own question.
    pub(crate) fn by_number(page: u64) -> Self {
        Self {
            page,
            since: None,
            until: None,
        }
    }
}

/// The next item of a stream.
pub(crate) async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

/// A handle of a client or of a business whose list takes no filter.
///
/// A macro, because the handles differ only in their names and the operation they call.
macro_rules! list_resource {
    (
        $(#[$doc:meta])*
        $handle:ident of $owner:ident as $method:ident: $filters:expr,
        $row:ident => $call:ident($($slug:ident)?) -> $item:ident,
        $example:literal
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $handle {
            owner: $owner,
        }

        impl $owner {
            #[doc = concat!("Returns a handle for a list: [`", stringify!($handle), "`].")]
            #[must_use]
            pub fn $method(&self) -> $handle {
                $handle { owner: self.clone() }
            }
        }

        impl $handle {
            /// Lists the records, 50 a page.
            ///
            #[doc = concat!("Calls `", stringify!($call), "`.")]
            ///
            #[doc = concat!(
                "```no_run\n# async fn example(client: octocom_ext::Client) ",
                "-> octocom_ext::Result<()> {\n",
                $example,
                "\n# Ok(())\n# }\n```"
            )]
            pub fn list(&self) -> $crate::pagination::List<octocom_api::types::$item> {
                let paginated = $crate::pagination::Paginated::new(
                    &octocom_api::operations::$row,
                    async |client: $crate::client::Client, filters, request| {
                        $(let $slug = filters.business_slug();)?
                        let _ = &filters;
                        Ok(client.api().$call($($slug,)? request.page()).await?)
                    },
                );
                let filters: fn(&$owner) -> $crate::pagination::Filters = $filters;
                $crate::pagination::List::new(
                    self.owner.client(),
                    paginated,
                    filters(&self.owner),
                )
            }
        }
    };
}

pub(crate) use list_resource;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod zoo;
