//! The documented form of a stream's records, down to the last field.

use crate::column::{Column, ColumnType};
use crate::columns::Form;
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

/// Returns the fields of a stream's records, listed or in full.
pub(super) fn of_stream(stream: Stream) -> Fields {
    let named = |name: &str, shape| (name.to_owned(), shape);
    let mut fields = match stream.kind() {
        Kind::Versions => {
            return vec![
                named("itemId", Shape::Id),
                named("versionId", Shape::Id),
                named("version", Shape::Any),
            ];
        }
        Kind::Deleted | Kind::Pages | Kind::Whole => of_columns(stream.columns(false)),
    };
    let more = match stream.kind() {
        // Names under which the ids and the time may stand.
        Kind::Deleted => {
            let ids = ["entityId", "workflowId", "articleId", "botRuleId"];
            let mut more: Fields = ids.map(|name| named(name, Shape::Id)).into();
            more.push(named("deletedAt", Shape::Time));
            more
        }
        _ if stream.has_details() => of_columns(stream.columns(true)),
        _ => Vec::new(),
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

fn of_columns(columns: Vec<Column>) -> Fields {
    let columns = columns.into_iter();
    let field = |column: Column| (column.name, of_kind(column.kind));
    columns.map(field).collect()
}

fn of_kind(kind: ColumnType) -> Shape {
    match kind {
        ColumnType::Json => Shape::Any,
        ColumnType::List { items } => Shape::List(Box::new(of_kind(*items))),
        ColumnType::Object { fields } => Shape::Object(of_columns(fields)),
        kind => Shape::Scalar(kind.form()),
    }
}
