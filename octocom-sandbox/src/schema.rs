//! Schemas of the OpenAPI document as JSON Schema 2020-12: the one conversion.
//!
//! The published document says that it is OpenAPI 3.0, which has a dialect of its own, and mixes in
//! 3.1, which is JSON Schema. Of 3.0 it has `nullable`, boolean `exclusiveMinimum` and
//! `exclusiveMaximum`, and annotations; of 3.1 lists of types, with null among them and among the
//! values of an enum, which stay as they are. `$ref` into the document is resolved in place, so that
//! a converted schema stands on its own.

use std::fmt;
use std::sync::LazyLock;

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// Most characters of a message that quotes what was sent.
const MAX_MESSAGE_CHARS: usize = 300;

/// A schema of the document, ready to check values.
#[derive(Debug)]
pub struct Schema {
    converted: Value,
    validator: Validator,
}

impl Schema {
    /// Compiles a schema that stands in an OpenAPI document. Formats are asserted.
    ///
    /// # Errors
    ///
    /// A reference that leads nowhere or back to itself, or a schema that is none.
    pub fn new(document: &Value, schema: &Value) -> Result<Self, SchemaError> {
        let converted = to_2020_12(document, schema)?;
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&converted)
            .map_err(|error| SchemaError::of_schema(error.to_string()))?;
        Ok(Self {
            converted,
            validator,
        })
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// The first finding: the place as a JSON Pointer, and the reason.
    pub fn check(&self, value: &Value) -> Result<(), SchemaError> {
        self.validator.validate(value).map_err(|error| {
            let place = error.instance_path().to_string();
            let message: String = error.to_string().chars().take(MAX_MESSAGE_CHARS).collect();
            SchemaError { place, message }
        })
    }

    /// The schema as JSON Schema 2020-12.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.converted
    }
}

/// Returns `true` if a text is an email address, by the same rules as `format: email`.
pub(crate) fn is_email(text: &str) -> bool {
    static EMAIL: LazyLock<Result<Schema, SchemaError>> =
        LazyLock::new(|| Schema::new(&Value::Null, &json!({ "format": "email" })));
    EMAIL
        .as_ref()
        .is_ok_and(|schema| schema.check(&Value::from(text)).is_ok())
}

/// Why a schema or a value is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// Place in the value as a JSON Pointer; empty for all of it, or for the schema.
    pub(crate) place: String,
    pub(crate) message: String,
}

impl SchemaError {
    pub(crate) fn of_schema(message: String) -> Self {
        Self {
            place: String::new(),
            message,
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
                "nullable" | "example" | "description" | "title" | "default" | "deprecated" => {}
                keyword if keyword.starts_with("x-") => {}
                _ => {
                    converted.insert(keyword.clone(), value.clone());
                }
            }
        }
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
            return Err(SchemaError::of_schema(format!(
                "`{reference}` leads back to itself"
            )));
        }
        let target = reference
            .strip_prefix('#')
            .and_then(|place| self.document.pointer(place));
        let target =
            target.ok_or_else(|| SchemaError::of_schema(format!("`{reference}` leads nowhere")))?;
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
            "Name": {"type": "string", "minLength": 1, "description": "A name."},
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
        let compiled = Schema::new(&Value::Null, &schema).unwrap();
        assert!(compiled.check(&Value::Null).is_ok());
        assert!(compiled.check(&json!("b")).is_err());
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
        let schema = json!({"allOf": [{"$ref": "#/components/schemas/Name"}], "nullable": true});
        let name = json!({"type": "string", "minLength": 1});
        assert_eq!(
            converted(schema),
            json!({"anyOf": [{"allOf": [name]}, {"type": "null"}]})
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
    fn formats_are_asserted() {
        let check = |format: &str, text: &str| {
            let schema = Schema::new(&Value::Null, &json!({"type": "string", "format": format}));
            schema.unwrap().check(&json!(text)).is_ok()
        };
        assert!(check("uuid", "550e8400-e29b-41d4-a716-446655440000"));
        assert!(!check("uuid", "u1234567-89ab-cdef-0123-456789abcdef"));
        assert!(check("date-time", "2025-01-02T03:04:05Z"));
        assert!(!check("date-time", "2025-01-02"));
        assert!(check("email", "mia@example.com"));
        assert!(!check("email", "mia"));
    }

    #[test]
    fn a_finding_names_its_place() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}});
        let schema = Schema::new(&Value::Null, &schema).unwrap();
        let finding = schema
            .check(&json!({"a": [1, "x"]}))
            .unwrap_err()
            .to_string();
        assert_eq!(finding, r#"/a/1: "x" is not of type "integer""#);
    }
}
