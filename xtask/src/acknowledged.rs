//! `openapi/acknowledged.json`: changes that are accepted on purpose, for a while.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Problems};
use crate::root::{ACKNOWLEDGED, Root};

/// One accepted change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    /// Fingerprint of the finding, as reports show it.
    pub(crate) fingerprint: String,
    /// Why the change is accepted.
    pub(crate) reason: String,
    /// The last day on which it is.
    pub(crate) expires: NaiveDate,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    acknowledged: Vec<Acknowledgement>,
}

/// Reads all acknowledgements. A workspace without the file has none.
pub(crate) fn read(root: &Root) -> Result<Vec<Acknowledgement>> {
    let path = root.join(ACKNOWLEDGED);
    let shown = path.display().to_string();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("reading `{shown}`")),
    };
    let mut json = serde_json::Deserializer::from_str(&text);
    let file: File = serde_path_to_error::deserialize(&mut json)
        .with_context(|| format!("`{shown}` is no list of acknowledgements"))?;
    let problems = problems(&file.acknowledged);
    if problems.is_empty() {
        Ok(file.acknowledged)
    } else {
        Err(Problems::in_file(shown, problems).into())
    }
}

fn problems(entries: &[Acknowledgement]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let message = if entry.fingerprint.len() != 16 || !entry.fingerprint.chars().all(is_digit) {
            "a fingerprint has 16 lowercase hexadecimal digits"
        } else if !seen.insert(&entry.fingerprint) {
            "the fingerprint is acknowledged twice"
        } else if entry.reason.trim().is_empty() {
            "an acknowledgement needs a reason"
        } else {
            continue;
        };
        problems.push(Problem::new(format!("/acknowledged/{index}"), message));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read_from(content: &Value) -> Result<Vec<Acknowledgement>> {
        let folder = tempfile::tempdir()?;
        let root = Root::at(folder.path());
        assert_eq!(read(&root)?, [], "without a file there is none");
        std::fs::create_dir_all(folder.path().join("openapi"))?;
        std::fs::write(root.join(ACKNOWLEDGED), content.to_string())?;
        read(&root)
    }

    fn entry(fingerprint: &str, reason: &str, expires: &str) -> Value {
        json!({"fingerprint": fingerprint, "reason": reason, "expires": expires})
    }

    #[test]
    fn the_checked_in_file_is_read() -> Result<()> {
        assert!(Root::discover().join(ACKNOWLEDGED).exists());
        read(&Root::discover())?;
        Ok(())
    }

    #[test]
    fn entries_have_fingerprint_reason_and_last_day() -> Result<()> {
        let found = read_from(&json!({"acknowledged": [
            entry("0123456789abcdef", "announced", "2026-02-28")
        ]}))?;
        assert_eq!(
            found,
            [Acknowledgement {
                fingerprint: "0123456789abcdef".to_owned(),
                reason: "announced".to_owned(),
                expires: NaiveDate::from_ymd_opt(2026, 2, 28).unwrap(),
            }]
        );
        Ok(())
    }

    #[test]
    fn what_is_no_acknowledgement_is_refused_at_its_place() {
        let good = entry("0123456789abcdef", "announced", "2026-02-28");
        for (entries, expected) in [
            (json!([entry("0123", "r", "2026-02-28")]), "/acknowledged/0"),
            (
                json!([entry("0123456789ABCDEF", "r", "2026-02-28")]),
                "16 lowercase",
            ),
            (
                json!([entry("0123456789abcdef", " ", "2026-02-28")]),
                "needs a reason",
            ),
            (
                json!([entry("0123456789abcdef", "r", "2026-02-30")]),
                "acknowledged[0].expires",
            ),
            (json!([good, good]), "acknowledged twice"),
            (json!([{"fingerprint": "0123456789abcdef"}]), "reason"),
            (json!({}), "acknowledged"),
        ] {
            let message = format!(
                "{:#}",
                read_from(&json!({"acknowledged": entries})).unwrap_err()
            );
            assert!(message.contains(expected), "{expected}: {message}");
        }
    }
}
