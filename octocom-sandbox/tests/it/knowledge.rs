//! Workflows, articles and bot rules: their life from creation to restoration.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, error, send};

const SLUG: &str = "businessSlug=acme-corp";
const UNKNOWN: &str = "550e8400-e29b-41d4-a716-446655440000";

/// One kind: its path, a body that creates one, a body that changes it, and where the title is.
struct Kind {
    path: &'static str,
    new: Value,
    change: Value,
}

fn kinds() -> [Kind; 3] {
    let variant = json!({"title": "Default", "botInstructions": "Help."});
    [
        Kind {
            path: "/workflows",
            new: json!({"businessSlug": "acme-corp", "title": "First", "whenToFollow": "Always",
                "isLive": true, "variants": [variant]}),
            change: json!({"businessSlug": "acme-corp", "title": "Second", "priority": 3}),
        },
        Kind {
            path: "/articles",
            new: json!({"businessSlug": "acme-corp", "title": "First", "content": "Text"}),
            change: json!({"businessSlug": "acme-corp", "title": "Second", "isPublic": false}),
        },
        Kind {
            path: "/bot-rules",
            new: json!({"businessSlug": "acme-corp", "title": "First", "rule": "Be kind.",
                "channels": ["web"]}),
            change: json!({"businessSlug": "acme-corp", "title": "Second", "channels": null}),
        },
    ]
}

async fn create(api: &Api, kind: &Kind) -> String {
    let (status, body) = send(api.request(Method::POST, kind.path).json(&kind.new)).await;
    assert_eq!(status, 201, "{body}");
    body["data"]["id"].as_str().unwrap().to_owned()
}

async fn change(api: &Api, path: &str, body: &Value) -> (u16, Value) {
    send(api.request(Method::PATCH, path).json(body)).await
}

async fn delete(api: &Api, kind: &Kind, id: &str) -> (u16, Value) {
    let query = if kind.path == "/workflows" {
        String::new()
    } else {
        format!("?{SLUG}")
    };
    send(api.request(Method::DELETE, &format!("{}/{id}{query}", kind.path))).await
}

async fn restore(api: &Api, kind: &Kind, id: &str, version: &Value) -> (u16, Value) {
    let body = json!({"businessSlug": "acme-corp", "versionId": version});
    send(
        api.request(Method::POST, &format!("{}/{id}/restore", kind.path))
            .json(&body),
    )
    .await
}

async fn versions(api: &Api, kind: &Kind, id: &str) -> Vec<Value> {
    let body = api
        .read(&format!("{}/{id}/versions?{SLUG}", kind.path))
        .await;
    body["data"].as_array().unwrap().clone()
}

/// The title under which the list and the list of the deleted show a thing.
async fn titles(api: &Api, kind: &Kind, id: &str) -> [Option<String>; 2] {
    let title = |items: Vec<Value>| {
        let found = items.into_iter().find(|item| item["id"] == id);
        found.map(|item| item["title"].as_str().unwrap().to_owned())
    };
    let deleted = api.read(&format!("{}/deleted?{SLUG}", kind.path)).await;
    [
        title(api.all(&format!("{}?{SLUG}", kind.path)).await),
        title(deleted["data"].as_array().unwrap().clone()),
    ]
}

fn only_listed(title: &str) -> [Option<String>; 2] {
    [Some(title.to_owned()), None]
}

#[tokio::test]
async fn what_is_created_changed_deleted_and_restored_is_listed_as_such() {
    let api = api().await;
    for kind in kinds() {
        let id = create(&api, &kind).await;
        let path = format!("{}/{id}", kind.path);
        assert_eq!(titles(&api, &kind, &id).await, only_listed("First"));
        assert_eq!(change(&api, &path, &kind.change).await.0, 200);
        assert_eq!(titles(&api, &kind, &id).await, only_listed("Second"));
        assert_eq!(delete(&api, &kind, &id).await.0, 200);
        assert_eq!(
            titles(&api, &kind, &id).await,
            [None, Some("Second".to_owned())]
        );
        assert_eq!(delete(&api, &kind, &id).await.0, 404);
        assert_eq!(change(&api, &path, &kind.change).await.0, 404);

        let history = versions(&api, &kind, &id).await;
        let changes: Vec<_> = history
            .iter()
            .map(|version| &version["changeType"])
            .collect();
        assert_eq!(changes, ["deleted", "updated", "created"], "{}", kind.path);
        assert!(history.is_sorted_by(|a, b| a["createdAt"].as_str() > b["createdAt"].as_str()));
        assert_eq!(history[2]["snapshot"]["title"], "First");
        assert_eq!(history[2]["changedBy"], json!({"type": "apiKey"}));

        assert_eq!(restore(&api, &kind, &id, &history[2]["id"]).await.0, 200);
        assert_eq!(titles(&api, &kind, &id).await, only_listed("First"));
        let history = versions(&api, &kind, &id).await;
        assert_eq!(history.len(), 4);
        assert_eq!(history[0]["changeType"], "restored");
        assert_eq!(history[0]["snapshot"], history[3]["snapshot"]);
    }
}

#[tokio::test]
async fn seeded_things_have_a_history_and_some_are_deleted() {
    let api = api().await;
    for kind in kinds() {
        let deleted = api.read(&format!("{}/deleted?{SLUG}", kind.path)).await;
        let item = &deleted["data"][0];
        assert!(item["deletedAt"].is_string(), "{}", kind.path);
        let id = item["id"].as_str().unwrap();
        let history = versions(&api, &kind, id).await;
        assert_eq!(history[0]["changeType"], "deleted");
        assert_eq!(history.last().unwrap()["changeType"], "created");
        assert_eq!(history[0]["changedBy"]["type"], "user");
        assert_eq!(restore(&api, &kind, id, &history[0]["id"]).await.0, 200);
        assert_eq!(
            titles(&api, &kind, id).await,
            only_listed(item["title"].as_str().unwrap())
        );
    }
}

#[tokio::test]
async fn what_belongs_to_another_business_or_to_nobody_is_not_found() {
    let api = api().await;
    for kind in kinds() {
        let (id, other) = (create(&api, &kind).await, create(&api, &kind).await);
        let foreign = &versions(&api, &kind, &other).await[0]["id"];
        assert_eq!(restore(&api, &kind, &id, foreign).await.0, 404);
        assert_eq!(restore(&api, &kind, &id, &json!(UNKNOWN)).await.0, 404);
        assert_eq!(restore(&api, &kind, &id, &json!("no-uuid")).await.0, 400);
        assert_eq!(delete(&api, &kind, UNKNOWN).await.0, 404);
        let path = format!("{}/{id}", kind.path);
        for slug in ["nordlicht-outdoor", "nobody"] {
            assert_eq!(
                change(&api, &path, &json!({ "businessSlug": slug }))
                    .await
                    .0,
                404
            );
            assert_eq!(
                api.get(&format!("{path}/versions?businessSlug={slug}"))
                    .await
                    .0,
                404
            );
        }
        let mut new = kind.new.clone();
        new["businessSlug"] = json!("nobody");
        let refused = send(api.request(Method::POST, kind.path).json(&new)).await;
        assert_eq!(error(refused), (404, "Business not found".to_owned()));
    }
}

#[tokio::test]
async fn an_omitted_field_is_left_alone_and_null_channels_mean_all() {
    let api = api().await;
    let [_, _, rules] = kinds();
    let id = create(&api, &rules).await;
    let path = format!("/bot-rules/{id}");
    let channels =
        async |body: Value| change(&api, &path, &body).await.1["data"]["channels"].clone();
    assert_eq!(
        channels(json!({"businessSlug": "acme-corp", "rule": "x"})).await,
        json!(["web"])
    );
    let update = json!({"businessSlug": "acme-corp", "channels": ["sms", "email"]});
    assert_eq!(channels(update).await, json!(["sms", "email"]));
    assert_eq!(
        channels(json!({"businessSlug": "acme-corp", "channels": null})).await,
        Value::Null
    );
    assert_eq!(
        channels(json!({"businessSlug": "acme-corp", "title": "y"})).await,
        Value::Null
    );
    let unknown = json!({"businessSlug": "acme-corp", "channels": ["pigeon"]});
    assert_eq!(change(&api, &path, &unknown).await.0, 400);
}

#[tokio::test]
async fn an_embedded_workflow_has_exactly_one_variant_and_any_other_at_least_one() {
    let api = api().await;
    let create = async |embedded: bool, variants: usize| {
        let [Kind { mut new, .. }, _, _] = kinds();
        new["isEmbedded"] = json!(embedded);
        new["variants"] = json!(vec![new["variants"][0].clone(); variants]);
        send(api.request(Method::POST, "/workflows").json(&new)).await
    };
    let (status, body) = create(false, 2).await;
    assert_eq!(status, 201);
    let variants = body["data"]["variants"].as_array().unwrap();
    assert_eq!(
        variants
            .iter()
            .map(|variant| &variant["position"])
            .collect::<Vec<_>>(),
        [0, 1]
    );
    assert_ne!(variants[0]["id"], variants[1]["id"]);
    assert_eq!(create(true, 1).await.0, 201);
    assert_eq!(create(true, 2).await.0, 400);
    assert_eq!(create(false, 0).await.0, 400);
}

#[tokio::test]
async fn slugs_of_workflows_with_one_title_differ() {
    let api = api().await;
    let [workflows, _, _] = kinds();
    let mut slugs = Vec::new();
    for _ in 0..2 {
        let (_, body) = send(api.request(Method::POST, "/workflows").json(&workflows.new)).await;
        slugs.push(body["data"]["slug"].clone());
    }
    assert_eq!(slugs, ["first", "first-2"]);
}

#[tokio::test]
async fn a_priority_is_any_whole_number() {
    let api = api().await;
    let list = "/workflows?businessSlug=acme-corp";
    let id = api.read(list).await["data"][0]["id"].clone();
    let path = format!("/workflows/{}", id.as_str().unwrap());
    for priority in [json!(-5), json!(u64::MAX), json!(1e30)] {
        let update = json!({"businessSlug": "acme-corp", "priority": priority});
        let (status, body) = send(api.request(Method::PATCH, &path).json(&update)).await;
        assert_eq!((status, &body["data"]["priority"]), (200, &priority));
        assert_eq!(api.read(list).await["data"][0]["priority"], priority);
    }
    let update = json!({"businessSlug": "acme-corp", "priority": 1.5});
    assert_eq!(
        send(api.request(Method::PATCH, &path).json(&update))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn articles_are_whole_and_conversations_name_workflows_that_are_listed() {
    let api = api().await;
    let articles = api.all("/articles?businessSlug=acme-corp").await;
    for article in articles.iter().take(20) {
        let id = article["id"].as_str().unwrap();
        let path = format!("/articles/{id}/versions?businessSlug=acme-corp");
        let content = api.read(&path).await["data"][0]["snapshot"]["content"].clone();
        let content = content.as_str().unwrap();
        assert!(content.ends_with('.') && content.len() > 40, "{content}");
        assert!(!content.contains("  ") && !content.contains(" ,") && !content.contains('{'));
    }
    let listed = api.all("/workflows?businessSlug=acme-corp").await;
    let conversations = api.all("/conversations").await;
    let of_acme = conversations
        .iter()
        .filter(|it| it["businessSlug"] == "acme-corp");
    for conversation in of_acme.take(20) {
        let path = format!("/conversations/{}", conversation["id"].as_str().unwrap());
        let detail = api.read(&path).await;
        for workflow in detail["data"]["workflows"].as_array().unwrap() {
            assert!(
                listed.iter().any(|it| it["title"] == *workflow),
                "{workflow}"
            );
        }
    }
}
