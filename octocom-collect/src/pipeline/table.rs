//! The tables of a pipeline, as they follow from the OpenAPI document.

use std::collections::BTreeSet;

use octocom_api::operations::GET_CONVERSATION;
use serde_json::{Map, Value, json};

use crate::column::ColumnType;
use crate::columns;
use crate::database::tables::{self, Child, ChildKind};
use crate::json_schema;
use crate::stream::{Kind, Stream};
use crate::syncing::ordered;

/// A table of a pipeline: a list of the API, or a list within conversations.
///
/// Names of tables and columns are those of the database that
/// [`Collector::sync`](crate::Collector::sync) makes.
#[derive(Debug, Clone)]
pub struct Table {
    name: String,
    key: Vec<String>,
    cursor: Option<&'static str>,
    pub(super) origin: Origin,
    pub(super) columns: Vec<Column>,
}

/// The list that a table is filled from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin {
    Listed(Stream),
    Versions(Stream),
    Child(&'static Child),
}

/// A column of a table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// Name of the documented field in JSON.
    pub(super) field: Option<String>,
    pub(super) kind: ColumnType,
    /// It is never null.
    is_required: bool,
    pub(super) is_selected: bool,
}

/// Column of the fields that the document does not have, or has with another type.
pub(super) const UNKNOWN: &str = "unknown_fields";
/// An object of any members.
const OBJECT: ColumnType = ColumnType::Object { fields: Vec::new() };
pub(super) const GONE_AT: &str = "gone_at";
pub(super) const SYNCED_AT: &str = "synced_at";
pub(super) const BUSINESS: &str = "business_slug";
pub(super) const CONVERSATION: &str = "conversation_id";
pub(super) const CUSTOMER: &str = "customer_id";
pub(super) const POSITION: &str = "position";
pub(super) const TEXT: &str = "text";

impl Table {
    /// Returns all tables: those of one request a list first, conversations and the lists within them
    /// last.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let streams = ordered(Stream::all().filter(|stream| stream.kind() != Kind::Deleted));
        let lists = streams.into_iter().map(|stream| match stream.kind() {
            Kind::Versions => Self::versions(stream),
            _ => Self::listed(stream),
        });
        lists
            .chain(tables::children().iter().map(Self::child))
            .collect()
    }

    /// Returns the name, such as `bot_rules`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the columns that tell a record from others.
    #[must_use]
    pub fn key(&self) -> &[String] {
        &self.key
    }

    /// Returns the column of the time by which a table grows; `None` for a table whose records are
    /// all sent by each run.
    #[must_use]
    pub fn cursor(&self) -> Option<&'static str> {
        self.cursor
    }

    /// Returns the JSON Schema of the records. Every type is a list, every column but those of the
    /// key and `synced_at` may be null, and no values are listed.
    #[must_use]
    pub fn schema(&self) -> Value {
        let columns = self.columns.iter().filter(|column| column.is_selected);
        let properties = columns.map(|column| (column.name.clone(), column.schema()));
        json!({
            "type": "object",
            "properties": properties.collect::<Map<_, _>>(),
            "required": self.key,
        })
    }

    /// Returns the names of the columns that may be left out.
    pub fn optional_columns(&self) -> impl Iterator<Item = &str> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        names.filter(|name| self.is_optional(name))
    }

    /// Leaves columns out, but for those of the key, the cursor, and `synced_at`.
    #[must_use]
    pub fn without(mut self, columns: &BTreeSet<String>) -> Self {
        let left_out: Vec<_> = self
            .optional_columns()
            .filter(|name| columns.contains(*name))
            .map(ToOwned::to_owned)
            .collect();
        for column in &mut self.columns {
            column.is_selected = !left_out.contains(&column.name);
        }
        self
    }

    /// Returns `true` if records of a stream change the table.
    pub(super) fn is_fed_by(&self, stream: Stream) -> bool {
        match self.origin {
            Origin::Listed(own) => {
                stream == own || (stream.kind() == Kind::Deleted && stream.items() == own)
            }
            Origin::Versions(own) => stream == own,
            Origin::Child(_) => stream.has_details(),
        }
    }

    fn is_optional(&self, name: &str) -> bool {
        name != SYNCED_AT && self.cursor != Some(name) && self.key.iter().all(|key| key != name)
    }

    fn listed(stream: Stream) -> Self {
        let listed = columns::schema_of(stream.operation());
        let details = stream.details().and_then(columns::schema_of);
        let schemas = [listed, details].into_iter().flatten();
        let mut columns = match tables::of_stream(stream) {
            Some(table) => Column::documented(&table.columns, schemas),
            None => Vec::new(),
        };
        if stream.has_details() {
            columns.push(Column::own(CUSTOMER, ColumnType::String));
        }
        if stream.is_of_business() && columns.iter().all(|column| column.name != BUSINESS) {
            // Deleted items have it, listed ones have not.
            let mut column = Column::own(BUSINESS, ColumnType::String);
            column.field = Some("businessSlug".to_owned());
            columns.push(column);
        }
        columns.push(Column::own(UNKNOWN, OBJECT));
        columns.push(Column::own(GONE_AT, ColumnType::Timestamp));
        let cursor = stream.has_details().then_some("created_at");
        Self::new(
            stream.table(),
            "id",
            cursor,
            Origin::Listed(stream),
            columns,
        )
    }

    fn versions(stream: Stream) -> Self {
        let mut version = Column::own("version", ColumnType::Json);
        version.field = Some("version".to_owned());
        let mut columns = vec![version, Column::own(BUSINESS, ColumnType::String)];
        for (name, field) in [("version_id", "versionId"), ("item_id", "itemId")] {
            let mut column = Column::own(name, ColumnType::String);
            column.field = Some(field.to_owned());
            columns.insert(0, column);
        }
        let (origin, key) = (Origin::Versions(stream), "item_id, version_id");
        Self::new(stream.table(), key, None, origin, columns)
    }

    fn child(child: &'static Child) -> Self {
        let conversation = columns::schema_of(&GET_CONVERSATION);
        let items = conversation.and_then(|schema| columns::items_of(schema, &child.field));
        let mut columns = Column::documented(&child.table.columns, items.into_iter());
        columns.push(Column::own(CONVERSATION, ColumnType::String));
        match child.kind {
            ChildKind::Texts => columns.push(Column::own(TEXT, ColumnType::String)),
            _ => {
                columns.push(Column::own(POSITION, ColumnType::Integer));
                columns.push(Column::own(UNKNOWN, OBJECT));
            }
        }
        let (name, key) = (&child.table.name, child.table.key);
        Self::new(name, key, Some(SYNCED_AT), Origin::Child(child), columns)
    }

    fn new(
        name: &str,
        key: &str,
        cursor: Option<&'static str>,
        origin: Origin,
        mut columns: Vec<Column>,
    ) -> Self {
        columns.push(Column::own(SYNCED_AT, ColumnType::Timestamp));
        let key: Vec<_> = key.split(", ").map(ToOwned::to_owned).collect();
        for column in &mut columns {
            column.is_required = column.name == SYNCED_AT || key.contains(&column.name);
        }
        Self {
            name: name.to_owned(),
            key,
            cursor,
            origin,
            columns,
        }
    }
}

impl Column {
    fn own(name: &str, kind: ColumnType) -> Self {
        Self {
            name: name.to_owned(),
            field: None,
            kind,
            is_required: false,
            is_selected: true,
        }
    }

    /// A column of a field, as the first of these schemas has it.
    fn documented<'a>(own: &[tables::Column], schemas: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let documented: Vec<_> = schemas.flat_map(columns::typed).collect();
        let column = |own: &tables::Column| {
            let found = documented.iter().find(|column| column.name == own.field);
            let kind = found.map_or(ColumnType::Json, |column| column.kind.clone());
            Self {
                field: Some(own.field.clone()),
                ..Self::own(&own.name, kind)
            }
        };
        own.iter().map(column).collect()
    }

    fn schema(&self) -> Value {
        let mut schema = json_schema::of_column(&self.kind);
        if self.is_required {
            schema["type"] = json!([schema["type"][0]]);
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        let mut all = Table::all().into_iter();
        all.find(|table| table.name() == name).unwrap()
    }

    #[test]
    fn there_is_a_table_for_every_list_and_every_list_within_conversations() {
        let all = Table::all();
        let names: BTreeSet<_> = all.iter().map(Table::name).collect();
        assert_eq!(names.len(), all.len());
        for stream in Stream::all() {
            let fed = all.iter().filter(|table| table.is_fed_by(stream)).count();
            match stream.has_details() {
                true => assert_eq!(fed, 1 + tables::children().len()),
                false => assert_eq!(fed, 1, "{stream}"),
            }
        }
        for name in [
            "messages",
            "notes",
            "events",
            "tags",
            "metadata",
            "workflow_versions",
        ] {
            assert!(names.contains(name), "{name}: {names:?}");
        }
        let growing = all.iter().filter(|table| table.cursor().is_some()).count();
        assert_eq!(growing, 1 + tables::children().len());
    }

    #[test]
    fn keys_and_cursors_are_columns_that_cannot_be_left_out() {
        let nothing: BTreeSet<String> = Table::all()
            .iter()
            .flat_map(|table| &table.columns)
            .map(|column| column.name.clone())
            .collect();
        for table in Table::all() {
            let schema = table.clone().without(&nothing).schema();
            let left = schema["properties"].as_object().unwrap();
            for name in table.key() {
                assert_eq!(left[name]["type"].as_array().unwrap().len(), 1, "{table:?}");
            }
            assert!(left.contains_key(SYNCED_AT), "{table:?}");
            assert!(
                table
                    .cursor()
                    .is_none_or(|cursor| left.contains_key(cursor))
            );
            let kept = table.key().len() + 1 + usize::from(table.cursor() == Some("created_at"));
            assert_eq!(left.len(), kept, "{left:?}");
            assert_eq!(schema["required"], json!(table.key()));
        }
        assert_eq!(table("metadata").key(), ["conversation_id", "key"]);
        assert_eq!(table("users").key(), ["id"]);
    }

    #[test]
    fn a_column_that_is_left_out_is_not_in_the_schema() {
        let left_out = BTreeSet::from(["email".to_owned(), "no".to_owned()]);
        let schema = table("users").without(&left_out).schema();
        assert_eq!(schema["properties"].get("email"), None);
        assert_eq!(
            schema["properties"]["is_agent"],
            json!({"type": ["boolean", "null"]})
        );
        assert!(table("users").schema()["properties"].get("email").is_some());
    }
}
