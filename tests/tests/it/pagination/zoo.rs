//! Servers of the zoo with a socket: the whole client against the model server.
//!
//! The scan is driven directly in octocom-ext, with drawn servers. Here stands what takes a client:
//! plans, checkpoints, prefetching, the server's clock, and bodies of unusual bytes.

mod bodies;
mod checkpoints;
mod clock;
mod lists;
mod prefetch;

use std::sync::{Arc, Mutex, MutexGuard};

use chrono::{DateTime, Utc};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use octocom_ext::types::ConversationSummary;
use octocom_ext::{Client, Error, ItemStream};
use serde_json::json;

use octocom_tests::list_server::{KEY_HEADER, conversation, own_key};
use octocom_tests::zoo::{DateBound, Habits, ModelServer, Precision, Print, Rounding};

const SECOND: i64 = 1_000_000_000;

/// 2024-01-15T22:00:00Z.
const BASE: i64 = 1_705_356_000 * SECOND;

/// Changes the server before an answer.
type Before = dyn FnMut(usize, &mut ModelServer) + Send;

/// The state that the server and the test share.
struct Shared {
    model: ModelServer,
    /// Path and query of every request.
    requests: Vec<String>,
    /// Headers of every answer.
    headers: Vec<(&'static str, String)>,
    /// Called with the number of the request before it is answered.
    before: Box<Before>,
}

/// A server of the zoo.
struct ZooServer {
    server: MockServer,
    key: String,
    shared: Arc<Mutex<Shared>>,
}

impl ZooServer {
    async fn start(habits: Habits, times: &[i64]) -> Self {
        let server = MockServer::start_async().await;
        let key = own_key();
        let own = key.clone();
        let shared = Arc::new(Mutex::new(Shared {
            model: ModelServer::new(habits, times),
            requests: Vec::new(),
            headers: Vec::new(),
            before: Box::new(|_, _| ()),
        }));
        let state = Arc::clone(&shared);
        server
            .mock_async(move |when, then| {
                when.header(KEY_HEADER, own);
                then.respond_with(move |request: &HttpMockRequest| {
                    respond(&mut state.lock().unwrap(), request)
                });
            })
            .await;
        Self {
            server,
            key,
            shared,
        }
    }

    fn client(&self) -> Client {
        let builder = Client::builder().with_base_url(self.server.base_url());
        builder.with_api_key(self.key.clone()).build().unwrap()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    fn requests(&self) -> usize {
        self.shared().requests.len()
    }
}

fn respond(shared: &mut Shared, request: &HttpMockRequest) -> HttpMockResponse {
    let path = request.uri().path_and_query().map(ToString::to_string);
    shared.requests.push(path.unwrap_or_default());
    (shared.before)(shared.requests.len(), &mut shared.model);
    let query = request.query_params();
    let get = |name: &str| {
        let found = query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let time = |name: &str| get(name).map(|text| text.parse::<DateTime<Utc>>().unwrap());
    let page = get("page").map_or(1, |page| page.parse().unwrap());
    let answer = shared
        .model
        .answer(page, time("startDate"), time("endDate"));
    let rows = answer.rows.iter().map(|(id, created)| {
        let (_, mut row) = conversation(*id, 0);
        row["createdAt"] = json!(created);
        row
    });
    let data: Vec<_> = rows.collect();
    let pagination = json!({"page": page, "limit": 50, "hasMore": answer.has_more});
    let mut response = HttpMockResponse::builder()
        .status(200)
        .header("content-type", "application/json");
    for (name, value) in &shared.headers {
        response = response.header(*name, value);
    }
    let body = json!({"data": data, "pagination": pagination}).to_string();
    response.body(body).build()
}

/// Takes every item and returns the numbers of those that could be decoded, and the error that ended
/// the list.
async fn read(stream: &mut ItemStream<ConversationSummary>) -> (Vec<u32>, Option<Error>) {
    let mut numbers = Vec::new();
    loop {
        match stream.try_next().await {
            Ok(Some(item)) => numbers.push(item.public_id.parse().unwrap()),
            Ok(None) => return (numbers, None),
            Err(error) if error.is_item() => {}
            Err(error) => return (numbers, Some(error)),
        }
    }
}

/// A server that prints milliseconds.
fn milliseconds() -> Habits {
    let kind = Habits::kind(50);
    let precision = Precision::Milli;
    Habits {
        print: Print {
            precision,
            ..kind.print
        },
        ..kind
    }
}

fn reads(precision: Precision, rounding: Rounding, inclusive: bool) -> DateBound {
    DateBound {
        precision,
        rounding,
        inclusive,
        ..Habits::kind(50).start
    }
}

/// Stored times, so many nanoseconds apart.
fn every(step: i64, count: i64) -> Vec<i64> {
    (0..count).map(|number| BASE + number * step).collect()
}
