//! Filters of an export.

use octocom_ext::types::ConversationStatus;
use octocom_ext::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::columns;
use crate::error::{Error, Result};
use crate::stream::Stream;

/// Filters of an export: which records of a stream are wanted. Default: all.
///
/// A filter that the stream's operation does not take is refused before anything is sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// Conversations of this status.
    pub status: Option<ConversationStatus>,
    /// Records created at this time or later; of custom data, classified.
    pub since: Option<DateTime<Utc>>,
    /// Records created at this time or earlier.
    pub until: Option<DateTime<Utc>>,
    /// Conversations that were handed off to a human agent, or only those that were not.
    pub handed_off: Option<bool>,
    /// Conversations with exactly this metadata pair.
    pub metadata: Option<(String, String)>,
    /// Custom data of this classification, `issue_type` say.
    pub key: Option<String>,
    /// Slugs of the businesses whose records are wanted, for streams that are listed for each
    /// business. Empty: all.
    pub businesses: Vec<String>,
}

impl Filters {
    /// Returns the filters as arguments of the stream's operation, by the document's names.
    ///
    /// # Errors
    ///
    /// An error that names the filter which the operation does not take.
    pub(crate) fn arguments(&self, stream: Stream) -> Result<Map<String, Value>> {
        let date = |date: DateTime<Utc>| json!(date);
        let pair = self.metadata.as_ref();
        let given = [
            (
                "status",
                "status",
                self.status.as_ref().map(|it| json!(it.to_string())),
            ),
            ("since", "startDate", self.since.map(date)),
            ("until", "endDate", self.until.map(date)),
            ("handed_off", "handedOff", self.handed_off.map(Value::from)),
            ("metadata", "metadataKey", pair.map(|(key, _)| json!(key))),
            (
                "metadata",
                "metadataValue",
                pair.map(|(_, value)| json!(value)),
            ),
            ("key", "key", self.key.as_ref().map(|key| json!(key))),
        ];
        let mut arguments = Map::new();
        for (filter, name, value) in given {
            let Some(value) = value else { continue };
            if !columns::parameters(stream.operation()).any(|known| known == name) {
                let detail = format!("`{filter}`: the stream {stream} has no such filter");
                return Err(Error::options(detail));
            }
            arguments.insert(name.to_owned(), value);
        }
        if !self.businesses.is_empty() && !stream.is_of_business() {
            let detail = format!("`businesses`: {stream} are not listed for each business");
            return Err(Error::options(detail));
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_arguments_by_the_names_of_the_document() {
        let filters = Filters {
            since: "2024-01-15T10:30:00Z".parse().ok(),
            metadata: Some(("order".to_owned(), "7".to_owned())),
            handed_off: Some(false),
            ..Filters::default()
        };
        let arguments = filters.arguments(Stream::CONVERSATIONS).unwrap();
        let expected = json!({
            "startDate": "2024-01-15T10:30:00Z",
            "handedOff": false,
            "metadataKey": "order",
            "metadataValue": "7",
        });
        assert_eq!(Value::from(arguments), expected);
    }

    #[test]
    fn a_filter_of_another_stream_is_refused_by_name() {
        let users: Stream = "users".parse().unwrap();
        let since = Filters {
            since: "2024-01-15T10:30:00Z".parse().ok(),
            ..Filters::default()
        };
        let error = since.arguments(users).unwrap_err().to_string();
        assert_eq!(error, "`since`: the stream users has no such filter");
        let of_business = Filters {
            businesses: vec!["acme-corp".to_owned()],
            ..Filters::default()
        };
        let error = of_business.arguments(users).unwrap_err().to_string();
        assert_eq!(
            error,
            "`businesses`: users are not listed for each business"
        );
    }
}
