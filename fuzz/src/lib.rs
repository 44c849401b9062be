//! Documents to fuzz with: parts of the published one, changed as the input says.
//!
//! Random bytes are hardly ever JSON, and random JSON is hardly ever a document; edits of a real one
//! reach the rules.

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use serde_json::{Map, Value, json};

/// An overlay that fits every document with an `info`.
pub const OVERLAY: &str = r#"{"overlay": "1.0.0", "info": {"title": "", "version": "1"},
    "actions": [{"target": "$.info", "update": {"title": "Small"}}]}"#;

/// A few operations of the published document, which together have what the rules are about, and
/// components that refer to each other.
pub static SMALL: LazyLock<Value> = LazyLock::new(|| {
    let published = include_str!("../../openapi/octocom.json");
    let mut document: Value = serde_json::from_str(published).expect("checked in");
    let keep = [
        "/rest/v1/customers",
        "/rest/v1/workflows/{id}",
        "/rest/v1/bot-rules",
        "/rest/v1/custom-data",
    ];
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|path, _| keep.contains(&path.as_str()));
    }
    document["components"]["schemas"] = json!({
        "Name": {"type": "string", "nullable": true, "maxLength": 9},
        "Tree": {"type": "object", "properties": {
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
            "name": {"allOf": [{"$ref": "#/components/schemas/Name"}]},
        }},
    });
    document
});

/// Most edits of one document.
const MAX_EDITS: usize = 8;

/// Keys that mean something.
const KEYS: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "components",
    "content",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "format",
    "get",
    "headers",
    "in",
    "info",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "name",
    "not",
    "nullable",
    "oneOf",
    "openapi",
    "operationId",
    "parameters",
    "pattern",
    "patch",
    "paths",
    "properties",
    "requestBody",
    "required",
    "responses",
    "schema",
    "schemas",
    "security",
    "servers",
    "style",
    "tags",
    "title",
    "type",
    "uniqueItems",
    "x-octocom-idempotency",
    "200",
    "default",
    "application/json",
    "~1/%zz",
    "",
];

/// Changes a document as the input says.
pub fn edit(document: &mut Value, input: &mut Unstructured<'_>) -> Result<()> {
    for _ in 0..input.int_in_range(0..=MAX_EDITS)? {
        let target = descend(document, input)?;
        match input.int_in_range(0..=5)? {
            0 => *target = value(input, 3)?,
            1 => remove(target, input)?,
            2 => insert(target, input)?,
            3 => {
                let inner = target.take();
                let key = *input.choose(KEYS)?;
                *target = if input.arbitrary()? {
                    json!({ key: inner })
                } else {
                    json!({ key: [inner] })
                };
            }
            4 => *target = Value::from(*input.choose(KEYS)?),
            _ => {
                let reference = [
                    "#/components/schemas/Tree",
                    "#/components/schemas/Name",
                    "#",
                    "#/paths",
                    "#/x",
                ];
                *target = json!({ "$ref": *input.choose(&reference)? });
            }
        }
    }
    Ok(())
}

fn descend<'a>(mut value: &'a mut Value, input: &mut Unstructured<'_>) -> Result<&'a mut Value> {
    for _ in 0..16 {
        let count = match value {
            Value::Object(members) => members.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        // The deeper, the more there is to change.
        if count == 0 || input.ratio(1, 12)? {
            break;
        }
        let index = input.choose_index(count)?;
        value = match value {
            Value::Object(members) => members.values_mut().nth(index).expect("counted"),
            Value::Array(items) => &mut items[index],
            _ => unreachable!("nothing else has children"),
        };
    }
    Ok(value)
}

fn remove(target: &mut Value, input: &mut Unstructured<'_>) -> Result<()> {
    match target {
        Value::Object(members) if !members.is_empty() => {
            let index = input.choose_index(members.len())?;
            let key = members.keys().nth(index).expect("counted").clone();
            members.remove(&key);
        }
        Value::Array(items) if !items.is_empty() => {
            items.remove(input.choose_index(items.len())?);
        }
        _ => *target = Value::Null,
    }
    Ok(())
}

fn insert(target: &mut Value, input: &mut Unstructured<'_>) -> Result<()> {
    let new = value(input, 3)?;
    match target {
        Value::Object(members) => {
            members.insert((*input.choose(KEYS)?).to_owned(), new);
        }
        Value::Array(items) => items.push(new),
        _ => *target = new,
    }
    Ok(())
}

fn value(input: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(
        match input.int_in_range(0..=if depth == 0 { 7 } else { 9 })? {
            0 => Value::Null,
            1 => input.arbitrary::<bool>()?.into(),
            2 => input.arbitrary::<i64>()?.into(),
            3 => input.arbitrary::<f64>()?.into(),
            4 => input.arbitrary::<&str>()?.into(),
            5 => Value::from(*input.choose(KEYS)?),
            6 => Value::from(*input.choose(&[
                "string", "integer", "number", "boolean", "object", "array", "null",
            ])?),
            7 => json!(["string", "null"]),
            8 => {
                let count = input.int_in_range(0..=3)?;
                (0..count)
                    .map(|_| value(input, depth - 1))
                    .collect::<Result<Vec<_>>>()?
                    .into()
            }
            _ => {
                let count = input.int_in_range(0..=3)?;
                let member = |_| Ok(((*input.choose(KEYS)?).to_owned(), value(input, depth - 1)?));
                Value::Object((0..count).map(member).collect::<Result<Map<_, _>>>()?)
            }
        },
    )
}
