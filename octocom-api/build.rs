//! Turns `openapi.json` into the client, the open enums and the operation table.
//!
//! Everything clever about the document happens before, in `xtask`, and is checked in.

#[path = "codegen/client.rs"]
mod client;
#[path = "codegen/enums.rs"]
mod enums;
#[path = "codegen/operations.rs"]
mod operations;
#[path = "codegen/operations_rust.rs"]
mod operations_rust;

use std::error::Error;
use std::path::{Path, PathBuf};

const DOCUMENT: &str = "openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=codegen");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    generate(&out).map_err(|error| {
        format!(
            "{DOCUMENT}: {error}; `cargo xtask regen --from openapi/octocom.json` writes it anew"
        )
    })?;
    Ok(())
}

fn generate(out: &Path) -> Result<(), Box<dyn Error>> {
    let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(DOCUMENT)?)?;
    let enums = enums::OpenEnum::all(&document)?;
    let operations = operations::Operation::all(&document)?;
    std::fs::write(
        out.join("client.rs"),
        client::rust(document.clone(), &enums)?,
    )?;
    std::fs::write(out.join("enums.rs"), enums::rust(&enums))?;
    std::fs::write(
        out.join("operations.rs"),
        operations_rust::rust(&document, &operations)?,
    )?;
    Ok(())
}
