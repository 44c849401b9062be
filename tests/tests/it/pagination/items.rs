//! The forms of a record: its text, its value, or an error of its own.

use octocom_ext::types::Channel;
use octocom_ext::{ErrorKind, Operation, operations};
use serde_json::{Value, json};

use octocom_tests::list_server::{ListServer, conversation, conversations};

#[tokio::test]
async fn an_item_has_the_original_text() {
    let mut rows = conversations(1);
    rows[0].1["brandNew"] = json!({"a": [1, 2.50]});
    rows[0].1["initialChannel"] = json!("carrier-pigeon");
    let text = rows[0].1.to_string();
    let server = ListServer::start(rows).await;
    let mut stream = server.client().conversations().list().stream();
    let item = stream.try_next().await.unwrap().unwrap();
    assert_eq!(item.raw(), text);
    assert_eq!(item.initial_channel, Some(Channel::from("carrier-pigeon")));
}

#[tokio::test]
async fn one_bad_record_is_an_error_and_the_rest_of_its_page_is_delivered() {
    let mut rows = conversations(5);
    rows[2].1["isOutbound"] = json!("perhaps");
    let text = rows[2].1.to_string();
    let server = ListServer::start(rows).await;
    let list = server.client().conversations().list();

    let mut stream = list.clone().stream();
    let mut outcome = Vec::new();
    loop {
        match stream.try_next().await {
            Ok(Some(item)) => outcome.push(item.public_id.clone()),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_item() && error.is_decode(), "{error:?}");
                assert_eq!(error.json_path(), Some("isOutbound"));
                assert_eq!(error.body(), text.as_bytes());
                let shown = error.to_string();
                assert!(!shown.contains("perhaps"), "{shown}");
                outcome.push("error".to_owned());
            }
        }
    }
    assert_eq!(outcome, ["0", "1", "error", "3", "4"]);
    assert_eq!(stream.checkpoint().delivered(), 5);

    let mut strict = list.strict().stream();
    strict.try_next().await.unwrap().unwrap();
    strict.try_next().await.unwrap().unwrap();
    assert_eq!(
        strict.try_next().await.unwrap_err().kind(),
        ErrorKind::Decode
    );
    assert!(strict.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_record_without_id_and_date_is_an_error_and_no_obstacle() {
    let mut rows = conversations(60);
    rows[20].1 = json!({"unheard": "of"});
    let server = ListServer::start(rows).await;
    let mut stream = server.client().conversations().list().stream();
    let (mut good, mut bad) = (0, 0);
    loop {
        match stream.try_next().await {
            Ok(Some(_)) => good += 1,
            Ok(None) => break,
            Err(error) if error.is_item() => bad += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((good, bad), (59, 1));
}

#[tokio::test]
async fn a_page_of_nothing_but_a_bad_record_is_an_error_of_that_record() {
    let server = ListServer::start(vec![(0, json!({"unheard": "of"}))]).await;
    let mut stream = server.client().conversations().list().stream();
    assert!(stream.try_next().await.unwrap_err().is_item());
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_that_is_none_is_an_error_with_its_place() {
    for (body, path) in [
        (r#"{"data": 1, "pagination": {}}"#, "data"),
        (r#"{"data": []}"#, "."),
        (
            r#"{"data": [], "pagination": {"hasMore": 1}}"#,
            "pagination.hasMore",
        ),
    ] {
        let server = ListServer::start(vec![]).await;
        server.state().next.push((200, body.to_owned()));
        let mut stream = server.client().conversations().list().stream();
        let error = stream.try_next().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.json_path()),
            (ErrorKind::Decode, Some(path)),
            "{body}"
        );
        assert_eq!(error.body(), body.as_bytes());
        assert!(!error.is_item());
        assert!(stream.try_next().await.unwrap().is_none());
        assert_eq!(server.requests(), 1, "a decoding failure is not retried");
    }
}

/// The example that the published document gives for the items of a list.
fn published_example(operation: &Operation) -> Value {
    let document = include_str!("../../../../openapi/octocom.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let schema = &document["paths"][operation.path]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"]["properties"]["data"]["items"]["properties"];
    let members = schema.as_object().unwrap().iter();
    members
        .map(|(name, schema)| (name.clone(), schema["example"].clone()))
        .collect()
}

#[tokio::test]
async fn the_published_examples_whose_ids_are_no_ids_are_errors_with_their_text() {
    let example = published_example(&operations::LIST_USERS);
    let mut good = example.clone();
    good["id"] = json!("550e8400-e29b-41d4-a716-446655440000");
    good["teamId"] = Value::Null;
    let server = ListServer::start(vec![(0, example.clone()), (1, good)]).await;
    let mut stream = server.client().users().list().stream();
    let error = stream.try_next().await.unwrap_err();
    assert!(error.is_item());
    assert_eq!(error.json_path(), Some("id"));
    assert_eq!(
        serde_json::from_slice::<Value>(error.body()).unwrap(),
        example
    );
    let user = stream.try_next().await.unwrap().unwrap();
    assert_eq!(user.full_name, example["fullName"].as_str().unwrap());
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn rows_of_one_instant_that_fill_many_pages_are_delivered_once() {
    let rows: Vec<_> = (0..170)
        .map(|number| conversation(number, 5_000))
        .chain([conversation(170, 9_000)])
        .collect();
    let server = ListServer::start(rows).await;
    let mut stream = server.client().conversations().list().stream();
    let mut ids = std::collections::BTreeSet::new();
    while let Some(item) = stream.try_next().await.unwrap() {
        assert!(ids.insert(item.id), "{} twice", item.public_id);
    }
    assert_eq!(ids.len(), 171);
}
