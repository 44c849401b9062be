//! Every list of the API, with its path and its filters.

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use octocom_ext::types::ConversationStatus;
use octocom_ext::{Client, operations};

use octocom_tests::list_server::ListServer;

/// Sends the first request of a listing and returns its path and query.
async fn first_request<S: futures_util::Stream + Unpin>(
    server: &ListServer,
    mut stream: S,
) -> String {
    assert!(stream.next().await.is_none());
    server.state().requests.pop().unwrap()
}

#[tokio::test]
async fn every_paginated_operation_has_a_listing() {
    let server = ListServer::start(vec![]).await;
    let client: Client = server.client();
    let acme = client.business("acme corp");
    let mut asked = vec![
        first_request(&server, client.conversations().list().stream()).await,
        first_request(&server, client.customers().list().stream()).await,
        first_request(&server, acme.custom_data().list().stream()).await,
        first_request(&server, client.users().list().stream()).await,
        first_request(&server, client.teams().list().stream()).await,
        first_request(&server, client.macros().list().stream()).await,
        first_request(&server, acme.workflows().list().stream()).await,
        first_request(&server, acme.articles().list().stream()).await,
        first_request(&server, acme.bot_rules().list().stream()).await,
    ];
    let mut expected: Vec<_> = operations::ALL
        .iter()
        .filter(|operation| operation.page_size.is_some())
        .map(|operation| {
            let of_business = ["workflows", "articles", "bot-rules", "custom-data"];
            let slug = of_business
                .iter()
                .any(|name| operation.path.ends_with(name));
            let slug = if slug { "businessSlug=acme+corp&" } else { "" };
            format!("{}?{slug}page=1", operation.path)
        })
        .collect();
    asked.sort_unstable();
    expected.sort_unstable();
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn filters_are_sent_under_their_names() {
    let server = ListServer::start(vec![]).await;
    let client = server.client();
    let start: DateTime<Utc> = "2024-01-15T00:00:00Z".parse().unwrap();
    let end: DateTime<Utc> = "2024-01-16T00:00:00.5Z".parse().unwrap();
    let list = client
        .conversations()
        .list()
        .since(start)
        .until(end)
        .status(ConversationStatus::Snoozed)
        .handed_off(false)
        .metadata("order id", "#1042");
    assert_eq!(
        first_request(&server, list.stream()).await,
        // With slack at both ends, which is cut off; nothing is listed, so the start date was given
        // more of it before the end.
        "/rest/v1/conversations?endDate=2024-01-20T00%3A00%3A00.500Z&handedOff=false\
         &metadataKey=order+id&metadataValue=%231042&page=1\
         &startDate=2024-01-11T00%3A00%3A00Z&status=snoozed"
    );
    let list = client.conversations().list().handed_off(true);
    assert_eq!(
        first_request(&server, list.stream()).await,
        "/rest/v1/conversations?handedOff=true&page=1"
    );
    let list = client.customers().list().since(start).until(end);
    assert_eq!(
        first_request(&server, list.stream()).await,
        "/rest/v1/customers?endDate=2024-01-16T00%3A00%3A00.500Z&page=1\
         &startDate=2024-01-15T00%3A00%3A00Z"
    );
    let list = client.business("acme").custom_data().list();
    let list = list.key("issue_type").since(start).until(end).page_size(7);
    assert_eq!(
        first_request(&server, list.stream()).await,
        "/rest/v1/custom-data?businessSlug=acme&endDate=2024-01-16T00%3A00%3A00.500Z\
         &key=issue_type&limit=7&page=1&startDate=2024-01-15T00%3A00%3A00Z"
    );
}
