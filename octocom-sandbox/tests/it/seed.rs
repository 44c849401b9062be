//! Seed files: a set-up in one piece.

use octocom_sandbox::{RecordKind, Sandbox};
use serde_json::{Value, json};

use crate::api::{Api, api, send};

fn seed() -> Value {
    json!({
        "version": 1,
        "time": "2030-01-01T00:00:00Z",
        "keys": ["my-key"],
        "behavior": {"pastTheEnd": "notFound"},
        "plans": [{"operation": "list_teams", "fault": "status=503", "times": 1}],
        "botScript": [{"say": "Scripted."}],
        "records": {
            "conversations": [
                {"customerId": "00000000-0000-4000-8000-000000000001", "subject": "Seeded"},
            ],
            "customers": [
                {"id": "00000000-0000-4000-8000-000000000001", "email": "seed@example.com"},
            ],
            "articles": [{"title": "Opening hours", "content": "We are open from 9 to 5."}],
            "spreadsheets": [{"id": "mine", "headers": ["Z", "A"], "rows": [["1", null]]}],
        },
        "organizations": [{"name": "other", "conversations": 3, "keys": ["other-key"],
            "records": {"teams": [{"name": "Night"}]}}],
    })
}

#[tokio::test]
async fn a_seed_file_sets_everything_up() {
    let builder = Sandbox::builder().conversations(5).seed_data(seed());
    let api = Api::start(builder).await;
    let control = api.sandbox.control();
    let shown = api.all("/conversations").await;
    assert_eq!(shown.len(), 6);
    assert_eq!(shown[5]["subject"], "Seeded");
    assert!(
        shown[5]["createdAt"]
            .as_str()
            .unwrap()
            .starts_with("2030-01-01T00:00:00.")
    );
    assert_eq!(api.get("/teams").await.0, 503);
    assert_eq!(api.get("/teams?page=9").await.0, 404);
    let body = json!({"businessSlug": "acme-corp", "message": "Hello"});
    let request = api.request(reqwest::Method::POST, "/bot/conversations");
    let answer = send(request.json(&body)).await.1;
    assert_eq!(answer["data"]["botResponse"], "Scripted.");
    let expected = vec![("Z".to_owned(), "1".to_owned())];
    assert_eq!(control.sheet_rows("mine").unwrap(), [expected]);
    assert_eq!(control.organizations()[0].keys[1], "my-key");
    let other = control.organization("other").unwrap();
    let teams = other.records(RecordKind::Teams, 0, 100).unwrap();
    assert_eq!(teams.last().unwrap()["name"], "Night");
    // A reset comes back to it.
    control
        .remove(RecordKind::Conversations, shown[5]["id"].as_str().unwrap())
        .unwrap();
    control.reset();
    assert_eq!(api.all("/conversations").await, shown);
}

#[tokio::test]
async fn a_seed_with_a_wrong_field_is_refused_by_its_name_at_the_start_and_at_run_time() {
    let cases = [
        (
            "/records/conversations/0/colour",
            json!(1),
            "records.conversations[0].colour",
        ),
        (
            "/records/conversations/0/messages",
            json!([{"sender": "x", "text": ""}]),
            "records.conversations[0].messages[0].sender",
        ),
        ("/records/animals", json!([]), "records.animals"),
        ("/records/articles", json!({}), "records.articles"),
        (
            "/plans/0/operation",
            json!("list_nothing"),
            "plans[0].operation",
        ),
        ("/plans/0/fault", json!("explode"), "plans[0].fault"),
        ("/behavior/ties", json!("loose"), "behavior.ties"),
        (
            "/organizations/0/name",
            json!("default"),
            "organizations[0].name",
        ),
        (
            "/organizations/0/keys/0",
            json!("my-key"),
            "organizations[0].keys[0]",
        ),
        ("/botScript/0/say", json!(1), "botScript[0].say"),
        ("/time", json!("2001-01-01T00:00:00Z"), "time"),
        ("/version", json!(2), "version"),
        ("/colour", json!(1), "colour"),
    ];
    let api = api().await;
    let control = api.sandbox.control();
    let before = control.snapshot().unwrap();
    let organizations = |of: &octocom_sandbox::Snapshot| of.as_json()["organizations"].clone();
    for (place, value, field) in cases {
        let mut seed = seed();
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = seed.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            object => object[name] = value,
        }
        let error = control.load(seed.clone()).unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
        let started = Sandbox::builder().seed_data(seed).start().await;
        let message = started.err().unwrap().to_string();
        assert!(message.starts_with(&format!("`{field}`: ")), "{message}");
    }
    let after = control.snapshot().unwrap();
    assert_eq!(organizations(&after), organizations(&before));
    assert!(control.plans().is_empty());
}
