//! Composed reads.

use octocom_sandbox::{FaultPlan, RecordKind};
use serde_json::{Value, json};

use crate::common::Setup;

#[tokio::test]
async fn a_search_finds_a_text_in_what_was_read_and_says_how_much_that_was() {
    let setup = Setup::new(130).await;
    let control = setup.sandbox.control();
    let inserted = control.insert(
        RecordKind::Conversations,
        json!({"subject": "plain", "messages": [{"sender": "customer", "text": "A Quokka in the box"}]}),
    );
    let id = inserted.unwrap()["id"].clone();
    let agent = setup.reader().await;
    let search = async |arguments: Value| agent.call("search_conversations", arguments).await;
    // The newest stands last: beyond two pages.
    let found = search(json!({"text": "quokka", "inMessages": true, "maxPages": 1})).await;
    assert_eq!(found["conversations_scanned"], 50);
    assert_eq!(found["complete"], false);
    assert_eq!(found["untrusted_data"], json!([]));
    let mut rest = json!({"text": "quokka", "inMessages": true, "maxPages": 1});
    let mut scanned = 50;
    let mut cursor = found["cursor"].clone();
    let found = loop {
        rest["cursor"] = cursor;
        let found = search(rest.clone()).await;
        scanned += found["conversations_scanned"].as_u64().unwrap();
        match found.get("cursor") {
            Some(next) => cursor = next.clone(),
            None => break found,
        }
    };
    assert_eq!((scanned, &found["untrusted_data"][0]["id"]), (131, &id));
    // Not in subjects, topics and tags.
    let found = search(json!({"text": "quokka"})).await;
    assert_eq!(
        (&found["untrusted_data"], &found["complete"]),
        (&json!([]), &json!(true))
    );
    let requests = setup.requests("get_conversation");
    let found = search(json!({"text": "LOG IN", "limit": 2})).await;
    assert_eq!(found["untrusted_data"].as_array().map(Vec::len), Some(2));
    assert_eq!(setup.requests("get_conversation"), requests);
    let open = search(json!({"status": "open"})).await;
    let records = open["untrusted_data"].as_array().unwrap();
    assert!(records.iter().all(|it| it.get("closedAt").is_none()));
}

#[tokio::test]
async fn a_search_stops_at_its_limit_and_goes_on_behind_it() {
    let setup = Setup::new(120).await;
    let agent = setup.reader().await;
    let one_by_one = agent
        .all("search_conversations", json!({"text": "order", "limit": 3}))
        .await;
    let at_once = agent
        .all(
            "search_conversations",
            json!({"text": "order", "limit": 200}),
        )
        .await;
    assert_eq!(one_by_one, at_once);
    assert!(at_once.len() > 6);
}

#[tokio::test]
async fn a_search_that_is_stopped_keeps_what_it_found() {
    let setup = Setup::new(120).await;
    let agent = setup.reader().await;
    setup.plan(
        FaultPlan::on("get_conversation")
            .works(30)
            .always("rate-limit=100".parse().unwrap()),
    );
    let arguments = json!({"text": "order", "inMessages": true});
    let found = agent.call("search_conversations", arguments.clone()).await;
    assert_eq!(found["stopped"]["error"]["kind"], "rate_limited", "{found}");
    assert_eq!(found["stopped"]["error"]["retry_after_seconds"], 100);
    setup.sandbox.control().clear_plans();
    assert_eq!(found["complete"], false);
    assert!(!found["untrusted_data"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_transcript_has_what_was_said_in_one_call() {
    let setup = Setup::new(3).await;
    let agent = setup.reader().await;
    let list = agent.call("list_conversations", json!({})).await;
    let id = list["untrusted_data"][0]["id"].clone();
    let before = setup.requests("get_conversation");
    let transcript = agent.call("get_transcript", json!({"id": id})).await;
    assert_eq!(setup.requests("get_conversation"), before + 1);
    let whole = agent.call("get_conversation", json!({"id": id})).await;
    let (transcript, whole) = (&transcript["untrusted_data"], &whole["untrusted_data"]);
    let texts = |list: &Value| -> Vec<Value> {
        let items = list.as_array().unwrap().iter();
        items.map(|item| item["text"].clone()).collect()
    };
    let entries = texts(&transcript["entries"]);
    for text in texts(&whole["messages"]) {
        assert!(entries.contains(&text), "{text}");
    }
    assert!(transcript.to_string().len() < whole.to_string().len());
    let error = agent
        .fail("get_transcript", json!({"id": "CONV-2024-000001"}))
        .await;
    assert_eq!(error["kind"], "refused");
}

#[tokio::test]
async fn a_customer_is_found_by_id_email_or_conversation() {
    let setup = Setup::new(200).await;
    let agent = setup.reader().await;
    let customers = agent.all("list_customers", json!({"limit": 200})).await;
    let with_email = customers.iter().filter(|it| it["email"].is_string());
    let customer = with_email
        .max_by_key(|it| it["conversationIds"].as_array().map_or(0, Vec::len))
        .unwrap();
    let count = customer["conversationIds"].as_array().unwrap().len();
    for arguments in [
        json!({"customerId": customer["id"]}),
        json!({"email": customer["email"].as_str().unwrap().to_uppercase()}),
        json!({"conversationId": customer["conversationIds"][0]}),
    ] {
        let found = agent
            .call("find_customer_conversations", arguments.clone())
            .await;
        let data = &found["untrusted_data"];
        assert_eq!(data["customers"][0]["id"], customer["id"], "{arguments}");
        let conversations = data["conversations"].as_array().unwrap();
        assert_eq!(conversations.len(), count.min(20), "{arguments}");
        let dates: Vec<_> = conversations
            .iter()
            .map(|it| it["createdAt"].as_str())
            .collect();
        assert!(
            dates.is_sorted_by(|one, other| one >= other),
            "newest first"
        );
        assert!(data["customers_scanned"].as_u64().unwrap() > 0);
    }
    // No more than was asked for is looked through, and the result says so.
    let last = customers
        .iter()
        .rev()
        .find(|it| it["email"].is_string())
        .unwrap();
    let arguments = json!({"email": last["email"], "maxPages": 1});
    let found = agent.call("find_customer_conversations", arguments).await;
    assert_eq!(found["untrusted_data"]["customers_scanned"], 50);
    assert_eq!(found["untrusted_data"]["all_customers_scanned"], false);
    let error = agent
        .fail(
            "find_customer_conversations",
            json!({"email": "a", "customerId": "b"}),
        )
        .await;
    assert!(error["message"].as_str().unwrap().contains("exactly one"));
}

#[tokio::test]
async fn what_changed_is_shown_by_field() {
    let setup = Setup::new(3).await;
    let server = setup.builder().allow(["articles"]).build().unwrap();
    let agent = crate::common::Agent::new(&server).await;
    let draft = json!({"businessSlug": "acme-corp", "title": "Before", "content": "One"});
    let created = agent.call("create_article", draft).await;
    let id = created["untrusted_data"]["id"].clone();
    agent
        .call(
            "update_article",
            json!({"id": id, "businessSlug": "acme-corp", "title": "After"}),
        )
        .await;
    let asked = json!({"kind": "article", "id": id, "businessSlug": "acme-corp"});
    let changes = agent.call("compare_versions", asked.clone()).await;
    let data = &changes["untrusted_data"];
    assert_eq!(data["versions_in_total"], 2, "{data}");
    let change = data["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["path"] == "/title");
    let change = change.unwrap();
    assert_eq!(
        (&change["before"], &change["after"]),
        (&json!("Before"), &json!("After"))
    );
    // Any two versions, by their ids.
    let mut turned = asked.clone();
    turned["older"] = data["versions"][0]["id"].clone();
    turned["newer"] = data["versions"][1]["id"].clone();
    let turned = agent.call("compare_versions", turned).await;
    let changes = turned["untrusted_data"]["changes"].to_string();
    assert!(changes.contains(r#""after":"Before""#), "{changes}");
    let mut unknown = asked;
    unknown["older"] = json!("550e8400-e29b-41d4-a716-446655440000");
    assert_eq!(
        agent.fail("compare_versions", unknown).await["kind"],
        "invalid_arguments"
    );
}
