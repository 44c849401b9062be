//! Drift seen at run time: told to a callback, and to nobody without one.

use std::sync::{Arc, Mutex};

use octocom_ext::types::Channel;
use octocom_ext::{Client, DriftEvent, operations as op};
use octocom_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::contract::{cases::AT, cases::ID, conversations::full};
use octocom_tests::sandboxed;
use octocom_tests::script::{Script, builder, status};
use octocom_tests::sleeper::Recorder;

type Seen = Arc<Mutex<Vec<DriftEvent>>>;

fn watching(url: &str) -> (Client, Seen) {
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let client = builder(url, &Recorder::new())
        .on_drift(move |event| log.lock().unwrap().push(event.clone()))
        .build()
        .unwrap();
    (client, seen)
}

/// An event without its operation.
#[derive(Debug, PartialEq)]
enum Drift {
    UnknownValue {
        type_name: &'static str,
        value: String,
    },
    UndecodableItem {
        json_path: String,
    },
}

fn unknown(
    operation: &'static octocom_ext::Operation,
    type_name: &'static str,
    value: &str,
) -> (String, Drift) {
    let value = value.to_owned();
    (
        operation.id.to_owned(),
        Drift::UnknownValue { type_name, value },
    )
}

fn take(seen: &Seen) -> Vec<(String, Drift)> {
    let events = std::mem::take(&mut *seen.lock().unwrap());
    events
        .into_iter()
        .map(|event| match event {
            DriftEvent::UnknownValue {
                operation,
                type_name,
                value,
                ..
            } => (
                operation.id.to_owned(),
                Drift::UnknownValue { type_name, value },
            ),
            DriftEvent::UndecodableItem {
                operation,
                json_path,
                ..
            } => (
                operation.id.to_owned(),
                Drift::UndecodableItem { json_path },
            ),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn summary(channel: &str) -> Value {
    json!({"id": ID, "publicId": "C", "createdAt": AT, "lastMessageCreatedAt": AT, "subject": "s",
        "type": "customer", "isOutbound": false, "businessSlug": "a", "tags": [],
        "initialChannel": channel, "newField": {"a": 1}})
}

#[tokio::test]
async fn an_unknown_value_of_a_listing_is_kept_and_told_once() {
    let mut bad = summary("web");
    bad["createdAt"] = json!(7);
    bad["id"] = json!("0198c5a1-0000-7000-8000-00000000000f");
    let page = json!({"data": [summary("carrier-pigeon"), bad],
        "pagination": {"page": 1, "limit": 50, "hasMore": false}});
    let script = Script::new([status(200).body(page.to_string())]).await;
    let (client, seen) = watching(&script.url());
    let mut stream = client.conversations().list().offset().stream();
    let first = stream.try_next().await.unwrap().unwrap();
    assert_eq!(
        first.initial_channel,
        Some(Channel::Unknown("carrier-pigeon".to_owned()))
    );
    assert!(first.raw().contains("newField"));
    assert_eq!(
        take(&seen),
        [unknown(
            &op::LIST_CONVERSATIONS,
            "Channel",
            "carrier-pigeon"
        )]
    );
    let error = stream.try_next().await.unwrap_err();
    assert!(error.is_item(), "{error:?}");
    let json_path = "createdAt".to_owned();
    assert_eq!(
        take(&seen),
        [(
            "list_conversations".to_owned(),
            Drift::UndecodableItem { json_path }
        )]
    );
    assert!(stream.try_next().await.unwrap().is_none());
    assert_eq!(take(&seen), []);
}

#[tokio::test]
async fn an_unknown_value_of_one_record_is_told_too() {
    let mut conversation = full();
    conversation["messages"][0]["channel"] = json!("telex");
    let answer = json!({"data": conversation}).to_string();
    let script = Script::new([status(200).body(&answer), status(200).body(&answer)]).await;
    let (client, seen) = watching(&script.url());
    client.conversations().get(ID).await.unwrap();
    assert_eq!(
        take(&seen),
        [unknown(&op::GET_CONVERSATION, "Channel", "telex")]
    );
    // The raw client's own decoding as well.
    let response = client.api().get_conversation(&ID).await.unwrap();
    assert_eq!(take(&seen), [], "nothing is decoded yet");
    response.parse().unwrap();
    assert_eq!(
        take(&seen),
        [unknown(&op::GET_CONVERSATION, "Channel", "telex")]
    );
    assert_eq!(script.calls(), 2);
}

#[tokio::test]
async fn what_the_document_knows_is_no_drift() {
    let answer = json!({"data": full()}).to_string();
    let script = Script::new([status(200).body(answer)]).await;
    let (client, seen) = watching(&script.url());
    client.conversations().get(ID).await.unwrap();
    assert_eq!(take(&seen), []);
}

#[tokio::test]
async fn the_sandboxs_odd_answers_harm_nothing() {
    let kinds = ["unknown-enum", "extra-field", "malformed-item"];
    let kinds = kinds.map(|kind| kind.parse().unwrap());
    let sandbox = Sandbox::builder()
        .conversations(500)
        .faults(1.0)
        .fault_kinds(kinds);
    let sandbox = sandbox.start().await.unwrap();
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    let client = sandboxed::builder(&sandbox)
        .on_drift(move |event| log.lock().unwrap().push(event.clone()))
        .build()
        .unwrap();
    let (mut items, mut errors) = (0, 0);
    let mut stream = client.conversations().list().offset().stream();
    loop {
        match stream.try_next().await {
            Ok(Some(_)) => items += 1,
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_item(), "{error:?}");
                errors += 1;
            }
        }
    }
    assert_eq!(items + errors, 500);
    let told = take(&seen);
    let undecodable =
        |(_, drift): &&(String, Drift)| matches!(drift, Drift::UndecodableItem { .. });
    assert_eq!(told.iter().filter(undecodable).count(), errors);
    assert!(told.len() > errors && errors > 0, "{told:?}");
}
