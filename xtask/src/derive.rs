//! From the published document to the one that progenitor reads.
//!
//! The order: overlay (its paths address the published document), operation defaults, null
//! folding, untyped successes, response loosening, hoisting, validation. Each mechanical fix is a
//! function of its own that fails once it no longer applies, so that none outlives its cause.

mod hoist;
mod loosen;
mod nulls;
mod operation_defaults;
mod schemas;
mod untyped;
mod validate;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::overlay::Overlay;
use crate::problem::Problem;

/// A derived document, and what a maintainer should still decide about it.
#[derive(Debug)]
pub(crate) struct Derived {
    pub(crate) document: Value,
    pub(crate) warnings: Vec<Problem>,
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

    let mut document = published.clone();
    let mut warnings = Vec::new();
    overlay.apply(&mut document).map_err(Obstacle::Overlay)?;
    // A second look: the overlay can give an operation id twice, too.
    validate::operation_ids(&document).map_err(Obstacle::Overlay)?;
    warnings.extend(operation_defaults::complete(&mut document));

    for fix in [nulls::fold, untyped::mark, loosen::responses] {
        fix(&mut document).map_err(Obstacle::Document)?;
    }
    warnings.extend(hoist::schemas(&mut document).map_err(Obstacle::Document)?);
    validate::for_progenitor(&document).map_err(Obstacle::Document)?;
    Ok(Derived { document, warnings })
}

/// The problem of a fix that found nothing to mend.
fn no_longer_applies(fix: &str) -> Vec<Problem> {
    let message = format!("the fix `{fix}` found nothing to mend: remove it from `xtask`");
    vec![Problem::new("", message)]
}
