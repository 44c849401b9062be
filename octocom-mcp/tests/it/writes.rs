//! Writes that were allowed by resource, cancellation, and the audit.

use std::time::Duration;

use octocom_ext::Client;
use octocom_mcp::Server;
use octocom_sandbox::{FaultPlan, RecordKind};
use rmcp::model::{CallToolRequest, CallToolRequestParams, ClientRequest};
use rmcp::service::PeerRequestOptions;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::common::{Agent, ERAS, Person, Setup};

#[tokio::test]
async fn a_write_that_is_allowed_is_done_without_a_question() {
    for era in ERAS {
        let setup = Setup::new(3).await;
        let server = setup.builder().allow(["tags", "articles"]).build().unwrap();
        let agent = Agent::with(&server, era, Person::nobody()).await;
        let list = agent.call("list_conversations", json!({})).await;
        let id = &list["untrusted_data"][0]["id"];
        let done = agent
            .call(
                "add_conversation_tag",
                json!({"conversationId": id, "tag": "vip"}),
            )
            .await;
        assert_eq!(done["done"], true);
        let record = setup
            .sandbox
            .control()
            .record(RecordKind::Conversations, id.as_str().unwrap());
        assert!(record.unwrap()["tags"].to_string().contains("vip"));
        let article = agent
            .call(
                "create_article",
                json!({"businessSlug": "acme-corp", "title": "T", "content": "C"}),
            )
            .await;
        let id = &article["untrusted_data"]["id"];
        let changed = json!({"id": id, "businessSlug": "acme-corp", "title": "U"});
        assert_eq!(agent.call("update_article", changed).await["done"], true);
        let deleted = json!({"id": id, "businessSlug": "acme-corp"});
        assert_eq!(agent.call("delete_article", deleted).await["done"], true);
        // Of a resource that was not allowed.
        let refused = agent.try_call("delete_workflow", json!({"id": id})).await;
        assert!(refused.is_err());
    }
}

#[tokio::test]
async fn a_write_that_takes_too_long_may_have_been_processed() {
    let setup = Setup::new(3).await;
    let server = setup
        .builder()
        .allow(["tags"])
        .tool_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let agent = Agent::new(&server).await;
    setup.plan(FaultPlan::on("add_conversation_tag").always("hang".parse().unwrap()));
    let arguments = json!({"conversationId": "CONV-2024-000001", "tag": "vip"});
    let error = agent.fail("add_conversation_tag", arguments).await;
    assert_eq!(
        (&error["kind"], &error["may_have_been_processed"]),
        (&json!("timeout"), &json!(true))
    );
}

#[tokio::test]
async fn cancellation_closes_the_connection_to_the_api() {
    for era in ERAS {
        let api = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", api.local_addr().unwrap());
        let client = Client::builder().with_base_url(url).with_api_key("key");
        let server = Server::builder(client.build().unwrap()).build().unwrap();
        let agent = Agent::with(&server, era, Person::nobody()).await;
        let request = CallToolRequest::new(CallToolRequestParams::new("list_users"));
        let call = agent
            .client
            .send_cancellable_request(
                ClientRequest::CallToolRequest(request),
                PeerRequestOptions::no_options(),
            )
            .await
            .unwrap();
        let (mut connection, _) = api.accept().await.unwrap();
        let mut request = vec![0; 4];
        connection.read_exact(&mut request).await.unwrap();
        assert_eq!(request, b"GET ");
        call.cancel(Some("enough".to_owned())).await.unwrap();
        // The rest of the request, and then the end: nobody waits for an answer any more.
        let ended = tokio::time::timeout(Duration::from_secs(30), async {
            let mut rest = Vec::new();
            connection.read_to_end(&mut rest).await
        });
        assert!(ended.await.is_ok(), "{era:?}: the connection stays open");
        // The server goes on with other calls.
        assert_eq!(agent.names().await.len(), 23);
    }
}

#[tokio::test]
async fn the_audit_has_a_line_for_each_call_and_no_text() {
    let setup = Setup::new(3).await;
    let server = setup
        .builder()
        .allow(["tags"])
        .allow_sends()
        .build()
        .unwrap();
    let agent = Agent::new(&server).await;
    let list = agent.call("list_conversations", json!({"limit": 1})).await;
    let id = list["untrusted_data"][0]["id"].clone();
    agent
        .call(
            "add_conversation_tag",
            json!({"conversationId": id, "tag": "secret words"}),
        )
        .await;
    agent
        .fail("get_conversation", json!({"id": "a text, not an id"}))
        .await;
    let email = json!({"businessSlug": "acme-corp", "to": "jane@example.com", "subject": "s",
        "text": "secret words"});
    agent.fail("send_outbound_email", email).await;
    agent
        .try_call("a text as a name", json!({}))
        .await
        .unwrap_err();
    let audit = setup.audit();
    let lines: Vec<_> = audit
        .iter()
        .map(|line| {
            (
                line["tool"].as_str().unwrap(),
                line["effect"].as_str().unwrap(),
                line["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("list_conversations", "reads", "ok"),
            ("add_conversation_tag", "adds", "ok"),
            ("get_conversation", "reads", "invalid_request"),
            ("send_outbound_email", "sends", "refused"),
            ("unknown", "none", "unknown_tool"),
        ]
    );
    assert_eq!(audit[1]["ids"], json!({"conversationId": id}));
    assert_eq!(audit[2]["ids"], json!({"id": "not an id"}));
    let text = json!(audit).to_string();
    for secret in ["secret", "jane", "a text", setup.sandbox.key()] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    for line in &audit {
        let time = line["time"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
    }
}
