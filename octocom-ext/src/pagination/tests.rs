//! The requests of a list, against pages in memory.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use octocom_api::operations::LIST_CONVERSATIONS;
use octocom_api::{Answer, Response};
use serde_json::{Value, json};

use super::keyset::{Bounds, KeysetScan};
use super::source::{Ahead, Source};
use super::*;
use crate::client::Client;
use crate::error::Error;

/// Pages by their start date in seconds, and the start dates that were asked for.
///
/// A list by page number finds its first page at 0, the second at 1, and so on.
#[derive(Debug, Clone)]
struct Server {
    pages: Arc<BTreeMap<i64, Bytes>>,
    asked: Arc<Mutex<Vec<i64>>>,
}

impl Server {
    /// A page for each start date: seconds of its records, and what stands after the last of them.
    fn new(pages: &[(i64, &[i64], Value)]) -> Self {
        let last = pages.len() - 1;
        let page = |(index, (start, seconds, end)): (usize, &(i64, &[i64], Value))| {
            let mut data: Vec<_> = seconds
                .iter()
                .map(|at| {
                    let at = DateTime::<Utc>::from_timestamp(*at, 0).unwrap();
                    json!({"id": at.timestamp(), "createdAt": at.format("%FT%TZ").to_string()})
                })
                .collect();
            data.last_mut().unwrap()["zebra"] = end.clone();
            let pagination = json!({"page": 1, "limit": 50, "hasMore": index < last});
            let page = json!({"data": data, "pagination": pagination});
            (*start, page.to_string().into())
        };
        Self {
            pages: Arc::new(pages.iter().enumerate().map(page).collect()),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<i64> {
        self.asked.lock().unwrap().clone()
    }

    fn list(&self) -> List<Value, Keyset> {
        self.list_by()
    }

    fn list_by<M: Mode>(&self) -> List<Value, M> {
        let this = self.clone();
        let paginated = Paginated::new(&LIST_CONVERSATIONS, move |_, _, request: PageRequest| {
            let number = i64::try_from(request.cursor.page).unwrap() - 1;
            let start = request.since().map_or(number, |since| since.timestamp());
            this.asked.lock().unwrap().push(start);
            let page = this.pages.get(&start).cloned();
            async move {
                let body = page.ok_or_else(|| Error::interrupted("no such page"))?;
                let (status, headers) = (StatusCode::OK, HeaderMap::new());
                let answer = Answer::new(&LIST_CONVERSATIONS, status, headers, body);
                Ok(Response::read(answer)?)
            }
        });
        List::new(&client(), paginated, Filters::default())
    }

    fn source(&self) -> Arc<Source<Value>> {
        let List {
            client,
            paginated,
            filters,
            options,
            ..
        } = self.list();
        Arc::new(Source::new(client, paginated, filters, &options))
    }
}

fn client() -> Client {
    let builder = Client::builder().with_base_url("http://127.0.0.1:9");
    builder.with_api_key("key".to_owned()).build().unwrap()
}

/// The key of a record.
pub(crate) fn key(id: &str, created: &str) -> RowKey {
    RowKey::read(
        json!({"id": id, "createdAt": created})
            .to_string()
            .as_bytes(),
    )
}

const FIRST: PageCursor = PageCursor {
    page: 1,
    since: None,
    until: None,
};

fn ahead(pages_left: u64, items_left: u64) -> Option<Ahead> {
    Some(Ahead {
        cursor: KeysetScan::new(Bounds::default(), None).cursor().unwrap(),
        pages_left,
        items_left,
    })
}

/// Waits until every task has ended: then nothing more is requested.
async fn idle() {
    let metrics = tokio::runtime::Handle::current().metrics();
    while metrics.num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
}

fn two_pages() -> Server {
    Server::new(&[(0, &[1, 2], Value::Null), (1, &[2, 3], Value::Null)])
}

#[tokio::test]
async fn the_task_that_fetches_a_page_requests_the_next_one_if_somebody_waits() {
    let server = two_pages();
    let mut pending = server.source().fetch(FIRST, ahead(1, 100)).unwrap();
    let fetched = poll_fn(|cx| pending.poll(cx)).await.unwrap();
    assert_eq!(fetched.page.data.len(), 2);
    let since = DateTime::from_timestamp(1, 0);
    let (cursor, _) = fetched.next.unwrap();
    assert_eq!(cursor, PageCursor { since, ..FIRST });
    idle().await;
    assert_eq!(server.asked(), [0, 1]);
}

#[tokio::test]
async fn a_page_that_nobody_waits_for_requests_none() {
    let server = two_pages();
    let mut pending = server.source().fetch_ahead(FIRST, ahead(1, 100)).unwrap();
    idle().await;
    let fetched = poll_fn(|cx| pending.poll(cx)).await.unwrap();
    assert!(fetched.next.is_none());
    assert_eq!(server.asked(), [0]);
}

#[tokio::test]
async fn no_page_is_requested_beyond_the_limits() {
    for (ahead, asked) in [
        (ahead(0, 100), &[0][..]),
        (ahead(1, 2), &[0]),
        (ahead(1, 3), &[0, 1]),
        (None, &[0]),
    ] {
        let server = two_pages();
        let mut pending = server.source().fetch(FIRST, ahead).unwrap();
        let fetched = poll_fn(|cx| pending.poll(cx)).await.unwrap();
        idle().await;
        assert_eq!(server.asked(), asked);
        drop(fetched);
    }
}

#[tokio::test]
async fn a_part_of_a_page_costs_at_most_two_requests() {
    for items in [1, 49] {
        let seconds: Vec<i64> = (0..50).collect();
        let server = Server::new(&[(0, &seconds, Value::Null), (48, &[49, 50], Value::Null)]);
        let mut stream = server.list().stream();
        for _ in 0..items {
            assert!(stream.try_next().await.unwrap().is_some());
        }
        idle().await;
        assert_eq!(server.asked(), [0, 48], "{items} items");
    }
}

#[tokio::test]
async fn no_more_pages_are_requested_ahead_than_prefetch_says() {
    let pages: Vec<_> = (0..9)
        .map(|page| (page, [page * 2, page * 2 + 1]))
        .collect();
    let pages: Vec<_> = pages
        .iter()
        .map(|(page, rows)| (*page, &rows[..], Value::Null))
        .collect();
    let server = Server::new(&pages);
    let mut stream = server.list_by::<Offset>().prefetch(3).stream();
    for _ in 0..2 {
        assert!(stream.try_next().await.unwrap().is_some());
        idle().await;
        assert_eq!(
            server.asked(),
            [0, 1, 2, 3],
            "the first page and three ahead"
        );
    }
    assert!(stream.try_next().await.unwrap().is_some());
    idle().await;
    assert_eq!(server.asked(), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_date_within_a_record_does_not_mislead() {
    let misleading = json!({"createdAt": "1970-01-01T00:10:00Z"});
    for end in [Value::Null, misleading] {
        let server = Server::new(&[
            (0, &[1, 2], end.clone()),
            (1, &[2, 3], end.clone()),
            (2, &[3, 4], end.clone()),
            (3, &[4, 5], end),
        ]);
        let items = server.list().all().await.unwrap();
        let ids: Vec<_> = items.iter().map(|item| item["id"].clone()).collect();
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert_eq!(server.asked(), [0, 1, 2, 3]);
    }
}

#[tokio::test]
async fn nothing_is_requested_ahead_without_read_ahead() {
    let server = two_pages();
    let mut stream = server.list().without_read_ahead().stream();
    for _ in 0..2 {
        assert!(stream.try_next().await.unwrap().is_some());
        assert_eq!(server.asked(), [0]);
    }
    assert!(stream.try_next().await.unwrap().is_some());
    assert_eq!(server.asked(), [0, 1]);
}

#[test]
fn a_stream_polled_outside_of_a_runtime_is_an_error_and_not_a_panic() {
    use std::task::{Context, Poll, Waker};
    let client = client();
    let mut stream = client.users().list().stream();
    let mut context = Context::from_waker(Waker::noop());
    let polled = Pin::new(&mut stream).poll_next(&mut context);
    let Poll::Ready(Some(Err(error))) = polled else {
        panic!("{polled:?}")
    };
    assert_eq!(
        error.to_string(),
        "list_users failed: not inside a tokio runtime: poll the stream, or await the call, within \
         one, nothing was sent"
    );
}
