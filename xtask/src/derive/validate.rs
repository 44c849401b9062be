//! Checks of a document before and after derivation.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schemas::each_operation;
use crate::problem::Problem;
use openapi_compare::json_pointer::child;

/// Every `$ref` leads to something within the document.
pub(crate) fn references(document: &Value) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    check_references(document, document, "", &mut problems);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn check_references(document: &Value, at: &Value, pointer: &str, problems: &mut Vec<Problem>) {
    match at {
        Value::Object(members) => {
            for (key, value) in members {
                let pointer = child(pointer, key);
                // Examples are data, and so are the values of an enum: `$ref` means nothing there.
                if matches!(key.as_str(), "example" | "examples" | "enum" | "default") {
                    continue;
                }
                match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => {
                        if !leads_somewhere(document, reference) {
                            let message = format!("`{reference}` leads nowhere in this document");
                            problems.push(Problem::new(pointer, message));
                        }
                    }
                    _ => check_references(document, value, &pointer, problems),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_references(document, item, &format!("{pointer}/{index}"), problems);
            }
        }
        _ => {}
    }
}

fn leads_somewhere(document: &Value, reference: &str) -> bool {
    reference
        .strip_prefix('#')
        .is_some_and(|pointer| document.pointer(pointer).is_some())
}

/// No operation id is given twice, and each can be the name of a Rust function.
pub(crate) fn operation_ids(document: &Value) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut seen = BTreeMap::new();
    each_operation(document, |_, _, pointer, operation| {
        let Some(id) = operation.get("operationId") else {
            return;
        };
        let pointer_to_id = child(&pointer, "operationId");
        let Some(id) = id.as_str() else {
            problems.push(Problem::new(pointer_to_id, "an operation id is text"));
            return;
        };
        if let Some(first) = seen.insert(id.to_owned(), pointer_to_id.clone()) {
            let message = format!("the operation id `{id}` is given twice, first at `{first}`");
            problems.push(Problem::new(pointer_to_id, message));
        }
    });
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// `openapiv3`, which progenitor reads with, accepts the document.
pub(crate) fn for_progenitor(document: &Value) -> Result<(), Vec<Problem>> {
    references(document)?;
    let Err(whole) = serde_json::from_value::<openapiv3::OpenAPI>(document.clone()) else {
        return Ok(());
    };
    // `openapiv3` buffers what it reads, so its error knows no place: ask again, part by part.
    let mut problems = Vec::new();
    each_operation(document, |_, _, pointer, operation| {
        problems.extend(refusal::<openapiv3::Operation>(pointer, operation));
    });
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let pointer = child("/components/schemas", name);
        problems.extend(refusal::<openapiv3::ReferenceOr<openapiv3::Schema>>(
            pointer, schema,
        ));
    }
    if problems.is_empty() {
        problems.push(Problem::new(
            "",
            format!("not an OpenAPI 3.0 document: {whole}"),
        ));
    }
    Err(problems)
}

fn refusal<T: DeserializeOwned>(pointer: String, part: &Value) -> Option<Problem> {
    let error = serde_json::from_value::<T>(part.clone()).err()?;
    Some(Problem::new(pointer, format!("not OpenAPI 3.0: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reference_to_nowhere_is_a_problem_at_its_place() {
        let document = json!({
            "components": {"schemas": {"A": {}}},
            "paths": {"/a": {"get": {"x": [
                {"$ref": "#/components/schemas/A"},
                {"$ref": "#/components/schemas/B"},
                {"$ref": "other.json#/A"},
                {"example": {"$ref": "data"}},
            ]}}}
        });
        let places: Vec<_> = references(&document)
            .unwrap_err()
            .into_iter()
            .map(|p| p.pointer)
            .collect();
        assert_eq!(
            places,
            ["/paths/~1a/get/x/1/$ref", "/paths/~1a/get/x/2/$ref"]
        );
    }

    #[test]
    fn a_property_called_ref_is_no_reference() {
        let document = json!({"properties": {"$ref": {"type": "string"}}});
        assert_eq!(references(&document), Ok(()));
    }

    #[test]
    fn an_operation_id_given_twice_names_both_places() {
        let document = json!({"paths": {
            "/a": {"get": {"operationId": "x"}, "post": {"operationId": "y"}},
            "/b": {"get": {"operationId": "x"}}
        }});
        assert_eq!(
            operation_ids(&document),
            Err(vec![Problem::new(
                "/paths/~1b/get/operationId",
                "the operation id `x` is given twice, first at `/paths/~1a/get/operationId`"
            )])
        );
    }

    #[test]
    fn what_openapiv3_refuses_is_a_problem_at_its_place() {
        let document = json!({
            "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"responses": {"200": {"description": 1}}}}}
        });
        let problems = for_progenitor(&document).unwrap_err();
        let places: Vec<_> = problems
            .iter()
            .map(|problem| problem.pointer.as_str())
            .collect();
        assert_eq!(places, ["/paths/~1a/get"], "{problems:?}");
    }
}
