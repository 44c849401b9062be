//! Ways to write the same document: nothing may be reported for any of them.

use serde_json::{Map, Value, json};

use super::support::{
    TestResult, assert_same, in_request, in_response, real, verdicts, with_operation,
};

/// Rewrites every object of a document, the innermost first.
fn each_object(value: &mut Value, rewrite: &impl Fn(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            map.values_mut()
                .for_each(|value| each_object(value, rewrite));
            rewrite(map);
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|value| each_object(value, rewrite)),
        _ => {}
    }
}

fn rewritten(rewrite: impl Fn(&mut Map<String, Value>)) -> serde_json::Result<Value> {
    let mut document = real()?;
    each_object(&mut document, &rewrite);
    Ok(document)
}

#[test]
fn a_document_says_the_same_as_itself() -> TestResult {
    let document = real()?;
    assert_same(&document, &document)?;
    Ok(())
}

#[test]
fn keys_and_sets_in_another_order_are_the_same() -> TestResult {
    let reordered = rewritten(|map| {
        let reversed: Vec<_> = std::mem::take(map).into_iter().rev().collect();
        map.extend(reversed);
        for key in ["required", "enum", "type", "tags", "parameters"] {
            if let Some(Value::Array(items)) = map.get_mut(key) {
                items.reverse();
            }
        }
    })?;
    assert_same(&real()?, &reordered)?;
    Ok(())
}

#[test]
fn nullability_and_bounds_in_the_other_notation_are_the_same() -> TestResult {
    let respelled = rewritten(|map| {
        if let Some(Value::Array(names)) = map.get_mut("type") {
            names.retain(|name| name != "null");
            if let [name] = names.as_slice() {
                let name = name.clone();
                map.insert("type".to_owned(), name);
                map.insert("nullable".to_owned(), json!(true));
                if let Some(Value::Array(values)) = map.get_mut("enum") {
                    values.push(Value::Null);
                }
            }
        }
        if map.get("exclusiveMinimum") == Some(&json!(true))
            && let Some(limit) = map.shift_remove("minimum")
        {
            map.insert("exclusiveMinimum".to_owned(), limit);
        }
    })?;
    assert_ne!(real()?, respelled);
    assert_same(&real()?, &respelled)?;
    Ok(())
}

#[test]
fn schemas_in_a_wrapper_are_the_same() -> TestResult {
    let wrapped = rewritten(|map| {
        if let Some(schema) = map.get_mut("schema").filter(|schema| schema.is_object()) {
            *schema = json!({"allOf": [schema.take()]});
        }
    })?;
    assert_same(&real()?, &wrapped)?;
    Ok(())
}

/// Moves every schema, parameter, body and response into the components.
fn hoisted() -> serde_json::Result<Value> {
    let mut document = real()?;
    let store = std::cell::RefCell::new(Map::new());
    let put = |section: &str, value: Value| -> Value {
        let mut store = store.borrow_mut();
        let parts = store.entry(section).or_insert_with(|| json!({}));
        // A slash, a tilde and a brace have to survive the reference.
        let name = format!("a/b~{{{}}}", parts.as_object().map_or(0, Map::len));
        parts[&name] = value;
        let escaped = name
            .replace('~', "~0")
            .replace('/', "~1")
            .replace('{', "%7B");
        json!({"$ref": format!("#/components/{section}/{escaped}")})
    };
    let mut paths = document["paths"].take();
    each_object(&mut paths, &|map| {
        for key in ["schema", "items"] {
            if let Some(schema) = map.get_mut(key).filter(|schema| schema.is_object()) {
                *schema = put("schemas", schema.take());
            }
        }
        if let Some(Value::Array(parameters)) = map.get_mut("parameters") {
            for parameter in parameters {
                *parameter = put("parameters", parameter.take());
            }
        }
        if let Some(body) = map.get_mut("requestBody") {
            *body = put("requestBodies", body.take());
        }
        if let Some(Value::Object(responses)) = map.get_mut("responses") {
            for response in responses.values_mut() {
                *response = put("responses", response.take());
            }
        }
    });
    if let Value::Object(items) = &mut paths {
        for item in items.values_mut() {
            *item = put("pathItems", item.take());
        }
    }
    document["paths"] = paths;
    for (section, parts) in store.into_inner() {
        document["components"][section] = parts;
    }
    Ok(document)
}

#[test]
fn hoisted_parts_are_the_same() -> TestResult {
    assert_same(&real()?, &hoisted()?)?;
    assert_same(&hoisted()?, &hoisted()?)?;
    Ok(())
}

#[test]
fn a_change_in_a_hoisted_part_is_found() -> TestResult {
    let old = hoisted()?;
    let mut new = old.clone();
    new["components"]["schemas"]["a/b~{0}"]["format"] = json!("other");
    assert!(!verdicts(&old, &new)?.is_empty());
    Ok(())
}

#[test]
fn other_spellings_of_one_schema_are_the_same() -> TestResult {
    let string = || json!({"type": "string"});
    let pairs = [
        (string(), json!({"type": ["string"]})),
        (
            string(),
            json!({"type": "string", "nullable": false, "deprecated": false}),
        ),
        (string(), json!({"allOf": [{"allOf": [string()]}]})),
        (
            json!({"type": "string", "description": "A"}),
            json!({"description": "A", "allOf": [string()]}),
        ),
        (
            json!({"type": ["string", "null"]}),
            json!({"nullable": true, "allOf": [string()]}),
        ),
        (
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
        ),
        (
            json!({"type": ["integer", "number"]}),
            json!({"type": "number"}),
        ),
        (json!({"minimum": 1}), json!({"minimum": 1.0})),
        (
            json!({"minimum": 1, "exclusiveMinimum": false}),
            json!({"minimum": 1}),
        ),
        (
            json!({"maximum": 1, "exclusiveMaximum": true}),
            json!({"exclusiveMaximum": 1.0}),
        ),
        (
            json!({"type": "array"}),
            json!({"type": "array", "items": {}}),
        ),
        (
            json!({"type": "array", "items": {}}),
            json!({"type": "array", "items": true}),
        ),
        (json!({}), json!(true)),
        (
            json!({"type": "object"}),
            json!({"type": "object", "properties": {}, "required": []}),
        ),
        (
            json!({"default": {"a": 1, "b": 2}}),
            json!({"default": {"b": 2.0, "a": 1}}),
        ),
    ];
    for (a, b) in pairs {
        assert_same(&in_request(&a), &in_request(&b))?;
        assert_same(&in_response(&a), &in_response(&b))?;
    }
    Ok(())
}

#[test]
fn parameters_of_the_path_belong_to_its_operations() -> TestResult {
    let page =
        |maximum: u32| json!({"name": "page", "in": "query", "schema": {"maximum": maximum}});
    let size = json!({"name": "size", "in": "query", "style": "form", "explode": true});
    let brief = json!({"name": "size", "in": "query", "required": false});
    let old = with_operation(json!({"parameters": [page(5), brief], "responses": {}}));
    let mut new = with_operation(json!({"parameters": [page(5)], "responses": {}}));
    new["paths"]["/things/{id}"]["parameters"] = json!([size, page(9)]);
    assert_same(&old, &new)?;
    Ok(())
}

#[test]
fn security_that_is_spelled_out_is_the_same() -> TestResult {
    let plain = with_operation(json!({"responses": {}}));
    let nobody = with_operation(json!({"responses": {}, "security": []}));
    assert_same(&plain, &nobody)?;
    let mut inherited = plain;
    inherited["security"] = json!([{"a": ["x", "y"]}, {"b": []}]);
    let own = with_operation(json!({"responses": {}, "security": [{"b": []}, {"a": ["y", "x"]}]}));
    assert_same(&inherited, &own)?;
    Ok(())
}

#[test]
fn media_types_and_header_names_have_no_case() -> TestResult {
    let answer = |header: &str, status: &str| {
        with_operation(json!({"responses": {status: {
            "description": "Done",
            "headers": {header: {"schema": {"type": "string"}}},
        }}}))
    };
    assert_same(&answer("X-Total", "2XX"), &answer("x-total", "2xx"))?;
    Ok(())
}
