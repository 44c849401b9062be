//! What a listing asks for: one type for each paginated operation.

use std::num::NonZeroU64;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use octocom_api::{BoxFuture, Operation};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Place;
use super::scan::Scan;
use crate::client::Client;
use crate::error::Error;

/// The filters of a paginated operation.
///
/// Sealed: the operations of the API are all there are.
pub trait Query: Clone + Serialize + Send + Sync + Unpin + private::Sealed + 'static {
    /// What the operation lists.
    type Item: DeserializeOwned + Send + Unpin + 'static;

    /// The operation's row of the table.
    #[doc(hidden)]
    const OPERATION: &'static Operation;

    /// Checks the filters; nothing is sent when they contradict each other.
    #[doc(hidden)]
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Whether a record belongs to the listing although the server cannot be asked for it alone.
    #[doc(hidden)]
    fn wants(&self, _created: Option<DateTime<Utc>>) -> bool {
        true
    }

    /// Sends the request for one page.
    #[doc(hidden)]
    fn fetch(
        &self,
        client: Client,
        request: PageRequest,
    ) -> BoxFuture<'static, Result<Bytes, Error>>;
}

/// Names what other crates may not implement.
pub(crate) mod private {
    /// Keeps [`Query`](super::Query) and [`Mode`](super::Mode) within this crate.
    pub trait Sealed {}
}

/// The request for one page.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct PageRequest {
    pub(crate) place: Place,
    pub(crate) page_size: Option<NonZeroU64>,
}

impl PageRequest {
    /// The start date that replaces the caller's.
    pub(crate) fn since(&self) -> Option<DateTime<Utc>> {
        self.place.since
    }

    /// The page number as the generated client takes it.
    pub(crate) fn page(&self) -> Option<NonZeroU64> {
        NonZeroU64::new(self.place.page)
    }
}

/// The filters as JSON, for a checkpoint to compare.
pub(crate) fn filters<Q: Query>(query: &Q) -> Value {
    // A query that cannot be written as JSON equals only others of its kind.
    serde_json::to_value(query).unwrap_or(Value::Null)
}

/// How a listing goes through its pages: [`Keyset`] or [`Offset`].
///
/// Sealed.
pub trait Mode<Q>: Copy + Send + Sync + Unpin + private::Sealed + 'static {
    /// A scan from the beginning.
    #[doc(hidden)]
    fn scan(query: &Q, from_page: u64) -> ScanState;
}

/// A scan, opaque outside this crate.
#[doc(hidden)]
#[derive(Debug)]
pub struct ScanState(pub(crate) Scan);

/// Page 1 again and again, each time with a later start date.
///
/// Correct while rows are inserted, deleted and updated during the scan.
#[derive(Debug, Clone, Copy)]
pub enum Keyset {}

/// One page number after the other.
///
/// Exact while nothing changes; a row can be missed when rows before it are deleted.
#[derive(Debug, Clone, Copy)]
pub enum Offset {}

impl private::Sealed for Keyset {}
impl private::Sealed for Offset {}

impl<Q: Query> Mode<Q> for Offset {
    fn scan(_: &Q, from_page: u64) -> ScanState {
        ScanState(Scan::Offset(super::offset::Offset::new(from_page)))
    }
}
