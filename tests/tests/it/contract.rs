//! Every operation, as the published document has it.
//!
//! Contract: the ergonomic method of each operation sends exactly the method, path, query, headers
//! and body that the document describes, makes of the documented success what it says, and maps each
//! documented failure. Requests and answers of these tests are held against `openapi/octocom.json`
//! itself, so that client and test cannot be wrong together.

mod bot;
mod business;
pub(crate) mod cases;
pub(crate) mod conversations;
mod errors;
mod organization;
mod untyped;

use octocom_ext::{ErrorKind, Idempotency, operations};
use octocom_sandbox::contract::Contract;
use serde_json::Value;

use self::cases::Case;
use octocom_tests::script::{KEY, Script, status};

/// The cases, one an operation.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = conversations::cases();
    cases.extend(business::cases());
    cases.extend(organization::cases());
    cases.extend(bot::cases());
    cases
}

#[test]
fn every_operation_has_exactly_one_case() {
    let mut tested: Vec<_> = all().iter().map(|case| case.operation.id).collect();
    let mut documented: Vec<_> = operations::ALL
        .iter()
        .map(|operation| operation.id)
        .collect();
    tested.sort_unstable();
    documented.sort_unstable();
    assert_eq!(tested, documented);
}

#[tokio::test]
async fn every_request_and_success_is_the_documents() {
    let contract = Contract::published().unwrap();
    for case in all() {
        let (operation, id) = (case.operation, case.operation.id);
        // The case itself is what the document says ...
        contract
            .check_request_body(operation, case.body.as_ref())
            .unwrap_or_else(|violation| panic!("{id}, request: {violation}"));
        contract
            .check_response_body(operation, operation.success_status, &case.answer)
            .unwrap_or_else(|violation| panic!("{id}, answer: {violation}"));
        // ... and the client does what the case says.
        let answer = match &case.answer {
            Value::Null => String::new(),
            answer => answer.to_string(),
        };
        let script = Script::new([status(operation.success_status).body(answer)]).await;
        let (client, recorder) = script.client();
        let decoded = (case.call)(client)
            .await
            .unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(decoded, case.decoded, "{id}");
        assert_eq!((script.calls(), recorder.waits()), (1, vec![]), "{id}");
        let seen = &script.seen()[0];
        assert_eq!(seen.method, operation.method.as_str(), "{id}");
        assert_eq!(seen.target, case.target, "{id}");
        let body = match seen.body.is_empty() {
            true => None,
            false => Some(serde_json::from_str(&seen.body).unwrap()),
        };
        assert_eq!(body, case.body, "{id}");
        let key = (id != "record_purchase").then_some(KEY);
        assert_eq!(seen.header("x-api-key"), key, "{id}");
        assert_eq!(seen.header("accept"), Some("application/json"), "{id}");
        assert_eq!(seen.header("api-version"), None, "{id}");
        let content_type = case.body.as_ref().map(|_| "application/json");
        assert_eq!(seen.header("content-type"), content_type, "{id}");
    }
}

/// A parameter of another name would be ignored by a server, and a filter with it.
#[test]
fn every_query_parameter_is_the_documents() {
    let published: Value =
        serde_json::from_str(include_str!("../../../openapi/octocom.json")).unwrap();
    let mut checked = 0;
    for case in all() {
        let operation = case.operation;
        let method = operation.method.as_str().to_lowercase();
        let parameters = &published["paths"][operation.path][method]["parameters"];
        let documented = |name: &str| {
            let mut parameters = parameters.as_array().into_iter().flatten();
            parameters.any(|parameter| parameter["in"] == "query" && parameter["name"] == name)
        };
        let query = case.target.split_once('?').map_or("", |(_, query)| query);
        for (name, _) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            assert!(documented(name), "{}: {name}", operation.id);
            checked += 1;
        }
        assert!(!documented("no such name"));
    }
    assert!(checked > 0);
}

#[tokio::test]
async fn a_success_that_is_not_the_documents_is_an_error_with_its_place() {
    for case in all().into_iter().filter(|case| !case.operation.untyped) {
        let id = case.operation.id;
        let script = Script::new([
            status(case.operation.success_status).body(r#"{"data": 7, "success": 7}"#)
        ])
        .await;
        let (client, _) = script.client();
        let deletes = case.operation.method.as_str() == "DELETE";
        match (case.call)(client).await {
            // A deletion is done, whatever the answer says of it.
            Ok(_) => assert!(deletes, "{id}"),
            Err(error) => {
                assert!(
                    error.is_decode() && error.json_path().is_some(),
                    "{id}: {error:?}"
                );
                let changes = case.operation.idempotency != Idempotency::Safe;
                assert_eq!(error.may_have_been_processed(), changes, "{id}");
            }
        }
        assert_eq!(script.calls(), 1, "{id}");
    }
}

#[tokio::test]
async fn a_success_that_says_it_is_none_is_an_error() {
    for case in all() {
        let id = case.operation.id;
        if case.operation.idempotency == Idempotency::Safe {
            continue;
        }
        // Without what a success has.
        let answer = r#"{"success": false, "message": "the tag is frozen"}"#;
        let script = Script::new([status(case.operation.success_status).body(answer)]).await;
        let (client, _) = script.client();
        let error = (case.call)(client).await.unwrap_err();
        assert_eq!(
            error.message().as_deref(),
            Some("the tag is frozen"),
            "{id}"
        );
        assert_eq!(error.operation(), Some(case.operation), "{id}");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{id}");
        assert!(!error.may_have_been_processed(), "{id}");
        assert!(error.to_string().contains(": the tag is frozen"), "{error}");
        assert_eq!(script.calls(), 1, "{id}");
        if case.operation.idempotency == Idempotency::Idempotent {
            // The second attempt has done nothing, the first one may have.
            let answers = [status(502), status(200).body(answer)];
            let script = Script::new(answers).await;
            let error = (case.call)(script.client().0).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.attempts()),
                (ErrorKind::Rejected, 2),
                "{id}"
            );
            assert!(error.may_have_been_processed(), "{id}");
        }
    }
}
