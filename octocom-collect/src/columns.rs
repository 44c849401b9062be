//! The fields of the records, as the OpenAPI document has them.

use std::collections::HashMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use octocom_api::Location;
use octocom_ext::Operation;
use serde::Deserialize;
use serde_json::Value;

use crate::column::{Column, ColumnType};

/// A documented field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) form: Form,
}

/// The JSON type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Boolean,
    Integer,
    Number,
    /// An object, a list, or anything.
    Json,
}

impl Form {
    /// Returns `true` if a JSON value is null or of this type.
    pub(crate) fn is_of(self, json: &str) -> bool {
        let first = json.bytes().next().unwrap_or_default();
        let is_number = matches!(first, b'-' | b'0'..=b'9');
        json == "null"
            || match self {
                Self::Text => first == b'"',
                Self::Boolean => matches!(first, b't' | b'f'),
                Self::Integer => json.parse::<i64>().is_ok(),
                Self::Number => is_number,
                Self::Json => true,
            }
    }
}

/// The schemas of the document, with their properties in its order.
fn schemas() -> &'static HashMap<String, Schema> {
    #[derive(Default, Deserialize)]
    struct Document {
        components: Components,
    }
    #[derive(Default, Deserialize)]
    struct Components {
        schemas: HashMap<String, Schema>,
    }
    static SCHEMAS: LazyLock<HashMap<String, Schema>> = LazyLock::new(|| {
        let document: Document = serde_json::from_str(octocom_api::DOCUMENT).unwrap_or_default();
        document.components.schemas
    });
    &SCHEMAS
}

/// A schema as far as its records have fields.
#[derive(Debug, Default, Deserialize)]
struct Schema {
    #[serde(default)]
    properties: IndexMap<String, Value>,
    #[serde(rename = "type")]
    kind: Option<String>,
    format: Option<String>,
}

/// Depth below which objects and lists are JSON: schemas may refer to themselves.
const MAX_DEPTH: u8 = 6;

/// Names of the query parameters of an operation.
pub(crate) fn parameters(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let parameters = operation.facts().parameters.iter();
    let query = parameters.filter(|parameter| parameter.location == Location::Query);
    query.map(|parameter| parameter.name.as_str())
}

/// Name of the schema of the records that an operation answers with; `None` where that is not
/// documented.
pub(crate) fn schema_of(operation: &Operation) -> Option<&'static str> {
    let success = operation.success?;
    let inner = ["Page<", "Envelope<"]
        .iter()
        .find_map(|start| success.strip_prefix(start));
    match inner {
        Some(inner) => inner.strip_suffix('>'),
        // A list that is not paginated.
        None => items_of(success, "data"),
    }
}

/// The documented fields of a schema, in the document's order.
pub(crate) fn fields(name: &str) -> Vec<Field> {
    let field = |column: Column| Field {
        form: column.kind.form(),
        name: column.name,
    };
    typed(name).into_iter().map(field).collect()
}

/// The documented fields of a schema as typed columns, in the document's order.
pub(crate) fn typed(name: &str) -> Vec<Column> {
    let schema = schemas().get(name);
    schema.map_or_else(Vec::new, |schema| object(schema, 0))
}

fn object(schema: &'static Schema, depth: u8) -> Vec<Column> {
    let column = |(name, property): (&String, &'static Value)| Column {
        name: name.clone(),
        kind: column_type(property, depth),
    };
    schema.properties.iter().map(column).collect()
}

fn column_type(property: &'static Value, depth: u8) -> ColumnType {
    let referred = referred(property);
    let own = property["type"].as_str();
    let format = property["format"].as_str();
    let format = format.or_else(|| referred?.format.as_deref());
    match own.or_else(|| referred?.kind.as_deref()) {
        Some("string") if format == Some("date-time") => ColumnType::Timestamp,
        Some("string") => ColumnType::String,
        Some("boolean") => ColumnType::Boolean,
        Some("integer") => ColumnType::Integer,
        Some("number") => ColumnType::Number,
        Some("array") if depth < MAX_DEPTH && property["items"].is_object() => {
            let items = Box::new(column_type(&property["items"], depth + 1));
            ColumnType::List { items }
        }
        Some("object") if depth < MAX_DEPTH => {
            let fields = referred.map_or_else(Vec::new, |schema| object(schema, depth + 1));
            match fields.is_empty() {
                true => ColumnType::Json,
                false => ColumnType::Object { fields },
            }
        }
        _ => ColumnType::Json,
    }
}

/// Name of the schema of a list's items.
pub(crate) fn items_of(schema_name: &str, property: &str) -> Option<&'static str> {
    let property = schemas().get(schema_name)?.properties.get(property)?;
    reference(&property["items"])
}

/// Name of a field in a table: `createdAt` is `created_at`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

fn reference(schema: &'static Value) -> Option<&'static str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// Name of the schema that a property refers to.
fn target(property: &'static Value) -> Option<&'static str> {
    reference(property).or_else(|| reference(&property["allOf"][0]))
}

fn referred(property: &'static Value) -> Option<&'static Schema> {
    schemas().get(target(property)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use octocom_api::operations::{GET_CONVERSATION, LIST_BUSINESSES, LIST_USERS};

    #[test]
    fn schemas_and_fields_are_those_of_the_document() {
        assert_eq!(schema_of(&LIST_USERS), Some("User"));
        assert_eq!(schema_of(&LIST_BUSINESSES), Some("Business"));
        assert_eq!(schema_of(&GET_CONVERSATION), Some("Conversation"));
        assert_eq!(parameters(&LIST_USERS).collect::<Vec<_>>(), ["page"]);
        let names: Vec<_> = fields("User").into_iter().map(|field| field.name).collect();
        assert_eq!(
            names,
            ["id", "email", "fullName", "isAgent", "isManager", "teamId"]
        );
        let form = |schema: &str, name: &str| {
            let found = fields(schema).into_iter().find(|field| field.name == name);
            found.map(|field| field.form)
        };
        assert_eq!(form("User", "isAgent"), Some(Form::Boolean));
        assert_eq!(form("Workflow", "priority"), Some(Form::Number));
        assert_eq!(
            form("ConversationSummary", "initialChannel"),
            Some(Form::Text)
        );
        assert_eq!(form("Conversation", "customer"), Some(Form::Json));
        assert_eq!(form("Conversation", "nothing"), None);
        assert_eq!(items_of("Conversation", "messages"), Some("Message"));
        assert_eq!(items_of("Conversation", "tags"), None);
    }

    #[test]
    fn names_of_columns_are_written_with_underscores() {
        assert_eq!(
            snake_case("lastMessageCreatedAt"),
            "last_message_created_at"
        );
        assert_eq!(snake_case("id"), "id");
    }
}
