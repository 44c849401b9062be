//! progenitor's settings, and the two places where its output needs a hand.

use progenitor::{GenerationSettings, Generator, TypeImpl};
use quote::quote;
use serde_json::Value;

use crate::enums::OpenEnum;

/// The client as Rust, in progenitor's plain output.
pub(crate) fn rust(document: Value, enums: &[OpenEnum]) -> Result<String, String> {
    let document = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::new();
    // Positional arguments: half the code of the builders, so half the time to compile it.
    settings
        .with_inner_type(quote!(crate::seam::Seam))
        .with_hooks(progenitor::HooksMode::Expected)
        .with_derive("PartialEq");
    for open in enums {
        let replacement = format!("crate::enums::{}", open.name);
        settings.with_replacement(
            &open.name,
            replacement,
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    let mut generator = Generator::new(&settings);
    let tokens = generator
        .generate_tokens(&document)
        .map_err(|error| error.to_string())?;
    encode_backslashes(&tokens.to_string())
}

/// Sends path parameters through our own encoder.
///
/// progenitor's leaves `\` alone, which the URL parser then takes for a `/`.
fn encode_backslashes(client: &str) -> Result<String, String> {
    let call = "encode_path (";
    if !client.contains(call) {
        return Err("progenitor no longer calls `encode_path`: remove this fix".to_owned());
    }
    Ok(client.replace(call, "crate::path::encode_segment ("))
}
