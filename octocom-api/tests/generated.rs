//! What is checked in is what would be generated.
#![cfg(feature = "generate")]

use std::path::Path;

const FILES: [(&str, &str); 3] = [
    (
        "client.rs",
        include_str!(concat!(env!("OUT_DIR"), "/client.rs")),
    ),
    (
        "enums.rs",
        include_str!(concat!(env!("OUT_DIR"), "/enums.rs")),
    ),
    (
        "operations.rs",
        include_str!(concat!(env!("OUT_DIR"), "/operations.rs")),
    ),
];

const HEADER: &str = "// Generated from openapi.json; not edited by hand.\n\n";

#[test]
fn the_checked_in_client_is_what_the_document_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    for (name, generated) in FILES {
        let generated = syn::parse_file(generated).unwrap();
        let expected = format!("{HEADER}{}", prettyplease::unparse(&generated));
        let path = folder.join(name);
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        let present = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            present == expected,
            "octocom-api/generated/{name} is stale: run \
             `UPDATE_GENERATED=1 cargo test -p octocom-api --features generate --test generated`"
        );
    }
}
