//! The list of tools: names, annotations, sizes, and what is not in it.

use std::collections::BTreeSet;

use octocom_api::Effect;
use octocom_ext::{Operation, operations};

use crate::common::{Agent, ERAS, Person, Setup};

/// Tokens of a text, as the issue counts them.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
}

#[tokio::test]
async fn reads_alone_are_listed_by_default() {
    let setup = Setup::new(0).await;
    let server = setup.builder().build().unwrap();
    let mut expected: Vec<_> = operations::ALL
        .iter()
        .filter(|operation| operation.effect == Effect::Reads)
        .map(|operation| operation.id)
        .collect();
    assert_eq!(expected.len(), 19);
    expected.extend([
        "search_conversations",
        "get_transcript",
        "find_customer_conversations",
        "compare_versions",
    ]);
    for era in ERAS {
        let agent = Agent::with(&server, era, Person::nobody()).await;
        let names: BTreeSet<_> = agent.names().await.into_iter().collect();
        assert_eq!(
            names,
            expected.iter().map(|&name| name.to_owned()).collect()
        );
    }
}

#[tokio::test]
async fn a_tool_that_is_not_listed_cannot_be_called() {
    let setup = Setup::new(1).await;
    let agent = setup.reader().await;
    for operation in operations::ALL {
        if operation.effect == Effect::Reads {
            continue;
        }
        let called = agent.try_call(operation.id, serde_json::json!({})).await;
        let refused = called.unwrap_err().to_string();
        assert!(refused.contains("unknown tool"), "{refused}");
        assert!(!refused.contains(operation.id), "{refused}");
    }
    assert_eq!(setup.sandbox.requests(), 0);
    assert!(setup.audit().iter().all(|line| line["tool"] == "unknown"));
}

#[tokio::test]
async fn every_tool_has_all_annotations_and_a_name_that_every_client_takes() {
    let setup = Setup::new(0).await;
    let server = setup
        .builder()
        .allow(["all"])
        .allow_sends()
        .max_tools(46)
        .build()
        .unwrap();
    let agent = Agent::new(&server).await;
    let tools = agent.tools().await;
    assert_eq!(tools.len(), 46);
    for tool in &tools {
        let name = tool["name"].as_str().unwrap();
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        assert!(
            (1..=64).contains(&name.len()) && name.bytes().all(is_plain),
            "{name}"
        );
        let effect = Operation::find(name).map_or(Effect::Reads, |operation| operation.effect);
        let hints = &tool["annotations"];
        assert_eq!(hints["readOnlyHint"], effect == Effect::Reads, "{name}");
        assert_eq!(hints["destructiveHint"], effect.needs_care(), "{name}");
        assert!(hints["idempotentHint"].is_boolean(), "{name}");
        assert_eq!(hints["openWorldHint"], effect == Effect::Sends, "{name}");
        assert_eq!(tool.get("outputSchema"), None, "{name}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{name}");
        let properties = tool["inputSchema"]["properties"].as_object().unwrap();
        let required = tool["inputSchema"]["required"]
            .as_array()
            .into_iter()
            .flatten();
        for name in required {
            assert!(properties.contains_key(name.as_str().unwrap()));
        }
    }
}

#[tokio::test]
async fn writes_are_listed_by_resource() {
    let setup = Setup::new(0).await;
    let listed = async |allowed: &[&str], sends: bool| -> Vec<String> {
        let mut builder = setup.builder().allow(allowed.iter().copied()).max_tools(46);
        if sends {
            builder = builder.allow_sends();
        }
        let agent = Agent::new(&builder.build().unwrap()).await;
        let writes = agent.names().await.into_iter();
        let is_write =
            |name: &String| Operation::find(name).is_some_and(|it| it.effect != Effect::Reads);
        let mut writes: Vec<_> = writes.filter(is_write).collect();
        writes.sort();
        writes
    };
    assert_eq!(listed(&["tags"], false).await, ["add_conversation_tag"]);
    assert_eq!(
        listed(&["articles", "metadata"], false).await,
        [
            "create_article",
            "delete_article",
            "delete_conversation_metadata",
            "restore_article",
            "set_conversation_metadata",
            "update_article"
        ]
    );
    assert_eq!(
        listed(&[], true).await,
        [
            "append_sheet_row",
            "record_purchase",
            "send_bot_message",
            "send_outbound_email",
            "start_bot_conversation"
        ]
    );
    assert_eq!(listed(&["all"], false).await.len(), 18);
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_named() {
    let setup = Setup::new(0).await;
    for (builder, setting, words) in [
        (
            setup.builder().allow(["emails"]),
            "allow",
            "`emails` is not one of articles, bot-rules",
        ),
        (
            setup.builder().allow(["all"]),
            "max_tools",
            "there would be 41 tools, more than 30",
        ),
        (
            setup.builder().result_bytes(3_999),
            "result_bytes",
            "is 3999, allowed are 4000 to",
        ),
        (
            setup.builder().tool_timeout(std::time::Duration::ZERO),
            "tool_timeout",
            "is 0",
        ),
        (setup.builder().max_tools(0), "max_tools", "is 0"),
        (setup.builder().business("a/b"), "business", "letters"),
        (
            setup.builder().business("acme-corp").allow(["customers"]),
            "allow",
            "`customers` does not",
        ),
    ] {
        let error = builder.build().unwrap_err();
        assert_eq!(error.setting(), setting);
        assert!(error.problem().contains(words), "{error}");
    }
}

#[tokio::test]
async fn the_lists_are_small() {
    let setup = Setup::new(0).await;
    let size = async |builder: octocom_mcp::ServerBuilder| {
        let agent = Agent::new(&builder.build().unwrap()).await;
        let tools = agent.tools().await;
        tokens(&serde_json::to_string(&tools).unwrap())
    };
    let default = size(setup.builder()).await;
    let all = size(setup.builder().allow(["all"]).allow_sends().max_tools(46)).await;
    println!("default list: {default} tokens; all tools: {all} tokens");
    assert!(default < 4_000, "{default}");
    assert!(all < 12_000, "{all}");
}

#[tokio::test]
async fn the_instructions_say_what_data_is_and_what_is_allowed() {
    let setup = Setup::new(0).await;
    let instructions = async |builder: octocom_mcp::ServerBuilder| {
        let agent = Agent::with(
            &builder.build().unwrap(),
            crate::common::Era::Initialize,
            Person::nobody(),
        )
        .await;
        let info = agent.client.peer_info().unwrap();
        info.instructions.clone().unwrap()
    };
    let default = instructions(setup.builder()).await;
    assert!(default.contains("`untrusted_data`") && default.contains("This server only reads."));
    let limited = instructions(setup.builder().business("acme-corp").allow_sends()).await;
    assert!(limited.contains("limited to the business `acme-corp`"));
    assert!(limited.contains("ask the user each time") && !limited.contains("only reads"));
}
