//! Set-up of state: records, agents, the clock, snapshots, organizations and keys.

use std::time::{Duration, UNIX_EPOCH};

use octocom_sandbox::{AgentAction, Control, RecordKind, Sandbox, Snapshot};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, send};

const UNKNOWN: &str = "550e8400-e29b-41d4-a716-446655440000";

async fn detail(api: &Api, id: &str) -> Value {
    api.read(&format!("/conversations/{id}")).await["data"].clone()
}

fn insert(control: &Control, record: Value) -> Value {
    control.insert(RecordKind::Conversations, record).unwrap()
}

fn refused(control: &Control, kind: RecordKind, record: Value) -> String {
    let error = control.insert(kind, record).unwrap_err();
    error.field().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_conversation_of_any_state_is_inserted_and_shown_by_the_api() {
    let api = api().await;
    let control = api.sandbox.control();
    let user = api.read("/users").await["data"][0]["id"].clone();
    let customer = api.read("/customers").await["data"][20].clone();
    let record = json!({
        "id": UNKNOWN,
        "publicId": "CONV-MINE",
        "createdAt": "2020-02-03T04:05:06.789Z",
        "closedAt": "2020-02-04T00:00:00Z",
        "handedOffAt": "2020-02-03T05:00:00Z",
        "subject": "Mine",
        "language": "nl",
        "customerId": customer["id"],
        "sentiment": "Neutral",
        "topics": ["A", "B"],
        "messages": [
            {"sender": "customer", "text": "Hello", "channel": "ebay"},
            {"sender": "agent", "text": "Hi", "channel": "ebay", "agentName": "Ann",
             "createdAt": "2020-02-03T06:00:00Z"},
        ],
        "notes": [{"text": "A note", "userId": user}],
        "tags": ["vip"],
        "metadata": {"order": "7"},
        "dataCollectionResults": [{"key": "mood", "value": "good"}],
        "type": "external",
        "isOutbound": true,
    });
    insert(&control, record);
    let shown = detail(&api, UNKNOWN).await;
    for (field, value) in [
        ("publicId", json!("CONV-MINE")),
        ("closedAt", json!("2020-02-04T00:00:00.000Z")),
        ("language", json!("nl")),
        ("topics", json!(["A", "B"])),
        ("tags", json!(["vip"])),
    ] {
        assert_eq!(shown[field], value, "{field}");
    }
    assert_eq!(shown["messages"][1]["agentName"], "Ann");
    assert_eq!(shown["notes"][0]["userId"], user);
    assert_eq!(shown["metadata"][0]["value"], "7");
    assert_eq!(shown["customer"]["id"], customer["id"]);
    let first = &api.read("/conversations").await["data"][0];
    assert_eq!(
        (&first["id"], &first["type"]),
        (&json!(UNKNOWN), &json!("external"))
    );
    assert_eq!(first["isOutbound"], true);
    assert_eq!(first["latestChannel"], "ebay");
    let filter = "/conversations?metadataKey=order&metadataValue=7&status=closed";
    assert_eq!(api.read(filter).await["data"][0]["id"], UNKNOWN);
    let mood = api
        .read("/custom-data?businessSlug=acme-corp&key=mood")
        .await;
    assert_eq!(mood["data"][0]["conversationId"], UNKNOWN);
    let customers = api.all("/customers").await;
    let mine = customers
        .iter()
        .find(|it| it["id"] == customer["id"])
        .unwrap();
    assert!(
        mine["conversationIds"]
            .as_array()
            .unwrap()
            .contains(&json!(UNKNOWN))
    );
    let tag = json!({"conversationId": "CONV-MINE", "tag": "found"});
    let tagged = api.request(Method::POST, "/conversations/tags").json(&tag);
    assert_eq!(send(tagged).await.0, 200);
}

#[tokio::test]
async fn what_is_left_out_of_a_record_is_filled_in_and_a_record_is_replaced_by_its_id() {
    let api = api().await;
    let control = api.sandbox.control();
    let record = insert(&control, json!({}));
    let id = record["id"].as_str().unwrap();
    assert_eq!(record["businessSlug"], "acme-corp");
    assert_eq!(
        api.all("/conversations").await.last().unwrap()["id"],
        record["id"]
    );
    let moved = json!({"createdAt": "2001-01-01T00:00:00Z", "subject": "Early"});
    let changed = control
        .update(RecordKind::Conversations, id, moved)
        .unwrap();
    assert_eq!(changed["publicId"], record["publicId"]);
    let all = api.all("/conversations").await;
    assert_eq!((all.len(), &all[0]["subject"]), (261, &json!("Early")));
    control.remove(RecordKind::Conversations, id).unwrap();
    assert!(
        control
            .remove(RecordKind::Conversations, id)
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(api.all("/conversations").await.len(), 260);
}

#[tokio::test]
async fn every_kind_of_record_is_inserted_listed_changed_and_removed() {
    let api = api().await;
    let control = api.sandbox.control();
    let cases = [
        (
            RecordKind::Businesses,
            json!({"slug": "new-shop", "name": "New Shop"}),
            "/businesses",
        ),
        (RecordKind::Teams, json!({"name": "Nights"}), "/teams"),
        (
            RecordKind::Users,
            json!({"email": "a@example.com", "fullName": "A B"}),
            "/users",
        ),
        (
            RecordKind::Macros,
            json!({"title": "M", "content": "C"}),
            "/macros",
        ),
        (
            RecordKind::Customers,
            json!({"email": "c@example.com"}),
            "/customers",
        ),
        (
            RecordKind::Conversations,
            json!({"subject": "S"}),
            "/conversations",
        ),
        (
            RecordKind::Workflows,
            json!({"title": "W"}),
            "/workflows?businessSlug=acme-corp",
        ),
        (
            RecordKind::Articles,
            json!({"title": "T"}),
            "/articles?businessSlug=acme-corp",
        ),
        (
            RecordKind::BotRules,
            json!({"title": "R"}),
            "/bot-rules?businessSlug=acme-corp",
        ),
    ];
    for (kind, record, list) in cases {
        let count = async |api: &Api, id: &Value| {
            match list {
                "/businesses" => api.read(list).await["data"].as_array().unwrap().clone(),
                _ => api.all(list).await,
            }
            .iter()
            .filter(|item| item["id"] == *id)
            .count()
        };
        let inserted = control.insert(kind, record).unwrap();
        let id = &inserted["id"];
        let text = id.as_str().unwrap();
        assert_eq!(count(&api, id).await, 1, "{kind:?}");
        assert_eq!(control.record(kind, text).unwrap(), inserted);
        let listed = control.records(kind, 0, 1_000).unwrap();
        assert!(listed.contains(&inserted), "{kind:?}");
        assert_eq!(control.update(kind, text, json!({})).unwrap(), inserted);
        control.remove(kind, text).unwrap();
        assert_eq!(count(&api, id).await, 0, "{kind:?}");
        assert!(control.record(kind, text).unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn an_article_is_inserted_with_its_history_and_deleted_ones_are_listed() {
    let api = api().await;
    let control = api.sandbox.control();
    let article = json!({
        "title": "Now",
        "content": "New text.",
        "createdAt": "2020-01-01T00:00:00Z",
        "versions": [
            {"createdAt": "2020-02-01T00:00:00Z", "changeType": "updated"},
            {"createdAt": "2020-01-01T00:00:00Z", "changeType": "created",
             "snapshot": {"content": "Old text."}, "changedBy": {"type": "apiKey"}},
        ],
    });
    let article = control.insert(RecordKind::Articles, article).unwrap();
    let id = article["id"].as_str().unwrap();
    let path = format!("/articles/{id}/versions?businessSlug=acme-corp");
    let versions = api.read(&path).await["data"].clone();
    let texts = [&versions[0], &versions[1]].map(|version| &version["snapshot"]["content"]);
    assert_eq!(texts, ["New text.", "Old text."]);
    let restore = json!({"businessSlug": "acme-corp", "versionId": versions[1]["id"]});
    let path = format!("/articles/{id}/restore");
    let restored = api.request(Method::POST, &path).json(&restore);
    assert_eq!(send(restored).await.1["data"]["content"], "Old text.");

    let deleted = json!({"title": "Gone", "deletedAt": "2021-01-01T00:00:00Z"});
    let deleted = control.insert(RecordKind::Articles, deleted).unwrap();
    let listed = api.read("/articles/deleted?businessSlug=acme-corp").await;
    let listed = listed["data"].as_array().unwrap();
    assert!(listed.iter().any(|item| item["id"] == deleted["id"]));
}

#[tokio::test]
async fn a_record_that_the_api_could_not_show_is_refused_by_the_name_of_its_field() {
    let api = api().await;
    let control = api.sandbox.control();
    let before = control.snapshot().unwrap();
    let conversation = |record| refused(&control, RecordKind::Conversations, record);
    let cases = [
        (json!({"colour": 1}), "colour"),
        (json!({"subject": 1}), "subject"),
        (json!({"createdAt": "yesterday"}), "createdAt"),
        (json!({"businessSlug": "nobody"}), "businessSlug"),
        (json!({"customerId": UNKNOWN}), "customerId"),
        (json!({"publicId": "CONV-2024-000001"}), "publicId"),
        (json!({"id": "7"}), "id"),
        (
            json!({"messages": [{"sender": "customer", "text": "a"}, {"sender": "x", "text": "b"}]}),
            "messages[1].sender",
        ),
        (
            json!({"messages": [{"sender": "customer", "text": "a", "channel": "pigeon"}]}),
            "messages[0].channel",
        ),
        (json!({"messages": [{"sender": "customer"}]}), "messages[0]"),
        (json!([]), ""),
    ];
    for (record, field) in cases {
        let told = conversation(record.clone());
        assert!(
            told.starts_with(field) && told.is_empty() == field.is_empty(),
            "{record}: {told}"
        );
    }
    let other = |kind, record| refused(&control, kind, record);
    assert_eq!(
        other(RecordKind::Users, json!({"email": "a@example.com"})),
        "fullName"
    );
    assert_eq!(
        other(RecordKind::Users, json!({"email": "a", "fullName": "A"})),
        "email"
    );
    assert_eq!(
        other(RecordKind::Customers, json!({"email": "nobody"})),
        "email"
    );
    assert_eq!(other(RecordKind::Articles, json!({"title": 1})), "title");
    let version = json!({"title": "T", "versions": [{"changeType": "lost"}]});
    assert!(other(RecordKind::Articles, version).starts_with("versions[0]"));
    let rows = json!({"id": "s", "headers": ["A"], "rows": [["1", "2"]]});
    assert_eq!(other(RecordKind::Spreadsheets, rows), "rows[0]");
    let data = |snapshot: &Snapshot| snapshot.as_json()["organizations"].clone();
    assert_eq!(data(&control.snapshot().unwrap()), data(&before));
    let absent = control.update(RecordKind::Users, UNKNOWN, json!({}));
    assert!(absent.unwrap_err().is_not_found());
}

#[tokio::test]
async fn an_agent_replies_notes_tags_snoozes_closes_and_the_customer_reopens() {
    let api = api().await;
    let control = api.sandbox.control();
    let id = insert(&control, json!({}))["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let act = |action| control.act(&id, action).unwrap();
    let text = || "On it.".to_owned();
    act(AgentAction::Reply {
        text: text(),
        user_id: None,
        channel: Some("sms".to_owned()),
    });
    act(AgentAction::Note {
        text: text(),
        user_id: None,
    });
    act(AgentAction::Tag { tag: "late".into() });
    act(AgentAction::Snooze);
    let shown = detail(&api, &id).await;
    assert_eq!(shown["messages"][0]["sender"], "agent");
    assert_eq!(shown["messages"][0]["channel"], "sms");
    assert!(shown["messages"][0]["agentName"].is_string());
    assert!(shown["handedOffAt"].is_string());
    assert_eq!(shown["notes"][0]["text"], "On it.");
    assert_eq!(shown["tags"], json!(["late"]));
    let is = async |status: &str| {
        let all = api.all(&format!("/conversations?status={status}")).await;
        all.iter().any(|item| item["id"] == id.as_str())
    };
    assert!(is("snoozed").await);
    act(AgentAction::Close);
    assert!(is("closed").await && !is("snoozed").await);
    let error = control.act(&id, AgentAction::Snooze).unwrap_err();
    assert_eq!(error.field(), Some("action"));
    act(AgentAction::CustomerMessage {
        text: "Still there?".into(),
        channel: None,
    });
    assert!(is("open").await);
    act(AgentAction::Untag { tag: "late".into() });
    assert_eq!(detail(&api, &id).await["tags"], json!([]));
    let events = detail(&api, &id).await["events"].clone();
    let events: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["event"])
        .collect();
    assert_eq!(events, ["handed_off", "snoozed", "closed", "reopened"]);

    let pigeon = AgentAction::Reply {
        text: text(),
        user_id: None,
        channel: Some("pigeon".into()),
    };
    let before = control.record(RecordKind::Conversations, &id).unwrap();
    let error = control.act(&id, pigeon).unwrap_err();
    assert_eq!(error.field(), Some("messages[2].channel"));
    assert_eq!(
        control.record(RecordKind::Conversations, &id).unwrap(),
        before
    );
    assert!(
        control
            .act(UNKNOWN, AgentAction::Close)
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn the_clock_moves_forward_and_what_was_due_is_there() {
    let builder = Sandbox::builder().bot_replies_after(Duration::from_secs(60));
    let api = Api::start(builder).await;
    let control = api.sandbox.control();
    let body = json!({"businessSlug": "acme-corp", "message": "Hello", "async": true});
    let started = send(api.request(Method::POST, "/bot/conversations").json(&body)).await;
    let id = started.1["data"]["conversationId"]
        .as_str()
        .unwrap()
        .to_owned();
    let count = async || {
        detail(&api, &id).await["messages"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count().await, 1);
    control.advance(Duration::from_secs(61));
    assert_eq!(count().await, 2);
    let error = control.set_time(UNIX_EPOCH).unwrap_err();
    assert_eq!(error.field(), Some("time"));
    let later = control.now() + Duration::from_secs(1_000);
    control.set_time(later).unwrap();
    assert!(control.now() >= later);
}

#[tokio::test]
async fn organizations_have_their_own_data_keys_and_limits() {
    let api = api().await;
    let control = api.sandbox.control();
    let key = control.add_organization("second", 7).unwrap();
    let second = control.organization("second").unwrap();
    second.add_key("another-key").unwrap();
    let url = format!("{}/rest/v1/conversations", api.sandbox.url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let with = |key: &str| send(client.get(&url).header("x-api-key", key));
    for key in [key.as_str(), "another-key"] {
        assert_eq!(with(key).await.1["data"].as_array().unwrap().len(), 7);
    }
    assert_eq!(api.all("/conversations").await.len(), 260);
    let first = with(&key).await.1["data"][0]["id"].clone();
    let path = format!("/conversations/{}", first.as_str().unwrap());
    assert_eq!(api.get(&path).await.0, 404);
    insert(&second, json!({}));
    assert_eq!(with(&key).await.1["data"].as_array().unwrap().len(), 8);

    assert!(control.revoke_key(&key));
    assert!(!control.revoke_key(&key));
    let refused = (401, json!({"error": "Invalid or missing API key"}));
    assert_eq!(with(&key).await, refused);
    assert_eq!(with("another-key").await.0, 200);

    let field = |error: octocom_sandbox::ControlError| error.field().map(str::to_owned);
    assert_eq!(
        field(control.add_key("another-key").unwrap_err()).as_deref(),
        Some("key")
    );
    assert_eq!(
        field(control.add_key("").unwrap_err()).as_deref(),
        Some("key")
    );
    let twice = control.add_organization("second", 1).unwrap_err();
    assert_eq!(field(twice).as_deref(), Some("name"));
    assert!(control.organization("third").unwrap_err().is_not_found());
    let names: Vec<_> = control
        .organizations()
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(names, ["default", "second"]);

    // A purchase is that of the organization whose website it was made on.
    let session = second.browser_sessions().unwrap()[0];
    let purchase = json!({"lineItems": [], "totalPrice": 1, "currencyCode": "EUR"});
    let path = format!("/browser-sessions/{session}/purchases");
    let recorded = send(api.anonymous(Method::POST, &path).json(&purchase)).await;
    assert_eq!(recorded.0, 201);
    assert_eq!(second.purchases().unwrap().len(), 1);
    assert!(control.purchases().unwrap().is_empty());
}
