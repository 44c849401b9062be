//! Probes: single pages of a list, read to find its number of pages and borders in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use octocom_api::operations::LIST_CONVERSATIONS;

use crate::client::Client;
use crate::conversations::paginated;
use crate::error::{Error, ErrorKind};
use crate::pagination::{BORDER_SLACK, Fetch, Filters, PageCursor, PageRequest, RowKey, row_keys};

/// Pages that are read at once: half of what a client sends at most by default.
const ROUND: usize = 16;

/// Pages that are read at once at first: page 1 and the powers of two up to page 512. Pages far past
/// the end of a list cost a server time, and few lists are longer.
const FIRST_ROUND: usize = 10;

/// Powers of two that are read at once after that, up to page 65,536 at first.
const FURTHER_ROUND: usize = 7;

/// Page that the probing gives up at: no organization has so many conversations.
const MAX_PAGES: u64 = 1 << 32;

/// Reads single pages of a list, up to [`ROUND`] at once.
pub(super) struct Probe<'a> {
    client: &'a Client,
    filters: Arc<Filters>,
    /// Pages that were read.
    known: BTreeMap<u64, Probed>,
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
            known: BTreeMap::new(),
        }
    }

    /// Finds the number of pages.
    ///
    /// The last page is the first that promises no more. A page with records that promises no more
    /// can lie past it: some servers repeat their last page.
    pub(super) async fn count(&mut self) -> Result<u64, Error> {
        let mut search = Search::default();
        loop {
            let round = search.round();
            if round.is_empty() {
                break;
            }
            for (page, fetch) in self.fetches(&round) {
                let probed = fetch.await?;
                self.known.insert(page, probed);
                search.learn(page, probed.promises_more());
                if !probed.promises_more() {
                    // Nothing past the end is waited for, which a server may take long to answer or
                    // fail to.
                    break;
                }
            }
        }
        match search.last {
            None => {
                let page = search.before;
                let detail =
                    format!("page {page} says that there are more records, as all pages before");
                Err(Error::for_sequence(
                    ErrorKind::Stalled,
                    &LIST_CONVERSATIONS,
                    detail,
                ))
            }
            Some(last) if self.known.get(&last).is_some_and(|page| page.has_rows) => Ok(last),
            Some(_) => Ok(search.before),
        }
    }

    /// Returns the creation time of the first conversation.
    pub(super) fn first(&self) -> Option<DateTime<Utc>> {
        self.known.get(&1)?.first
    }

    /// Returns a creation time near the beginning of a page that a shard can begin with.
    pub(super) fn border_in(&self, page: u64) -> Option<Border> {
        self.known.get(&page)?.border
    }

    /// Reads the pages that are not known yet.
    pub(super) async fn read(&mut self, pages: &[u64]) -> Result<(), Error> {
        let known = |page: &&u64| !self.known.contains_key(page);
        let unknown: Vec<_> = pages.iter().copied().filter(|page| known(&page)).collect();
        for round in unknown.chunks(ROUND) {
            for (page, fetch) in self.fetches(round) {
                self.known.insert(page, fetch.await?);
            }
        }
        Ok(())
    }

    /// Begins to read pages, all at once.
    fn fetches(&self, pages: &[u64]) -> Vec<(u64, Fetch<Probed>)> {
        let fetch = |page: &u64| (*page, self.fetch(*page));
        pages.iter().map(fetch).collect()
    }

    /// Begins to read a page.
    fn fetch(&self, page: u64) -> Fetch<Probed> {
        let request = PageRequest {
            cursor: PageCursor::by_number(page),
            page_size: None,
        };
        let (client, filters) = (self.client.clone(), Arc::clone(&self.filters));
        Fetch::spawn(async move {
            match paginated().fetch(client, filters, request).await {
                Ok(answer) => Ok(Probed::new(
                    &row_keys(&answer.data),
                    answer.pagination.has_more,
                )),
                Err(error) if page > 1 && is_past_the_end(&error) => Ok(Probed::new(&[], false)),
                Err(error) => Err(error),
            }
        })
    }
}

/// A search for the first page that promises no more, which asks for several pages a round.
#[derive(Debug, Default)]
struct Search {
    /// The last page known to promise more.
    before: u64,
    /// The first page known to promise no more.
    last: Option<u64>,
}

impl Search {
    /// Returns the pages to ask for next, none when the search is over.
    fn round(&self) -> Vec<u64> {
        match (self.before, self.last) {
            (before, None) => {
                let doubled = |page: &u64| page.checked_mul(2);
                let first = doubled(&before).map(|page| page.max(1));
                let probes = if before == 0 {
                    FIRST_ROUND
                } else {
                    FURTHER_ROUND
                };
                std::iter::successors(first, doubled)
                    .take(probes)
                    .take_while(|page| *page <= MAX_PAGES)
                    .collect()
            }
            (before, Some(last)) => {
                let between = last - before - 1;
                let probes = between.min(ROUND as u64);
                let share = |probe| before + (probe * (between + 1)) / (probes + 1);
                (1..=probes).map(share).collect()
            }
        }
    }

    fn learn(&mut self, page: u64, promises_more: bool) {
        let is_before = self.last.is_none_or(|last| page < last);
        match promises_more {
            true if is_before => self.before = self.before.max(page),
            false if is_before => self.last = Some(page),
            _ => {}
        }
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::extract::RawQuery;
    use octocom_tests::list_server::{self, conversation};
    use tokio::sync::Barrier;

    use super::*;

    /// Searches a list of this many pages; returns the number of rounds and of requests.
    fn search(pages: u64) -> (usize, usize) {
        let (mut rounds, mut requests) = (0, 0);
        let mut search = Search::default();
        loop {
            let round = search.round();
            if round.is_empty() {
                break;
            }
            assert!(round.len() <= ROUND && round.is_sorted(), "{round:?}");
            rounds += 1;
            requests += round.len();
            for page in round {
                search.learn(page, page < pages);
            }
        }
        assert_eq!(search.last, Some(pages));
        (rounds, requests)
    }

    #[test]
    fn the_last_page_is_found_in_few_rounds() {
        for (pages, rounds, requests) in [
            (1, 1, 10),
            (2, 1, 10),
            (3, 2, 11),
            (10, 2, 17),
            (256, 3, 33),
            (400, 3, 40),
            (1_000, 5, 50),
            (50_000, 6, 71),
        ] {
            assert_eq!(search(pages), (rounds, requests), "{pages} pages");
        }
    }

    #[test]
    fn any_last_page_is_found() {
        for pages in 1..2_000 {
            let (rounds, _) = search(pages);
            assert!(rounds <= 5, "{pages} pages: {rounds} rounds");
        }
    }

    #[test]
    fn pages_without_an_end_are_given_up() {
        let mut search = Search::default();
        let mut requests = 0;
        while let round @ [_, ..] = &search.round()[..] {
            requests += round.len();
            for page in round {
                search.learn(*page, true);
            }
        }
        assert_eq!(
            (search.last, search.before, requests),
            (None, MAX_PAGES, 33)
        );
    }

    #[test]
    fn a_page_past_the_end_that_promises_more_does_not_count() {
        let mut search = Search::default();
        search.learn(1, true);
        search.learn(2, false);
        search.learn(4, true);
        assert_eq!((search.before, search.last), (1, Some(2)));
        search.learn(4, false);
        assert_eq!(search.last, Some(2));
    }

    #[tokio::test]
    async fn ten_pages_are_read_at_once() {
        let together = Arc::new(Barrier::new(FIRST_ROUND));
        let asked = Arc::new(AtomicUsize::new(0));
        let list = move |RawQuery(query): RawQuery| {
            let (together, asked) = (Arc::clone(&together), Arc::clone(&asked));
            async move {
                let query = query.unwrap_or_default();
                let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
                let page: i64 = page.unwrap().parse().unwrap();
                // The first ten are answered when all have come.
                if asked.fetch_add(1, Ordering::Relaxed) < FIRST_ROUND {
                    together.wait().await;
                }
                let rows: Vec<_> = (page <= 3)
                    .then(|| conversation(1, page * 1000))
                    .into_iter()
                    .collect();
                list_server::page(&rows, page < 3).1
            }
        };
        let app = axum::Router::new().fallback(list);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let client = Client::builder().with_base_url(url).with_api_key("key");
        let conversations = client.build().unwrap().conversations();
        assert_eq!(conversations.list().plan(1).await.unwrap().pages(), 3);
        server.abort();
    }
}
