//! Tries to turn a document into a client: derives it and runs the generator.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use crate::context::Context;
use crate::problem::NoClient;
use crate::workspace_files::derive;

/// The verdict on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub(crate) enum Generation {
    /// A client can be generated.
    Works {
        operations: usize,
        types: usize,
        notes: Vec<String>,
    },
    /// None can, for these reasons.
    Fails { problems: Vec<String> },
}

/// Does all that `regen` would do, in memory; the result is thrown away.
///
/// # Errors
///
/// Fails when the overlay cannot be read or the generator not be started. This says nothing about the
/// document.
pub(crate) fn attempt(context: &Context, source: &str, published: &Value) -> Result<Generation> {
    match derive(context, source, published) {
        Ok(files) => Ok(Generation::Works {
            operations: files.operations,
            types: files.types,
            notes: files.notes,
        }),
        Err(error) => {
            let NoClient(problems) = error.downcast()?;
            let problems = problems.lines().collect();
            Ok(Generation::Fails { problems })
        }
    }
}
