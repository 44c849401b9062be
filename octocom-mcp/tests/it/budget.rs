//! Sizes of results.

use octocom_sandbox::RecordKind;
use serde_json::{Value, json};

use crate::common::{Agent, Setup, bytes};

/// A conversation with this many messages of this many characters.
fn conversation(messages: usize, chars: usize) -> Value {
    let messages: Vec<_> = (0..messages)
        .map(
            |index| json!({"sender": "customer", "text": format!("{index} {}", "x".repeat(chars))}),
        )
        .collect();
    json!({"subject": "long", "messages": messages})
}

fn insert(setup: &Setup, record: Value) -> String {
    let control = setup.sandbox.control();
    let inserted = control.insert(RecordKind::Conversations, record).unwrap();
    inserted["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn fifty_summaries_are_one_small_result() {
    let setup = Setup::new(200).await;
    let agent = setup.reader().await;
    let result = agent
        .try_call("list_conversations", json!({}))
        .await
        .unwrap();
    let content = crate::common::structured(&result);
    assert_eq!(content["untrusted_data"].as_array().unwrap().len(), 50);
    let tokens = content.to_string().len().div_ceil(4);
    println!(
        "50 summaries: {tokens} tokens, {} bytes as sent",
        bytes(&result)
    );
    assert!(tokens < 6_000, "{tokens}");
    assert!(bytes(&result) <= 40_000, "{}", bytes(&result));
}

#[tokio::test]
async fn every_result_is_within_the_budget() {
    let setup = Setup::new(300).await;
    let id = insert(&setup, conversation(400, 300));
    for budget in [4_000, 10_000, 40_000] {
        let server = setup.builder().result_bytes(budget).build().unwrap();
        let agent = Agent::new(&server).await;
        for (tool, arguments) in [
            ("list_conversations", json!({"limit": 200})),
            ("list_customers", json!({"limit": 200})),
            ("list_macros", json!({})),
            ("get_conversation", json!({"id": id})),
            ("get_transcript", json!({"id": id})),
            ("search_conversations", json!({"limit": 200})),
        ] {
            let result = agent.try_call(tool, arguments).await.unwrap();
            let sent = bytes(&result);
            assert!(sent <= budget, "{tool}: {sent} bytes, not {budget}");
        }
    }
}

#[tokio::test]
async fn a_list_that_is_cut_by_its_budget_goes_on_at_the_next_record() {
    let setup = Setup::new(120).await;
    let server = setup.builder().result_bytes(6_000).build().unwrap();
    let small = Agent::new(&server).await;
    let ids = |records: Vec<Value>| -> Vec<String> {
        let ids = records
            .iter()
            .map(|it| it["id"].as_str().unwrap().to_owned());
        ids.collect()
    };
    let cut = ids(small.all("list_conversations", json!({"limit": 200})).await);
    let whole = ids(setup
        .reader()
        .await
        .all("list_conversations", json!({"fields": ["id"]}))
        .await);
    assert_eq!(cut, whole);
    let composed = ids(small.all("search_conversations", json!({})).await);
    assert_eq!(composed, whole);
}

#[tokio::test]
async fn a_long_conversation_is_read_in_parts() {
    let setup = Setup::new(1).await;
    let id = insert(&setup, conversation(300, 200));
    let agent = setup.reader().await;
    for (tool, list) in [
        ("get_conversation", "messages"),
        ("get_transcript", "entries"),
    ] {
        let mut arguments = json!({"id": id});
        let mut numbers = Vec::new();
        let mut calls = 0;
        loop {
            let part = agent.call(tool, arguments.clone()).await;
            calls += 1;
            for message in part["untrusted_data"][list].as_array().unwrap() {
                let text = message["text"].as_str().unwrap();
                numbers.push(text.split(' ').next().unwrap().parse::<usize>().unwrap());
            }
            match part.get("cursor") {
                Some(cursor) => arguments["cursor"] = cursor.clone(),
                None => break,
            }
            assert_eq!(part["cut"][0]["path"], list);
        }
        assert_eq!(numbers, (0..300).collect::<Vec<_>>(), "{tool}");
        assert!(calls > 1, "{tool}");
    }
}

#[tokio::test]
async fn a_long_text_says_how_its_rest_is_read() {
    let setup = Setup::new(1).await;
    let long = "ä".repeat(9_000);
    let id = insert(
        &setup,
        json!({"messages": [{"sender": "customer", "text": long}]}),
    );
    let agent = setup.reader().await;
    let mut text = String::new();
    let mut offset = 0;
    for _ in 0..9 {
        let part = agent
            .call(
                "get_conversation",
                json!({"id": id, "fields": ["messages.0.text"], "textOffset": offset}),
            )
            .await;
        let shown = part["untrusted_data"]["messages"][0]["text"]
            .as_str()
            .unwrap();
        let Some((shown, mark)) = shown.split_once("… [cut: ") else {
            text.push_str(shown);
            break;
        };
        text.push_str(shown);
        let next = mark
            .split("textOffset ")
            .nth(1)
            .unwrap()
            .trim_end_matches(']');
        offset = next.parse().unwrap();
    }
    assert_eq!(text, long);
}

#[tokio::test]
async fn fields_are_chosen_and_those_that_nothing_has_are_refused() {
    let setup = Setup::new(5).await;
    let agent = setup.reader().await;
    let page = agent
        .call("list_conversations", json!({"fields": ["id", "subject"]}))
        .await;
    for record in page["untrusted_data"].as_array().unwrap() {
        let names: Vec<_> = record.as_object().unwrap().keys().collect();
        assert!(
            names
                .iter()
                .all(|name| ["id", "subject"].contains(&name.as_str())),
            "{record}"
        );
    }
    let error = agent
        .fail("list_conversations", json!({"fields": ["titel"]}))
        .await;
    assert!(
        error["message"].as_str().unwrap().contains("records have "),
        "{error}"
    );
    let error = agent
        .fail("list_conversations", json!({"fields": "id"}))
        .await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("a list of texts")
    );
}
