//! Findings: changes, their meaning and their places.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::generator::{Effect, Generator};
use super::level::{Level, RustImpact};

/// An operation: method and path of the old document, or of the new one if it was added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Operation {
    /// Method in upper case, such as `GET`.
    #[serde(serialize_with = "shared_text")]
    pub method: Arc<str>,
    /// Path template, with the placeholders of the document.
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
    /// JSON Pointer (RFC 6901) into the old document. If the place does not exist there, the
    /// nearest place around it.
    pub old_pointer: String,
    /// JSON Pointer into the new document, likewise.
    pub new_pointer: String,
    /// Operations, in the order of the documents; empty for a change of the document as a whole.
    pub operations: Vec<Operation>,
}

/// A change and the verdict on it.
///
/// If the same change happens in several operations, or in a component that they share, it is one
/// finding with several operations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// Id of the rule, in kebab case. Ids are never renamed. If no rule explains the change, the id
    /// starts with `unclassified`.
    pub rule: &'static str,
    /// Effect on clients of the old document.
    pub level: Level,
    /// Effect on code that uses the generated crate.
    pub rust: RustImpact,
    /// The part of generated code that the change touches, whatever the generator.
    #[serde(skip)]
    pub(crate) effect: Effect,
    /// Meaning of the change for clients, in one sentence.
    pub meaning: &'static str,
    /// Name of the changed thing, such as `` `data[].priority` in the response 200 ``; `None` for
    /// an operation or the document. It quotes the document.
    pub subject: Option<String>,
    /// 16 hexadecimal digits of a SHA-256 of rule, methods, paths, place, before and after. It does
    /// not include texts and positions in arrays of named things, so that it is the same until the
    /// change or the affected operations differ.
    pub fingerprint: String,
    /// Value in the old document; `None` if there was none.
    pub before: Option<Value>,
    /// Value in the new document; `None` if there is none.
    pub after: Option<Value>,
    /// New place of an operation that moved.
    pub moved: Option<Operation>,
    /// Places; at least one.
    pub locations: Vec<Location>,
}

impl Finding {
    /// Returns the effect on code of another generator.
    #[must_use]
    pub fn rust_with(&self, generator: &Generator) -> RustImpact {
        self.effect.impact(generator)
    }

    /// Returns `true` if no rule explains the change. It then counts like a breaking change.
    #[must_use]
    pub fn is_unclassified(&self) -> bool {
        self.rule.starts_with("unclassified")
    }

    /// Returns `true` if only texts changed: descriptions, summaries, examples, comments.
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

    /// Returns the affected operations; none for a change of the document as a whole.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.locations
            .iter()
            .flat_map(|location| &location.operations)
    }
}
