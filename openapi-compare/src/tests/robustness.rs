//! Documents made to break things: a result or a clear error, never a crash and never a hang.

use serde_json::{Map, Value, json};

use super::support::{TestResult, assert_same, in_response, verdicts, with_operation};
use crate::{CompareError, Level, MAX_NESTING, Side, compare};

/// A document that answers the schema `root`, with `schemas` to refer to.
fn with_schemas(root: &str, schemas: Value) -> Value {
    let schema = json!({"$ref": format!("#/components/schemas/{root}")});
    let mut document = with_operation(json!({"responses": {"200": {
        "description": "Done",
        "content": {"application/json": {"schema": schema}},
    }}}));
    document["components"] = json!({"schemas": schemas});
    document
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn cycles_end() -> TestResult {
    let tree = |kind: &str| {
        with_schemas(
            "Tree",
            json!({"Tree": {"type": "object", "properties": {
                "children": {"type": "array", "items": reference("Tree")},
                "value": {"type": kind},
            }}}),
        )
    };
    assert_same(&tree("string"), &tree("string"))?;
    let found = verdicts(&tree("integer"), &tree("number"))?;
    assert_eq!(found.len(), 1, "{found:?}");
    Ok(())
}

#[test]
fn a_cycle_that_is_unrolled_once_is_the_same() -> TestResult {
    let node = |next: &str| json!({"type": "object", "properties": {"next": reference(next)}});
    let short = with_schemas("A", json!({"A": node("A")}));
    let long = with_schemas("A", json!({"A": node("B"), "B": node("C"), "C": node("A")}));
    // The generated types have other names, and nothing else differs.
    let found = verdicts(&short, &long)?;
    assert!(!found.is_empty());
    for (rule, level, _) in found {
        assert_eq!(
            (rule.as_str(), level),
            ("type-name-changed", Level::Cosmetic)
        );
    }
    let mut inline = short.clone();
    inline["paths"]["/things/{id}"]["post"]["responses"]["200"]["content"]["application/json"]["schema"] =
        node("A");
    assert_same(&short, &inline)?;
    Ok(())
}

#[test]
fn cycles_through_branches_and_unknown_keywords_end() -> TestResult {
    let odd = |kind: &str| {
        with_schemas(
            "Odd",
            json!({
                "Odd": {"oneOf": [reference("Odd2"), {"type": "string"}], "not": reference("Odd")},
                "Odd2": {"type": "array", "items": reference("Odd"), "contains": reference("Leaf")},
                "Leaf": {"type": kind},
            }),
        )
    };
    assert_same(&odd("string"), &odd("string"))?;
    let found = verdicts(&odd("string"), &odd("boolean"))?;
    assert!(
        found
            .iter()
            .any(|(rule, ..)| rule == "unclassified-schema-keyword"),
        "{found:?}"
    );
    Ok(())
}

#[test]
fn references_alone_to_themselves_are_an_error() {
    let loops = with_schemas("A", json!({"A": reference("B"), "B": reference("A")}));
    let error = compare(&loops, &loops);
    assert!(
        matches!(
            error,
            Err(CompareError::Circular {
                side: Side::Old,
                ..
            })
        ),
        "{error:?}"
    );
}

#[test]
fn a_branch_that_leads_back_to_itself_says_nothing_more() -> TestResult {
    let typed = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let plain = with_schemas("A", json!({"A": typed}));
    let loops = with_schemas(
        "A",
        json!({"A": {"allOf": [typed, {"allOf": [reference("A")]}]}}),
    );
    assert_same(&loops, &loops)?;
    assert_same(&plain, &loops)?;
    Ok(())
}

#[test]
fn references_that_lead_nowhere_are_an_error_with_the_place() {
    for text in [
        "#/components/schemas/Gone",
        "other.json#/A",
        "#anchor",
        "#/paths/0",
        "\u{1b}[2J",
    ] {
        let old = in_response(&json!({}));
        let error = match compare(&old, &in_response(&json!({"$ref": text}))) {
            Err(error) => error.to_string(),
            Ok(report) => format!("{report:?}"),
        };
        let place = "/paths/~1things~1{id}/post/responses/200/content/application~1json/schema/properties/value/$ref";
        assert!(
            error.starts_with(&format!("the new document has a $ref at {place:?}")),
            "{error}"
        );
        assert!(!error.contains('\u{1b}'), "{error}");
    }
}

#[test]
fn other_json_is_an_error() {
    let document = in_response(&json!({}));
    for other in [
        json!(null),
        json!([]),
        json!({}),
        json!({"paths": []}),
        json!("<html>"),
    ] {
        let error = compare(&document, &other);
        assert_eq!(error, Err(CompareError::NotOpenApi { side: Side::New }));
    }
}

/// Nests `wrap` around a string schema, `levels` times.
fn nested(levels: usize, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(json!({"type": "string"}), |inner, _| wrap(inner))
}

/// Takes a deep value apart from the outside, because dropping one is recursive.
fn dismantle(value: Value) {
    let mut pending = vec![value];
    while let Some(value) = pending.pop() {
        match value {
            Value::Object(map) => pending.extend(map.into_iter().map(|(_, value)| value)),
            Value::Array(items) => pending.extend(items),
            _ => {}
        }
    }
}

#[test]
fn nesting_beyond_the_limit_is_an_error() {
    let wraps: [fn(Value) -> Value; 4] = [
        |inner| json!({"type": "array", "items": inner}),
        |inner| json!({"allOf": [inner]}),
        |inner| json!({"not": inner}),
        |inner| json!([inner]),
    ];
    for wrap in wraps {
        // `json!` would serialize the value, which is recursive.
        let mut deep = Value::Bool(true);
        for _ in 0..10_000 {
            deep = match wrap(Value::Null) {
                Value::Object(mut map) => {
                    let key = map.keys().next_back().cloned().unwrap_or_default();
                    let list = map.get(&key).is_some_and(Value::is_array);
                    map.insert(key, if list { Value::Array(vec![deep]) } else { deep });
                    Value::Object(map)
                }
                _ => Value::Array(vec![deep]),
            };
        }
        let shallow = in_response(&json!({}));
        let mut document = in_response(&json!({}));
        if let Some(map) = document.as_object_mut() {
            map.insert("x-deep".to_owned(), deep);
        }
        let error = compare(&shallow, &document);
        let expected = matches!(&error, Err(CompareError::TooDeep { side: Side::New, pointer, .. }) if pointer.chars().count() < 300);
        assert!(expected, "{:?}", error.map_err(|error| error.to_string()));
        dismantle(document);
    }
}

#[test]
fn nesting_up_to_the_limit_is_compared() -> TestResult {
    // Ten levels are around the schema.
    let levels = MAX_NESTING - 20;
    let arrays = |kind: &str| {
        let mut value = nested(levels, |inner| {
            let mut map = Map::new();
            map.insert("items".to_owned(), inner);
            Value::Object(map)
        });
        let mut innermost = &mut value;
        while innermost.get("items").is_some() {
            innermost = &mut innermost["items"];
        }
        innermost["type"] = json!(kind);
        in_response(&value)
    };
    let found = verdicts(&arrays("integer"), &arrays("number"))?;
    assert_eq!(found.len(), 1, "{found:?}");
    Ok(())
}

#[test]
fn long_chains_of_references_are_followed() -> TestResult {
    const LINKS: usize = 10_000;
    let chain = |end: Value, link: fn(Value) -> Value| {
        let mut schemas = Map::new();
        for index in 0..LINKS {
            schemas.insert(
                format!("S{index}"),
                link(reference(&format!("S{}", index + 1))),
            );
        }
        schemas.insert(format!("S{LINKS}"), end);
        with_schemas("S0", Value::Object(schemas))
    };
    // References, and objects that lead from one to the next.
    let links: [fn(Value) -> Value; 2] = [
        |next| next,
        |next| json!({"type": "object", "properties": {"next": next}}),
    ];
    for link in links {
        let found = verdicts(
            &chain(json!({"type": "integer"}), link),
            &chain(json!({"type": "number"}), link),
        )?;
        assert_eq!(found.len(), 1, "{found:?}");
    }
    // Wrappers are counted.
    let described = chain(
        json!({}),
        |next| json!({"description": "A", "allOf": [next]}),
    );
    let error = compare(&described, &described);
    assert!(
        matches!(error, Err(CompareError::TooWrapped { .. })),
        "{error:?}"
    );
    Ok(())
}

#[test]
fn schemas_that_double_at_each_level_are_compared_once_each() -> TestResult {
    // Written out, the schema would have two to the power of 150 leaves.
    let doubling = |kind: &str| {
        let mut schemas = Map::new();
        for index in 0..150 {
            let next = reference(&format!("S{}", index + 1));
            schemas.insert(
                format!("S{index}"),
                json!({
                    "type": "object",
                    "properties": {"left": next, "right": next},
                    "oneOf": [next, {"type": "object", "properties": {"again": next}}],
                }),
            );
        }
        schemas.insert("S150".to_owned(), json!({"type": kind}));
        with_schemas("S0", Value::Object(schemas))
    };
    let found = verdicts(&doubling("integer"), &doubling("number"))?;
    assert!(!found.is_empty());
    assert_same(&doubling("string"), &doubling("string"))?;
    Ok(())
}

#[test]
fn a_schema_shared_by_thousands_is_judged_once() -> TestResult {
    let document = |kind: &str| {
        let content = json!({"200": {"description": "Done", "content": {"application/json": {"schema": reference("Shared")}}}});
        let paths: Map<String, Value> = (0..5_000)
            .map(|index| (format!("/p{index}"), json!({"get": {"responses": content}})))
            .collect();
        json!({"openapi": "3.0.3", "paths": paths, "components": {"schemas": {"Shared": {"type": kind}}}})
    };
    let report = compare(&document("integer"), &document("number"))?;
    let [finding] = report.findings.as_slice() else {
        return Err(format!("{}", report.findings.len()).into());
    };
    assert_eq!(finding.operations().count(), 5_000);
    Ok(())
}
