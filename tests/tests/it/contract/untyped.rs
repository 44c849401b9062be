//! Successes that the document leaves open, and the bare ones of deletions.

use octocom_ext::Operation;
use serde_json::{Value, json};

use super::all;
use octocom_tests::script::{Script, status};

fn is_read_whole(operation: &Operation) -> bool {
    operation.path.ends_with("/versions") || operation.path.ends_with("/deleted")
}

#[tokio::test]
async fn any_2xx_with_any_json_or_none_is_a_success_of_an_open_operation() {
    let open: Vec<_> = all()
        .into_iter()
        .filter(|case| case.operation.untyped)
        .collect();
    assert!(!open.is_empty());
    for case in open {
        let id = case.operation.id;
        for (code, body, expected) in [
            (200, "", Value::Null),
            (204, "", Value::Null),
            (200, "null", Value::Null),
            (201, r#"{"a": [1]}"#, json!({"a": [1]})),
            (202, "[1, 2]", json!([1, 2])),
            (200, "\"done\"", json!("done")),
            (200, "7", json!(7)),
        ] {
            let script = Script::new([status(code).body(body)]).await;
            let (client, _) = script.client();
            let decoded = (case.call)(client).await;
            let decoded = decoded.unwrap_or_else(|error| panic!("{id} {code} {body}: {error:?}"));
            let expected = match is_read_whole(case.operation) {
                true => expected,
                false => json!([code, expected]),
            };
            assert_eq!(
                (decoded, script.calls()),
                (expected, 1),
                "{id} {code} {body}"
            );
        }
    }
}

#[tokio::test]
async fn a_text_that_is_no_json_is_an_error_that_keeps_it() {
    for case in all().into_iter().filter(|case| case.operation.untyped) {
        let id = case.operation.id;
        let script = Script::new([status(200).body("OK, done")]).await;
        let (client, _) = script.client();
        let error = (case.call)(client).await.unwrap_err();
        assert!(error.is_decode(), "{id}: {error:?}");
        assert_eq!(
            (error.body(), error.attempts()),
            (&b"OK, done"[..], 1),
            "{id}"
        );
        assert_eq!(
            error.status().map(|status| status.as_u16()),
            Some(200),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_deletion_is_done_with_any_2xx() {
    for case in all() {
        let operation = case.operation;
        if operation.method.as_str() != "DELETE" {
            continue;
        }
        let script = Script::new([status(204).body("")]).await;
        let (client, _) = script.client();
        let decoded = (case.call)(client).await.unwrap();
        assert_eq!(decoded, json!([204, null]), "{}", operation.id);
    }
}

#[tokio::test]
async fn a_typed_success_may_have_any_2xx() {
    for case in all() {
        let operation = case.operation;
        let whole = !operation.untyped && operation.method.as_str() != "DELETE";
        for code in [200, 201, 202].into_iter().filter(|_| whole) {
            let script = Script::new([status(code).body(case.answer.to_string())]).await;
            let decoded = (case.call)(script.client().0).await.unwrap();
            assert_eq!(
                (decoded, script.calls()),
                (case.decoded.clone(), 1),
                "{}",
                operation.id
            );
        }
    }
}
