//! One change, what it means, and everywhere it was found.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

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
    /// Where the thing is absent, the nearest place around it that is there.
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
    /// What the change does to a client of the old document.
    pub level: Level,
    /// What regeneration does to code that uses the generated crate.
    pub rust: RustImpact,
    /// One sentence on what the change means for a user of the client.
    pub meaning: &'static str,
    /// 16 hexadecimal digits of a SHA-256 over rule, methods, paths, place, before and after.
    /// Prose and positions in arrays of named things are not in it, so that it stays the same until
    /// the change or the operations it affects are others.
    pub fingerprint: String,
    /// The value in the old document; `None` where there was none.
    pub before: Option<Value>,
    /// The value in the new document; `None` where there is none.
    pub after: Option<Value>,
    /// For a removed operation, the added one with the same parameters and bodies; and the other
    /// way round.
    pub moved: Option<Operation>,
    /// Where, at least one.
    pub locations: Vec<Location>,
}

impl Finding {
    /// Whether no rule explains the change; it is gated like a breaking one.
    #[must_use]
    pub fn is_unclassified(&self) -> bool {
        self.rule.starts_with("unclassified")
    }

    /// The operations that the change affects; none for what concerns the document as a whole.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.locations
            .iter()
            .flat_map(|location| &location.operations)
    }
}
