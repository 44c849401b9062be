//! CONTRIBUTING.md names every direct dependency of the published crates, and no other.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const PUBLISHED: [&str; 3] = ["octocom-api", "octocom-ext", "octocom-sandbox"];

/// Crate and dependency, for all but those of development.
fn dependencies(metadata: &Value) -> BTreeSet<(String, String)> {
    let packages = metadata["packages"].as_array().unwrap().iter();
    let published =
        packages.filter(|package| PUBLISHED.iter().any(|name| package["name"] == *name));
    let pairs = published.flat_map(|package| {
        let name = package["name"].as_str().unwrap().to_owned();
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"] != "dev")
            .map(move |dependency| {
                let dependency = dependency["name"].as_str().unwrap();
                (name.clone(), dependency.to_owned())
            })
    });
    pairs.collect()
}

/// Crate and dependency of every row of the table that has a reason, and the rows' number.
fn rows(text: &str) -> (BTreeSet<(String, String)>, usize) {
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| `octocom-")?.split(" | ").collect();
        let [name, dependency, reason] = cells[..] else {
            panic!("{line}");
        };
        let reason = reason.trim_end_matches('|').trim();
        assert!(!reason.is_empty(), "{line}");
        let plain = |cell: &str| cell.trim_matches('`').to_owned();
        Some((plain(&format!("octocom-{name}")), plain(dependency)))
    });
    let rows: Vec<_> = rows.collect();
    (rows.iter().cloned().collect(), rows.len())
}

/// What cargo knows of the workspace's own packages.
pub(crate) fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_direct_dependency_has_its_reason() {
    let expected = dependencies(&metadata());
    assert!(expected.len() > PUBLISHED.len(), "{expected:?}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../CONTRIBUTING.md");
    let (found, number) = rows(&std::fs::read_to_string(path).unwrap());
    let missing: Vec<_> = expected.difference(&found).collect();
    let stale: Vec<_> = found.difference(&expected).collect();
    assert!(missing.is_empty(), "CONTRIBUTING.md lacks {missing:?}");
    assert!(stale.is_empty(), "CONTRIBUTING.md still has {stale:?}");
    assert_eq!(number, found.len(), "CONTRIBUTING.md has a row twice");
}

#[test]
fn dependencies_of_development_do_not_count() {
    let metadata = serde_json::json!({"packages": [
        {"name": "octocom-api", "dependencies": [
            {"name": "a", "kind": null}, {"name": "b", "kind": "build"}, {"name": "c", "kind": "dev"},
        ]},
        {"name": "xtask", "dependencies": [{"name": "d", "kind": null}]},
    ]});
    let pair = |name: &str| ("octocom-api".to_owned(), name.to_owned());
    assert_eq!(
        dependencies(&metadata),
        BTreeSet::from([pair("a"), pair("b")])
    );
    let row = "| crate | dependency |\n| `octocom-api` | `a` | why |\n";
    assert_eq!(rows(row), (BTreeSet::from([pair("a")]), 1));
}
