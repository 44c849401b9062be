//! A server of lists: rows in memory, every request written down.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use octocom_ext::{Client, ClientBuilder, Sleeper};
use serde_json::{Value, json};

pub const KEY_HEADER: &str = "x-api-key";

/// A key that no other test has.
///
/// httpmock lends a server to one test after the other. A request that an earlier test had sent and
/// given up can arrive late; a server that answers its own key alone does not count it.
pub fn own_key() -> String {
    static KEYS: AtomicUsize = AtomicUsize::new(0);
    format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

/// A row of a list: when it was created, in milliseconds, and its JSON.
pub type Row = (i64, Value);

/// The state that the server shares with the test.
#[derive(Debug, Default)]
pub struct State {
    pub rows: Vec<Row>,
    /// Path and query of every request, `page=1&startDate=…`.
    pub requests: Vec<String>,
    /// Answers to give first, whatever is asked: status and body.
    pub next: Vec<(u16, String)>,
}

/// A server of whatever list is asked for.
pub struct ListServer {
    server: MockServer,
    key: String,
    state: Arc<Mutex<State>>,
}

const PAGE_SIZE: usize = 50;

impl ListServer {
    pub async fn start(rows: Vec<Row>) -> Self {
        Self::start_with(rows, |_, _| {}).await
    }

    /// `before` changes the state before each answer; it is given the number of the request.
    pub async fn start_with(
        rows: Vec<Row>,
        before: impl Fn(usize, &mut State) + Send + Sync + 'static,
    ) -> Self {
        let server = MockServer::start_async().await;
        let key = own_key();
        let own = key.clone();
        let state = Arc::new(Mutex::new(State {
            rows,
            ..State::default()
        }));
        let shared = Arc::clone(&state);
        server
            .mock_async(move |when, then| {
                when.header(KEY_HEADER, own);
                then.respond_with(move |request: &HttpMockRequest| {
                    let mut state = shared.lock().unwrap();
                    let uri = request.uri();
                    state.requests.push(
                        uri.path_and_query()
                            .map(ToString::to_string)
                            .unwrap_or_default(),
                    );
                    let number = state.requests.len();
                    before(number, &mut state);
                    let (status, body) = match state.next.is_empty() {
                        false => state.next.remove(0),
                        true => answer(&state.rows, request),
                    };
                    HttpMockResponse::builder()
                        .status(status)
                        .header("content-type", "application/json")
                        .body(body)
                        .build()
                });
            })
            .await;
        Self { server, key, state }
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// A client whose time is the test's.
    pub fn client_with(&self, sleeper: Arc<dyn Sleeper>) -> Client {
        self.builder().with_sleeper(sleeper).build().unwrap()
    }

    fn builder(&self) -> ClientBuilder {
        let builder = Client::builder().with_base_url(self.server.base_url());
        builder.with_api_key(self.key.clone())
    }

    pub fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Number of requests so far.
    pub fn requests(&self) -> usize {
        self.state().requests.len()
    }
}

fn answer(rows: &[Row], request: &HttpMockRequest) -> (u16, String) {
    let query = request.query_params();
    let get = |name: &str| {
        query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let time = |name: &str| {
        get(name).map(|text| {
            let time = chrono::DateTime::parse_from_rfc3339(text).unwrap();
            // In microseconds: a bound may lie between two milliseconds.
            time.timestamp_micros()
        })
    };
    let path = request.uri().path().to_owned();
    if let Some(id) = path.strip_prefix("/rest/v1/conversations/") {
        let found = rows.iter().find(|(_, row)| row["id"] == *id);
        return match found {
            Some((_, row)) => (200, json!({"data": detail(row)}).to_string()),
            None => (404, json!({"error": "Conversation not found"}).to_string()),
        };
    }
    let mut matching: Vec<&Row> = rows
        .iter()
        .filter(|(at, _)| time("startDate").is_none_or(|start| *at * 1000 >= start))
        .filter(|(at, _)| time("endDate").is_none_or(|end| *at * 1000 <= end))
        .collect();
    matching.sort_by_key(|(at, _)| *at);
    let page: usize = get("page").map_or(1, |page| page.parse().unwrap());
    let size: usize = get("limit").map_or(PAGE_SIZE, |limit| limit.parse().unwrap());
    let rows: Vec<_> = matching
        .iter()
        .skip((page - 1) * size)
        .take(size)
        .map(|(_, row)| row)
        .collect();
    let has_more = matching.len() > page * size;
    let pagination = json!({"page": page, "limit": size, "hasMore": has_more});
    (
        200,
        json!({"data": rows, "pagination": pagination}).to_string(),
    )
}

/// An answer of a test's own making: a first page of these rows.
pub fn page(rows: &[Row], has_more: bool) -> (u16, String) {
    let rows: Vec<_> = rows.iter().map(|(_, row)| row).collect();
    let pagination = json!({"page": 1, "limit": PAGE_SIZE, "hasMore": has_more});
    (
        200,
        json!({"data": rows, "pagination": pagination}).to_string(),
    )
}

/// Conversations one second apart.
pub fn conversations(count: u32) -> Vec<Row> {
    (0..count)
        .map(|number| conversation(number, i64::from(number) * 1000))
        .collect()
}

/// A conversation created at a time, in milliseconds.
pub fn conversation(number: u32, at: i64) -> Row {
    let created = chrono::DateTime::from_timestamp_millis(at).unwrap();
    let created = created.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let row = json!({
        "id": uuid::Uuid::from_u128(u128::from(number)),
        "publicId": number.to_string(),
        "createdAt": created,
        "subject": "s",
        "lastMessageCreatedAt": created,
        "type": "customer",
        "isOutbound": false,
        "businessSlug": "acme-corp",
        "tags": [],
    });
    (at, row)
}

/// The conversation in full.
fn detail(row: &Value) -> Value {
    let mut full = json!({
        "language": "en", "messages": [], "dataCollectionResults": [], "notes": [], "events": [],
        "botFunctionCalls": [], "workflows": [], "variants": [], "metadata": [],
    });
    for key in [
        "id",
        "publicId",
        "createdAt",
        "subject",
        "businessSlug",
        "tags",
    ] {
        full[key] = row[key].clone();
    }
    full
}
