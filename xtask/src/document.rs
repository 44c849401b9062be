//! An OpenAPI document as read from a file: its bytes and its JSON.

use std::path::Path;

use anyhow::{Context, Result};
use openapi_compare::source;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::problem::{Problem, Problems};

/// A document and the bytes that it came in.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) raw: Vec<u8>,
    pub(crate) value: Value,
}

impl Document {
    /// Reads a document from a file, or from a git revision (`git:REV:PATH`).
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let raw = source::bytes(path).with_context(|| format!("reading `{}`", path.display()))?;
        Self::parse(raw, &path.display().to_string())
    }

    /// Refuses what cannot be an OpenAPI document. `source` names it in messages.
    pub(crate) fn parse(raw: Vec<u8>, source: &str) -> Result<Self> {
        let value = source::parse(&raw)
            .with_context(|| format!("`{source}` is not an OpenAPI document"))?;
        if !value.get("paths").is_some_and(Value::is_object) {
            let problem = Problem::new("/paths", "an OpenAPI document needs an object `paths`");
            return Err(Problems::in_file(source, vec![problem]).into());
        }
        Ok(Self { raw, value })
    }
}

/// JSON as the workspace keeps it: two spaces, keys in their own order, a final newline.
pub(crate) fn pretty(value: &Value) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// JSON without white space: the form in which the document is published.
pub(crate) fn compact(value: &Value) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}

/// SHA-256 in lowercase hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::{DOCUMENT, Root};

    #[test]
    fn the_published_bytes_come_back_from_the_checked_in_file() -> Result<()> {
        let document = Document::read(&Root::discover().join(DOCUMENT))?;
        let published = compact(&document.value)?;
        assert_eq!(published.len(), 90_213);
        assert_eq!(
            sha256(&published),
            "501b2be2d358851004007f0a3d2298b0b14906343df06e637e8ea61e000fa608"
        );
        assert_eq!(
            pretty(&document.value)?,
            document.raw,
            "only white space may differ"
        );
        Ok(())
    }

    #[test]
    fn files_that_are_no_document_are_refused_by_name() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("document.json");
        let message = |path: &Path| match Document::read(path) {
            Ok(document) => format!("accepted {document:?}"),
            Err(error) => format!("{error:#}"),
        };
        assert!(message(&path).contains("reading"), "{}", message(&path));
        std::fs::write(&path, "<html>")?;
        assert!(message(&path).contains("is not JSON"), "{}", message(&path));
        std::fs::write(&path, "nonsense")?;
        assert!(message(&path).contains("is not JSON"), "{}", message(&path));
        std::fs::write(&path, r#"{"paths": {"#)?;
        assert!(
            message(&path).contains("is truncated"),
            "{}",
            message(&path)
        );
        std::fs::write(&path, " \n")?;
        assert!(message(&path).contains("is empty"), "{}", message(&path));
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        std::fs::write(&path, format!(r#"{{"paths": {deep}}}"#))?;
        assert!(
            message(&path).contains("recursion limit"),
            "{}",
            message(&path)
        );
        std::fs::write(&path, r#"{"openapi": "3.0.3"}"#)?;
        assert!(message(&path).contains("at `/paths`"), "{}", message(&path));
        assert!(
            message(&path).contains("document.json"),
            "{}",
            message(&path)
        );
        Ok(())
    }
}
