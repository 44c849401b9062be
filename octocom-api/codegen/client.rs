//! progenitor's settings. Its output is used as it is.

use progenitor::{GenerationSettings, Generator, TypeImpl};
use quote::quote;
use serde_json::Value;

use crate::enums::OpenEnum;
use crate::forms;

/// Returns the client as Rust, in progenitor's plain output.
pub(crate) fn rust(mut document: Value, enums: &[OpenEnum]) -> Result<String, String> {
    let replacements = forms::apply(&mut document)?;
    let document = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    // Positional arguments: half the code of the builders, so half the time to compile it.
    settings
        .with_inner_type(quote!(crate::hooks::Inner))
        .with_hooks(progenitor::HooksMode::Expected)
        // The members of an object are sent in the caller's order: it is that of a sheet's columns.
        .with_map_type("::indexmap::IndexMap")
        .with_derive("PartialEq");
    for open in enums {
        let replacement = format!("crate::enums::{}", open.name);
        let impls = [TypeImpl::Display, TypeImpl::FromStr];
        settings.with_replacement(&open.name, replacement, impls.into_iter());
    }
    for forms::Replacement { component, rust } in replacements {
        settings.with_replacement(component, rust, std::iter::empty());
    }
    let mut generator = Generator::new(&settings);
    let tokens = generator
        .generate_tokens(&document)
        .map_err(|error| error.to_string())?;
    Ok(tokens.to_string())
}
