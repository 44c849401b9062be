//! Streams of a list: its items one by one, or its pages.

use std::fmt;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::listing::Listing;
use super::next;
use crate::checkpoint::Checkpoint;
use crate::client::Client;
use crate::error::Error;

/// A stream of the items of a list, such as `ItemStream<User>`.
///
/// It is `Send` and `'static`, and once it has ended it stays ended.
///
/// # Recovery
///
/// If [`Error::is_item`](crate::Error::is_item) returns `true`, one record could not be decoded,
/// and the next poll continues after it. Any other error ends the stream: the next poll returns
/// `None`. Resume the list from [`Error::checkpoint`](crate::Error::checkpoint), in this process or
/// another.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// its requests.
#[derive(Debug)]
pub struct ItemStream<T: 'static>(Listing<T>);

impl<T: DeserializeOwned + Send + Unpin + 'static> ItemStream<T> {
    pub(crate) fn new(listing: Listing<T>) -> Self {
        Self(listing)
    }

    /// Returns the checkpoint after the last item that was returned.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.0.checkpoint()
    }

    /// Returns the number of records that the server repeated on the next page (offset mode).
    ///
    /// If it is above 0, records moved between pages during the list, and a record that moved in
    /// the other direction can be missing. Always 0 in keyset mode.
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

/// A page of a list.
#[derive(Debug)]
#[non_exhaustive]
pub struct ItemPage<T> {
    /// Items that were not delivered before; a record that cannot be decoded is an error.
    pub items: Vec<Result<Item<T>, Error>>,
    /// Page number of the server, counted from 1. In keyset mode it does not show the progress.
    pub number: Option<u64>,
    /// Page size of the server.
    pub size: Option<u64>,
    /// `true` if the server says that there are more pages.
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
/// An error of the stream ends it: the next poll returns `None`. Resume the list from
/// [`Error::checkpoint`](crate::Error::checkpoint). An error among the items of a page is one
/// record that could not be decoded; the stream continues.
///
/// # Cancel safety
///
/// Dropping the future of [`try_next`](Self::try_next) loses nothing. Dropping the stream aborts
/// its requests.
#[derive(Debug)]
pub struct Pages<T: 'static>(Listing<T>);

impl<T: DeserializeOwned + Send + Unpin + 'static> Pages<T> {
    pub(crate) fn new(listing: Listing<T>) -> Self {
        Self(listing)
    }

    /// Returns the checkpoint after the last page that was returned.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        self.0.checkpoint()
    }

    /// Returns the number of records that the server repeated on the next page (offset mode).
    ///
    /// If it is above 0, records moved between pages during the list, and a record that moved in
    /// the other direction can be missing. Always 0 in keyset mode.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.0.repeated()
    }

    /// Returns the next page; `None` at the end.
    ///
    /// # Errors
    ///
    /// A setting out of range or a checkpoint of another list (nothing is sent), a failed call, or
    /// a server that [breaks a guarantee](crate::guide::pagination#errors).
    pub async fn try_next(&mut self) -> Result<Option<ItemPage<T>>, Error> {
        next(self).await.transpose()
    }

    /// Returns the next page or error; `None` at the end. See [Recovery](Self#recovery).
    pub async fn next(&mut self) -> Option<Result<ItemPage<T>, Error>> {
        next(self).await
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

/// A record of a list: its value and its original JSON.
///
/// It dereferences to the value. It serializes as the original JSON, so that `null` and unknown
/// fields are kept.
#[derive(Clone)]
pub struct Item<T> {
    value: T,
    json: Box<str>,
}

impl<T> Item<T> {
    /// Copies the text: it would keep the whole page in memory.
    pub(crate) fn new(value: T, json: &str) -> Self {
        Self {
            value,
            json: json.into(),
        }
    }

    /// Returns the record's JSON exactly as the server sent it, including unknown fields and line
    /// breaks.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.json
    }

    /// Returns the value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value and drops the JSON.
    #[doc(alias = "into_inner")]
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }
}

impl<T> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Two items are equal when their values are.
impl<T: PartialEq> PartialEq for Item<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Serialize for Item<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json: &RawValue =
            serde_json::from_str(&self.json).map_err(serde::ser::Error::custom)?;
        json.serialize(serializer)
    }
}

/// Reads an item from its JSON, as `serde_json` gives it: what [`Serialize`] wrote.
impl<'de, T: DeserializeOwned> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let value = serde_json::from_str(json.get()).map_err(serde::de::Error::custom)?;
        Ok(Self {
            value,
            json: json.into(),
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_read_from_what_it_was_written_as() {
        let json = r#"{"b": null, "a": 1}"#;
        let item = Item::new(serde_json::json!({"a": 1, "b": null}), json);
        assert_eq!(serde_json::to_string(&item).unwrap(), json);
        let back: Item<serde_json::Value> = serde_json::from_str(json).unwrap();
        assert_eq!((back.raw(), &back), (json, &item));
        assert!(serde_json::from_str::<Item<u8>>(json).is_err());
    }
}
