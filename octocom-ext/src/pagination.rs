//! Pagination: complete, resumable streams over an API that counts pages.
//!
//! # Two modes
//!
//! Page numbers count rows. When a row is deleted during a scan, every later row moves forward by
//! one, and the first row of the next page is never seen; when a row is inserted, the last one of
//! the page is seen twice. Following page numbers cannot be correct while the data changes.
//!
//! **Keyset mode** ([`Keyset`]) is for conversations, the one list that is documented to be in
//! ascending order of creation and can be asked from a date on. It asks for page 1 again and again,
//! each time with a later start date, and drops what it has seen at the border. It promises: a
//! record that matches the filters and is visible during the whole scan is delivered exactly once,
//! whatever else is inserted, deleted or updated meanwhile, also when the server prints fewer
//! digits of a timestamp than it orders by, and also when the records of one instant fill more
//! than a page. Not promised: records that become visible later with an older creation date
//! ([`List::overlap`] reads those again). The cost of a page does not grow with its depth. Pages
//! are asked for one after the other, because where the next begins is not known before.
//!
//! **Offset mode** ([`Offset`]) is for every list. It is exact while nothing changes, drops ids that
//! are repeated on neighbouring pages, and can fetch several pages at once
//! ([`List::prefetch`](List)).
//!
//! # Guards
//!
//! Three successive pages that promise more and bring no new id end in
//! [`ErrorKind::Stalled`](crate::ErrorKind::Stalled), records out of order in
//! [`ErrorKind::OutOfOrder`](crate::ErrorKind::OutOfOrder), and records of a tie group that move in
//! each of five passes over them in [`ErrorKind::Unstable`](crate::ErrorKind::Unstable). All of them
//! carry the checkpoint to resume from. The guide on pagination lists what servers may differ in,
//! and what no client can know.
//!
//! # Raw first
//!
//! A page is split into the texts of its records, and each is decoded by itself. So
//! [`Item::raw`] is the original text, and one bad record is one error while the rest of its page
//! is delivered.

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
pub use scan::{Keyset, Mode, Offset};
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
            $(#[$doc])*
            ///
            #[doc = concat!("[`list`](", stringify!($handle), "::list) has an example.")]
            #[must_use]
            pub fn $method(&self) -> $handle {
                $handle { owner: self.clone() }
            }
        }

        impl $handle {
            /// Lists them, 50 a page.
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
