//! The files that follow from a document and the overlay: one list for `regen` and `check`.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::decision::Decision;
use crate::derive::{self, Obstacle};
use crate::document::pretty;
use crate::operations::Operation;
use crate::overlay::Overlay;
use crate::problem::Problems;
use crate::root::{DERIVED, OPERATIONS, OVERLAY, Root, SANDBOX};

/// A file as it should be.
#[derive(Debug, Clone)]
pub(crate) struct WorkspaceFile {
    /// Path from the workspace's folder.
    pub(crate) path: &'static str,
    pub(crate) content: Vec<u8>,
}

impl WorkspaceFile {
    /// Whether the workspace has the file with this content.
    pub(crate) fn is_in(&self, root: &Root) -> bool {
        std::fs::read(root.join(self.path)).is_ok_and(|existing| existing == self.content)
    }
}

/// All derived files, and what a maintainer should still decide.
#[derive(Debug)]
pub(crate) struct DerivedFiles {
    pub(crate) files: Vec<WorkspaceFile>,
    pub(crate) decisions: Vec<Decision>,
    /// Overlay actions that would take the decisions.
    pub(crate) suggested: Vec<Value>,
    /// Number of operations.
    pub(crate) operations: usize,
    /// Number of schemas that become Rust types.
    pub(crate) types: usize,
}

/// Computes every derived file. `source` names the document in messages.
pub(crate) fn derive(root: &Root, source: &str, published: &Value) -> Result<DerivedFiles> {
    let overlay_path = root.join(OVERLAY);
    let overlay = Overlay::read(&overlay_path)?;
    let derived = derive::derive(published, &overlay).map_err(|obstacle| match obstacle {
        Obstacle::Document(problems) => Problems::in_file(source, problems),
        Obstacle::Overlay(problems) => {
            Problems::in_file(overlay_path.display().to_string(), problems)
        }
    })?;
    let operations = Operation::all(&derived.document)
        .map_err(anyhow::Error::msg)
        .context("reading the operation table of the derived document")?;
    let types = derived
        .document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    Ok(DerivedFiles {
        types: types.map_or(0, serde_json::Map::len),
        operations: operations.len(),
        files: vec![
            WorkspaceFile {
                path: DERIVED,
                content: pretty(&derived.document)?,
            },
            WorkspaceFile {
                path: SANDBOX,
                content: pretty(published)?,
            },
            WorkspaceFile {
                path: OPERATIONS,
                content: table(&operations).into_bytes(),
            },
        ],
        decisions: derived.decisions,
        suggested: derived.suggested,
    })
}

/// The operation table as text: what a review of a new document looks at.
fn table(operations: &[Operation]) -> String {
    let mut text = String::from(
        "# Derived by `cargo xtask regen` from the document and the overlay. Not edited by hand.\n",
    );
    for operation in operations {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{}: {}", operation.id, operation.summary);
        let _ = writeln!(text, "  {} {}", operation.method, operation.path);
        let auth = if operation.sends_key {
            "API key"
        } else {
            "no key"
        };
        let per = operation
            .limit_group_per
            .as_ref()
            .map(|parameter| format!(" per {parameter}"));
        let _ = writeln!(
            text,
            "  {}, {auth}, {} s an attempt, limit group {}{}",
            operation.replay,
            operation.attempt_timeout_seconds,
            operation.limit_group,
            per.unwrap_or_default()
        );
        if let Some(body) = &operation.request {
            let _ = writeln!(text, "  sends {body}");
        }
        let success = match &operation.success {
            Some(name) => name,
            None if operation.untyped => "any JSON or nothing",
            None => "inline",
        };
        let _ = writeln!(text, "  answers {} {success}", operation.success_status);
        if let Some(pages) = &operation.pagination {
            let most = pages.max_page_size.map(|most| format!(", at most {most}"));
            let _ = writeln!(
                text,
                "  pages of {}{}",
                pages.page_size,
                most.unwrap_or_default()
            );
        }
        if let Some(quota) = &operation.quota {
            let _ = writeln!(text, "  a 429 that says \"{quota}\" is a quota");
        }
        if !operation.error_statuses.is_empty() {
            let statuses: Vec<_> = operation
                .error_statuses
                .iter()
                .map(ToString::to_string)
                .collect();
            let _ = writeln!(text, "  fails with {}", statuses.join(", "));
        }
    }
    text
}
