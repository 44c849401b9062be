//! Faults: each on demand, before or after the operation took effect, and a seeded share.

use octocom_sandbox::{Effect, FAULT_HEADER, Fault, FaultKind, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, error, send};

const EVENT: &str = "happened";

/// Sends a request that has an effect, with a fault, and tells its answer and the effects so far.
async fn event(api: &Api, fault: &str) -> (Result<(u16, String), ()>, usize) {
    let request = api.request(Method::POST, "/conversations/events");
    let body = json!({"conversationId": "CONV-2024-000001", "event": EVENT});
    let sent = request.header(FAULT_HEADER, fault).json(&body).send().await;
    let answer = match sent {
        Ok(response) => {
            let status = response.status().as_u16();
            response
                .text()
                .await
                .map(|text| (status, text))
                .map_err(|_| ())
        }
        Err(_) => Err(()),
    };
    let id = api.read("/conversations").await["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let detail = api.read(&format!("/conversations/{id}")).await;
    let events = detail["data"]["events"].as_array().unwrap();
    (
        answer,
        events
            .iter()
            .filter(|event| event["event"] == EVENT)
            .count(),
    )
}

#[tokio::test]
async fn a_status_comes_before_or_after_the_effect() {
    let api = api().await;
    let injected = Ok((503, json!({"error": "Injected fault"}).to_string()));
    assert_eq!(
        event(&api, "status=503; before").await,
        (injected.clone(), 0)
    );
    assert_eq!(event(&api, "status=503; after").await, (injected, 1));
}

#[tokio::test]
async fn a_reset_answers_nothing_before_or_after_the_effect() {
    let api = api().await;
    assert_eq!(event(&api, "reset; before").await, (Err(()), 0));
    assert_eq!(event(&api, "reset; after").await, (Err(()), 1));
}

#[tokio::test]
async fn a_truncated_body_breaks_off_before_or_after_the_effect() {
    let api = api().await;
    assert_eq!(event(&api, "truncated; before").await, (Err(()), 0));
    assert_eq!(event(&api, "truncated; after").await, (Err(()), 1));
}

#[tokio::test]
async fn what_only_delays_an_answer_leaves_it_whole() {
    let api = api().await;
    for (count, fault) in (1..).zip(["latency=5", "slow=10"]) {
        let (answer, events) = event(&api, fault).await;
        let (status, text) = answer.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (status, &body["success"], events),
            (200, &json!(true), count)
        );
    }
}

#[tokio::test]
async fn a_page_of_html_has_its_content_type() {
    let api = api().await;
    let request = api
        .request(Method::GET, "/users")
        .header(FAULT_HEADER, "html=502");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 502);
    assert_eq!(response.headers()["content-type"], "text/html");
    assert!(
        response
            .text()
            .await
            .unwrap()
            .starts_with("<!DOCTYPE html>")
    );
}

#[tokio::test]
async fn a_rate_limit_tells_its_delay() {
    let api = api().await;
    let request = api
        .request(Method::GET, "/users")
        .header(FAULT_HEADER, "rate-limit=7");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "7");
}

/// A list with a fault, and the list as it is.
async fn distorted(path: &str, fault: &str) -> (Value, Value) {
    let api = api().await;
    let request = api.request(Method::GET, path).header(FAULT_HEADER, fault);
    (send(request).await.1, api.read(path).await)
}

#[tokio::test]
async fn a_malformed_item_leaves_the_others_whole() {
    let (faulty, whole) = distorted("/conversations", "malformed-item").await;
    assert_eq!(faulty["data"][0]["id"], json!({"malformed": true}));
    let rest = |body: &Value| body["data"].as_array().unwrap()[1..].to_vec();
    assert_eq!(rest(&faulty), rest(&whole));
}

#[tokio::test]
async fn an_unknown_enum_value_stands_in_the_first_item() {
    let (faulty, whole) = distorted("/conversations", "unknown-enum").await;
    assert_eq!(faulty["data"][0]["latestChannel"], "carrier-pigeon");
    assert_eq!(faulty["data"][1], whole["data"][1]);
}

#[tokio::test]
async fn an_extra_field_stands_in_body_and_items() {
    let (faulty, whole) = distorted("/users", "extra-field").await;
    for place in ["/addedLater", "/data/0/addedLater", "/data/49/addedLater"] {
        assert_eq!(
            faulty.pointer(place),
            Some(&json!({"by": "sandbox"})),
            "{place}"
        );
        assert_eq!(whole.pointer(place), None);
    }
}

#[tokio::test]
async fn a_repeated_page_has_its_own_number_and_the_items_of_the_one_before() {
    let (faulty, whole) = distorted("/conversations?page=2", "repeated-page").await;
    let before = api().await.read("/conversations?page=1").await;
    assert_eq!(faulty["data"], before["data"]);
    assert_eq!(faulty["pagination"], whole["pagination"]);
    let (faulty, whole) = distorted("/conversations?page=1", "repeated-page").await;
    assert_eq!(faulty, whole);
}

#[tokio::test]
async fn every_transient_fault_takes_effect_exactly_when_it_says_so() {
    let api = api().await;
    let mut expected = 0;
    for fault in Fault::transient() {
        expected += usize::from(fault.effect == Effect::After);
        let (_, events) = event(&api, &fault.to_string()).await;
        assert_eq!(events, expected, "{fault}");
    }
    assert!(expected > 0);
}

#[tokio::test]
async fn a_client_that_tries_again_reads_every_page_through_transient_faults() {
    let builder = Sandbox::builder().conversations(260).seed(7).faults(0.3);
    let faulty = Api::start(builder).await;
    let whole = api().await;
    let mut attempts = 0;
    for page in 1..=6 {
        let path = format!("/conversations?page={page}");
        let body = loop {
            attempts += 1;
            assert!(attempts < 100, "page {page} never arrives");
            let Ok(response) = faulty.request(Method::GET, &path).send().await else {
                continue;
            };
            let succeeded = response.status() == 200;
            match response.json::<Value>().await {
                Ok(body) if succeeded => break body,
                _ => {}
            }
        };
        assert_eq!(body, whole.read(&path).await);
    }
    assert!(attempts > 6, "some request had a fault");
}

#[tokio::test]
async fn a_header_that_does_not_name_a_fault_is_refused() {
    let api = api().await;
    let request = api
        .request(Method::GET, "/users")
        .header(FAULT_HEADER, "explode");
    let (status, message) = error(send(request).await);
    assert_eq!(status, 400);
    assert!(
        message.starts_with("`explode` is not a fault: "),
        "{message}"
    );
}

#[tokio::test]
async fn a_share_of_requests_has_faults_the_same_ones_for_the_same_seed() {
    let statuses = async |seed| {
        let kinds = [FaultKind::Status(500), FaultKind::Status(503)];
        let kinds = kinds.map(|kind| Fault {
            kind,
            effect: Effect::Before,
        });
        let builder = Sandbox::builder().conversations(10).seed(seed);
        let api = Api::start(builder.faults(0.2).fault_kinds(kinds)).await;
        let mut statuses = Vec::new();
        for _ in 0..200 {
            statuses.push(api.get("/teams").await.0);
        }
        statuses
    };
    let once = statuses(7).await;
    assert_eq!(once, statuses(7).await);
    assert_ne!(once, statuses(8).await);
    for status in [500, 503] {
        let count = once.iter().filter(|&&answered| answered == status).count();
        assert!((10..35).contains(&count), "{status}: {count}");
    }
    assert!(once.iter().all(|status| [200, 500, 503].contains(status)));
}
