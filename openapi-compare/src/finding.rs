//! One change, what it means, and everywhere it was found.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::generator::{Effect, Generator};
use super::level::{Level, RustImpact};

/// A method and a path template of the old document, or of the new one for an added operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Operation {
    /// In upper case, as in `GET`.
    #[serde(serialize_with = "shared_text")]
    pub method: Arc<str>,
    /// The template, with the placeholders as the document names them.
    #[serde(serialize_with = "shared_text")]
    pub path: Arc<str>,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

fn shared_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// A place in both documents, and the operations that it affects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// JSON Pointer (RFC 6901) into the old document.
    /// For something absent, the nearest place around it that is there.
    pub old_pointer: String,
    /// JSON Pointer into the new document, likewise.
    pub new_pointer: String,
    /// In the order of the documents; empty for what concerns the document as a whole.
    pub operations: Vec<Operation>,
}

/// One change, with the verdict on it.
///
/// The same change at the same place of several operations, or in a component that they share, is
/// one finding with several operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id: kebab-case, never renamed. Ids of changes that no rule explains start with
    /// `unclassified`.
    pub rule: &'static str,
    /// The effect of the change on a client of the old document.
    pub level: Level,
    /// The effect of regeneration on code that uses the generated crate.
    pub rust: RustImpact,
    /// The part of generated code that the change touches, whatever the generator.
    #[serde(skip)]
    pub(crate) effect: Effect,
    /// One sentence on what the change means for a user of the client.
    pub meaning: &'static str,
    /// The name of what changed, as in `` `data[].priority` in the response 200 ``; `None` for an
    /// operation or a document as a whole. It quotes the document.
    pub subject: Option<String>,
    /// 16 hexadecimal digits of a SHA-256 over rule, methods, paths, place, before and after.
    /// Prose and positions in arrays of named things are not in it, so that it stays the same until
    /// the change or the operations it affects are others.
    pub fingerprint: String,
    /// The value in the old document; `None` where there was none.
    pub before: Option<Value>,
    /// The value in the new document; `None` where there is none.
    pub after: Option<Value>,
    /// For an operation that moved, where it is now.
    pub moved: Option<Operation>,
    /// Where, at least one.
    pub locations: Vec<Location>,
}

impl Finding {
    /// The impact on code that uses what another generator makes.
    #[must_use]
    pub fn rust_with(&self, generator: &Generator) -> RustImpact {
        self.effect.impact(generator)
    }

    /// Returns `true` if no rule explains the change; it is gated like a breaking one.
    #[must_use]
    pub fn is_unclassified(&self) -> bool {
        self.rule.starts_with("unclassified")
    }

    /// Returns `true` if the change is one of wording: descriptions, summaries, examples, comments.
    #[must_use]
    pub fn is_prose(&self) -> bool {
        self.level == Level::Cosmetic
            && self.rust == RustImpact::None
            && matches!(
                self.rule,
                "description-changed"
                    | "summary-changed"
                    | "example-changed"
                    | "external-docs-changed"
                    | "comment-changed"
                    | "extension-changed"
                    | "document-tag-changed"
            )
    }

    /// The operations that the change affects; none for what concerns the document as a whole.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.locations
            .iter()
            .flat_map(|location| &location.operations)
    }
}
