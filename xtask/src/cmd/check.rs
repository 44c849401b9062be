//! `cargo xtask check`: every derived file is what the document and the overlay give, and every
//! operation has been decided about.

use std::io::Write;

use anyhow::Result;

use crate::context::Context;
use crate::decision::Decision;
use crate::document::{Document, pretty};
use crate::provenance::Provenance;
use crate::root::{DOCUMENT, OVERLAY, PROVENANCE};
use crate::status::{NOTHING, STALE};
use crate::workspace_files::{DerivedFiles, WorkspaceFile, derive};

/// The command that brings every derived file up to date.
const REMEDY: &str = "cargo xtask regen --from openapi/octocom.json";

/// Reports every stale file and the command that mends it, and every operation whose effect or
/// command the overlay does not name. Writes nothing but the report.
pub(crate) fn run(context: &Context, out: &mut dyn Write) -> Result<u8> {
    let root = &context.root;
    let path = root.join(DOCUMENT);
    let document = Document::read(&path)?;
    let mut stale = Vec::new();
    let expected = WorkspaceFile {
        path: DOCUMENT,
        content: pretty(&document.value)?,
    };
    let derived = derive(context, &path.display().to_string(), &document.value)?;
    for file in std::iter::once(&expected).chain(&derived.files) {
        if !file.is_in(root) {
            stale.push(file.path);
        }
    }
    let recorded = match Provenance::read(root)? {
        Some(provenance) => provenance.describes(&document.value)?,
        None => false,
    };
    if !recorded {
        stale.push(PROVENANCE);
    }
    let is_undecided = undecided(&derived, out)?;
    if stale.is_empty() && is_undecided {
        return Ok(STALE);
    }
    if stale.is_empty() {
        writeln!(
            out,
            "fresh: {} operations, {} types",
            derived.operations, derived.types
        )?;
        return Ok(NOTHING);
    }
    for path in &stale {
        writeln!(out, "stale: {path}")?;
    }
    writeln!(out, "run `{REMEDY}`")?;
    Ok(STALE)
}

/// Reports what programs act on and nobody has decided; returns `true` if there is any.
fn undecided(derived: &DerivedFiles, out: &mut dyn Write) -> Result<bool> {
    let must = |decision: &&Decision| decision.missing.must_be_decided();
    let mut found = false;
    for decision in derived.decisions.iter().filter(must) {
        writeln!(out, "undecided: {decision}")?;
        found = true;
    }
    if found {
        writeln!(
            out,
            "decide in `{OVERLAY}`: `cargo xtask regen --from {DOCUMENT}` prints the actions to add"
        )?;
    }
    Ok(found)
}
