//! The streams of records that can be collected, as the operation table has them.

use std::fmt;
use std::str::FromStr;

use octocom_api::operations::{self, GET_CONVERSATION, LIST_CONVERSATIONS};
use octocom_ext::Operation;

use crate::columns;

/// A stream of records: everything that one operation lists.
///
/// There is one for each paginated list of the API, one for the businesses, and one each for the
/// deleted items and the version histories of workflows, articles and bot rules. They follow from
/// the operation table: its `list_bot_rules` is the stream `bot-rules`.
///
/// ```
/// use octocom_collect::Stream;
///
/// let stream: Stream = "custom-data".parse()?;
/// assert_eq!(stream.operation().id, "list_custom_data");
/// assert!(stream.is_of_business());
/// # Ok::<(), octocom_collect::UnknownStream>(())
/// ```
#[derive(Clone, Copy)]
pub struct Stream(&'static Operation);

/// The form in which an operation lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In pages.
    Pages,
    /// All at once.
    Whole,
    /// All deleted items at once, in a form that is not documented.
    Deleted,
    /// The versions of one item at once, in a form that is not documented.
    Versions,
}

impl Stream {
    /// The conversations.
    pub const CONVERSATIONS: Self = Self(&LIST_CONVERSATIONS);

    /// Returns all streams, in the order of the operation table.
    pub fn all() -> impl Iterator<Item = Self> {
        let streams = operations::ALL.iter().map(|operation| Self(operation));
        streams.filter(|stream| stream.find_kind().is_some())
    }

    /// Returns the operation that lists the stream.
    #[must_use]
    pub fn operation(self) -> &'static Operation {
        self.0
    }

    /// Returns the name, such as `bot-rules`.
    #[must_use]
    pub fn name(self) -> String {
        self.table().replace('_', "-")
    }

    /// Returns `true` if the stream is listed for each business by itself.
    #[must_use]
    pub fn is_of_business(self) -> bool {
        columns::parameters(self.0).any(|name| name == "businessSlug")
    }

    /// Returns `true` if the records can be fetched in full one by one: conversations alone.
    #[must_use]
    pub fn has_details(self) -> bool {
        self == Self::CONVERSATIONS
    }

    /// Returns `true` if the stream is listed by page number.
    pub(crate) fn is_by_number(self) -> bool {
        self.kind() == Kind::Pages && !self.0.keyset
    }

    /// Returns `true` if the stream is one of version histories.
    #[must_use]
    pub fn is_history(self) -> bool {
        self.kind() == Kind::Versions
    }

    /// Returns the operation that fetches one record in full.
    pub(crate) fn details(self) -> Option<&'static Operation> {
        self.has_details().then_some(&GET_CONVERSATION)
    }

    /// Returns the name with underscores: that of a table.
    pub(crate) fn table(self) -> &'static str {
        self.0.id.strip_prefix("list_").unwrap_or(self.0.id)
    }

    pub(crate) fn kind(self) -> Kind {
        self.find_kind().unwrap_or(Kind::Whole)
    }

    /// Returns the stream whose items this one has the versions or the deleted ones of.
    pub(crate) fn items(self) -> Self {
        let path = self.0.path;
        let path = path.strip_suffix("/{id}/versions").unwrap_or(path);
        let path = path.strip_suffix("/deleted").unwrap_or(path);
        let is_list = |stream: &Self| stream.0.path == path;
        Self::all().find(is_list).unwrap_or(self)
    }

    fn find_kind(self) -> Option<Kind> {
        let operation = self.0;
        let is_read = !operation.changes_something() && operation.id.starts_with("list_");
        match operation.path {
            _ if !is_read => None,
            path if path.ends_with("/{id}/versions") => Some(Kind::Versions),
            path if path.ends_with("/deleted") => Some(Kind::Deleted),
            path if path.contains('{') => None,
            _ if operation.page_size.is_some() => Some(Kind::Pages),
            _ => Some(Kind::Whole),
        }
    }
}

impl PartialEq for Stream {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Stream {}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stream({self})")
    }
}

/// The error of a text that names no stream. It lists those that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStream(String);

impl fmt::Display for UnknownStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Stream::all().map(Stream::name).collect();
        write!(
            f,
            "unknown stream `{}`: expected one of {}",
            self.0,
            names.join(", ")
        )
    }
}

impl std::error::Error for UnknownStream {}

impl FromStr for Stream {
    type Err = UnknownStream;

    fn from_str(text: &str) -> Result<Self, UnknownStream> {
        let found = Self::all().find(|stream| stream.name() == text);
        found.ok_or_else(|| UnknownStream(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_streams_follow_from_the_operation_table() {
        let names = |kind| -> Vec<_> {
            let streams = Stream::all().filter(|stream| stream.kind() == kind);
            streams.map(Stream::name).collect()
        };
        let mut paginated = names(Kind::Pages);
        paginated.sort();
        assert_eq!(
            paginated,
            [
                "articles",
                "bot-rules",
                "conversations",
                "custom-data",
                "customers",
                "macros",
                "teams",
                "users",
                "workflows"
            ]
        );
        assert_eq!(names(Kind::Whole), ["businesses"]);
        assert_eq!(names(Kind::Deleted).len(), 3);
        assert_eq!(names(Kind::Versions).len(), 3);
        for stream in Stream::all() {
            assert_eq!(stream.name().parse(), Ok(stream));
        }
        let versions: Stream = "bot-rule-versions".parse().unwrap();
        assert_eq!(versions.items().name(), "bot-rules");
        let deleted: Stream = "deleted-workflows".parse().unwrap();
        assert_eq!(deleted.items().name(), "workflows");
        let of_business = Stream::all().filter(|stream| stream.is_of_business());
        assert_eq!(of_business.count(), 10);
    }

    #[test]
    fn an_unknown_name_is_refused_with_those_that_there_are() {
        for name in ["", "conversation", "conversation-metadata", "list_users"] {
            let error = name.parse::<Stream>().unwrap_err().to_string();
            let start = format!("unknown stream `{name}`: expected one of ");
            assert!(
                error.starts_with(&start) && error.contains("bot-rules"),
                "{error}"
            );
        }
    }
}
