//! Every exit status, by its cause.

use std::time::Duration;

use octocom_sandbox::{FaultPlan, RecordKind};
use serde_json::{Value, json};

use crate::program::Program;
#[cfg(unix)]
use crate::program::{end, interrupt};

const NOBODY: &str = "550e8400-e29b-41d4-a716-446655440000";

fn fail(program: &Program, operation: &str, fault: &str) {
    let plan = FaultPlan::on(operation).times(1, fault.parse().unwrap());
    program.sandbox().control().add_plan(plan).unwrap();
}

#[tokio::test]
async fn done_is_0_also_after_a_retry() {
    let program = Program::start().await;
    fail(&program, "list_users", "status=503");
    let ended = program.type_in("users list --max-items 3").await;
    assert_eq!(ended.assert_done().out.lines().count(), 3);
}

#[tokio::test]
async fn failed_is_1() {
    let program = Program::start().await;
    // Nobody listens at port 9.
    let nowhere = [("OCTOCOM_BASE_URL", "http://127.0.0.1:9")];
    let ended = program.run_with(&nowhere, "--timeout 1s users list").await;
    ended.assert_error(
        1,
        &["list_users", "http://127.0.0.1:9", "check the base URL"],
    );
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn bad_arguments_are_2_and_nothing_is_sent() {
    let program = Program::start().await;
    for (words, named) in [
        ("nothing", "nothing"),
        ("users lists", "lists"),
        ("users list --max-items 0", "--max-items"),
        ("users list --status open", "--status"),
        ("conversations get", "<ID>"),
        (
            "conversations get CONV-2024-000001",
            "`<ID>`: a text of 16 characters is not a valid uuid",
        ),
        (
            "conversations add-tag --tag vip",
            "`--conversation-id` is missing",
        ),
        (
            "conversations add-tag --conversation-id C-1 --tag=",
            "`--tag`: 0 characters, at least 1",
        ),
        (
            "conversations list --status new",
            r#"`--status`: `new` is not one of "open""#,
        ),
        (
            "conversations create-event --body {",
            "`--body` is not JSON",
        ),
        (
            "conversations create-event --body []",
            "`--body` is JSON, and not an object",
        ),
        (
            "conversations create-event --body @nothing",
            "`--body` cannot be read",
        ),
        (
            r#"conversations create-event --event a --body {"event":"b"}"#,
            "`--event` is given twice",
        ),
        ("api GET users", "must begin with one `/`"),
        ("api GET /rest/v1/../x", "segment `.` or `..`"),
        (
            "api BREW /rest/v1/users",
            "expected GET, POST, PUT, PATCH or DELETE",
        ),
        ("users list --jq .[", "`--jq` is not a filter"),
        ("users list --timeout 5", "whole number with s, m, h or d"),
        ("plan --shards 0 --out -", "--shards"),
        (
            "history list articles 1 --business acme-corp",
            "1 characters is not a UUID; see `octocom history list --help`",
        ),
    ] {
        program.type_in(words).await.assert_error(2, &[named]);
    }
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn a_value_that_is_not_documented_is_sent_on_request() {
    let program = Program::start().await;
    let ended = program
        .type_in("conversations list --status new --allow-unknown")
        .await;
    ended.assert_error(1, &["the API rejected the request (400"]);
    assert_eq!(program.requests(), 1);
}

#[tokio::test]
async fn a_key_that_is_missing_or_refused_is_4() {
    let ended = Program::new().type_in("users list").await;
    ended.assert_error(
        4,
        &["the API key is missing", "OCTOCOM_API_KEY", "--sandbox"],
    );
    let program = Program::start().await;
    let ended = program
        .run_with(&[("OCTOCOM_API_KEY", "wrong")], "users list")
        .await;
    ended.assert_error(
        4,
        &["the API rejected the key (401: Invalid or missing API key); check OCTOCOM_API_KEY"],
    );
    assert!(!ended.err.contains("wrong"), "{ended:?}");
}

#[tokio::test]
async fn not_found_is_5() {
    let program = Program::start().await;
    let ended = program.run(&["conversations", "get", NOBODY]).await;
    ended.assert_error(5, &["not found (404: Conversation not found)"]);
}

#[tokio::test]
async fn a_rate_limit_and_a_quota_are_6() {
    let program = Program::with(|it| it.rate_limited(1.0, Duration::from_secs(300))).await;
    let ended = program.type_in("users list").await;
    ended.assert_error(
        6,
        &["the API's rate limit is reached", "try again in 300 s"],
    );
    assert_eq!(program.requests(), 1);

    let program = Program::start().await;
    let id = program
        .type_in("conversations list --max-items 1 --jq .id")
        .await
        .out;
    let pairs = (0..200).map(|number| (format!("key-{number}"), Value::from("x")));
    let changes = json!({ "metadata": pairs.collect::<serde_json::Map<_, _>>() });
    let control = program.sandbox().control();
    control
        .update(RecordKind::Conversations, id.trim(), changes)
        .unwrap();
    let set = format!(
        "conversations set-metadata {} --key one-more --value x --yes",
        id.trim()
    );
    let ended = program.type_in(&set).await;
    ended.assert_error(
        6,
        &["a quota of the API is used up", "waiting does not help"],
    );
}

#[tokio::test]
async fn a_write_that_may_have_been_processed_is_7() {
    let program = Program::start().await;
    fail(&program, "create_conversation_event", "status=503; after");
    let words = "conversations create-event --conversation-id CONV-2024-000001 --event x";
    let ended = program.type_in(words).await;
    ended.assert_error(7, &["may have been processed", "check whether it was done"]);
    assert_eq!(program.requests(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn an_interruption_is_130() {
    let program = Program::start().await;
    fail(&program, "list_users", "stall");
    let child = program.start_until(1, "users list").await;
    interrupt(&child).await;
    let ended = end(child).await;
    ended.assert_error(130, &["interrupted"]);
    assert!(!ended.err.contains("processed"), "{ended:?}");

    fail(&program, "create_conversation_event", "stall");
    let words = "conversations create-event --conversation-id CONV-2024-000001 --event x";
    let child = program.start_until(1, words).await;
    interrupt(&child).await;
    end(child)
        .await
        .assert_error(130, &["interrupted", "may have been processed"]);
}

#[tokio::test]
async fn errors_are_json_on_request() {
    let program = Program::start().await;
    let words = format!("conversations get {NOBODY} --error-format json");
    let ended = program.type_in(&words).await;
    assert_eq!(ended.status, 5);
    let error: Value = serde_json::from_str(&ended.err).unwrap();
    let error = &error["error"];
    assert_eq!(
        (&error["cause"], &error["status"]),
        (&json!("not_found"), &json!(5))
    );
    let call = &error["call"];
    assert_eq!(call["operation"], "get_conversation");
    assert_eq!(
        (&call["http_status"], &call["attempts"]),
        (&json!(404), &json!(1))
    );
    assert_eq!(call["api_message"], "Conversation not found");
    let ended = program
        .type_in("--error-format=json users list --nothing")
        .await;
    let error: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!(
        (ended.status, &error["error"]["cause"]),
        (2, &json!("usage"))
    );
}
