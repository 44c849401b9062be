//! Components of the published document, under the names that the overlay gives them.

use serde_json::{Map, Value};

use super::dialect::redirect;
use super::hoist::{is_type_name, shape};
use crate::problem::Problem;
use openapi_compare::json_pointer::child;

/// Renames every component that has a title which is the name of a type.
///
/// One that has the shape of another of the same name becomes one with it.
///
/// # Errors
///
/// Fails when two components of different shapes have one title.
pub(crate) fn rename(document: &mut Value) -> Result<(), Vec<Problem>> {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return Ok(());
    };
    let mut renamed: Map<String, Value> = Map::new();
    let mut moved = Vec::new();
    let mut problems = Vec::new();
    for (key, schema) in std::mem::take(schemas) {
        let title = schema.get("title").and_then(Value::as_str);
        let name = title
            .filter(|title| is_type_name(title))
            .unwrap_or(&key)
            .to_owned();
        let place = |name: &str| format!("#{}", child("/components/schemas", name));
        if name != key {
            moved.push((place(&key), place(&name)));
        }
        let plain = |schema: &Value| {
            let mut schema = schema.clone();
            if let Some(members) = schema.as_object_mut() {
                members.shift_remove("title");
            }
            shape(&schema)
        };
        match renamed.get(&name) {
            Some(known) if plain(known) != plain(&schema) => {
                let message =
                    format!("`{name}` is the name of another component, of another shape");
                problems.push(Problem::new(child("/components/schemas", &key), message));
            }
            Some(_) => {}
            None => {
                renamed.insert(name, schema);
            }
        }
    }
    *schemas = renamed;
    if !problems.is_empty() {
        return Err(problems);
    }
    redirect(document, &moved);
    // The name says it now.
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in schemas.iter_mut() {
            if let Some(members) = schema.as_object_mut()
                && members.get("title").is_some_and(|title| title == name)
            {
                members.shift_remove("title");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_title_is_the_name_and_references_follow() {
        let page = || json!({"title": "Page", "type": "object"});
        let mut document = json!({
            "paths": {"/a": {"$ref": "#/components/schemas/pagination/properties"}},
            "components": {"schemas": {"pagination": page(), "Second": page(), "Plain": {}}}
        });
        assert_eq!(rename(&mut document), Ok(()));
        assert_eq!(
            document,
            json!({
                "paths": {"/a": {"$ref": "#/components/schemas/Page/properties"}},
                "components": {"schemas": {"Page": {"type": "object"}, "Plain": {}}}
            })
        );
    }

    #[test]
    fn one_title_for_two_shapes_is_a_problem() {
        let mut document = json!({"components": {"schemas": {
            "a": {"title": "Page", "type": "object"}, "b": {"title": "Page", "type": "string"},
        }}});
        assert_eq!(
            rename(&mut document),
            Err(vec![Problem::new(
                "/components/schemas/b",
                "`Page` is the name of another component, of another shape"
            )])
        );
    }
}
