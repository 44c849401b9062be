//! A server that is limited to one business: nothing of another one comes out, or is changed.

use octocom_sandbox::RecordKind;
use serde_json::{Value, json};

use crate::common::{Agent, Era, Person, Setup};

const OURS: &str = "acme-corp";

struct Scene {
    setup: Setup,
    agent: Agent,
    /// Conversations of the business, and of another one.
    ours: Value,
    theirs: Value,
}

impl Scene {
    async fn new() -> Self {
        let setup = Setup::new(120).await;
        let server = setup
            .builder()
            .business(OURS)
            .allow(["tags", "events", "metadata", "articles", "workflows"])
            .allow_sends()
            .max_tools(60)
            .build()
            .unwrap();
        let agent = Agent::with(&server, Era::Discover, Person::who_agrees()).await;
        let all = setup
            .reader()
            .await
            .all("list_conversations", json!({}))
            .await;
        let find = |is_ours: bool| {
            let found = all
                .iter()
                .find(|it| (it["businessSlug"] == OURS) == is_ours);
            found.unwrap()["id"].clone()
        };
        let (ours, theirs) = (find(true), find(false));
        setup.sandbox.control().clear_requests();
        Self {
            setup,
            agent,
            ours,
            theirs,
        }
    }
}

#[tokio::test]
async fn lists_have_records_of_the_business_only() {
    let scene = Scene::new().await;
    for tool in [
        "list_conversations",
        "list_customers",
        "list_macros",
        "search_conversations",
    ] {
        let records = scene.agent.all(tool, json!({"limit": 20})).await;
        assert!(!records.is_empty(), "{tool}");
        assert!(
            records.iter().all(|it| it["businessSlug"] == OURS),
            "{tool}"
        );
        // All of them, however short the pages are.
        let all = scene
            .setup
            .reader()
            .await
            .all(tool, json!({"limit": 20}))
            .await;
        let expected: Vec<_> = all
            .into_iter()
            .filter(|it| it["businessSlug"] == OURS)
            .collect();
        assert_eq!(records, expected, "{tool}");
    }
    let businesses = scene.agent.call("list_businesses", json!({})).await;
    let records = businesses["untrusted_data"].as_array().unwrap();
    assert_eq!(
        records.iter().map(|it| &it["slug"]).collect::<Vec<_>>(),
        [OURS]
    );
}

#[tokio::test]
async fn what_has_no_business_is_not_listed() {
    let scene = Scene::new().await;
    let names = scene.agent.names().await;
    for absent in [
        "list_users",
        "list_teams",
        "append_sheet_row",
        "record_purchase",
    ] {
        assert!(!names.contains(&absent.to_owned()), "{absent}");
        let refused = scene.agent.try_call(absent, json!({})).await.unwrap_err();
        assert!(refused.to_string().contains("unknown tool"));
    }
    let control = scene.setup.sandbox.control();
    let record = json!({"title": "of nobody", "content": "x", "businessSlug": null});
    control.insert(RecordKind::Macros, record).unwrap();
    let macros = scene.agent.all("list_macros", json!({})).await;
    assert!(macros.iter().all(|it| it["title"] != "of nobody"));
}

#[tokio::test]
async fn the_business_is_no_argument_and_another_one_is_refused() {
    let scene = Scene::new().await;
    for tool in scene.agent.tools().await {
        let schema = tool["inputSchema"].to_string();
        assert!(!schema.contains("businessSlug"), "{}", tool["name"]);
    }
    let articles = scene.agent.call("list_articles", json!({})).await;
    assert!(!articles["untrusted_data"].as_array().unwrap().is_empty());
    let before = scene.setup.sandbox.requests();
    for (tool, arguments) in [
        ("list_articles", json!({})),
        ("list_custom_data", json!({})),
        ("create_article", json!({"title": "t", "content": "c"})),
        ("search_conversations", json!({})),
        (
            "compare_versions",
            json!({"kind": "article", "id": scene.ours}),
        ),
        (
            "send_outbound_email",
            json!({"to": "a@b.example", "subject": "s", "text": "t"}),
        ),
    ] {
        let mut arguments = arguments;
        arguments["businessSlug"] = json!("nordlicht-outdoor");
        let error = scene.agent.fail(tool, arguments).await;
        assert_eq!(error["kind"], "refused", "{tool}: {error}");
    }
    assert_eq!(scene.setup.sandbox.requests(), before);
    let sent = json!({"to": "a@b.example", "subject": "s", "text": "t"});
    assert_eq!(
        scene.agent.call("send_outbound_email", sent).await["done"],
        true
    );
    assert_eq!(scene.setup.sandbox.outbox().len(), 1);
}

/// Calls that name a conversation.
fn naming(id: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("get_conversation", json!({"id": id})),
        ("get_transcript", json!({"id": id})),
        ("find_customer_conversations", json!({"conversationId": id})),
        ("list_conversation_metadata", json!({"id": id})),
        ("get_conversation_metadata", json!({"id": id, "key": "k"})),
        (
            "set_conversation_metadata",
            json!({"id": id, "key": "k", "value": "v"}),
        ),
        (
            "delete_conversation_metadata",
            json!({"id": id, "key": "k"}),
        ),
        (
            "add_conversation_tag",
            json!({"conversationId": id, "tag": "t"}),
        ),
        (
            "create_conversation_event",
            json!({"conversationId": id, "event": "e"}),
        ),
        ("send_bot_message", json!({"id": id, "message": "m"})),
    ]
}

#[tokio::test]
async fn a_conversation_of_another_business_is_refused() {
    let scene = Scene::new().await;
    for (tool, arguments) in naming(&scene.theirs) {
        let error = scene.agent.fail(tool, arguments).await;
        assert_eq!(error["kind"], "refused", "{tool}: {error}");
    }
    assert_eq!(scene.setup.writes(), 0);
    for operation in [
        "list_conversation_metadata",
        "get_conversation_metadata",
        "list_customers",
    ] {
        assert_eq!(scene.setup.requests(operation), 0, "{operation}");
    }
    for (tool, arguments) in naming(&scene.ours) {
        if ["send_bot_message", "get_conversation_metadata"].contains(&tool) {
            continue;
        }
        scene.agent.call(tool, arguments).await;
    }
}

#[tokio::test]
async fn a_public_id_is_refused_without_a_request() {
    let scene = Scene::new().await;
    let before = scene.setup.sandbox.requests();
    for (tool, arguments) in naming(&json!("CONV-2024-000001")) {
        let error = scene.agent.fail(tool, arguments).await;
        assert_eq!(error["kind"], "refused", "{tool}: {error}");
    }
    assert_eq!(scene.setup.sandbox.requests(), before);
}

#[tokio::test]
async fn a_workflow_of_another_business_is_not_deleted() {
    let scene = Scene::new().await;
    let reader = scene.setup.reader().await;
    let theirs = reader
        .call(
            "list_workflows",
            json!({"businessSlug": "nordlicht-outdoor"}),
        )
        .await;
    let id = theirs["untrusted_data"][0]["id"].clone();
    assert!(id.is_string());
    let error = scene.agent.fail("delete_workflow", json!({"id": id})).await;
    assert_eq!(error["kind"], "refused");
    assert_eq!(scene.setup.writes(), 0);
    let ours = scene.agent.call("list_workflows", json!({})).await;
    let id = ours["untrusted_data"][0]["id"].clone();
    assert_eq!(
        scene.agent.call("delete_workflow", json!({"id": id})).await["done"],
        true
    );
}

#[tokio::test]
async fn a_customer_brings_no_conversation_of_another_business() {
    let scene = Scene::new().await;
    let found = scene
        .agent
        .call(
            "find_customer_conversations",
            json!({"conversationId": scene.ours}),
        )
        .await;
    let data = &found["untrusted_data"];
    assert_eq!(
        data["customers"].as_array().map(Vec::len),
        Some(1),
        "{data}"
    );
    for conversation in data["conversations"].as_array().unwrap() {
        assert_eq!(conversation["businessSlug"], OURS);
    }
    let all = scene
        .setup
        .reader()
        .await
        .all("list_customers", json!({"limit": 200}))
        .await;
    let theirs = all
        .iter()
        .find(|it| it["businessSlug"] != OURS && it["email"].is_string())
        .unwrap();
    for arguments in [
        json!({"customerId": theirs["id"]}),
        json!({"email": theirs["email"]}),
    ] {
        let found = scene
            .agent
            .call("find_customer_conversations", arguments)
            .await;
        let customers = found["untrusted_data"]["customers"].as_array();
        assert!(
            customers.is_none_or(|it| it.iter().all(|it| it["id"] != theirs["id"])),
            "{found}"
        );
    }
}
