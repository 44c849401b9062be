//! Entry points of the benchmarks in `benches/`, with the feature `__measuring` only.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use octocom_api::operations::LIST_CONVERSATIONS;
use octocom_api::types::ConversationSummary;
use octocom_api::{Answer, Response};

use crate::client::Client;
use crate::error::Error;
use crate::pagination::{Filters, ItemStream, Keyset, List, Paginated};
use crate::simulation;
pub use crate::simulation::Figures;

/// Returns a list of conversations whose pages are in memory: all that a list does but send.
///
/// Each page but the last has to promise more, and to begin with the last record of the one before.
#[must_use]
pub fn listing(client: &Client, pages: Arc<[Bytes]>) -> ItemStream<ConversationSummary> {
    let asked = AtomicUsize::new(0);
    let paginated = Paginated::new(&LIST_CONVERSATIONS, move |_, _, _| {
        let page = pages.get(asked.fetch_add(1, Ordering::Relaxed)).cloned();
        async move {
            let body = page.ok_or_else(|| Error::interrupted("no more pages"))?;
            let answer = Answer::new(&LIST_CONVERSATIONS, StatusCode::OK, HeaderMap::new(), body);
            Ok(Response::read(answer)?)
        }
    });
    List::<_, Keyset>::new(client, paginated, Filters::default()).stream()
}

/// Calls against models of servers that limit them, in virtual time.
#[must_use]
pub fn throttling() -> Vec<Figures> {
    simulation::throttling()
}
