//! The binary itself: the statuses that a shell and a workflow see.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn xtask(arguments: &[&str], output: Stdio) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .env_remove("OCTOCOM_SPEC_URL")
        .stdout(output)
        .stderr(Stdio::piped())
        .spawn()?
        .wait_with_output()
}

#[test]
fn a_shell_sees_the_statuses() -> TestResult {
    let folder = tempfile::tempdir()?;
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/octocom.json");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(&real)?)?;
    let write = |name: &str, key: &str, value: Value| -> std::io::Result<String> {
        let mut changed = document.clone();
        changed["paths"]["/rest/v1/users"]["get"][key] = value;
        let path = folder.path().join(name);
        std::fs::write(&path, changed.to_string())?;
        Ok(path.display().to_string())
    };
    let real = real.display().to_string();
    let additive = write("additive.json", "deprecated", json!(true))?;
    let breaking = write("breaking.json", "security", json!([{"apiKey": []}]))?;
    let broken = write("broken.json", "parameters", json!(1))?;
    for (arguments, expected) in [
        (vec!["--help"], 0),
        (vec!["check"], 0),
        (vec!["diff", &real, &real], 0),
        (vec!["diff", &real, &additive], 1),
        (vec!["diff", &real, &breaking], 2),
        (vec!["drift", "--live", &broken], 3),
        (vec!["diff", &real, "missing.json"], 4),
        (vec!["drift", "--url", "http://127.0.0.1:1/"], 4),
        (vec!["no-such-command"], 4),
        (vec![], 4),
    ] {
        let output = xtask(&arguments, Stdio::piped())?;
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{arguments:?}: {output:?}"
        );
    }
    Ok(())
}

#[test]
fn the_url_can_come_from_the_environment() -> TestResult {
    for command in ["drift", "regen"] {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg(command)
            .env("OCTOCOM_SPEC_URL", "http://api.example/openapi.json")
            .output()?;
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        assert_eq!(
            String::from_utf8(output.stderr)?,
            "error: neither https nor a local http address: `http://api.example/openapi.json`\n"
        );
    }
    Ok(())
}

#[test]
fn a_report_that_nobody_reads_is_a_failure() -> TestResult {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/octocom.json");
    let real = real.display().to_string();
    let (reader, writer) = std::io::pipe()?;
    drop(reader);
    let output = xtask(&["diff", &real, &real], writer.into())?;
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    Ok(())
}

#[test]
fn a_crash_of_the_generator_is_a_verdict() -> TestResult {
    let folder = tempfile::tempdir()?;
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/octocom.json");
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(&real)?)?;
    // The generator follows it until its stack is full.
    let branch = |name: &str| {
        let reference = format!("#/components/schemas/{name}");
        json!({"allOf": [{"$ref": reference}, {"type": "object"}]})
    };
    document["components"]["schemas"] = json!({"A": branch("B"), "B": branch("A")});
    document["paths"]["/rest/v1/widgets"] = json!({"get": {"responses": {"200": {
        "description": "Widget",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}},
    }}}});
    let path = folder.path().join("cyclic.json");
    std::fs::write(&path, document.to_string())?;
    let path = path.display().to_string();
    let output = xtask(&["drift", "--live", &path], Stdio::piped())?;
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let report = String::from_utf8(output.stdout)?;
    let place = "cyclic.json: at `/paths/~1rest~1v1~1widgets/get`: the generator crashed";
    assert!(report.contains(place), "{report}");
    assert!(output.stderr.is_empty(), "{:?}", output.stderr);

    let output = xtask(&["regen", "--from", &path, "--dry-run"], Stdio::piped())?;
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let error = String::from_utf8(output.stderr)?;
    assert!(error.contains(place), "{error}");
    Ok(())
}

#[test]
fn big_and_deep_documents_end_in_a_status() -> TestResult {
    const BYTES: usize = 20_000_000;
    const OPERATIONS: usize = 2_000;
    let folder = tempfile::tempdir()?;
    let write = |name: &str, text: String| -> std::io::Result<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let text = "x".repeat(BYTES / OPERATIONS);
    let big = |last: bool| {
        let paths: serde_json::Map<String, Value> = (0..OPERATIONS)
            .map(|index| {
                let deprecated = last && index == OPERATIONS - 1;
                let get = json!({"description": text, "deprecated": deprecated, "responses": {}});
                (format!("/things/{index}"), json!({"get": get}))
            })
            .collect();
        json!({"openapi": "3.0.3", "info": {"title": "Big", "version": "1"}, "paths": paths})
    };
    let (old, new) = (big(false).to_string(), big(true).to_string());
    assert!(old.len() > BYTES);
    let (old, new) = (write("old.json", old)?, write("new.json", new)?);
    let deep = format!("{}{}", r#"{"paths":"#.repeat(10_000), "}".repeat(10_000));
    let deep = write("deep.json", deep)?;
    for (new, expected) in [(&old, 0), (&new, 1), (&deep, 4)] {
        let output = xtask(&["diff", &old, new], Stdio::piped())?;
        assert_eq!(output.status.code(), Some(expected), "{new}");
    }
    Ok(())
}
