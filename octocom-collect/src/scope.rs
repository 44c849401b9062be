//! The extent of one list: a stream, of one business if it is listed for each.

use crate::stream::Stream;

/// A stream, of one business if it is listed for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) stream: Stream,
    /// Slug of the business.
    pub(crate) business: Option<String>,
}

impl Scope {
    /// Returns the scopes of a stream: one, or one for each business.
    pub(crate) fn of(stream: Stream, businesses: &[String]) -> Vec<Self> {
        let scope = |business| Self { stream, business };
        match stream.is_of_business() {
            true => businesses.iter().cloned().map(Some).map(scope).collect(),
            false => vec![scope(None)],
        }
    }

    /// Slug of the business; empty for a stream of the whole account.
    pub(crate) fn slug(&self) -> &str {
        self.business.as_deref().unwrap_or_default()
    }
}
