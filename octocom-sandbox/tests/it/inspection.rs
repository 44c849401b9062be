//! The received requests that a test can look at.

use octocom_sandbox::{FAULT_HEADER, RequestFilter, Sandbox};
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, api, send};

#[tokio::test]
async fn a_request_is_kept_with_query_headers_and_body_and_without_its_key() {
    let api = api().await;
    let control = api.sandbox.control();
    let body = json!({"conversationId": "CONV-2024-000001", "tag": "vip"});
    let request = api.request(Method::POST, "/conversations/tags?a=1&b=%C3%A9");
    let request = request
        .header("x-team", "blue")
        .header("x-request-id", "mine");
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.headers()["x-request-id"], "mine");
    let received = control.requests(&RequestFilter::all());
    assert_eq!(received.len(), 1);
    let received = &received[0];
    assert_eq!(received.record.method, "POST");
    assert_eq!(received.record.path, "/rest/v1/conversations/tags");
    assert_eq!(received.record.operation, Some("add_conversation_tag"));
    assert_eq!(received.record.status, Some(200));
    assert_eq!(received.request_id, "mine");
    assert_eq!(received.organization.as_deref(), Some("default"));
    assert_eq!(json!(received.query), json!({"a": "1", "b": "é"}));
    assert_eq!(received.headers["x-team"], "blue");
    assert_eq!(received.headers["x-api-key"], "***");
    assert_eq!(received.body, Some(body));
    let text = serde_json::to_string(received).unwrap();
    assert!(!text.contains(api.sandbox.key()), "{text}");
}

#[tokio::test]
async fn requests_are_filtered_and_their_number_is_bounded() {
    let builder = Sandbox::builder().conversations(10).keep_requests(5);
    let api = Api::start(builder).await;
    let control = api.sandbox.control();
    for path in ["/users", "/teams", "/users?page=x", "/teams", "/nothing"] {
        api.get(path).await;
    }
    let faulty = api.request(Method::GET, "/users");
    send(faulty.header(FAULT_HEADER, "status=500")).await;
    let paths = |filter: RequestFilter| {
        let requests = control.requests(&filter);
        let path = |it: &octocom_sandbox::ReceivedRequest| {
            it.record.path.trim_start_matches("/rest/v1").to_owned()
        };
        requests.iter().map(path).collect::<Vec<_>>()
    };
    let all = RequestFilter::all;
    assert_eq!(
        paths(all()),
        ["/teams", "/users", "/teams", "/nothing", "/users"]
    );
    assert_eq!(paths(all().operation("list_teams")), ["/teams", "/teams"]);
    assert_eq!(paths(all().status(400)), ["/users"]);
    assert_eq!(paths(all().path("/rest/v1/nothing")), ["/nothing"]);
    assert_eq!(paths(all().faulty(true)), ["/users"]);
    assert_eq!(paths(all().since(4)), ["/nothing", "/users"]);
    assert_eq!(paths(all().limit(2)), ["/nothing", "/users"]);
    assert_eq!(paths(all().method("post")), [""; 0]);
    assert_eq!(api.sandbox.requests(), 6);
    control.clear_requests();
    assert_eq!(paths(all()), [""; 0]);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_kept_as_a_text_and_a_large_one_in_part() {
    let api = api().await;
    let post = |body: String| {
        let request = api.request(Method::POST, "/conversations/tags");
        send(
            request
                .header("content-type", "application/json")
                .body(body),
        )
    };
    post("{".to_owned()).await;
    post(format!("\"{}\"", "x".repeat(100_000))).await;
    let received = api.sandbox.control().requests(&RequestFilter::all());
    assert_eq!(
        (&received[0].body, received[0].body_truncated),
        (&Some(json!("{")), false)
    );
    let body = received[1].body.as_ref().unwrap().as_str().unwrap();
    assert_eq!((body.len(), received[1].body_truncated), (64 * 1024, true));
}

#[tokio::test]
async fn every_answer_has_an_id_and_no_two_have_the_same() {
    let api = api().await;
    let id = async || {
        let answer = api.request(Method::GET, "/users").send().await.unwrap();
        answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let (one, two) = (id().await, id().await);
    assert!(one.starts_with("req-") && one != two, "{one} {two}");
}

#[tokio::test]
async fn only_what_needs_no_key_may_be_asked_from_websites() {
    let api = api().await;
    let session = api.sandbox.browser_sessions()[0];
    let purchases = format!("/browser-sessions/{session}/purchases");
    let preflight = async |path: &str, method: &str| {
        let request = api.anonymous(Method::OPTIONS, path);
        let request = request.header("origin", "https://shop.example");
        let request = request.header("access-control-request-method", method);
        request.send().await.unwrap()
    };
    let allowed = preflight(&purchases, "POST").await;
    assert_eq!(allowed.status(), 204);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
    assert_eq!(allowed.headers()["access-control-allow-methods"], "POST");
    let headers = allowed.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert!(headers.contains("content-type"), "{headers}");
    for (path, method) in [("/users", "GET"), (purchases.as_str(), "DELETE")] {
        let refused = preflight(path, method).await;
        assert_eq!(refused.status(), 405, "{path}");
        assert!(
            !refused
                .headers()
                .contains_key("access-control-allow-origin")
        );
    }
    // The answer itself too, also a refusal.
    let answer = api
        .anonymous(Method::POST, &purchases)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    let other = api.request(Method::GET, "/users").send().await.unwrap();
    assert!(!other.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn health_is_told_without_a_key_and_not_counted() {
    let api = api().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let health = send(client.get(format!("{}/health", api.sandbox.url()))).await;
    assert_eq!((health.0, &health.1["status"]), (200, &json!("ok")));
    assert_eq!(api.sandbox.requests(), 0);
    assert!(
        api.sandbox
            .control()
            .requests(&RequestFilter::all())
            .is_empty()
    );
}
