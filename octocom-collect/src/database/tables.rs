//! The tables, as they follow from the OpenAPI document.

use std::fmt::{Display, Write as _};
use std::sync::LazyLock;

use octocom_api::operations::GET_CONVERSATION;

use crate::columns::{self, Form, snake_case};
use crate::record::{Members, id_text};
use crate::stream::{Kind, Stream};

/// A table of records.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// Columns that are not documented fields, as SQL.
    own: &'static [(&'static str, &'static str)],
    /// Names of columns, with commas between them.
    pub(crate) key: &'static str,
}

/// A column with a documented field.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Name of the field in JSON.
    pub(crate) field: String,
    pub(super) form: Form,
}

/// A list within conversations that has a table of its own.
#[derive(Debug)]
pub(crate) struct Child {
    /// Name of the field in JSON.
    pub(crate) field: String,
    pub(crate) table: Table,
    pub(crate) kind: ChildKind,
}

impl Child {
    /// Returns the field that has an item's key, and a key for an item without one that can be read.
    pub(crate) fn substitute_key(
        &self,
        fields: &Members<'_>,
        conversation: &str,
        position: impl Display,
    ) -> Option<(&'static str, String)> {
        let name = match self.kind {
            ChildKind::WithId => "id",
            ChildKind::WithKey => "key",
            ChildKind::ByPosition | ChildKind::Texts => return None,
        };
        let id = fields.get(name).and_then(|id| id_text(id));
        let id = id.unwrap_or_else(|| format!("{conversation}#{position}"));
        Some((name, id))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChildKind {
    /// Objects with an id.
    WithId,
    /// Objects with a key that is unique in the conversation.
    WithKey,
    /// Objects with neither.
    ByPosition,
    /// Texts.
    Texts,
}

/// Columns of every table of listed records.
const LISTED: &[(&str, &str)] = &[
    ("raw", "TEXT NOT NULL"),
    ("gone_at", "TEXT"),
    ("synced_at", "TEXT NOT NULL"),
    ("seen_run", "INTEGER NOT NULL DEFAULT 0"),
    ("missed", "INTEGER NOT NULL DEFAULT 0"),
];
const LISTED_OF_BUSINESS: &[(&str, &str)] = &[
    ("business_slug", "TEXT"),
    LISTED[0],
    LISTED[1],
    LISTED[2],
    LISTED[3],
    LISTED[4],
];
/// Beside them, what lists do not have and the newest version has.
const WORKFLOWS: &[(&str, &str)] = &[
    ("variants", "TEXT"),
    LISTED_OF_BUSINESS[0],
    LISTED[0],
    LISTED[1],
    LISTED[2],
    LISTED[3],
    LISTED[4],
];
const ARTICLES: &[(&str, &str)] = &[
    ("content", "TEXT"),
    LISTED_OF_BUSINESS[0],
    LISTED[0],
    LISTED[1],
    LISTED[2],
    LISTED[3],
    LISTED[4],
];
const CONVERSATIONS: &[(&str, &str)] = &[
    ("customer_id", "TEXT"),
    ("raw_summary", "TEXT"),
    ("raw", "TEXT"),
    ("details_at", "TEXT"),
    ("details_run", "INTEGER NOT NULL DEFAULT 0"),
    ("details_current", "INTEGER NOT NULL DEFAULT 0"),
    ("gone_at", "TEXT"),
    ("synced_at", "TEXT NOT NULL"),
    ("seen_run", "INTEGER NOT NULL DEFAULT 0"),
    ("missed", "INTEGER NOT NULL DEFAULT 0"),
];
const CHILD: &[(&str, &str)] = &[
    ("conversation_id", "TEXT NOT NULL"),
    ("position", "INTEGER NOT NULL"),
    ("raw", "TEXT NOT NULL"),
];
const TEXTS: &[(&str, &str)] = &[
    ("conversation_id", "TEXT NOT NULL"),
    ("text", "TEXT NOT NULL"),
];

/// The tables of streams, by the name of the stream's table.
static STREAMS: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let streams = Stream::all().filter(|stream| matches!(stream.kind(), Kind::Pages | Kind::Whole));
    streams.map(Table::of_stream).collect()
});

static CHILDREN: LazyLock<Vec<Child>> = LazyLock::new(|| {
    let fields = columns::fields(CONVERSATION).into_iter();
    let lists = fields.filter(|field| field.form == Form::Json && field.name != "customer");
    lists.map(|field| Child::new(&field.name)).collect()
});

/// Name of the schema of a conversation in full.
const CONVERSATION: &str = "Conversation";

/// Returns the table of a stream whose records are listed.
pub(crate) fn of_stream(stream: Stream) -> Option<&'static Table> {
    STREAMS.iter().find(|table| table.name == stream.table())
}

/// Returns the tables of the lists within conversations.
pub(crate) fn children() -> &'static [Child] {
    &CHILDREN
}

/// Returns all tables of records.
pub(super) fn all() -> impl Iterator<Item = &'static Table> {
    STREAMS
        .iter()
        .chain(CHILDREN.iter().map(|child| &child.table))
}

impl Table {
    fn of_stream(stream: Stream) -> Self {
        let schema = columns::schema_of(stream.operation()).unwrap_or_default();
        let mut columns = Column::of(schema);
        let own = match stream.table() {
            "conversations" => {
                let details = columns::schema_of(&GET_CONVERSATION).unwrap_or_default();
                for column in Column::of(details) {
                    if columns.iter().all(|known| known.name != column.name) {
                        columns.push(column);
                    }
                }
                // Their lists have tables of their own.
                columns.retain(|column| column.form != Form::Json || column.name == "customer");
                CONVERSATIONS
            }
            "workflows" => WORKFLOWS,
            "articles" => ARTICLES,
            _ if stream.is_of_business() => LISTED_OF_BUSINESS,
            _ => LISTED,
        };
        Self {
            name: stream.table().to_owned(),
            columns,
            own,
            key: "id",
        }
    }

    /// Returns the statement that makes the table.
    pub(super) fn create(&self) -> String {
        let mut sql = format!("CREATE TABLE {} (", quoted(&self.name));
        for column in &self.columns {
            let not_null = if self.key == column.name {
                " NOT NULL"
            } else {
                ""
            };
            let _ = write!(
                sql,
                "\n    {} {}{not_null},",
                quoted(&column.name),
                column.kind()
            );
        }
        for (name, kind) in self.own.iter().filter(|(name, _)| !self.documents(name)) {
            let _ = write!(sql, "\n    {} {kind},", quoted(name));
        }
        let _ = write!(sql, "\n    PRIMARY KEY ({})\n) STRICT;\n", self.key);
        sql
    }

    /// Returns `true` if a column is a documented field.
    pub(super) fn documents(&self, name: &str) -> bool {
        self.fields().any(|field| field == name)
    }

    /// Names of the columns that are documented fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

impl Column {
    /// The columns of a schema's fields.
    fn of(schema: &str) -> Vec<Self> {
        let fields = columns::fields(schema).into_iter();
        let column = |field: columns::Field| Self {
            name: snake_case(&field.name),
            field: field.name,
            form: field.form,
        };
        fields.map(column).collect()
    }

    /// The type in SQL.
    pub(super) fn kind(&self) -> &'static str {
        match self.form {
            Form::Text | Form::Json => "TEXT",
            Form::Boolean | Form::Integer => "INTEGER",
            Form::Number => "REAL",
        }
    }
}

impl Child {
    fn new(field: &str) -> Self {
        let columns = columns::items_of(CONVERSATION, field).map(Column::of);
        let has = |name: &str| {
            let mut columns = columns.iter().flatten();
            columns.any(|column| column.name == name)
        };
        let (kind, key) = match (&columns, field) {
            (None, _) => (ChildKind::Texts, "conversation_id, text"),
            _ if has("id") => (ChildKind::WithId, "id"),
            (_, "metadata") => (ChildKind::WithKey, "conversation_id, key"),
            _ => (ChildKind::ByPosition, "conversation_id, position"),
        };
        let mut name = snake_case(field);
        // Lists of names, beside the things themselves.
        if matches!(field, "workflows" | "variants") {
            name = format!("conversation_{name}");
        }
        Self {
            field: field.to_owned(),
            table: Table {
                name,
                own: if columns.is_some() { CHILD } else { TEXTS },
                columns: columns.unwrap_or_default(),
                key,
            },
            kind,
        }
    }
}

/// Returns a name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_of_the_document() {
        let names: Vec<_> = all().map(|table| table.name.as_str()).collect();
        for name in [
            "businesses",
            "conversations",
            "customers",
            "custom_data",
            "users",
            "teams",
            "macros",
            "workflows",
            "articles",
            "bot_rules",
            "messages",
            "notes",
            "events",
            "bot_function_calls",
            "tags",
            "topics",
            "metadata",
        ] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        let key = |name: &str| {
            all()
                .find(|table| table.name == name)
                .map(|table| table.key)
        };
        assert_eq!(key("messages"), Some("id"));
        assert_eq!(key("metadata"), Some("conversation_id, key"));
        assert_eq!(key("bot_function_calls"), Some("conversation_id, position"));
        assert_eq!(key("tags"), Some("conversation_id, text"));
        let users = of_stream("users".parse().unwrap()).unwrap().create();
        assert!(users.contains("\"id\" TEXT NOT NULL,\n"), "{users}");
        assert!(users.contains("\"is_agent\" INTEGER,\n"), "{users}");
    }
}
