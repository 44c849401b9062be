//! Lists: pages, order, filters, and what is refused.

use std::collections::HashSet;

use octocom_sandbox::Sandbox;
use reqwest::Method;
use serde_json::json;

use crate::api::{Api, api, error, send};

const PAGINATED: [&str; 9] = [
    "/conversations",
    "/customers",
    "/custom-data?businessSlug=acme-corp",
    "/users",
    "/teams",
    "/macros",
    "/workflows?businessSlug=acme-corp",
    "/articles?businessSlug=acme-corp",
    "/bot-rules?businessSlug=acme-corp",
];

#[tokio::test]
async fn every_list_delivers_each_item_once() {
    let api = api().await;
    for path in PAGINATED {
        let items = api.all(path).await;
        let ids: HashSet<_> = items.iter().map(|item| item["id"].to_string()).collect();
        assert_eq!(ids.len(), items.len(), "{path}");
        let expected = if path == "/teams" { 8 } else { 51 };
        assert!(items.len() >= expected, "{path}: {}", items.len());
    }
    assert_eq!(api.all("/conversations").await.len(), 260);
    assert_eq!(api.all("/users").await.len(), 73);
}

#[tokio::test]
async fn a_page_says_where_it_stands() {
    let api = api().await;
    let pagination = |page: u64, more| json!({"page": page, "limit": 50, "hasMore": more});
    for (page, items, more) in [(1, 50, true), (5, 50, true), (6, 10, false), (7, 0, false)] {
        let body = api.read(&format!("/conversations?page={page}")).await;
        assert_eq!(body["data"].as_array().unwrap().len(), items);
        assert_eq!(body["pagination"], pagination(page, more));
    }
}

#[tokio::test]
async fn a_page_however_large_is_past_the_end() {
    let api = api().await;
    for page in ["18446744073709551615", "189470344489537613332480"] {
        let body = api.read(&format!("/conversations?page={page}")).await;
        assert_eq!(body["data"], json!([]));
        assert_eq!(body["pagination"]["hasMore"], false);
    }
}

#[tokio::test]
async fn a_page_that_is_none_is_refused() {
    let api = api().await;
    for path in PAGINATED {
        let separator = if path.contains('?') { '&' } else { '?' };
        for page in ["0", "-1", "1.5", "x", "", "1&page=2"] {
            let path = format!("{path}{separator}page={page}");
            let (status, message) = error(api.get(&path).await);
            assert_eq!(status, 400, "{path}");
            assert!(
                message.starts_with("query parameter `page`"),
                "{path}: {message}"
            );
        }
    }
}

#[tokio::test]
async fn only_the_key_opens() {
    let api = api().await;
    let refused = (401, json!({"error": "Invalid or missing API key"}));
    assert_eq!(
        send(api.anonymous(Method::GET, "/conversations")).await,
        refused
    );
    let wrong = api
        .anonymous(Method::GET, "/conversations")
        .header("x-api-key", "wrong");
    assert_eq!(send(wrong).await, refused);
    assert_eq!(api.get("/conversations").await.0, 200);
}

#[tokio::test]
async fn conversations_ascend_by_creation_then_id() {
    let items = api().await.all("/conversations").await;
    let place = |item: &serde_json::Value| (item["createdAt"].to_string(), item["id"].to_string());
    assert!(items.is_sorted_by_key(place));
    let instants: HashSet<_> = items
        .iter()
        .map(|item| item["createdAt"].to_string())
        .collect();
    assert!(instants.len() < items.len(), "some share their instant");
}

#[tokio::test]
async fn dates_include_both_ends() {
    let api = api().await;
    for list in ["/conversations", "/customers"] {
        let items = api.all(list).await;
        let at = |index: usize| items[index]["createdAt"].as_str().unwrap();
        let (start, end) = (at(20), at(60));
        let found = api
            .all(&format!("{list}?startDate={start}&endDate={end}"))
            .await;
        let within = |item: &&serde_json::Value| {
            item["createdAt"]
                .as_str()
                .is_some_and(|at| start <= at && at <= end)
        };
        let expected: Vec<_> = items.iter().filter(within).cloned().collect();
        assert!(expected.len() >= 41);
        assert_eq!(found, expected, "{list}");
        let nothing = api
            .all(&format!("{list}?startDate={end}&endDate={start}"))
            .await;
        assert_eq!(nothing, Vec::<serde_json::Value>::new());
    }
}

#[tokio::test]
async fn a_date_with_an_offset_is_the_same_instant() {
    let api = api().await;
    let with = |date: &str| format!("/conversations?startDate={date}");
    let utc = api.all(&with("2025-03-01T00:00:00Z")).await;
    let offset = api.all(&with("2025-03-01T02:00:00%2B02:00")).await;
    assert!(!utc.is_empty() && utc.len() < 260);
    assert_eq!(utc, offset);
}

#[tokio::test]
async fn filters_on_state_divide_the_conversations() {
    let api = api().await;
    let count = async |filter: &str| api.all(&format!("/conversations?{filter}")).await.len();
    let by_status = [
        count("status=open").await,
        count("status=closed").await,
        count("status=snoozed").await,
    ];
    assert!(by_status.iter().all(|&count| count > 0), "{by_status:?}");
    assert_eq!(by_status.iter().sum::<usize>(), 260);
    let by_hand = [
        count("handedOff=true").await,
        count("handedOff=false").await,
    ];
    assert!(by_hand.iter().all(|&count| count > 0), "{by_hand:?}");
    assert_eq!(by_hand.iter().sum::<usize>(), 260);
    for item in api.all("/conversations?status=closed&handedOff=true").await {
        assert!(item["closedAt"].is_string() && item["handedOffAt"].is_string());
    }
}

#[tokio::test]
async fn metadata_filters_by_key_and_value_together() {
    let api = api().await;
    let found = api
        .all("/conversations?metadataKey=order_id&metadataValue=ORD-100042")
        .await;
    assert_eq!(found.len(), 1);
    let id = found[0]["id"].as_str().unwrap();
    let detail = api.read(&format!("/conversations/{id}")).await;
    assert_eq!(detail["data"]["metadata"][0]["value"], "ORD-100042");
    assert!(
        api.all("/conversations?metadataKey=plan&metadataValue=pro")
            .await
            .len()
            > 1
    );
    assert!(
        api.all("/conversations?metadataKey=plan&metadataValue=none")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn filters_that_are_none_are_refused() {
    let api = api().await;
    let together = "metadataKey and metadataValue go together";
    for half in ["metadataKey=plan", "metadataValue=pro"] {
        let answer = api.get(&format!("/conversations?{half}")).await;
        assert_eq!(answer, (400, json!({ "error": together })));
    }
    for wrong in [
        "startDate=2025-03-01",
        "endDate=x",
        "status=gone",
        "handedOff=yes",
    ] {
        let (status, message) = error(api.get(&format!("/conversations?{wrong}")).await);
        let name = wrong.split('=').next().unwrap();
        assert_eq!(status, 400);
        assert!(
            message.starts_with(&format!("query parameter `{name}`: ")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn custom_data_takes_a_limit_up_to_200() {
    let api = api().await;
    let path = |limit: &str| format!("/custom-data?businessSlug=acme-corp&limit={limit}");
    let body = api.read(&path("200")).await;
    assert_eq!(
        body["pagination"],
        json!({"page": 1, "limit": 200, "hasMore": true})
    );
    let body = api.read(&path("1")).await;
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    for wrong in ["0", "201", "x"] {
        assert_eq!(api.get(&path(wrong)).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn custom_data_is_what_the_conversations_show() {
    let api = api().await;
    let items = api
        .all("/custom-data?businessSlug=acme-corp&key=issue_type")
        .await;
    let mut conversations = HashSet::new();
    for item in &items {
        assert_eq!(item["key"], "issue_type");
        let id = item["conversationId"].as_str().unwrap();
        assert!(conversations.insert(id));
        let detail = &api.read(&format!("/conversations/{id}")).await["data"];
        assert_eq!(detail["businessSlug"], "acme-corp");
        assert_eq!(detail["dataCollectionResults"][0]["value"], item["value"]);
    }
    let of_acme = api.all("/conversations").await;
    let of_acme = of_acme
        .iter()
        .filter(|item| item["businessSlug"] == "acme-corp")
        .count();
    assert_eq!(conversations.len(), of_acme);
}

#[tokio::test]
async fn an_unknown_business_is_not_found_and_a_missing_one_refused() {
    let api = api().await;
    for list in ["/custom-data", "/workflows", "/articles", "/bot-rules"] {
        let unknown = api.get(&format!("{list}?businessSlug=nobody")).await;
        assert_eq!(unknown, (404, json!({"error": "Business not found"})));
        assert_eq!(api.get(list).await.0, 400, "{list}");
    }
    let slugs = api.read("/businesses").await;
    let slugs: Vec<_> = slugs["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| &b["slug"])
        .collect();
    assert_eq!(
        slugs,
        [
            "acme-corp",
            "nordlicht-outdoor",
            "maison-lumiere",
            "kaffe-kungen"
        ]
    );
}

#[tokio::test]
async fn a_page_number_beyond_64_bits_lies_past_the_end_and_is_told_as_it_was_given() {
    let api = api().await;
    for (number, told) in [
        ("18446744073709551615", json!(u64::MAX)),
        (
            "18446744073709551616",
            json!(18_446_744_073_709_551_616_f64),
        ),
        ("100000000000000000000000000000", json!(1e29)),
    ] {
        let body = api.read(&format!("/conversations?page={number}")).await;
        assert_eq!(body["data"], json!([]));
        assert_eq!(body["pagination"]["page"], told, "{number}");
    }
}

#[tokio::test]
async fn a_conversation_says_what_its_summary_says() {
    let api = api().await;
    for summary in api.read("/conversations").await["data"].as_array().unwrap() {
        let id = summary["id"].as_str().unwrap();
        let detail = &api.read(&format!("/conversations/{id}")).await["data"];
        for field in [
            "publicId",
            "createdAt",
            "closedAt",
            "handedOffAt",
            "subject",
            "sentiment",
            "topics",
            "businessSlug",
            "tags",
        ] {
            assert_eq!(summary[field], detail[field], "{field} of {id}");
        }
        let messages = detail["messages"].as_array().unwrap();
        let (first, last) = (&messages[0], &messages[messages.len() - 1]);
        assert_eq!(summary["initialChannel"], first["channel"]);
        assert_eq!(summary["latestChannel"], last["channel"]);
        assert_eq!(summary["lastMessageCreatedAt"], last["createdAt"]);
    }
}

#[tokio::test]
async fn a_conversation_that_is_none_is_not_found() {
    let api = api().await;
    let unknown = api
        .get("/conversations/550e8400-e29b-41d4-a716-446655440000")
        .await;
    assert_eq!(unknown, (404, json!({"error": "Conversation not found"})));
    assert_eq!(api.get("/conversations/CONV-2024-000001").await.0, 400);
}

#[tokio::test]
async fn the_same_seed_tells_the_same_and_another_does_not() {
    let first = async |seed| {
        let builder = octocom_sandbox::Sandbox::builder()
            .conversations(10)
            .seed(seed);
        Api::start(builder).await.read("/conversations").await
    };
    assert_eq!(first(7).await, first(7).await);
    assert_ne!(first(7).await, first(8).await);
}

#[tokio::test]
async fn conversations_come_and_go_at_a_tests_wish() {
    let api = Api::start(Sandbox::builder().conversations(3)).await;
    let ids = |items: Vec<serde_json::Value>| -> Vec<String> {
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = ids(api.all("/conversations").await);
    let early = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let inserted = api.sandbox.insert_conversation(early).to_string();
    let second = before[1].parse().unwrap();
    assert!(api.sandbox.remove_conversation(second));
    assert!(!api.sandbox.remove_conversation(second));
    let after = ids(api.all("/conversations").await);
    assert_eq!(after, [inserted.as_str(), &before[0], &before[2]]);
    let detail = api.read(&format!("/conversations/{inserted}")).await;
    assert_eq!(detail["data"]["createdAt"], "2001-09-09T01:46:40.000Z");
    assert_eq!(api.get(&format!("/conversations/{second}")).await.0, 404);
    let since = ids(api
        .all("/conversations?startDate=2010-01-01T00:00:00Z")
        .await);
    assert_eq!(since, [before[0].as_str(), &before[2]]);
}
