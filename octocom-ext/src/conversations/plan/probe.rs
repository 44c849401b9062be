//! Single pages of a list, read to find out how many there are and what lies where.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_api::operations::LIST_CONVERSATIONS;

use crate::client::Client;
use crate::conversations::paginated;
use crate::error::{Error, ErrorKind};
use crate::pagination::{BORDER_SLACK, Filters, PageCursor, PageRequest, RowKey, row_keys};

/// Page that the probing gives up at: no organization has so many conversations.
const MAX_PAGES: u64 = 1 << 32;

/// Reads single pages of a list.
pub(super) struct Probe<'a> {
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
pub(super) struct Border {
    pub(super) at: DateTime<Utc>,
    /// A start date that lists a record from before the border.
    pub(super) asked_from: Option<DateTime<Utc>>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(client: &'a Client, filters: &Filters) -> Self {
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
    pub(super) async fn count(&mut self) -> Result<u64, Error> {
        let mut before = 0;
        let mut page = 1;
        while self.page(page).await?.promises_more() {
            if page >= MAX_PAGES {
                let detail = format!("page {page} promises more, as every page before");
                return Err(Error::of_sequence(
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
    pub(super) async fn first(&mut self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.page(1).await?.first)
    }

    /// A creation time near the beginning of a page that a shard can begin with.
    pub(super) async fn border_in(&mut self, page: u64) -> Result<Option<Border>, Error> {
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

/// Returns `true` if a server may mean with this answer that there is no such page.
fn is_past_the_end(error: &Error) -> bool {
    error.status().is_some_and(|status| {
        status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 408 | 429)
    })
}
