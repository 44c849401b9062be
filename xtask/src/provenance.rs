//! `openapi/provenance.json`: where the checked-in document came from.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use anyhow::Result;

use crate::document::{Document, compact, sha256};

/// Origin and identity of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    /// Address that the document was fetched from; null when it was read from a file.
    url: Option<String>,
    /// When it was fetched (RFC 3339, UTC); null when it was read from a file.
    fetched_at: Option<String>,
    /// Entity tag of the reply, for a conditional request.
    etag: Option<String>,
    /// Length of the published bytes.
    bytes: usize,
    /// SHA-256 of the published bytes.
    sha256: String,
    /// SHA-256 of the document without white space, keys in their own order.
    canonical_sha256: String,
}

impl Provenance {
    /// Identity of a document that was read from a file.
    pub(crate) fn of_file(document: &Document) -> Result<Self> {
        Ok(Self {
            url: None,
            fetched_at: None,
            etag: None,
            bytes: document.raw.len(),
            sha256: sha256(&document.raw),
            canonical_sha256: canonical_sha256(&document.value)?,
        })
    }

    /// Whether this is the provenance of a document, whatever its white space.
    pub(crate) fn describes(&self, value: &Value) -> Result<bool> {
        Ok(self.canonical_sha256 == canonical_sha256(value)?)
    }
}

fn canonical_sha256(value: &Value) -> Result<String> {
    Ok(sha256(&compact(value)?))
}
