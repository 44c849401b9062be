//! A 429 that no waiting lifts, told by its text from one that passes.

use octocom_ext::{ErrorKind, Operation, operations as op};

use octocom_tests::script::{Script, call, status};

/// The document's own examples of the two texts, and other ways to write them.
static FULL: [(&Operation, &str); 4] = [
    (&op::SET_CONVERSATION_METADATA, "Pair limit exceeded"),
    (
        &op::SET_CONVERSATION_METADATA,
        "the PAIR LIMIT of 100 is reached",
    ),
    (&op::SEND_BOT_MESSAGE, "Message limit reached"),
    (
        &op::SEND_BOT_MESSAGE,
        "MESSAGE LIMIT reached for this conversation",
    ),
];

fn limited(text: &str) -> octocom_tests::script::Answer {
    status(429)
        .header("retry-after", "2")
        .body(serde_json::json!({ "error": text }).to_string())
}

#[tokio::test]
async fn a_full_quota_is_an_error_after_exactly_one_request() {
    for (operation, text) in FULL {
        let script = Script::new([limited(text), status(200)]).await;
        let (client, recorder) = script.client();
        let error = call(&client, operation).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Quota, 1),
            "{error}"
        );
        assert_eq!(error.message().as_deref(), Some(text));
        assert!(error.is_quota() && !error.is_rate_limited(), "{error:?}");
        assert!(
            !error.is_retryable() && !error.may_have_been_processed(),
            "{error:?}"
        );
        assert_eq!(
            error.to_string(),
            format!(
                "{} reached a quota with status 429: {text} after 1 attempt",
                operation.id
            )
        );
        // It is nobody else's: the next call is not held back.
        call(&client, operation).await.unwrap();
        assert_eq!((script.calls(), recorder.waits()), (2, vec![]), "{text}");
    }
}

#[tokio::test]
async fn any_other_429_of_the_same_operations_is_retried() {
    for operation in [&op::SET_CONVERSATION_METADATA, &op::SEND_BOT_MESSAGE] {
        for body in [
            r#"{"error":"Too many requests"}"#,
            r#"{"message":"Pair limit exceeded, Message limit reached"}"#,
            r#"{"error":{"text":"Pair limit exceeded, Message limit reached"}}"#,
            "<html>Pair limit exceeded, Message limit reached</html>",
            "",
        ] {
            let answer = status(429).header("retry-after", "2").body(body);
            let script = Script::new([answer, status(200)]).await;
            let (client, recorder) = script.client();
            call(&client, operation).await.unwrap();
            assert_eq!(
                (script.calls(), recorder.waits()),
                (2, vec![2000]),
                "{body}"
            );
        }
    }
}

#[tokio::test]
async fn the_text_of_one_operations_quota_is_none_of_anothers() {
    for (operation, text) in [
        (&op::SET_CONVERSATION_METADATA, "Message limit reached"),
        (&op::SEND_BOT_MESSAGE, "Pair limit exceeded"),
        (&op::START_BOT_CONVERSATION, "Message limit reached"),
        (&op::LIST_USERS, "Pair limit exceeded"),
    ] {
        let script = Script::new([limited(text), status(200)]).await;
        let (client, recorder) = script.client();
        call(&client, operation).await.unwrap();
        assert_eq!(
            (script.calls(), recorder.waits()),
            (2, vec![2000]),
            "{text}"
        );
    }
}

#[tokio::test]
async fn the_text_of_a_quota_under_another_status_is_no_quota() {
    let answer = status(400).body(r#"{"error":"Pair limit exceeded"}"#);
    let script = Script::new([answer]).await;
    let (client, _) = script.client();
    let error = call(&client, &op::SET_CONVERSATION_METADATA)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.calls()),
        (ErrorKind::Rejected, 1),
        "{error}"
    );
}
