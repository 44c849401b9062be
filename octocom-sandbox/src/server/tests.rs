//! Tests of what requests over HTTP cannot reach.

use axum::http::StatusCode;
use octocom_api::operations;
use serde_json::{Value, json};

use super::matches;
use super::operate::hold_against_document;
use crate::contract::Contract;
use crate::reply::{Refusal, Reply};

fn hold(body: Value) -> Result<(), Refusal> {
    let contract = Contract::published().unwrap();
    hold_against_document(
        contract,
        &operations::LIST_BUSINESSES,
        &Ok(Reply::new(body)),
    )
}

#[test]
fn an_answer_that_breaks_the_document_is_an_internal_error_that_says_how() {
    assert_eq!(hold(json!({ "data": [] })), Ok(()));
    let refusal = hold(json!({ "data": {} })).unwrap_err();
    assert_eq!(refusal.status, StatusCode::INTERNAL_SERVER_ERROR);
    let expected = r#"sandbox: list_businesses answered 200: data: an object given, array needed"#;
    assert_eq!(refusal.error, expected);
}

#[test]
fn a_path_is_one_of_a_template_only_with_as_many_segments() {
    assert!(matches("/a/{id}/c", "/a/1/c"));
    for path in ["/a/1", "/a/1/c/d", "/a/1/d", "/b/1/c"] {
        assert!(!matches("/a/{id}/c", path), "{path}");
    }
}
