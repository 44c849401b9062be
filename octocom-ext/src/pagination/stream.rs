//! The items of a list, one by one.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::item::Item;
use super::listing::Listing;
use super::next;
use crate::checkpoint::Checkpoint;
use crate::client::Client;
use crate::error::Error;

/// A stream of the items of a list, `ItemStream<User>` say.
///
/// It is `Send` and `'static`, and once it has ended it stays ended.
///
/// # Recovery
///
/// An `Err` is one of two things. [`Error::is_item`](crate::Error::is_item) means one record that
/// could not be decoded: the next poll goes on with the record after it. Any other error ends the
/// stream, and the next poll is `None`; [`Error::checkpoint`](crate::Error::checkpoint) is the place
/// to resume from, in this process or another.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// what is being fetched.
#[derive(Debug)]
pub struct ItemStream<T: 'static>(Listing<T>);

impl<T: DeserializeOwned + Send + Unpin + 'static> ItemStream<T> {
    pub(crate) fn new(listing: Listing<T>) -> Self {
        Self(listing)
    }

    /// Returns how far the list was delivered: after the last item that was taken.
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

    /// Returns the next item; `None` at the end.
    ///
    /// # Errors
    ///
    /// See [Recovery](Self#recovery).
    pub async fn try_next(&mut self) -> Result<Option<Item<T>>, Error> {
        next(self).await.transpose()
    }

    /// Returns the next item or error; `None` at the end. See [Recovery](Self#recovery).
    pub async fn next(&mut self) -> Option<Result<Item<T>, Error>> {
        next(self).await
    }

    /// Returns the client, within what is left of the list's deadline.
    pub(crate) fn client_in_time(&self) -> Result<Client, Error> {
        self.0.client_in_time()
    }
}

impl<T: DeserializeOwned + Send + Unpin + 'static> Stream for ItemStream<T> {
    type Item = Result<Item<T>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll_item(cx)
    }
}
