//! From the published document to the one that progenitor reads.
//!
//! The order: rewriting of 3.1 as 3.0, overlay (its paths address the published document), operation
//! defaults, uniting of shapes, null folding, untyped successes, response loosening, names of
//! components, hoisting, validation. Each mechanical fix is a function of its own that says so once
//! it no longer applies, so that none outlives its cause.

mod components;
mod dialect;
mod hoist;
mod loosen;
mod nulls;
mod operation_defaults;
mod schemas;
mod shapes;
mod untyped;
mod validate;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::decision::{self, Decision};
use crate::overlay::Overlay;
use crate::problem::Problem;
use openapi_compare::METHODS;

/// A derived document, what a maintainer should still decide about it, and the overlay actions that
/// would decide it.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) document: Value,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) suggested: Vec<Value>,
    /// Notes for the maintainer.
    pub(crate) notes: Vec<String>,
}

/// Why a document could not be derived: the file at fault, and all that was found there.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// The published document cannot be used, or no longer needs a fix.
    Document(Vec<Problem>),
    /// The overlay does not fit the document.
    Overlay(Vec<Problem>),
}

/// Derives the document that progenitor reads.
pub(crate) fn derive(published: &Value, overlay: &Overlay) -> Result<Derived, Obstacle> {
    validate::references(published).map_err(Obstacle::Document)?;
    validate::operation_ids(published).map_err(Obstacle::Document)?;

    let mut document = rewritten(published);
    overlay.apply(&mut document).map_err(Obstacle::Overlay)?;
    // A second look: the overlay can give an operation id twice, too.
    validate::operation_ids(&document).map_err(Obstacle::Overlay)?;
    let overlaid = document.clone();
    let mut decisions = operation_defaults::complete(&mut document);

    let mut notes = Vec::new();
    for (pointer, statuses) in shapes::unite(&mut document) {
        notes.push(format!(
            "at `{pointer}`: the answers under {statuses} have several shapes, and the generator \
             knows one: their bodies are not typed; read them by status"
        ));
    }
    for fix in [nulls::fold, untyped::mark, loosen::responses] {
        notes.extend(fix(&mut document).map_err(Obstacle::Document)?);
    }
    components::rename(&mut document).map_err(Obstacle::Document)?;
    decisions.extend(hoist::schemas(&mut document).map_err(Obstacle::Document)?);
    validate::for_progenitor(&document).map_err(Obstacle::Document)?;
    Ok(Derived {
        suggested: decision::actions(&overlaid, &decisions),
        document,
        decisions,
        notes,
    })
}

/// The published document as the overlay sees it: in 3.0, whatever it was written in.
pub(crate) fn rewritten(published: &Value) -> Value {
    dialect::as_3_0(published)
}

/// The number of operations of a published document, path items behind a `$ref` included.
pub(crate) fn operation_count(published: &Value) -> usize {
    let paths = published.get("paths").and_then(Value::as_object);
    let items = paths.into_iter().flatten().map(|(_, item)| {
        let reference = item.get("$ref").and_then(Value::as_str);
        reference
            .and_then(|reference| published.pointer(reference.strip_prefix('#')?))
            .unwrap_or(item)
    });
    items
        .map(|item| {
            METHODS
                .iter()
                .filter(|method| item.get(method).is_some())
                .count()
        })
        .sum()
}

/// The note of a fix that found nothing to mend: loud, and no reason to stop.
fn no_longer_applies(fix: &str) -> Option<String> {
    Some(format!(
        "the fix `{fix}` found nothing to mend: if the document stays like this, remove it from \
         `xtask`"
    ))
}
