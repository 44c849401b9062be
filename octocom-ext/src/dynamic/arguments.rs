//! Arguments of an operation, checked against its facts.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use octocom_api::schema::{Schema, SchemaError, without_enums};
use octocom_api::{Location, Operation};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::error::Error;

/// Name of the argument that is the request body.
const BODY: &str = "body";

/// Arguments that the document allows, as they are sent.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// Values of the path parameters, in the order of the template.
    pub(super) path: Vec<String>,
    /// Members of the query.
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
    /// The parameters as they were given.
    pub(super) parameters: Map<String, Value>,
}

impl Checked {
    /// Checks arguments, or names the first that cannot be used.
    pub(super) fn new(
        operation: &'static Operation,
        arguments: &Map<String, Value>,
        known_values_only: bool,
    ) -> Result<Self, String> {
        let facts = operation.facts();
        refuse_unknown(operation, arguments)?;
        let mut parameters = Map::new();
        let (mut in_path, mut query, mut headers) = (Vec::new(), Vec::new(), Vec::new());
        for parameter in &facts.parameters {
            let name = &parameter.name;
            let value = match arguments.get(name) {
                Some(value) if !value.is_null() => value,
                _ if parameter.required => return Err(format!("{name}: missing, and required")),
                _ => continue,
            };
            check(
                (operation, name),
                &parameter.schema,
                known_values_only,
                value,
            )?;
            parameters.insert(name.clone(), value.clone());
            match parameter.location {
                Location::Path => in_path.push((name.as_str(), text(value))),
                Location::Header => headers.push((name.clone(), text(value))),
                _ => query.extend(texts(value).map(|text| (name.clone(), text))),
            }
        }
        let body = match (&facts.body, arguments.get(BODY)) {
            (Some(schema), Some(body)) => {
                check((operation, BODY), schema, known_values_only, body)?;
                Some(body.clone())
            }
            (Some(_), None) if facts.body_required => {
                return Err(format!("{BODY}: missing, and required"));
            }
            _ => None,
        };
        Ok(Self {
            path: in_order(operation.path, in_path),
            query,
            headers,
            body,
            parameters,
        })
    }
}

impl Checked {
    /// Returns the request of these arguments.
    pub(super) fn request(
        &self,
        client: &Client,
        operation: &'static Operation,
    ) -> Result<reqwest::Request, Error> {
        let path: Vec<_> = self.path.iter().map(String::as_str).collect();
        let mut builder = client.api().request(operation, &path);
        if !self.query.is_empty() {
            builder = builder.query(&self.query);
        }
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &self.body {
            builder = builder.json(body);
        }
        builder.build().map_err(|error| {
            let problem = format!("the request cannot be built: {}", error.without_url());
            Error::invalid_input(operation, problem)
        })
    }
}

/// Refuses an argument that the operation does not have: a filter that is misspelt would list
/// everything.
fn refuse_unknown(operation: &Operation, arguments: &Map<String, Value>) -> Result<(), String> {
    let facts = operation.facts();
    let parameters = facts
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str());
    let known: Vec<_> = parameters
        .chain(facts.body.as_ref().map(|_| BODY))
        .collect();
    match arguments
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(name) if known.is_empty() => Err(format!(
            "`{}`: {} takes no arguments",
            name.escape_debug(),
            operation.id
        )),
        Some(name) => Err(format!(
            "`{}`: {} has no such argument, it takes {}",
            name.escape_debug(),
            operation.id,
            known.join(", ")
        )),
    }
}

/// Returns the values of path parameters in the order of the template.
fn in_order(template: &str, values: Vec<(&str, String)>) -> Vec<String> {
    let names = template.split('/').filter_map(|segment| {
        segment
            .strip_prefix('{')
            .and_then(|segment| segment.strip_suffix('}'))
    });
    names
        .filter_map(|name| values.iter().find(|(given, _)| *given == name))
        .map(|(_, value)| value.clone())
        .collect()
}

/// Returns the members of the query that a value makes: one, or for a list one for each item.
pub(super) fn texts(value: &Value) -> impl Iterator<Item = String> + '_ {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    values.iter().map(text)
}

/// Returns a value as it stands in a path or query.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Compiled schemas, by operation, argument, and whether their lists of values hold.
type Compiled = HashMap<(&'static str, String, bool), Arc<Schema>>;

static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

/// Checks a value; the error names the argument and the place in it.
fn check(
    (operation, name): (&'static Operation, &str),
    schema: &Value,
    known_values_only: bool,
    value: &Value,
) -> Result<(), String> {
    let schema = compiled((operation, name), schema, known_values_only)
        .map_err(|error| format!("{name}: the document's schema cannot be used: {error}"))?;
    schema.check(value).map_err(|error| {
        let SchemaError { place, message, .. } = error;
        let dot = if place.is_empty() || place.starts_with('[') {
            ""
        } else {
            "."
        };
        format!("{name}{dot}{place}: {message}")
    })
}

fn compiled(
    (operation, name): (&'static Operation, &str),
    schema: &Value,
    known_values_only: bool,
) -> Result<Arc<Schema>, SchemaError> {
    let key = (operation.id, name.to_owned(), known_values_only);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(schema) = compiled.get(&key) {
        return Ok(Arc::clone(schema));
    }
    let mut schema = schema.clone();
    if !known_values_only {
        without_enums(&mut schema);
    }
    let schema = Arc::new(Schema::of_converted(schema)?);
    compiled.insert(key, Arc::clone(&schema));
    Ok(schema)
}

#[cfg(test)]
mod tests {
    use octocom_api::operations;
    use serde_json::json;

    use super::super::OperationCall;
    use super::*;

    /// A call of a client that nobody listens to: port 9 discards.
    fn call(operation: &'static Operation, arguments: Value) -> OperationCall {
        let client = Client::builder()
            .with_base_url("http://127.0.0.1:9/stem")
            .with_api_key("k");
        let arguments = arguments.as_object().cloned().unwrap();
        client
            .build()
            .unwrap()
            .operation(operation)
            .arguments(arguments)
    }

    #[test]
    fn a_request_is_made_of_its_arguments() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let delete = call(
            &operations::DELETE_CONVERSATION_METADATA,
            json!({"key": "a/b c", "id": id}),
        );
        let request = delete.request().unwrap();
        let expected =
            format!("http://127.0.0.1:9/stem/rest/v1/conversations/{id}/metadata/a%2Fb%20c");
        assert_eq!((request.method.as_str(), request.url), ("DELETE", expected));
        assert_eq!(request.body, None);

        let list = call(
            &operations::LIST_CUSTOM_DATA,
            json!({"businessSlug": "acme", "limit": 7, "key": null}),
        );
        let url = list.request().unwrap().url;
        assert_eq!(
            url,
            "http://127.0.0.1:9/stem/rest/v1/custom-data?businessSlug=acme&limit=7"
        );
        assert!(!format!("{:?}", list.request().unwrap()).contains("acme"));

        let body = json!({"conversationId": "CONV-1", "tag": "vip"});
        let tag = call(&operations::ADD_CONVERSATION_TAG, json!({ "body": body }));
        assert_eq!(tag.request().unwrap().body, Some(body));
    }

    #[test]
    fn a_refusal_names_the_argument_the_limit_and_what_was_given() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        for (operation, arguments, expected) in [
            (
                &operations::GET_CONVERSATION,
                json!({}),
                "id: missing, and required",
            ),
            (
                &operations::GET_CONVERSATION,
                json!({"id": null}),
                "id: missing, and required",
            ),
            (
                &operations::GET_CONVERSATION,
                json!({"id": "CONV-1"}),
                "id: a text of 6 characters is not a valid uuid",
            ),
            (
                &operations::GET_CONVERSATION,
                json!({"id": 7}),
                "id: 7 given, string needed",
            ),
            (
                &operations::LIST_USERS,
                json!({"status": "open"}),
                "`status`: list_users has no such argument, it takes page",
            ),
            (
                &operations::LIST_BUSINESSES,
                json!({"x": 1}),
                "`x`: list_businesses takes no arguments",
            ),
            (
                &operations::LIST_USERS,
                json!({"page": 0}),
                "page: 0 is not above 0",
            ),
            (
                &operations::LIST_CONVERSATIONS,
                json!({"status": "new"}),
                r#"status: `new` is not one of "open", "closed", "snoozed""#,
            ),
            (
                &operations::LIST_CONVERSATIONS,
                json!({"startDate": "yesterday"}),
                "startDate: a text of 9 characters is not a valid date-time",
            ),
            (
                &operations::ADD_CONVERSATION_TAG,
                json!({}),
                "body: missing, and required",
            ),
            (
                &operations::ADD_CONVERSATION_TAG,
                json!({"body": {"conversationId": "CONV-1"}}),
                "body.tag: missing, and required",
            ),
            (
                &operations::ADD_CONVERSATION_TAG,
                json!({"body": {"conversationId": "CONV-1", "tag": "", "x": 1}}),
                "body.tag: 0 characters, at least 1 needed",
            ),
            (
                &operations::UPDATE_BOT_RULE,
                json!({"id": id, "body": {"businessSlug": "acme", "channels": ["pigeon"]}}),
                "body.channels[0]: `pigeon` is not one of",
            ),
        ] {
            let call = call(operation, arguments);
            let error = call.check().unwrap_err();
            assert!(error.is_invalid_request());
            let text = error.to_string();
            assert!(text.contains(expected), "{text}");
            assert_eq!(call.request().unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn unknown_values_pass_only_where_they_are_allowed() {
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let body = json!({"businessSlug": "acme", "channels": ["pigeon"]});
        let update = call(
            &operations::UPDATE_BOT_RULE,
            json!({"id": id, "body": body}),
        );
        assert!(update.check().is_err());
        assert!(update.allow_unknown_values().check().is_ok());
        let body = json!({"businessSlug": "acme", "channels": [7]});
        let update = call(
            &operations::UPDATE_BOT_RULE,
            json!({"id": id, "body": body}),
        );
        assert!(update.allow_unknown_values().check().is_err());
        let all_channels = json!({"businessSlug": "acme", "channels": null});
        let update = call(
            &operations::UPDATE_BOT_RULE,
            json!({"id": id, "body": all_channels}),
        );
        assert!(update.check().is_ok());
    }

    #[test]
    fn a_list_is_one_of_a_paginated_operation() {
        let list = |operation, arguments| call(operation, arguments).list();
        assert!(
            list(&operations::LIST_CONVERSATIONS, json!({}))
                .unwrap()
                .is_keyset()
        );
        let slug = json!({"businessSlug": "acme"});
        assert!(!list(&operations::LIST_ARTICLES, slug).unwrap().is_keyset());
        for (operation, arguments, expected) in [
            (
                &operations::LIST_BUSINESSES,
                json!({}),
                "the operation is not paginated",
            ),
            (
                &operations::LIST_CONVERSATIONS,
                json!({"page": 2}),
                "page: the list has no page numbers; resume it from a checkpoint",
            ),
            (
                &operations::LIST_CONVERSATIONS,
                json!({"metadataKey": "plan"}),
                "metadataValue: missing, and required beside `metadataKey`",
            ),
            (
                &operations::LIST_ARTICLES,
                json!({}),
                "businessSlug: missing, and required",
            ),
        ] {
            let error = list(operation, arguments).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[tokio::test]
    async fn what_is_refused_is_not_sent() {
        let error = call(&operations::GET_CONVERSATION, json!({"id": ""}))
            .send()
            .await
            .unwrap_err();
        assert!(error.is_invalid_request());
        assert_eq!(error.attempts(), 0);
        let id = "550e8400-e29b-41d4-a716-446655440000";
        let dots = json!({"id": id, "key": ".."});
        let error = call(&operations::GET_CONVERSATION_METADATA, dots)
            .send()
            .await
            .unwrap_err();
        assert!(error.is_invalid_request());
    }
}
