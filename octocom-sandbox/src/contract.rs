//! Checks of requests and responses against the published document.
//!
//! The document is read as published, without the corrections that `octocom_api::DOCUMENT` has, so
//! that a mistake in a correction cannot hide itself. It names no operations: they are found by
//! method and path.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use octocom_api::schema::{Schema, SchemaError};
use octocom_api::{Operation, operations};
use serde_json::{Map, Value};

/// The published OpenAPI document, as JSON text. `cargo xtask regen` copies it into this package.
pub const PUBLISHED: &str = include_str!("../octocom.json");

/// The document's checks, shared by all sandboxes of a process; schemas are compiled on first use.
static CONTRACT: LazyLock<Result<Contract, String>> = LazyLock::new(|| Contract::read(PUBLISHED));

/// Checks of requests and responses against the whole document.
///
/// A contract test checks both sides of a call:
///
/// ```
/// use octocom_api::operations;
/// use octocom_sandbox::contract::{Contract, Violation};
/// use serde_json::json;
///
/// # fn main() -> Result<(), Violation> {
/// let contract = Contract::published()?;
/// let tag = &operations::ADD_CONVERSATION_TAG;
/// let body = json!({"conversationId": "CONV-1", "tag": "vip"});
/// contract.check_request_body(tag, Some(&body))?;
/// contract.check_response_body(tag, 404, &json!({"error": "Conversation not found"}))?;
///
/// let refused = contract.check_request_body(tag, Some(&json!({"tag": "vip"})));
/// assert!(matches!(refused, Err(Violation::Broken(_))));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Contract {
    document: Value,
    /// By operation id.
    operations: HashMap<&'static str, Rules>,
}

/// The checks of one operation.
#[derive(Debug)]
struct Rules {
    parameters: Vec<Parameter>,
    body: Option<(bool, LazySchema)>,
    responses: HashMap<u16, LazySchema>,
}

#[derive(Debug)]
struct Parameter {
    name: String,
    place: Place,
    required: bool,
    default: Option<Value>,
    schema: LazySchema,
}

/// The place of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
}

#[derive(Debug)]
struct LazySchema {
    source: Value,
    compiled: OnceLock<Result<Schema, SchemaError>>,
}

/// A difference between a request or response and the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// The request or response breaks a rule.
    Broken(String),
    /// The document cannot be read, which is an error of the sandbox.
    Document(String),
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken(message) | Self::Document(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Violation {}

impl Contract {
    /// Returns the contract of the published document.
    ///
    /// # Errors
    ///
    /// The document cannot be read or does not describe an operation of the operation table.
    pub fn published() -> Result<&'static Self, Violation> {
        CONTRACT
            .as_ref()
            .map_err(|error| Violation::Document(error.clone()))
    }

    fn read(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut rules = HashMap::new();
        for &operation in operations::ALL {
            let method = operation.method.as_str().to_ascii_lowercase();
            let described = document["paths"][operation.path].get(&method);
            let described =
                described.ok_or_else(|| format!("no `{} {}`", operation.method, operation.path))?;
            rules.insert(operation.id, Rules::read(described)?);
        }
        Ok(Self {
            document,
            operations: rules,
        })
    }

    /// Checks the parameters of a request and returns each as a value of its type.
    ///
    /// A missing parameter gets its default, if the document has one.
    ///
    /// # Errors
    ///
    /// The first parameter that is missing, given twice or invalid.
    pub fn parameters(
        &self,
        operation: &Operation,
        path: &[(String, String)],
        query: &[(String, String)],
    ) -> Result<Map<String, Value>, Violation> {
        let mut parameters = Map::new();
        for parameter in &self.rules(operation)?.parameters {
            let (given, place) = match parameter.place {
                Place::Path => (path, "path"),
                Place::Query => (query, "query"),
            };
            let name = &parameter.name;
            let mut values = given
                .iter()
                .filter(|(given, _)| given == name)
                .map(|(_, value)| value);
            let value = match (values.next(), values.next()) {
                (Some(_), Some(_)) => {
                    let message = format!("{place} parameter `{name}` is given twice");
                    return Err(Violation::Broken(message));
                }
                (Some(text), None) => {
                    let schema = parameter.schema.get(&self.document)?;
                    let value = typed(text, schema.as_json());
                    schema.check(&value).map_err(|error| {
                        Violation::Broken(format!("{place} parameter `{name}`: {error}"))
                    })?;
                    Some(value)
                }
                (None, _) if parameter.required => {
                    let message = format!("{place} parameter `{name}` is required");
                    return Err(Violation::Broken(message));
                }
                (None, _) => parameter.default.clone(),
            };
            if let Some(value) = value {
                parameters.insert(name.clone(), value);
            }
        }
        Ok(parameters)
    }

    /// Checks the body of a request; `None` means no body.
    ///
    /// If the operation has no body, a given body is ignored, as a server does.
    ///
    /// # Errors
    ///
    /// The body is missing or invalid.
    pub fn check_request_body(
        &self,
        operation: &Operation,
        body: Option<&Value>,
    ) -> Result<(), Violation> {
        match (&self.rules(operation)?.body, body) {
            (Some((_, schema)), Some(body)) => {
                let checked = schema.get(&self.document)?.check(body);
                checked.map_err(|error| Violation::Broken(format!("body: {error}")))
            }
            (Some((true, _)), None) => Err(Violation::Broken("a JSON body is required".to_owned())),
            _ => Ok(()),
        }
    }

    /// Returns `true` if the operation has a body.
    ///
    /// # Errors
    ///
    /// The document does not describe the operation.
    pub fn takes_body(&self, operation: &Operation) -> Result<bool, Violation> {
        Ok(self.rules(operation)?.body.is_some())
    }

    /// Returns `true` if the operation has a query parameter of this name.
    pub(crate) fn has_query_parameter(&self, operation: &Operation, name: &str) -> bool {
        let query = |parameter: &&Parameter| parameter.place == Place::Query;
        let rules = self.operations.get(operation.id);
        let mut parameters = rules.into_iter().flat_map(|rules| &rules.parameters);
        parameters.any(|parameter| query(&parameter) && parameter.name == name)
    }

    /// The default of a parameter, as it would stand in a query.
    pub(crate) fn default_of(&self, operation: &Operation, name: &str) -> Option<String> {
        let rules = self.operations.get(operation.id)?;
        let mut parameters = rules.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.name == name)?;
        match parameter.default.as_ref()? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// Checks what an operation would show; the error tells the place in it.
    pub(crate) fn check_success(
        &self,
        operation: &Operation,
        body: &Value,
    ) -> Result<(), SchemaError> {
        let rules = self.operations.get(operation.id);
        let schema = rules.and_then(|rules| rules.responses.get(&operation.success_status));
        let Some(schema) = schema else {
            return Ok(());
        };
        match schema.get(&self.document) {
            Ok(schema) => schema.check(body),
            Err(violation) => Err(SchemaError::new(violation.to_string())),
        }
    }

    /// Checks the body of a response; null means no body.
    ///
    /// Error statuses that the document does not describe must have the form `{"error": "…"}`, as
    /// those that it describes.
    ///
    /// # Errors
    ///
    /// The body is invalid, or the document does not describe this success.
    pub fn check_response_body(
        &self,
        operation: &Operation,
        status: u16,
        body: &Value,
    ) -> Result<(), Violation> {
        let broken = |reason: String| {
            Violation::Broken(format!("{} answered {status}: {reason}", operation.id))
        };
        match self.rules(operation)?.responses.get(&status) {
            Some(schema) => {
                let checked = schema.get(&self.document)?.check(body);
                checked.map_err(|error| broken(error.to_string()))
            }
            None if status < 400 => Err(broken("the document has no such status".to_owned())),
            None if body.get("error").is_some_and(Value::is_string) => Ok(()),
            None => Err(broken("no text under `error`".to_owned())),
        }
    }

    fn rules(&self, operation: &Operation) -> Result<&Rules, Violation> {
        let rules = self.operations.get(operation.id);
        rules.ok_or_else(|| Violation::Document(format!("no operation `{}`", operation.id)))
    }
}

impl Rules {
    fn read(operation: &Value) -> Result<Self, String> {
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let parameters: Result<Vec<_>, _> = parameters
            .into_iter()
            .flatten()
            .map(Parameter::read)
            .collect();
        let body = operation.get("requestBody").map(|body| {
            let required = body
                .get("required")
                .and_then(Value::as_bool)
                .unwrap_or(false);
            (required, LazySchema::of_content(body))
        });
        let mut responses = HashMap::new();
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            if let Ok(status) = status.parse() {
                responses.insert(status, LazySchema::of_content(response));
            }
        }
        Ok(Self {
            parameters: parameters?,
            body,
            responses,
        })
    }
}

impl Parameter {
    fn read(parameter: &Value) -> Result<Self, String> {
        let place = match parameter["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            other => return Err(format!("a parameter in {other:?}")),
        };
        Ok(Self {
            name: parameter["name"]
                .as_str()
                .ok_or("a parameter without a name")?
                .to_owned(),
            place,
            required: parameter["required"].as_bool().unwrap_or(false),
            default: parameter["schema"].get("default").cloned(),
            schema: LazySchema::new(parameter["schema"].clone()),
        })
    }
}

impl LazySchema {
    fn new(source: Value) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// The JSON content of a body or response; anything goes where there is none.
    fn of_content(holder: &Value) -> Self {
        let schema = holder.pointer("/content/application~1json/schema");
        Self::new(schema.cloned().unwrap_or(Value::Bool(true)))
    }

    fn get(&self, document: &Value) -> Result<&Schema, Violation> {
        let compiled = self
            .compiled
            .get_or_init(|| Schema::new(document, &self.source));
        compiled
            .as_ref()
            .map_err(|error| Violation::Document(error.to_string()))
    }
}

/// A parameter's text as its type. Text that is not of the type stays text, which the schema then
/// refuses.
fn typed(text: &str, schema: &Value) -> Value {
    let parsed = match schema["type"].as_str() {
        Some("integer") => integer(text),
        Some("number") => text.parse::<f64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

/// A number without sign, point or exponent; JSON Schema has no largest one.
fn integer(text: &str) -> Option<Value> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exact = text.parse::<u64>().ok().map(Value::from);
    exact
        .or_else(|| text.parse::<f64>().ok().map(Value::from))
        .filter(|_| digits)
}

#[cfg(test)]
mod tests;
