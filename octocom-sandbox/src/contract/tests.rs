//! Tests of the document's checks.

use octocom_api::operations;
use serde_json::json;

use super::*;

fn query(pairs: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    let contract = Contract::published().unwrap();
    let checked = contract.parameters(&operations::LIST_CUSTOM_DATA, &[], &pairs);
    checked.map_err(|violation| violation.to_string())
}

#[test]
fn every_schema_of_the_document_compiles() {
    let contract = Contract::published().unwrap();
    for operation in operations::ALL {
        let rules = contract.rules(operation).unwrap();
        let parameters = rules.parameters.iter().map(|parameter| &parameter.schema);
        let body = rules.body.iter().map(|(_, schema)| schema);
        for schema in parameters.chain(body).chain(rules.responses.values()) {
            assert!(
                schema.get(&contract.document).is_ok(),
                "{}: {schema:?}",
                operation.id
            );
        }
    }
}

#[test]
fn a_document_without_an_operation_of_the_table_is_refused() {
    let mut document: Value = serde_json::from_str(PUBLISHED).unwrap();
    document["paths"]["/rest/v1/users"] = json!({});
    let refused = Contract::read(&document.to_string()).unwrap_err();
    assert_eq!(refused, "no `GET /rest/v1/users`");
}

#[test]
fn examples_of_the_document_that_are_no_uuids_are_refused() {
    let contract = Contract::published().unwrap();
    let team = json!({"id": "t1234567-89ab-cdef-0123-456789abcdef"});
    let page = json!({"data": [team], "pagination": {"page": 1, "limit": 50, "hasMore": false}});
    let refused = contract.check_response_body(&operations::LIST_TEAMS, 200, &page);
    assert!(refused.is_err());
}

#[test]
fn parameters_arrive_as_their_types_with_defaults() {
    let read = query(&[("businessSlug", "acme"), ("limit", "200"), ("other", "x")]).unwrap();
    assert_eq!(
        Value::from(read),
        json!({"businessSlug": "acme", "limit": 200, "page": 1})
    );
}

#[test]
fn a_parameter_out_of_bounds_missing_or_given_twice_is_named() {
    let slug = ("businessSlug", "acme");
    let error = |pairs: &[(&str, &str)]| query(pairs).unwrap_err();
    assert_eq!(error(&[]), "query parameter `businessSlug` is required");
    assert_eq!(
        error(&[slug, slug]),
        "query parameter `businessSlug` is given twice"
    );
    for wrong in ["0", "201", "-1", "1.5", "x", "", "99999999999999999999999"] {
        let message = error(&[slug, ("limit", wrong)]);
        assert!(
            message.starts_with("query parameter `limit`: "),
            "{message}"
        );
    }
}

#[test]
fn a_body_with_an_unknown_field_is_refused() {
    let contract = Contract::published().unwrap();
    let check =
        |body: &Value| contract.check_request_body(&operations::ADD_CONVERSATION_TAG, Some(body));
    assert_eq!(
        check(&json!({"conversationId": "CONV-1", "tag": "vip"})),
        Ok(())
    );
    let refused = check(&json!({"conversationId": "CONV-1", "tag": "vip", "more": 1}));
    assert!(matches!(refused, Err(Violation::Broken(_))), "{refused:?}");
}

#[test]
fn a_missing_body_is_refused_where_the_document_requires_one() {
    let contract = Contract::published().unwrap();
    assert!(
        contract
            .check_request_body(&operations::ADD_CONVERSATION_TAG, None)
            .is_err()
    );
    assert_eq!(
        contract.check_request_body(&operations::LIST_USERS, None),
        Ok(())
    );
}

#[test]
fn a_response_is_held_against_its_status() {
    let contract = Contract::published().unwrap();
    let check = |status, body| {
        contract
            .check_response_body(&operations::LIST_BUSINESSES, status, &body)
            .is_ok()
    };
    assert!(check(200, json!({"data": []})));
    assert!(!check(200, json!({"data": [{}]})));
    assert!(!check(201, json!({"data": []})));
    assert!(check(429, json!({"error": "slow down"})));
    assert!(!check(429, json!({"message": "slow down"})));
}
