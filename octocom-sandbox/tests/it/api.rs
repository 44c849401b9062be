//! A bare client: requests with the key, answers as status and JSON.

use octocom_sandbox::{Builder, Sandbox};
use reqwest::Method;
use serde_json::Value;

/// A sandbox and a client of it.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) sandbox: Sandbox,
    client: reqwest::Client,
}

/// A sandbox with 260 conversations: five full pages and a bit.
pub(crate) async fn api() -> Api {
    Api::start(Sandbox::builder().conversations(260).seed(7)).await
}

impl Api {
    pub(crate) async fn start(builder: Builder) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .no_gzip()
            .build()
            .unwrap();
        Self {
            sandbox: builder.start().await.unwrap(),
            client,
        }
    }

    /// A request with the key; the path is what follows `/rest/v1`.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/rest/v1{path}", self.sandbox.url());
        self.client
            .request(method, url)
            .header("x-api-key", self.sandbox.key())
    }

    /// A request without the key.
    pub(crate) fn anonymous(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}/rest/v1{path}", self.sandbox.url()))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        send(self.request(Method::GET, path)).await
    }

    /// The body of a GET that must succeed.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// All items of a list, page by page.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let separator = if path.contains('?') { '&' } else { '?' };
        for page in 1.. {
            let body = self.read(&format!("{path}{separator}page={page}")).await;
            items.extend(body["data"].as_array().unwrap().iter().cloned());
            if body["pagination"]["hasMore"] == false {
                break;
            }
        }
        items
    }
}

/// Status and JSON of an answer; null when it has no body.
pub(crate) async fn send(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (
        status,
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap()
        },
    )
}

/// The text under `error`.
pub(crate) fn error(answer: (u16, Value)) -> (u16, String) {
    (
        answer.0,
        answer.1["error"].as_str().unwrap_or_default().to_owned(),
    )
}
