//! The fields of the records, as the OpenAPI document has them.

use std::sync::OnceLock;

use octocom_ext::Operation;
use serde_json::Value;

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

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::from_str(octocom_api::DOCUMENT).unwrap_or_default())
}

/// Names of the query parameters of an operation.
pub(crate) fn parameters(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let method = operation.method.as_str().to_ascii_lowercase();
    let parameters = &document()["paths"][operation.path][method.as_str()]["parameters"];
    let parameters = parameters.as_array().map_or(&[][..], Vec::as_slice);
    let query = parameters.iter().filter(|it| it["in"] == "query");
    query.filter_map(|parameter| parameter["name"].as_str())
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
        None => reference(&schema(success)["properties"]["data"]["items"]),
    }
}

/// The documented fields of a schema, in the document's order.
pub(crate) fn fields(name: &str) -> Vec<Field> {
    let Some(properties) = schema(name)["properties"].as_object() else {
        return Vec::new();
    };
    let field = |(name, property): (&String, &Value)| Field {
        name: name.clone(),
        form: form(property),
    };
    properties.iter().map(field).collect()
}

/// Name of the schema of a list's items.
pub(crate) fn items_of(schema_name: &str, property: &str) -> Option<&'static str> {
    reference(&schema(schema_name)["properties"][property]["items"])
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

fn schema(name: &str) -> &'static Value {
    &document()["components"]["schemas"][name]
}

fn reference(value: &'static Value) -> Option<&'static str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

fn form(property: &Value) -> Form {
    let referred = || {
        let reference = property["$ref"].as_str();
        let reference = reference.or_else(|| property["allOf"][0]["$ref"].as_str())?;
        Some(form(schema(reference.rsplit('/').next()?)))
    };
    match property["type"].as_str() {
        Some("string") => Form::Text,
        Some("boolean") => Form::Boolean,
        Some("integer") => Form::Integer,
        Some("number") => Form::Number,
        Some(_) => Form::Json,
        None => referred().unwrap_or(Form::Json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use octocom_api::operations::{GET_CONVERSATION, LIST_BUSINESSES, LIST_USERS, LIST_USERS as U};

    #[test]
    fn schemas_and_fields_are_those_of_the_document() {
        assert_eq!(schema_of(&LIST_USERS), Some("User"));
        assert_eq!(schema_of(&LIST_BUSINESSES), Some("Business"));
        assert_eq!(schema_of(&GET_CONVERSATION), Some("Conversation"));
        assert_eq!(parameters(&U).collect::<Vec<_>>(), ["page"]);
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
