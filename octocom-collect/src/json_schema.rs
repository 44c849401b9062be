//! JSON Schemas of columns, as loaders of warehouses take them: types as lists, no `enum`, no `$ref`.

use octocom_ext::DateTime;
use serde_json::{Map, Value, json};

use crate::column::ColumnType;

/// Returns the schema of a column, which may be null. JSON of a type that is not documented is a text.
pub(crate) fn of_column(kind: &ColumnType) -> Value {
    match kind {
        ColumnType::Json => json!({ "type": ["string", "null"] }),
        kind => of_value(kind),
    }
}

fn of_value(kind: &ColumnType) -> Value {
    let of_kind = |kind: &str| json!({ "type": [kind, "null"] });
    match kind {
        ColumnType::String => of_kind("string"),
        ColumnType::Boolean => of_kind("boolean"),
        ColumnType::Integer => of_kind("integer"),
        ColumnType::Number => of_kind("number"),
        ColumnType::Timestamp => json!({ "type": ["string", "null"], "format": "date-time" }),
        ColumnType::Json => json!({}),
        ColumnType::List { items } => {
            json!({ "type": ["array", "null"], "items": of_value(items) })
        }
        ColumnType::Object { fields } if fields.is_empty() => of_kind("object"),
        ColumnType::Object { fields } => {
            let properties = fields.iter();
            let properties = properties.map(|field| (field.name.clone(), of_value(&field.kind)));
            let properties: Map<_, _> = properties.collect();
            json!({ "type": ["object", "null"], "properties": properties })
        }
    }
}

/// Returns `true` if a value is null or of a type.
pub(crate) fn fits(kind: &ColumnType, value: &Value) -> bool {
    match (kind, value) {
        (ColumnType::Json, _) | (_, Value::Null) => true,
        (ColumnType::String, Value::String(_)) => true,
        (ColumnType::Boolean, Value::Bool(_)) => true,
        (ColumnType::Number, Value::Number(_)) => true,
        (ColumnType::Integer, Value::Number(number)) => number.is_i64(),
        (ColumnType::Timestamp, Value::String(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
        (ColumnType::List { items }, Value::Array(values)) => {
            values.iter().all(|value| fits(items, value))
        }
        (ColumnType::Object { fields }, Value::Object(members)) => fields.iter().all(|field| {
            let member = members.get(&field.name);
            member.is_none_or(|member| fits(&field.kind, member))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::typed;

    fn kind(schema: &str, field: &str) -> ColumnType {
        let mut columns = typed(schema).into_iter();
        columns.find(|column| column.name == field).unwrap().kind
    }

    #[test]
    fn types_are_lists_and_values_are_not_listed() {
        let of = |schema, field| of_column(&kind(schema, field));
        let text = json!({"type": ["string", "null"]});
        assert_eq!(of("User", "id"), text);
        assert_eq!(of("Message", "channel"), text);
        assert_eq!(of("Event", "metadata"), text);
        let date = json!({"type": ["string", "null"], "format": "date-time"});
        assert_eq!(of("Conversation", "closedAt"), date);
        let list = json!({"type": ["array", "null"], "items": text});
        assert_eq!(of("Workflow", "availableChannels"), list);
        assert_eq!(
            of("Workflow", "priority"),
            json!({"type": ["number", "null"]})
        );
        let customer = of("Conversation", "customer");
        assert_eq!(customer["type"], json!(["object", "null"]));
        assert_eq!(customer["properties"]["email"], text);
    }

    #[test]
    fn a_value_fits_or_not_to_its_last_member() {
        let customer = kind("Conversation", "customer");
        for (value, expected) in [
            (json!({"id": "a", "email": null, "new": [1]}), true),
            (json!(null), true),
            (json!({"id": 7}), false),
            (json!("a"), false),
        ] {
            assert_eq!(fits(&customer, &value), expected, "{value}");
        }
        let date = kind("Conversation", "createdAt");
        assert!(fits(&date, &json!("2026-01-31T09:00:00.5Z")));
        assert!(!fits(&date, &json!("yesterday")));
        let channels = kind("Workflow", "availableChannels");
        assert!(fits(&channels, &json!(["web", null])));
        assert!(!fits(&channels, &json!(["web", 7])));
        assert!(fits(&ColumnType::Integer, &json!(7)));
        assert!(!fits(&ColumnType::Integer, &json!(7.5)));
        assert!(fits(&ColumnType::Json, &json!([{"a": 1}])));
    }
}
