//! `openapi/provenance.json`: where the checked-in document came from.

use std::io::ErrorKind;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::{Document, compact, sha256};
use crate::root::{PROVENANCE, Root};

/// Origin and identity of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    /// Address that the document was fetched from; null when it was read from a file.
    pub(crate) url: Option<String>,
    /// Fails when it was fetched (RFC 3339, UTC); null when it was read from a file.
    fetched_at: Option<String>,
    /// Entity tag of the reply, for a conditional request.
    pub(crate) etag: Option<String>,
    /// Length of the published bytes.
    bytes: usize,
    /// SHA-256 of the published bytes.
    sha256: String,
    /// SHA-256 of the document without white space, keys in their own order.
    canonical_sha256: String,
}

impl Provenance {
    /// Reads the recorded provenance; `None` when there is none.
    pub(crate) fn read(root: &Root) -> Result<Option<Self>> {
        let path = root.join(PROVENANCE);
        let shown = path.display();
        match std::fs::read(&path) {
            Ok(bytes) => {
                Ok(Some(serde_json::from_slice(&bytes).with_context(|| {
                    format!("`{shown}` is not a provenance file")
                })?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("reading `{shown}`")),
        }
    }

    /// Identity of a document that was read from a file.
    pub(crate) fn from_file(document: &Document) -> Result<Self> {
        Ok(Self {
            url: None,
            fetched_at: None,
            etag: None,
            bytes: document.raw.len(),
            sha256: sha256(&document.raw),
            canonical_sha256: canonical_sha256(&document.value)?,
        })
    }

    /// The same document, fetched.
    pub(crate) fn fetched(self, url: &str, fetched_at: String, etag: Option<String>) -> Self {
        Self {
            url: Some(url.to_owned()),
            fetched_at: Some(fetched_at),
            etag,
            ..self
        }
    }

    /// The same document, as if it had been read from a file.
    pub(crate) fn unfetched(self) -> Self {
        Self {
            url: None,
            fetched_at: None,
            etag: None,
            ..self
        }
    }

    /// Returns `true` if this is the provenance of a document, whatever its white space.
    pub(crate) fn describes(&self, value: &Value) -> Result<bool> {
        Ok(self.canonical_sha256 == canonical_sha256(value)?)
    }

    /// Returns `true` if two fetches differ in nothing but their time.
    pub(crate) fn is_same_reply(&self, other: &Self) -> bool {
        let timeless = |provenance: &Self| Self {
            fetched_at: None,
            ..provenance.clone()
        };
        timeless(self) == timeless(other)
    }
}

fn canonical_sha256(value: &Value) -> Result<String> {
    Ok(sha256(&compact(value)?))
}
