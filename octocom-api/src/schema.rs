//! Schemas of the OpenAPI document as JSON Schema 2020-12: the one conversion.
//!
//! The published document says that it is OpenAPI 3.0, which has a dialect of its own, and mixes in
//! 3.1, which is JSON Schema. Of 3.0 it has `nullable`, boolean `exclusiveMinimum` and
//! `exclusiveMaximum`, and annotations; of 3.1 lists of types, with null among them and among the
//! values of an enum, which stay as they are. `$ref` into the document is resolved in place, so that
//! a converted schema stands on its own; descriptions and defaults stay, for those who show it.

#[cfg(feature = "schema")]
mod check;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

#[cfg(feature = "schema")]
pub use check::Schema;

use crate::decode::{DecodeError, decode};

/// The reason why a schema or a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaError {
    /// Place in the value, `tags[3].text` say; empty for all of it, or for the schema.
    pub place: String,
    /// The problem there. It shows nothing of a text that was given.
    pub message: String,
}

impl SchemaError {
    /// Returns the error of a schema, or of a value as a whole.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            message: message.into(),
        }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.is_empty() {
            true => f.write_str(&self.message),
            false => write!(f, "{}: {}", self.place, self.message),
        }
    }
}

impl std::error::Error for SchemaError {}

/// Converts a schema of an OpenAPI document, 3.0 or 3.1, to JSON Schema 2020-12, references resolved.
///
/// # Errors
///
/// A reference that leads nowhere or back to itself.
pub fn to_2020_12(document: &Value, schema: &Value) -> Result<Value, SchemaError> {
    Converter {
        document,
        open: Vec::new(),
    }
    .convert(schema)
}

struct Converter<'a> {
    document: &'a Value,
    /// References that are being resolved.
    open: Vec<&'a str>,
}

impl<'a> Converter<'a> {
    fn convert(&mut self, schema: &'a Value) -> Result<Value, SchemaError> {
        let Value::Object(schema) = schema else {
            return Ok(schema.clone());
        };
        if let Some(Value::String(reference)) = schema.get("$ref") {
            // OpenAPI 3.0 ignores what stands beside a reference.
            return self.resolve(reference);
        }
        let mut converted = Map::new();
        for (keyword, value) in schema {
            match keyword.as_str() {
                "properties" => {
                    converted.insert(keyword.clone(), self.convert_each(value)?);
                }
                "items" | "additionalProperties" | "not" => {
                    converted.insert(keyword.clone(), self.convert(value)?);
                }
                "allOf" | "anyOf" | "oneOf" => {
                    let schemas = value.as_array().into_iter().flatten();
                    let schemas: Result<Vec<_>, _> =
                        schemas.map(|schema| self.convert(schema)).collect();
                    converted.insert(keyword.clone(), schemas?.into());
                }
                "exclusiveMinimum" if value.is_boolean() => {
                    exclude(
                        &mut converted,
                        value,
                        "exclusiveMinimum",
                        schema.get("minimum"),
                    );
                }
                "exclusiveMaximum" if value.is_boolean() => {
                    exclude(
                        &mut converted,
                        value,
                        "exclusiveMaximum",
                        schema.get("maximum"),
                    );
                }
                "nullable" | "example" | "title" => {}
                keyword if keyword.starts_with("x-") => {}
                _ => {
                    converted.insert(keyword.clone(), value.clone());
                }
            }
        }
        let converted = folded(converted);
        match schema.get("nullable") {
            Some(Value::Bool(true)) => Ok(nullable(converted)),
            _ => Ok(converted.into()),
        }
    }

    fn convert_each(&mut self, schemas: &'a Value) -> Result<Value, SchemaError> {
        let schemas = schemas.as_object().into_iter().flatten();
        let convert = |(name, schema): (&String, &'a Value)| {
            self.convert(schema).map(|schema| (name.clone(), schema))
        };
        Ok(Value::Object(
            schemas.map(convert).collect::<Result<_, _>>()?,
        ))
    }

    fn resolve(&mut self, reference: &'a str) -> Result<Value, SchemaError> {
        if self.open.contains(&reference) {
            return Err(SchemaError::new(format!(
                "`{reference}` leads back to itself"
            )));
        }
        let target = reference
            .strip_prefix('#')
            .and_then(|place| self.document.pointer(place));
        let target =
            target.ok_or_else(|| SchemaError::new(format!("`{reference}` leads nowhere")))?;
        self.open.push(reference);
        let converted = self.convert(target);
        self.open.pop();
        converted
    }
}

/// `exclusiveMinimum: true` beside `minimum: 0` is `exclusiveMinimum: 0` in 2020-12.
fn exclude(converted: &mut Map<String, Value>, flag: &Value, keyword: &str, bound: Option<&Value>) {
    if let (Value::Bool(true), Some(bound)) = (flag, bound) {
        converted.insert(keyword.to_owned(), bound.clone());
    }
}

/// Folds a lone branch of `allOf` in, which OpenAPI 3.0 needs to say something beside a reference.
fn folded(mut schema: Map<String, Value>) -> Map<String, Value> {
    let branch = match schema
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    {
        Some([Value::Object(branch)]) => branch.clone(),
        _ => return schema,
    };
    let is_new = |keyword: &String| keyword == "description" || !schema.contains_key(keyword);
    if !branch.keys().all(is_new) {
        return schema;
    }
    schema.remove("allOf");
    for (keyword, value) in branch {
        // What stands beside the reference says it better.
        schema.entry(keyword).or_insert(value);
    }
    schema
}

/// Checks the members of a JSON text that a schema describes at its top level: those that it
/// requires are there, those that are there have their type, and there is at least one.
///
/// # Errors
///
/// [`DecodeError`] with the first member that is missing or of another type.
pub fn check_top_level(schema: &Value, json: &[u8]) -> Result<(), DecodeError> {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    let members: HashMap<String, Box<RawValue>> = decode(json)?;
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !members.contains_key(name) {
            return Err(DecodeError::at_top_level(format!("missing field `{name}`")));
        }
    }
    let mut is_known = false;
    for (name, member) in &members {
        let Some(property) = properties.get(name) else {
            continue;
        };
        is_known = true;
        let expected = property["type"].as_str();
        let is_it = match (expected, member.get().as_bytes().first()) {
            (Some("object"), first) => first == Some(&b'{'),
            (Some("array"), first) => first == Some(&b'['),
            (Some("string"), first) => first == Some(&b'"'),
            (Some("boolean"), first) => matches!(first, Some(b't' | b'f')),
            _ => true,
        };
        if !is_it {
            let expected = expected.unwrap_or_default();
            return Err(DecodeError {
                json_path: name.clone(),
                reason: format!("expected {expected}"),
            });
        }
    }
    match is_known {
        true => Ok(()),
        false => Err(DecodeError::at_top_level("none of the documented fields")),
    }
}

/// Removes every `enum`, so that values which the document does not list yet pass.
pub fn without_enums(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // A property may be named `enum`; its value is a schema and not a list.
            if members.get("enum").is_some_and(Value::is_array) {
                members.remove("enum");
            }
            members.values_mut().for_each(without_enums);
        }
        Value::Array(items) => items.iter_mut().for_each(without_enums),
        _ => {}
    }
}

/// Folds `nullable: true` in: where types are all there is, into the types, as messages about them
/// stay readable; else as an alternative.
fn nullable(mut schema: Map<String, Value>) -> Value {
    let composed = ["allOf", "anyOf", "oneOf", "not"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let mut types = match schema.get("type") {
        Some(Value::String(plain)) if !composed => vec![Value::from(plain.as_str())],
        Some(Value::Array(types)) if !composed => types.clone(),
        _ => return json!({ "anyOf": [schema, { "type": "null" }] }),
    };
    add(&mut types, Value::from("null"));
    schema.insert("type".to_owned(), types.into());
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        add(values, Value::Null);
    }
    schema.into()
}

/// Adds a value where it is not there yet; what `type` and `enum` list must be different.
fn add(values: &mut Vec<Value>, value: Value) {
    if !values.contains(&value) {
        values.push(value);
    }
}
