//! The entry of the changelog for a new document, drawn from the differences.

use serde_json::Value;

use openapi_compare::escape::{code_span, one_line, value};
use openapi_compare::{Finding, Report, summary};

/// The heading below which entries go.
const UNRELEASED: [&str; 2] = ["## Unreleased", "## [Unreleased]"];
const SECTION: &str = "### Octocom API";
const NEW_FILE: &str = "# Changelog\n";

/// The most findings and operations that an entry lists.
const MAX_FINDINGS: usize = 40;
const MAX_OPERATIONS: usize = 5;
/// The longest text from the document, in characters.
const MAX_CHARS: usize = 120;
/// The longest value before and after, in characters.
const MAX_VALUE_CHARS: usize = 60;

/// The changelog with an entry for the step from one document to the next.
pub(crate) fn with_entry(changelog: &str, report: &Report, documents: [&Value; 2]) -> String {
    let entry = entry(report, documents);
    let mut lines: Vec<&str> = if changelog.trim().is_empty() {
        NEW_FILE.lines().collect()
    } else {
        changelog.lines().collect()
    };
    let is_version = |line: &&str| line.starts_with("## ");
    let unreleased = lines
        .iter()
        .position(|line| UNRELEASED.contains(&line.trim_end()));
    let heading = match unreleased {
        Some(index) => index,
        None => {
            let index = lines.iter().position(is_version).unwrap_or(lines.len());
            // A blank line on either side.
            let gap = index > 0 && lines.get(index - 1).is_some_and(|line| !line.is_empty());
            let added: &[&str] = if gap {
                &["", UNRELEASED[0], ""]
            } else {
                &[UNRELEASED[0], ""]
            };
            lines.splice(index..index, added.iter().copied());
            index + usize::from(gap)
        }
    };
    let below = lines.iter().skip(heading + 1);
    let section = below
        .take_while(|line| !is_version(line))
        .position(|line| line.trim_end() == SECTION);
    match section {
        Some(offset) => insert(&mut lines, heading + 1 + offset, &["", &entry]),
        None => insert(&mut lines, heading, &["", SECTION, "", &entry]),
    }
    let mut text = lines.join("\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Puts `added` below line `heading`, in place of the blank line that follows it, if there is one.
fn insert<'a>(lines: &mut Vec<&'a str>, heading: usize, added: &[&'a str]) {
    let at = heading + 1;
    lines.splice(at..at, added.iter().copied());
    let after = at + added.len();
    match lines.get(after) {
        // Entries of one list stand together.
        Some(&"")
            if lines
                .get(after + 1)
                .is_some_and(|line| line.starts_with("- "))
                && added.len() == 2 =>
        {
            lines.remove(after);
        }
        Some(&"") | None => {}
        Some(_) => lines.insert(after, ""),
    }
}

fn entry(report: &Report, documents: [&Value; 2]) -> String {
    let [old, new] = documents.map(|document| {
        let version = document.pointer("/info/version").and_then(Value::as_str);
        code_span(&one_line(version.unwrap_or(""), MAX_CHARS))
    });
    let version = if old == new {
        format!("still version {new}")
    } else {
        format!("version {old} to {new}")
    };
    let mut lines = vec![format!(
        "- The API document changed, {version}: {}.",
        summary(report)
    )];
    lines.extend(report.findings.iter().take(MAX_FINDINGS).map(line));
    let more = report.findings.len().saturating_sub(MAX_FINDINGS);
    if more > 0 {
        lines.push(format!(
            "  - And {more} more; `cargo xtask diff` lists all."
        ));
    }
    lines.join("\n")
}

fn line(finding: &Finding) -> String {
    let Finding {
        rule,
        level,
        rust,
        meaning,
        ..
    } = finding;
    let total = finding.operations().count();
    let mut operations: Vec<String> = finding
        .operations()
        .take(MAX_OPERATIONS)
        .map(|operation| code_span(&one_line(&operation.to_string(), MAX_CHARS)))
        .collect();
    if total > MAX_OPERATIONS {
        operations.push(format!("{} more", total - MAX_OPERATIONS));
    }
    let place = if operations.is_empty() {
        "The whole document".to_owned()
    } else {
        operations.join(", ")
    };
    let subject = finding
        .subject
        .as_deref()
        .map_or_else(String::new, |subject| {
            format!("{}: ", code_span(&one_line(subject, MAX_CHARS)))
        });
    let values = values(finding);
    format!("  - {place}: {subject}{meaning}{values} ({rule}; wire: {level}, Rust: {rust})")
}

/// Returns the values before and after, as far as a line has room for them.
fn values(finding: &Finding) -> String {
    // A text would be longer than the rest of the line, and an operation is named before it.
    if finding.is_prose() || matches!(finding.rule, "operation-added" | "operation-removed") {
        return String::new();
    }
    let shown = |side: &Value| code_span(&value(Some(side), MAX_VALUE_CHARS));
    match (&finding.before, &finding.after) {
        (Some(before), Some(after)) => {
            format!(" Before {}, after {}.", shown(before), shown(after))
        }
        (Some(before), None) => format!(" Was {}.", shown(before)),
        (None, Some(after)) => format!(" Now {}.", shown(after)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi_compare::compare;
    use serde_json::json;

    fn documents() -> [Value; 2] {
        let document = |version: &str, path: &str| {
            json!({"openapi": "3.0.3", "info": {"version": version},
                "paths": {path: {"get": {"responses": {}}}}})
        };
        let mut new = document("2", "/a");
        new["paths"]["/`b`"] = json!({"get": {"responses": {}}});
        [document("1", "/a"), new]
    }

    fn updated(changelog: &str) -> String {
        let [old, new] = documents();
        with_entry(changelog, &compare(&old, &new).unwrap(), [&old, &new])
    }

    const ENTRY: &str = "\
- The API document changed, version ` 1 ` to ` 2 `: 2 changes: 1 additive, 1 cosmetic.
  - `` GET /`b` ``: There is a new operation. (operation-added; wire: additive, Rust: additive)
  - The whole document: The API calls itself another version. Before ` \"1\" `, after ` \"2\" `. (info-version-changed; wire: cosmetic, Rust: none)
";

    #[test]
    fn the_entry_stands_in_its_section_below_unreleased() {
        assert_eq!(
            updated("# Changelog\n\n## Unreleased\n\n### Added\n\n- Something.\n\n## 1.0.0\n"),
            format!(
                "# Changelog\n\n## Unreleased\n\n### Octocom API\n\n{ENTRY}\n\
                 ### Added\n\n- Something.\n\n## 1.0.0\n"
            )
        );
    }

    #[test]
    fn a_second_entry_stands_above_the_first() {
        let before = "## [Unreleased]\n\n### Octocom API\n\n- Old.\n";
        assert_eq!(
            updated(before),
            format!("## [Unreleased]\n\n### Octocom API\n\n{ENTRY}- Old.\n")
        );
    }

    #[test]
    fn what_is_missing_is_added() {
        let fresh = format!("## Unreleased\n\n### Octocom API\n\n{ENTRY}");
        assert_eq!(updated(""), format!("# Changelog\n\n{fresh}"));
        assert_eq!(
            updated("# Changelog\n\n## 1.0.0\n\n- First.\n"),
            format!("# Changelog\n\n{fresh}\n## 1.0.0\n\n- First.\n")
        );
    }
}
