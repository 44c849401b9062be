//! Why two documents could not be compared.

use std::fmt;

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The document from which the client was made.
    Old,
    /// The document to compare it with.
    New,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// The reason why two documents could not be compared.
///
/// This says nothing about the API. Treat it as a failure of the tool or its input, neither as
/// drift nor as "no change". Pointers are JSON Pointers (RFC 6901) into the document named by
/// `side`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompareError {
    /// The document is not a JSON object, or its `paths` is missing or not an object.
    NotOpenApi {
        /// The document in question.
        side: Side,
    },
    /// A `$ref` to a place that does not exist or to another document.
    Unresolvable {
        /// The document in question.
        side: Side,
        /// Place of the reference.
        pointer: String,
        /// Text of the reference.
        reference: String,
    },
    /// A `$ref` (or `allOf` with one element) that refers to itself.
    Circular {
        /// The document in question.
        side: Side,
        /// Place where the chain starts.
        pointer: String,
    },
    /// More than [`MAX_NESTING`](super::MAX_NESTING) levels of nesting.
    TooDeep {
        /// The document in question.
        side: Side,
        /// First place beyond the limit, shortened to its last steps.
        pointer: String,
        /// The limit in levels.
        limit: usize,
    },
    /// More than [`MAX_WRAPPERS`](super::MAX_WRAPPERS) wrappers around one schema.
    TooWrapped {
        /// The document in question.
        side: Side,
        /// Place of the outermost wrapper.
        pointer: String,
        /// The limit in wrappers.
        limit: usize,
    },
    /// Together, the documents exceed [`MAX_PAIRS`](super::MAX_PAIRS),
    /// [`MAX_LINKS`](super::MAX_LINKS) or [`MAX_LISTED`](super::MAX_LISTED).
    TooLarge {
        /// Name of the things that are too many, in the plural.
        what: &'static str,
        /// Limit.
        limit: usize,
    },
}

impl fmt::Display for CompareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpenApi { side } => {
                write!(
                    f,
                    "the {side} document is not an OpenAPI document: it has no object `paths`"
                )
            }
            // `{:?}` escapes control characters, and the text comes from the document.
            Self::Unresolvable {
                side,
                pointer,
                reference,
            } => write!(
                f,
                "the {side} document has a $ref at {pointer:?} that leads nowhere in it: \
                 {reference:?}"
            ),
            Self::Circular { side, pointer } => write!(
                f,
                "the {side} document has a $ref at {pointer:?} that leads back to itself and \
                 describes nothing"
            ),
            Self::TooDeep {
                side,
                pointer,
                limit,
            } => write!(
                f,
                "the {side} document is nested deeper than the limit of {limit} levels, at \
                 {pointer:?}"
            ),
            Self::TooWrapped {
                side,
                pointer,
                limit,
            } => write!(
                f,
                "the {side} document wraps the schema at {pointer:?} more often than the limit of \
                 {limit} times"
            ),
            Self::TooLarge { what, limit } => {
                write!(
                    f,
                    "the documents combine to more than the limit of {limit} {what}"
                )
            }
        }
    }
}

impl std::error::Error for CompareError {}
