//! Schemas of the OpenAPI document as JSON Schema 2020-12: the one conversion.
//!
//! The published document says that it is OpenAPI 3.0, which has a dialect of its own, and mixes in
//! 3.1, which is JSON Schema. Of 3.0 it has `nullable`, boolean `exclusiveMinimum` and
//! `exclusiveMaximum`, and annotations; of 3.1 lists of types, with null among them and among the
//! values of an enum, which stay as they are. `$ref` into the document is resolved in place, so that
//! a converted schema stands on its own; descriptions and defaults stay, for those who show it.

#[cfg(feature = "schema")]
mod check;

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
            // A property may have the name; its schema is no list.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(schema: Value) -> Value {
        let document = json!({"components": {"schemas": {
            "Name": {"type": "string", "minLength": 1},
            "Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
        }}});
        to_2020_12(&document, &schema).unwrap_or_else(|error| json!({"error": error.to_string()}))
    }

    #[test]
    fn null_is_folded_into_type_and_enum() {
        let schema = json!({"type": "string", "enum": ["a"], "nullable": true});
        assert_eq!(
            converted(schema),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        let schema = json!({"type": "string", "enum": ["a"], "nullable": false});
        assert_eq!(converted(schema), json!({"type": "string", "enum": ["a"]}));
    }

    #[test]
    fn lists_of_types_stay_and_take_null_once() {
        let list = json!({"type": ["array", "null"], "items": {"type": ["string", "integer"]}});
        assert_eq!(converted(list.clone()), list);
        let schema = json!({"type": ["string", "integer"], "nullable": true});
        let expected = json!({"type": ["string", "integer", "null"]});
        assert_eq!(converted(schema), expected);
        let schema = json!({"type": ["string", "null"], "nullable": true});
        assert_eq!(converted(schema), json!({"type": ["string", "null"]}));
    }

    #[test]
    fn null_among_the_values_of_an_enum_stays_and_is_there_once() {
        let schema = json!({"type": ["string", "null"], "enum": ["a", null]});
        assert_eq!(converted(schema.clone()), schema);
        let nullable = json!({"type": "string", "nullable": true, "enum": ["a", null]});
        assert_eq!(converted(nullable), schema);
    }

    #[test]
    fn numeric_exclusive_bounds_stay() {
        let schema = json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9});
        assert_eq!(converted(schema.clone()), schema);
    }

    #[test]
    fn null_beside_a_composition_becomes_an_alternative() {
        let name = json!({"$ref": "#/components/schemas/Name"});
        let schema = json!({"allOf": [name, {"maxLength": 9}], "nullable": true});
        let name = json!({"type": "string", "minLength": 1});
        assert_eq!(
            converted(schema),
            json!({"anyOf": [{"allOf": [name, {"maxLength": 9}]}, {"type": "null"}]})
        );
    }

    #[test]
    fn boolean_exclusive_bounds_become_numeric() {
        let schema = json!({"minimum": 0, "exclusiveMinimum": true, "exclusiveMaximum": false, "maximum": 9});
        assert_eq!(
            converted(schema),
            json!({"minimum": 0, "exclusiveMinimum": 0, "maximum": 9})
        );
    }

    #[test]
    fn properties_named_like_keywords_are_kept() {
        let schema =
            json!({"properties": {"nullable": {"type": "string"}, "example": {"example": 1}}});
        assert_eq!(
            converted(schema),
            json!({"properties": {"nullable": {"type": "string"}, "example": {}}})
        );
    }

    #[test]
    fn a_reference_to_nowhere_or_to_itself_is_an_error() {
        let error = |name: &str| {
            converted(json!({ "$ref": format!("#/components/schemas/{name}") }))["error"].clone()
        };
        assert_eq!(error("Gone"), "`#/components/schemas/Gone` leads nowhere");
        assert_eq!(
            error("Loop"),
            "`#/components/schemas/Loop` leads back to itself"
        );
    }

    #[test]
    fn a_lone_branch_of_all_of_is_folded_in_unless_it_would_be_lost() {
        let reference = json!({"$ref": "#/components/schemas/Name"});
        let beside = json!({"allOf": [reference], "description": "A title.", "default": "x"});
        let expected =
            json!({"type": "string", "minLength": 1, "description": "A title.", "default": "x"});
        assert_eq!(converted(beside), expected);
        for kept in [
            json!({"allOf": [reference], "minLength": 2}),
            json!({"allOf": [reference, reference]}),
        ] {
            assert!(converted(kept)["allOf"].is_array());
        }
    }

    #[test]
    fn members_at_the_top_level_are_there_and_of_their_type() {
        let schema = json!({"required": ["data", "pagination"], "properties": {
            "data": {"type": "array"}, "pagination": {"type": "object"}
        }});
        let check =
            |text: &str| check_top_level(&schema, text.as_bytes()).map_err(|error| error.json_path);
        assert_eq!(
            check(r#"{"data": [1, "\ud800"], "pagination": {}, "x": 1}"#),
            Ok(())
        );
        for (text, place) in [
            (r#"{"data": []}"#, "."),
            (r#"{"error": "no"}"#, "."),
            (r#"{"data": {}, "pagination": {}}"#, "data"),
            (r#"{"data": [], "pagination": null}"#, "pagination"),
            ("[]", "."),
            ("null", "."),
        ] {
            assert_eq!(check(text), Err(place.to_owned()), "{text}");
        }
        assert_eq!(check_top_level(&json!({}), b"<html>"), Ok(()));
        let optional = json!({"properties": {"key": {"type": "string"}}});
        assert_eq!(
            check_top_level(&optional, br#"{"key": "a", "x": 1}"#),
            Ok(())
        );
        for text in ["{}", r#"{"error": "no"}"#, r#"{"key": null}"#] {
            assert!(
                check_top_level(&optional, text.as_bytes()).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn enums_are_opened_and_nothing_else() {
        let mut schema = json!({"properties": {
            "enum": {"type": "string", "enum": ["a"]}, "b": {"items": {"enum": [1], "minimum": 1}}
        }});
        without_enums(&mut schema);
        let expected = json!({"properties": {
            "enum": {"type": "string"}, "b": {"items": {"minimum": 1}}
        }});
        assert_eq!(schema, expected);
    }
}
