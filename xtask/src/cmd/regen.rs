//! `cargo xtask regen`: accept a published document and write what follows from it.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::atomic_file::{self, Written};
use crate::document::{Document, pretty};
use crate::provenance::Provenance;
use crate::root::{DOCUMENT, PROVENANCE, Root};
use crate::workspace_files::{WorkspaceFile, derive};

/// Arguments of `regen`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The document as published. `openapi/octocom.json` derives everything anew.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// Say what would change and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Derives everything first and writes only when all of it succeeded.
pub(crate) fn run(root: &Root, args: &Args, out: &mut dyn Write) -> Result<u8> {
    let document = Document::read(&args.from)?;
    let derived = derive(root, &args.from, &document.value)?;
    let mut files = vec![WorkspaceFile {
        path: DOCUMENT,
        content: pretty(&document.value)?,
    }];
    files.extend(provenance(root, &document)?);
    files.extend(derived.files);

    for file in &files {
        let path = root.join(file.path);
        let written = if args.dry_run {
            match std::fs::read(&path) {
                Ok(existing) if existing == file.content => Written::Unchanged,
                _ => Written::Updated,
            }
        } else {
            atomic_file::write(&path, &file.content)?
        };
        let verb = match (written, args.dry_run) {
            (Written::Unchanged, _) => "unchanged",
            (Written::Updated, false) => "updated",
            (Written::Updated, true) => "would update",
        };
        writeln!(out, "{verb:>12} {}", file.path)?;
    }
    for warning in &derived.warnings {
        writeln!(out, "{:>12} {warning}", "decide")?;
    }
    writeln!(
        out,
        "{} operations, {} types",
        derived.operations, derived.types
    )?;
    Ok(0)
}

/// The new provenance, unless the recorded one is about this very document.
fn provenance(root: &Root, document: &Document) -> Result<Option<WorkspaceFile>> {
    if let Ok(bytes) = std::fs::read(root.join(PROVENANCE)) {
        let recorded: Provenance = serde_json::from_slice(&bytes)
            .with_context(|| format!("`{PROVENANCE}` is no provenance"))?;
        if recorded.describes(&document.value)? {
            return Ok(None);
        }
    }
    let new = serde_json::to_value(Provenance::of_file(document)?)?;
    Ok(Some(WorkspaceFile {
        path: PROVENANCE,
        content: pretty(&new)?,
    }))
}
