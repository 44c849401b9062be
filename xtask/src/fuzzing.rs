//! Entry points of the fuzz targets in `fuzz/`; they are there with `--cfg fuzzing` only.

use serde_json::Value;

use crate::derive::{self, Obstacle};
use crate::overlay::Overlay;

/// Derives a document with an overlay, or returns what is in the way.
pub fn derive(published: &Value, overlay: &str) -> Result<Value, Vec<String>> {
    let overlay = Overlay::parse(overlay).map_err(|error| vec![format!("{error:#}")])?;
    match derive::derive(published, &overlay) {
        Ok(derived) => Ok(derived.document),
        Err(Obstacle::Document(problems) | Obstacle::Overlay(problems)) => Err(problems
            .iter()
            .map(|problem| format!("{problem:?}"))
            .collect()),
    }
}

/// Applies an overlay; whether it is one, and fits.
pub fn overlay(text: &str, document: &mut Value) -> bool {
    Overlay::parse(text).is_ok_and(|overlay| overlay.apply(document).is_ok())
}
