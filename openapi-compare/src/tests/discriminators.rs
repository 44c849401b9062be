//! Kinds of value that a property tells apart, with mappings that lead anywhere.

use serde_json::{Value, json};

use super::support::{TestResult, assert_same, verdicts, with_operation};
use crate::Level;

fn answering(name: &str, schemas: Value) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{name}")});
    let mut document = with_operation(json!({"responses": {"200": {
        "description": "Done", "content": {"application/json": {"schema": schema}},
    }}}));
    document["components"] = json!({"schemas": schemas});
    document
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A base whose mapping leads to itself and to a kind that is made of it.
fn circular(lives: &str) -> Value {
    answering(
        "Pet",
        json!({
            "Pet": {"type": "object", "properties": {"kind": {"type": "string"}},
                "discriminator": {"propertyName": "kind", "mapping": {
                    "pet": "#/components/schemas/Pet", "cat": "Cat",
                }}},
            "Cat": {"allOf": [reference("Pet"), {"properties": {"lives": {"type": lives}}}]},
        }),
    )
}

#[test]
fn mappings_in_circles_end_at_once() -> TestResult {
    assert_same(&circular("integer"), &circular("integer"))?;
    let found = verdicts(&circular("integer"), &circular("string"))?;
    let found: Vec<_> = found
        .iter()
        .map(|(rule, level, _)| (rule.as_str(), *level))
        .collect();
    assert!(
        found.contains(&("response-property-type-replaced", Level::Breaking)),
        "{found:?}"
    );
    let two = answering(
        "A",
        json!({
            "A": {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"b": "B"}}},
            "B": {"type": "object", "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
        }),
    );
    assert_same(&two, &two)?;
    Ok(())
}

/// A union that a property tells apart; without a mapping the names of the schemas are the kinds.
fn shapes(mapping: Option<Value>, second: &str) -> Value {
    let mut union = json!({
        "oneOf": [reference("Circle"), reference(second)],
        "discriminator": {"propertyName": "kind"},
    });
    if let Some(mapping) = mapping {
        union["discriminator"]["mapping"] = mapping;
    }
    let shape = |member: &str| {
        json!({"type": "object", "properties": {
            "kind": {"type": "string"}, member: {"type": "number"},
        }})
    };
    answering(
        "Shape",
        json!({"Shape": union, "Circle": shape("radius"), second: shape("side")}),
    )
}

#[test]
fn a_mapping_may_be_spelled_out() -> TestResult {
    let full = json!({"Circle": "#/components/schemas/Circle", "Square": "Square"});
    assert_same(&shapes(None, "Square"), &shapes(Some(full), "Square"))?;
    // The name counts through a wrapper, too.
    let mut wrapped = shapes(None, "Square");
    let branch = &mut wrapped["components"]["schemas"]["Shape"]["oneOf"][0];
    *branch = json!({"allOf": [branch.take()]});
    assert_same(&shapes(None, "Square"), &wrapped)?;
    Ok(())
}

#[test]
fn a_kind_with_another_name_is_another_value_on_the_wire() -> TestResult {
    let found = verdicts(&shapes(None, "Square"), &shapes(None, "Box"))?;
    let found: Vec<_> = found
        .iter()
        .map(|(rule, level, _)| (rule.as_str(), *level))
        .collect();
    assert!(
        found.contains(&("response-property-discriminator-changed", Level::Breaking))
            || found.contains(&("response-body-discriminator-changed", Level::Breaking)),
        "{found:?}"
    );
    // With a mapping, the wire stays the same and the type is renamed.
    let mapping = |name: &str| Some(json!({"circle": "Circle", "square": name}));
    let found = verdicts(
        &shapes(mapping("Square"), "Square"),
        &shapes(mapping("Box"), "Box"),
    )?;
    let found: Vec<_> = found
        .iter()
        .map(|(rule, level, _)| (rule.as_str(), *level))
        .collect();
    assert_eq!(found, [("type-name-changed", Level::Cosmetic)]);
    Ok(())
}
