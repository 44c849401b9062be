//! Any operation by its facts: the same requests as the typed methods send, and the same lists.

use std::collections::BTreeSet;

use octocom_ext::{Client, Operation, operations};
use octocom_sandbox::Sandbox;
use octocom_sandbox::contract::Contract;
use serde_json::{Map, Value, json};

use crate::contract;
use octocom_tests::sandboxed;
use octocom_tests::script::{Script, status, users};

async fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().conversations(120).seed(7).start();
    let sandbox = sandbox.await.unwrap();
    let client = sandboxed::builder(&sandbox).build().unwrap();
    (sandbox, client)
}

/// Returns the arguments that a request was made of.
fn arguments(operation: &Operation, target: &str, body: Option<Value>) -> Map<String, Value> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut arguments = Map::new();
    for (name, given) in operation.path.split('/').zip(path.split('/')) {
        if let Some(name) = name
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            arguments.insert(name.to_owned(), json!(decoded(given)));
        }
    }
    for (name, given) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let facts = operation.facts();
        let parameter = facts
            .parameters
            .iter()
            .find(|parameter| parameter.name == name);
        let text = decoded(given);
        let value = match parameter.unwrap().schema["type"].as_str() {
            Some("integer" | "boolean") => serde_json::from_str(&text).unwrap(),
            _ => json!(text),
        };
        arguments.insert(name.to_owned(), value);
    }
    arguments.extend(body.map(|body| ("body".to_owned(), body)));
    arguments
}

fn decoded(text: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://x/?t={text}")).unwrap();
    url.query_pairs().next().unwrap().1.into_owned()
}

#[tokio::test]
async fn the_request_is_that_of_the_typed_method() {
    for case in contract::all() {
        let (operation, id) = (case.operation, case.operation.id);
        let answer = match &case.answer {
            Value::Null => String::new(),
            answer => answer.to_string(),
        };
        let script = Script::new([status(operation.success_status).body(answer)]).await;
        let (client, _) = script.client();
        let arguments = arguments(operation, &case.target, case.body.clone());
        let answer = client
            .operation(operation)
            .arguments(arguments)
            .send()
            .await;
        let answer = answer.unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(answer.parse().unwrap().into_value(), case.answer, "{id}");
        let seen = &script.seen()[0];
        assert_eq!(seen.method, operation.method.as_str(), "{id}");
        let members = |target: &str| {
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let query: BTreeSet<_> = query.split('&').map(str::to_owned).collect();
            (path.to_owned(), query)
        };
        assert_eq!(members(&seen.target), members(&case.target), "{id}");
        let body = (!seen.body.is_empty()).then(|| serde_json::from_str(&seen.body).unwrap());
        assert_eq!(body, case.body, "{id}");
        assert_eq!(
            seen.header("x-api-key").is_some(),
            id != "record_purchase",
            "{id}"
        );
        assert_eq!(seen.header("accept"), Some("application/json"), "{id}");
    }
}

#[tokio::test]
async fn a_success_without_its_members_is_an_error_that_has_the_text() {
    for case in contract::all() {
        let (operation, id) = (case.operation, case.operation.id);
        let text = r#"{"error": "the cache is cold"}"#;
        let script = Script::new([status(operation.success_status).body(text)]).await;
        let (client, _) = script.client();
        let arguments = arguments(operation, &case.target, case.body.clone());
        let answer = client
            .operation(operation)
            .arguments(arguments)
            .send()
            .await;
        match operation.success {
            // Nothing is promised.
            None => assert!(answer.is_ok(), "{id}"),
            Some(_) => {
                let Err(error) = answer else {
                    panic!("{id} is a success")
                };
                assert!(error.is_decode(), "{id}: {error}");
                assert_eq!(error.body(), text.as_bytes(), "{id}");
                assert_eq!(
                    error.may_have_been_processed(),
                    operation.changes_something()
                );
            }
        }
        assert_eq!(script.calls(), 1, "{id}");
    }
}

/// Calls an operation and returns the first record of its answer.
async fn first(client: &Client, operation: &'static Operation, arguments: Value) -> Value {
    let arguments = arguments.as_object().cloned().unwrap();
    let answer = client
        .operation(operation)
        .arguments(arguments)
        .send()
        .await
        .unwrap();
    answer.parse().unwrap()["data"][0].clone()
}

#[tokio::test]
async fn all_operations_of_the_table_are_called_in_the_sandbox() {
    let (sandbox, client) = start().await;
    let contract = Contract::published().unwrap();
    let slug = json!("acme-corp");
    let of_acme = json!({ "businessSlug": slug });
    let conversation =
        first(&client, &operations::LIST_CONVERSATIONS, json!({})).await["id"].clone();
    let customer = first(&client, &operations::LIST_CUSTOMERS, json!({})).await["id"].clone();
    let workflow = first(&client, &operations::LIST_WORKFLOWS, of_acme.clone()).await["id"].clone();
    let article = first(&client, &operations::LIST_ARTICLES, of_acme.clone()).await["id"].clone();
    let rule = first(&client, &operations::LIST_BOT_RULES, of_acme.clone()).await["id"].clone();
    let start = client.operation(&operations::START_BOT_CONVERSATION);
    let message = json!({"businessSlug": slug, "message": "Hello", "async": true});
    let chat = start
        .argument("body", message)
        .send()
        .await
        .unwrap()
        .parse()
        .unwrap();
    let chat = chat["data"]["conversationId"].clone();
    let session = sandbox.browser_sessions()[0];
    sandbox.control().clear_requests();

    let mut versions = Map::new();
    let mut called = BTreeSet::new();
    // Deletions last, restores after the versions are known.
    let rank = |operation: &Operation| match operation.command_words().1 {
        "versions" => 0,
        "restore" => 2,
        "delete" | "delete-metadata" => 3,
        _ if operation.id == "set_conversation_metadata" => 0,
        _ => 1,
    };
    let mut table = operations::ALL.to_vec();
    table.sort_by_key(|operation| rank(operation));
    for operation in table {
        let (group, _) = operation.command_words();
        let id = match group {
            "workflows" => &workflow,
            "articles" => &article,
            "bot-rules" => &rule,
            "customers" => &customer,
            "bot" => &chat,
            _ => &conversation,
        };
        let values = Map::from_iter([
            ("id".to_owned(), id.clone()),
            ("browserSessionId".to_owned(), json!(session)),
            ("businessSlug".to_owned(), slug.clone()),
            ("key".to_owned(), json!("plan")),
        ]);
        let mut arguments = Map::new();
        for parameter in operation.facts().parameters.iter().filter(|it| it.required) {
            arguments.insert(parameter.name.clone(), values[&parameter.name].clone());
        }
        let body = match operation.request {
            None => None,
            Some("VersionRestore") => Some(json!({
                "businessSlug": slug, "versionId": versions[group]
            })),
            Some(_) => Some(body(operation.id, &slug, &conversation)),
        };
        arguments.extend(body.map(|body| ("body".to_owned(), body)));
        let answer = client
            .operation(operation)
            .arguments(arguments)
            .send()
            .await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            answer.status().as_u16(),
            operation.success_status,
            "{}",
            operation.id
        );
        let answered = answer.parse().unwrap().into_value();
        contract
            .check_response_body(operation, operation.success_status, &answered)
            .unwrap_or_else(|violation| panic!("{violation}"));
        if operation.command_words().1 == "versions" {
            let version = answered["data"].get(0).or(answered.get(0)).unwrap();
            versions.insert(group.to_owned(), version["id"].clone());
        }
        called.insert(operation.id.to_owned());
    }
    assert_eq!(called.len(), operations::ALL.len());
    let received = sandbox.control().requests(&Default::default());
    let received: BTreeSet<_> = received
        .into_iter()
        .filter_map(|request| request.record.operation.map(str::to_owned))
        .collect();
    assert_eq!(received, called);
}

/// Returns a body that the sandbox accepts.
fn body(operation: &str, slug: &Value, conversation: &Value) -> Value {
    match operation {
        "create_workflow" => json!({
            "businessSlug": slug, "title": "A", "whenToFollow": "B", "isLive": false,
            "variants": [{"title": "A", "botInstructions": "C"}]
        }),
        "create_article" => json!({
            "businessSlug": slug, "title": "A", "content": "B", "isPublic": true
        }),
        "create_bot_rule" => json!({ "businessSlug": slug, "title": "A", "rule": "B" }),
        "update_workflow" | "update_article" | "update_bot_rule" => {
            json!({ "businessSlug": slug, "title": "Other" })
        }
        "append_sheet_row" => {
            json!({ "spreadsheetId": "sandbox-sheet", "data": { "Name": "Mia" } })
        }
        "add_conversation_tag" => json!({ "conversationId": conversation, "tag": "vip" }),
        "create_conversation_event" => json!({ "conversationId": conversation, "event": "seen" }),
        "send_outbound_email" => json!({
            "businessSlug": slug, "to": "mia@example.com", "subject": "A", "text": "B"
        }),
        "set_conversation_metadata" | "set_customer_metadata" => {
            json!({ "key": "plan", "value": "pro" })
        }
        "update_customer" => json!({ "name": "Mia" }),
        "start_bot_conversation" => json!({ "businessSlug": slug, "message": "Hello" }),
        "send_bot_message" => json!({ "message": "And now?" }),
        "record_purchase" => json!({
            "lineItems": [{ "sku": "a" }], "totalPrice": 9.5, "currencyCode": "EUR"
        }),
        other => panic!("no body for {other}"),
    }
}

#[tokio::test]
async fn a_list_of_any_operation_is_whole_and_goes_on_from_a_checkpoint() {
    let (_sandbox, client) = start().await;
    for operation in operations::ALL.iter().filter(|it| it.page_size.is_some()) {
        let needs_slug = operation
            .facts()
            .parameters
            .iter()
            .any(|it| it.name == "businessSlug");
        let call = || match needs_slug {
            true => client
                .operation(operation)
                .argument("businessSlug", "acme-corp"),
            false => client.operation(operation),
        };
        let mut all = Vec::new();
        let mut stream = call().list().unwrap().stream();
        while let Some(item) = stream.try_next().await.unwrap() {
            all.push(item.raw().to_owned());
        }
        assert!(!all.is_empty(), "{}", operation.id);
        let mut stream = call().list().unwrap().max_items(3).stream();
        let mut parts = Vec::new();
        while let Some(item) = stream.try_next().await.unwrap() {
            parts.push(item.raw().to_owned());
        }
        assert_eq!(parts.len(), all.len().min(3), "{}", operation.id);
        let mut rest = call()
            .list()
            .unwrap()
            .resume(stream.checkpoint())
            .prefetch(4)
            .stream();
        while let Some(item) = rest.try_next().await.unwrap() {
            parts.push(item.raw().to_owned());
        }
        assert_eq!(parts, all, "{}", operation.id);
    }
}

#[tokio::test]
async fn a_checkpoint_of_a_typed_list_is_one_of_the_same_filters() {
    let (_sandbox, client) = start().await;
    let typed = client
        .conversations()
        .list()
        .status("open")
        .since("2024-01-01")
        .max_items(3);
    let mut typed = typed.stream();
    while typed.try_next().await.unwrap().is_some() {}
    let list = |status: &str| {
        let call = client.operation(&operations::LIST_CONVERSATIONS);
        let call = call
            .argument("status", status)
            .argument("startDate", "2024-01-01T00:00:00Z");
        call.list().unwrap().resume(typed.checkpoint()).stream()
    };
    let mut rest = 0;
    let mut stream = list("open");
    while stream.try_next().await.unwrap().is_some() {
        rest += 1;
    }
    let all = client
        .conversations()
        .list()
        .status("open")
        .since("2024-01-01")
        .all()
        .await;
    assert_eq!(rest + 3, all.unwrap().len());
    let refused = list("closed").try_next().await.unwrap_err();
    assert!(refused.is_invalid_request(), "{refused}");
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    for page in [json!(2), json!(2.0)] {
        let script = Script::new([users()]).await;
        let (client, _) = script.client();
        let list = client
            .operation(&operations::LIST_USERS)
            .argument("page", page);
        list.list().unwrap().stream().try_next().await.unwrap();
        assert_eq!(script.seen()[0].target, "/rest/v1/users?page=2");
    }
    let (client, _) = Script::new([]).await.client();
    let list = client.operation(&operations::LIST_USERS);
    assert!(list.argument("page", 2.5).list().is_err());
}

#[tokio::test]
async fn a_record_that_is_no_object_is_an_error_and_the_list_goes_on() {
    let page = r#"{"data": [{"id": "1"}, 7, {"id": "2", "name": "half \ud83d"}, {"id": "3"}],
        "pagination": {"hasMore": false}}"#;
    let script = Script::new([status(200).body(page)]).await;
    let (client, _) = script.client();
    let mut stream = client
        .operation(&operations::LIST_USERS)
        .list()
        .unwrap()
        .stream();
    let mut seen = Vec::new();
    while let Some(item) = stream.next().await {
        seen.push(match item {
            Ok(item) => item.raw().to_owned(),
            Err(error) => {
                assert!(error.is_item());
                format!("error: {}", String::from_utf8_lossy(error.body()))
            }
        });
    }
    assert_eq!(
        seen,
        [
            r#"{"id": "1"}"#,
            "error: 7",
            r#"error: {"id": "2", "name": "half \ud83d"}"#,
            r#"{"id": "3"}"#
        ]
    );
}
