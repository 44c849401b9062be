//! The files that follow from a document and the overlay: one list for `regen` and `check`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::context::Context;
use crate::decision::{Decision, json_path};
use crate::derive::{self, Obstacle};
use crate::document::pretty;
use crate::operations::Operation;
use crate::overlay::Overlay;
use crate::problem::{NoClient, Problem};
use crate::root::{DERIVED, GENERATED, OPERATIONS, OVERLAY, Root, SANDBOX};
use openapi_compare::escape::one_line;
use openapi_compare::json_pointer::child;

/// The longest message of the generator before what is to be done about it, in characters.
const MAX_MESSAGE_CHARS: usize = 200;

/// A file as it should be.
#[derive(Debug, Clone)]
pub(crate) struct WorkspaceFile {
    /// Path from the workspace's folder.
    pub(crate) path: &'static str,
    pub(crate) content: Vec<u8>,
}

impl WorkspaceFile {
    /// Returns `true` if the workspace has the file with this content.
    pub(crate) fn is_in(&self, root: &Root) -> bool {
        std::fs::read(root.join(self.path)).is_ok_and(|existing| existing == self.content)
    }

    /// Replaces the file in the workspace. Readers see the old content or the new one, never a part.
    ///
    /// # Errors
    ///
    /// Fails when the file cannot be written; the old one is then still there.
    pub(crate) fn write(&self, root: &Root) -> Result<()> {
        let path = root.join(self.path);
        let name = path.file_name().context("a file to write has no name")?;
        // Beside the file, so that both are on one file system.
        let new = path.with_file_name(format!(".{}.new", name.to_string_lossy()));
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&new)?;
            file.write_all(&self.content)?;
            file.sync_all()?;
            std::fs::rename(&new, &path)
        };
        write().with_context(|| format!("writing `{}`", path.display()))
    }
}

/// All derived files, and what a maintainer should still decide.
#[derive(Debug)]
pub(crate) struct DerivedFiles {
    pub(crate) files: Vec<WorkspaceFile>,
    pub(crate) decisions: Vec<Decision>,
    /// Overlay actions that would take the decisions.
    pub(crate) suggested: Vec<Value>,
    /// Notes for the maintainer.
    pub(crate) notes: Vec<String>,
    /// Number of operations.
    pub(crate) operations: usize,
    /// Number of schemas that become Rust types.
    pub(crate) types: usize,
}

/// Computes every derived file. `source` names the document in messages.
///
/// # Errors
///
/// [`NoClient`] when the document is at fault or the overlay does not fit it.
pub(crate) fn derive(context: &Context, source: &str, published: &Value) -> Result<DerivedFiles> {
    let overlay = Overlay::read(&context.root.join(OVERLAY))?;
    let derived = derive::derive(published, &overlay).map_err(|obstacle| match obstacle {
        Obstacle::Document(problems) => NoClient::in_file(source, problems),
        Obstacle::Overlay(problems) => NoClient::in_file(OVERLAY, problems),
    })?;
    let operations = Operation::all(&derived.document)
        .map_err(|message| NoClient::in_file(source, vec![Problem::new("", message)]))?;
    let generated = context
        .generator
        .run(&derived.document)?
        .map_err(|problem| {
            let problem = with_way_out(&derived.document, problem);
            NoClient::in_file(source, vec![problem])
        })?;
    let generated = GENERATED.into_iter().zip(generated);
    let types = derived
        .document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    Ok(DerivedFiles {
        types: types.map_or(0, serde_json::Map::len),
        operations: operations.len(),
        files: [
            (DERIVED, pretty(&derived.document)?),
            (SANDBOX, pretty(published)?),
            (OPERATIONS, table(&operations).into_bytes()),
        ]
        .into_iter()
        .chain(generated.map(|(path, text)| (path, text.into_bytes())))
        .map(|(path, content)| WorkspaceFile { path, content })
        .collect(),
        decisions: derived.decisions,
        suggested: derived.suggested,
        notes: derived.notes,
    })
}

/// Adds the overlay actions that leave out the parameters which the generator does not support.
fn with_way_out(document: &Value, mut problem: Problem) -> Problem {
    let at = child(&problem.pointer, "parameters");
    let parameters = document.pointer(&at).and_then(Value::as_array);
    let mut actions = Vec::new();
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        let unsupported = text("in") == Some("cookie")
            || parameter.get("content").is_some()
            || text("style").is_some_and(|style| !matches!(style, "form" | "simple"));
        let target = json_path(document, &format!("{at}/{index}")).filter(|_| unsupported);
        if let Some(target) = target {
            let name = text("name").unwrap_or_default();
            let description = format!("The generator does not support the parameter `{name}`.");
            let action = json!({"target": target, "description": description, "remove": true});
            actions.push(action.to_string());
        }
    }
    if !actions.is_empty() {
        problem.message = format!(
            "{}. Leave the parameter out, at the end of the overlay's actions: {}",
            one_line(&problem.message, MAX_MESSAGE_CHARS),
            actions.join(", ")
        );
    }
    problem
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
        let _ = writeln!(text, "  {}: {}", operation.effect, operation.command);
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
            operation.idempotency,
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
