//! The forms that the generator is told to see in the document: pages, envelopes, open answers, and
//! members of a request that may be `null`.
//!
//! The document is edited in memory, before progenitor reads it. What progenitor writes is not.

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";
/// Component that stands for an answer of any JSON.
const ANY_JSON: &str = "AnyJson";

/// A component and the Rust type that takes its place.
pub(crate) struct Replacement {
    pub(crate) component: String,
    pub(crate) rust: String,
}

/// Edits a document for the generator, and returns the components that hand-written types replace.
///
/// - `{data: [T], pagination}` is a `Page<T>`, `{data: T}` an `Envelope<T>`.
/// - A success is any 2xx. One that the document does not describe, and that of every deletion, is
///   a `Record<Value>`: an answer of any JSON.
/// - Failures are left out: each has the same error, which keeps status and body.
/// - A member of a request that is optional and may be `null` is an `Option<Nullable<T>>`.
pub(crate) fn apply(document: &mut Value) -> Result<Vec<Replacement>, String> {
    let mut replacements = nullable_members(document)?;
    let schemas = schemas(document);
    for (name, schema) in schemas {
        if let Some(form) = Form::of(document, schema) {
            replacements.push(Replacement {
                component: name.clone(),
                rust: form.path(),
            });
            if let Form::Page { pagination, .. } = form {
                replacements.push(Replacement {
                    component: pagination,
                    rust: "crate::page::Pagination".to_owned(),
                });
            }
        }
    }
    answers(document)?;
    replacements.push(Replacement {
        component: ANY_JSON.to_owned(),
        rust: "crate::record::Record<::serde_json::Value>".to_owned(),
    });
    Ok(replacements)
}

/// Returns the Rust type of a component that an operation answers with, as users see it.
pub(crate) fn shown(document: &Value, component: &str) -> String {
    let schema = schemas(document).find(|(name, _)| *name == component);
    let form = schema.and_then(|(_, schema)| Form::of(document, schema));
    form.map_or_else(|| component.to_owned(), |form| form.shown())
}

/// Returns the components of a document.
fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let schemas = document.pointer("/components/schemas");
    schemas.and_then(Value::as_object).into_iter().flatten()
}

/// A component that holds records.
enum Form {
    Page { item: String, pagination: String },
    Envelope { item: String },
}

impl Form {
    /// Recognizes a component by its members.
    fn of(document: &Value, schema: &Value) -> Option<Self> {
        let members = schema.get("properties")?.as_object()?;
        let required = schema.get("required")?.as_array()?;
        if required.len() != members.len() {
            return None;
        }
        let data = members.get("data")?;
        match (members.len(), members.get("pagination")) {
            (1, None) => Some(Self::Envelope {
                item: reference(data)?,
            }),
            (2, Some(pagination)) => {
                let pagination = reference(pagination)?;
                let (_, schema) = schemas(document).find(|(name, _)| **name == pagination)?;
                schema.pointer("/properties/hasMore")?;
                Some(Self::Page {
                    item: reference(data.get("items")?)?,
                    pagination,
                })
            }
            _ => None,
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Page { item, .. } => format!("crate::page::Page<crate::types::{item}>"),
            Self::Envelope { item } => format!("crate::page::Envelope<crate::types::{item}>"),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Page { item, .. } => format!("Page<{item}>"),
            Self::Envelope { item } => format!("Envelope<{item}>"),
        }
    }
}

/// Returns the component that a schema refers to, directly or through an `allOf` of one.
fn reference(schema: &Value) -> Option<String> {
    let reference = match schema.get("allOf").and_then(Value::as_array) {
        Some(all) => match &all[..] {
            [only] => only.get("$ref"),
            _ => None,
        },
        None => schema.get("$ref"),
    };
    let name = reference?.as_str()?.strip_prefix(SCHEMAS)?;
    Some(name.to_owned())
}

/// Reduces the responses of every operation to one for any 2xx.
fn answers(document: &mut Value) -> Result<(), String> {
    let open = json!({
        "description": "An answer of any JSON",
        "content": {"application/json": {"schema": {"$ref": format!("{SCHEMAS}{ANY_JSON}")}}},
    });
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (_, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let is_open = method == "delete" || operation.get("x-octocom-untyped").is_some();
            let Some(responses) = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            let success = responses
                .iter()
                .find(|(status, _)| status.starts_with('2'))
                .map(|(_, success)| success.clone());
            let success = match is_open {
                true => Some(open.clone()),
                false => success,
            };
            *responses = success
                .map(|success| ("2XX".to_owned(), success))
                .into_iter()
                .collect();
        }
    }
    let schemas = document.pointer_mut("/components/schemas");
    let schemas = schemas.and_then(Value::as_object_mut);
    let schemas = schemas.ok_or("the document has no `components/schemas`")?;
    match schemas.insert(ANY_JSON.to_owned(), json!({})) {
        None => Ok(()),
        Some(_) => Err(format!("`{ANY_JSON}` is a name of the generator's own")),
    }
}

/// Gives each optional member of a request that may be `null` a component of its own.
fn nullable_members(document: &mut Value) -> Result<Vec<Replacement>, String> {
    let requests = request_components(document);
    let schemas = document.pointer_mut("/components/schemas");
    let Some(schemas) = schemas.and_then(Value::as_object_mut) else {
        return Ok(Vec::new());
    };
    let mut replacements = Vec::new();
    let mut components = Map::new();
    for name in requests {
        let Some(schema) = schemas.get_mut(&name) else {
            continue;
        };
        let required = schema.get("required").and_then(Value::as_array).cloned();
        let members = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (member, schema) in members.into_iter().flatten() {
            let is_required = required.iter().flatten().any(|name| name == member);
            if is_required || schema.get("nullable") != Some(&Value::Bool(true)) {
                continue;
            }
            let rust = rust_type(schema).ok_or_else(|| {
                format!(
                    "`{member}` of `{name}` may be left out and may be `null`, and has a form that \
                     has no name in Rust: give it a `title` in the overlay"
                )
            })?;
            let mut letters = member.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            let member: String = first.into_iter().chain(letters).collect();
            let component = format!("Nullable{name}{member}");
            let description = schema.get("description").cloned().unwrap_or_default();
            *schema = json!({
                "allOf": [{"$ref": format!("{SCHEMAS}{component}")}],
                "description": description,
            });
            components.insert(component.clone(), json!({}));
            replacements.push(Replacement {
                component,
                rust: format!("crate::nullable::Nullable<{rust}>"),
            });
        }
    }
    schemas.extend(components);
    Ok(replacements)
}

/// Returns the components that are bodies of requests.
fn request_components(document: &Value) -> Vec<String> {
    let paths = document.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flat_map(Map::values);
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    operations
        .filter_map(|operation| {
            reference(operation.pointer("/requestBody/content/application~1json/schema")?)
        })
        .collect()
}

/// Returns the Rust type of a schema, when it has one that needs no name of its own.
fn rust_type(schema: &Value) -> Option<String> {
    if let Some(component) = reference(schema) {
        return Some(format!("crate::types::{component}"));
    }
    let is_plain = [
        "enum",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
    ]
    .iter()
    .all(|key| schema.get(key).is_none());
    let format = schema.get("format").and_then(Value::as_str);
    let rust = match (schema.get("type")?.as_str()?, format) {
        ("array", _) => {
            return Some(format!(
                "::std::vec::Vec<{}>",
                rust_type(schema.get("items")?)?
            ));
        }
        ("string", None | Some("email" | "uri")) => "::std::string::String",
        ("string", Some("uuid")) => "::uuid::Uuid",
        ("string", Some("date-time")) => "::chrono::DateTime<::chrono::offset::Utc>",
        ("boolean", _) => "bool",
        ("integer", _) => "i64",
        ("number", _) => "f64",
        _ => return None,
    };
    is_plain.then(|| rust.to_owned())
}
