//! Typed columns of a stream's records.

use serde::Serialize;

use crate::columns::{self, Form};
use crate::stream::{Kind, Stream};

/// A documented field of a stream's records, with its type.
///
/// Every column may be null. Its JSON form is that of `octocom schema`:
/// `{"name":"tags","type":"list","items":{"type":"string"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Column {
    /// The API's name of the field.
    pub name: String,
    /// The documented type.
    #[serde(flatten)]
    pub kind: ColumnType,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum ColumnType {
    /// Text.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits, with a sign.
    Integer,
    /// A floating-point number of 64 bits.
    Number,
    /// A time, written as RFC 3339.
    Timestamp,
    /// Any JSON, as text: the document does not say what is in it.
    Json,
    /// A list.
    List {
        /// The type of its items.
        items: Box<ColumnType>,
    },
    /// An object with documented fields.
    Object {
        /// Its fields, in the document's order.
        fields: Vec<Column>,
    },
}

impl ColumnType {
    /// The JSON type.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::String | Self::Timestamp => Form::Text,
            Self::Boolean => Form::Boolean,
            Self::Integer => Form::Integer,
            Self::Number => Form::Number,
            Self::Json | Self::List { .. } | Self::Object { .. } => Form::Json,
        }
    }
}

impl Stream {
    /// Returns the documented fields of the records, in the document's order; `details` asks for those
    /// of a record that is [fetched in full](Self::has_details).
    ///
    /// A version of a history has its item's id, its own id, and itself as JSON. Deleted items have
    /// the fields of their items, although the document does not promise them.
    ///
    /// ```
    /// use octocom_collect::{ColumnType, Stream};
    ///
    /// let columns = Stream::CONVERSATIONS.columns(false);
    /// assert_eq!(columns[2].name, "createdAt");
    /// assert_eq!(columns[2].kind, ColumnType::Timestamp);
    /// ```
    #[must_use]
    pub fn columns(self, details: bool) -> Vec<Column> {
        let column = |name: &str, kind| Column {
            name: name.to_owned(),
            kind,
        };
        let listed = match self.kind() {
            Kind::Versions => {
                return vec![
                    column("itemId", ColumnType::String),
                    column("versionId", ColumnType::String),
                    column("version", ColumnType::Json),
                ];
            }
            Kind::Deleted => self.items(),
            Kind::Pages | Kind::Whole => self,
        };
        let operation = self.details().filter(|_| details);
        let schema = columns::schema_of(operation.unwrap_or(listed.operation()));
        schema.map(columns::typed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_types_of_the_document() {
        let json = |stream: &str, details, name: &str| {
            let stream: Stream = stream.parse().unwrap();
            let columns = stream.columns(details);
            let column = columns.iter().find(|column| column.name == name);
            column.map(|column| serde_json::to_string(column).unwrap())
        };
        for (stream, details, name, expected) in [
            (
                "conversations",
                false,
                "id",
                r#"{"name":"id","type":"string"}"#,
            ),
            (
                "conversations",
                false,
                "closedAt",
                r#"{"name":"closedAt","type":"timestamp"}"#,
            ),
            (
                "conversations",
                false,
                "initialChannel",
                r#"{"name":"initialChannel","type":"string"}"#,
            ),
            (
                "conversations",
                false,
                "tags",
                r#"{"name":"tags","type":"list","items":{"type":"string"}}"#,
            ),
            (
                "users",
                false,
                "isAgent",
                r#"{"name":"isAgent","type":"boolean"}"#,
            ),
            (
                "workflows",
                false,
                "priority",
                r#"{"name":"priority","type":"number"}"#,
            ),
            (
                "bot-rule-versions",
                false,
                "version",
                r#"{"name":"version","type":"json"}"#,
            ),
        ] {
            assert_eq!(json(stream, details, name).as_deref(), Some(expected));
        }
        let messages = json("conversations", true, "messages").unwrap();
        let start = r#"{"name":"messages","type":"list","items":{"type":"object","fields":[{"name":"id","type":"string"},"#;
        assert!(messages.starts_with(start), "{messages}");
        assert_eq!(json("conversations", false, "messages"), None);
    }

    #[test]
    fn every_stream_has_columns() {
        for stream in Stream::all() {
            assert!(!stream.columns(stream.has_details()).is_empty(), "{stream}");
        }
    }
}
