//! The workflows keep to the rules for what runs on text from outside.

use std::path::Path;

type TestResult = Result<(), Box<dyn std::error::Error>>;

fn workflows() -> std::io::Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let mut workflows = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        workflows.push((path.display().to_string(), std::fs::read_to_string(&path)?));
    }
    Ok(workflows)
}

#[test]
fn actions_are_pinned_by_hash_and_name_their_version() -> TestResult {
    let mut pinned = 0;
    for (name, text) in workflows()? {
        for line in text.lines().filter(|line| line.contains("uses:")) {
            let (_, action) = line.split_once('@').unwrap_or_default();
            let (hash, version) = action.split_once(" # v").unwrap_or_default();
            let is_hash = hash.len() == 40 && hash.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_hash && !version.is_empty(), "{name}: {line}");
            pinned += 1;
        }
    }
    assert!(pinned > 0);
    Ok(())
}

#[test]
fn only_the_job_that_reports_may_write() -> TestResult {
    for (name, text) in workflows()? {
        let start = text.find("\npermissions:").ok_or("no permissions")?;
        let jobs = text.find("\njobs:").ok_or("no jobs")?;
        assert!(start < jobs, "{name}: the default stands at the top");
        for line in text.lines().filter(|line| line.contains(": write")) {
            assert_eq!(line.trim(), "issues: write", "{name}");
        }
        let writes = text.matches(": write").count();
        assert_eq!(writes, usize::from(name.ends_with("drift.yml")), "{name}");
    }
    Ok(())
}

#[test]
fn scripts_take_what_they_need_from_their_environment() -> TestResult {
    for (name, text) in workflows()? {
        let mut script_indent = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            if script_indent.is_some_and(|script| !line.is_empty() && indent <= script) {
                script_indent = None;
            }
            if line.trim_start().starts_with("run:") {
                script_indent = Some(indent);
            }
            // Put into the script itself, a text could end a string and run as a command.
            let interpolated = script_indent.is_some() && line.contains("${{");
            assert!(!interpolated, "{name}: {line}");
        }
    }
    Ok(())
}
