//! The checked-in client of `cargo xtask regen` equals the output of the build script.
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
fn the_checked_in_client_is_what_the_build_script_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    for (name, generated) in FILES {
        let generated = syn::parse_file(generated).unwrap();
        let expected = format!("{HEADER}{}", prettyplease::unparse(&generated));
        let path = folder.join(name);
        let present = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            present == expected,
            "octocom-api/generated/{name} is stale: run \
             `cargo xtask regen --from openapi/octocom.json`"
        );
    }
}
