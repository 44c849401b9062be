//! Commands that delete, overwrite or send.

use octocom_ext::operations;
use serde_json::{Value, json};

use crate::program::Program;

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

#[tokio::test]
async fn what_needs_care_is_not_done_where_nobody_can_be_asked() {
    let program = Program::start().await;
    for words in [
        &format!("articles delete {ID} --business acme-corp"),
        &format!("workflows restore {ID} --business acme-corp --version-id {ID}"),
        "bot start --business acme-corp --message Hello",
        "chat",
        &format!("api DELETE /rest/v1/workflows/{ID}"),
        "api POST /rest/v9/anything",
    ] {
        let ended = program.type_in(words).await;
        ended.assert_error(2, &["nobody to ask", "--yes", "nothing was sent"]);
    }
    assert_eq!(program.requests(), 0);
}

#[tokio::test]
async fn reads_and_additions_are_not_asked_about() {
    let program = Program::start().await;
    let event = "conversations create-event --conversation-id CONV-2024-000001 --event x";
    program.type_in(event).await.assert_done();
    program
        .type_in("api GET /rest/v1/teams")
        .await
        .assert_done();
}

#[tokio::test]
async fn a_dry_run_shows_the_request_without_the_key_and_sends_nothing() {
    let program = Program::start().await;
    let dry = |words: String| {
        let program = &program;
        async move {
            let ended = program.type_in(&format!("{words} --dry-run")).await;
            assert!(!ended.assert_done().out.contains(program.sandbox().key()));
            serde_json::from_str::<Value>(&ended.out).unwrap()
        }
    };
    let request = dry(format!("articles delete {ID} --business acme-corp")).await;
    assert_eq!(request["method"], "DELETE");
    let url = request["url"].as_str().unwrap();
    let expected = format!("/rest/v1/articles/{ID}?businessSlug=acme-corp");
    assert!(url.ends_with(&expected), "{url}");
    let request = dry(format!(
        "bot-rules update {ID} --business acme --null channels"
    ))
    .await;
    assert_eq!(
        request["body"],
        json!({"businessSlug": "acme", "channels": null})
    );
    let request = dry("api GET /rest/v1/users?page=2".to_owned()).await;
    assert!(
        request["url"]
            .as_str()
            .unwrap()
            .ends_with("/rest/v1/users?page=2")
    );
    assert_eq!(program.requests(), 0);
    // It needs no key.
    Program::new()
        .type_in("users list --dry-run")
        .await
        .assert_done();
}

#[tokio::test]
async fn the_help_of_each_operation_says_if_it_needs_care() {
    let program = Program::new();
    for operation in operations::ALL {
        let help = program
            .type_in(&format!("{} --help", operation.command))
            .await;
        let help = &help.assert_done().out;
        assert_eq!(
            help.contains("--yes"),
            operation.effect.needs_care(),
            "{help}"
        );
        assert!(
            help.contains("--dry-run") && help.contains(operation.id),
            "{help}"
        );
    }
}
