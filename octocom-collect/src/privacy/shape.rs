//! The documented form of a stream's records, down to the last field.

use serde_json::Value;

use crate::columns::{self, Form};
use crate::stream::{Kind, Stream};

/// The documented form of a value.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Scalar(Form),
    /// Not documented.
    Any,
    /// An id by which the API is asked, of records whose form is not documented.
    Id,
    /// A time, of records whose form is not documented.
    Time,
    Object(Vec<(String, Shape)>),
    List(Box<Shape>),
}

/// The fields of an object.
pub(super) type Fields = Vec<(String, Shape)>;

/// Depth at which a schema is taken for one that contains itself.
const MAX_DEPTH: usize = 16;

/// Returns the fields of a stream's records, listed or in full.
pub(super) fn of_stream(stream: Stream) -> Fields {
    let named = |name: &str, shape| (name.to_owned(), shape);
    let schema = |stream: Stream| columns::schema_of(stream.operation()).unwrap_or_default();
    let mut fields = match stream.kind() {
        Kind::Versions => {
            return vec![
                named("itemId", Shape::Id),
                named("versionId", Shape::Id),
                named("version", Shape::Any),
            ];
        }
        Kind::Deleted => of_schema(schema(stream.items()), 0),
        Kind::Pages | Kind::Whole => of_schema(schema(stream), 0),
    };
    let more = match (stream.kind(), stream.details()) {
        // Names under which the ids and the time may stand.
        (Kind::Deleted, _) => {
            let ids = ["entityId", "workflowId", "articleId", "botRuleId"];
            let mut more: Fields = ids.map(|name| named(name, Shape::Id)).into();
            more.push(named("deletedAt", Shape::Time));
            more
        }
        (_, Some(operation)) => of_schema(columns::schema_of(operation).unwrap_or_default(), 0),
        (_, None) => Vec::new(),
    };
    for (name, shape) in more {
        if fields.iter().all(|(known, _)| *known != name) {
            fields.push((name, shape));
        }
    }
    fields
}

/// Returns the names of all columns, each behind those that it is within.
pub(super) fn names(fields: &Fields) -> Vec<String> {
    fn add(fields: &Fields, within: &str, names: &mut Vec<String>) {
        for (name, shape) in fields {
            let path = format!("{within}{name}");
            names.push(path.clone());
            if let Some(inner) = shape.inner() {
                add(inner, &format!("{path}."), names);
            }
        }
    }
    let mut all = Vec::new();
    add(fields, "", &mut all);
    all
}

impl Shape {
    /// Fields of an object, or of the objects of a list.
    pub(super) fn inner(&self) -> Option<&Fields> {
        match self {
            Self::Object(fields) => Some(fields),
            Self::List(items) => items.inner(),
            _ => None,
        }
    }
}

fn of_schema(name: &str, depth: usize) -> Fields {
    let properties = columns::properties(name).into_iter().flatten();
    properties
        .map(|(name, property)| (name.clone(), of_property(property, depth + 1)))
        .collect()
}

fn of_property(property: &'static Value, depth: usize) -> Shape {
    let target = columns::target(property);
    match (columns::form(property), target) {
        _ if depth > MAX_DEPTH => Shape::Any,
        (Form::Json, Some(name)) if columns::properties(name).is_some() => {
            Shape::Object(of_schema(name, depth))
        }
        (Form::Json, _) if property["type"] == "array" => {
            Shape::List(Box::new(of_property(&property["items"], depth + 1)))
        }
        (Form::Json, _) => Shape::Any,
        (form, _) => Shape::Scalar(form),
    }
}
