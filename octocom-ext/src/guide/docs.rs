//! House law: what the docs of a method that calls the API have.

use std::path::{Path, PathBuf};

/// What is missing from the docs of the asynchronous methods in a source text.
fn missing(source: &str) -> Vec<String> {
    let mut docs = String::new();
    let mut found = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///") {
            docs.push_str(doc);
            docs.push('\n');
        } else if let Some(rest) = line.strip_prefix("pub async fn ") {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            for (part, what) in [
                ("```", "an example"),
                ("# Errors", "errors"),
                ("Calls `", "the operation"),
            ] {
                if !docs.contains(part) {
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
        for finding in missing(&text) {
            if !EXEMPT
                .iter()
                .any(|name| finding.starts_with(&format!("`{name}`")))
            {
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
    let bad = "/// Calls `a`.\nfn private() {}\n/// # Errors\npub async fn send<T>(&self) {}";
    assert_eq!(
        missing(bad),
        ["`send` lacks an example", "`send` lacks the operation"]
    );
}
