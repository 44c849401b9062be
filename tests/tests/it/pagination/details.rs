//! Conversations in full, for each summary of a listing.

use octocom_ext::ErrorKind;
use uuid::Uuid;

use octocom_tests::list_server::{ListServer, conversations};

#[tokio::test]
async fn conversations_in_full_come_in_the_order_of_the_list() {
    let server = ListServer::start(conversations(60)).await;
    let mut stream = server
        .client()
        .conversations()
        .list()
        .stream()
        .with_details(5);
    let mut numbers = Vec::new();
    while let Some(detailed) = stream.try_next().await.unwrap() {
        assert_eq!(detailed.summary.id, detailed.conversation.id);
        assert!(detailed.conversation.raw().contains("\"messages\":[]"));
        numbers.push(detailed.summary.public_id.parse::<u32>().unwrap());
    }
    assert_eq!(numbers, (0..60).collect::<Vec<_>>());
    assert!(stream.try_next().await.unwrap().is_none());
    assert_eq!(server.requests(), 60 + 2);
}

#[tokio::test]
async fn a_conversation_that_is_gone_is_an_error_of_its_own() {
    let server = ListServer::start_with(conversations(3), |request, state| {
        if request == 2 {
            state.rows.remove(1);
        }
    })
    .await;
    let mut stream = server
        .client()
        .conversations()
        .list()
        .stream()
        .with_details(1);
    let mut outcome = Vec::new();
    loop {
        match stream.try_next().await {
            Ok(Some(detailed)) => outcome.push(detailed.summary.public_id.clone()),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_item(), "{error}");
                assert_eq!(error.kind(), ErrorKind::NotFound);
                assert_eq!(error.conversation_id(), Some(Uuid::from_u128(1)));
                outcome.push("gone".to_owned());
            }
        }
    }
    assert_eq!(outcome, ["0", "gone", "2"]);
}

#[tokio::test]
async fn a_failure_ends_the_stream_before_the_conversation_that_failed() {
    let server = ListServer::start_with(conversations(5), |request, state| {
        if request == 3 {
            state.next.push((401, r#"{"error": "revoked"}"#.to_owned()));
        }
    })
    .await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream().with_details(1);
    assert_eq!(
        stream.try_next().await.unwrap().unwrap().summary.public_id,
        "0"
    );
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.conversation_id(), Some(Uuid::from_u128(1)));
    assert!(stream.try_next().await.unwrap().is_none());
    let checkpoint = error.checkpoint().unwrap().clone();
    assert_eq!(checkpoint.delivered(), 1);
    let mut rest = list.resume(checkpoint).stream().with_details(4);
    for number in 1..5 {
        let detailed = rest.try_next().await.unwrap().unwrap();
        assert_eq!(detailed.summary.public_id, number.to_string());
    }
    assert!(rest.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_checkpoint_counts_what_was_handed_out() {
    let server = ListServer::start(conversations(30)).await;
    let mut stream = server
        .client()
        .conversations()
        .list()
        .stream()
        .with_details(8);
    assert_eq!(stream.checkpoint().delivered(), 0);
    stream.try_next().await.unwrap();
    assert_eq!(stream.checkpoint().delivered(), 1);
}

#[tokio::test]
async fn a_single_conversation_is_fetched_with_its_text() {
    let server = ListServer::start(conversations(2)).await;
    let conversations = server.client().conversations();
    let found = conversations.get(uuid::Uuid::from_u128(1)).await.unwrap();
    assert_eq!(found.public_id, "1");
    let error = conversations
        .get(uuid::Uuid::from_u128(9))
        .await
        .unwrap_err();
    assert!(error.is_not_found() && !error.is_item());
    assert_eq!(error.message().as_deref(), Some("Conversation not found"));
}
