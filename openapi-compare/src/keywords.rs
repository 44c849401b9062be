//! Lists the members that rules read; all others are reported as unclassified.
//!
//! A member counts as understood only in the shape that its rule reads. A malformed one falls
//! through to the comparison of unclassified, so that no edit goes unseen.

use serde_json::{Map, Value};

use super::formats;

/// Returns `true` if `key` says something about a value without constraining it.
pub(super) fn is_annotation(key: &str) -> bool {
    matches!(
        key,
        "title"
            | "summary"
            | "description"
            | "example"
            | "examples"
            | "externalDocs"
            | "deprecated"
            | "readOnly"
            | "writeOnly"
            | "$comment"
    ) || key.starts_with("x-")
}

/// Returns `true` if a rule for schemas reads `value` under `key`.
pub(super) fn in_schema(around: &Map<String, Value>, key: &str, value: &Value) -> bool {
    match key {
        "type" => value.is_string() || is_texts(value),
        "nullable" | "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => value.is_boolean(),
        "minimum" | "maximum" | "multipleOf" => value.is_number(),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            value.is_number()
        }
        "exclusiveMinimum" => is_exclusive(around, "minimum", value),
        "exclusiveMaximum" => is_exclusive(around, "maximum", value),
        "format" | "pattern" => value.is_string(),
        "required" => is_texts(value),
        "properties" => value.is_object(),
        "additionalProperties" => value.is_object() || value.is_boolean(),
        "items" => value.is_object() || value == &Value::Bool(true),
        "enum" => value.is_array(),
        "discriminator" => value.is_object(),
        // Examples are compared on their own, in both spellings.
        "const" | "default" | "example" | "examples" => true,
        // Without elements they say nothing.
        "allOf" => value.as_array().is_some_and(Vec::is_empty),
        _ => formats::is_format(key, value),
    }
}

/// A boolean toggles the limit beside it and means nothing without one.
fn is_exclusive(around: &Map<String, Value>, limit: &str, value: &Value) -> bool {
    match value {
        Value::Number(_) | Value::Bool(false) => true,
        Value::Bool(true) => around.get(limit).is_some_and(Value::is_number),
        _ => false,
    }
}

/// Returns `true` if a rule for operations reads `value` under `key`.
pub(super) fn in_operation(key: &str, value: &Value) -> bool {
    match key {
        "operationId" | "x-sunset" => value.is_string(),
        "tags" => is_texts(value),
        "deprecated" => value.is_boolean(),
        "parameters" | "servers" => value.is_array(),
        "security" => is_security(value),
        "requestBody" | "responses" => value.is_object(),
        _ => false,
    }
}

/// Returns `true` if a rule for parameters and headers reads `value` under `key`.
pub(super) fn in_parameter(key: &str, value: &Value) -> bool {
    match key {
        "name" | "in" | "style" => value.is_string(),
        "required" | "explode" | "allowReserved" | "deprecated" => value.is_boolean(),
        "content" => value.is_object(),
        "schema" => true,
        _ => false,
    }
}

/// Returns `true` if a value is a list of security alternatives: objects from scheme to scopes.
pub(super) fn is_security(value: &Value) -> bool {
    value.as_array().is_some_and(|alternatives| {
        alternatives.iter().all(|alternative| {
            alternative
                .as_object()
                .is_some_and(|schemes| schemes.values().all(is_texts))
        })
    })
}

/// Returns `true` if a value is an array of strings and nothing else.
pub(super) fn is_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}
