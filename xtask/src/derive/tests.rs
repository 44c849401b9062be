//! The obstacles of the published document, each of which the derived one must have lost.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schemas::{Direction, each_operation, each_schema_mut};
use super::{Derived, derive};
use crate::document::Document;
use crate::operations::Operation;
use crate::overlay::Overlay;
use crate::root::{DOCUMENT, OVERLAY, Root};

fn published() -> Value {
    Document::read(&Root::discover().join(DOCUMENT))
        .unwrap()
        .value
}

fn derived() -> Derived {
    let overlay = Overlay::read(&Root::discover().join(OVERLAY)).unwrap();
    derive(&published(), &overlay).unwrap()
}

fn schemas(document: &Value) -> Vec<(Direction, String, Value)> {
    let mut found = Vec::new();
    each_schema_mut(&mut document.clone(), &mut |direction, pointer, schema| {
        found.push((direction, pointer.to_owned(), schema.clone()));
    });
    found
}

#[test]
fn nothing_is_left_to_decide() {
    assert_eq!(derived().decisions, []);
}

#[test]
fn type_arrays_and_null_values_are_gone_and_nullable_stays() {
    let is_array = |(_, _, schema): &(Direction, String, Value)| schema["type"].is_array();
    assert!(schemas(&published()).iter().any(is_array));
    let document = derived().document;
    let left: Vec<_> = schemas(&document).into_iter().filter(is_array).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        document["components"]["schemas"]["ConversationSummary"]["properties"]["latestChannel"],
        json!({
            "allOf": [{"$ref": "#/components/schemas/Channel"}],
            "description": "Channel of most recent message",
            "nullable": true
        })
    );
    let channels = document["components"]["schemas"]["Channel"]["enum"]
        .as_array()
        .unwrap();
    assert!(channels.iter().all(Value::is_string), "{channels:?}");
}

#[test]
fn every_operation_has_an_id_in_snake_case() {
    let document = derived().document;
    let mut ids = BTreeSet::new();
    let mut operations = 0;
    each_operation(&document, |_, _, pointer, operation| {
        operations += 1;
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let snake = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(snake, "{pointer}: {id:?}");
        ids.insert(id);
    });
    assert_eq!(ids.len(), operations);
    let mut before = 0;
    each_operation(&published(), |_, _, _, operation| {
        assert_eq!(operation.get("operationId"), None);
        before += 1;
    });
    assert_eq!(operations, before);
}

#[test]
fn every_type_is_named_in_the_domains_words() {
    let document = derived().document;
    let names: Vec<_> = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert!(names.len() <= 90, "{} types", names.len());
    for name in &names {
        let echo = [
            "Response", "DataItem", "Body", "Item", "Post", "Get", "Inline",
        ];
        let allowed = name == "ErrorBody";
        assert!(
            allowed || !echo.iter().any(|word| name.contains(word)),
            "{name}"
        );
    }
    for name in ["Pagination", "Channel", "ErrorBody"] {
        assert_eq!(
            names.iter().filter(|other| other.starts_with(name)).count(),
            1,
            "{name}"
        );
    }
    // No schema that becomes a type is left inline.
    let inline: Vec<_> = schemas(&document)
        .into_iter()
        .filter(|(_, pointer, schema)| {
            let is_component =
                pointer.starts_with("/components/schemas/") && pointer.matches('/').count() == 3;
            !is_component && (schema.get("properties").or(schema.get("enum"))).is_some()
        })
        .collect();
    assert!(inline.is_empty(), "{inline:?}");
}

#[test]
fn pages_are_counted_in_integers() {
    let document = derived().document;
    let properties = &document["components"]["schemas"]["Pagination"]["properties"];
    assert_eq!(properties["page"]["type"], "integer");
    assert_eq!(properties["limit"]["type"], "integer");
}

#[test]
fn successes_without_a_described_body_are_marked_and_open() {
    let document = derived().document;
    let rows = Operation::all(&document).unwrap();
    let untyped: Vec<_> = rows
        .iter()
        .filter(|row| row.untyped)
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(
        untyped,
        [
            "update_workflow",
            "list_workflow_versions",
            "restore_workflow",
            "list_deleted_workflows",
            "update_article",
            "delete_article",
            "list_article_versions",
            "restore_article",
            "list_deleted_articles",
            "list_bot_rule_versions",
            "restore_bot_rule",
            "list_deleted_bot_rules",
            "update_customer",
            "set_customer_metadata",
        ]
    );
    // The table names no type for some that the document describes, too.
    assert!(rows.iter().all(|row| !row.untyped || row.success.is_none()));
    each_operation(&document, |_, _, pointer, operation| {
        if operation["x-octocom-untyped"] == json!(true) {
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            assert_eq!(schema, &json!({}), "{pointer}");
        }
    });
}

#[test]
fn limits_stay_on_requests_and_leave_responses() {
    let document = derived().document;
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["MetadataKey"]["maxLength"], 200);
    assert_eq!(schemas["NewWorkflow"]["additionalProperties"], false);
    let entry = json!({"type": "string", "description": "Metadata key"});
    assert_eq!(schemas["MetadataEntry"]["properties"]["key"], entry);
    assert_eq!(schemas["MetadataEntry"].get("additionalProperties"), None);
}

#[test]
fn the_key_is_required_everywhere_but_for_purchases() {
    let document = derived().document;
    assert_eq!(document["security"], json!([{"apiKey": []}]));
    let without_key: Vec<_> = Operation::all(&document)
        .unwrap()
        .into_iter()
        .filter(|row| !row.sends_key)
        .map(|row| row.id)
        .collect();
    assert_eq!(without_key, ["record_purchase"]);
}

#[test]
fn the_code_fence_of_the_description_is_labelled() {
    let (before, after) = (published(), derived().document);
    let text = |document: &Value| document["info"]["description"].as_str().unwrap().to_owned();
    assert_eq!(text(&before).replacen("```", "```text", 1), text(&after));
}

#[test]
fn examples_of_ids_are_ids() {
    fn broken(value: &Value, found: &mut usize) {
        if value["format"] == "uuid"
            && let Some(example) = value["example"].as_str()
        {
            *found += usize::from(example.parse::<uuid::Uuid>().is_err());
        }
        match value {
            Value::Object(members) => members.values().for_each(|value| broken(value, found)),
            Value::Array(items) => items.iter().for_each(|value| broken(value, found)),
            _ => {}
        }
    }
    let count = |document: &Value| {
        let mut found = 0;
        broken(document, &mut found);
        found
    };
    assert_eq!((count(&published()), count(&derived().document)), (13, 0));
}
