//! Checks of values against a schema of the document.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::Value;

use super::{SchemaError, to_2020_12};

/// Most characters of a message.
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
    /// A reference that leads nowhere or back to itself, or a schema that is invalid.
    pub fn new(document: &Value, schema: &Value) -> Result<Self, SchemaError> {
        Self::of_converted(to_2020_12(document, schema)?)
    }

    /// Compiles a schema of JSON Schema 2020-12. Formats are asserted.
    ///
    /// # Errors
    ///
    /// The schema is invalid.
    pub fn of_converted(converted: Value) -> Result<Self, SchemaError> {
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&converted)
            .map_err(|error| SchemaError::new(error.to_string()))?;
        Ok(Self {
            converted,
            validator,
        })
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// The first finding: the place, the limit, and the value given unless it is free text.
    pub fn check(&self, value: &Value) -> Result<(), SchemaError> {
        self.validator.validate(value).map_err(|error| {
            let mut place = place(&error.instance_path().to_string());
            if let ValidationErrorKind::Required { property } = error.kind() {
                let dot = if place.is_empty() { "" } else { "." };
                place.push_str(dot);
                place.push_str(property.as_str().unwrap_or_default());
            }
            let message = message(&error).chars().take(MAX_MESSAGE_CHARS).collect();
            SchemaError { place, message }
        })
    }

    /// Returns the schema as JSON Schema 2020-12.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.converted
    }
}

/// Writes a JSON Pointer as people do: `tags[3].text`.
fn place(pointer: &str) -> String {
    let mut place = String::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        match (is_index, place.is_empty()) {
            (true, _) => place.push_str(&format!("[{token}]")),
            (false, true) => place.push_str(&token.escape_debug().to_string()),
            (false, false) => place.push_str(&format!(".{}", token.escape_debug())),
        }
    }
    place
}

/// Says what is wrong: the limit and what was given.
fn message(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let value = error.instance().as_ref();
    let length = || value.as_str().map_or(0, |text| text.chars().count());
    let items = || value.as_array().map_or(0, Vec::len);
    let given = || match value {
        Value::String(text) => format!("a text of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    };
    match error.kind() {
        Kind::Required { .. } => "missing, and required".to_owned(),
        Kind::AdditionalProperties { unexpected } => {
            let names: Vec<_> = unexpected.iter().map(|name| format!("`{name}`")).collect();
            format!("unknown: {}", names.join(", "))
                .escape_debug()
                .to_string()
        }
        Kind::Type { kind } => format!("{} given, {} needed", given(), types(kind)),
        Kind::Enum { options } => {
            let shown = value.as_str().map_or_else(given, |text| {
                format!(
                    "`{}`",
                    text.chars().take(40).collect::<String>().escape_debug()
                )
            });
            let options = options.as_array().into_iter().flatten();
            let known: Vec<_> = options.map(ToString::to_string).collect();
            format!("{shown} is not one of {}", known.join(", "))
        }
        Kind::MinLength { limit } => {
            format!("{} characters, at least {limit} needed", length())
        }
        Kind::MaxLength { limit } => {
            format!("{} characters, at most {limit} are allowed", length())
        }
        Kind::MinItems { limit } => format!("{} items, at least {limit} needed", items()),
        Kind::MaxItems { limit } => format!("{} items, at most {limit} are allowed", items()),
        Kind::Minimum { limit } => format!("{} is below {limit}", given()),
        Kind::Maximum { limit } => format!("{} is above {limit}", given()),
        Kind::ExclusiveMinimum { limit } => format!("{} is not above {limit}", given()),
        Kind::ExclusiveMaximum { limit } => format!("{} is not below {limit}", given()),
        Kind::Format { format } => format!("{} is not a valid {format}", given()),
        _ => error.masked_with(given()).to_string(),
    }
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => one.to_string(),
        TypeKind::Multiple(several) => {
            let names: Vec<_> = several.iter().map(|one| one.to_string()).collect();
            names.join(" or ")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        assert_eq!(
            finding,
            "a[1]: a text of 1 characters given, integer needed"
        );
    }

    #[test]
    fn a_finding_says_the_limit_and_shows_no_text() {
        let schema = json!({"type": "object", "required": ["tag"], "additionalProperties": false,
        "properties": {
            "tag": {"type": "string", "minLength": 2, "maxLength": 3},
            "status": {"enum": ["open", "closed"]},
            "n": {"type": ["integer", "null"], "exclusiveMinimum": 0, "maximum": 9},
            "list": {"type": "array", "minItems": 1, "items": {"required": ["x"]}},
            "id": {"type": "string", "format": "uuid"},
        }});
        let schema = Schema::new(&Value::Null, &schema).unwrap();
        let check = |value: Value| schema.check(&value).map_err(|error| error.to_string());
        assert_eq!(check(json!({"tag": "abc", "n": null})), Ok(()));
        for (value, expected) in [
            (json!({}), "tag: missing, and required"),
            (json!(7), "7 given, object needed"),
            (json!({"tag": "ab", "other": "secret"}), "unknown: `other`"),
            (
                json!({"tag": "secret"}),
                "tag: 6 characters, at most 3 are allowed",
            ),
            (json!({"tag": "s"}), "tag: 1 characters, at least 2 needed"),
            (
                json!({"tag": "ab", "status": "new"}),
                r#"status: `new` is not one of "open", "closed""#,
            ),
            (json!({"tag": "ab", "n": 0}), "n: 0 is not above 0"),
            (json!({"tag": "ab", "n": 10}), "n: 10 is above 9"),
            (
                json!({"tag": "ab", "list": []}),
                "list: 0 items, at least 1 needed",
            ),
            (
                json!({"tag": "ab", "list": [{}]}),
                "list[0].x: missing, and required",
            ),
            (
                json!({"tag": "ab", "id": "secret"}),
                "id: a text of 6 characters is not a valid uuid",
            ),
        ] {
            assert_eq!(check(value), Err(expected.to_owned()));
        }
    }
}
