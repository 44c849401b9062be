//! Every schema of a document, with its place and its direction.

use serde_json::Value;

use openapi_compare::METHODS;
use openapi_compare::json_pointer::child;

/// `true` if a schema describes what a client sends or what it receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
    /// Below `components`: either.
    Shared,
}

/// Calls `visit` with every operation: path, method, JSON Pointer, operation.
pub(crate) fn each_operation<'a>(
    document: &'a Value,
    mut visit: impl FnMut(&'a str, &'a str, String, &'a Value),
) {
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let pointer = child("/paths", path);
        for (method, operation) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                visit(path, method, child(&pointer, method), operation);
            }
        }
    }
}

/// The JSON Pointers of all operations, for passes that change them.
pub(crate) fn operation_pointers(document: &Value) -> Vec<String> {
    let mut pointers = Vec::new();
    each_operation(document, |_, _, pointer, _| pointers.push(pointer));
    pointers
}

/// Calls `visit` with every schema, inner ones before those that hold them.
pub(crate) fn each_schema_mut(
    document: &mut Value,
    visit: &mut dyn FnMut(Direction, &str, &mut Value),
) {
    let roots = roots(document);
    for (direction, pointer) in roots {
        if let Some(schema) = document.pointer_mut(&pointer) {
            descend(direction, &pointer, schema, visit);
        }
    }
}

/// Places where the document holds a schema that no other schema holds.
fn roots(document: &Value) -> Vec<(Direction, String)> {
    let mut roots = Vec::new();
    let components = document.get("components").and_then(Value::as_object);
    for (kind, entries) in components.into_iter().flatten() {
        let pointer = child("/components", kind);
        for (name, entry) in entries.as_object().into_iter().flatten() {
            let pointer = child(&pointer, name);
            match kind.as_str() {
                "schemas" => roots.push((Direction::Shared, pointer)),
                "parameters" | "requestBodies" => {
                    holder(Direction::Request, &pointer, entry, &mut roots);
                }
                "responses" => response(&pointer, entry, &mut roots),
                "headers" => holder(Direction::Response, &pointer, entry, &mut roots),
                _ => {}
            }
        }
    }
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let pointer = child("/paths", path);
        parameters(&pointer, item, &mut roots);
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let pointer = child(&pointer, method);
            parameters(&pointer, operation, &mut roots);
            if let Some(body) = operation.get("requestBody") {
                holder(
                    Direction::Request,
                    &child(&pointer, "requestBody"),
                    body,
                    &mut roots,
                );
            }
            let responses = operation.get("responses").and_then(Value::as_object);
            for (status, entry) in responses.into_iter().flatten() {
                response(
                    &child(&child(&pointer, "responses"), status),
                    entry,
                    &mut roots,
                );
            }
        }
    }
    roots
}

fn parameters(pointer: &str, of: &Value, roots: &mut Vec<(Direction, String)>) {
    let list = of.get("parameters").and_then(Value::as_array);
    for (index, parameter) in list.into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/parameters/{index}");
        holder(Direction::Request, &pointer, parameter, roots);
    }
}

fn response(pointer: &str, of: &Value, roots: &mut Vec<(Direction, String)>) {
    holder(Direction::Response, pointer, of, roots);
    let headers = of.get("headers").and_then(Value::as_object);
    for (name, header) in headers.into_iter().flatten() {
        holder(
            Direction::Response,
            &child(&child(pointer, "headers"), name),
            header,
            roots,
        );
    }
}

/// A parameter, header or body: a schema of its own, or one for each media type.
fn holder(direction: Direction, pointer: &str, of: &Value, roots: &mut Vec<(Direction, String)>) {
    if of.get("schema").is_some() {
        roots.push((direction, child(pointer, "schema")));
    }
    let content = of.get("content").and_then(Value::as_object);
    for (media_type, entry) in content.into_iter().flatten() {
        if entry.get("schema").is_some() {
            let pointer = child(&child(pointer, "content"), media_type);
            roots.push((direction, child(&pointer, "schema")));
        }
    }
}

/// Visits the schemas below one schema, then the schema itself.
///
/// The depth is bounded: serde_json refuses to parse more than 128 levels.
fn descend(
    direction: Direction,
    pointer: &str,
    schema: &mut Value,
    visit: &mut dyn FnMut(Direction, &str, &mut Value),
) {
    if let Some(object) = schema.as_object_mut() {
        for (keyword, value) in object.iter_mut() {
            let pointer = child(pointer, keyword);
            match (keyword.as_str(), value) {
                ("properties", Value::Object(members)) => {
                    for (name, member) in members.iter_mut() {
                        descend(direction, &child(&pointer, name), member, visit);
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                    for (index, branch) in branches.iter_mut().enumerate() {
                        descend(direction, &format!("{pointer}/{index}"), branch, visit);
                    }
                }
                ("items" | "additionalProperties" | "not", inner @ Value::Object(_)) => {
                    descend(direction, &pointer, inner, visit);
                }
                _ => {}
            }
        }
    }
    visit(direction, pointer, schema);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_place_of_a_schema_is_visited_inner_ones_first() {
        let mut document = json!({
            "components": {"schemas": {"A": {"items": {"type": "string"}}}},
            "paths": {"/a/{b}": {
                "parameters": [{"schema": {"type": "integer"}}],
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": {
                        "properties": {"properties": {"additionalProperties": {}}}
                    }}}},
                    "responses": {"200": {
                        "headers": {"X-A": {"schema": {}}},
                        "content": {"application/json": {"schema": {"anyOf": [{}, {}]}}}
                    }}
                }
            }}
        });
        let mut seen = Vec::new();
        each_schema_mut(&mut document, &mut |direction, pointer, _| {
            seen.push(format!("{direction:?} {pointer}"));
        });
        assert_eq!(
            seen,
            [
                "Shared /components/schemas/A/items",
                "Shared /components/schemas/A",
                "Request /paths/~1a~1{b}/parameters/0/schema",
                "Request /paths/~1a~1{b}/post/requestBody/content/application~1json/schema\
                 /properties/properties/additionalProperties",
                "Request /paths/~1a~1{b}/post/requestBody/content/application~1json/schema\
                 /properties/properties",
                "Request /paths/~1a~1{b}/post/requestBody/content/application~1json/schema",
                "Response /paths/~1a~1{b}/post/responses/200/content/application~1json/schema\
                 /anyOf/0",
                "Response /paths/~1a~1{b}/post/responses/200/content/application~1json/schema\
                 /anyOf/1",
                "Response /paths/~1a~1{b}/post/responses/200/content/application~1json/schema",
                "Response /paths/~1a~1{b}/post/responses/200/headers/X-A/schema",
            ]
        );
    }
}
