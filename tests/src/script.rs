//! A server that answers by a script (httpmock), and clients for it.

use std::sync::{Arc, Mutex};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use octocom_ext::{Client, ClientBuilder, Error, Operation};
use serde_json::{Value, json};

use crate::sleeper::{Fixed, Recorder};

/// The key of every test: no output may contain it.
pub const KEY: &str = "s3same-0pen";

/// A body that every paginated list of users is content with.
pub const USERS: &str = r#"{"data":[],"pagination":{"hasMore":false,"limit":50,"page":1}}"#;

/// An answer of the script.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A success with a list of users.
pub fn users() -> Answer {
    status(200).body(USERS)
}

pub fn status(status: u16) -> Answer {
    let headers = vec![(
        "date".to_owned(),
        "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
    )];
    Answer {
        status,
        headers,
        body: b"{\"error\":\"scripted\"}".to_vec(),
    }
}

impl Answer {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without the `Date` that every answer has.
    pub fn without_headers(mut self) -> Self {
        self.headers.clear();
        self
    }

    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }
}

/// A request as the server received it: method, target, headers, body.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A server that gives the answers one after the other, and 599 when there are no more.
pub struct Script {
    server: MockServer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    pub async fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let server = MockServer::start_async().await;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answers, log) = (Vec::from_iter(answers), Arc::clone(&seen));
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(move |request: &HttpMockRequest| {
                    let mut log = log.lock().unwrap();
                    let answer = answers.get(log.len()).cloned().unwrap_or(status(599));
                    log.push(seen_of(request));
                    HttpMockResponse::builder()
                        .status(answer.status)
                        .headers(answer.headers)
                        .body(answer.body)
                        .build()
                });
            })
            .await;
        Self { server, seen }
    }

    pub fn url(&self) -> String {
        self.server.base_url()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// A client whose jitter is half of the bound, with a recorder of its waits.
    pub fn client(&self) -> (Client, Arc<Recorder>) {
        let recorder = Recorder::new();
        (builder(&self.url(), &recorder).build().unwrap(), recorder)
    }
}

/// A builder for a server, with the recorder and a jitter of one half.
pub fn builder(url: &str, recorder: &Arc<Recorder>) -> ClientBuilder {
    Client::builder()
        .with_api_key(KEY)
        .with_base_url(url)
        .with_sleeper(recorder.clone())
        .with_random(Arc::new(Fixed(0.5)))
}

/// The id that every path parameter of [`call`] has.
pub const ID: &str = "0198c5a1-0000-7000-8000-00000000000a";

/// Calls any operation: every path parameter is [`ID`], every body the same.
pub async fn call(client: &Client, operation: &'static Operation) -> Result<Value, Error> {
    call_with(client, operation, ID).await
}

/// Calls any operation with this value of every path parameter.
pub async fn call_with(
    client: &Client,
    operation: &'static Operation,
    id: &str,
) -> Result<Value, Error> {
    let api = client.api();
    let parameters = vec![id; operation.path.matches('{').count()];
    let mut request = api.request(operation, &parameters);
    if operation.request.is_some() {
        request = request.json(&json!({ "text": "hello" }));
    }
    let request = request.build().unwrap();
    Ok(api.send(operation, request).await?.parse()?.into_value())
}

/// Asserts that the server got the same request every time.
pub fn assert_repeated(seen: &[Seen]) {
    for again in seen {
        assert_eq!(again, &seen[0]);
    }
}

fn seen_of(request: &HttpMockRequest) -> Seen {
    let headers = request.headers_vec().iter();
    Seen {
        method: request.method_str().to_owned(),
        target: request
            .uri()
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers: headers
            .map(|(name, value)| (name.to_lowercase(), value.clone()))
            .collect(),
        body: request.body_string(),
    }
}
