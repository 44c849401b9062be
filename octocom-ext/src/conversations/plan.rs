//! Plans, which divide a list of conversations among several workers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_api::operations::LIST_CONVERSATIONS;
use octocom_api::types::ConversationSummary;
use serde::{Deserialize, Serialize};

use super::Conversations;
use crate::client::Client;
use crate::conversations::paginated;
use crate::error::{Error, ErrorKind};
use crate::pagination::{
    BORDER_SLACK, Filters, Keyset, List, PageCursor, PageRequest, RowKey, Shard, row_keys,
};

/// Version of the form that plans are written in.
const VERSION: u32 = 2;

/// A division of a list of conversations into shards of about the same number of pages.
///
/// A plan is made once, stored as JSON and given to all workers. Together, its shards contain every
/// conversation exactly once. The first shard has no start and the last has no end, so new
/// conversations belong to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    version: u32,
    /// Base URL of the server.
    server: String,
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

    /// Refuses a plan of another server, and one whose shards leave a gap or overlap.
    fn check(&self, server: &str) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!("`version` is {}, not {VERSION}", self.version));
        }
        if self.server != server {
            return Err(format!("`server` is {}, not {server}", self.server));
        }
        if self.filters.shard.is_some() {
            return Err("`filters.shard` is a shard already".to_owned());
        }
        let (Some(first), Some(last)) = (self.shards.first(), self.shards.last()) else {
            return Err("`shards` is empty".to_owned());
        };
        if first.start.is_some() || last.end.is_some() {
            return Err("`shards` begins or ends with a border".to_owned());
        }
        for shard in &self.shards {
            shard.check()?;
        }
        let gap = self
            .shards
            .iter()
            .zip(self.shards.iter().skip(1))
            .position(|(shard, next)| shard.end.is_none() || shard.end != next.start);
        match gap {
            Some(index) => Err(format!(
                "`shards[{index}].end` is not `shards[{}].start`",
                index + 1
            )),
            None => Ok(()),
        }
    }
}

impl Conversations {
    /// Returns the list of one shard of a plan, with the plan's filters. Shards are counted from 0.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the plan has no shard of
    /// this number, belongs to another server or version, or was edited so that its shards leave a
    /// gap.
    pub fn shard(
        &self,
        plan: &Plan,
        shard: usize,
    ) -> Result<List<ConversationSummary, Keyset>, Error> {
        plan.check(self.client.server_name())
            .map_err(|reason| Error::invalid_request(format!("plan: {reason}")))?;
        let Some(shard) = plan.shards.get(shard) else {
            let message = format!(
                "shard: {shard} is not below {}, the number of shards",
                plan.shards.len()
            );
            return Err(Error::invalid_request(message));
        };
        let list = List::new(&self.client, super::paginated(), plan.filters.clone());
        Ok(list.shard(*shard))
    }
}

impl List<ConversationSummary, Keyset> {
    /// Divides the list into up to `shards` shards. Their sizes differ by about one page, unless
    /// many conversations have the same creation time.
    ///
    /// Calls `list_conversations` to find the number of pages, by doubling and then bisecting: at
    /// most 2 · ⌈log₂ pages⌉ + 2 requests, and one more for each border between shards. If
    /// conversations are created or deleted meanwhile, the shards are less even, but none is
    /// missed.
    ///
    /// ```no_run
    /// # async fn example(client: octocom_ext::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let plan = client.conversations().list().plan(8).await?;
    /// std::fs::write("plan.json", serde_json::to_vec(&plan)?)?;
    /// // … and in each worker, with its number, from 0 to 7:
    /// let mut mine = client.conversations().shard(&plan, 3)?.stream();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] for 0 shards or if the list
    /// is a shard already; [`ErrorKind::Stalled`] if no page is the
    /// last; otherwise the error of a call.
    pub async fn plan(self, shards: usize) -> Result<Plan, Error> {
        if shards == 0 {
            return Err(Error::invalid_request(
                "plan: a plan needs at least 1 shard, not 0",
            ));
        }
        if self.filters.shard.is_some() {
            return Err(Error::invalid_request(
                "plan: the list is a shard of a plan already",
            ));
        }
        self.filters.check().map_err(Error::invalid_request)?;
        let mut probe = Probe::new(&self.client, &self.filters);
        let pages = probe.count().await?;
        let mut plan = vec![Shard::default()];
        let shards = u64::try_from(shards).unwrap_or(u64::MAX).min(pages.max(1));
        for shard in 1..shards {
            // The share before the border, rounded down: shares differ by at most one page.
            let before = u128::from(pages) * u128::from(shard) / u128::from(shards);
            let page = u64::try_from(before).unwrap_or(pages).saturating_add(1);
            let Some(border) = probe.border_in(page).await? else {
                continue;
            };
            let Some(last) = plan.last_mut() else {
                continue;
            };
            // A time that fills a share leaves no border within it; and before the very first
            // record there is nothing.
            let is_later = last.start.is_none_or(|start| border.at > start);
            if is_later && probe.first().await?.is_none_or(|first| border.at > first) {
                last.end = Some(border.at);
                plan.push(Shard {
                    start: Some(border.at),
                    end: None,
                    asked_from: border.asked_from,
                });
            }
        }
        Ok(Plan {
            version: VERSION,
            server: self.client.server_name().to_owned(),
            filters: self.filters,
            pages,
            shards: plan,
        })
    }
}

/// Page that the probing gives up at: no organization has so many conversations.
const MAX_PAGES: u64 = 1 << 32;

/// Reads single pages of a list.
struct Probe<'a> {
    client: &'a Client,
    filters: Arc<Filters>,
    /// Pages that were read.
    known: Vec<(u64, Probed)>,
}

/// A page, as far as it tells of the whole.
#[derive(Debug, Clone, Copy)]
struct Probed {
    has_rows: bool,
    has_more: bool,
    first: Option<DateTime<Utc>>,
    border: Option<Border>,
}

/// A creation time that a shard can begin with.
#[derive(Debug, Clone, Copy)]
struct Border {
    at: DateTime<Utc>,
    /// A start date that lists a record from before the border.
    asked_from: Option<DateTime<Utc>>,
}

impl<'a> Probe<'a> {
    fn new(client: &'a Client, filters: &Filters) -> Self {
        Self {
            client,
            filters: Arc::new(filters.clone()),
            known: Vec::new(),
        }
    }

    /// The number of pages.
    ///
    /// The last page is the first that promises no more. A page with records that promises no more
    /// can lie past it: some servers repeat their last page.
    async fn count(&mut self) -> Result<u64, Error> {
        let mut before = 0;
        let mut page = 1;
        while self.page(page).await?.promises_more() {
            if page >= MAX_PAGES {
                let detail =
                    format!("page {page} says that there are more records, as all pages before");
                return Err(Error::for_sequence(
                    ErrorKind::Stalled,
                    &LIST_CONVERSATIONS,
                    detail,
                ));
            }
            before = page;
            page *= 2;
        }
        while page - before > 1 {
            let middle = before + (page - before) / 2;
            if self.page(middle).await?.promises_more() {
                before = middle;
            } else {
                page = middle;
            }
        }
        let has_rows = self.page(page).await?.has_rows;
        Ok(if has_rows { page } else { before })
    }

    /// The creation time of the first conversation.
    async fn first(&mut self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.page(1).await?.first)
    }

    /// A creation time near the beginning of a page that a shard can begin with.
    async fn border_in(&mut self, page: u64) -> Result<Option<Border>, Error> {
        Ok(self.page(page).await?.border)
    }

    async fn page(&mut self, page: u64) -> Result<Probed, Error> {
        if let Some((_, probed)) = self.known.iter().find(|(known, _)| *known == page) {
            return Ok(*probed);
        }
        let request = PageRequest {
            cursor: PageCursor::by_number(page),
            page_size: None,
        };
        let (client, filters) = (self.client.clone(), Arc::clone(&self.filters));
        let probed = match paginated().fetch(client, filters, request).await {
            Ok(answer) => Probed::new(&row_keys(&answer.data), answer.pagination.has_more),
            Err(error) if page > 1 && is_past_the_end(&error) => Probed::new(&[], false),
            Err(error) => return Err(error),
        };
        self.known.push((page, probed));
        Ok(probed)
    }
}

impl Probed {
    fn new(keys: &[RowKey], has_more: bool) -> Self {
        let rows = || keys.iter().filter_map(|key| key.created);
        let first = rows().next();
        // The first time that has another before it on the page: a worker that asks from the other
        // on sees that nothing was left out.
        let pairs = rows().zip(rows().skip(1));
        let border = pairs
            .filter(|(before, row)| before.at < row.at)
            .map(|(before, row)| Border {
                at: row.at,
                asked_from: row
                    .at
                    .checked_sub_signed(BORDER_SLACK)
                    .map(|slack| slack.min(before.floor())),
            })
            .next();
        Self {
            has_rows: !keys.is_empty(),
            has_more,
            first: first.map(|first| first.at),
            border: border.or_else(|| {
                Some(Border {
                    at: first?.at,
                    asked_from: None,
                })
            }),
        }
    }

    fn promises_more(self) -> bool {
        self.has_rows && self.has_more
    }
}

/// Returns `true` if a server may mean with this answer that the page does not exist.
fn is_past_the_end(error: &Error) -> bool {
    error.status().is_some_and(|status| {
        status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 408 | 429)
    })
}
