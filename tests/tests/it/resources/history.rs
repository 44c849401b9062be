//! Histories over the wire; what is read of which shape is tested in `octocom-ext`.

use octocom_ext::ErrorKind;
use serde_json::json;
use uuid::Uuid;

use octocom_tests::script::{Script, status};

const FIRST: &str = "11111111-1111-4111-8111-111111111111";
const SECOND: &str = "22222222-2222-4222-8222-222222222222";

#[tokio::test]
async fn an_undelete_restores_the_newest_version_with_a_snapshot() {
    let versions = json!({"versions": [
        {"id": SECOND, "changeType": "deleted", "snapshot": null, "createdAt": "2024-01-02T00:00:00Z"},
        {"id": FIRST, "changeType": "created", "snapshot": {"a": 1}, "createdAt": "2024-01-01T00:00:00Z"},
    ]});
    let script = Script::new([
        status(200).body(versions.to_string()),
        status(200).body(r#"{"restored": true}"#),
    ])
    .await;
    let (client, _) = script.client();
    let reply = client
        .business("a")
        .bot_rules()
        .undelete(Uuid::nil())
        .await
        .unwrap();
    assert_eq!(reply.value(), &json!({"restored": true}));
    let seen = script.seen();
    assert_eq!(seen.len(), 2);
    assert!(
        seen[0].target.ends_with("/versions?businessSlug=a"),
        "{seen:?}"
    );
    assert!(seen[1].target.ends_with("/restore"), "{seen:?}");
    let body: serde_json::Value = serde_json::from_str(&seen[1].body).unwrap();
    assert_eq!(body, json!({"businessSlug": "a", "versionId": FIRST}));
}

#[tokio::test]
async fn an_undelete_that_cannot_be_done_restores_nothing_and_keeps_the_history() {
    for (answer, detail) in [
        (
            r#"{"odd": [1]}"#,
            "none of the 0 versions has one that can be read",
        ),
        (
            r#"[{"snapshot": {}}]"#,
            "none of the 1 versions has one that can be read",
        ),
        (
            r#"[{"id": 17, "snapshot": {}}]"#,
            "2 characters that are not a UUID",
        ),
        ("", "none of the 0 versions has one that can be read"),
    ] {
        let script = Script::new([status(200).body(answer)]).await;
        let (client, _) = script.client();
        let error = client
            .business("a")
            .articles()
            .undelete(Uuid::nil())
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), script.calls()),
            (ErrorKind::InvalidRequest, 1)
        );
        assert_eq!(
            error.to_string(),
            format!("restore_article failed: version id: {detail}, nothing was sent")
        );
        let kept = if answer.is_empty() { "null" } else { answer };
        assert_eq!(error.body(), kept.as_bytes());
    }
}

#[tokio::test]
async fn a_restore_is_not_repeated_after_an_unclear_failure() {
    let script = Script::new([status(502), status(200).body("{}")]).await;
    let (client, _) = script.client();
    let version = FIRST.parse::<Uuid>().unwrap();
    let error = client
        .business("a")
        .workflows()
        .restore(Uuid::nil(), version)
        .await
        .unwrap_err();
    assert!(error.may_have_been_processed(), "{error:?}");
    assert_eq!((error.kind(), script.calls()), (ErrorKind::Server, 1));
}

#[tokio::test]
async fn the_text_of_a_history_is_kept_to_the_byte() {
    let text = "[ {\"id\" : 1.50,\n\"caf\\u00e9\": 123456789012345678901234567890} ]";
    let script = Script::new([status(200).body(text)]).await;
    let (client, _) = script.client();
    let history = client
        .business("a")
        .workflows()
        .history(Uuid::nil())
        .await
        .unwrap();
    assert_eq!(history.raw(), text);
    let id = history
        .latest()
        .and_then(|version| version.id())
        .map(ToString::to_string);
    assert_eq!(id.as_deref(), Some("1.50"));
}
