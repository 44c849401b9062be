//! Resets and snapshots.

use std::time::Duration;

use octocom_sandbox::{
    AgentAction, FaultPlan, RecordKind, RequestFilter, Sandbox, ScriptedReply, Snapshot,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, api, send};

fn insert(control: &octocom_sandbox::Control, record: Value) -> Value {
    control.insert(RecordKind::Conversations, record).unwrap()
}

#[tokio::test]
async fn a_reset_makes_everything_as_it_was_at_the_start() {
    let api = api().await;
    let control = api.sandbox.control();
    let before = api.all("/conversations").await;
    insert(&control, json!({}));
    control.add_key("other").unwrap();
    control
        .add_plan(FaultPlan::on("list_users").times(9, "reset".parse().unwrap()))
        .unwrap();
    control.advance(Duration::from_secs(60 * 60 * 24));
    control.script_bot([ScriptedReply::say("x")]).unwrap();
    let time = control.now();
    control.reset();
    assert!(control.now() < time);
    assert!(control.requests(&RequestFilter::all()).is_empty());
    assert!(control.plans().is_empty());
    assert!(control.bot_script().unwrap().is_empty());
    assert_eq!(api.sandbox.requests(), 0);
    assert_eq!(api.all("/conversations").await, before);
    assert_eq!(control.organizations()[0].keys.len(), 1);
}

#[tokio::test]
async fn a_snapshot_is_restored_in_the_same_sandbox_and_in_another() {
    let api = api().await;
    let control = api.sandbox.control();
    let inserted = insert(
        &control,
        json!({"createdAt": "2024-05-06T00:00:00Z", "tags": ["a"]}),
    );
    let id = inserted["id"].as_str().unwrap();
    control
        .update(
            RecordKind::Customers,
            api.read("/customers").await["data"][0]["id"]
                .as_str()
                .unwrap(),
            json!({"name": "N"}),
        )
        .unwrap();
    let email =
        json!({"businessSlug": "acme-corp", "to": "m@example.com", "subject": "S", "text": "T"});
    send(
        api.request(Method::POST, "/conversations/outbound-email")
            .json(&email),
    )
    .await;
    let row = json!({"spreadsheetId": "sandbox-sheet", "data": {"B": "1", "A": "2"}});
    send(api.request(Method::POST, "/sheets/rows").json(&row)).await;
    control
        .add_plan(FaultPlan::on("list_teams").times(1, "status=500".parse().unwrap()))
        .unwrap();
    let snapshot = control.snapshot().unwrap();
    let world = async |api: &Api| {
        let lists = [
            "/conversations",
            "/customers",
            "/users",
            "/articles?businessSlug=acme-corp",
        ];
        let mut all = Vec::new();
        for list in lists {
            all.push(api.all(list).await);
        }
        (
            all,
            api.sandbox.outbox(),
            api.sandbox.sheet_rows("sandbox-sheet"),
        )
    };
    let before = world(&api).await;

    control.act(id, AgentAction::Close).unwrap();
    control
        .remove(RecordKind::Conversations, "CONV-2024-000001")
        .unwrap();
    assert_eq!(api.get("/teams").await.0, 500);
    assert_ne!(world(&api).await, before);
    control.restore(&snapshot).unwrap();
    assert_eq!(world(&api).await, before);
    assert_eq!(api.get("/teams").await.0, 500);

    // As text, in a sandbox with other data.
    let text = serde_json::to_string(&snapshot).unwrap();
    let read: Snapshot = serde_json::from_str(&text).unwrap();
    let builder = || Sandbox::builder().conversations(5).seed(8);
    let other = Api::start(builder()).await;
    other.sandbox.control().restore(&read).unwrap();
    let other = Api::start(builder().snapshot(read)).await;
    assert_eq!(other.sandbox.key(), api.sandbox.key());
    assert_eq!(world(&other).await, before);
}

#[tokio::test]
async fn a_snapshot_of_another_version_or_form_is_refused_and_changes_nothing() {
    let api = api().await;
    let control = api.sandbox.control();
    let mut json = control.snapshot().unwrap().as_json().clone();
    json["version"] = json!(0);
    let refuse = |json: &Value| {
        let error = control
            .restore(&Snapshot::from_json(json.clone()))
            .unwrap_err();
        error.field().unwrap_or_default().to_owned()
    };
    let before = api.all("/conversations").await;
    assert_eq!(refuse(&json), "version");
    assert_eq!(refuse(&json!({})), "version");
    json["version"] = json!(1);
    json["organizations"][0]["state"]["seed"] = json!("x");
    assert_eq!(refuse(&json), "organizations[0].state.seed");
    assert_eq!(api.all("/conversations").await, before);
    let started = Sandbox::builder()
        .snapshot(Snapshot::from_json(json!({})))
        .start()
        .await;
    let message = started.err().unwrap().to_string();
    assert_eq!(message, "`version`: is null, this sandbox reads version 1");
}
