//! OpenAPI 3.1 and 3.2, written as 3.0: the generator reads nothing else.
//!
//! It comes before the overlay, so that the overlay's paths hold for both versions. A document that
//! says 3.0 and uses 3.1, as the published one does, is rewritten likewise.

use serde_json::{Map, Value, json};

use super::schemas::each_schema_mut;
use openapi_compare::json_pointer::child;

/// The version that a rewritten document has.
const VERSION: &str = "3.0.3";

/// Returns the document as 3.0.
pub(crate) fn as_3_0(published: &Value) -> Value {
    let mut document = published.clone();
    let version = document.get("openapi").and_then(Value::as_str);
    if version.is_some_and(|text| text.starts_with("3.1") || text.starts_with("3.2")) {
        document["openapi"] = json!(VERSION);
    }
    definitions(&mut document);
    each_schema_mut(&mut document, &mut |_, _, schema| rewrite(schema));
    document
}

/// Moves every `$defs` to the components and lets references follow.
fn definitions(document: &mut Value) {
    let mut places = Vec::new();
    find_definitions(document, String::new(), &mut places);
    let mut moved = Vec::new();
    // Inner ones first, so that the places of the outer ones stay valid.
    places.sort_by_key(|place| std::cmp::Reverse(place.len()));
    for place in places {
        let Some(Value::Object(holder)) = document.pointer_mut(&place) else {
            continue;
        };
        let Some(Value::Object(definitions)) = holder.shift_remove("$defs") else {
            continue;
        };
        let owner = place.rsplit('/').next().unwrap_or_default().to_owned();
        for (name, schema) in definitions {
            let new = free_name(document, &name, &owner);
            moved.push((
                format!("#{}", child(&child(&place, "$defs"), &name)),
                format!("#{}", child("/components/schemas", &new)),
            ));
            document["components"]["schemas"][&new] = schema;
        }
    }
    // The longest first: a reference into a definition names the outer one, too.
    moved.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    redirect(document, &moved);
}

fn find_definitions(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                find_definitions(value, child(&place, key), places);
            }
            if members.get("$defs").is_some_and(Value::is_object) {
                places.push(place);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_definitions(item, format!("{place}/{index}"), places);
            }
        }
        _ => {}
    }
}

/// The name of a definition among the components: its own, or else with its owner's before it.
fn free_name(document: &Value, name: &str, owner: &str) -> String {
    let taken = |name: &str| {
        let place = child("/components/schemas", name);
        document.pointer(&place).is_some()
    };
    let candidates = [name.to_owned(), format!("{owner}{name}")].into_iter();
    let numbered = (2..).map(|number| format!("{name}{number}"));
    candidates
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// Lets references to a place, or to something inside of it, lead to its new place.
pub(super) fn redirect(value: &mut Value, moved: &[(String, String)]) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "$ref" => {
                        let new = moved.iter().find_map(|(from, to)| {
                            let rest = text.strip_prefix(from)?;
                            (rest.is_empty() || rest.starts_with('/'))
                                .then(|| format!("{to}{rest}"))
                        });
                        if let Some(new) = new {
                            *text = new;
                        }
                    }
                    value => redirect(value, moved),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, moved)),
        _ => {}
    }
}

/// Writes one schema as 3.0 does. Type lists with `null` are left to the fix for them.
fn rewrite(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    if let Some(value) = members.shift_remove("const") {
        members.entry("enum").or_insert_with(|| json!([value]));
    }
    if let Some(Value::Array(examples)) = members.get("examples") {
        let first = examples.first().cloned();
        members.shift_remove("examples");
        if let Some(first) = first {
            members.entry("example").or_insert(first);
        }
    }
    for (limit, exclusive, lower) in [
        ("minimum", "exclusiveMinimum", true),
        ("maximum", "exclusiveMaximum", false),
    ] {
        bound(members, limit, exclusive, lower);
    }
    for (key, text, format) in [
        ("contentEncoding", "base64", "byte"),
        ("contentMediaType", "application/octet-stream", "binary"),
    ] {
        if members.get(key).is_some_and(|value| value == text) {
            members.shift_remove(key);
            members.entry("format").or_insert(json!(format));
        }
    }
    null_branch(members);
    several_types(members);
}

/// A numeric exclusive limit becomes a limit and a mark.
fn bound(members: &mut Map<String, Value>, limit: &str, exclusive: &str, lower: bool) {
    let Some(number) = members.get(exclusive).filter(|value| value.is_number()) else {
        return;
    };
    let inclusive = members.get(limit).and_then(Value::as_f64);
    let tighter = match (inclusive, number.as_f64()) {
        (Some(inclusive), Some(number)) => (inclusive > number) == lower && inclusive != number,
        _ => false,
    };
    if tighter {
        members.shift_remove(exclusive);
    } else {
        members.insert(limit.to_owned(), number.clone());
        members.insert(exclusive.to_owned(), json!(true));
    }
}

/// `null` among alternatives becomes `nullable`; a single schema that is left stands for itself.
fn null_branch(members: &mut Map<String, Value>) {
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = members.get_mut(key) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| branch.get("type").is_none_or(|kind| kind != "null"));
        if branches.len() == before {
            continue;
        }
        let mut rest = std::mem::take(branches);
        members.insert("nullable".to_owned(), json!(true));
        if rest.len() > 1 {
            members.insert(key.to_owned(), Value::Array(rest));
            continue;
        }
        members.shift_remove(key);
        match rest.pop() {
            Some(Value::Object(only))
                if !only.contains_key("$ref")
                    && only
                        .keys()
                        .all(|key| key == "nullable" || !members.contains_key(key)) =>
            {
                members.extend(only);
                members.insert("nullable".to_owned(), json!(true));
            }
            Some(only) => {
                members.insert("allOf".to_owned(), json!([only]));
            }
            None => {}
        }
    }
}

/// Several types beside `null` become alternatives.
fn several_types(members: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = members.get("type") else {
        return;
    };
    let others: Vec<Value> = types
        .iter()
        .filter(|kind| *kind != "null")
        .map(|kind| json!({"type": kind}))
        .collect();
    if others.len() < 2 || members.contains_key("anyOf") {
        return;
    }
    if types.len() > others.len() {
        members.insert("nullable".to_owned(), json!(true));
    }
    members.shift_remove("type");
    members.insert("anyOf".to_owned(), Value::Array(others));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(schema: Value) -> Value {
        let document = json!({"openapi": "3.1.0", "components": {"schemas": {"A": schema}}});
        as_3_0(&document)["components"]["schemas"]["A"].take()
    }

    #[test]
    fn spellings_of_3_1_become_those_of_3_0() {
        for (new, old) in [
            (
                json!({"type": "integer", "exclusiveMinimum": 0}),
                json!({"type": "integer", "exclusiveMinimum": true, "minimum": 0}),
            ),
            (
                json!({"minimum": 5, "exclusiveMinimum": 0, "maximum": 9, "exclusiveMaximum": 7}),
                json!({"minimum": 5, "maximum": 7, "exclusiveMaximum": true}),
            ),
            (json!({"const": "a"}), json!({"enum": ["a"]})),
            (json!({"examples": ["a", "b"]}), json!({"example": "a"})),
            (
                json!({"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}),
                json!({"type": "string", "format": "uuid", "nullable": true}),
            ),
            (
                json!({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}),
                json!({"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": true}),
            ),
            (
                json!({"oneOf": [{"type": "null"}, {"title": "A"}, {"title": "B"}]}),
                json!({"oneOf": [{"title": "A"}, {"title": "B"}], "nullable": true}),
            ),
            (
                json!({"type": ["string", "integer", "null"]}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true}),
            ),
            (
                json!({"type": "string", "contentEncoding": "base64"}),
                json!({"type": "string", "format": "byte"}),
            ),
        ] {
            assert_eq!(rewritten(new.clone()), old, "{new}");
        }
        // What 3.0 says in the same way stays.
        let same = json!({"type": "string", "enum": ["a"], "maxLength": 3});
        assert_eq!(rewritten(same.clone()), same);
    }

    #[test]
    fn a_document_in_3_0_is_left_alone_but_for_what_3_0_does_not_have() {
        let schema = json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true,
            "example": 1, "nullable": true, "enum": [1, 2]});
        let document = json!({"openapi": "3.0.3", "components": {"schemas": {"A": schema}}});
        assert_eq!(as_3_0(&document), document);
        let mixed = json!({"openapi": "3.0.3", "components": {"schemas": {
            "A": {"type": ["string", "number"]}
        }}});
        assert_eq!(
            as_3_0(&mixed)["components"]["schemas"]["A"],
            json!({"anyOf": [{"type": "string"}, {"type": "number"}]})
        );
    }

    #[test]
    fn definitions_become_components_and_references_follow() {
        let reference = |place: &str| json!({"$ref": place});
        let document = json!({"openapi": "3.1.0", "components": {"schemas": {
            "A": {"$defs": {"Part": {"type": "string"}, "B": {"type": "integer"}},
                "properties": {"p": reference("#/components/schemas/A/$defs/Part")}},
            "B": {"items": reference("#/components/schemas/A/$defs/B")},
        }}});
        assert_eq!(
            as_3_0(&document)["components"]["schemas"],
            json!({
                "A": {"properties": {"p": reference("#/components/schemas/Part")}},
                "B": {"items": reference("#/components/schemas/AB")},
                "Part": {"type": "string"},
                "AB": {"type": "integer"},
            })
        );
    }
}
