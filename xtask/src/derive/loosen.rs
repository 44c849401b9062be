//! Response loosening: what a server sends is not refused for its length or for being new.
//!
//! Closed objects, lengths, patterns and bounds stay on requests; in a response they would turn a
//! harmless change of the server into a failure of every client. Types and formats stay.

use std::collections::BTreeSet;

use serde_json::Value;

use super::no_longer_applies;
use super::schemas::{Direction, each_schema_mut};
use crate::problem::Problem;

/// Keywords that only limit values.
const LIMITS: [&str; 13] = [
    "maxLength",
    "minLength",
    "pattern",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "multipleOf",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
];

/// Takes the limits off every schema that describes a response.
pub(crate) fn responses(document: &mut Value) -> Result<Option<String>, Vec<Problem>> {
    let mut loosened = 0;
    // A shared schema is loosened when any response reaches it: refusing what a server sends
    // harms more than sending what it will refuse with a clear 400.
    let mut reached = BTreeSet::new();
    each_schema_mut(document, &mut |direction, _, schema| {
        if direction == Direction::Response {
            collect_references(schema, &mut reached);
            loosened += loosen(schema);
        }
    });
    let mut open: Vec<String> = reached.iter().cloned().collect();
    while let Some(reference) = open.pop() {
        let target = reference
            .strip_prefix('#')
            .and_then(|p| document.pointer(p));
        let mut inner = BTreeSet::new();
        if let Some(target) = target {
            collect_all_references(target, &mut inner);
        }
        open.extend(
            inner
                .into_iter()
                .filter(|reference| reached.insert(reference.clone())),
        );
    }
    each_schema_mut(document, &mut |direction, pointer, schema| {
        let shared = direction == Direction::Shared;
        let within = |reference: &String| {
            reference
                .strip_prefix('#')
                .and_then(|target| pointer.strip_prefix(target))
        };
        if shared
            && reached
                .iter()
                .filter_map(within)
                .any(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            loosened += loosen(schema);
        }
    });
    if loosened == 0 {
        Ok(no_longer_applies("response loosening"))
    } else {
        Ok(None)
    }
}

fn collect_references(schema: &Value, into: &mut BTreeSet<String>) {
    if let Some(Value::String(reference)) = schema.get("$ref") {
        into.insert(reference.clone());
    }
}

fn collect_all_references(value: &Value, into: &mut BTreeSet<String>) {
    collect_references(value, into);
    match value {
        Value::Object(members) => members
            .values()
            .for_each(|v| collect_all_references(v, into)),
        Value::Array(items) => items.iter().for_each(|v| collect_all_references(v, into)),
        _ => {}
    }
}

fn loosen(schema: &mut Value) -> usize {
    let Some(schema) = schema.as_object_mut() else {
        return 0;
    };
    let before = schema.len();
    schema.retain(|keyword, value| {
        let closed = keyword == "additionalProperties" && value == &Value::Bool(false);
        !closed && !LIMITS.contains(&keyword.as_str())
    });
    before - schema.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(request: Value, response: Value) -> Value {
        json!({
            "components": {"schemas": {
                "Direct": {"properties": {"a": {"$ref": "#/components/schemas/Inner"}}},
                "Inner": {"maxLength": 3},
                "DirectOnly": {"maxLength": 3},
            }},
            "paths": {"/a": {"post": {
                "requestBody": {"content": {"application/json": {"schema": request}}},
                "responses": {"200": {"content": {"application/json": {"schema": response}}}}
            }}}
        })
    }

    #[test]
    fn responses_lose_their_limits_and_requests_keep_them() {
        let limited = json!({
            "type": "object", "additionalProperties": false, "required": ["a"],
            "properties": {"a": {"type": "string", "format": "uuid", "maxLength": 3,
                "pattern": "x", "enum": ["a"]}}
        });
        let mut subject = document(limited.clone(), limited.clone());
        assert_eq!(responses(&mut subject), Ok(None));
        let loose = json!({
            "type": "object", "required": ["a"],
            "properties": {"a": {"type": "string", "format": "uuid", "enum": ["a"]}}
        });
        assert_eq!(subject, document(limited, loose));
    }

    #[test]
    fn shared_schemas_are_loosened_when_a_response_reaches_them() {
        let reference = json!({"$ref": "#/components/schemas/Direct"});
        let mut subject = document(json!({}), reference);
        assert_eq!(responses(&mut subject), Ok(None));
        assert_eq!(subject["components"]["schemas"]["Inner"], json!({}));
        assert_eq!(
            subject["components"]["schemas"]["DirectOnly"],
            json!({"maxLength": 3})
        );
    }

    #[test]
    fn a_document_without_limits_says_that_the_fix_is_not_needed() {
        let mut subject = document(json!({"maxLength": 1}), json!({"type": "string"}));
        let note = responses(&mut subject).unwrap().unwrap_or_default();
        // The components of this document have limits, and no response leads there.
        assert!(note.contains("found nothing to mend"), "{note}");
    }
}
