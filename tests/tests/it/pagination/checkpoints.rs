//! Going on in another process: from every position, exactly the rest.

use std::collections::BTreeSet;

use octocom_ext::ItemStream;
use serde::de::DeserializeOwned;

use octocom_tests::list_server::{ListServer, Row, conversation, conversations};

/// Takes all items and returns the texts of their ids.
async fn rest<T: DeserializeOwned + Send + Unpin + 'static>(
    mut stream: ItemStream<T>,
) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(item) = stream.try_next().await.unwrap() {
        ids.push(id(item.raw()));
    }
    ids
}

fn id(raw: &str) -> String {
    serde_json::from_str::<serde_json::Value>(raw).unwrap()["id"].to_string()
}

/// Rows with crowds: 30 at one instant, 60 at another, the others by themselves.
fn crowded() -> Vec<Row> {
    let mut rows = Vec::new();
    for number in 0..120_u32 {
        let at = match number {
            10..40 => 10_000,
            50..110 => 50_000,
            other => i64::from(other) * 1000,
        };
        rows.push(conversation(number, at));
    }
    rows
}

#[tokio::test]
async fn a_keyset_listing_goes_on_from_every_position() {
    let server = ListServer::start(crowded()).await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    let mut before = Vec::new();
    loop {
        // Through text, as another process would read it.
        let checkpoint = stream.checkpoint().to_string().parse().unwrap();
        let after = rest(list.clone().resume(checkpoint).stream()).await;
        let both: BTreeSet<_> = before.iter().chain(&after).cloned().collect();
        assert_eq!(both.len(), 120, "after {}", before.len());
        assert_eq!(before.len() + after.len(), 120, "after {}", before.len());
        match stream.try_next().await.unwrap() {
            Some(item) => before.push(id(item.raw())),
            None => break,
        }
    }
    assert_eq!(before.len(), 120);
}

#[tokio::test]
async fn an_offset_listing_goes_on_from_every_position() {
    let server = ListServer::start(conversations(120)).await;
    let list = server.client().conversations().list().offset();
    let mut stream = list.clone().prefetch(2).stream();
    let mut before = 0;
    loop {
        let checkpoint = stream.checkpoint().to_string().parse().unwrap();
        let after = rest(list.clone().resume(checkpoint).stream()).await;
        assert_eq!(before + after.len(), 120, "after {before}");
        match stream.try_next().await.unwrap() {
            Some(_) => before += 1,
            None => break,
        }
    }
    assert_eq!(before, 120);
}

#[tokio::test]
async fn what_was_fetched_but_not_taken_is_not_counted() {
    let server = ListServer::start(conversations(120)).await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    stream.try_next().await.unwrap();
    while server.requests() < 2 {
        tokio::task::yield_now().await;
    }
    let checkpoint = stream.checkpoint();
    assert_eq!(checkpoint.delivered(), 1);
    drop(stream);
    assert_eq!(rest(list.resume(checkpoint).stream()).await.len(), 119);
}

#[tokio::test]
async fn a_finished_listing_goes_on_with_what_is_new() {
    let server = ListServer::start(conversations(60)).await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    while stream.try_next().await.unwrap().is_some() {}
    let checkpoint = stream.checkpoint();
    assert!(
        rest(list.clone().resume(checkpoint.clone()).stream())
            .await
            .is_empty()
    );

    // One at the very instant of the last, one later, and one that became visible late.
    server.state().rows.extend([
        conversation(100, 59_000),
        conversation(101, 70_000),
        conversation(102, 50_500),
    ]);
    let new = rest(list.clone().resume(checkpoint.clone()).stream()).await;
    assert_eq!(new.len(), 2, "{new:?}");
    // With an overlap the late one is found too, with what was delivered around it.
    let overlap = list
        .overlap(std::time::Duration::from_secs(10))
        .resume(checkpoint);
    let again = rest(overlap.stream()).await;
    let late = uuid::Uuid::from_u128(102).to_string();
    assert!(again.iter().any(|id| id.contains(&late)), "{again:?}");
    assert!(again.len() < 20, "{}", again.len());
}

#[tokio::test]
async fn a_resumed_listing_has_its_checkpoint_before_the_first_poll() {
    let server = ListServer::start(conversations(60)).await;
    let list = server.client().conversations().list();
    let mut stream = list.clone().stream();
    for _ in 0..5 {
        stream.try_next().await.unwrap();
    }
    let checkpoint = stream.checkpoint();
    let resumed = list.clone().resume(checkpoint.clone());
    assert_eq!(resumed.clone().stream().checkpoint(), checkpoint);
    assert_eq!(resumed.clone().pages().checkpoint(), checkpoint);
    assert_eq!(resumed.stream().with_details(3).checkpoint(), checkpoint);
}

#[tokio::test]
async fn an_overlap_does_not_reach_before_the_callers_start() {
    let server = ListServer::start(conversations(60)).await;
    let start = chrono::DateTime::from_timestamp(30, 0).unwrap();
    let list = server.client().conversations().list().since(start);
    let mut stream = list.clone().stream();
    while stream.try_next().await.unwrap().is_some() {}
    let again = list
        .overlap(std::time::Duration::from_secs(3600))
        .resume(stream.checkpoint());
    let mut again = again.stream();
    while let Some(item) = again.try_next().await.unwrap() {
        assert!(item.created_at >= start, "{}", item.raw());
    }
}
