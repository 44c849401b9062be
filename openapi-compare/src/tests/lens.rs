//! The lens once more, by rewriting: an independent answer to whether two documents say the same.
//!
//! The comparator folds while it walks. Here a document without references is rewritten as a whole
//! into one spelling, so that two documents say the same exactly when the results are equal.

use serde_json::{Map, Value, json};

/// The document in its one spelling.
pub(super) fn lens(document: &Value) -> Value {
    let mut document = document.clone();
    // The store of components matters only where it is referred to.
    if let Some(Value::Object(components)) = document.get_mut("components") {
        components.retain(|section, parts| {
            !(matches!(section.as_str(), "schemas" | "securitySchemes") && parts == &json!({}))
        });
        if components.is_empty() {
            remove(&mut document, "components");
        }
    }
    sort(document.get_mut("tags"));
    drop_empty(&mut document, "tags");
    drop_empty(&mut document, "servers");
    let no_servers = document.get("servers").is_none();
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (_, item) in paths.iter_mut().filter(|(path, _)| path.starts_with('/')) {
            path_item(item, no_servers);
        }
    }
    canonical(&document)
}

/// Without servers of the document, an empty list of a path or an operation says nothing.
fn path_item(item: &mut Value, no_servers: bool) {
    let shared = item.get("parameters").cloned().filter(Value::is_array);
    if shared.is_some() {
        remove(item, "parameters");
    }
    if no_servers {
        drop_empty(item, "servers");
    }
    for method in ["get", "put", "post", "delete", "patch"] {
        let Some(operation) = item
            .get_mut(method)
            .filter(|operation| operation.is_object())
        else {
            continue;
        };
        merge_parameters(operation, shared.as_ref());
        if no_servers {
            drop_empty(operation, "servers");
        }
        in_operation(operation);
    }
}

fn merge_parameters(operation: &mut Value, shared: Option<&Value>) {
    let own = match operation.get("parameters") {
        Some(Value::Array(own)) => own.clone(),
        Some(_) => return,
        None => Vec::new(),
    };
    let id = |parameter: &Value| (parameter.get("in").cloned(), parameter.get("name").cloned());
    let inherited = shared.and_then(Value::as_array).into_iter().flatten();
    let inherited: Vec<Value> = inherited
        .filter(|shared| !own.iter().any(|own| id(own) == id(shared)))
        .cloned()
        .collect();
    let all: Vec<Value> = own.into_iter().chain(inherited).collect();
    operation["parameters"] = Value::Array(all);
    drop_empty(operation, "parameters");
}

fn in_operation(operation: &mut Value) {
    drop_false(operation, &["deprecated"]);
    if operation.get("tags").is_some_and(is_texts) {
        set(operation, "tags");
    }
    drop_empty(operation, "tags");
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters
            .iter_mut()
            .filter(|parameter| parameter.is_object())
        {
            in_parameter(parameter);
        }
    }
    sort(operation.get_mut("parameters"));
    if let Some(body) = operation.get_mut("requestBody") {
        drop_false(body, &["required"]);
        content(body);
        drop_empty(body, "content");
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for (_, response) in responses.iter_mut() {
            content(response);
            drop_empty(response, "content");
            if let Some(Value::Object(headers)) = response.get_mut("headers") {
                headers.values_mut().for_each(in_parameter);
            }
            drop_empty(response, "headers");
        }
    }
    drop_empty(operation, "responses");
}

fn in_parameter(parameter: &mut Value) {
    drop_false(parameter, &["required", "deprecated", "allowReserved"]);
    if let Some(value) = parameter.get_mut("schema") {
        schema(value);
    }
    drop_anything(parameter, "schema");
    content(parameter);
    notation(parameter);
}

/// A notation that is the usual one says as much as none.
fn notation(parameter: &mut Value) {
    let usual = match parameter.get("in").and_then(Value::as_str) {
        Some("query" | "cookie") => "form",
        _ => "simple",
    };
    let style = parameter
        .get("style")
        .cloned()
        .filter(Value::is_string)
        .unwrap_or(json!(usual));
    if parameter.get("explode") == Some(&json!(style == "form")) {
        remove(parameter, "explode");
    }
    if parameter.get("style") == Some(&json!(usual)) {
        remove(parameter, "style");
    }
}

fn content(holder: &mut Value) {
    if let Some(Value::Object(content)) = holder.get_mut("content") {
        for (_, media_type) in content.iter_mut() {
            if let Some(value) = media_type.get_mut("schema") {
                schema(value);
            }
        }
    }
}

/// Rewrites one schema and those inside of it.
pub(super) fn schema(value: &mut Value) {
    if value == &json!(true) {
        *value = json!({});
    }
    if let Some(inner) = wrapped(value) {
        *value = inner;
        return schema(value);
    }
    types(value);
    for (limit, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if value.get(limit).is_some_and(Value::is_number)
            && value.get(exclusive) == Some(&json!(true))
        {
            value[exclusive] = value[limit].clone();
            remove(value, limit);
        }
    }
    drop_false(
        value,
        &[
            "deprecated",
            "readOnly",
            "writeOnly",
            "uniqueItems",
            "exclusiveMinimum",
            "exclusiveMaximum",
        ],
    );
    if value.get("required").is_some_and(is_texts) {
        set(value, "required");
        drop_empty(value, "required");
    }
    if value.get("enum").is_some_and(Value::is_array) {
        set(value, "enum");
    }
    if let Some(Value::Object(members)) = value.get_mut("properties") {
        members.values_mut().for_each(schema);
    }
    drop_empty(value, "properties");
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = value
            .get_mut(key)
            .filter(|inner| inner.is_object() || **inner == json!(true))
        {
            schema(inner);
        }
    }
    drop_anything(value, "items");
    for key in ["allOf", "oneOf", "anyOf"] {
        if let Some(Value::Array(branches)) = value.get_mut(key) {
            branches.iter_mut().for_each(schema);
        }
    }
}

fn wrapped(value: &Value) -> Option<Value> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    match map.get("allOf")?.as_array()?.as_slice() {
        [inner @ Value::Object(_)] => Some(inner.clone()),
        _ => None,
    }
}

/// Nullability as a `null` in the list of types, and not among the values of `enum`.
fn types(value: &mut Value) {
    let mut names: Vec<Value> = match value.get("type") {
        Some(Value::String(name)) => vec![json!(name)],
        Some(Value::Array(names)) if names.iter().all(Value::is_string) => names.clone(),
        _ => return drop_false(value, &["nullable"]),
    };
    if value.get("nullable") == Some(&json!(true)) {
        names.push(json!("null"));
    }
    if value.get("nullable").is_some_and(Value::is_boolean) {
        remove(value, "nullable");
    }
    if names.contains(&json!("number")) {
        names.retain(|name| name != "integer");
    }
    if names.contains(&json!("null"))
        && let Some(Value::Array(values)) = value.get_mut("enum")
    {
        values.retain(|value| !value.is_null());
    }
    value["type"] = Value::Array(names);
    set(value, "type");
}

fn is_texts(value: &Value) -> bool {
    value
        .as_array()
        .is_some_and(|items| items.iter().all(Value::is_string))
}

fn remove(value: &mut Value, key: &str) {
    if let Some(map) = value.as_object_mut() {
        map.shift_remove(key);
    }
}

fn drop_false(value: &mut Value, keys: &[&str]) {
    for key in keys {
        if value.get(key) == Some(&json!(false)) {
            remove(value, key);
        }
    }
}

/// A schema that allows everything says as much as none.
fn drop_anything(value: &mut Value, key: &str) {
    if value.get(key) == Some(&json!({})) {
        remove(value, key);
    }
}

fn drop_empty(value: &mut Value, key: &str) {
    if matches!(value.get(key), Some(inner) if inner == &json!({}) || inner == &json!([])) {
        remove(value, key);
    }
}

fn set(value: &mut Value, key: &str) {
    if let Some(Value::Array(items)) = value.get_mut(key) {
        *items = items.iter().map(canonical).collect();
        items.sort_by_key(Value::to_string);
        items.dedup();
    }
}

fn sort(value: Option<&mut Value>) {
    if let Some(Value::Array(items)) = value {
        items.sort_by_key(|item| canonical(item).to_string());
    }
}

/// Keys in order, and whole numbers without a fraction.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            keys.into_iter()
                .map(|key| (key.clone(), canonical(&map[key])))
                .collect::<Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => json!(float as i64),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}
