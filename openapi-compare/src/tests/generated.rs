//! Documents made of everything that can be combined: none differs from itself, and no rewriting
//! that keeps the meaning is a change.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::support::{TestResult, with_operation};
use crate::compare;

/// The components that generated schemas refer to, in circles too.
const NAMES: [&str; 4] = ["A", "B", "C", "D"];

fn reference(index: usize) -> Value {
    json!({"$ref": format!("#/components/schemas/{}", NAMES[index % NAMES.len()])})
}

/// Schemas with combinators, wrappers, references and discriminators.
fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<usize>().prop_map(reference),
        any::<usize>().prop_map(|index| {
            let leaves = [
                json!({}),
                json!(true),
                json!({"type": "null"}),
                json!({"type": "string"}),
                json!({"type": ["integer", "null"], "exclusiveMinimum": 0}),
                json!({"type": "string", "enum": ["a", "b"]}),
                json!({"const": "a"}),
                json!({"enum": ["b", null]}),
                json!({"type": "number", "nullable": true, "minimum": 0.5}),
                json!({"not": {"type": "string"}}),
            ];
            leaves[index % leaves.len()].clone()
        }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            (several.clone(), 0..3_usize).prop_map(|(branches, kind)| {
                json!({["allOf", "oneOf", "anyOf"][kind]: branches})
            }),
            (several.clone(), any::<usize>()).prop_map(|(branches, index)| {
                json!({"oneOf": branches, "nullable": true, "description": "d",
                    "discriminator": {"propertyName": "k", "mapping": {
                        "a": NAMES[index % NAMES.len()], "b": reference(index / 7)["$ref"],
                    }}})
            }),
            (inner.clone(), any::<bool>()).prop_map(|(inner, closed)| {
                let mut object = json!({"type": "object", "properties": {"p": inner, "k": {"type": "string"}},
                    "required": ["p"]});
                if closed {
                    object["additionalProperties"] = json!(false);
                }
                object
            }),
            (inner.clone(), inner.clone()).prop_map(|(beside, inside)| {
                json!({"allOf": [inside], "description": "beside", "properties": {"q": beside}})
            }),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            (inner.clone(), any::<usize>()).prop_map(|(inner, index)| {
                let mut beside = reference(index);
                beside["properties"] = json!({"p": inner});
                beside
            }),
            inner.prop_map(|inner| json!({"additionalProperties": inner, "minProperties": 0})),
        ]
    })
}

fn documents() -> impl Strategy<Value = Value> {
    let components = prop::collection::vec(schemas(), NAMES.len());
    (schemas(), schemas(), components).prop_map(|(request, response, components)| {
        let content = |schema: Value| json!({"application/json": {"schema": schema}});
        let mut document = with_operation(json!({
            "requestBody": {"content": content(request)},
            "responses": {"200": {"description": "Done", "content": content(response)}},
        }));
        for (name, mut schema) in NAMES.iter().zip(components) {
            // A component that is nothing but a reference could lead to itself.
            if let Some(map) = schema
                .as_object_mut()
                .filter(|map| map.contains_key("$ref"))
            {
                map.insert("description".to_owned(), json!("named"));
            }
            document["components"]["schemas"][*name] = schema;
        }
        document
    })
}

/// Rewrites every schema of a document, and means the same.
fn respelled(value: &Value, is_schema: bool) -> Value {
    let Value::Object(map) = value else {
        return match value {
            Value::Array(items) => items
                .iter()
                .map(|item| respelled(item, is_schema))
                .collect(),
            other => other.clone(),
        };
    };
    let mut new = serde_json::Map::new();
    for (key, value) in map {
        let value = match key.as_str() {
            "schema" | "items" | "additionalProperties" if value.is_object() => {
                respelled(value, true)
            }
            "allOf" | "oneOf" | "anyOf" => {
                let mut branches = respelled(value, true);
                if let (true, Some(items)) = (key == "allOf", branches.as_array_mut()) {
                    items.reverse();
                }
                branches
            }
            "properties" => {
                let members = value.as_object().into_iter().flatten();
                members
                    .map(|(name, schema)| (name.clone(), respelled(schema, true)))
                    .collect()
            }
            "discriminator" | "enum" | "not" => value.clone(),
            _ => respelled(value, false),
        };
        new.insert(key.clone(), value);
    }
    let new = Value::Object(new);
    if is_schema {
        json!({"allOf": [new]})
    } else {
        new
    }
}

fn run(check: impl Fn(&Value) -> Result<(), TestCaseError>) -> TestResult {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let cases = asked.and_then(|text| text.parse().ok()).unwrap_or(150);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    });
    runner.run(&documents(), |document| check(&document))?;
    Ok(())
}

#[test]
fn no_document_differs_from_itself() -> TestResult {
    run(|document| {
        let report = compare(document, document)
            .map_err(|error| TestCaseError::fail(format!("{error}: {document}")))?;
        prop_assert!(report.is_empty(), "{:?}\n{}", report.findings, document);
        Ok(())
    })
}

#[test]
fn wrappers_and_the_order_of_branches_are_no_change() -> TestResult {
    run(|document| {
        let mut other = document.clone();
        other["paths"] = respelled(&document["paths"], false);
        for (old, new) in [(document, &other), (&other, document)] {
            let report = compare(old, new)
                .map_err(|error| TestCaseError::fail(format!("{error}: {document}")))?;
            let found: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| finding.level > crate::Level::Cosmetic)
                .collect();
            prop_assert!(found.is_empty(), "{:?}\n{}\n{}", found, old, new);
        }
        Ok(())
    })
}
