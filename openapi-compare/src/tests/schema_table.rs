//! Every kind of change to a schema, in both directions.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schema_structure::{bound_cases, structure_cases};
use super::schema_values::value_cases;
use super::support::{TestResult, Verdict, in_parameter, in_request, in_response, verdicts};
use crate::Level::{self, Additive, Breaking, Review};
use crate::RustImpact;
use crate::rules::Place;
use crate::value_rules::ValueRule;

/// A pair of schemas and the one finding between them: the end of its id, its level in requests
/// and in responses, its impact on Rust.
pub(super) type Case = (Value, Value, &'static str, [Level; 2], RustImpact);

fn cases() -> Vec<Case> {
    let mut cases = value_cases();
    cases.extend(bound_cases());
    cases.extend(structure_cases());
    cases
}

#[test]
fn each_change_of_a_schema_has_its_verdict_in_each_direction() -> TestResult {
    for (old, new, text, [request, response], rust) in cases() {
        let expected = [(format!("request-property-{text}"), request, rust)];
        let found = verdicts(&in_request(&old), &in_request(&new))?;
        assert_eq!(found, expected, "request: {old} -> {new}");
        let expected = [(format!("response-property-{text}"), response, rust)];
        let found = verdicts(&in_response(&old), &in_response(&new))?;
        assert_eq!(found, expected, "response: {old} -> {new}");
        let expected = [(format!("request-parameter-{text}"), request, rust)];
        let found = verdicts(&in_parameter(&old), &in_parameter(&new))?;
        assert_eq!(found, expected, "parameter: {old} -> {new}");
    }
    Ok(())
}

#[test]
fn every_rule_for_values_is_in_a_table() {
    // These need more than a pair of schemas under one name; they are in the other tables.
    let elsewhere = [
        "object-gained-required-properties",
        "style-changed",
        "content-switched",
    ];
    let covered: BTreeSet<String> = cases()
        .iter()
        .map(|case| case.2)
        .chain(elsewhere)
        .map(|text| format!("request-property-{text}"))
        .collect();
    for rule in ValueRule::ALL {
        let id = rule.at(Place::RequestProperty).id;
        assert!(covered.contains(id), "no case for {id}");
    }
}

#[test]
fn members_have_their_verdict_in_each_direction() -> TestResult {
    use RustImpact as Rust;
    let a = json!({"a": {"type": "string"}});
    let ab = json!({"a": {"type": "string"}, "b": {"type": "string"}});
    let object = |properties: &Value, required: Value, closed: bool| {
        let mut object = json!({"type": "object", "properties": properties, "required": required});
        if closed {
            object["additionalProperties"] = json!(false);
        }
        object
    };
    type Row = (Value, Value, (&'static str, Level), (&'static str, Level));
    let rows: Vec<Row> = vec![
        (
            object(&a, json!([]), false),
            object(&ab, json!(["b"]), false),
            ("request-property-added-required", Breaking),
            ("response-property-added-required", Additive),
        ),
        (
            object(&a, json!([]), false),
            object(&ab, json!([]), false),
            ("request-property-added-optional", Additive),
            ("response-property-added-optional", Additive),
        ),
        (
            object(&a, json!([]), true),
            object(&ab, json!([]), true),
            ("request-property-added-optional", Additive),
            ("response-property-added-to-closed-object", Breaking),
        ),
        (
            object(&ab, json!([]), false),
            object(&a, json!([]), false),
            ("request-property-removed", Review),
            ("response-optional-property-removed", Review),
        ),
        (
            object(&ab, json!(["b"]), false),
            object(&a, json!([]), false),
            ("request-property-removed", Review),
            ("response-required-property-removed", Breaking),
        ),
        (
            object(&ab, json!([]), true),
            object(&a, json!([]), true),
            ("request-property-removed-from-closed-object", Breaking),
            ("response-optional-property-removed", Review),
        ),
        (
            object(&a, json!([]), false),
            object(&a, json!(["a"]), false),
            ("request-property-became-required", Breaking),
            ("response-property-became-required", Additive),
        ),
        (
            object(&a, json!(["a"]), false),
            object(&a, json!([]), false),
            ("request-property-became-optional", Additive),
            ("response-property-became-optional", Breaking),
        ),
        (
            json!({"type": "object"}),
            object(&a, json!(["a"]), false),
            (
                "request-property-object-gained-required-properties",
                Breaking,
            ),
            ("response-property-object-gained-properties", Additive),
        ),
    ];
    for (old, new, request, response) in rows {
        let verdict = |(rule, level): (&str, Level)| -> Vec<Verdict> {
            vec![(rule.to_owned(), level, Rust::Breaking)]
        };
        let found = verdicts(&in_request(&old), &in_request(&new))?;
        assert_eq!(found, verdict(request), "request: {old} -> {new}");
        let found = verdicts(&in_response(&old), &in_response(&new))?;
        assert_eq!(found, verdict(response), "response: {old} -> {new}");
    }
    Ok(())
}

#[test]
fn keywords_without_a_rule_are_unclassified() -> TestResult {
    let schema = json!({"type": "string"});
    for key in [
        "not",
        "if",
        "then",
        "else",
        "contains",
        "patternProperties",
        "propertyNames",
        "unevaluatedProperties",
        "prefixItems",
        "dependentRequired",
        "dependentSchemas",
        "contentEncoding",
        "xml",
        "somethingNew",
    ] {
        let changed = json!({"type": "string", key: schema});
        let expected = vec![(
            "unclassified-schema-keyword".to_owned(),
            Breaking,
            RustImpact::Review,
        )];
        let found = verdicts(&in_request(&schema), &in_request(&changed))?;
        assert_eq!(found, expected, "{key} added");
        let found = verdicts(&in_response(&changed), &in_response(&schema))?;
        assert_eq!(found, expected, "{key} removed");
    }
    Ok(())
}

#[test]
fn malformed_keywords_are_unclassified() -> TestResult {
    for (key, value) in [
        ("type", json!(5)),
        ("required", json!(true)),
        ("nullable", json!("yes")),
        ("minLength", json!("1")),
        ("exclusiveMinimum", json!(true)),
        ("items", json!([{}])),
        ("properties", json!([])),
        ("additionalProperties", json!("no")),
        ("enum", json!("a")),
        ("deprecated", json!("soon")),
        ("oneOf", json!({})),
    ] {
        let found = verdicts(&in_response(&json!({})), &in_response(&json!({key: value})))?;
        assert!(
            found.iter().any(|(rule, level, _)| rule == "unclassified-schema-keyword" && *level == Breaking),
            "{key}: {found:?}"
        );
    }
    Ok(())
}
