//! Facts of an operation that stand in the document: its parameters and schemas.
//!
//! They are read from [`DOCUMENT`] once, when somebody asks, and are not generated:
//! as code they would be thousands of lines for every program to compile.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::DOCUMENT;
use crate::operation::{Operation, operations};
use crate::schema::{SchemaError, to_2020_12};

/// The facts of every operation, by its id.
static FACTS: LazyLock<HashMap<&'static str, Facts>> = LazyLock::new(read);

/// The facts of an operation without any.
static NONE: Facts = Facts {
    description: String::new(),
    parameters: Vec::new(),
    body: None,
    body_required: false,
    success: None,
};

/// Facts of an operation that the document has beside the table: see [`Operation::facts`].
///
/// Schemas are JSON Schema 2020-12 without references, so that each stands on its own. They have the
/// document's descriptions, limits and defaults.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// Description, in the document's words; empty where it has none.
    pub description: String,
    /// Parameters of path and query, in the document's order.
    pub parameters: Vec<Parameter>,
    /// Schema of the request body; `None` when there is none.
    pub body: Option<Value>,
    /// `true` if the body must be given.
    pub body_required: bool,
    /// Schema of the body of a success; `None` when the document does not describe it.
    pub success: Option<Value>,
}

/// A parameter of an operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Name, as it stands in the request.
    pub name: String,
    /// Place in the request.
    pub location: Location,
    /// `true` if the parameter must be given.
    pub required: bool,
    /// Description, in the document's words; empty where it has none.
    pub description: String,
    /// Schema of the value: type, limits and values.
    pub schema: Value,
    /// Value that the server takes when none is given.
    pub default: Option<Value>,
}

/// The place of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Location {
    /// A segment of the path.
    Path,
    /// A member of the query.
    Query,
    /// A header.
    Header,
}

impl Operation {
    /// Returns parameters and schemas of the operation, as the document has them.
    ///
    /// The document is parsed at the first call, which takes a few milliseconds.
    ///
    /// ```
    /// use octocom_api::operations;
    ///
    /// let facts = operations::LIST_CUSTOM_DATA.facts();
    /// let limit = facts.parameters.iter().find(|parameter| parameter.name == "limit");
    /// assert_eq!(limit.map(|limit| &limit.schema["maximum"]), Some(&200.into()));
    /// ```
    #[must_use]
    pub fn facts(&self) -> &'static Facts {
        FACTS.get(self.id).unwrap_or(&NONE)
    }
}

/// Reads the facts of all operations. A test holds that none is missing.
fn read() -> HashMap<&'static str, Facts> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    let operations = operations::ALL.iter();
    let facts = operations.filter_map(|operation| {
        let facts = Facts::read(&document, operation).ok()?;
        Some((operation.id, facts))
    });
    facts.collect()
}

impl Facts {
    fn read(document: &Value, operation: &Operation) -> Result<Self, SchemaError> {
        let method = operation.method.as_str().to_ascii_lowercase();
        let item = &document["paths"][operation.path];
        let described = &item[method];
        let own = parameters(document, described);
        // Those of the path hold for each of its methods, unless the method has its own.
        let name_and_place = |it: &Value| (it["name"].clone(), it["in"].clone());
        let of_path = parameters(document, item).into_iter();
        let of_path = of_path
            .filter(|it| {
                own.iter()
                    .all(|own| name_and_place(own) != name_and_place(it))
            })
            .collect::<Vec<_>>();
        let schema_of = |holder: &Value| {
            let schema = holder.pointer("/content/application~1json/schema");
            let described =
                schema.filter(|schema| schema.as_object().is_some_and(|it| !it.is_empty()));
            described
                .map(|schema| to_2020_12(document, schema))
                .transpose()
        };
        let body = resolved(document, &described["requestBody"]);
        let status = operation.success_status.to_string();
        let success = resolved(document, &described["responses"][status]);
        Ok(Self {
            description: text(&described["description"]),
            parameters: own
                .into_iter()
                .chain(of_path)
                .map(|parameter| Parameter::read(document, parameter))
                .collect::<Result<_, _>>()?,
            body: schema_of(body)?,
            body_required: body["required"] == true,
            success: schema_of(success)?,
        })
    }
}

impl Parameter {
    fn read(document: &Value, parameter: &Value) -> Result<Self, SchemaError> {
        let schema = to_2020_12(document, &parameter["schema"])?;
        Ok(Self {
            name: text(&parameter["name"]),
            location: match parameter["in"].as_str() {
                Some("path") => Location::Path,
                Some("header") => Location::Header,
                _ => Location::Query,
            },
            required: parameter["required"] == true,
            description: text(&parameter["description"]),
            default: schema.get("default").cloned(),
            schema,
        })
    }
}

/// Returns the parameters of an operation or a path.
fn parameters<'a>(document: &'a Value, holder: &'a Value) -> Vec<&'a Value> {
    let parameters = holder["parameters"].as_array().into_iter().flatten();
    parameters.map(|it| resolved(document, it)).collect()
}

/// Follows a reference into the document, if the value is one.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let place = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    place
        .and_then(|place| document.pointer(place))
        .unwrap_or(value)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operation_has_its_facts() {
        for operation in operations::ALL {
            let facts = FACTS.get(operation.id);
            let facts = facts.unwrap_or_else(|| panic!("{} has no facts", operation.id));
            assert_eq!(
                facts.body.is_some(),
                operation.request.is_some(),
                "{}",
                operation.id
            );
            assert_eq!(
                facts.success.is_none(),
                operation.untyped,
                "{}",
                operation.id
            );
            let in_path = |parameter: &&Parameter| parameter.location == Location::Path;
            let names: Vec<_> = facts.parameters.iter().filter(in_path).collect();
            assert_eq!(
                names.len(),
                operation.path.matches('{').count(),
                "{}",
                operation.id
            );
            for parameter in names {
                assert!(operation.path.contains(&format!("{{{}}}", parameter.name)));
                assert!(parameter.required);
            }
        }
        assert_eq!(FACTS.len(), operations::ALL.len());
    }

    #[test]
    fn a_parameter_has_type_limits_and_default() {
        let facts = operations::LIST_CUSTOM_DATA.facts();
        let limit = facts
            .parameters
            .iter()
            .find(|parameter| parameter.name == "limit")
            .unwrap();
        assert_eq!((limit.location, limit.required), (Location::Query, false));
        assert_eq!(limit.default, Some(json!(50)));
        for (keyword, expected) in [
            ("type", json!("integer")),
            ("exclusiveMinimum", json!(0)),
            ("maximum", json!(200)),
        ] {
            assert_eq!(limit.schema[keyword], expected, "{keyword}");
        }
    }

    #[test]
    fn parameters_of_the_path_and_references_are_read() {
        let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
        let path = operations::GET_CONVERSATION.path;
        let before = Facts::read(&document, &operations::GET_CONVERSATION).unwrap();
        let id = document["paths"][path]["get"]["parameters"][0].take();
        document["components"]["parameters"] = json!({"Id": id,
            "Trace": {"name": "x-trace", "in": "header", "schema": {"type": "string"}}});
        document["paths"][path]["parameters"] = json!([
            {"$ref": "#/components/parameters/Id"}, {"$ref": "#/components/parameters/Trace"}
        ]);
        document["paths"][path]["get"]["parameters"] =
            json!([{"$ref": "#/components/parameters/Trace"}]);
        let facts = Facts::read(&document, &operations::GET_CONVERSATION).unwrap();
        let [trace, id] = facts.parameters.as_slice() else {
            panic!("{facts:?}");
        };
        assert_eq!(
            (trace.name.as_str(), trace.location),
            ("x-trace", Location::Header)
        );
        assert_eq!(id, &before.parameters[0]);
    }

    #[test]
    fn a_body_stands_on_its_own() {
        let body = operations::ADD_CONVERSATION_TAG
            .facts()
            .body
            .as_ref()
            .unwrap();
        assert_eq!(body["properties"]["tag"]["maxLength"], 100);
        assert_eq!(body["required"], json!(["conversationId", "tag"]));
        for operation in operations::ALL {
            let facts = operation.facts();
            let text = serde_json::to_string(&(&facts.body, &facts.success)).unwrap();
            assert!(!text.contains("$ref"), "{}", operation.id);
        }
        assert_eq!(operations::LIST_USERS.facts().body, None);
    }
}
