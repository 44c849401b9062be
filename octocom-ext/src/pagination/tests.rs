//! What a listing asks for before it decodes, against pages in memory.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use octocom_api::{BoxFuture, Operation, operations};
use serde::Serialize;
use serde_json::{Value, json};

use super::keyset::Border;
use super::lookout::Lookout;
use super::source::{Content, Source};
use super::*;
use crate::client::Client;
use crate::error::Error;

/// Pages by their start date in seconds, and the start dates that were asked for.
#[derive(Debug, Clone, Serialize)]
struct Server {
    #[serde(skip)]
    pages: Arc<BTreeMap<i64, Bytes>>,
    #[serde(skip)]
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

    fn source(&self) -> Arc<Source<Self>> {
        let options = List::<_, Keyset>::new(&client(), self.clone()).options;
        Arc::new(Source::new(client(), self.clone(), &options))
    }
}

impl private::Sealed for Server {}

impl Query for Server {
    type Item = Value;

    const OPERATION: &'static Operation = &operations::LIST_CONVERSATIONS;

    fn fetch(&self, _: Client, request: PageRequest) -> BoxFuture<'static, Result<Bytes, Error>> {
        let start = request.since().map_or(0, |since| since.timestamp());
        self.asked.lock().unwrap().push(start);
        let page = self.pages.get(&start).cloned();
        Box::pin(async move { page.ok_or_else(|| Error::interrupted("there is no such page")) })
    }
}

impl Mode<Server> for Keyset {
    fn scan(_: &Server, _: u64) -> ScanState {
        ScanState(Scan::Keyset(KeysetScan::new(None, None, None)))
    }
}

fn client() -> Client {
    let builder = Client::builder().with_base_url("http://127.0.0.1:9");
    builder.with_api_key("key".to_owned()).build().unwrap()
}

const FIRST: Place = Place {
    page: 1,
    since: None,
};

fn lookout() -> Option<Lookout> {
    Some(Lookout {
        border: Border {
            start: None,
            end: None,
        },
        pages_left: 1,
        items_left: 100,
        page_size: 50,
    })
}

#[tokio::test]
async fn who_waits_for_a_page_decodes_it_and_the_next_is_asked_for_before() {
    let server = Server::new(&[(0, &[1, 2], Value::Null), (1, &[2, 3], Value::Null)]);
    let mut flight = server.source().fetch(FIRST, lookout()).unwrap();
    let arrival = poll_fn(|cx| flight.poll(cx)).await.unwrap();
    assert!(matches!(arrival.content, Content::Body(_)), "decoded");
    assert_eq!(server.asked(), [0, 1]);
    let since = DateTime::from_timestamp(1, 0);
    let (place, _) = arrival.next.unwrap();
    assert_eq!(place, Place { page: 1, since });
}

#[tokio::test]
async fn a_page_that_nobody_waits_for_is_decoded_in_its_task_and_asks_for_none() {
    let server = Server::new(&[(0, &[1, 2], Value::Null), (1, &[2, 3], Value::Null)]);
    let mut flight = server.source().fetch_ahead(FIRST, lookout()).unwrap();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let arrival = poll_fn(|cx| flight.poll(cx)).await.unwrap();
    assert!(matches!(arrival.content, Content::Page(_)), "not decoded");
    assert!(arrival.next.is_none());
    assert_eq!(server.asked(), [0]);
}

#[tokio::test]
async fn a_text_that_misleads_costs_one_request_in_a_listing() {
    let misleading = json!({"createdAt": "1970-01-01T00:10:00Z"});
    for (end, asked) in [
        (Value::Null, &[0, 1, 2, 3][..]),
        // The request at 599 s is made once, and its answer is of no account.
        (misleading, &[0, 599, 1, 2, 3]),
    ] {
        let server = Server::new(&[
            (0, &[1, 2], end.clone()),
            (1, &[2, 3], end.clone()),
            (2, &[3, 4], end.clone()),
            (3, &[4, 5], end),
        ]);
        let mut stream = List::<_, Keyset>::new(&client(), server.clone()).stream();
        let mut ids = Vec::new();
        while let Some(item) = stream.try_next().await.unwrap() {
            ids.push(item["id"].clone());
        }
        assert_eq!(ids, [1, 2, 3, 4, 5]);
        assert_eq!(server.asked(), asked);
    }
}

#[tokio::test]
async fn nothing_is_asked_for_ahead_without_read_ahead() {
    let server = Server::new(&[(0, &[1, 2], Value::Null), (1, &[2, 3], Value::Null)]);
    let list = List::<_, Keyset>::new(&client(), server.clone());
    let mut stream = list.without_read_ahead().stream();
    for _ in 0..2 {
        assert!(stream.try_next().await.unwrap().is_some());
        assert_eq!(server.asked(), [0]);
    }
    assert!(stream.try_next().await.unwrap().is_some());
    assert_eq!(server.asked(), [0, 1]);
}
