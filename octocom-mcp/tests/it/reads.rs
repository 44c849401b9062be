//! Every read against the sandbox, and what a read says when it fails.

use std::time::Duration;

use octocom_sandbox::FaultPlan;
use serde_json::{Value, json};

use crate::common::{Agent, ERAS, Person, Setup};

/// Arguments with which each read of the table has a result.
pub(crate) async fn arguments(agent: &Agent) -> Vec<(&'static str, Value)> {
    let first = async |tool: &str, arguments: Value| -> String {
        let list = agent.call(tool, arguments).await;
        list["untrusted_data"][0]["id"].as_str().unwrap().to_owned()
    };
    let businesses = agent.call("list_businesses", json!({})).await;
    let slug = businesses["untrusted_data"][0]["slug"].clone();
    let business = json!({"businessSlug": slug});
    let conversation = first("list_conversations", json!({"limit": 1})).await;
    let article = first("list_articles", business.clone()).await;
    let rule = first("list_bot_rules", business.clone()).await;
    let workflow = first("list_workflows", business.clone()).await;
    let of = |id: &str| json!({"id": id, "businessSlug": slug});
    vec![
        ("list_conversations", json!({"status": "open"})),
        ("get_conversation", json!({"id": conversation})),
        (
            "list_customers",
            json!({"startDate": "2020-01-01T00:00:00Z"}),
        ),
        (
            "list_custom_data",
            json!({"businessSlug": slug, "limit": 3}),
        ),
        ("list_users", json!({})),
        ("list_teams", json!({})),
        ("list_macros", json!({})),
        ("list_workflows", business.clone()),
        ("list_workflow_versions", of(&workflow)),
        ("list_deleted_workflows", business.clone()),
        ("list_articles", business.clone()),
        ("list_article_versions", of(&article)),
        ("list_deleted_articles", business.clone()),
        ("list_bot_rules", business.clone()),
        ("list_bot_rule_versions", of(&rule)),
        ("list_deleted_bot_rules", business),
        ("list_businesses", json!({})),
        ("list_conversation_metadata", json!({"id": conversation})),
        ("get_transcript", json!({"id": conversation})),
        ("search_conversations", json!({"text": "order"})),
        (
            "find_customer_conversations",
            json!({"conversationId": conversation}),
        ),
        (
            "compare_versions",
            json!({"kind": "article", "id": article, "businessSlug": slug}),
        ),
    ]
}

#[tokio::test]
async fn every_read_has_a_result_in_both_revisions() {
    let setup = Setup::new(60).await;
    let server = setup.builder().build().unwrap();
    for era in ERAS {
        let agent = Agent::with(&server, era, Person::nobody()).await;
        for (tool, arguments) in arguments(&agent).await {
            let result = agent.call(tool, arguments).await;
            assert!(!result["untrusted_data"].is_null(), "{tool}: {result}");
        }
    }
    assert_eq!(setup.writes(), 0);
}

#[tokio::test]
async fn a_list_is_read_to_its_end_by_its_cursor() {
    let setup = Setup::new(130).await;
    let agent = setup.reader().await;
    let all = agent
        .all("list_conversations", json!({"limit": 40, "fields": ["id"]}))
        .await;
    let mut ids: Vec<_> = all
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 130);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 130);
    // By page numbers as well.
    let customers = agent.all("list_customers", json!({"limit": 30})).await;
    let whole = agent.all("list_customers", json!({"limit": 200})).await;
    assert_eq!(customers, whole);
    assert!(customers.len() > 30);
}

#[tokio::test]
async fn whatever_an_agent_hands_back_as_a_cursor_is_checked() {
    let setup = Setup::new(60).await;
    let agent = setup.reader().await;
    let page = agent
        .call("list_conversations", json!({"limit": 5, "status": "open"}))
        .await;
    let cursor = page["cursor"].clone();
    let before = setup.sandbox.requests();
    for (tool, arguments) in [
        ("list_conversations", json!({"cursor": "../../etc"})),
        ("list_conversations", json!({"cursor": 7})),
        (
            "list_conversations",
            json!({"cursor": "{\"version\":2}", "status": "open"}),
        ),
        // Of other filters, and of another tool.
        (
            "list_conversations",
            json!({"cursor": cursor, "status": "closed"}),
        ),
        ("list_customers", json!({"cursor": cursor})),
    ] {
        let error = agent.fail(tool, arguments).await;
        assert_eq!(error["kind"], "invalid_arguments", "{error}");
    }
    assert_eq!(setup.sandbox.requests(), before);
    let again = json!({"cursor": cursor, "status": "open", "limit": 7});
    let one = agent.call("list_conversations", again.clone()).await;
    let other = agent.call("list_conversations", again).await;
    assert_eq!(one["untrusted_data"], other["untrusted_data"]);
}

#[tokio::test]
async fn a_rate_limit_says_how_long_to_wait() {
    let setup = Setup::new(5).await;
    let agent = setup.reader().await;
    // A short one is waited for.
    setup.plan(FaultPlan::on("list_teams").times(1, "rate-limit=2".parse().unwrap()));
    agent.call("list_teams", json!({})).await;
    assert_eq!(setup.requests("list_teams"), 2);
    setup.plan(FaultPlan::on("list_users").always("rate-limit=90".parse().unwrap()));
    let error = agent.fail("list_users", json!({})).await;
    assert_eq!(error["kind"], "rate_limited");
    assert_eq!(error["retry_after_seconds"], 90, "{error}");
    assert_eq!(error["advice"], "wait 90 s, then call the tool again");
    assert_eq!(setup.requests("list_users"), 1);
    // The next call knows it without asking.
    let error = agent.fail("list_teams", json!({})).await;
    assert_eq!(error["retry_after_seconds"], 90, "{error}");
    assert_eq!(setup.requests("list_teams"), 2);
}

#[tokio::test]
async fn what_was_read_before_a_failure_is_kept() {
    let setup = Setup::new(400).await;
    let agent = setup.reader().await;
    let fault = "status=403".parse().unwrap();
    setup.plan(
        FaultPlan::on("list_customers")
            .query("page", "2")
            .times(1, fault),
    );
    let arguments = json!({"limit": 100, "fields": ["id"]});
    let page = agent.call("list_customers", arguments.clone()).await;
    assert_eq!(page["untrusted_data"].as_array().unwrap().len(), 50);
    assert_eq!(page["stopped"]["error"]["kind"], "forbidden", "{page}");
    assert_eq!(page["complete"], false);
    let mut rest = arguments;
    rest["cursor"] = page["cursor"].clone();
    let rest = agent.call("list_customers", rest).await;
    assert_ne!(rest["untrusted_data"][0], page["untrusted_data"][49]);
    assert!(rest.get("stopped").is_none());
}

#[tokio::test]
async fn arguments_are_checked_before_anything_is_sent() {
    let setup = Setup::new(5).await;
    let agent = setup.reader().await;
    for (tool, arguments, words) in [
        (
            "list_conversations",
            json!({"statuss": "open"}),
            "no argument `statuss`",
        ),
        (
            "list_conversations",
            json!({"status": "nonsense"}),
            "status",
        ),
        (
            "list_conversations",
            json!({"page": 2}),
            "no argument `page`",
        ),
        (
            "list_conversations",
            json!({"metadataKey": "a"}),
            "metadataValue: missing",
        ),
        ("list_articles", json!({}), "businessSlug: missing"),
        (
            "list_conversations",
            json!({"limit": 1000}),
            "allowed are 1 to 200",
        ),
        ("get_conversation", json!({}), "id: missing"),
        (
            "search_conversations",
            json!({"maxPages": 21}),
            "allowed are 1 to 20",
        ),
        (
            "search_conversations",
            json!({"inMessages": "yes"}),
            "true or false",
        ),
        ("find_customer_conversations", json!({}), "exactly one of"),
        (
            "compare_versions",
            json!({"kind": "macro", "id": "x", "businessSlug": "acme-corp"}),
            "UUID",
        ),
    ] {
        let error = agent.fail(tool, arguments).await;
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{tool}: {message}");
        assert!(
            ["invalid_arguments", "invalid_request"].contains(&error["kind"].as_str().unwrap())
        );
    }
    assert_eq!(setup.sandbox.requests(), 0);
}

#[tokio::test]
async fn a_tool_has_a_time_limit() {
    let setup = Setup::new(5).await;
    let server = setup
        .builder()
        .tool_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let agent = Agent::new(&server).await;
    setup.plan(FaultPlan::on("list_users").always("hang".parse().unwrap()));
    let error = agent.fail("list_users", json!({})).await;
    assert_eq!(error["kind"], "timeout", "{error}");
    assert_eq!(error.get("may_have_been_processed"), None);
    agent.call("list_teams", json!({})).await;
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_counted_and_the_list_goes_on() {
    let page = json!({"data": [{"id": "a"}, 7, {"id": "b"}],
        "pagination": {"page": 1, "limit": 50, "hasMore": false}});
    let answer = move || {
        let page = page.clone();
        async move { axum::Json(page) }
    };
    let router = axum::Router::new().fallback(answer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let client = octocom_ext::Client::builder()
        .with_base_url(url)
        .with_api_key("key");
    let server = octocom_mcp::Server::builder(client.build().unwrap());
    let agent = Agent::new(&server.build().unwrap()).await;
    let users = agent.call("list_users", json!({})).await;
    assert_eq!(users["untrusted_data"], json!([{"id": "a"}, {"id": "b"}]));
    assert_eq!(users["unreadable_records"], 1, "{users}");
    assert_eq!(users["unreadable"]["error"]["kind"], "decode");
    // With fields as well.
    let users = agent.call("list_users", json!({"fields": ["id"]})).await;
    assert_eq!(users["unreadable_records"], 1);
}
