//! Entry points of the benchmarks in `benches/`, with the feature `__measuring` only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use octocom_api::types::ConversationSummary;
use octocom_api::{BoxFuture, Operation, operations};
use serde::Serialize;

use crate::client::Client;
use crate::error::Error;
use crate::pagination::{
    ItemStream, Keyset, KeysetScan, List, Mode, PageRequest, Query, Scan, ScanState, private,
};

/// A listing of conversations whose pages are at hand: all that a listing does but send.
///
/// Each page but the last has to promise more, and to begin with the last record of the one before.
#[must_use]
pub fn listing(client: &Client, pages: Arc<[Bytes]>) -> ItemStream<AtHand> {
    let asked = Arc::default();
    List::<_, Keyset>::new(client, AtHand { pages, asked }).stream()
}

/// Pages that are at hand.
#[derive(Debug, Clone, Serialize)]
pub struct AtHand {
    #[serde(skip)]
    pages: Arc<[Bytes]>,
    /// How many were asked for.
    #[serde(skip)]
    asked: Arc<AtomicUsize>,
}

impl private::Sealed for AtHand {}

impl Query for AtHand {
    type Item = ConversationSummary;

    const OPERATION: &'static Operation = &operations::LIST_CONVERSATIONS;

    fn fetch(&self, _: Client, _: PageRequest) -> BoxFuture<'static, Result<Bytes, Error>> {
        let index = self.asked.fetch_add(1, Ordering::Relaxed);
        let page = self.pages.get(index).cloned();
        Box::pin(async move { page.ok_or_else(|| Error::interrupted("no more pages")) })
    }
}

impl Mode<AtHand> for Keyset {
    fn scan(_: &AtHand, _: u64) -> ScanState {
        ScanState(Scan::Keyset(KeysetScan::new(None, None, None)))
    }
}
