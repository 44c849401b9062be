//! Plans, which divide a list of conversations among several workers.

mod probe;

use octocom_api::types::ConversationSummary;
use serde::{Deserialize, Serialize};

use self::probe::Probe;
use super::Conversations;
use crate::error::Error;
use crate::pagination::{Filters, Keyset, List, Shard};

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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the plan has no shard of
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
    /// Calls `list_conversations` in rounds of up to 16 requests at once: one round of 10 that finds
    /// the power of two above the number of pages (one more above 512 pages), one for every factor
    /// of 17 below it, and one for every 16 borders between shards. 400 pages and 8 shards take 4
    /// rounds, 1,000 pages 6, and a list of one page 10 requests. Requests past the end are not
    /// waited for, and may fail. If conversations are created
    /// or deleted meanwhile, the shards are less even, but none is missed.
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
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for 0 shards or if the list is
    /// a shard already; [`ErrorKind::Stalled`](crate::ErrorKind::Stalled) if no page is the last;
    /// otherwise the error of a call.
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
        let borders = (1..shards).map(|shard| {
            // The share before the border, rounded down: shares differ by at most one page.
            let before = u128::from(pages) * u128::from(shard) / u128::from(shards);
            u64::try_from(before).unwrap_or(pages).saturating_add(1)
        });
        let borders: Vec<_> = borders.collect();
        probe.read(&borders).await?;
        let first = probe.first();
        for page in borders {
            let (Some(border), Some(last)) = (probe.border_in(page), plan.last_mut()) else {
                continue;
            };
            // A time that fills a share leaves no border within it; and before the very first
            // record there is nothing.
            let is_later = last.start.is_none_or(|start| border.at > start);
            if is_later && first.is_none_or(|first| border.at > first) {
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
