//! Finds the operation that the generator fails on; its messages name no place.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::{Map, Value};

use openapi_compare::METHODS;
use openapi_compare::json_pointer::child;

/// JSON Pointer of the first operation that fails by itself as the whole document does.
///
/// It is empty where none does. `fails` is asked about documents of one operation each.
pub(super) fn of(
    document: &Value,
    mut fails: impl FnMut(&Value) -> Result<bool>,
) -> Result<String> {
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS.iter().filter(|method| item.get(method).is_some()) {
            if fails(&alone(document, path, item, method))? {
                return Ok(child(&child("/paths", path), method));
            }
        }
    }
    Ok(String::new())
}

/// The document with one operation and the components that it needs: quick to generate from.
fn alone(document: &Value, path: &str, item: &Value, method: &str) -> Value {
    let mut item = item.clone();
    if let Some(item) = item.as_object_mut() {
        item.retain(|key, _| key == method || !METHODS.contains(&key.as_str()));
    }
    let mut needed = BTreeSet::new();
    let mut open = references(&item);
    while let Some(reference) = open.pop() {
        if let Some(target) = document.pointer(reference)
            && needed.insert(reference)
        {
            open.extend(references(target));
        }
    }
    let mut alone = Map::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        let value = match key.as_str() {
            "paths" => Map::from_iter([(path.to_owned(), item.clone())]).into(),
            "components" => components(value, &needed),
            _ => value.clone(),
        };
        alone.insert(key.clone(), value);
    }
    alone.into()
}

fn components(all: &Value, needed: &BTreeSet<&str>) -> Value {
    let mut components = all.clone();
    for (kind, entries) in components.as_object_mut().into_iter().flatten() {
        let kind = child("/components", kind);
        if let Some(entries) = entries.as_object_mut() {
            entries.retain(|name, _| needed.contains(child(&kind, name).as_str()));
        }
    }
    components
}

/// The pointers of all `$ref`s within a value.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|reference| reference.strip_prefix('#'));
            let inner = members.values().flat_map(references);
            own.into_iter().chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        let answer = |schema: &str| {
            let schema = format!("#/components/schemas/{schema}");
            json!({"responses": {"200": {"schema": {"$ref": schema}}}})
        };
        json!({
            "openapi": "3.0.3",
            "paths": {
                "/a": {"parameters": [], "get": answer("A"), "post": answer("B")},
                "/b": {"get": answer("B")},
            },
            "components": {
                "schemas": {
                    "A": {"type": "string"},
                    "B": {"items": [{"$ref": "#/components/schemas/C"}]},
                    "C": {"allOf": [{"$ref": "#/components/schemas/B"}]},
                },
                "headers": {"H": {}},
            },
        })
    }

    #[test]
    fn the_first_operation_that_fails_by_itself_is_the_place() -> Result<()> {
        let document = document();
        let mut asked = Vec::new();
        let place = of(&document, |part| {
            asked.push(part.clone());
            Ok(part.pointer("/components/schemas/B").is_some())
        })?;
        assert_eq!(place, "/paths/~1a/post");
        let expected = |method: &str, schemas: &[&str]| {
            let mut expected = document.clone();
            expected["paths"] = json!({"/a": {"parameters": []}});
            expected["paths"]["/a"][method] = document["paths"]["/a"][method].clone();
            expected["components"] = json!({"schemas": {}, "headers": {}});
            for name in schemas {
                let schema = document["components"]["schemas"][name].clone();
                expected["components"]["schemas"][name] = schema;
            }
            expected
        };
        assert_eq!(
            asked,
            [expected("get", &["A"]), expected("post", &["B", "C"])]
        );
        Ok(())
    }

    #[test]
    fn what_fails_as_a_whole_alone_has_no_place() -> Result<()> {
        assert_eq!(of(&document(), |_| Ok(false))?, "");
        assert_eq!(of(&json!({}), |_| Ok(true))?, "");
        Ok(())
    }
}
