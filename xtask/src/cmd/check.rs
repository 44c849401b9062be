//! `cargo xtask check`: every derived file is what the document and the overlay give.

use std::io::Write;

use anyhow::{Context, Result};

use crate::document::{Document, pretty};
use crate::provenance::Provenance;
use crate::root::{DOCUMENT, PROVENANCE, Root};
use crate::workspace_files::{WorkspaceFile, derive};

/// Exit status when a file is stale.
pub(crate) const STALE: u8 = 1;

/// The command that brings every derived file up to date.
const REMEDY: &str = "cargo xtask regen --from openapi/octocom.json";

/// Reports every stale file and the command that mends it. Writes nothing but the report.
pub(crate) fn run(root: &Root, out: &mut dyn Write) -> Result<u8> {
    let path = root.join(DOCUMENT);
    let document = Document::read(&path)?;
    let mut stale = Vec::new();
    let expected = WorkspaceFile {
        path: DOCUMENT,
        content: pretty(&document.value)?,
    };
    let derived = derive(root, &path, &document.value)?;
    for file in std::iter::once(&expected).chain(&derived.files) {
        if std::fs::read(root.join(file.path)).ok().as_deref() != Some(&file.content) {
            stale.push(file.path);
        }
    }
    let provenance_path = root.join(PROVENANCE);
    let provenance: Option<Provenance> = match std::fs::read(&provenance_path) {
        Ok(bytes) => Some(
            serde_json::from_slice(&bytes)
                .with_context(|| format!("`{}` is no provenance", provenance_path.display()))?,
        ),
        Err(_) => None,
    };
    let recorded = match provenance {
        Some(provenance) => provenance.describes(&document.value)?,
        None => false,
    };
    if !recorded {
        stale.push(PROVENANCE);
    }
    if stale.is_empty() {
        writeln!(
            out,
            "fresh: {} operations, {} types",
            derived.operations, derived.types
        )?;
        return Ok(0);
    }
    for path in &stale {
        writeln!(out, "stale: {path}")?;
    }
    writeln!(out, "run `{REMEDY}`")?;
    Ok(STALE)
}
