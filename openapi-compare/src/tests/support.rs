//! Small documents to compare, and the verdicts on them.

use serde_json::{Value, json};

use crate::{
    Arguments, CompareError, Generator, Growth, Level, Report, RustImpact, compare, compare_with,
};

/// A finding that a test expects.
pub(super) type Verdict = (String, Level, RustImpact);

pub(super) type TestResult = Result<(), Box<dyn std::error::Error>>;

/// The document of the real API.
pub(super) fn real() -> serde_json::Result<Value> {
    serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../openapi/octocom.json"
    )))
}

/// A document with one operation.
pub(super) fn with_operation(operation: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things/{id}": {"post": operation}},
    })
}

/// A document whose operation reads an object with `value` described by `schema`.
pub(super) fn in_request(schema: &Value) -> Value {
    with_operation(json!({
        "requestBody": {"content": {"application/json": {"schema": object(schema)}}},
        "responses": {"204": {"description": "Done"}},
    }))
}

/// A document whose operation answers an object with `value` described by `schema`.
pub(super) fn in_response(schema: &Value) -> Value {
    with_operation(json!({
        "responses": {"200": {
            "description": "Done",
            "content": {"application/json": {"schema": object(schema)}},
        }},
    }))
}

/// A document whose operation has a query parameter described by `schema`.
pub(super) fn in_parameter(schema: &Value) -> Value {
    with_operation(json!({
        "parameters": [{"name": "value", "in": "query", "schema": schema}],
        "responses": {"204": {"description": "Done"}},
    }))
}

fn object(schema: &Value) -> Value {
    json!({"type": "object", "properties": {"value": schema}})
}

/// The generator of the tables: builders, open enums, closed structs.
pub(super) fn usual() -> Generator {
    Generator::default()
        .with_arguments(Arguments::Builder)
        .with_enums(Growth::Open)
}

/// The verdicts on the way from one document to another, sorted by rule.
pub(super) fn verdicts(old: &Value, new: &Value) -> Result<Vec<Verdict>, CompareError> {
    let mut verdicts: Vec<Verdict> = compare_with(old, new, &usual())?
        .findings
        .iter()
        .map(|finding| (finding.rule.to_owned(), finding.level, finding.rust))
        .collect();
    verdicts.sort();
    Ok(verdicts)
}

/// The report must be empty; otherwise its rules and pointers are shown.
#[track_caller]
pub(super) fn assert_same(old: &Value, new: &Value) -> Result<(), CompareError> {
    for (old, new) in [(old, new), (new, old)] {
        let report: Report = compare(old, new)?;
        let found: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                (
                    finding.rule,
                    &finding.locations,
                    &finding.before,
                    &finding.after,
                )
            })
            .collect();
        assert!(report.is_empty(), "{found:#?}");
    }
    Ok(())
}
