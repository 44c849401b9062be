//! Plans: a listing cut into windows of time, for several workers at once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_api::operations::LIST_CONVERSATIONS;
use octocom_api::types::ConversationSummary;
use serde::{Deserialize, Serialize};

use super::Conversations;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::pagination::{Filters, Keyset, List, PageRequest, Place, RowKey, Shard};

/// Version of the form that plans are written in.
const VERSION: u32 = 1;

/// Page that the probing gives up at: no organization has so many conversations.
const MAX_PAGES: u64 = 1 << 32;

/// A listing of conversations, cut into windows of about as many pages each.
///
/// It is made once, stored as JSON and handed to the workers of any scheduler; together their
/// windows hold every conversation exactly once. The first has no start and the last no end, so
/// conversations that arrive later belong to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    version: u32,
    filters: Filters,
    /// Number of pages when the plan was made.
    pages: u64,
    shards: Vec<Shard>,
}

impl Plan {
    /// Returns the shards, in order; at least one.
    #[must_use]
    pub fn shards(&self) -> &[Shard] {
        &self.shards
    }

    /// Returns the number of pages of the whole list when the plan was made.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages
    }
}

impl Conversations {
    /// Returns the list of one shard of a plan, with the plan's filters. Shards are counted from 0.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for a number that the plan
    /// does not have, and for a plan of another version.
    pub fn shard(
        &self,
        plan: &Plan,
        shard: usize,
    ) -> Result<List<ConversationSummary, Keyset>, Error> {
        if plan.version != VERSION {
            let message = format!("plan: `version` is {}, not {VERSION}", plan.version);
            return Err(Error::invalid_request(message));
        }
        let Some(range) = plan.shards.get(shard) else {
            let message = format!(
                "shard: {shard} is not below {}, the number of shards",
                plan.shards.len()
            );
            return Err(Error::invalid_request(message));
        };
        let list = List::new(&self.client, super::paginated(), plan.filters.clone());
        Ok(list.shard(*range))
    }
}

impl List<ConversationSummary, Keyset> {
    /// Cuts the listing into up to `shards` windows whose sizes differ by at most one page where
    /// instants allow.
    ///
    /// Calls `list_conversations`. The number of pages is not known, so it is probed, by doubling and then bisecting: at most
    /// 2 · ⌈log₂ pages⌉ + 2 requests, and one more for each border. Changes meanwhile make the
    /// windows less even, and no conversation is missed for it.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let plan = client.conversations().list().plan(8).await?;
    /// std::fs::write("plan.json", serde_json::to_vec(&plan)?)?;
    /// // … and in each worker, with its number:
    /// let mut mine = client.conversations().shard(&plan, 0)?.stream();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for 0 shards or a listing
    /// that already is of a window; [`ErrorKind::Stalled`] when every
    /// page promises more, however far; otherwise whatever a call fails with.
    pub async fn plan(self, shards: usize) -> Result<Plan, Error> {
        if shards == 0 {
            return Err(Error::invalid_request(
                "plan: a plan needs at least 1 shard, not 0",
            ));
        }
        if self.filters.shard.is_some() {
            return Err(Error::invalid_request(
                "plan: the list already is of a shard",
            ));
        }
        self.filters.check().map_err(Error::invalid_request)?;
        let mut probe = Probe {
            client: &self.client,
            filters: Arc::new(self.filters.clone()),
            known: Vec::new(),
        };
        let pages = probe.count().await?;
        let mut ranges = vec![Shard::default()];
        let shards = u64::try_from(shards).unwrap_or(u64::MAX).min(pages.max(1));
        for shard in 1..shards {
            // The share before the border, rounded down: shares differ by at most one page.
            let before = u128::from(pages) * u128::from(shard) / u128::from(shards);
            let page = u64::try_from(before).unwrap_or(pages).saturating_add(1);
            let Some(border) = probe.first_of(page).await? else {
                continue;
            };
            let Some(last) = ranges.last_mut() else {
                continue;
            };
            // An instant that fills a share leaves no border within it; and before the very first
            // record there is nothing.
            let is_later = last.start.is_none_or(|start| border > start);
            if is_later && probe.first_of(1).await?.is_none_or(|first| border > first) {
                last.end = Some(border);
                ranges.push(Shard {
                    start: Some(border),
                    end: None,
                });
            }
        }
        Ok(Plan {
            version: VERSION,
            filters: self.filters,
            pages,
            shards: ranges,
        })
    }
}

/// Reads single pages to find out how many there are.
struct Probe<'a> {
    client: &'a Client,
    filters: Arc<Filters>,
    /// Pages that were read.
    known: Vec<(u64, Probed)>,
}

/// What a page says of the whole.
#[derive(Debug, Clone, Copy)]
struct Probed {
    exists: bool,
    has_more: bool,
    first: Option<DateTime<Utc>>,
}

impl Probe<'_> {
    async fn count(&mut self) -> Result<u64, Error> {
        let (mut existing, mut past) = (0, None);
        let mut page = 1;
        loop {
            let probed = self.page(page).await?;
            match (probed.exists, probed.has_more) {
                (true, false) => return Ok(page),
                (true, true) => existing = page,
                (false, _) => past = Some(page),
            }
            page = match past {
                None if page >= MAX_PAGES => {
                    let detail = format!("page {page} promises more, as every page before");
                    return Err(Error::of_sequence(
                        ErrorKind::Stalled,
                        &LIST_CONVERSATIONS,
                        detail,
                    ));
                }
                None => page * 2,
                Some(past) if past - existing <= 1 => return Ok(existing),
                Some(past) => existing + (past - existing) / 2,
            };
        }
    }

    /// When the first conversation of a page was created.
    async fn first_of(&mut self, page: u64) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.page(page).await?.first)
    }

    async fn page(&mut self, page: u64) -> Result<Probed, Error> {
        if let Some((_, probed)) = self.known.iter().find(|(known, _)| *known == page) {
            return Ok(*probed);
        }
        let place = Place { page, since: None };
        let request = PageRequest {
            place,
            page_size: None,
        };
        let (client, filters) = (self.client.clone(), Arc::clone(&self.filters));
        let probed = match super::paginated().fetch(client, filters, request).await {
            Ok(answer) => Probed {
                exists: !answer.data.is_empty(),
                has_more: answer.pagination.has_more,
                first: answer
                    .data
                    .iter()
                    .find_map(|record| Some(RowKey::read(record.json()).created?.at)),
            },
            Err(error) if page > 1 && is_past_the_end(&error) => Probed {
                exists: false,
                has_more: false,
                first: None,
            },
            Err(error) => return Err(error),
        };
        self.known.push((page, probed));
        Ok(probed)
    }
}

/// Whether a server may mean with this answer that there is no such page.
fn is_past_the_end(error: &Error) -> bool {
    error.status().is_some_and(|status| {
        status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 408 | 429)
    })
}
