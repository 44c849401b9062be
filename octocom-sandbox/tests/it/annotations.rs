//! Tags, events and metadata: what is written is shown.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, error, send};

const UNKNOWN: &str = "550e8400-e29b-41d4-a716-446655440000";

async fn post(api: &Api, path: &str, body: Value) -> (u16, Value) {
    send(api.request(Method::POST, path).json(&body)).await
}

/// Id and public id of the first conversation.
async fn first(api: &Api) -> (String, String) {
    let first = &api.read("/conversations").await["data"][0];
    let text = |field: &str| first[field].as_str().unwrap().to_owned();
    (text("id"), text("publicId"))
}

async fn detail(api: &Api, id: &str) -> Value {
    api.read(&format!("/conversations/{id}")).await["data"].clone()
}

#[tokio::test]
async fn a_tag_is_added_once_however_often_by_either_id() {
    let api = api().await;
    let (id, public_id) = first(&api).await;
    let before = detail(&api, &id).await["tags"].as_array().unwrap().len();
    let mut answers = Vec::new();
    for reference in [&id, &public_id] {
        let body = json!({"conversationId": reference, "tag": "urgent!"});
        answers.push(post(&api, "/conversations/tags", body).await);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(
        (answers[0].0, &answers[0].1["success"]),
        (200, &json!(true))
    );
    let tags = detail(&api, &id).await["tags"].clone();
    assert_eq!(tags.as_array().unwrap().len(), before + 1);
    assert_eq!(api.read("/conversations").await["data"][0]["tags"], tags);
    let other = post(
        &api,
        "/conversations/tags",
        json!({"conversationId": id, "tag": "other"}),
    );
    assert_ne!(other.await.1["tagId"], answers[0].1["tagId"]);
}

#[tokio::test]
async fn each_event_is_one_more() {
    let api = api().await;
    let (id, public_id) = first(&api).await;
    let mut ids = Vec::new();
    for reference in [&id, &public_id] {
        let body = json!({"conversationId": reference, "event": "called back"});
        let (status, body) = post(&api, "/conversations/events", body).await;
        assert_eq!(status, 200);
        ids.push(body["eventId"].clone());
    }
    let events = detail(&api, &id).await["events"].clone();
    let written = events
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["event"] == "called back");
    assert_eq!(
        written.map(|event| event["id"].clone()).collect::<Vec<_>>(),
        ids
    );
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_conversation_that_is_none_is_not_found() {
    let api = api().await;
    let not_found = (404, "Conversation not found".to_owned());
    for reference in [UNKNOWN, "CONV-2024-999999", "CONV-1999-000001", "x"] {
        let tag = json!({"conversationId": reference, "tag": "x"});
        assert_eq!(
            error(post(&api, "/conversations/tags", tag).await),
            not_found
        );
        let event = json!({"conversationId": reference, "event": "x"});
        assert_eq!(
            error(post(&api, "/conversations/events", event).await),
            not_found
        );
    }
    let path = format!("/conversations/{UNKNOWN}/metadata");
    assert_eq!(
        error(post(&api, &path, json!({"key": "k", "value": "v"})).await),
        not_found
    );
    assert_eq!(error(api.get(&path).await), not_found);
}

#[tokio::test]
async fn metadata_is_set_read_listed_filtered_by_and_deleted() {
    let api = api().await;
    let (id, _) = first(&api).await;
    let path = format!("/conversations/{id}/metadata");
    // A key may hold anything, also what has a meaning in a path.
    let (key, in_path) = ("a/b c?", "a%2Fb%20c%3F");
    let stored = |value: &str| {
        let message = "Value stored successfully";
        (
            200,
            json!({"success": true, "message": message, "key": key, "value": value}),
        )
    };
    for value in ["one", "two"] {
        let answer = post(&api, &path, json!({"key": key, "value": value})).await;
        assert_eq!(answer, stored(value));
    }
    assert_eq!(
        api.read(&format!("{path}/{in_path}")).await,
        json!({"key": key, "value": "two"})
    );
    let listed = api.read(&path).await["data"].clone();
    let pair = listed.as_array().unwrap().last().unwrap();
    assert_eq!((&pair["key"], &pair["value"]), (&json!(key), &json!("two")));
    assert!(pair["updatedAt"].as_str() > pair["createdAt"].as_str());
    assert_eq!(detail(&api, &id).await["metadata"], listed);

    let filter =
        |value: &str| format!("/conversations?metadataKey={in_path}&metadataValue={value}");
    assert_eq!(api.read(&filter("two")).await["data"][0]["id"], json!(id));
    assert_eq!(api.read(&filter("one")).await["data"], json!([]));

    let delete = || send(api.request(Method::DELETE, &format!("{path}/{in_path}")));
    assert_eq!(delete().await.0, 200);
    assert_eq!(error(delete().await), (404, "Key not found".to_owned()));
    assert_eq!(api.get(&format!("{path}/{in_path}")).await.0, 404);
}

#[tokio::test]
async fn the_201st_pair_is_over_the_quota_and_an_update_is_not() {
    let api = api().await;
    let (id, _) = first(&api).await;
    let path = format!("/conversations/{id}/metadata");
    let known = api.read(&path).await["data"].as_array().unwrap().len();
    for number in known..200 {
        let body = json!({"key": format!("k{number}"), "value": ""});
        assert_eq!(post(&api, &path, body).await.0, 200);
    }
    let over = api
        .request(Method::POST, &path)
        .json(&json!({"key": "over", "value": ""}));
    let response = over.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().get("retry-after").is_none());
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body["error"],
        "Pair limit exceeded (200 pairs per conversation)"
    );
    assert_eq!(
        post(&api, &path, json!({"key": "k199", "value": "new"}))
            .await
            .0,
        200
    );
    assert_eq!(api.read(&path).await["data"].as_array().unwrap().len(), 200);
}

#[tokio::test]
async fn a_body_that_breaks_the_document_is_refused_and_changes_nothing() {
    let api = api().await;
    let (id, _) = first(&api).await;
    let before = detail(&api, &id).await;
    let bodies = [
        ("/conversations/tags", json!({"conversationId": id})),
        (
            "/conversations/tags",
            json!({"conversationId": id, "tag": ""}),
        ),
        (
            "/conversations/tags",
            json!({"conversationId": id, "tag": "x".repeat(101)}),
        ),
        (
            "/conversations/tags",
            json!({"conversationId": id, "tag": 1}),
        ),
        (
            "/conversations/tags",
            json!({"conversationId": id, "tag": "x", "more": true}),
        ),
        (
            "/conversations/events",
            json!({"conversationId": id, "event": "x".repeat(1_001)}),
        ),
        ("/conversations/events", json!([])),
    ];
    for (path, body) in bodies {
        let (status, message) = error(post(&api, path, body).await);
        assert_eq!(status, 400, "{message}");
        assert!(message.starts_with("body: "), "{message}");
    }
    let tags = || api.request(Method::POST, "/conversations/tags");
    assert_eq!(
        send(tags()).await,
        (400, json!({"error": "a JSON body is required"}))
    );
    let json = tags().header("content-type", "application/json");
    assert_eq!(send(json.body("{")).await.0, 400);
    let text = tags().header("content-type", "text/plain");
    let unlabelled = (
        400,
        "body: the content type must be application/json".to_owned(),
    );
    assert_eq!(error(send(text.body("{}")).await), unlabelled);
    assert_eq!(detail(&api, &id).await, before);
}
