//! Successes without a described body: any JSON, marked on their operation.
//!
//! Twelve operations answer a bare object and two nothing at all. progenitor would make an empty
//! map of the first and the unit type of the second, and lose what the server really sends.

use serde_json::{Value, json};

use super::no_longer_applies;
use super::schemas::operation_pointers;
use crate::problem::Problem;
use openapi_compare::json_pointer::child;

/// Extension on an operation whose success has no described body.
const UNTYPED: &str = "x-octocom-untyped";

/// Gives every undescribed success the schema `{}` and marks its operation.
pub(crate) fn mark(document: &mut Value) -> Result<Option<String>, Vec<Problem>> {
    let mut marked = 0;
    let mut problems = Vec::new();
    for pointer in operation_pointers(document) {
        let Some(operation) = document
            .pointer_mut(&pointer)
            .and_then(Value::as_object_mut)
        else {
            continue;
        };
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        let mut untyped = false;
        for (status, response) in responses.into_iter().flatten() {
            if !status.starts_with('2') || is_described(response) {
                continue;
            }
            let Some(response) = response.as_object_mut() else {
                let place = child(&child(&pointer, "responses"), status);
                problems.push(Problem::new(place, "a response has to be an object"));
                continue;
            };
            let any = json!({"application/json": {"schema": {}}});
            response.insert("content".to_owned(), any);
            untyped = true;
        }
        if untyped {
            operation.insert(UNTYPED.to_owned(), Value::Bool(true));
            marked += 1;
        }
    }
    if !problems.is_empty() {
        Err(problems)
    } else if marked == 0 {
        Ok(no_longer_applies("untyped successes"))
    } else {
        Ok(None)
    }
}

fn is_described(response: &Value) -> bool {
    if response.get("$ref").is_some() {
        return true;
    }
    let content = response.get("content").and_then(Value::as_object);
    content.into_iter().flatten().any(|(_, media)| {
        media
            .get("schema")
            .and_then(Value::as_object)
            .is_some_and(|schema| {
                let describes =
                    |key: &String| !matches!(key.as_str(), "type" | "description" | "title");
                schema.get("type").is_some_and(|kind| kind != "object")
                    || schema.keys().any(describes)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(response: Value) -> Result<Value, Vec<Problem>> {
        let mut document = json!({"paths": {"/a": {"get": {"responses": {"200": response}}}}});
        mark(&mut document)?;
        Ok(document["paths"]["/a"]["get"].take())
    }

    #[test]
    fn a_bare_object_and_no_content_become_any_json() {
        let bare = json!({"description": "d", "content": {"application/json": {"schema": {
            "type": "object", "description": "d"
        }}}});
        for response in [bare, json!({"description": "d"})] {
            assert_eq!(
                marked(response),
                Ok(json!({
                    "responses": {"200": {
                        "description": "d",
                        "content": {"application/json": {"schema": {}}}
                    }},
                    "x-octocom-untyped": true
                }))
            );
        }
    }

    #[test]
    fn a_response_that_is_no_object_is_a_problem_with_its_place() {
        for response in [json!("Done"), json!(null), json!([1])] {
            let problems = marked(response).unwrap_err();
            assert_eq!(problems[0].pointer, "/paths/~1a/get/responses/200");
        }
    }

    #[test]
    fn a_described_success_stays_and_the_fix_says_so() {
        let schema = json!({"type": "object", "properties": {"a": {}}});
        let response = json!({"content": {"application/json": {"schema": schema}}});
        let mut document = json!({"paths": {"/a": {"get": {"responses": {"200": response}}}}});
        let before = document.clone();
        let note = mark(&mut document).unwrap().unwrap_or_default();
        assert!(note.contains("found nothing to mend"), "{note}");
        assert_eq!(document, before);
    }
}
