//! Rate limits: of the key, of bot conversations, and of purchases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use octocom_sandbox::{Builder, Sandbox};
use reqwest::Method;
use serde_json::json;

use crate::api::Api;

/// A clock that a test moves.
#[derive(Clone)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    /// Stands at 2030, after all seeded data.
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_893_456_000)))
    }

    fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn sandbox(&self) -> Builder {
        let seconds = Arc::clone(&self.0);
        let clock = move || -> SystemTime {
            UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed))
        };
        Sandbox::builder().conversations(10).seed(7).clock(clock)
    }
}

/// Status and `Retry-After` of an answer.
async fn told(request: reqwest::RequestBuilder) -> (u16, Option<String>) {
    let response = request.send().await.unwrap();
    let delay = response
        .headers()
        .get("retry-after")
        .map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), delay)
}

fn limited(seconds: &str) -> (u16, Option<String>) {
    (429, Some(seconds.to_owned()))
}

#[tokio::test]
async fn a_bucket_gives_its_capacity_then_its_rate() {
    let hands = Hands::new();
    let api = Api::start(hands.sandbox().token_bucket(3, 0.1)).await;
    let teams = || told(api.request(Method::GET, "/teams"));
    for _ in 0..3 {
        assert_eq!(teams().await, (200, None));
    }
    assert_eq!(teams().await, limited("10"));
    hands.forward(4);
    assert_eq!(teams().await, limited("6"));
    hands.forward(6);
    assert_eq!(teams().await, (200, None));
    assert_eq!(teams().await, limited("10"));
}

#[tokio::test]
async fn a_request_without_the_key_takes_no_token() {
    let api = Api::start(Hands::new().sandbox().token_bucket(1, 0.1)).await;
    assert_eq!(told(api.anonymous(Method::GET, "/teams")).await.0, 401);
    assert_eq!(told(api.request(Method::GET, "/teams")).await.0, 200);
    assert_eq!(told(api.request(Method::GET, "/teams")).await.0, 429);
}

#[tokio::test]
async fn a_hundred_bot_conversations_start_in_an_hour() {
    let hands = Hands::new();
    let api = Api::start(hands.sandbox()).await;
    let body = json!({"businessSlug": "acme-corp", "message": "Hello"});
    let start = || told(api.request(Method::POST, "/bot/conversations").json(&body));
    for _ in 0..100 {
        assert_eq!(start().await, (200, None));
    }
    let (status, delay) = start().await;
    assert_eq!(status, 429);
    let delay: u64 = delay.unwrap().parse().unwrap();
    assert!((3_590..=3_600).contains(&delay), "{delay}");
    hands.forward(3_601);
    assert_eq!(start().await, (200, None));
}

#[tokio::test]
async fn a_refused_purchase_counts_in_the_hundred_a_minute() {
    let api = Api::start(Hands::new().sandbox()).await;
    let session = api.sandbox.browser_sessions()[0];
    let unknown = "550e8400-e29b-41d4-a716-446655440000";
    let record = async |session: &str, body: &serde_json::Value| {
        let path = format!("/browser-sessions/{session}/purchases");
        told(api.anonymous(Method::POST, &path).json(body)).await.0
    };
    let session = session.to_string();
    let body = json!({"lineItems": [], "totalPrice": 9.5, "currencyCode": "EUR"});
    for _ in 0..50 {
        assert_eq!(record(unknown, &body).await, 404);
        assert_eq!(record(&session, &json!({})).await, 400);
    }
    assert_eq!(record(&session, &body).await, 429);
    assert!(api.sandbox.purchases().is_empty());
}

#[tokio::test]
async fn a_hundred_purchases_are_recorded_in_a_minute_without_a_key() {
    let hands = Hands::new();
    let api = Api::start(hands.sandbox()).await;
    let session = api.sandbox.browser_sessions()[0];
    let path = format!("/browser-sessions/{session}/purchases");
    let body = json!({"lineItems": [{"sku": "A"}], "totalPrice": 9.5, "currencyCode": "EUR"});
    let record = || told(api.anonymous(Method::POST, &path).json(&body));
    for _ in 0..100 {
        assert_eq!(record().await, (201, None));
    }
    assert_eq!(record().await, limited("60"));
    assert_eq!(api.sandbox.purchases().len(), 100);
    hands.forward(60);
    assert_eq!(record().await, (201, None));
}
