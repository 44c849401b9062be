//! Turns `openapi.json` into the client, the open enums and the operation table.
//!
//! Without the default feature `generate` it does nothing: `cargo xtask regen` has written the same
//! to `generated`, which is checked in. Everything clever about the document happens there, before.

#[cfg(feature = "generate")]
#[path = "codegen/client.rs"]
mod client;
#[cfg(feature = "generate")]
#[path = "codegen/enums.rs"]
mod enums;
#[cfg(feature = "generate")]
#[path = "codegen/files.rs"]
mod files;
#[cfg(feature = "generate")]
#[path = "codegen/forms.rs"]
mod forms;
#[cfg(feature = "generate")]
#[path = "codegen/operations.rs"]
mod operations;
#[cfg(feature = "generate")]
#[path = "codegen/operations_rust.rs"]
mod operations_rust;

use std::error::Error;

#[cfg(feature = "generate")]
const DOCUMENT: &str = "openapi.json";

#[cfg(not(feature = "generate"))]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

#[cfg(feature = "generate")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=codegen");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    generate(std::path::Path::new(&out)).map_err(|error| {
        format!(
            "{DOCUMENT}: {error}; `cargo xtask regen --from openapi/octocom.json` writes it anew"
        )
    })?;
    Ok(())
}

#[cfg(feature = "generate")]
fn generate(out: &std::path::Path) -> Result<(), Box<dyn Error>> {
    let document = serde_json::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    for (name, text) in files::rust(document)? {
        std::fs::write(out.join(name), text)?;
    }
    Ok(())
}
