//! Every command and what runs it.

use super::Runner::{self, Gate, GateAs, Nothing, Test};

/// Commands that tests take from the texts and run as they stand there: how they begin, and the
/// test's file.
pub(super) const TAKEN: [(&str, &str); 3] = [
    ("cargo xtask ", "xtask/src/cmd/tests/documented.rs"),
    (
        "cargo run -p octocom-ext --example ",
        "octocom-ext/tests/examples/readme.rs",
    ),
    (
        "cargo run -p octocom-sandbox",
        "octocom-sandbox/tests/it/readme.rs",
    ),
];

/// The gate's run of all tests: the command is taken from the README, and no other is accepted.
const TESTS: [&str; 2] = [r#"[ "$tests" = "cargo test --workspace" ]"#, "$tests"];
const MEASURES: &str = "takes minutes, and measures nothing on a machine that does other things";

/// The other commands.
pub(super) const KNOWN: [(&str, Runner); 19] = [
    (".ci/run", Nothing("it is what runs this test")),
    // All but the tests' package, which has nothing to build, from their packages.
    (
        "cargo build --workspace",
        GateAs(&["scripts/downstream", "cargo xtask check"]),
    ),
    ("cargo test --workspace", GateAs(&TESTS)),
    // These are parts of it.
    ("cargo build -p octocom-ext --examples", GateAs(&TESTS)),
    ("cargo test -p octocom-ext --test examples", GateAs(&TESTS)),
    ("cargo test -p xtask", GateAs(&TESTS)),
    (
        "cargo clippy --workspace --all-targets -- -D warnings",
        Gate,
    ),
    ("cargo fmt --all --check", Gate),
    (
        "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps --document-private-items",
        Gate,
    ),
    // The gate counts the lines that it writes; the test leaves it out.
    (
        "cargo run -p octocom-ext --example export -- --out conversations.ndjson",
        GateAs(&[
            "export=$(grep -A1 '^```sh$' README.md | grep -- '--example export')",
            "env -u OCTOCOM_API_KEY -u OCTOCOM_BASE_URL ${export/",
        ]),
    ),
    (
        "cargo metadata",
        Test("tests/tests/it/contributing.rs", "\"metadata\""),
    ),
    (
        "UPDATE_DOCS=1 cargo test -p octocom-ext guide",
        Nothing("writes into the repository; the test without the variable is one of the gate's"),
    ),
    (
        "PROPTEST_CASES=5000 cargo test --release -p xtask property",
        Nothing("takes minutes; with fewer cases the tests are the gate's"),
    ),
    (
        "cargo bench -p octocom-ext --bench whole",
        Nothing(MEASURES),
    ),
    (
        "cargo bench -p octocom-ext --bench decode",
        Nothing(MEASURES),
    ),
    ("cargo bench -p xtask", Nothing(MEASURES)),
    ("scripts/build-times", Nothing(MEASURES)),
    (
        "scripts/schemathesis",
        Nothing("needs the Python package index"),
    ),
    ("scripts/soak", Nothing("takes half an hour")),
];
