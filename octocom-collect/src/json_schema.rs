//! JSON Schemas of fields, as loaders of warehouses take them: types as lists, no `enum`, no `$ref`.

use octocom_ext::DateTime;
use serde_json::{Map, Value, json};

use crate::columns::{schemas, target};

/// Mark of a text that is JSON: the field's type is not documented.
const JSON_TEXT: (&str, &str) = ("contentMediaType", "application/json");

/// Returns the schema of a documented field. Any field may be null; values that the document does not
/// list are allowed.
pub(crate) fn of_property(property: &'static Value) -> Value {
    match of_documented(property) {
        Some(schema) => schema,
        None => json!({ "type": ["string", "null"], JSON_TEXT.0: JSON_TEXT.1 }),
    }
}

/// Returns the schema of a text in JSON.
pub(crate) fn json_text() -> Value {
    json!({ "type": ["string", "null"], JSON_TEXT.0: JSON_TEXT.1 })
}

/// Returns `true` if values of a schema are texts in JSON.
pub(crate) fn is_json_text(schema: &Value) -> bool {
    schema[JSON_TEXT.0] == JSON_TEXT.1
}

fn of_documented(property: &'static Value) -> Option<Value> {
    let referred = target(property).and_then(|name| schemas().get(name));
    let own = property["properties"].as_object();
    let kind = property["type"].as_str();
    let kind = kind.or_else(|| referred?.kind.as_deref())?;
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!([kind, "null"]));
    match kind {
        "string" if property["format"] == "date-time" => {
            schema.insert("format".to_owned(), json!("date-time"));
        }
        "array" => {
            let items = of_documented(&property["items"]).unwrap_or_else(|| json!({}));
            schema.insert("items".to_owned(), items);
        }
        "object" => {
            let fields = |(name, property): (&String, &'static Value)| {
                let schema = of_documented(property).unwrap_or_else(|| json!({}));
                (name.clone(), schema)
            };
            let properties: Map<String, Value> = match (referred, own) {
                (Some(referred), _) => referred.properties.iter().map(fields).collect(),
                (None, Some(own)) => own.iter().map(fields).collect(),
                (None, None) => Map::new(),
            };
            schema.insert("properties".to_owned(), properties.into());
        }
        _ => {}
    }
    Some(schema.into())
}

/// Returns `true` if a value is as a schema of this module says.
pub(crate) fn fits(schema: &Value, value: &Value) -> bool {
    let Some(kinds) = schema["type"].as_array() else {
        return true;
    };
    let is_of = |kind: &Value| match (kind.as_str().unwrap_or_default(), value) {
        ("null", Value::Null) | ("boolean", Value::Bool(_)) => true,
        ("string", Value::String(text)) => {
            schema["format"] != "date-time" || DateTime::parse_from_rfc3339(text).is_ok()
        }
        ("integer", Value::Number(number)) => number.is_i64(),
        ("number", Value::Number(_)) => true,
        ("array", Value::Array(items)) => items.iter().all(|item| fits(&schema["items"], item)),
        ("object", Value::Object(members)) => members
            .iter()
            .all(|(name, member)| fits(&schema["properties"][name], member)),
        _ => false,
    };
    kinds.iter().any(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(schema: &str, field: &str) -> Value {
        of_property(&schemas()[schema].properties[field])
    }

    #[test]
    fn types_are_lists_and_values_are_not_listed() {
        assert_eq!(of("User", "id"), json!({"type": ["string", "null"]}));
        assert_eq!(
            of("Message", "channel"),
            json!({"type": ["string", "null"]})
        );
        let date = json!({"type": ["string", "null"], "format": "date-time"});
        assert_eq!(of("Conversation", "closedAt"), date);
        let list = json!({"type": ["array", "null"], "items": {"type": ["string", "null"]}});
        assert_eq!(of("Workflow", "availableChannels"), list);
        assert_eq!(
            of("Workflow", "priority"),
            json!({"type": ["number", "null"]})
        );
        let customer = of("Conversation", "customer");
        assert_eq!(customer["type"], json!(["object", "null"]));
        assert_eq!(
            customer["properties"]["email"],
            json!({"type": ["string", "null"]})
        );
        assert!(is_json_text(&of("Event", "metadata")));
        assert!(!is_json_text(&of("Event", "event")));
    }

    #[test]
    fn a_value_fits_or_not_to_its_last_member() {
        let customer = of("Conversation", "customer");
        for (value, expected) in [
            (json!({"id": "a", "email": null, "new": [1]}), true),
            (json!(null), true),
            (json!({"id": 7}), false),
            (json!("a"), false),
        ] {
            assert_eq!(fits(&customer, &value), expected, "{value}");
        }
        let date = of("Conversation", "createdAt");
        assert!(fits(&date, &json!("2026-01-31T09:00:00.5Z")));
        assert!(!fits(&date, &json!("yesterday")));
        let channels = of("Workflow", "availableChannels");
        assert!(fits(&channels, &json!(["web", null])));
        assert!(!fits(&channels, &json!(["web", 7])));
        let integer = json!({"type": ["integer"]});
        assert!(fits(&integer, &json!(7)) && !fits(&integer, &json!(7.5)));
        assert!(!fits(&integer, &json!(null)));
    }
}
