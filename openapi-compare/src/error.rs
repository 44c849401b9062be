//! Why two documents could not be compared.

use std::fmt;

/// One of the two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The document the client was made from.
    Old,
    /// The document it is compared with.
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

/// Why two documents could not be compared.
///
/// None of these is a verdict about the API: the caller must treat them as a failure of the tool
/// or of its input, neither as drift nor as "no change".
/// Pointers are JSON Pointers (RFC 6901) into the document named by `side`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompareError {
    /// The document is no JSON object, or its `paths` is missing or no object.
    NotOpenApi {
        /// The document that is not one.
        side: Side,
    },
    /// A `$ref` that leads nowhere, or out of the document.
    Unresolvable {
        /// The document that holds the reference.
        side: Side,
        /// The place where the reference stands.
        pointer: String,
        /// The text of the reference.
        reference: String,
    },
    /// A `$ref` (or a single-element `allOf`) that leads back to itself and describes nothing.
    Circular {
        /// The document that holds the reference.
        side: Side,
        /// The place where the chain starts.
        pointer: String,
    },
    /// More than [`MAX_NESTING`](super::MAX_NESTING) levels of nesting.
    TooDeep {
        /// The document that is too deep.
        side: Side,
        /// The first place beyond the limit, cut to its last few steps.
        pointer: String,
        /// The limit in levels.
        limit: usize,
    },
    /// More than [`MAX_WRAPPERS`](super::MAX_WRAPPERS) wrappers around one schema.
    TooWrapped {
        /// The document that holds the schema.
        side: Side,
        /// The place where the outermost wrapper stands.
        pointer: String,
        /// The limit in wrappers.
        limit: usize,
    },
    /// The documents combine to more than [`MAX_PAIRS`](super::MAX_PAIRS),
    /// [`MAX_LINKS`](super::MAX_LINKS) or [`MAX_LISTED`](super::MAX_LISTED) allows.
    TooLarge {
        /// The name of the things that are too many, in the plural.
        what: &'static str,
        /// The number of them that is allowed.
        limit: usize,
    },
}

impl fmt::Display for CompareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpenApi { side } => {
                write!(
                    f,
                    "the {side} document is no OpenAPI document: it has no object `paths`"
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
