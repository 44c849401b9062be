//! The program: what a shell and a workflow see.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn run(folder: &Path, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_openapi-compare"))
        .current_dir(folder)
        .args(arguments)
        .output()
}

fn document(kind: &str) -> Value {
    let schema = json!({"type": "object", "properties": {"value": {"type": kind}}});
    json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {
        "responses": {"200": {"description": "d", "content": {"application/json": {
            "schema": schema
        }}}}
    }}}})
}

#[test]
fn statuses_follow_the_gates() -> TestResult {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    std::fs::write(at.join("old.json"), document("string").to_string())?;
    std::fs::write(at.join("new.json"), document("boolean").to_string())?;
    let mut more = document("string");
    more["paths"]["/b"] = more["paths"]["/a"].clone();
    std::fs::write(at.join("more.json"), more.to_string())?;
    std::fs::write(at.join("page.json"), "<html>")?;
    for (arguments, expected) in [
        (vec!["old.json", "old.json"], 0),
        (vec!["old.json", "more.json"], 1),
        (vec!["old.json", "more.json", "--fail-on", "review"], 0),
        (vec!["old.json", "new.json"], 2),
        (vec!["old.json", "new.json", "--path", "/b"], 0),
        (vec!["old.json", "new.json", "--operation", "GET /a"], 2),
        (vec!["old.json", "more.json", "--fail-on", "go:review"], 4),
        (vec!["old.json", "page.json"], 4),
        (vec!["old.json", "gone.json"], 4),
        (vec!["old.json"], 4),
        (vec!["--rules"], 0),
        (vec!["--help"], 0),
    ] {
        let output = run(at, &arguments)?;
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{arguments:?}: {output:?}"
        );
        // Reports are on standard output, and messages are not.
        assert_eq!(output.stdout.is_empty(), expected == 4, "{arguments:?}");
    }
    Ok(())
}

#[test]
fn a_failure_is_written_in_the_format_that_was_asked_for() -> TestResult {
    let folder = tempfile::tempdir()?;
    let hostile = "\u{1b}[2J\n::error::";
    let mut broken = document("string");
    broken["paths"]["/a"]["get"]["responses"]["200"] = json!({"$ref": hostile});
    std::fs::write(folder.path().join("a.json"), broken.to_string())?;
    let written = |format: &str| -> Result<String, Box<dyn std::error::Error>> {
        let output = run(folder.path(), &["a.json", "a.json", "--format", format])?;
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        let text = [output.stdout, output.stderr].concat();
        Ok(String::from_utf8(text)?)
    };
    for format in ["text", "json", "markdown", "github"] {
        let text = written(format)?;
        assert!(!text.contains('\u{1b}'), "{format}: {text}");
        assert!(!text.contains("\n::error::"), "{format}: {text}");
    }
    let parsed: Value = serde_json::from_str(&written("json")?)?;
    assert!(
        parsed["error"]
            .as_str()
            .is_some_and(|text| text.contains("leads nowhere"))
    );
    assert!(written("github")?.starts_with("::error title="));
    Ok(())
}

#[test]
fn documents_can_be_in_yaml_and_in_the_history_of_a_repository() -> TestResult {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    let git = |arguments: &[&str]| -> Result<(), Box<dyn std::error::Error>> {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@t.example"];
        let output = Command::new("git")
            .current_dir(at)
            .args(identity)
            .args(arguments)
            .output()?;
        assert!(output.status.success(), "{output:?}");
        Ok(())
    };
    git(&["init", "--quiet"])?;
    let yaml = |kind: &str| {
        format!(
            "\u{feff}openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{get: \
             {{responses: {{200: {{description: d, content: {{application/json: {{schema: {{type: \
             object, properties: {{value: {{type: {kind}}}}}}}}}}}}}}}}}}}}}\n"
        )
    };
    std::fs::write(at.join("api.yaml"), yaml("string"))?;
    git(&["add", "api.yaml"])?;
    git(&["commit", "--quiet", "-m", "one"])?;
    std::fs::write(at.join("api.json"), document("string").to_string())?;
    let output = run(at, &["git:HEAD:api.yaml", "api.json"])?;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    std::fs::write(at.join("api.yaml"), yaml("boolean"))?;
    let output = run(at, &["git:HEAD:api.yaml", "api.yaml"])?;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let output = run(at, &["git:HEAD:gone.yaml", "api.yaml"])?;
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    let output = run(at, &["git:--output=x:gone.yaml", "api.yaml"])?;
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(!at.join("x:gone.yaml").exists());
    Ok(())
}
