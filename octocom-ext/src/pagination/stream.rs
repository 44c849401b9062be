//! The stream of items: pages, flattened.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::checkpoint::Checkpoint;
use super::item::Item;
use super::next;
use super::page::Decoded;
use super::pages::Pages;
use super::query::Query;
use super::rows::Rows;
use crate::client::Client;
use crate::error::Error;

/// Stream of the items of a listing.
///
/// `Send`, `'static`, and at its end for good once it has ended.
///
/// # Recovery
///
/// An `Err` is one of two things. [`Error::is_item`](crate::Error::is_item) means one record that
/// could not be decoded: the next poll goes on with the record after it. Any other error ends the
/// stream, and the next poll is `None`; [`Error::checkpoint`](crate::Error::checkpoint) goes on from
/// there, in this process or another.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// what is being fetched.
pub struct ItemStream<Q: Query> {
    pages: Pages<Q>,
    /// Rows of the present page that were not taken yet.
    rows: Rows<Decoded<Q::Item>>,
    /// Whether no row of the present page was taken yet.
    untouched: bool,
}

impl<Q: Query> ItemStream<Q> {
    pub(crate) fn new(pages: Pages<Q>) -> Self {
        Self {
            pages,
            rows: Rows::none(),
            untouched: false,
        }
    }

    /// How far the listing was delivered: after the last item that was taken.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.pages.checkpoint()
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [Recovery](Self#recovery).
    pub async fn try_next(&mut self) -> Result<Option<Item<Q::Item>>, Error> {
        next(self).await.transpose()
    }

    /// The client, within what is left of the listing's deadline.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        self.pages.client_in_time()
    }
}

impl<Q: Query> Stream for ItemStream<Q> {
    type Item = Result<Item<Q::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if this.pages.items_left() == 0 {
                this.rows = Rows::none();
                this.pages.end();
                return Poll::Ready(None);
            }
            if let Some(row) = this.rows.next() {
                let item = this.pages.deliver(row);
                if std::mem::take(&mut this.untouched) {
                    this.pages.read_ahead(this.rows.len());
                }
                return Poll::Ready(Some(match item {
                    Err(error) if this.pages.strict() => {
                        this.rows = Rows::none();
                        Err(this.pages.end_with(error))
                    }
                    item => item,
                }));
            }
            match std::task::ready!(this.pages.poll_rows(cx)) {
                Some(Ok((rows, _))) => {
                    this.rows = rows;
                    this.untouched = true;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<Q: Query> std::fmt::Debug for ItemStream<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ItemStream")
            .field("pages", &self.pages)
            .field("waiting", &self.rows.len())
            .finish_non_exhaustive()
    }
}
