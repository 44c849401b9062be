//! The input schema of a tool, from the facts of its operation: flat, and as short as models need.

use std::sync::Arc;

use octocom_api::{Operation, Parameter};
use rmcp::model::JsonObject;
use serde_json::{Map, Value, json};

use crate::catalog::object_schema;
use crate::scope::{BUSINESS, Scope};

/// Records of a list when the call does not say, and at most.
pub(crate) const DEFAULT_RECORDS: u64 = 50;
pub(crate) const MAX_RECORDS: u64 = 200;

/// Keywords that a schema keeps. Everything is checked against the whole schema before it is sent.
const KEPT: [&str; 12] = [
    "type",
    "enum",
    "properties",
    "required",
    "items",
    "anyOf",
    "oneOf",
    "additionalProperties",
    "minimum",
    "maximum",
    "maxLength",
    "format",
];

/// Most characters of the description of an argument.
const MAX_DESCRIPTION: usize = 90;

/// Arguments that steer the result of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paging {
    /// `limit`, `cursor`, `fields`, `textOffset`
    List,
    /// `cursor`, `fields`, `textOffset`
    Record,
    /// Of a write: none
    None,
}

impl Paging {
    pub(crate) fn of_operation(operation: &Operation) -> Self {
        match (operation.changes_something(), operation.page_size) {
            (true, _) => Self::None,
            (false, Some(_)) => Self::List,
            (false, None) => Self::Record,
        }
    }

    /// Adds the properties. The instructions of the server say what they mean.
    pub(crate) fn add_to(self, properties: &mut Map<String, Value>) {
        if self == Self::List {
            let limit = json!({"type": "integer", "minimum": 1, "maximum": MAX_RECORDS});
            properties.insert("limit".to_owned(), limit);
        }
        if self != Self::None {
            properties.insert("cursor".to_owned(), json!({"type": "string"}));
            let fields = json!({"type": "array", "items": {"type": "string"}});
            properties.insert("fields".to_owned(), fields);
            properties.insert("textOffset".to_owned(), json!({"type": "integer"}));
        }
    }
}

/// Returns the parameters that are arguments of the tool: pages are turned by the cursor.
pub(crate) fn parameters(
    operation: &'static Operation,
) -> impl Iterator<Item = &'static Parameter> {
    let is_list = operation.page_size.is_some();
    let parameters = operation.facts().parameters.iter();
    parameters.filter(move |it| !(is_list && matches!(it.name.as_str(), "page" | "limit")))
}

/// Returns the properties of the body. They are arguments of the tool, beside the parameters.
pub(crate) fn body_properties(operation: &Operation) -> Option<&'static Map<String, Value>> {
    operation.facts().body.as_ref()?["properties"].as_object()
}

/// Returns the input schema of an operation's tool.
pub(crate) fn of_operation(operation: &'static Operation, scope: &Scope) -> Arc<JsonObject> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let is_fixed = |name: &str| name == BUSINESS && scope.business().is_some();
    for parameter in parameters(operation) {
        if is_fixed(&parameter.name) {
            continue;
        }
        let mut schema = short(&parameter.schema);
        if !parameter.description.is_empty() {
            schema["description"] = parameter.description.as_str().into();
        }
        properties.insert(parameter.name.clone(), described(schema));
        if parameter.required {
            required.push(parameter.name.clone());
        }
    }
    for (name, schema) in body_properties(operation).into_iter().flatten() {
        if is_fixed(name) {
            continue;
        }
        let mut property = short(schema);
        if let Some(description) = schema.get("description") {
            property["description"] = description.clone();
        }
        properties.insert(name.clone(), described(property));
    }
    let body = operation.facts().body.as_ref();
    let of_body = body.and_then(|body| body["required"].as_array());
    let of_body = of_body.into_iter().flatten().filter_map(Value::as_str);
    required.extend(of_body.filter(|name| !is_fixed(name)).map(str::to_owned));
    Paging::of_operation(operation).add_to(&mut properties);
    Arc::new(object_schema(properties, &required))
}

/// Returns a schema without what models do not need.
fn short(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members
                .iter()
                .filter(|(keyword, _)| KEPT.contains(&keyword.as_str()));
            let kept = kept.map(|(keyword, value)| {
                let value = match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        let short = |(name, it): (&String, &Value)| (name.clone(), short(it));
                        Value::Object(properties.iter().map(short).collect())
                    }
                    ("items" | "additionalProperties", it) => short(it),
                    ("anyOf" | "oneOf", Value::Array(branches)) => {
                        branches.iter().map(short).collect()
                    }
                    (_, it) => it.clone(),
                };
                (keyword.clone(), value)
            });
            let mut kept: Map<_, _> = kept.collect();
            if kept
                .get("additionalProperties")
                .is_some_and(Value::is_boolean)
            {
                kept.remove("additionalProperties");
            }
            one_type_each(kept)
        }
        other => other.clone(),
    }
}

/// Writes a list of types as alternatives: some clients know schemas of one type only.
fn one_type_each(mut schema: Map<String, Value>) -> Value {
    if !schema.get("type").is_some_and(Value::is_array) {
        return schema.into();
    }
    let Some(Value::Array(types)) = schema.remove("type") else {
        return schema.into();
    };
    let branches = types.into_iter().map(|each| match each == "null" {
        true => json!({"type": "null"}),
        false => {
            let mut branch = schema.clone();
            branch.insert("type".to_owned(), each);
            branch.into()
        }
    });
    json!({"anyOf": branches.collect::<Vec<_>>()})
}

/// Cuts a description to its first sentence, and that to its start.
fn described(mut schema: Value) -> Value {
    let Some(description) = schema.get("description").and_then(Value::as_str) else {
        return schema;
    };
    let sentence = description.split(". ").next().unwrap_or_default();
    let sentence = sentence.trim_end_matches('.');
    let short: String = match sentence.chars().count() > MAX_DESCRIPTION {
        true => sentence
            .chars()
            .take(MAX_DESCRIPTION - 1)
            .chain(['…'])
            .collect(),
        false => sentence.to_owned(),
    };
    schema["description"] = short.into();
    schema
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use octocom_api::operations;

    use super::*;

    #[test]
    fn arguments_have_names_of_their_own() {
        for operation in operations::ALL {
            let mut names = BTreeSet::new();
            let body = body_properties(operation).into_iter().flatten();
            let all = parameters(operation)
                .map(|parameter| parameter.name.as_str())
                .chain(body.map(|(name, _)| name.as_str()));
            for name in all {
                assert!(names.insert(name), "{}: {name}", operation.id);
                assert!(!["cursor", "fields", "textOffset"].contains(&name));
            }
            let has_body = operation.facts().body.is_some();
            assert_eq!(
                body_properties(operation).is_some(),
                has_body,
                "{}",
                operation.id
            );
        }
    }

    #[test]
    fn a_list_is_turned_by_its_cursor() {
        let schema = of_operation(&operations::LIST_CUSTOM_DATA, &Scope::default());
        let names: BTreeSet<_> = schema["properties"].as_object().unwrap().keys().collect();
        let expected = [
            "businessSlug",
            "cursor",
            "endDate",
            "fields",
            "key",
            "limit",
            "startDate",
            "textOffset",
        ];
        assert_eq!(names.into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(schema["required"], json!(["businessSlug"]));
    }

    #[test]
    fn a_list_of_types_is_written_as_alternatives() {
        let schema = json!({"type": ["array", "null"], "items": {"type": "string"}});
        let expected = json!({"anyOf": [{"type": "array", "items": {"type": "string"}},
            {"type": "null"}]});
        assert_eq!(short(&schema), expected);
        let plain = json!({"type": "string", "pattern": "x"});
        assert_eq!(short(&plain), json!({"type": "string"}));
    }

    #[test]
    fn a_business_that_is_set_is_no_argument() {
        let scope = Scope::new(Some("acme-corp".to_owned()));
        let schema = of_operation(&operations::CREATE_ARTICLE, &scope);
        assert_eq!(schema["properties"].get(BUSINESS), None);
        assert_eq!(schema["required"], json!(["title", "content"]));
    }
}
