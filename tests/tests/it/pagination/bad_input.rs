//! Arguments that are refused by the name of their field before anything is sent.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use octocom_ext::types::ConversationSummary;
use octocom_ext::{Checkpoint, Error, ErrorKind, Keyset, List};
use serde::de::DeserializeOwned;

use octocom_tests::list_server::{ListServer, conversations};

async fn refusal<T: DeserializeOwned + Send + Unpin + 'static>(
    list: octocom_ext::ItemStream<T>,
) -> Error {
    let mut list = list;
    let error = list.try_next().await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert!(list.next().await.is_none());
    error
}

#[tokio::test]
async fn numbers_and_dates_out_of_range_are_refused_by_name() {
    let server = ListServer::start(conversations(1)).await;
    let client = server.client();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let earlier = now - TimeDelta::seconds(1);
    let custom_data = client.business("acme-corp").custom_data();

    let refused = [
        (
            refusal(client.users().list().from_page(0).stream()).await,
            "from_page",
        ),
        (
            refusal(custom_data.list().page_size(0).stream()).await,
            "page_size: 0",
        ),
        (
            refusal(custom_data.list().page_size(201).stream()).await,
            "page_size: 201",
        ),
        (
            refusal(custom_data.list().since(now).until(earlier).stream()).await,
            "until",
        ),
        (
            refusal(client.customers().list().since(now).until(earlier).stream()).await,
            "until",
        ),
        (
            refusal(
                client
                    .conversations()
                    .list()
                    .since(now)
                    .until(earlier)
                    .stream(),
            )
            .await,
            "until",
        ),
        (
            refusal(
                client
                    .conversations()
                    .list()
                    .metadata("k".repeat(201), "v")
                    .stream(),
            )
            .await,
            "metadata key: 201 characters, at most 200",
        ),
        (
            refusal(
                client
                    .conversations()
                    .list()
                    .metadata("k", "é".repeat(50_001))
                    .stream(),
            )
            .await,
            "metadata value: 50001 characters, at most 50000",
        ),
    ];
    for (error, expected) in refused {
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn the_limits_themselves_are_accepted() {
    let server = ListServer::start(vec![]).await;
    let client = server.client();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    let custom_data = client.business("acme-corp").custom_data();
    assert!(
        custom_data
            .list()
            .page_size(1)
            .stream()
            .next()
            .await
            .is_none()
    );
    assert!(
        custom_data
            .list()
            .page_size(200)
            .until(now)
            .since(now)
            .stream()
            .next()
            .await
            .is_none()
    );
    let list = client
        .conversations()
        .list()
        .metadata("k".repeat(200), "é".repeat(1000));
    assert!(list.stream().next().await.is_none());
    assert_eq!(server.requests(), 3);
    assert!(
        server.state().requests[1].contains("limit=200"),
        "{:?}",
        server.state().requests
    );
}

#[tokio::test]
async fn a_checkpoint_of_another_listing_is_refused_with_the_reason() {
    let server = ListServer::start(conversations(1)).await;
    let client = server.client();
    let of = |list: List<ConversationSummary, Keyset>| list.stream().checkpoint();
    let list = || client.conversations().list();
    let now = DateTime::<Utc>::UNIX_EPOCH;
    for (checkpoint, expected) in [
        (
            client.users().list().stream().checkpoint(),
            "`operation` is list_users",
        ),
        (of(list().since(now)), "`filters` differ in since"),
        (
            of(list().handed_off(true)),
            "`filters` differ in handed_off",
        ),
        (list().offset().stream().checkpoint(), "`position.mode`"),
    ] {
        let error = refusal(list().resume(checkpoint).stream()).await;
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
    assert_eq!(server.requests(), 0);
    let same = of(list());
    assert_eq!(list().resume(same).stream().count().await, 1);
}

#[tokio::test]
async fn a_corrupted_checkpoint_is_refused_by_its_field() {
    let server = ListServer::start(conversations(3)).await;
    let mut stream = server.client().conversations().list().stream();
    stream.try_next().await.unwrap();
    let text = stream.checkpoint().to_string();
    assert_eq!(text.parse::<Checkpoint>().unwrap(), stream.checkpoint());
    assert!(text.len() < 1024, "{text}");
    for (from, to, field) in [
        ("\"delivered\":1", "\"delivered\":\"x\"", "delivered"),
        ("keyset", "cursor", "position"),
    ] {
        let broken = text.replace(from, to);
        assert_ne!(broken, text);
        let error = broken.parse::<Checkpoint>().unwrap_err();
        assert!(error.to_string().contains(&format!("`{field}")), "{error}");
    }
}
