//! House law: what the docs of a method that calls the API have.

use std::path::{Path, PathBuf};

/// Where every public method has an example: what people call, and what it returns.
const RESOURCES: &[&str] = &[
    "blocking.rs",
    "bot",
    "bot.rs",
    "browser_session.rs",
    "business",
    "business.rs",
    "conversation_id.rs",
    "conversations",
    "conversations.rs",
    "customers",
    "customers.rs",
    "history",
    "organization.rs",
    "reply.rs",
    "sheets.rs",
];

/// What is missing from the docs of the public methods in a source text: an example, and of the
/// asynchronous ones also the errors and the operation.
fn missing(source: &str) -> Vec<String> {
    let mut docs = String::new();
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push_str(doc);
            docs.push('\n');
        } else if let Some(rest) = line
            .strip_prefix("pub async fn ")
            .or(line.strip_prefix("pub fn "))
        {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            let calls = line.contains(" async ");
            for (part, what, is_needed) in [
                ("```", "an example", true),
                ("# Errors", "errors", calls),
                ("Calls `", "the operation", calls),
            ] {
                if is_needed && !docs.contains(part) {
                    found.push(format!("`{name}` lacks {what}"));
                }
            }
            docs.clear();
        } else if !line.starts_with("#[") {
            docs.clear();
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Methods that make no particular call, or no call of their own.
const EXEMPT: &[&str] = &["call", "call_with_meta", "try_next"];

#[test]
fn every_method_that_calls_the_api_has_an_example_its_errors_and_its_operation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lacking = Vec::new();
    for path in sources(&root) {
        // Its docs are written by the macro, which is one for all.
        if path.ends_with("history/versioned.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let is_resource = RESOURCES
            .iter()
            .any(|part| path.starts_with(root.join(part)));
        for finding in missing(&text) {
            let is_exempt = EXEMPT
                .iter()
                .any(|name| finding.starts_with(&format!("`{name}`")));
            // Elsewhere an example at the type may do.
            if !is_exempt && (is_resource || !finding.ends_with("an example")) {
                lacking.push(format!("{}: {finding}", path.display()));
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

#[test]
fn what_is_missing_is_named() {
    let good = "/// Sends.\n///\n/// Calls `a`.\n/// ```\n/// # Errors\n#[must_use]\npub async fn send(&self) {}";
    assert_eq!(missing(good), Vec::<String>::new());
    let bad = "/// Calls `a`.\nfn private() {}\n/// # Errors\npub async fn send<T>(&self) {}\n/// Sets.\npub fn set(self)";
    assert_eq!(
        missing(bad),
        [
            "`send` lacks an example",
            "`send` lacks the operation",
            "`set` lacks an example"
        ]
    );
}
