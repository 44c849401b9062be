//! The items of a list, page by page.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::item::Item;
use super::listing::Listing;
use super::next;
use crate::checkpoint::Checkpoint;
use crate::error::Error;

/// A page of a list: its items, and what the server says of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ItemPage<T> {
    /// The items that were not delivered before; a record that cannot be decoded is an error.
    pub items: Vec<Result<Item<T>, Error>>,
    /// The page number that the server gives, counted from 1. In keyset mode it says nothing of how
    /// far the list is.
    pub number: Option<u64>,
    /// Most items that the server puts on a page.
    pub size: Option<u64>,
    /// `true` if the server promises more.
    pub has_more: bool,
}

impl<T> IntoIterator for ItemPage<T> {
    type Item = Result<Item<T>, Error>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// A stream of the pages of a list.
///
/// It is `Send` and `'static`, and once it has ended it stays ended.
///
/// # Recovery
///
/// An `Err` of the stream ends it: the next poll is `None`.
/// [`Error::checkpoint`](crate::Error::checkpoint) is the place to resume from. An `Err` among a
/// page's items is one record that could not be decoded; everything else goes on.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// what is being fetched.
#[derive(Debug)]
pub struct Pages<T: 'static>(Listing<T>);

impl<T: DeserializeOwned + Send + Unpin + 'static> Pages<T> {
    pub(crate) fn new(listing: Listing<T>) -> Self {
        Self(listing)
    }

    /// Returns how far the list was delivered.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.0.checkpoint()
    }

    /// Returns the number of records that the server listed again on the next page (offset mode).
    ///
    /// Records have then moved between pages during the list, and one that moved the other way can
    /// be missed. Always 0 in keyset mode.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.0.repeated()
    }

    /// Returns the next page; `None` at the end.
    ///
    /// # Errors
    ///
    /// The first of: a setting out of its range, a checkpoint of another list (nothing is sent), a
    /// failed call, a sequence of pages that breaks a promise.
    pub async fn try_next(&mut self) -> Result<Option<ItemPage<T>>, Error> {
        next(self).await.transpose()
    }
}

impl<T: DeserializeOwned + Send + Unpin + 'static> Stream for Pages<T> {
    type Item = Result<ItemPage<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let listing = &mut self.get_mut().0;
        let pagination = match ready!(listing.poll_page(cx)) {
            Some(Ok(pagination)) => pagination,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        let mut items = Vec::new();
        while let Some(item) = listing.take_item() {
            match item {
                Err(error) if error.checkpoint().is_some() => {
                    return Poll::Ready(Some(Err(error)));
                }
                item => items.push(item),
            }
        }
        listing.read_ahead();
        Poll::Ready(Some(Ok(ItemPage {
            items,
            number: pagination.page,
            size: pagination.limit,
            has_more: pagination.has_more,
        })))
    }
}
